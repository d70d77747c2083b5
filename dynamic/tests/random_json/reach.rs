//! What a message can contain, and what of it has come up.

use std::collections::BTreeSet;

use nlgen::model::{
    Attribute, Content, Entry, Enum, EnumId, Format, Meaning, MessageId, Set, SubMessage,
};

use super::Random;

impl Random<'_> {
    /// The attributes and formats that a message can contain and that never came up.
    pub(crate) fn undrawn(&self, id: MessageId) -> BTreeSet<String> {
        let message = self.family.message(id);
        let set = self.family.set(message.set);
        let mut reached = BTreeSet::new();
        for attribute in self.family.fields(message) {
            self.reach(set, attribute, &mut reached);
        }
        reached.retain(|place| !self.drawn.contains(place));
        reached
    }

    /// Whether something in an attribute has not come up yet, or the attribute itself.
    pub(super) fn leads_to_new(&mut self, set: &Set, attribute: &Attribute) -> bool {
        let place = place(set, attribute);
        if self.finished.contains(&place) {
            return false;
        }
        let mut reached = BTreeSet::new();
        self.reach(set, attribute, &mut reached);
        let new = reached.iter().any(|place| !self.drawn.contains(place));
        if !new {
            self.finished.insert(place);
        }
        new
    }

    fn reach(&self, set: &Set, attribute: &Attribute, reached: &mut BTreeSet<String>) {
        if self.is_selected_by_header(attribute) {
            return;
        }
        if !attribute.is_data() || !reached.insert(place(set, attribute)) {
            return;
        }
        let mut sets = Vec::new();
        match innermost(&attribute.content) {
            Content::Nest(set) | Content::Keyed { set, .. } | Content::Rows { set, .. } => {
                sets.push(*set);
            }
            Content::SubMessage { id, .. } => {
                let sub = self.family.sub_message(*id);
                for format in &sub.formats {
                    reached.insert(format_place(sub, format));
                    sets.extend(format.set);
                }
            }
            content => {
                if let Some(id) = names(content) {
                    let all = self.family.enumeration(id);
                    reached.extend(own_entries(all).map(|entry| entry_place(all, entry)));
                }
            }
        }
        for set in sets {
            let set = self.family.set(set);
            for attribute in &set.attributes {
                self.reach(set, attribute, reached);
            }
        }
    }

    /// Whether a member of the fixed header selects the format: such an attribute is not drawn, since the kernel's
    /// tool has no such selectors. `tests/header_selectors.rs` has them.
    fn is_selected_by_header(&self, attribute: &Attribute) -> bool {
        let Content::SubMessage { selector, .. } = innermost(&attribute.content) else {
            return false;
        };
        let mut attributes = self.family.sets.iter().flat_map(|set| &set.attributes);
        attributes.all(|known| known.name != *selector)
    }

    /// Whether a format has not come up yet, or something in it.
    pub(super) fn format_leads_to_new(&mut self, sub: &SubMessage, format: &Format) -> bool {
        let set = format.set.map(|set| self.family.set(set));
        let attributes = set.into_iter().flat_map(|set| &set.attributes);
        !self.drawn.contains(&format_place(sub, format))
            || attributes
                .filter(|attribute| attribute.is_data())
                .any(|attribute| set.is_some_and(|set| self.leads_to_new(set, attribute)))
    }
}

/// What the entries of an array contain, and what any other attribute contains.
pub(super) fn innermost(content: &Content) -> &Content {
    match content {
        Content::Array(element) => innermost(element),
        content => content,
    }
}

/// The enum that names the values or the flags of an attribute.
fn names(content: &Content) -> Option<EnumId> {
    match innermost(content) {
        Content::Int(_, Meaning::Enum(id) | Meaning::Flags(id)) => Some(*id),
        Content::Bitfield32(id) => *id,
        _ => None,
    }
}

/// The entries of an enum whose value no other has.
pub(super) fn own_entries(all: &Enum) -> impl Iterator<Item = &Entry> {
    let entries = &all.entries;
    entries.iter().filter(|entry| {
        let same = entries.iter().filter(|other| other.value == entry.value);
        same.count() == 1
    })
}

pub(super) fn entry_place(all: &Enum, entry: &Entry) -> String {
    format!("{}:{}", all.name, entry.name)
}

pub(super) fn format_place(sub: &SubMessage, format: &Format) -> String {
    format!("{}={}", sub.name, format.value)
}

pub(super) fn place(set: &Set, attribute: &Attribute) -> String {
    format!("{}.{}", set.name, attribute.name)
}
