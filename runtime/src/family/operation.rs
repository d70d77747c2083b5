//! Families, their operations and their groups, as constants of generated code.

use crate::family::permission::Permission;

/// A family: a generic netlink family (`struct genl_family`), or a netlink protocol of its own.
#[derive(Debug, PartialEq, Eq)]
pub struct Family {
    name: &'static str,
    version: u8,
    /// The number of a protocol of its own.
    raw: Option<u16>,
}

/// An operation of a family: a command and what answers it.
#[derive(Debug)]
pub struct Operation {
    family: &'static Family,
    name: &'static str,
    request: u16,
    reply: Option<u16>,
    lacks: Lacks,
    returns: Option<u16>,
    permission: Permission,
}

/// What the replies to an operation have 0 for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lacks {
    /// `nlmsg_pid`.
    pub(crate) port_id: bool,
    /// `nlmsg_seq`.
    pub(crate) sequence: bool,
}

/// A multicast group of a family (`struct genl_multicast_group`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    family: &'static Family,
    name: &'static str,
    number: Option<u32>,
}

impl Family {
    /// A family by the name that the kernel registers, with the version of its interface.
    #[must_use]
    pub const fn new(name: &'static str, version: u8) -> Self {
        Self {
            name,
            version,
            raw: None,
        }
    }

    /// A netlink protocol of its own, by its number (`NETLINK_ROUTE`, `NETLINK_NETFILTER` …).
    #[must_use]
    pub const fn raw(name: &'static str, protocol: u16) -> Self {
        Self {
            name,
            version: 0,
            raw: Some(protocol),
        }
    }

    /// The number of the netlink protocol that it is spoken to by.
    #[must_use]
    pub const fn protocol(&self) -> u16 {
        match self.raw {
            Some(protocol) => protocol,
            None => libc::NETLINK_GENERIC as u16,
        }
    }

    /// Whether it is a family of generic netlink, with an id that the kernel hands out.
    #[must_use]
    pub const fn is_generic(&self) -> bool {
        self.raw.is_none()
    }

    /// Whether its id may change: the kernel hands it out anew when the family's module is loaded again. Of
    /// generic netlink's families only nlctrl has one for ever.
    pub(crate) fn can_move(&self) -> bool {
        self.is_generic() && self.name != "nlctrl"
    }

    /// The name (`CTRL_ATTR_FAMILY_NAME`).
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The version that requests carry. The kernel does not look at it.
    #[must_use]
    pub const fn version(&self) -> u8 {
        self.version
    }
}

impl Operation {
    /// An operation that the command `request` asks for.
    #[must_use]
    pub const fn new(family: &'static Family, name: &'static str, request: u16) -> Self {
        Self {
            family,
            name,
            request,
            reply: None,
            lacks: Lacks {
                port_id: false,
                sequence: false,
            },
            returns: None,
            permission: Permission::Anybody,
        }
    }

    /// The same operation, answered by messages with the command `reply`.
    #[must_use]
    pub const fn replies(mut self, reply: u16) -> Self {
        self.reply = Some(reply);
        self
    }

    /// The same operation, whose replies have the port id 0 (`nlmsg_pid`) in place of that of who asked, as those of
    /// the family 802.15.4 MAC (`replies-lack: [port-id]`).
    #[must_use]
    pub const fn without_port_id(mut self) -> Self {
        self.lacks.port_id = true;
        self
    }

    /// The same operation, whose replies have the sequence number 0 (`nlmsg_seq`) in place of the request's, as
    /// those of dumps of the family thermal (`replies-lack: [sequence]`).
    ///
    /// Another message of the family to this socket alone looks the same and is taken for a reply: an event, or what
    /// is left of an answer that was not waited for. What is left of a dump is read away before.
    #[must_use]
    pub const fn without_sequence(mut self) -> Self {
        self.lacks.sequence = true;
        self
    }

    /// The same operation, whose `do` is answered by a number: the kernel acknowledges with a positive number in
    /// place of an error number, as `new-radio` of MAC80211_HWSIM does with the id of the new radio. The number
    /// becomes a reply with the attribute `number`, an `u32` (`returns`).
    #[must_use]
    pub const fn returns(mut self, number: u16) -> Self {
        self.returns = Some(number);
        self
    }

    /// What its replies lack.
    pub(crate) const fn lacks(&self) -> Lacks {
        self.lacks
    }

    /// The attribute that the kernel returns as a number.
    pub(crate) const fn returned(&self) -> Option<u16> {
        self.returns
    }

    /// The same operation, which needs a capability.
    #[must_use]
    pub const fn needs(mut self, permission: Permission) -> Self {
        self.permission = permission;
        self
    }

    /// Which capability it needs. Protocols of their own check for that of the network namespace, whatever their
    /// specification says (`netlink_net_capable`).
    #[must_use]
    pub const fn permission(&self) -> Permission {
        match self.family.is_generic() {
            true => self.permission,
            false => Permission::NamespaceAdmin,
        }
    }

    /// Whether it is the same as `other`, which may be described in another place.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.request == other.request && self.family == other.family
    }

    /// The family.
    #[must_use]
    pub const fn family(&self) -> &'static Family {
        self.family
    }

    /// The name in the specification.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The command of the request (`genlmsghdr.cmd`), or the message's type in a protocol of its own.
    #[must_use]
    pub const fn request(&self) -> u16 {
        self.request
    }

    /// The command of the replies; `None` when there are none. It is not what tells a reply:
    /// sequence, port id and sender do.
    #[must_use]
    pub const fn reply(&self) -> Option<u16> {
        self.reply
    }
}

impl Group {
    /// A group by the name that the kernel registers.
    #[must_use]
    pub const fn new(family: &'static Family, name: &'static str) -> Self {
        Self {
            family,
            name,
            number: None,
        }
    }

    /// A group of a netlink protocol of its own, by its number.
    #[must_use]
    pub const fn numbered(family: &'static Family, name: &'static str, number: u32) -> Self {
        Self {
            family,
            name,
            number: Some(number),
        }
    }

    /// The number, when it is not the kernel that hands it out.
    #[must_use]
    pub const fn number(&self) -> Option<u32> {
        self.number
    }

    /// The family.
    #[must_use]
    pub const fn family(&self) -> &'static Family {
        self.family
    }

    /// The name (`CTRL_ATTR_MCAST_GRP_NAME`).
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}
