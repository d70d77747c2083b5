//! The structs of messages and nests, and what is asked and told with them.

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
    /// What asks for one object or action.
    pub doit: Option<Mode>,
    /// What asks for all objects.
    pub dump: Option<Mode>,
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
    /// The group that it is sent to.
    pub group: Option<String>,
}
