//! Every identifier of generated C is chosen here.
//!
//! | what | name, of a family `F` |
//! |---|---|
//! | constants | `F_NAME` |
//! | enums, structs | `enum f_name`, `struct f_name`; entries `F_NAME_ENTRY` |
//! | attributes | `F_A_SET_NAME`, or `F_A_NAME` in the set that is called as the family |
//! | commands | `F_CMD_NAME` |
//! | groups | `F_MCGRP_NAME` in the uapi header, `F_NLGRP_NAME` in the kernel |
//! | handlers | `f_nl_op_doit`, `f_nl_op_dumpit` |
//! | policies | `f_op_nl_policy`, `f_set_nl_policy` |
//! | tables | `f_nl_ops`, `f_nl_mcgrps`, `f_nl_family` |
//! | structs of messages | `struct f_op_req`, `f_op_rsp`, `f_op_req_dump`, `f_op_rsp_dump`, `f_op_event`; of nests `f_set_attrs` |
//!
//! Keys of the spec replace most of them. A `-` becomes `_`; what else is no C is found by [`check`](super::check).

use crate::model::kernel::{CommandKind, EnumName};
use crate::model::{
    Attribute, Const, Content, Entry, Enum, Family, Group, Int, MessageId, Notification, Operation,
    SetId, Struct,
};

/// A mode of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// A request for one object or action.
    Do,
    /// A request for all objects.
    Dump,
}

/// The identifiers of a family.
#[derive(Clone, Debug)]
pub(crate) struct Names<'f> {
    family: &'f Family,
    ident: String,
    messages: Vec<String>,
}

impl<'f> Names<'f> {
    pub(crate) fn new(family: &'f Family) -> Self {
        let mut new = Self {
            family,
            ident: lower(&family.name),
            messages: Vec::new(),
        };
        new.messages = (0..family.messages.len())
            .map(|at| new.message_name(MessageId(at)))
            .collect();
        new
    }

    /// The family's name, which all that the kernel's code has begins with.
    pub(crate) fn ident(&self) -> &str {
        &self.ident
    }

    fn own(&self, rest: &str) -> String {
        lower(&format!("{}_{rest}", self.ident))
    }

    fn own_upper(&self, rest: &str) -> String {
        upper(&format!("{}_{rest}", self.ident))
    }

    /// The define for the family's name.
    pub(crate) fn family_name(&self) -> String {
        let given = self.family.c.family_name.as_deref().map(upper);
        given.unwrap_or_else(|| self.own_upper("FAMILY_NAME"))
    }

    /// The define for the family's version; of a protocol of its own, for its number.
    pub(crate) fn family_version(&self) -> String {
        let given = self.family.c.version_name.as_deref().map(upper);
        given.unwrap_or_else(|| self.own_upper("FAMILY_VERSION"))
    }

    /// The define for the number of a protocol of its own.
    pub(crate) fn protocol(&self) -> String {
        format!("NETLINK_{}", upper(&self.family.name))
    }

    /// The uapi header, as it is included.
    pub(crate) fn uapi_header(&self) -> String {
        let given = self.family.c.uapi_header.clone();
        given.unwrap_or_else(|| format!("linux/{}.h", self.ident))
    }

    /// The macro that guards the uapi header.
    pub(crate) fn uapi_guard(&self) -> String {
        let path = self.uapi_header();
        let short = path.strip_prefix("linux/").unwrap_or(&path);
        let short = short.strip_suffix(".h").unwrap_or(short);
        let word = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        let short: String = short.chars().map(word).collect();
        format!("_UAPI_LINUX_{}_H", upper(&short))
    }

    /// The macro that guards the kernel's header.
    pub(crate) fn kernel_guard(&self) -> String {
        format!("_LINUX_{}_GEN_H", upper(&self.ident))
    }

    /// A constant. One of another header has its own name.
    pub(crate) fn constant(&self, item: &Const) -> String {
        match (&item.c.prefix, &item.c.header) {
            (Some(prefix), _) => upper(&format!("{prefix}{}", item.name)),
            (None, Some(_)) => upper(&item.name),
            (None, None) => self.own_upper(&item.name),
        }
    }

    /// An enum's tag, without the keyword.
    pub(crate) fn enumeration(&self, item: &Enum) -> Option<String> {
        match &item.c.enum_name {
            EnumName::Absent => Some(self.own(&item.name)),
            EnumName::Anonymous => None,
            EnumName::Named(name) => Some(lower(name)),
        }
    }

    fn entry_prefix(&self, item: &Enum) -> String {
        match &item.c.prefix {
            Some(prefix) => upper(prefix),
            None => format!("{}_", self.own_upper(&item.name)),
        }
    }

    /// An entry of an enum or of flags.
    pub(crate) fn entry(&self, item: &Enum, entry: &Entry) -> String {
        self.entry_prefix(item) + &upper(&entry.name)
    }

    /// The count of an enum's entries: one more than the greatest.
    pub(crate) fn entry_count(&self, item: &Enum) -> String {
        match &item.c.count {
            Some(name) => upper(name),
            None => format!("__{}MAX", self.entry_prefix(item)),
        }
    }

    /// The greatest entry of an enum.
    pub(crate) fn entry_max(&self, item: &Enum) -> String {
        format!("{}MAX", self.entry_prefix(item))
    }

    /// All bits of flags.
    pub(crate) fn entry_mask(&self, item: &Enum) -> String {
        format!("{}MASK", self.entry_prefix(item))
    }

    /// A struct's tag, without the keyword. One of another header has its own name.
    pub(crate) fn structure(&self, item: &Struct) -> String {
        let plain = lower(&item.name);
        match &item.c.enum_name {
            EnumName::Named(name) => lower(name),
            _ if item.c.header.is_some() => plain,
            _ if plain.starts_with(&format!("{}_", self.ident)) => plain,
            _ => self.own(&item.name),
        }
    }

    /// A member of a struct, or a field of a message.
    pub(crate) fn member(name: &str) -> String {
        let name = lower(name);
        match is_keyword(&name) {
            true => name + "_",
            false => name,
        }
    }

    /// The set that the numbers of a set come from: itself, unless it is a subset.
    pub(crate) fn root(&self, set: SetId) -> SetId {
        let mut at = set;
        // A subset is no subset of itself, which loading finds.
        for _ in 0..self.family.sets.len() {
            match self.family.set(at).subset_of {
                Some(parent) => at = parent,
                None => break,
            }
        }
        at
    }

    fn attribute_prefix(&self, set: SetId) -> String {
        let root = self.family.set(self.root(set));
        match &root.c.prefix {
            Some(prefix) => upper(prefix),
            None if root.name == self.family.name => self.own_upper("A_"),
            None => format!("{}_", self.own_upper(&format!("A_{}", root.name))),
        }
    }

    /// The tag of a set's enum, without the keyword.
    pub(crate) fn set(&self, set: SetId) -> Option<String> {
        match &self.family.set(set).c.enum_name {
            EnumName::Named(name) => Some(lower(name)),
            _ => None,
        }
    }

    /// An attribute's number. Those of a subset have the names of the set that they come from.
    pub(crate) fn attribute(&self, set: SetId, attribute: &Attribute) -> String {
        let root = self.family.set(self.root(set));
        let original = root
            .attributes
            .iter()
            .find(|known| known.number == attribute.number)
            .unwrap_or(attribute);
        match &original.c.prefix {
            Some(prefix) => upper(&format!("{prefix}{}", original.name)),
            None => self.attribute_prefix(set) + &upper(&original.name),
        }
    }

    /// The count of a set's attributes: one more than the greatest.
    pub(crate) fn attribute_count(&self, set: SetId) -> String {
        match &self.family.set(self.root(set)).c.count {
            Some(name) => upper(name),
            None => format!("__{}MAX", self.attribute_prefix(set)),
        }
    }

    /// Whether a set's count and greatest attribute have names: of several sets with one prefix, those of the first do.
    pub(crate) fn is_counted(&self, set: SetId) -> bool {
        let own = self.attribute_count(set);
        let before = (0..set.0).map(SetId).filter(|id| {
            let set = self.family.set(*id);
            set.subset_of.is_none() && set.c.header.is_none()
        });
        before.into_iter().all(|id| self.attribute_count(id) != own)
    }

    /// Whether the greatest attribute of a set has a name: not where an attribute is called so, as `max` is.
    pub(crate) fn has_max(&self, set: SetId) -> bool {
        let max = self.attribute_max(set);
        let mut attributes = self.family.set(set).attributes.iter();
        !attributes.any(|attribute| self.attribute(set, attribute) == max)
    }

    /// The greatest attribute of a set.
    pub(crate) fn attribute_max(&self, set: SetId) -> String {
        match &self.family.set(self.root(set)).c.max {
            Some(name) => upper(name),
            None => format!("{}MAX", self.attribute_prefix(set)),
        }
    }

    /// What the names of commands begin with.
    pub(crate) fn command_prefix(&self) -> String {
        match &self.family.c.commands.prefix {
            Some(prefix) => upper(prefix),
            None => self.own_upper("CMD_"),
        }
    }

    /// What the names of notifications begin with.
    fn async_prefix(&self) -> String {
        match &self.family.c.commands.async_prefix {
            Some(prefix) => upper(prefix),
            None => self.command_prefix(),
        }
    }

    /// The number of a kind of message of an operation.
    pub(crate) fn command(&self, operation: &str, kind: CommandKind) -> String {
        let name = upper(operation);
        match kind {
            CommandKind::Request | CommandKind::Reserved => self.command_prefix() + &name,
            CommandKind::DumpRequest => format!("{}{name}_DUMP", self.command_prefix()),
            CommandKind::Reply => format!("{}{name}_REPLY", self.command_prefix()),
            CommandKind::DumpReply => format!("{}{name}_DUMP_REPLY", self.command_prefix()),
            CommandKind::Told => self.async_prefix() + &name,
        }
    }

    /// Whether a kind of message of an operation has a number with a name of its own.
    fn has(&self, operation: &str, kind: CommandKind) -> bool {
        let mut list = self.family.c.commands.list.iter();
        list.any(|known| known.operation == operation && known.kind == kind)
    }

    /// The number of a request.
    pub(crate) fn request(&self, operation: &Operation, asked: Asked) -> String {
        let own = CommandKind::DumpRequest;
        match asked == Asked::Dump && self.has(&operation.name, own) {
            true => self.command(&operation.name, own),
            false => self.command(&operation.name, CommandKind::Request),
        }
    }

    /// The number of a reply.
    pub(crate) fn reply(&self, operation: &Operation, asked: Asked) -> String {
        let kinds = match asked {
            Asked::Do => &[CommandKind::Reply][..],
            Asked::Dump => &[CommandKind::DumpReply, CommandKind::Reply],
        };
        let own = kinds
            .iter()
            .find(|kind| self.has(&operation.name, **kind))
            .copied();
        self.command(&operation.name, own.unwrap_or(CommandKind::Request))
    }

    /// The number of a notification or an event.
    pub(crate) fn notification(&self, item: &Notification) -> String {
        self.command(&item.name, CommandKind::Told)
    }

    /// The tag of the enum of commands, without the keyword.
    pub(crate) fn commands(&self) -> Option<String> {
        named(&self.family.c.commands.enum_name)
    }

    /// The tag of the enum of notifications, without the keyword.
    pub(crate) fn notifications(&self) -> Option<String> {
        named(&self.family.c.commands.async_enum)
    }

    /// The count of commands: one more than the greatest.
    pub(crate) fn command_count(&self) -> String {
        match &self.family.c.command_count {
            Some(name) => upper(name),
            None => format!("__{}MAX", self.command_prefix()),
        }
    }

    /// The greatest command.
    pub(crate) fn command_max(&self) -> String {
        match &self.family.c.command_max {
            Some(name) => upper(name),
            None => format!("{}MAX", self.command_prefix()),
        }
    }

    /// The define for a group's name.
    pub(crate) fn group_define(&self, group: &Group) -> String {
        match &group.c.define {
            Some(name) => upper(name),
            None => self.own_upper(&format!("MCGRP_{}", group.name)),
        }
    }

    /// A group's place in the kernel's table.
    pub(crate) fn group(&self, group: &Group) -> String {
        self.own_upper(&format!("NLGRP_{}", group.name))
    }

    /// The function that serves an operation.
    pub(crate) fn handler(&self, operation: &Operation, asked: Asked) -> String {
        let suffix = match asked {
            Asked::Do => "doit",
            Asked::Dump => "dumpit",
        };
        self.own(&format!("nl_{}_{suffix}", operation.name))
    }

    /// A function that the spec names (`pre`, `post`).
    pub(crate) fn hook(name: &str) -> String {
        lower(name)
    }

    /// The policy of an operation's mode, where each mode has one.
    pub(crate) fn mode_policy(&self, operation: &Operation, asked: Asked) -> String {
        let modes = [&operation.doit, &operation.dump];
        let both = modes
            .iter()
            .all(|mode| mode.as_ref().is_some_and(|mode| mode.c.has_request));
        let plain = self.own(&format!("{}_nl_policy", operation.name));
        match (both || self.is_nested_policy(&plain), asked) {
            (false, _) => plain,
            (true, Asked::Do) => self.own(&format!("{}_do_nl_policy", operation.name)),
            (true, Asked::Dump) => self.own(&format!("{}_dump_nl_policy", operation.name)),
        }
    }

    /// The policy of an operation, where both modes share one.
    pub(crate) fn operation_policy(&self, operation: &Operation) -> String {
        let plain = self.own(&format!("{}_nl_policy", operation.name));
        match self.is_nested_policy(&plain) {
            true => self.own(&format!("{}_op_nl_policy", operation.name)),
            false => plain,
        }
    }

    fn is_nested_policy(&self, name: &str) -> bool {
        let attributes = self.family.sets.iter().flat_map(|set| &set.attributes);
        let mut nested = attributes.filter_map(|attribute| match &attribute.content {
            Content::Nest(set) => Some(*set),
            Content::Array(inner) => match **inner {
                Content::Nest(set) => Some(set),
                _ => None,
            },
            _ => None,
        });
        nested.any(|set| self.nested_policy(set) == name)
    }

    /// The policy of all requests of a set that is a nest, too.
    pub(crate) fn global_policy(&self) -> String {
        self.own("requests_nl_policy")
    }

    /// The policy of a set: of nests, or of all requests.
    pub(crate) fn nested_policy(&self, set: SetId) -> String {
        let set = self.family.set(set);
        match set.name == self.family.name {
            true => self.own("nl_policy"),
            false => self.own(&format!("{}_nl_policy", set.name)),
        }
    }

    /// An attribute's name in a policy's parts: a subset's own, where its content or its checks are its own.
    fn checked(&self, set: SetId, attribute: &Attribute) -> String {
        let root = self.family.set(self.root(set)).attributes.iter();
        let mut same = root.filter(|known| {
            let equal = known.content == attribute.content && known.checks == attribute.checks;
            known.number == attribute.number && equal
        });
        match same.next() {
            Some(_) => lower(&self.attribute(set, attribute)),
            None => {
                let set = &self.family.set(set).name;
                self.own(&format!("{set}_{}", attribute.name))
            }
        }
    }

    /// The limits of an attribute that do not fit into its policy.
    pub(crate) fn range(&self, set: SetId, attribute: &Attribute) -> String {
        format!("{}_range", self.checked(set, attribute))
    }

    /// The function that checks an attribute whose values have gaps.
    pub(crate) fn validate(&self, set: SetId, attribute: &Attribute) -> String {
        format!("{}_validate", self.checked(set, attribute))
    }

    /// The table of operations.
    pub(crate) fn ops(&self) -> String {
        self.own("nl_ops")
    }

    /// The count of table entries that a configuration of the kernel has.
    pub(crate) fn ops_if(&self, config: &str) -> String {
        self.own_upper(&format!("NL_OPS_{}", upper(config)))
    }

    /// The table of groups.
    pub(crate) fn groups(&self) -> String {
        self.own("nl_mcgrps")
    }

    /// The family's struct.
    pub(crate) fn family(&self) -> String {
        self.own("nl_family")
    }

    /// The function that prepares a socket's private state, or with `destroy` the one that ends it.
    pub(crate) fn sock_priv(&self, word: &str) -> String {
        self.own(&format!("nl_sock_priv_{word}"))
    }

    /// The option of the kernel's configuration that a `config-cond` names.
    pub(crate) fn config(name: &str) -> String {
        format!("CONFIG_{}", upper(name))
    }

    /// The tag of a message's struct, without the keyword.
    pub(crate) fn message(&self, id: MessageId) -> &str {
        self.messages.get(id.0).map_or("", |name| name)
    }

    fn message_name(&self, id: MessageId) -> String {
        for op in &self.family.operations {
            let modes = [("", &op.doit), ("_dump", &op.dump)];
            for (mode_word, mode) in modes {
                let Some(mode) = mode else { continue };
                if mode.request == id {
                    return self.own(&format!("{}_req{mode_word}", op.name));
                }
                if mode.reply == Some(id) {
                    return self.own(&format!("{}_rsp{mode_word}", op.name));
                }
            }
        }
        let mut told = self.family.notifications.iter();
        if let Some(event) = told.find(|item| item.message == Some(id)) {
            return self.own(&format!("{}_event", event.name));
        }
        let message = self.family.message(id);
        let set = self.family.set(message.set);
        match message.header {
            None => self.own(&format!("{}_attrs", set.name)),
            Some((header, _)) => {
                let header = &self.family.structure(header).name;
                self.own(&format!("{}_{header}_attrs", set.name))
            }
        }
    }
}

/// The kernel's own type of an integer in the machine's byte order.
pub(crate) fn plain_type(int: Int) -> String {
    let sign = if int.signed { 's' } else { 'u' };
    format!("{sign}{}", 8 * u32::from(int.repr().bytes))
}

fn named(name: &EnumName) -> Option<String> {
    match name {
        EnumName::Named(name) => Some(lower(name)),
        EnumName::Absent | EnumName::Anonymous => None,
    }
}

/// A name in lower case, with `_` for `-`.
pub(crate) fn lower(name: &str) -> String {
    name.replace('-', "_").to_ascii_lowercase()
}

/// A name in upper case, with `_` for `-`.
pub(crate) fn upper(name: &str) -> String {
    name.replace('-', "_").to_ascii_uppercase()
}

/// Whether a name can be an identifier of C: letters, digits and `_`, and no digit first.
pub(crate) fn is_identifier(name: &str) -> bool {
    let first = name.chars().next();
    first.is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !is_keyword(name)
}

/// Whether a name is a keyword of C or C++, or one of the words that the compiler's dialect adds.
pub(crate) fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

/// Keywords of C up to C23 and of C++ up to C++23, and what GNU C and the kernel take for themselves.
const KEYWORDS: &[&str] = &[
    "alignas",
    "alignof",
    "and",
    "and_eq",
    "asm",
    "auto",
    "bitand",
    "bitor",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "class",
    "co_await",
    "co_return",
    "co_yield",
    "compl",
    "concept",
    "const",
    "const_cast",
    "consteval",
    "constexpr",
    "constinit",
    "continue",
    "current",
    "decltype",
    "default",
    "delete",
    "do",
    "double",
    "dynamic_cast",
    "else",
    "enum",
    "explicit",
    "export",
    "extern",
    "false",
    "float",
    "for",
    "friend",
    "goto",
    "if",
    "inline",
    "int",
    "linux",
    "long",
    "mutable",
    "namespace",
    "new",
    "noexcept",
    "not",
    "not_eq",
    "nullptr",
    "operator",
    "or",
    "or_eq",
    "private",
    "protected",
    "public",
    "register",
    "reinterpret_cast",
    "requires",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "static_assert",
    "static_cast",
    "struct",
    "switch",
    "template",
    "this",
    "thread_local",
    "throw",
    "true",
    "try",
    "typedef",
    "typeid",
    "typename",
    "typeof",
    "typeof_unqual",
    "union",
    "unix",
    "unsigned",
    "using",
    "virtual",
    "void",
    "volatile",
    "wchar_t",
    "while",
    "xor",
    "xor_eq",
];

#[cfg(test)]
mod tests;
