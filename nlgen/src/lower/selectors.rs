//! Selectors of sub-messages: attributes of the same set, or of one around it.

use std::collections::{HashMap, HashSet};

use super::{Lower, is_struct};
use crate::span::At;
use crate::spec::{self, AttributeSet};

/// The sets that each set lies in.
type Around<'s> = HashMap<&'s str, Vec<&'s AttributeSet>>;

impl<'s> Lower<'s> {
    /// Each selector stands where it can be seen.
    pub(super) fn selectors(&mut self) {
        let spec = self.spec;
        let around = around(spec);
        for set in &spec.attribute_sets {
            for selector in set
                .attributes
                .iter()
                .filter_map(|attr| attr.selector.as_ref())
            {
                let seen = seen_from(set, &around);
                let names = || {
                    seen.iter()
                        .flat_map(|set| &set.attributes)
                        .map(|attr| &attr.name)
                };
                let members = || headers(spec).flat_map(|item| &item.members);
                let known = |name: &At<String>| *name.value == *selector.value;
                if !names().any(known) && !members().any(|member| known(&member.name)) {
                    let message = format!(
                        "neither the set `{}` nor one around it has an attribute `{}`, and no fixed header has such a member",
                        set.name.value, selector.value
                    );
                    let members = members().map(|member| member.name.as_str());
                    let names = names().map(|name| name.as_str());
                    self.unknown_as(message, selector, names.chain(members));
                }
            }
        }
    }
}

/// The structs that messages, formats of sub-messages or rows begin with.
fn headers(spec: &spec::Family) -> impl Iterator<Item = &spec::Definition> {
    let operations = spec.operations.list.iter();
    let formats = spec.sub_messages.iter().flat_map(|item| &item.formats);
    let attributes = spec.attribute_sets.iter().flat_map(|set| &set.attributes);
    let rows = attributes.filter(|attr| attr.length.is_some());
    let names = operations.filter_map(|operation| operation.fixed_header.as_ref());
    let names: HashSet<&str> = names
        .chain(formats.filter_map(|format| format.fixed_header.as_ref()))
        .chain(&spec.operations.fixed_header)
        .chain(rows.filter_map(|attr| attr.structure.as_ref()))
        .map(|name| name.as_str())
        .collect();
    let structs = spec.definitions.iter().filter(|item| is_struct(item));
    structs.filter(move |item| names.contains(item.name.as_str()))
}

/// A set and all around it, nearest first.
fn seen_from<'s>(set: &'s AttributeSet, around: &Around<'s>) -> Vec<&'s AttributeSet> {
    let mut seen = vec![set];
    let mut known = HashSet::from([set.name.as_str()]);
    let mut at = 0;
    while let Some(inner) = seen.get(at) {
        let outer = around.get(inner.name.as_str());
        let new = outer
            .into_iter()
            .flatten()
            .filter(|set| known.insert(&set.name));
        let new: Vec<&AttributeSet> = new.copied().collect();
        seen.extend(new);
        at += 1;
    }
    seen
}

/// A subset counts as lying in its parent, whose nests and selectors it takes over.
fn around(spec: &spec::Family) -> Around<'_> {
    let mut around = Around::new();
    let mut formats: HashMap<&str, Vec<&str>> = HashMap::new();
    for item in &spec.sub_messages {
        let sets = item
            .formats
            .iter()
            .filter_map(|format| format.attribute_set.as_ref());
        formats.insert(&item.name, sets.map(|name| name.as_str()).collect());
    }
    for set in &spec.attribute_sets {
        for attr in &set.attributes {
            let nested = attr.nested_attributes.iter().map(|name| name.as_str());
            let selected = attr
                .sub_message
                .iter()
                .filter_map(|name| formats.get(name.as_str()));
            for inner in nested.chain(selected.flatten().copied()) {
                around.entry(inner).or_default().push(set);
            }
        }
        if let Some(parent) = &set.subset_of {
            let parent = spec
                .attribute_sets
                .iter()
                .find(|known| *known.name == **parent);
            around.entry(&set.name).or_default().extend(parent);
        }
    }
    around
}
