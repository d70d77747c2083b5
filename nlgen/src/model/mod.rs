//! A family with everything resolved: names to items, numbers counted, limits to values, and every
//! item with the name that it has in Rust. Emitters look nothing up and cannot fail.
//!
//! The model knows neither YAML nor syn. Lists keep the order of the spec.

mod attributes;
mod definitions;
pub mod kernel;
mod messages;
pub mod name;

pub use attributes::{
    Attribute, Checks, Content, Count, Format, Hint, Int, Meaning, Order, Set, SubMessage,
};
pub use definitions::{Const, ConstValue, Entry, Enum, EnumUse, Member, Repr, Struct};
pub use messages::{Lacks, Message, Mode, Notification, Operation, Permission};

/// A family.
#[derive(Clone, Debug)]
pub struct Family {
    /// The name that the kernel registers.
    pub name: String,
    /// What it is for.
    pub doc: Option<String>,
    /// How it is spoken to.
    pub protocol: Protocol,
    /// Constants.
    pub consts: Vec<Const>,
    /// Enums and flags.
    pub enums: Vec<Enum>,
    /// C structs.
    pub structs: Vec<Struct>,
    /// Sets of attributes.
    pub sets: Vec<Set>,
    /// Payloads that an attribute selects.
    pub sub_messages: Vec<SubMessage>,
    /// The structs of its messages and nests.
    pub messages: Vec<Message>,
    /// Operations.
    pub operations: Vec<Operation>,
    /// Notifications and events.
    pub notifications: Vec<Notification>,
    /// Multicast groups.
    pub groups: Vec<Group>,
    /// What it says for C alone.
    pub c: kernel::FamilyKeys,
}

/// Which enum of [`Family::enums`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnumId(pub(crate) usize);

/// Which struct of [`Family::structs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StructId(pub(crate) usize);

/// Which sub-message of [`Family::sub_messages`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubMessageId(pub(crate) usize);

/// Which set of [`Family::sets`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SetId(pub(crate) usize);

/// Which struct of [`Family::messages`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageId(pub(crate) usize);

/// How a family is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// Generic netlink, with the version of the family's interface.
    Generic {
        /// The version.
        version: u8,
    },
    /// A netlink protocol of its own, by its number (`NETLINK_ROUTE` and others).
    Raw {
        /// The number.
        number: u16,
    },
}

/// A multicast group.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its name in the spec and in the kernel.
    pub name: String,
    /// Its name in Rust.
    pub ident: String,
    /// Its number, in a protocol of its own.
    pub number: Option<u32>,
    /// What it says for C alone.
    pub c: kernel::GroupKeys,
    /// Who may join.
    pub permission: Permission,
}

impl Family {
    /// An enum.
    #[must_use]
    #[allow(
        clippy::indexing_slicing,
        reason = "ids are made with the lists that they index"
    )]
    pub fn enumeration(&self, id: EnumId) -> &Enum {
        &self.enums[id.0]
    }

    /// A C struct.
    #[must_use]
    #[allow(
        clippy::indexing_slicing,
        reason = "ids are made with the lists that they index"
    )]
    pub fn structure(&self, id: StructId) -> &Struct {
        &self.structs[id.0]
    }

    /// A sub-message.
    #[must_use]
    #[allow(
        clippy::indexing_slicing,
        reason = "ids are made with the lists that they index"
    )]
    pub fn sub_message(&self, id: SubMessageId) -> &SubMessage {
        &self.sub_messages[id.0]
    }

    /// A set.
    #[must_use]
    #[allow(
        clippy::indexing_slicing,
        reason = "ids are made with the lists that they index"
    )]
    pub fn set(&self, id: SetId) -> &Set {
        &self.sets[id.0]
    }

    /// A struct.
    #[must_use]
    #[allow(
        clippy::indexing_slicing,
        reason = "ids are made with the lists that they index"
    )]
    pub fn message(&self, id: MessageId) -> &Message {
        &self.messages[id.0]
    }

    /// The member of the struct before the attributes that selects a sub-message of them, when it can: a number that is
    /// not negative, or one with names.
    #[must_use]
    pub fn selecting_member<'f>(&'f self, message: &Message, selector: &str) -> Option<&'f Member> {
        let (header, _) = message.header.as_ref()?;
        let mut own = self.set(message.set).attributes.iter();
        if own.any(|attr| attr.name == selector) {
            return None;
        }
        let member = self.structure(*header).member(selector)?;
        let selects = match member.content {
            Content::Int(int, Meaning::Number | Meaning::Hex) => !int.signed,
            Content::Int(_, Meaning::Enum(id)) => self.enumeration(id).values.is_some(),
            _ => false,
        };
        selects.then_some(member)
    }

    /// Whether a set's sub-message is selected by a member of the struct before the attributes, in a message.
    #[must_use]
    pub fn is_by_header(&self, set: SetId, selector: &str) -> bool {
        let mut messages = self.messages.iter().filter(|message| message.set == set);
        messages.any(|message| self.selecting_member(message, selector).is_some())
    }

    /// The attributes of a struct, in the order in which they are written.
    pub fn fields<'f>(&'f self, message: &'f Message) -> impl Iterator<Item = &'f Attribute> + 'f {
        let set = self.set(message.set);
        message
            .fields
            .iter()
            .filter_map(|at| set.attributes.get(*at))
    }
}
