//! From the document to the model: names become items, numbers are counted, limits become values.
//!
//! Every check is made even when an earlier one failed, so that one run shows all problems.

mod answers;
mod checks;
mod content;
mod definitions;
mod entries_fit;
mod enum_uses;
mod kernel;
mod messages;
mod misplaced;
mod numbers;
mod operations;
mod selectors;
mod sets;
mod structs;
mod sub_messages;
mod suspicious;

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::diagnostic::{Code, Problem, suggestion};
use crate::model::{self, EnumId, SetId, StructId, SubMessageId};
use crate::span::{At, Span};
use crate::spec;

/// How many names unknown ones are compared with: who has more of them has another problem.
const MOST_COMPARED: usize = 50_000;

/// Resolves a document, and gives its warnings beside the result.
///
/// # Errors
/// All errors of it.
pub(crate) fn lower(family: &spec::Family) -> Result<(model::Family, Vec<Problem>), Vec<Problem>> {
    let mut lower = Lower::new(family);
    let protocol = lower.protocol();
    let consts = lower.consts();
    let enums = lower.enums();
    let structs = lower.structs();
    let sets = lower.sets();
    let sub_messages = lower.sub_messages();
    let groups = lower.groups();
    let operations = lower.operations(&sets);
    if !lower.problems.is_empty() {
        return Err(lower.problems);
    }

    let parts = model::Family {
        name: family.name.value.clone(),
        doc: text(family.doc.as_ref()),
        protocol,
        consts,
        enums,
        structs,
        sets,
        sub_messages,
        messages: Vec::new(),
        operations: Vec::new(),
        notifications: Vec::new(),
        groups,
        c: lower.family_keys(),
    };
    let resolved = messages::assemble(parts, &operations);
    let mut warnings = lower.warnings;
    warnings.extend(suspicious::warnings(family));
    Ok((resolved, warnings))
}

/// The state of lowering: what names lead to, and what was wrong so far.
struct Lower<'s> {
    spec: &'s spec::Family,
    problems: Vec<Problem>,
    /// Found on the way; the rest of the spec can be used.
    warnings: Vec<Problem>,
    /// The places of names that nothing has, and what was said of them.
    unknown: HashSet<(Span, String)>,
    /// How many names were compared with unknown ones.
    compared: usize,
    /// The attributes of sets that messages were read of.
    listed: HashMap<usize, Rc<Listed<'s>>>,
    /// The attributes of sets that have subsets, by the place of the set.
    numbered: HashMap<usize, Rc<sets::Numbered<'s>>>,
    /// The structs that are laid out.
    layouts: HashMap<&'s str, structs::Laid>,
    consts: HashMap<&'s str, &'s spec::Definition>,
    enums: HashMap<&'s str, (EnumId, &'s spec::Definition)>,
    structs: HashMap<&'s str, StructId>,
    sets: HashMap<&'s str, SetId>,
    sub_messages: HashMap<&'s str, SubMessageId>,
    /// Multicast groups.
    groups: HashSet<&'s str>,
    /// Operations that are asked for.
    asked: HashSet<&'s str>,
    /// The numbers of operations, in the order of the spec.
    numbers: Vec<numbers::Numbers>,
}

/// The attributes of a set, by name.
struct Listed<'s> {
    /// Where each is in the set.
    places: HashMap<String, usize>,
    /// All that are written, those that could not be understood among them.
    written: HashSet<&'s str>,
}

impl<'s> Lower<'s> {
    fn new(spec: &'s spec::Family) -> Self {
        let mut new = Self {
            spec,
            problems: Vec::new(),
            warnings: Vec::new(),
            unknown: HashSet::new(),
            compared: 0,
            listed: HashMap::new(),
            numbered: HashMap::new(),
            layouts: HashMap::new(),
            consts: HashMap::new(),
            enums: HashMap::new(),
            structs: HashMap::new(),
            sets: HashMap::new(),
            sub_messages: HashMap::new(),
            groups: HashSet::new(),
            asked: HashSet::new(),
            numbers: Vec::new(),
        };
        new.unique(spec.definitions.iter().map(|item| &item.name), "definition");
        new.unique(
            spec.attribute_sets.iter().map(|item| &item.name),
            "attribute set",
        );
        new.unique(
            spec.operations.list.iter().map(|item| &item.name),
            "operation",
        );
        let enums = spec.definitions.iter().filter(|item| is_enum(item));
        for (at, item) in enums.enumerate() {
            new.enums.insert(item.name.as_str(), (EnumId(at), item));
        }
        let groups = spec.mcast_groups.iter().flat_map(|groups| &groups.list);
        new.groups.extend(groups.map(|group| group.name.as_str()));
        let operations = spec.operations.list.iter();
        let asked = operations.filter(|op| op.doit.is_some() || op.dump.is_some());
        new.asked.extend(asked.map(|op| op.name.as_str()));
        for item in &spec.definitions {
            if item.kind.value == spec::DefinitionKind::Const {
                new.consts.insert(item.name.as_str(), item);
            }
        }
        let structs = spec.definitions.iter().filter(|item| is_struct(item));
        for (at, item) in structs.enumerate() {
            new.structs.insert(item.name.as_str(), StructId(at));
        }
        new.unique(
            spec.sub_messages.iter().map(|item| &item.name),
            "sub-message",
        );
        for (at, item) in spec.sub_messages.iter().enumerate() {
            new.sub_messages
                .insert(item.name.as_str(), SubMessageId(at));
        }
        for (at, item) in spec.attribute_sets.iter().enumerate() {
            new.sets.insert(item.name.as_str(), SetId(at));
        }
        new
    }

    /// How the family is spoken to.
    fn protocol(&mut self) -> model::Protocol {
        let spec = self.spec;
        let raw = spec
            .protocol
            .as_ref()
            .filter(|protocol| protocol.value == spec::Protocol::NetlinkRaw);
        let Some(raw) = raw else {
            let version = spec.version.as_ref().map_or(1, |version| version.value);
            if let (Err(_), Some(at)) = (u8::try_from(version), &spec.version) {
                self.add(
                    Problem::new(Code::OutOfRange, at.span, "the version has 8 bits")
                        .help("use a number from 0 to 255"),
                );
            }
            self.no_protonum();
            return model::Protocol::Generic {
                version: u8::try_from(version).unwrap_or(1),
            };
        };
        match &spec.protonum {
            Some(number) => {
                if !(0..32).contains(&number.value) {
                    let message = "a netlink protocol's number is from 0 to 31";
                    self.add(Problem::new(Code::OutOfRange, number.span, message));
                }
                model::Protocol::Raw {
                    number: u16::try_from(number.value).unwrap_or(0),
                }
            }
            None => {
                let message = "a protocol that is not generic netlink needs the key `protonum`";
                self.add(Problem::new(Code::MissingKey, raw.span, message));
                model::Protocol::Raw { number: 0 }
            }
        }
    }

    fn is_raw(&self) -> bool {
        let protocol = self.spec.protocol.as_ref();
        protocol.is_some_and(|protocol| protocol.value == spec::Protocol::NetlinkRaw)
    }

    /// A group's number: the kernel hands them out in generic netlink, and specs do elsewhere.
    fn group_number(&mut self, group: &spec::McastGroup) -> Option<u32> {
        match (&group.value, self.is_raw()) {
            // Specs of older kernels leave some out; such a group cannot be joined.
            (None, _) => None,
            (Some(value), true) => {
                let number = u32::try_from(value.value).ok();
                if number.is_none() {
                    let message = "a group's number has 32 bits";
                    self.add(Problem::new(Code::OutOfRange, value.span, message));
                }
                number
            }
            (Some(value), false) => {
                let message = "groups of generic netlink get their numbers from the kernel";
                self.add(Problem::new(Code::WrongKey, value.span, message).help("take it out"));
                None
            }
        }
    }

    fn add(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Names in one list are there once.
    fn unique<'n>(&mut self, names: impl Iterator<Item = &'n At<String>>, what: &str) {
        let mut seen: HashMap<&str, Span> = HashMap::new();
        for name in names {
            if let Some(first) = seen.get(name.as_str()) {
                let message = format!("the {what} `{}` is there twice", name.value);
                let problem = Problem::new(Code::Duplicate, name.span, message);
                self.problems.push(problem.related(*first, "first here"));
            } else {
                seen.insert(name.as_str(), name.span);
            }
        }
    }

    /// A name that nothing has.
    fn unknown<'n>(
        &mut self,
        name: &At<String>,
        what: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) {
        self.unknown_as(format!("there is no {what} `{}`", name.value), name, names);
    }

    fn unknown_as<'n>(
        &mut self,
        message: String,
        name: &At<String>,
        names: impl IntoIterator<Item = &'n str>,
    ) {
        let problem = self.unknown_name(Code::UnknownName, message, name, names);
        self.problems.extend(problem);
    }

    /// An attribute that is listed and that its set does not have. It is left out, and the rest works:
    /// specs of released kernels have such lists.
    fn not_in_set<'n>(
        &mut self,
        name: &At<String>,
        set: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) {
        let message = format!("the set `{set}` has no attribute `{}`", name.value);
        let problem = self.unknown_name(Code::NotInSet, message, name, names);
        self.warnings
            .extend(problem.map(|problem| problem.label("left out")));
    }

    /// What to say of a name; nothing when that was said already: an alias repeats it.
    fn unknown_name<'n>(
        &mut self,
        code: Code,
        message: String,
        name: &At<String>,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Option<Problem> {
        if !self.unknown.insert((name.span, message.clone())) {
            return None;
        }
        let problem = Problem::new(code, name.span, message);
        if self.compared >= MOST_COMPARED {
            return Some(problem.help("define it, or write the name of what is meant"));
        }
        let names: Vec<&str> = names.into_iter().collect();
        self.compared = self.compared.saturating_add(names.len());
        Some(match suggestion(name, names) {
            Some(help) => problem.help(help),
            None => problem.help("define it, or write the name of what is meant"),
        })
    }

    fn find_set(&mut self, name: &At<String>) -> Option<SetId> {
        let found = self.sets.get(name.as_str()).copied();
        if found.is_none() {
            let spec = self.spec;
            let names = spec.attribute_sets.iter().map(|set| set.name.as_str());
            self.unknown(name, "attribute set", names);
        }
        found
    }

    fn find_struct(&mut self, name: &At<String>) -> Option<StructId> {
        let found = self.structs.get(name.as_str()).copied();
        if found.is_none() {
            let spec = self.spec;
            let structs = spec.definitions.iter().filter(|item| is_struct(item));
            self.unknown(name, "struct", structs.map(|item| item.name.as_str()));
        }
        found
    }

    /// A struct that something follows, in a message or a format.
    fn find_header(&mut self, name: &At<String>) -> Option<StructId> {
        let found = self.find_struct(name)?;
        if self
            .layouts
            .get(name.as_str())
            .is_some_and(|laid| laid.tail)
        {
            let message = format!(
                "the struct `{}` ends in an array of any length, and something follows a fixed header",
                name.value
            );
            let problem = Problem::new(Code::WrongValue, name.span, message);
            self.add(
                problem.help("such a struct is the whole of an attribute of the type `binary`"),
            );
            return None;
        }
        Some(found)
    }

    fn find_sub_message(&mut self, name: &At<String>) -> Option<SubMessageId> {
        let found = self.sub_messages.get(name.as_str()).copied();
        if found.is_none() {
            let spec = self.spec;
            let names = spec.sub_messages.iter().map(|item| item.name.as_str());
            self.unknown(name, "sub-message", names);
        }
        found
    }

    /// What an integer with the names of an enum means, and that enum.
    fn named(
        &mut self,
        name: &At<String>,
        as_flags: Option<&At<bool>>,
    ) -> Option<(model::Meaning, &'s spec::Definition)> {
        let (id, definition) = self.find_enum(name)?;
        let flags = definition.kind.value == spec::DefinitionKind::Flags
            || as_flags.is_some_and(|flags| flags.value);
        let meaning = match flags {
            true => model::Meaning::Flags(id),
            false => model::Meaning::Enum(id),
        };
        Some((meaning, definition))
    }

    fn find_enum(&mut self, name: &At<String>) -> Option<(EnumId, &'s spec::Definition)> {
        let found = self.enums.get(name.as_str()).copied();
        if found.is_none() {
            let spec = self.spec;
            let enums = spec.definitions.iter().filter(|item| is_enum(item));
            self.unknown(name, "enum", enums.map(|item| item.name.as_str()));
        }
        found
    }

    fn groups(&mut self) -> Vec<model::Group> {
        let Some(groups) = &self.spec.mcast_groups else {
            return Vec::new();
        };
        self.unique(
            groups.list.iter().map(|group| &group.name),
            "multicast group",
        );
        let mut scope = model::name::Scope::default();
        groups
            .list
            .iter()
            .map(|group| model::Group {
                name: group.name.value.clone(),
                ident: scope.take(model::name::upper(&group.name), ""),
                number: self.group_number(group),
                c: kernel::group_keys(group),
                permission: self.permission(&group.flags),
            })
            .collect()
    }
}

/// Items with their values: what is written, or one more than that of the item before.
fn counted<T>(
    items: &[T],
    start: i128,
    written: impl Fn(&T) -> Option<&At<i128>>,
) -> impl Iterator<Item = (i128, &T)> {
    let mut next = start;
    items.iter().map(move |item| {
        let value = written(item).map_or(next, |value| value.value);
        next = value.saturating_add(1);
        (value, item)
    })
}

fn is_struct(item: &spec::Definition) -> bool {
    item.kind.value == spec::DefinitionKind::Struct
}

fn is_enum(item: &spec::Definition) -> bool {
    use spec::DefinitionKind::{Enum, Flags};
    matches!(item.kind.value, Enum | Flags)
}

/// A text without the white space that YAML's block styles leave around it.
fn text(text: Option<&At<String>>) -> Option<String> {
    let text = text?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
