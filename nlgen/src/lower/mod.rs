//! From the document to the model: names become items, numbers are counted, limits become values.
//!
//! Every check is made even when an earlier one failed, so that one run shows all problems.

mod checks;
mod content;
mod definitions;
mod messages;
mod operations;
mod sets;

use std::collections::HashMap;

use crate::diagnostic::{Code, Problem};
use crate::model::{self, EnumId, SetId};
use crate::span::{At, Span};
use crate::spec;

/// Resolves a document.
///
/// # Errors
/// All problems of it.
pub(crate) fn lower(family: &spec::Family) -> Result<model::Family, Vec<Problem>> {
    let mut lower = Lower::new(family);
    lower.family_keys();
    let consts = lower.consts();
    let enums = lower.enums();
    let sets = lower.sets();
    let groups = lower.groups();
    let operations = lower.operations(&sets);
    if !lower.problems.is_empty() {
        return Err(lower.problems);
    }
    let version = family
        .version
        .as_ref()
        .and_then(|version| u8::try_from(version.value).ok());
    let parts = model::Family {
        name: family.name.value.clone(),
        doc: text(family.doc.as_ref()),
        version: version.unwrap_or(1),
        consts,
        enums,
        sets,
        messages: Vec::new(),
        operations: Vec::new(),
        notifications: Vec::new(),
        groups,
    };
    Ok(messages::assemble(parts, &operations))
}

/// The state of lowering: what names lead to, and what was wrong so far.
struct Lower<'s> {
    spec: &'s spec::Family,
    problems: Vec<Problem>,
    consts: HashMap<&'s str, &'s spec::Definition>,
    enums: HashMap<&'s str, (EnumId, &'s spec::Definition)>,
    sets: HashMap<&'s str, SetId>,
}

impl<'s> Lower<'s> {
    fn new(spec: &'s spec::Family) -> Self {
        let mut new = Self {
            spec,
            problems: Vec::new(),
            consts: HashMap::new(),
            enums: HashMap::new(),
            sets: HashMap::new(),
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
        for item in &spec.definitions {
            if item.kind.value == spec::DefinitionKind::Const {
                new.consts.insert(item.name.as_str(), item);
            }
        }
        for (at, item) in spec.attribute_sets.iter().enumerate() {
            new.sets.insert(item.name.as_str(), SetId(at));
        }
        new
    }

    fn family_keys(&mut self) {
        let spec = self.spec;
        if let Some(version) = &spec.version
            && u8::try_from(version.value).is_err()
        {
            self.add(
                Problem::new(Code::OutOfRange, version.span, "the version has 8 bits")
                    .help("use a number from 0 to 255"),
            );
        }
        if let Some(protocol) = &spec.protocol
            && protocol.value == spec::Protocol::NetlinkRaw
        {
            self.unsupported(protocol.span, "protocols that are not generic netlink");
        }
        if let Some(first) = spec.sub_messages.first() {
            self.unsupported(first.span, "sub-messages");
        }
    }

    fn add(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn unsupported(&mut self, span: Span, what: &str) {
        let message = format!("{what} cannot be generated yet");
        self.add(Problem::new(Code::Unsupported, span, message));
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

    /// An attribute that a set does not have.
    fn unknown_attribute<'n>(
        &mut self,
        name: &At<String>,
        set: &str,
        names: impl IntoIterator<Item = &'n str>,
    ) {
        let message = format!("the set `{set}` has no attribute `{}`", name.value);
        self.unknown_as(message, name, names);
    }

    fn unknown_as<'n>(
        &mut self,
        message: String,
        name: &At<String>,
        names: impl IntoIterator<Item = &'n str>,
    ) {
        let problem = Problem::new(Code::UnknownName, name.span, message);
        self.add(problem.suggest(name, names));
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
            })
            .collect()
    }
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
