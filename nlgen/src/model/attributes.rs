//! Sets of attributes, and what an attribute contains.

use super::kernel::{AttributeKeys, SetKeys};
use super::{EnumId, Family, MessageId, Repr, SetId, StructId, SubMessageId};

/// A payload in one of several formats.
#[derive(Clone, Debug)]
pub struct SubMessage {
    /// Its name in the spec.
    pub name: String,
    /// Its name in Rust.
    pub ident: String,
    /// The formats.
    pub formats: Vec<Format>,
}

/// One format of a sub-message.
#[derive(Clone, Debug)]
pub struct Format {
    /// The selector's value; of the format of all others its name.
    pub value: String,
    /// Whether it is the format of all values that no other format has.
    pub others: bool,
    /// What the payload is, when it is one value: without a struct before it or attributes.
    pub content: Option<Content>,
    /// What the kernel refuses of that value.
    pub checks: Checks,
    /// The name in Rust.
    pub variant: String,
    /// The struct that the payload begins with.
    pub header: Option<StructId>,
    /// The set of the attributes.
    pub set: Option<SetId>,
    /// The struct of the attributes, and of the header when both are there.
    pub message: Option<MessageId>,
}

impl SubMessage {
    /// The format that a selector's value names.
    #[must_use]
    pub fn format(&self, selector: &str) -> Option<&Format> {
        let known = |format: &&Format| !format.others && format.value == selector;
        let others = || self.formats.iter().find(|format| format.others);
        self.formats.iter().find(known).or_else(others)
    }
}

/// A set of attributes.
#[derive(Clone, Debug)]
pub struct Set {
    /// Its name in the spec.
    pub name: String,
    /// The name in Rust of its description.
    pub table: String,
    /// What it is.
    pub doc: Option<String>,
    /// The set that its numbers come from.
    pub subset_of: Option<SetId>,
    /// The attributes.
    pub attributes: Vec<Attribute>,
    /// The struct of the whole set, when it has one: sets that are nests do.
    pub message: Option<MessageId>,
    /// Whether a struct or another set of the output refers to it.
    pub used: bool,
    /// What it says for C alone.
    pub c: SetKeys,
}

/// An attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name in the spec.
    pub name: String,
    /// The name of its field in Rust.
    pub ident: String,
    /// What it means.
    pub doc: Option<String>,
    /// Its number (`nla_type`).
    pub number: u16,
    /// What it contains.
    pub content: Content,
    /// Whether it may be repeated.
    pub multi: bool,
    /// What the kernel refuses.
    pub checks: Checks,
    /// Whether its value must not be shown.
    pub secret: bool,
    /// Why what running kernels accept is not what is said here.
    pub kernel_differs: Option<String>,
    /// What it says for C alone.
    pub c: AttributeKeys,
}

/// What an attribute contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// It must not be sent.
    Unused,
    /// Padding before 64-bit values.
    Pad,
    /// Nothing.
    Flag,
    /// An integer.
    Int(Int, Meaning),
    /// Text.
    String,
    /// Bytes.
    Bytes {
        /// The only length, if there is one.
        exact: Option<usize>,
        /// How they are shown.
        hint: Option<Hint>,
    },
    /// An IPv4 address, 4 bytes in network byte order.
    Ipv4,
    /// An IPv6 address, 16 bytes in network byte order.
    Ipv6,
    /// An IPv4 or IPv6 address, by length.
    Ip,
    /// A hardware address of 6 bytes.
    Mac,
    /// The address of a socket: a `struct sockaddr_in` or `struct sockaddr_in6`, by its family.
    Socket {
        /// The bytes that it has, of a member of a struct.
        len: Option<usize>,
    },
    /// A stack of MPLS labels.
    Labels,
    /// An address of any family, to the end of a struct: of IPv4, of IPv6 or of hardware, by its length.
    AnyAddr,
    /// Text in a fixed number of bytes, zeros behind it: a member of a struct.
    Text {
        /// The bytes.
        len: usize,
    },
    /// An array of fixed or any length: a member of a struct.
    Items {
        /// What each item is.
        item: Box<Content>,
        /// The bytes of an item.
        len: usize,
        /// How many there are.
        count: Count,
    },
    /// Flags and a mask.
    Bitfield32(Option<EnumId>),
    /// Integers of one kind, one behind the other.
    Scalars(Int),
    /// A C struct.
    Struct(StructId),
    /// A payload that another attribute selects.
    SubMessage {
        /// The formats.
        id: SubMessageId,
        /// The selecting attribute's name.
        selector: String,
    },
    /// Attributes of a set.
    Nest(SetId),
    /// Attributes whose types are indices.
    Array(Box<Content>),
    /// Rows: structs with attributes of a set behind each.
    Rows {
        /// The struct.
        header: StructId,
        /// The member of the struct that says the length of the row.
        length: String,
        /// The set of the attributes.
        set: SetId,
        /// The struct of a whole row.
        message: Option<MessageId>,
    },
    /// Levels of attributes whose types have a meaning, then attributes of a set.
    Keyed {
        /// What the types mean, outermost first.
        keys: Vec<String>,
        /// The set.
        set: SetId,
    },
}

/// How many items an array in a struct has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Count {
    /// So many.
    Fixed(usize),
    /// As many as the member of this name says.
    Member(String),
    /// All up to the end of the payload.
    Rest,
}

/// How bytes or a number are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// In hexadecimal.
    Hex,
    /// As a hardware address.
    Mac,
    /// As a UUID.
    Uuid,
}

/// An integer on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Int {
    /// 1, 2, 4, 8, or 0 for 4 or 8 as the value needs.
    pub bytes: u8,
    /// Whether it has negative values.
    pub signed: bool,
    /// The order of its bytes.
    pub order: Order,
}

/// The order of an integer's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The machine's.
    Host,
    /// Most significant first.
    Big,
    /// Least significant first.
    Little,
}

/// What an integer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A number.
    Number,
    /// A number that people read in hexadecimal.
    Hex,
    /// One value of an enum.
    Enum(EnumId),
    /// Bits of flags.
    Flags(EnumId),
}

/// What the kernel refuses of an attribute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checks {
    /// The least value.
    pub min: Option<i128>,
    /// The greatest value.
    pub max: Option<i128>,
    /// The shortest payload, in bytes.
    pub min_len: Option<usize>,
    /// The longest payload, in bytes; of text, its NUL not counted.
    pub max_len: Option<usize>,
    /// The only length, in bytes.
    pub exact_len: Option<usize>,
    /// The flags that may be set.
    pub flags_mask: Option<EnumId>,
    /// Text may lack its NUL.
    pub unterminated_ok: bool,
}

impl Attribute {
    /// Whether a message can carry it as data.
    #[must_use]
    pub fn is_data(&self) -> bool {
        !matches!(self.content, Content::Unused | Content::Pad)
    }

    /// Whether its value borrows from the message.
    #[must_use]
    pub fn borrows(&self, family: &Family) -> bool {
        self.multi
            || match &self.content {
                Content::String
                | Content::Bytes { .. }
                | Content::Labels
                | Content::Scalars(_)
                | Content::SubMessage { .. }
                | Content::Nest(_)
                | Content::Array(_)
                | Content::Rows { .. }
                | Content::Keyed { .. } => true,
                Content::Struct(id) => family.structure(*id).tail().is_some(),
                _ => false,
            }
    }
}

impl Int {
    /// The integer that specs call `name`, in the machine's byte order: `u8` to `u64`, `s8` to `s64`,
    /// `uint` and `sint`.
    #[must_use]
    pub(crate) fn named(name: &str) -> Option<Self> {
        let (bytes, signed) = match name {
            "u8" => (1, false),
            "u16" => (2, false),
            "u32" => (4, false),
            "u64" => (8, false),
            "s8" => (1, true),
            "s16" => (2, true),
            "s32" => (4, true),
            "s64" => (8, true),
            "uint" => (0, false),
            "sint" => (0, true),
            _ => return None,
        };
        Some(Self {
            bytes,
            signed,
            order: Order::Host,
        })
    }

    /// The integer type of Rust that holds every value.
    #[must_use]
    pub const fn repr(self) -> Repr {
        Repr {
            bytes: if self.bytes == 0 { 8 } else { self.bytes },
            signed: self.signed,
        }
    }
}
