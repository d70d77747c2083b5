//! Families and operations as constants: what generated code says about them.

use crate::{Decode, DecodeError, Encode, nlctrl};

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
}

/// A multicast group of a family (`struct genl_multicast_group`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    family: &'static Family,
    name: &'static str,
    number: Option<u32>,
}

/// A request that is answered by one message or an acknowledgement (the `do` of a specification).
pub trait Request: Encode {
    /// The operation.
    const OP: &'static Operation;
    /// What the kernel answers; `()` when it only acknowledges.
    type Reply<'r>: Decode<'r>;
}

/// A request that is answered by all objects of a kind (the `dump` of a specification).
pub trait Dump: Encode {
    /// The operation.
    const OP: &'static Operation;
    /// What the kernel answers for each object.
    type Reply<'r>: Decode<'r>;
}

/// The notifications and events of a family.
pub trait EventSet {
    /// The family.
    const FAMILY: &'static Family;
    /// One event, borrowed from the message.
    type Event<'r>;

    /// Reads an event. Commands that the specification does not know give the event `Unknown`.
    ///
    /// # Errors
    /// When the attributes are malformed.
    fn decode_event(command: u16, attributes: &[u8]) -> Result<Self::Event<'_>, DecodeError>;
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
        self.is_generic() && self.name != nlctrl::FAMILY.name
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
        }
    }

    /// The same operation, answered by messages with the command `reply`.
    #[must_use]
    pub const fn replies(mut self, reply: u16) -> Self {
        self.reply = Some(reply);
        self
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
