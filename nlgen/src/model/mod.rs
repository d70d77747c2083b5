//! A family with everything resolved: names to items, numbers counted, limits to values, and every
//! item with the name that it has in Rust. Emitters look nothing up and cannot fail.
//!
//! The model knows neither YAML nor syn. Lists keep the order of the spec.

pub mod name;

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

/// A C struct.
#[derive(Clone, Debug)]
pub struct Struct {
    /// Its name in the spec.
    pub name: String,
    /// Its name in Rust.
    pub ident: String,
    /// The name in Rust of its description.
    pub table: String,
    /// What it is.
    pub doc: Option<String>,
    /// Its members, padding left out.
    pub members: Vec<Member>,
    /// Its length in bytes, padding included.
    pub len: usize,
    /// The boundary that it starts at, in bytes.
    pub align: usize,
}

/// A member of a C struct.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name in the spec.
    pub name: String,
    /// Its name in Rust.
    pub ident: String,
    /// What it means.
    pub doc: Option<String>,
    /// Where it begins, in bytes from the struct's beginning.
    pub offset: usize,
    /// Its length in bytes.
    pub len: usize,
    /// What it contains: an integer, bytes of an exact length, an address, or a struct.
    pub content: Content,
}

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
    /// The selector's value.
    pub value: String,
    /// The name in Rust.
    pub variant: String,
    /// The struct that the payload begins with.
    pub header: Option<StructId>,
    /// The set of the attributes.
    pub set: Option<SetId>,
    /// The struct of the attributes, and of the header when both are there.
    pub message: Option<MessageId>,
}

/// A constant.
#[derive(Clone, Debug)]
pub struct Const {
    /// Its name in the spec.
    pub name: String,
    /// Its name in Rust.
    pub ident: String,
    /// What it is.
    pub doc: Option<String>,
    /// Its value.
    pub value: ConstValue,
}

/// A constant's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConstValue {
    /// A number.
    Int(i128),
    /// A text.
    Text(String),
}

/// An enum, flags, or both: the values of an enum can be the bits of flags elsewhere.
#[derive(Clone, Debug)]
pub struct Enum {
    /// Its name in the spec.
    pub name: String,
    /// What it is.
    pub doc: Option<String>,
    /// The entries.
    pub entries: Vec<Entry>,
    /// How it is used as values: its name in Rust and its width.
    pub values: Option<EnumUse>,
    /// How it is used as bits: its name in Rust and its width.
    pub flags: Option<EnumUse>,
}

/// An enum in one of its two uses.
#[derive(Clone, Debug)]
pub struct EnumUse {
    /// Its name in Rust.
    pub ident: String,
    /// The name in Rust of the table of its names.
    pub table: String,
    /// The integer that holds it wherever it is used.
    pub repr: Repr,
}

/// An integer type of Rust.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repr {
    /// 1, 2, 4 or 8.
    pub bytes: u8,
    /// Whether it has negative values.
    pub signed: bool,
}

/// An entry of an enum or of flags.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name in the spec.
    pub name: String,
    /// Its name in Rust as a value.
    pub variant: String,
    /// Its name in Rust as a bit.
    pub constant: String,
    /// What it means.
    pub doc: Option<String>,
    /// Its value, or the number of its bit.
    pub value: i128,
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
    /// Levels of attributes whose types have a meaning, then attributes of a set.
    Keyed {
        /// What the types mean, outermost first.
        keys: Vec<String>,
        /// The set.
        set: SetId,
    },
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

/// A multicast group.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its name in the spec and in the kernel.
    pub name: String,
    /// Its name in Rust.
    pub ident: String,
    /// Its number, in a protocol of its own.
    pub number: Option<u32>,
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

    /// The attributes of a struct, in the order in which they are written.
    pub fn fields<'f>(&'f self, message: &'f Message) -> impl Iterator<Item = &'f Attribute> + 'f {
        let set = self.set(message.set);
        message
            .fields
            .iter()
            .filter_map(|at| set.attributes.get(*at))
    }
}

impl Attribute {
    /// Whether a message can carry it as data.
    #[must_use]
    pub fn is_data(&self) -> bool {
        !matches!(self.content, Content::Unused | Content::Pad)
    }

    /// Whether its value borrows from the message.
    #[must_use]
    pub fn borrows(&self) -> bool {
        self.multi
            || matches!(
                self.content,
                Content::String
                    | Content::Bytes { .. }
                    | Content::Scalars(_)
                    | Content::SubMessage { .. }
                    | Content::Nest(_)
                    | Content::Array(_)
                    | Content::Keyed { .. }
            )
    }
}

impl Repr {
    /// Its name in Rust.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match (self.signed, self.bytes) {
            (false, 1) => "u8",
            (false, 2) => "u16",
            (false, 4) => "u32",
            (false, _) => "u64",
            (true, 1) => "i8",
            (true, 2) => "i16",
            (true, 4) => "i32",
            (true, _) => "i64",
        }
    }

    /// The least and the greatest value.
    #[must_use]
    pub const fn range(self) -> (i128, i128) {
        let bits = 8 * self.bytes as u32;
        match self.signed {
            true => (-(1 << (bits - 1)), (1 << (bits - 1)) - 1),
            false => (0, (1 << bits) - 1),
        }
    }

    /// The value of this type that has the bits of `value`.
    #[must_use]
    pub const fn wrap(self, value: i128) -> i128 {
        let (least, greatest) = self.range();
        let bits = 8 * self.bytes as u32;
        let low = value & ((1 << bits) - 1);
        match self.signed && low > greatest {
            true => low - (greatest - least + 1),
            false => low,
        }
    }

    /// One that holds the values of both.
    #[must_use]
    pub const fn join(self, other: Self) -> Self {
        let bytes = if self.bytes > other.bytes {
            self.bytes
        } else {
            other.bytes
        };
        if self.signed == other.signed {
            return Self {
                bytes,
                signed: self.signed,
            };
        }
        Self {
            bytes: 8,
            signed: true,
        }
    }
}

impl Int {
    /// The integer type of Rust that holds every value.
    #[must_use]
    pub const fn repr(self) -> Repr {
        Repr {
            bytes: if self.bytes == 0 { 8 } else { self.bytes },
            signed: self.signed,
        }
    }
}
