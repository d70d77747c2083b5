//! What only a header has: attributes that the kernel accepts without reporting a policy, or that it sends and
//! never accepts, and commands that it sends on its own.

use nlgen_runtime::nlctrl::AttrType;

use super::numbering::Numbering;
use super::skeleton::{Attribute, Event, NOT_REPORTED, Set, Skeleton, UNREPORTED};
use crate::live::Accepts;

impl Skeleton {
    /// Adds the attributes that are in the enums of the sets and in no policy. Requests take those that may be
    /// bytes, whose policy the kernel never reports, as far as its policy goes.
    pub(super) fn add_unreported(&mut self, enums: &[Numbering]) {
        let first_levels: Vec<usize> = self.operations.iter().map(|one| one.set).collect();
        let mut open = None;
        for place in 0..self.sets.len() {
            let Some(set) = self.sets.get(place) else {
                return;
            };
            let Some(names) = set.named_by.and_then(|at| enums.get(at)) else {
                continue;
            };
            let has = |number: u16| set.attributes.iter().any(|one| one.number == number);
            let taken = |name: &str| set.attributes.iter().any(|one| one.name == name);
            let mut more = Vec::new();
            for (value, named) in &names.names {
                let Ok(number) = u16::try_from(*value) else {
                    continue;
                };
                if number != 0 && !has(number) && !taken(&named.name) {
                    more.push(Attribute::unreported(number, &named.name, named.kind));
                }
            }
            // Up to the end of the policy that operations share. Those with one of their own are strict, so
            // that nothing unreported is accepted.
            if first_levels.contains(&place) {
                let bytes = more.iter().filter(|one| one.may_be_accepted());
                let numbers = bytes.map(|one| one.number);
                let numbers = numbers.filter(|number| u32::from(*number) <= self.max_attribute);
                let numbers: Vec<u16> = numbers.collect();
                self.ask_with(place, &numbers);
            }
            if more.iter().any(|one| one.accepts.kind == AttrType::Nested) {
                open = Some(open.unwrap_or_else(|| self.open_set()));
            }
            for attribute in &mut more {
                if attribute.accepts.kind == AttrType::Nested {
                    attribute.nested = open;
                }
            }
            if let Some(set) = self.sets.get_mut(place) {
                set.attributes.append(&mut more);
                set.attributes.sort_by_key(|attribute| attribute.number);
            }
        }
    }

    /// The place of the set for nests of which nothing is reported.
    fn open_set(&mut self) -> usize {
        let known = self.sets.iter().position(|set| set.name == UNREPORTED.0);
        known.unwrap_or_else(|| {
            self.sets.push(Set {
                doc: UNREPORTED.1.to_owned(),
                ..Set::new(UNREPORTED.0.to_owned())
            });
            self.sets.len() - 1
        })
    }

    /// Adds attributes to the requests that have a policy and begin with a set.
    fn ask_with(&mut self, set: usize, numbers: &[u16]) {
        let operations = self.operations.iter_mut().filter(|one| one.set == set);
        for asked in operations.flat_map(|one| [&mut one.doit, &mut one.dump]) {
            if let Some(asked) = asked.as_mut().filter(|asked| !asked.is_empty()) {
                asked.extend(numbers);
            }
        }
    }

    /// Adds what the enum of commands has and no operation: where there are groups, the kernel may send it to
    /// them.
    pub(super) fn add_events(&mut self, commands: Option<&Numbering>) {
        let Some(commands) = commands.filter(|_| !self.groups.is_empty()) else {
            return;
        };
        let first = self.operations.first().map_or(0, |operation| operation.set);
        let alike = self
            .operations
            .iter()
            .all(|operation| operation.set == first);
        // Which set an event has is not known where operations have several.
        if !alike || self.sets.is_empty() {
            return;
        }
        for (value, named) in &commands.names {
            let Some(command) = u8::try_from(*value).ok().map(u32::from) else {
                continue;
            };
            let known = self.operations.iter().any(|one| one.command == command);
            let taken = self.operations.iter().any(|one| one.name == named.name);
            let nothing = ["unspec", "noop", "none", "invalid"].contains(&named.name.as_str());
            let is_none = command == 0 && nothing;
            if !known && !taken && !is_none {
                self.events.push(Event {
                    command,
                    name: named.name.clone(),
                    set: first,
                });
            }
        }
    }
}

impl Attribute {
    /// An attribute of which only the header has a name, and perhaps a type.
    fn unreported(number: u16, name: &str, kind: Option<AttrType>) -> Self {
        Self {
            number,
            name: name.to_owned(),
            accepts: Accepts {
                kind: kind.unwrap_or(AttrType::Binary),
                range: None,
                mask: None,
                min_len: None,
                max_len: None,
                nested: None,
            },
            nested: None,
            differs: Some(NOT_REPORTED),
            is_pad: name == "pad",
        }
    }

    /// Whether the kernel may accept it although it reports no policy for it.
    fn may_be_accepted(&self) -> bool {
        self.accepts.kind == AttrType::Binary && !self.is_pad
    }
}
