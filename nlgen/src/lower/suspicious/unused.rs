//! Sets, structs and sub-messages that no operation leads to.

use std::collections::HashSet;

use super::{Suspicious, is_struct};
use crate::diagnostic::{Code, Problem};
use crate::span::At;
use crate::spec;

/// What an operation leads to, by name.
#[derive(Default)]
struct Reached<'s> {
    sets: HashSet<&'s str>,
    structs: HashSet<&'s str>,
    sub_messages: HashSet<&'s str>,
    /// Found, and not looked into yet.
    open: Vec<&'s str>,
}

impl<'s> Reached<'s> {
    fn set(&mut self, name: Option<&'s At<String>>) {
        if let Some(name) = name
            && self.sets.insert(name)
        {
            self.open.push(name);
        }
    }

    fn structure(&mut self, name: Option<&'s At<String>>) {
        self.structs.extend(name.map(|name| name.as_str()));
    }

    fn attribute(&mut self, attr: &'s spec::Attribute, spec: &'s spec::Family) {
        self.set(attr.nested_attributes.as_ref());
        self.structure(attr.structure.as_ref());
        let Some(name) = &attr.sub_message else {
            return;
        };
        if !self.sub_messages.insert(name) {
            return;
        }
        let named = spec.sub_messages.iter().filter(|item| *item.name == **name);
        for format in named.flat_map(|item| &item.formats) {
            self.set(format.attribute_set.as_ref());
            self.structure(format.fixed_header.as_ref());
            self.structure(format.structure.as_ref());
        }
    }
}

impl<'s> Suspicious<'s> {
    /// A document without operations is a part, and nothing in it is unused. Enums and constants may be
    /// there for what they say.
    pub(super) fn unused(&mut self) {
        let spec = self.spec;
        let operations = &spec.operations;
        if operations.list.is_empty() {
            return;
        }
        let mut reached = Reached::default();
        reached.structure(operations.fixed_header.as_ref());
        for operation in &operations.list {
            reached.set(operation.attribute_set.as_ref());
            reached.structure(operation.fixed_header.as_ref());
        }
        while let Some(name) = reached.open.pop() {
            let sets = spec.attribute_sets.iter().filter(|set| *set.name == *name);
            for set in sets {
                reached.set(set.subset_of.as_ref());
                for attr in &set.attributes {
                    reached.attribute(attr, spec);
                }
            }
        }
        self.inner_structs(&mut reached);
        for set in &spec.attribute_sets {
            self.told(&set.name, "set", &reached.sets);
        }
        for item in spec.definitions.iter().filter(|item| is_struct(item)) {
            self.told(&item.name, "struct", &reached.structs);
        }
        for item in &spec.sub_messages {
            self.told(&item.name, "sub-message", &reached.sub_messages);
        }
    }

    /// The structs inside those that are reached.
    fn inner_structs(&self, reached: &mut Reached<'s>) {
        let mut open: Vec<&str> = reached.structs.iter().copied().collect();
        while let Some(name) = open.pop() {
            let definitions = self.spec.definitions.iter();
            let named = definitions.filter(|item| is_struct(item) && *item.name == *name);
            for member in named.flat_map(|item| &item.members) {
                if let Some(inner) = &member.structure
                    && reached.structs.insert(inner)
                {
                    open.push(inner);
                }
            }
        }
    }

    fn told(&mut self, name: &At<String>, what: &str, reached: &HashSet<&str>) {
        if !reached.contains(name.as_str()) {
            let message = format!("no operation leads to the {what} `{}`", name.value);
            let problem = Problem::new(Code::Unused, name.span, message);
            self.add(problem.help("name it where it belongs, or take it out"));
        }
    }
}
