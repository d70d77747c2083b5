//! What a spec says for C alone: names in the uapi header, and what the kernel's tables need. The words are as the
//! spec has them; `emit::c` makes identifiers of them.

use super::{EnumId, StructId};

/// What a family says for C alone.
#[derive(Clone, Debug, Default)]
pub struct FamilyKeys {
    /// What the kernel's policies belong to (`kernel-policy`).
    pub policy: PolicyScope,
    /// Whether the spec is of a level whose family the kernel's own generator registers: `genetlink` alone.
    pub registers: bool,
    /// The header of the interface, below `include/uapi` (`uapi-header`).
    pub uapi_header: Option<String>,
    /// The define for the family's name (`c-family-name`).
    pub family_name: Option<String>,
    /// The define for the family's version (`c-version-name`).
    pub version_name: Option<String>,
    /// Whether the greatest attribute and command are defines behind their enums (`max-by-define`).
    pub max_by_define: bool,
    /// The name of the greatest command (`cmd-max-name`).
    pub command_max: Option<String>,
    /// The name of the count of commands (`cmd-cnt-name`).
    pub command_count: Option<String>,
    /// Headers that kernel code includes (`kernel-family`, `headers`).
    pub headers: Vec<String>,
    /// The type of a socket's private state (`kernel-family`, `sock-priv`).
    pub sock_priv: Option<String>,
    /// Constants, enums, flags and structs, in the order of the spec.
    pub definitions: Vec<Definition>,
    /// The numbers of messages.
    pub commands: Commands,
}

/// What the kernel's policies belong to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PolicyScope {
    /// Each mode of each operation has one (`split`).
    #[default]
    Split,
    /// Each operation has one (`per-op`).
    PerOperation,
    /// The family has one (`global`).
    Global,
}

/// A definition of any kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Definition {
    /// The place of a constant in [`Family::consts`](super::Family::consts).
    Const(usize),
    /// An enum or flags.
    Enum(EnumId),
    /// A struct.
    Struct(StructId),
}

/// The numbers of a family's messages, in the order of the spec.
#[derive(Clone, Debug, Default)]
pub struct Commands {
    /// Whether messages to the kernel and from it have numbers of their own (`enum-model: directional`).
    pub directional: bool,
    /// What the names of commands begin with (`name-prefix`).
    pub prefix: Option<String>,
    /// The name of the enum (`enum-name`).
    pub enum_name: EnumName,
    /// What the names of notifications and events begin with (`async-prefix`). With it they have an enum of their own.
    pub async_prefix: Option<String>,
    /// The name of that enum (`async-enum`).
    pub async_enum: EnumName,
    /// The messages. In the unified model an operation is there once, as a request.
    pub list: Vec<Command>,
}

/// The number of one kind of message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The operation's name.
    pub operation: String,
    /// Which of its messages it is.
    pub kind: CommandKind,
    /// The number.
    pub number: u16,
}

/// Which message of an operation has a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandKind {
    /// A request, and in the unified model any message of the operation.
    Request,
    /// The request for a dump, where its number is not that of the `do`.
    DumpRequest,
    /// A reply.
    Reply,
    /// A dump's replies, where their number is not that of the `do`'s.
    DumpReply,
    /// A notification or an event.
    Told,
    /// None: the operation only takes up a number.
    Reserved,
}

/// The name of an enum in C.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum EnumName {
    /// The spec has no such key.
    #[default]
    Absent,
    /// The key is empty: the enum has no name.
    Anonymous,
    /// The name.
    Named(String),
}

/// What a constant, an enum or a struct says for C alone.
#[derive(Clone, Debug, Default)]
pub struct DefinitionKeys {
    /// A header that has it already (`header`).
    pub header: Option<String>,
    /// Who sees it (`scope`).
    pub scope: Scope,
    /// What the names of constants and entries begin with (`name-prefix`).
    pub prefix: Option<String>,
    /// The name of the enum (`enum-name`).
    pub enum_name: EnumName,
    /// The name of the count of entries (`enum-cnt-name`).
    pub count: Option<String>,
    /// Whether the greatest entry, or the mask of all flags, has a name (`render-max`).
    pub render_max: bool,
}

/// What a member of a struct is in C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberKind {
    /// A number, or an address that is one.
    Number,
    /// Characters.
    Text,
    /// Bytes.
    Bytes,
    /// A struct.
    Struct,
}

/// Who sees a definition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// Everybody: it is in the uapi header.
    #[default]
    Uapi,
    /// Kernel code.
    Kernel,
    /// User space code.
    User,
}

/// What a set of attributes says for C alone.
#[derive(Clone, Debug, Default)]
pub struct SetKeys {
    /// What the names of attributes begin with (`name-prefix`).
    pub prefix: Option<String>,
    /// The name of the enum (`enum-name`).
    pub enum_name: EnumName,
    /// The name of the count of attributes (`attr-cnt-name`).
    pub count: Option<String>,
    /// The name of the greatest attribute (`attr-max-name`).
    pub max: Option<String>,
    /// A header that has it already (`header`).
    pub header: Option<String>,
}

/// What an attribute says for C alone.
#[derive(Clone, Debug, Default)]
pub struct AttributeKeys {
    /// What its name begins with (`name-prefix`).
    pub prefix: Option<String>,
    /// Whether it is bytes in the spec (`type: binary`). Addresses are bytes or a number of 32 bits.
    pub binary: bool,
    /// The limits that are written as words and not as numbers: `u32-max`, a constant's name, `page-size - 1`.
    pub limits: LimitWords,
}

/// The limits of an attribute that are words in the spec.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LimitWords {
    /// The least value.
    pub min: Option<String>,
    /// The greatest value.
    pub max: Option<String>,
    /// The shortest payload.
    pub min_len: Option<String>,
    /// The longest payload.
    pub max_len: Option<String>,
    /// The only length.
    pub exact_len: Option<String>,
}

/// What an operation says for C alone.
#[derive(Clone, Debug, Default)]
pub struct OperationKeys {
    /// Whether it needs `CAP_NET_ADMIN` in the initial user namespace (`admin-perm`).
    pub admin: bool,
    /// Whether it needs `CAP_NET_ADMIN` in the user namespace of the network namespace (`uns-admin-perm`).
    pub namespace_admin: bool,
    /// What the kernel does not check (`dont-validate`).
    pub dont_validate: DontValidate,
}

/// What the kernel does not check of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DontValidate {
    /// Attributes of a `do` strictly (`strict`).
    pub strict: bool,
    /// Attributes of a dump (`dump`).
    pub dump: bool,
    /// Attributes of a dump strictly (`dump-strict`).
    pub dump_strict: bool,
}

/// What a mode of an operation says for C alone.
#[derive(Clone, Debug, Default)]
pub struct ModeKeys {
    /// A function that is called before the handler (`pre`).
    pub pre: Option<String>,
    /// A function that is called after the handler (`post`).
    pub post: Option<String>,
    /// Whether the spec has the key `request`, with attributes or none.
    pub has_request: bool,
}

/// What a multicast group says for C alone.
#[derive(Clone, Debug, Default)]
pub struct GroupKeys {
    /// The define for its name (`c-define-name`).
    pub define: Option<String>,
    /// Whether joining needs `CAP_NET_ADMIN` (`flags`).
    pub admin: bool,
}

impl DontValidate {
    /// Whether the kernel checks everything.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}
