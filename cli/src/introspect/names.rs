//! Names for a skeleton, from the enums of a C header.
//!
//! Netlink's conventions say which enum belongs to what. Commands are in one whose names begin with
//! `…_CMD_` or `…_MSG_`; attributes in those with `…_A_…` or `…_ATTR_…`. The other words of the prefix say
//! which: in `ETHTOOL_A_RINGS_RX` it is `rings`, the operation `rings-set` without its verb; of a nest, it
//! is the name of the attribute. Without such words the enum is the family's, and so is one that ends where
//! the family's policy does. An enum must have names for most of the numbers that are asked for. One whose
//! comments name other types than the kernel does not fit, and numbers that no enum fits keep their number.

use std::collections::{BTreeMap, BTreeSet};

use super::c_enums::Enum;
use super::numbering::{About, Numbering, VERBS, words};
use super::skeleton::{Set, Skeleton, set_name};

/// Which enums are taken for what: the name of a set, or `operations`, and the prefix of the names.
pub(crate) type Choices = BTreeMap<String, String>;

/// What has numbers for names, since no enum was certain.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unnamed {
    /// The name of the set, or `operations`.
    pub(crate) what: String,
    /// The prefixes of the enums that may be meant, the first few.
    pub(crate) prefixes: Vec<String>,
}

/// How many prefixes are worth naming.
const FEW: usize = 6;

impl Skeleton {
    /// Gives operations, attributes and sets the names that the enums have for their numbers, and adds what
    /// only the enums have. `choices` come before what the conventions say. Gives what still has numbers for names.
    pub(crate) fn name_by(&mut self, enums: &[Enum], choices: &Choices) -> Vec<Unnamed> {
        let enums: Vec<Numbering> = enums.iter().filter_map(Numbering::of).collect();
        let family: Vec<String> = words(&self.name);
        let commands = self.name_operations(&enums, &family, choices);
        if self.operations.is_empty() && !self.groups.is_empty() {
            self.sets.push(Set::new(set_name(&self.name)));
        }
        for place in 0..self.sets.len() {
            self.name_set(place, &enums, &family, choices);
        }
        self.unite();
        self.name_sets();
        self.add_unreported(&enums);
        self.add_events(commands);
        if self.operations.is_empty() && self.events.is_empty() {
            self.sets.clear();
        }
        self.unnamed(&enums, &family)
    }

    fn unnamed(&self, enums: &[Numbering], family: &[String]) -> Vec<Unnamed> {
        let mut all = Vec::new();
        let mut operations = self.operations.iter();
        if operations.any(|one| one.name == format!("op-{}", one.command)) {
            let commands = enums.iter().filter(|one| !one.names_attributes());
            let wanted: BTreeSet<i128> = self
                .operations
                .iter()
                .map(|one| one.command.into())
                .collect();
            let prefixes = commands.filter(|one| one.has_all(&wanted));
            all.push(Unnamed {
                what: "operations".to_owned(),
                prefixes: prefixes.map(|one| one.prefix.clone()).take(FEW).collect(),
            });
        }
        for set in self.sets.iter().filter(|set| set.named_by.is_none()) {
            if set.attributes.is_empty() {
                continue;
            }
            let types = set.types();
            let prefixes = enums.iter().filter(|one| one.may_name(&types, family));
            all.push(Unnamed {
                what: set.name.clone(),
                prefixes: prefixes.map(|one| one.prefix.clone()).take(FEW).collect(),
            });
        }
        all
    }

    /// Names operations, and gives the enum that most names are from.
    fn name_operations<'e>(
        &mut self,
        enums: &'e [Numbering],
        family: &[String],
        choices: &Choices,
    ) -> Option<&'e Numbering> {
        let wanted: BTreeSet<i128> = self
            .operations
            .iter()
            .map(|operation| operation.command.into())
            .collect();
        let mut fitting: Vec<&Numbering> = match choices.get("operations") {
            Some(prefix) => enums.iter().filter(|one| one.prefix == *prefix).collect(),
            None => enums.iter().filter(|one| one.has_commands()).collect(),
        };
        // Some families call their commands by nothing but what they do.
        let names_any =
            |one: &&Numbering| wanted.iter().any(|number| one.names.contains_key(number));
        if !wanted.is_empty() && !fitting.iter().any(names_any) {
            let does_all = |one: &&Numbering| {
                one.has_verbs() && !one.names_attributes() && one.has_all(&wanted)
            };
            fitting = enums.iter().filter(does_all).collect();
        }
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
            let to_user = one.names.values().any(|one| one.name.ends_with("-reply"));
            std::cmp::Reverse((!to_user, named, own))
        });
        self.prefix = fitting.first().map(|one| one.spec_prefix());
        let mut taken = BTreeSet::new();
        for operation in &mut self.operations {
            let number = i128::from(operation.command);
            let named = fitting.iter().find_map(|one| one.names.get(&number));
            if let Some(named) = named.filter(|named| taken.insert(named.name.clone())) {
                operation.name.clone_from(&named.name);
            }
        }
        fitting.first().copied()
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
        let types = set.types();
        let about = self.about(place);
        if types.is_empty() && about.is_nest {
            return;
        }
        let chosen = choices.get(&set.name);
        let score = |one: &Numbering| match chosen {
            Some(prefix) => (one.prefix == *prefix).then_some((9, 0)),
            None if one.has_most(&types) => one.score(&types, &about, family),
            None => None,
        };
        let scored = enums.iter().enumerate();
        let scored = scored.filter_map(|(at, one)| Some((score(one)?, at, one)));
        // The first of equals.
        let best = scored.min_by_key(|(score, at, _)| (std::cmp::Reverse(*score), *at));
        let Some((_, at, best)) = best else {
            return;
        };
        let topic = best.topic(family).join("-");
        let name = match topic.is_empty() || types.is_empty() {
            true => set_name(&self.name),
            false => topic,
        };
        let Some(set) = self.sets.get_mut(place) else {
            return;
        };
        set.topic = Some(name);
        set.named_by = Some(at);
        set.prefix = Some(best.spec_prefix());
        let mut taken = BTreeSet::new();
        for attribute in &mut set.attributes {
            let known = best.names.get(&i128::from(attribute.number));
            if let Some(known) = known.filter(|one| taken.insert(one.name.clone())) {
                attribute.name.clone_from(&known.name);
            }
        }
    }

    /// What a set is about: the words of the attribute that it is inside of, or of the operations that
    /// begin with it, without verbs; none of the family's own set.
    fn about(&self, place: usize) -> About {
        let mut operations = self.operations.iter().filter(|one| one.set == place);
        let first = operations.next();
        let mut holders = self.sets.iter().flat_map(|set| &set.attributes);
        let mut holder = || holders.find(|attribute| attribute.nested == Some(place));
        if first.is_none()
            && let Some(holder) = holder()
        {
            return About {
                words: words(&holder.name),
                is_nest: true,
                first_levels: BTreeSet::new(),
                end: 0,
            };
        }
        let first = first.map(|one| words(&one.name)).unwrap_or_default();
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
            end: self.max_attribute.into(),
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

    /// Gives sets the names of their topics, with a number behind when another set has it.
    fn name_sets(&mut self) {
        for place in 0..self.sets.len() {
            let Some(topic) = self.sets.get(place).and_then(|set| set.topic.clone()) else {
                continue;
            };
            let taken = |name: &str| {
                let mut sets = self.sets.iter().enumerate();
                sets.any(|(at, set)| at != place && set.name == name)
            };
            let numbered = (2..).map(|number| format!("{topic}-{number}"));
            // There is always a free number.
            let free = std::iter::once(topic.clone())
                .chain(numbered)
                .find(|name| !taken(name));
            if let (Some(set), Some(name)) = (self.sets.get_mut(place), free) {
                set.name = name;
            }
        }
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
        let unnamed = skeleton.name_by(&scan(HEADER), &choices.collect());
        let unnamed = unnamed
            .into_iter()
            .map(|one| format!("{}? {}", one.what, one.prefixes.join(" ")));
        let operations = skeleton.operations.iter().map(|one| one.name.clone());
        let sets = skeleton.sets.iter().map(|set| {
            let names: Vec<&str> = set.attributes.iter().map(|one| one.name.as_str()).collect();
            format!("{}: {}", set.name, names.join(" "))
        });
        operations.chain(sets).chain(unnamed).collect()
    }

    /// `flush` has no enum of its own; sets of one enum are one, and get what only the enum has.
    #[test]
    fn names_follow_conventions() {
        assert_eq!(
            outline(&[]),
            [
                "sky-get",
                "sky-set",
                "flush",
                "sky: place colour",
                "place: north east",
                "op-3: attr-1",
                "op-3? WX_A_SKY_ WX_A_PLACE_"
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
                "place: north east",
                "place-2: north east"
            ]
        );
    }
}
