//! Names for a skeleton, from the enums of a C header.
//!
//! Netlink's conventions tell which enum belongs to what. Commands are in one whose names begin with
//! `…_CMD_` or `…_MSG_`; attributes in those with `…_A_…` or `…_ATTR_…`. What else stands there says
//! which: in `ETHTOOL_A_RINGS_RX` it is `rings`, the operation `rings-set` without its verb; of a nest, it
//! is the name of the attribute. Without such words the enum is the family's. An enum must have
//! names for most of the numbers that are asked for, and one that only looks right is left out: numbers
//! stay.

use std::collections::{BTreeMap, BTreeSet};

use super::c_enums::Enum;
use super::numbering::{ATTRIBUTE, About, COMMAND, Numbering, words};
use super::skeleton::{Skeleton, set_name};

/// What operations do to what they are about.
const VERBS: [&str; 19] = [
    "get", "set", "new", "del", "add", "remove", "create", "destroy", "flush", "dump", "act",
    "change", "modify", "delete", "list", "show", "start", "stop", "ntf",
];

/// Which enums are taken for what: the name of a set, or `operations`, and the prefix of the names.
pub(crate) type Choices = BTreeMap<String, String>;

impl Skeleton {
    /// Gives operations, attributes and sets the names that the enums have for their numbers. `choices`
    /// come before what the conventions tell.
    pub(crate) fn name_by(&mut self, enums: &[Enum], choices: &Choices) {
        let enums: Vec<Numbering> = enums.iter().filter_map(Numbering::of).collect();
        let family: Vec<String> = words(&self.name);
        self.name_operations(&enums, &family, choices);
        for place in 0..self.sets.len() {
            self.name_set(place, &enums, &family, choices);
        }
        self.unite();
    }

    fn name_operations(&mut self, enums: &[Numbering], family: &[String], choices: &Choices) {
        let wanted: BTreeSet<i128> = self
            .operations
            .iter()
            .map(|operation| operation.command.into())
            .collect();
        let has =
            |one: &Numbering, words: &[&str]| one.words.iter().any(|word| words.contains(&&**word));
        let mut fitting: Vec<&Numbering> = match choices.get("operations") {
            Some(prefix) => enums.iter().filter(|one| one.prefix == *prefix).collect(),
            None => {
                let commands = |one: &&Numbering| has(one, &COMMAND) && !has(one, &ATTRIBUTE);
                enums.iter().filter(commands).collect()
            }
        };
        // Most numbers, then most words of the family's name; the first of equals.
        fitting.sort_by_key(|one| {
            let named = wanted
                .iter()
                .filter(|number| one.names.contains_key(number))
                .count();
            let own = family
                .iter()
                .filter(|word| one.words.contains(word))
                .count();
            // Families whose answers have numbers of their own list those in another enum.
            let to_user = one.names.values().any(|name| name.ends_with("-reply"));
            std::cmp::Reverse((!to_user, named, own))
        });
        self.prefix = fitting.first().map(|one| one.spec_prefix());
        let mut taken = BTreeSet::new();
        for operation in &mut self.operations {
            let number = i128::from(operation.command);
            let name = fitting.iter().find_map(|one| one.names.get(&number));
            if let Some(name) = name.filter(|name| taken.insert((*name).clone())) {
                operation.name.clone_from(name);
            }
        }
    }

    fn name_set(
        &mut self,
        place: usize,
        enums: &[Numbering],
        family: &[String],
        choices: &Choices,
    ) {
        let Some(set) = self.sets.get(place) else {
            return;
        };
        let numbers: Vec<i128> = set.attributes.iter().map(|one| one.number.into()).collect();
        let about = self.about(place);
        let chosen = choices.get(&set.name);
        let fits = |one: &&Numbering| match chosen {
            Some(prefix) => one.prefix == *prefix,
            None => one.has_most(&numbers),
        };
        if numbers.is_empty() {
            return;
        }
        let score = |one: &Numbering| match chosen {
            Some(_) => Some((3, 0)),
            None => one.score(&numbers, &about, family),
        };
        let mut scored: Vec<((u8, i32), &Numbering)> = enums
            .iter()
            .filter(fits)
            .filter_map(|one| Some((score(one)?, one)))
            .collect();
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        let Some((_, best)) = scored.first() else {
            return;
        };
        let topic = best.topic(family).join("-");
        let name = if topic.is_empty() {
            set_name(&self.name)
        } else {
            topic
        };
        let name = self.unused(&name, place);
        let Some(set) = self.sets.get_mut(place) else {
            return;
        };
        set.name = name;
        set.prefix = Some(best.spec_prefix());
        let mut taken = BTreeSet::new();
        for attribute in &mut set.attributes {
            let known = best.names.get(&i128::from(attribute.number));
            if let Some(known) = known.filter(|name| taken.insert((*name).clone())) {
                attribute.name.clone_from(known);
            }
        }
    }

    /// What a set is about: the words of the attribute that it is inside of, or of the operations that
    /// begin with it, without verbs; none of the family's own set.
    fn about(&self, place: usize) -> About {
        let mut holders = self.sets.iter().flat_map(|set| &set.attributes);
        if let Some(holder) = holders.find(|attribute| attribute.nested == Some(place)) {
            return About {
                words: words(&holder.name),
                is_nest: true,
                first_levels: BTreeSet::new(),
            };
        }
        let mut operations = self.operations.iter().filter(|one| one.set == place);
        let first = operations
            .next()
            .map(|one| words(&one.name))
            .unwrap_or_default();
        let words = match operations.next() {
            // Several operations: the family's own set.
            Some(_) => Vec::new(),
            None => first
                .into_iter()
                .filter(|word| !VERBS.contains(&&**word))
                .collect(),
        };
        About {
            words,
            is_nest: false,
            first_levels: self.first_levels(),
        }
    }

    /// The numbers of the attributes that operations begin with.
    fn first_levels(&self) -> BTreeSet<i128> {
        let sets = self
            .operations
            .iter()
            .filter_map(|one| self.sets.get(one.set));
        let attributes = sets.flat_map(|set| &set.attributes);
        attributes
            .map(|attribute| attribute.number.into())
            .collect()
    }

    /// The name for a set, with a number behind when another set has it.
    fn unused(&self, name: &str, place: usize) -> String {
        let taken = |name: &str| {
            let sets = self.sets.iter().enumerate();
            let mut others = sets.filter(|(at, _)| *at != place);
            others.any(|(_, set)| set.name == name)
        };
        let mut names =
            std::iter::once(name.to_owned()).chain((2..).map(|number| format!("{name}-{number}")));
        // There is always a free number.
        names.find(|name| !taken(name)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::c_enums::scan;
    use super::*;
    use crate::live::{Accepts, Family, Operation};
    use nlgen_runtime::nlctrl::{AttrType, OpFlags};

    const HEADER: &str = "
        enum { WX_CMD_UNSPEC, WX_CMD_SKY_GET, WX_CMD_SKY_SET, WX_CMD_FLUSH, __WX_CMD_MAX };
        enum { WX_A_SKY_UNSPEC, WX_A_SKY_PLACE, WX_A_SKY_COLOUR, __WX_A_SKY_MAX };
        enum { WX_A_PLACE_UNSPEC, WX_A_PLACE_NORTH, WX_A_PLACE_EAST, WX_A_PLACE_MAX = 2 };
        enum { WX_KIND_RAIN, WX_KIND_SUN, WX_KIND_SNOW };
    ";

    fn family() -> Family {
        let accepts = |kind, nested| Accepts {
            kind,
            range: None,
            mask: None,
            min_len: None,
            max_len: None,
            nested,
        };
        let operation = |command, doit| Operation {
            command,
            flags: OpFlags::CMD_CAP_DO,
            doit: Some(doit),
            dump: None,
        };
        let place = (1, accepts(AttrType::Nested, Some(2)));
        Family {
            name: "wx".to_owned(),
            version: 1,
            operations: vec![operation(1, 0), operation(2, 1), operation(3, 3)],
            policies: [
                (0, [place.clone()].into()),
                (1, [place, (2, accepts(AttrType::U8, None))].into()),
                (2, [(1, accepts(AttrType::S32, None))].into()),
                (3, [(1, accepts(AttrType::Flag, None))].into()),
            ]
            .into(),
            ..Family::default()
        }
    }

    fn outline(choices: &[(&str, &str)]) -> Vec<String> {
        let choices = choices
            .iter()
            .map(|(name, prefix)| ((*name).to_owned(), (*prefix).to_owned()));
        let mut skeleton = Skeleton::of(&family());
        skeleton.name_by(&scan(HEADER), &choices.collect());
        let operations = skeleton.operations.iter().map(|one| one.name.clone());
        let sets = skeleton.sets.iter().map(|set| {
            let names: Vec<&str> = set.attributes.iter().map(|one| one.name.as_str()).collect();
            format!("{}: {}", set.name, names.join(" "))
        });
        operations.chain(sets).collect()
    }

    /// `flush` has no enum of its own; sets of one enum are one.
    #[test]
    fn names_follow_conventions() {
        assert_eq!(
            outline(&[]),
            [
                "sky-get",
                "sky-set",
                "flush",
                "sky: place colour",
                "place: north",
                "op-3: attr-1"
            ]
        );
    }

    #[test]
    fn choices_come_first() {
        assert_eq!(
            outline(&[("op-3", "WX_A_PLACE_")]),
            [
                "sky-get",
                "sky-set",
                "flush",
                "sky: place colour",
                "place: north",
                "place-2: north"
            ]
        );
    }
}
