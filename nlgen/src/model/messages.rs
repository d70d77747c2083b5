//! The structs of messages and nests, and what is asked and told with them.

use super::kernel::{ModeKeys, OperationKeys};
use super::{MessageId, SetId, StructId};

/// A struct: some or all attributes of a set.
#[derive(Clone, Debug)]
pub struct Message {
    /// Its name in Rust.
    pub ident: String,
    /// What it is, without what the spec says.
    pub title: String,
    /// What the spec says.
    pub doc: Option<String>,
    /// The struct before its attributes, and that field's name in Rust.
    pub header: Option<(StructId, String)>,
    /// The set of its attributes.
    pub set: SetId,
    /// The places of its attributes in the set, in the order in which they are written.
    pub fields: Vec<usize>,
    /// Whether people fill it in: it gets a setter for each attribute.
    pub built: bool,
    /// Whether it borrows: strings, bytes, nests and lists do.
    pub borrows: bool,
}

/// An operation.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its name in the spec.
    pub name: String,
    /// What it does.
    pub doc: Option<String>,
    /// Who may ask for it.
    pub permission: Permission,
    /// The option that a kernel must be built with to have it, as specs write it: `page-pool` for
    /// `CONFIG_PAGE_POOL`.
    pub config: Option<String>,
    /// Why what running kernels accept is not what is said here.
    pub kernel_differs: Option<String>,
    /// What asks for one object or action.
    pub doit: Option<Mode>,
    /// What asks for all objects.
    pub dump: Option<Mode>,
    /// What it says for C alone.
    pub c: OperationKeys,
}

/// Who may ask for an operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Permission {
    /// Everybody.
    #[default]
    Anybody,
    /// Who has `CAP_NET_ADMIN` in the initial user namespace (`GENL_ADMIN_PERM`).
    Admin,
    /// Who has `CAP_NET_ADMIN` in the user namespace of the network namespace (`GENL_UNS_ADMIN_PERM`).
    NamespaceAdmin,
}

impl Permission {
    /// What is needed, as the end of a sentence; `None` when nothing is.
    #[must_use]
    pub const fn needs(self) -> Option<&'static str> {
        match self {
            Self::Anybody => None,
            Self::Admin => Some("needs CAP_NET_ADMIN in the initial user namespace"),
            Self::NamespaceAdmin => {
                Some("needs CAP_NET_ADMIN in the user namespace of the network namespace")
            }
        }
    }
}

/// One mode of an operation.
#[derive(Clone, Debug)]
pub struct Mode {
    /// The request's command (`genlmsghdr.cmd`), or its type in a protocol of its own.
    pub command: u16,
    /// The request.
    pub request: MessageId,
    /// The replies' command, when there are replies.
    pub reply_command: Option<u16>,
    /// The reply, when it has attributes.
    pub reply: Option<MessageId>,
    /// Whether a dump is answered by the family's notifications in place of replies.
    pub by_notifications: bool,
    /// What its replies lack.
    pub lacks: Lacks,
    /// The number of the attribute of the reply whose value the kernel returns in place of an error number.
    pub returns: Option<u16>,
    /// What it says for C alone.
    pub c: ModeKeys,
}

/// What replies have 0 for, in which others have what the request had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lacks {
    /// The port id of who asked (`nlmsg_pid`).
    pub port_id: bool,
    /// The request's sequence number (`nlmsg_seq`).
    pub sequence: bool,
}

/// What a family tells without being asked.
#[derive(Clone, Debug)]
pub struct Notification {
    /// Its name in the spec.
    pub name: String,
    /// Its name in Rust: a variant of the family's events.
    pub variant: String,
    /// What it tells.
    pub doc: Option<String>,
    /// Its command, or its type in a protocol of its own.
    pub command: u16,
    /// What it carries, when it has attributes.
    pub message: Option<MessageId>,
    /// The kernel option that it depends on.
    pub config: Option<String>,
    /// The group that it is sent to.
    pub group: Option<String>,
}
