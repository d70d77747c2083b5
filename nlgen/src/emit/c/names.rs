//! Every identifier of generated C is chosen here and in [`kernel`]; here are those of the uapi header.
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

mod kernel;

pub(crate) use kernel::plain_type;

use std::collections::{HashMap, HashSet};

use super::words::{is_keyword, lower, upper};
use crate::model::kernel::{CommandKind, EnumName};
use crate::model::{
    Attribute, Const, Entry, Enum, Family, Group, MessageId, Notification, Operation, SetId, Struct,
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
    /// For each set, whether its count has a name.
    counted: Vec<bool>,
    /// The policies of sets that are nests.
    nested: HashSet<String>,
    /// The messages of operations that have numbers with names of their own.
    commands: HashMap<&'f str, Vec<CommandKind>>,
}

impl<'f> Names<'f> {
    pub(crate) fn new(family: &'f Family) -> Self {
        let mut new = Self {
            family,
            ident: lower(&family.name),
            messages: Vec::new(),
            counted: Vec::new(),
            nested: HashSet::new(),
            commands: HashMap::new(),
        };
        for command in &family.c.commands.list {
            let kinds = new.commands.entry(&command.operation).or_default();
            kinds.push(command.kind);
        }
        new.counted = new.counted();
        new.nested = new.nested_policies();
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
        self.counted.get(set.0).is_some_and(|counted| *counted)
    }

    fn counted(&self) -> Vec<bool> {
        let mut before = HashSet::new();
        let sets = self.family.sets.iter().enumerate();
        sets.map(|(at, set)| {
            let count = self.attribute_count(SetId(at));
            let first = !before.contains(&count);
            if set.subset_of.is_none() && set.c.header.is_none() {
                before.insert(count);
            }
            first
        })
        .collect()
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
        let kinds = self.commands.get(operation);
        kinds.is_some_and(|kinds| kinds.contains(&kind))
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
}

fn named(name: &EnumName) -> Option<String> {
    match name {
        EnumName::Named(name) => Some(lower(name)),
        EnumName::Absent | EnumName::Anonymous => None,
    }
}

#[cfg(test)]
mod tests;
