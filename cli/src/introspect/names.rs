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
use super::skeleton::{Skeleton, set_name};

/// Words in the prefixes of enums of attributes, and of commands.
const ATTRIBUTE: [&str; 4] = ["a", "attr", "attrs", "attribute"];
const COMMAND: [&str; 4] = ["cmd", "msg", "command", "op"];
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

/// What a set is about.
struct About {
    words: Vec<String>,
    /// Whether it is inside an attribute.
    is_nest: bool,
    /// The numbers of all attributes that are not: those that an enum for all of them has.
    first_levels: BTreeSet<i128>,
}

/// An enum as a table of names.
struct Numbering {
    /// What all names begin with, as in C: `SEG6_ATTR_`.
    prefix: String,
    /// The words of the prefix.
    words: Vec<String>,
    /// The rest of the names, as specs have them, by their values.
    names: BTreeMap<i128, String>,
}

impl Numbering {
    /// `None` of enums with less than two names.
    fn of(source: &Enum) -> Option<Self> {
        // What counts entries is none.
        let is_count = |name: &str| {
            let ends = ["_MAX", "_CNT", "_LAST", "_COUNT", "_NUM"];
            name.starts_with('_') || ends.iter().any(|end| name.ends_with(end))
        };
        let entries = source.entries.iter();
        let known: Vec<(&str, i128)> = entries
            .filter_map(|(name, value)| Some((name.as_str(), (*value)?)))
            .filter(|(name, _)| !is_count(name))
            .collect();
        let (first, others) = known.split_first()?;
        if others.is_empty() {
            return None;
        }
        let mut prefix = first.0;
        for (name, _) in others {
            let same = prefix
                .bytes()
                .zip(name.bytes())
                .take_while(|(a, b)| a == b)
                .count();
            prefix = prefix.get(..same).unwrap_or_default();
        }
        let prefix = prefix
            .rfind('_')
            .map_or("", |end| prefix.get(..=end).unwrap_or_default());
        let mut names = BTreeMap::new();
        for (name, value) in known {
            let name = name.strip_prefix(prefix).unwrap_or(name);
            let name = words(name).join("-");
            names.entry(value).or_insert(name);
        }
        Some(Self {
            prefix: prefix.to_owned(),
            words: words(prefix),
            names,
        })
    }

    /// The prefix as specs write it.
    fn spec_prefix(&self) -> String {
        self.prefix.to_ascii_lowercase().replace('_', "-")
    }

    /// The words that say what an enum of attributes is about.
    fn topic(&self, family: &[String]) -> Vec<String> {
        let plain = |word: &&String| {
            !ATTRIBUTE.contains(&word.as_str())
                && !COMMAND.contains(&word.as_str())
                && !family.contains(word)
        };
        self.words.iter().filter(plain).cloned().collect()
    }

    /// How well it fits a set, and the fewer words of its own the better; `None` when it does not.
    fn score(&self, numbers: &[i128], about: &About, family: &[String]) -> Option<(u8, i32)> {
        if !self
            .words
            .iter()
            .any(|word| ATTRIBUTE.contains(&word.as_str()))
        {
            return None;
        }
        let topic = self.topic(family);
        let extra = -i32::try_from(topic.len()).unwrap_or(i32::MAX);
        let same = topic == about.words;
        let inside = !topic.is_empty() && topic.iter().all(|word| about.words.contains(word));
        let plain = !about.is_nest && self.has_all(&about.first_levels);
        match (same, inside, plain) {
            // The first level of a family with an enum of just its name is that one, whatever the
            // operation is called.
            (.., true) if topic.is_empty() => Some((4, 0)),
            (true, ..) if !topic.is_empty() => Some((3, extra)),
            (_, true, _) if self.has_all(numbers) => Some((2, extra)),
            // As CTRL_ATTR_ for nlctrl.
            (.., true) if is_part(&topic, family) => Some((1, extra)),
            _ => None,
        }
    }

    /// A running kernel may have attributes that a header does not know yet.
    fn has_most(&self, numbers: &[i128]) -> bool {
        let named = numbers
            .iter()
            .filter(|number| self.names.contains_key(number));
        2 * named.count() > numbers.len()
    }

    fn has_all<'n>(&self, numbers: impl IntoIterator<Item = &'n i128>) -> bool {
        numbers
            .into_iter()
            .all(|number| self.names.contains_key(number))
    }
}

/// Whether all words stand in words of the family's name.
fn is_part(topic: &[String], family: &[String]) -> bool {
    let part = |word: &String| family.iter().any(|own| own.contains(word.as_str()));
    topic.iter().all(part)
}

fn words(name: &str) -> Vec<String> {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
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
