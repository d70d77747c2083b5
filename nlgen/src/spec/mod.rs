//! The document as it is written: every key of the four schemas (genetlink, genetlink-c,
//! genetlink-legacy, netlink-raw), with the place of every value. Nothing is resolved here.
//!
//! One set of types serves all four schemas: specs of older kernels mix their keys.

mod read;
#[cfg_attr(
    not(feature = "json"),
    allow(dead_code, reason = "every key describes itself")
)]
pub(crate) mod schema;
mod words;

use crate::diagnostic::Problem;
use crate::span::{At, Span};
use crate::yaml::{Node, Value};

pub(crate) use read::Read;
use read::mappings;
pub use read::{Limit, OrNull};
pub use words::*;

mappings! {
    /// A family: the whole document.
    "a family" Family {
        /// The name that the kernel registers.
        required "name" name: At<String>,
        /// What the family is for.
        optional "doc" doc: At<String>,
        /// How far the spec goes.
        optional "protocol" protocol: At<Protocol>,
        /// The protocol number of a raw netlink protocol.
        optional "protonum" protonum: At<i128>,
        /// The header that C code includes.
        optional "uapi-header" uapi_header: At<String>,
        /// In C: the define for the name.
        optional "c-family-name" c_family_name: At<String>,
        /// In C: the define for the version.
        optional "c-version-name" c_version_name: At<String>,
        /// In C: the largest attribute is a define.
        optional "max-by-define" max_by_define: At<bool>,
        /// In C: the name of the last operation.
        optional "cmd-max-name" cmd_max_name: At<String>,
        /// In C: the name of the count of operations.
        optional "cmd-cnt-name" cmd_cnt_name: At<String>,
        /// What the kernel's policies belong to.
        optional "kernel-policy" kernel_policy: At<KernelPolicy>,
        /// The version of the interface.
        optional "version" version: At<i128>,
        /// Constants, enums, flags and structs.
        list "definitions" definitions: Definition,
        /// Sets of attributes.
        list "attribute-sets" attribute_sets: AttributeSet,
        /// Payloads that an attribute selects.
        list "sub-messages" sub_messages: SubMessage,
        /// What can be asked and told.
        required "operations" operations: Operations,
        /// Multicast groups.
        optional "mcast-groups" mcast_groups: McastGroups,
        /// Things that only kernel code needs.
        optional "kernel-family" kernel_family: KernelFamily,
    }

    /// A constant, an enum, flags or a struct.
    "a definition" Definition {
        /// Its name.
        required "name" name: At<String>,
        /// Which of them it is.
        required "type" kind: At<DefinitionKind>,
        /// What it is.
        optional "doc" doc: At<String>,
        /// In C: a header that has it already.
        optional "header" header: At<String>,
        /// Who sees it in C.
        optional "scope" scope: At<Scope>,
        /// A constant's value.
        optional "value" value: At<Limit>,
        /// The first entry's value.
        optional "value-start" value_start: At<Limit>,
        /// The entries of an enum or of flags.
        list "entries" entries: Entry,
        /// In C: names for the largest entry.
        optional "render-max" render_max: At<bool>,
        /// In C: the enum's name; empty for none.
        optional "enum-name" enum_name: OrNull<At<String>>,
        /// In C: the name of the count of entries.
        optional "enum-cnt-name" enum_cnt_name: At<String>,
        /// In C: what the names of entries begin with.
        optional "name-prefix" name_prefix: At<String>,
        /// The members of a struct.
        list "members" members: Member,
    }

    /// A member of a struct.
    "a member" Member {
        /// Its name.
        required "name" name: At<String>,
        /// What it is.
        required "type" kind: At<MemberType>,
        /// What it means.
        optional "doc" doc: At<String>,
        /// Bytes, for text, bytes and padding; of an array, those of one item.
        optional "len" len: At<Limit>,
        /// It is an array of so many items: a number, a constant, an earlier member that counts them, or `rest`
        /// for all up to the end of the payload. The last two are for the last member. (Not in the kernel's
        /// schemas.)
        optional "count" count: At<Limit>,
        /// The order of its bytes.
        optional "byte-order" byte_order: At<ByteOrder>,
        /// The names of its values.
        optional "enum" names: At<String>,
        /// The values are bit numbers.
        optional "enum-as-flags" enum_as_flags: At<bool>,
        /// How it is shown.
        optional "display-hint" display_hint: At<DisplayHint>,
        /// The struct in its bytes.
        optional "struct" structure: At<String>,
    }

    /// A set of attributes.
    "an attribute set" AttributeSet {
        /// Its name.
        required "name" name: At<String>,
        /// What it is.
        optional "doc" doc: At<String>,
        /// In C: what the names of attributes begin with.
        optional "name-prefix" name_prefix: At<String>,
        /// In C: the enum's name; empty for none.
        optional "enum-name" enum_name: OrNull<At<String>>,
        /// The set that numbers, and types unless given, come from.
        optional "subset-of" subset_of: At<String>,
        /// In C: the name of the count of attributes.
        optional "attr-cnt-name" attr_cnt_name: At<String>,
        /// In C: the name of the largest attribute.
        optional "attr-max-name" attr_max_name: At<String>,
        /// In C: a header that has it already.
        optional "header" header: At<String>,
        /// The attributes.
        list "attributes" attributes: Attribute,
    }

    /// An attribute of a set.
    "an attribute" Attribute {
        /// Its name.
        required "name" name: At<String>,
        /// What it contains. A subset's attribute has it from its parent.
        optional "type" kind: At<AttributeType>,
        /// What it means.
        optional "doc" doc: At<String>,
        /// Its number; otherwise one more than that of the attribute before.
        optional "value" value: At<i128>,
        /// What the numbers of a `nest-type-value` mean.
        list "type-value" type_value: At<String>,
        /// The order of its bytes.
        optional "byte-order" byte_order: At<ByteOrder>,
        /// It may be repeated.
        optional "multi-attr" multi_attr: At<bool>,
        /// The set of the attributes inside.
        optional "nested-attributes" nested_attributes: At<String>,
        /// The names of its values.
        optional "enum" names: At<String>,
        /// The values are bit numbers.
        optional "enum-as-flags" enum_as_flags: At<bool>,
        /// What the kernel refuses.
        optional "checks" checks: Checks,
        /// What the entries of an array or the items of bytes are.
        optional "sub-type" sub_type: At<AttributeType>,
        /// How it is shown.
        optional "display-hint" display_hint: At<DisplayHint>,
        /// In C: what its name begins with.
        optional "name-prefix" name_prefix: At<String>,
        /// The struct in its bytes, or that each of its rows begins with.
        optional "struct" structure: At<String>,
        /// The member of the struct that says the length of a row, attributes included: a `u16`. (Not in the
        /// kernel's schemas.)
        optional "length" length: At<String>,
        /// The payloads of a `sub-message`.
        optional "sub-message" sub_message: At<String>,
        /// The attribute that selects one of them, or the member of the fixed header. (The kernel's schemas have
        /// attributes alone.)
        optional "selector" selector: At<String>,
        /// Its value is never shown: keys and passwords. (Not in the kernel's schemas.)
        optional "secret" secret: At<bool>,
        /// Why what running kernels accept is not what is said here. (Not in the kernel's schemas.)
        optional "kernel-differs" kernel_differs: At<String>,
    }

    /// What the kernel refuses of an attribute.
    "a mapping of checks" Checks {
        /// The flags that may be set.
        optional "flags-mask" flags_mask: At<String>,
        /// The least value.
        optional "min" min: At<Limit>,
        /// The greatest value.
        optional "max" max: At<Limit>,
        /// The shortest payload, in bytes.
        optional "min-len" min_len: At<Limit>,
        /// The longest payload, in bytes.
        optional "max-len" max_len: At<Limit>,
        /// The only length, in bytes.
        optional "exact-len" exact_len: At<Limit>,
        /// Text may lack its NUL.
        optional "unterminated-ok" unterminated_ok: At<bool>,
    }

    /// Payloads that an attribute selects.
    "a sub-message" SubMessage {
        /// Its name.
        required "name" name: At<String>,
        /// The payloads.
        list "formats" formats: Format,
    }

    /// One payload of a sub-message.
    "a format" Format {
        /// The selector's value. A format without it is that of all values that no other format has. (The kernel's
        /// schemas want one.)
        optional "value" value: At<String>,
        /// Its name in Rust, where the value is none: a number. (Not in the kernel's schemas.)
        optional "name" name: At<String>,
        /// What the payload is, when it is one value, as of an attribute. (Not in the kernel's schemas, as the keys of
        /// the value.)
        optional "type" kind: At<AttributeType>,
        /// The order of its bytes.
        optional "byte-order" byte_order: At<ByteOrder>,
        /// The names of its values.
        optional "enum" names: At<String>,
        /// The values are bit numbers.
        optional "enum-as-flags" enum_as_flags: At<bool>,
        /// How it is shown.
        optional "display-hint" display_hint: At<DisplayHint>,
        /// The struct in its bytes.
        optional "struct" structure: At<String>,
        /// What the kernel refuses of the value.
        optional "checks" checks: Checks,
        /// The struct that it begins with.
        optional "fixed-header" fixed_header: At<String>,
        /// The set of its attributes.
        optional "attribute-set" attribute_set: At<String>,
    }

    /// The operations and how they are numbered.
    "a mapping of operations" Operations {
        /// How they are numbered.
        optional "enum-model" enum_model: At<EnumModel>,
        /// In C: what their names begin with.
        optional "name-prefix" name_prefix: At<String>,
        /// In C: the enum's name; empty for none.
        optional "enum-name" enum_name: OrNull<At<String>>,
        /// In C: what the names of notifications begin with.
        optional "async-prefix" async_prefix: At<String>,
        /// In C: the name of the enum of notifications.
        optional "async-enum" async_enum: OrNull<At<String>>,
        /// The struct between the headers and the attributes.
        optional "fixed-header" fixed_header: At<String>,
        /// What the replies of all operations lack. (Not in the kernel's schemas.)
        list "replies-lack" replies_lack: At<Lack>,
        /// The operations.
        list "list" list: Operation,
    }

    /// An operation, a notification or an event.
    "an operation" Operation {
        /// Its name.
        required "name" name: At<String>,
        /// What it does.
        optional "doc" doc: At<String>,
        /// Its number; otherwise one more than that of the operation before.
        optional "value" value: At<i128>,
        /// The set of its attributes.
        optional "attribute-set" attribute_set: At<String>,
        /// Who may use it.
        list "flags" flags: At<OpFlag>,
        /// What the kernel does not check.
        list "dont-validate" dont_validate: At<DontValidate>,
        /// The kernel option that it depends on.
        optional "config-cond" config_cond: At<String>,
        /// Why what running kernels accept is not what is said here. (Not in the kernel's schemas.)
        optional "kernel-differs" kernel_differs: At<String>,
        /// The struct between the headers and the attributes.
        optional "fixed-header" fixed_header: At<String>,
        /// What its replies lack, in which others have the request's. (Not in the kernel's schemas.)
        list "replies-lack" replies_lack: At<Lack>,
        /// The attribute whose value the kernel returns as a positive number in place of an error number; it is the
        /// reply. (Not in the kernel's schemas.)
        optional "returns" returns: At<String>,
        /// A request for one object or action.
        optional "do" doit: Mode,
        /// A request for all objects.
        optional "dump" dump: Mode,
        /// The operation whose reply it carries, unasked.
        optional "notify" notify: At<String>,
        /// What it carries, unasked.
        optional "event" event: EventMessage,
        /// The multicast group that it is sent to.
        optional "mcgrp" mcgrp: At<String>,
    }

    /// What is asked and answered in one mode of an operation.
    "a mode of an operation" Mode {
        /// What is asked.
        optional "request" request: Message,
        /// What is answered.
        optional "reply" reply: Message,
        /// What a dump is answered by in place of replies. (Not in the kernel's schemas.)
        optional "answered-by" answered_by: At<AnsweredBy>,
        /// In the kernel: a function called before.
        optional "pre" pre: At<String>,
        /// In the kernel: a function called after.
        optional "post" post: At<String>,
    }

    /// The attributes of a message.
    "a message" Message {
        /// Its number, when requests and replies have their own.
        optional "value" value: At<i128>,
        /// The attributes that it may have.
        list "attributes" attributes: At<String>,
    }

    /// What an event carries. Its number is that of its operation.
    "an event" EventMessage {
        /// The attributes that it may have.
        list "attributes" attributes: At<String>,
    }

    /// The multicast groups.
    "a mapping of multicast groups" McastGroups {
        /// The groups.
        list "list" list: McastGroup,
    }

    /// A multicast group.
    "a multicast group" McastGroup {
        /// Its name.
        required "name" name: At<String>,
        /// In C: the define for the name.
        optional "c-define-name" c_define_name: At<String>,
        /// Who may join.
        list "flags" flags: At<OpFlag>,
        /// Its number, in a raw netlink protocol.
        optional "value" value: At<i128>,
    }

    /// Things that only kernel code needs.
    "a mapping for the kernel" KernelFamily {
        /// In the kernel: headers to include.
        list "headers" headers: At<String>,
        /// In the kernel: the type of a socket's private state.
        optional "sock-priv" sock_priv: At<String>,
    }

    /// An entry written with its keys.
    "an entry" LongEntry {
        /// Its name.
        required "name" name: At<String>,
        /// Its value or bit.
        optional "value" value: At<i128>,
        /// What it means.
        optional "doc" doc: At<String>,
    }
}

/// An entry of an enum or of flags.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name.
    pub name: At<String>,
    /// Its value, or the number of its bit; otherwise one more than that of the entry before.
    pub value: Option<At<i128>>,
    /// What it means.
    pub doc: Option<At<String>>,
}

/// An entry is its name alone, or a mapping.
impl Read for Entry {
    fn read(node: &Node, problems: &mut Vec<Problem>) -> Option<Self> {
        if !matches!(node.value, Value::Map(_)) {
            return Some(Self {
                name: At::read(node, problems)?,
                value: None,
                doc: None,
            });
        }
        let LongEntry {
            name, value, doc, ..
        } = LongEntry::read(node, problems)?;
        Some(Self { name, value, doc })
    }
}

impl Entry {
    /// Where its name stands.
    #[must_use]
    pub fn span(&self) -> Span {
        self.name.span
    }
}

impl Attribute {
    /// The value that a format is, as an attribute of its name.
    pub(crate) fn of_value(name: &At<String>, format: &Format) -> Self {
        Self {
            span: format.span,
            name: name.clone(),
            kind: format.kind.clone(),
            doc: None,
            value: None,
            type_value: Vec::new(),
            byte_order: format.byte_order.clone(),
            multi_attr: None,
            nested_attributes: None,
            names: format.names.clone(),
            enum_as_flags: format.enum_as_flags.clone(),
            checks: format.checks.clone(),
            sub_type: None,
            display_hint: format.display_hint.clone(),
            name_prefix: None,
            structure: format.structure.clone(),
            length: None,
            sub_message: None,
            selector: None,
            secret: None,
            kernel_differs: None,
        }
    }
}
