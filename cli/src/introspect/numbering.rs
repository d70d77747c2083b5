//! Enums of a C header as tables of names, and how well each fits what is to be named.

use std::collections::{BTreeMap, BTreeSet};

use nlgen_runtime::nlctrl::AttrType;

use super::c_enums::Enum;

/// Words in the prefixes and the tags of enums of attributes, and of commands.
const ATTRIBUTE: [&str; 6] = ["a", "nla", "attr", "attrs", "attribute", "attributes"];
const COMMAND: [&str; 8] = [
    "c", "cmd", "cmds", "msg", "command", "commands", "op", "ops",
];

/// Words that every netlink family may have in its prefixes.
const NETLINK: [&str; 6] = ["nl", "genl", "gen", "netlink", "gnl", "genetlink"];

/// What operations do to what they are about.
pub(super) const VERBS: [&str; 21] = [
    "get", "set", "new", "del", "add", "remove", "create", "destroy", "flush", "dump", "act",
    "change", "modify", "delete", "list", "show", "start", "stop", "ntf", "enable", "disable",
];

/// What a set is about.
pub(super) struct About {
    pub(super) words: Vec<String>,
    /// Whether it is inside an attribute.
    pub(super) is_nest: bool,
    /// The numbers of all attributes that are not: those that an enum for all of them has.
    pub(super) first_levels: BTreeSet<i128>,
    /// The greatest number of the family's policy; 0 when the kernel has none.
    pub(super) end: i128,
}

/// An enum as a table of names.
pub(super) struct Numbering {
    /// What all names begin with, as in C: `SEG6_ATTR_`.
    pub(super) prefix: String,
    /// The words of the prefix.
    pub(super) words: Vec<String>,
    /// The words of the enum's own name.
    tag: Vec<String>,
    /// The names and types of the entries, by their values.
    pub(super) names: BTreeMap<i128, Named>,
}

/// An entry of such a table.
pub(super) struct Named {
    /// The rest of the name, as specs have it.
    pub(super) name: String,
    /// The type, as a comment says.
    pub(super) kind: Option<AttrType>,
}

impl Numbering {
    /// `None` of enums with less than two names.
    pub(super) fn of(source: &Enum) -> Option<Self> {
        let entries = source.entries.iter();
        let known: Vec<(&str, i128, Option<AttrType>)> = entries
            .filter_map(|entry| Some((entry.name.as_str(), entry.value?, entry.kind)))
            .filter(|(name, ..)| !is_count(name))
            .collect();
        let (first, others) = known.split_first()?;
        if others.is_empty() {
            return None;
        }
        let mut prefix = first.0;
        for (name, ..) in others {
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
        for (name, value, kind) in known {
            let name = words(name.strip_prefix(prefix).unwrap_or(name)).join("-");
            names.entry(value).or_insert(Named { name, kind });
        }
        Some(Self {
            prefix: prefix.to_owned(),
            words: words(prefix),
            tag: words(&source.tag),
            names,
        })
    }

    /// The prefix as specs write it.
    pub(super) fn spec_prefix(&self) -> String {
        self.prefix.to_ascii_lowercase().replace('_', "-")
    }

    /// Whether its names are of commands, by the words around them.
    pub(super) fn has_commands(&self) -> bool {
        let has = |known: &[&str]| {
            let mut words = self.words.iter().chain(&self.tag);
            words.any(|word| known.contains(&&**word))
        };
        has(&COMMAND) && !has(&ATTRIBUTE)
    }

    /// Whether half of its names say that something is done.
    pub(super) fn has_verbs(&self) -> bool {
        let does = |one: &&Named| {
            let mut words = one.name.split('-');
            words.any(|word| VERBS.contains(&word))
        };
        2 * self.names.values().filter(does).count() >= self.names.len()
    }

    /// The words that say what an enum of attributes is about.
    pub(super) fn topic(&self, family: &[String]) -> Vec<String> {
        let mut topic = Vec::new();
        for word in &self.words {
            let plain = [&ATTRIBUTE[..], &COMMAND, &NETLINK]
                .iter()
                .all(|known| !known.contains(&word.as_str()));
            if plain && !family.contains(word) && !is_family_s(word, family) {
                topic.push(word.clone());
            }
        }
        topic
    }

    /// Whether its names are of attributes, by the words around them.
    pub(super) fn names_attributes(&self) -> bool {
        let mut words = self.words.iter().chain(&self.tag);
        words.any(|word| ATTRIBUTE.contains(&&**word))
    }

    /// The same, or because the prefix is the family's name and nothing else.
    fn is_of_attributes(&self, family: &[String]) -> bool {
        let names_family = self.words.iter().any(|word| family.contains(word));
        self.names_attributes()
            || self.words.iter().any(|word| is_family_s(word, family))
            || (names_family
                && self.topic(family).is_empty()
                && !self.has_commands()
                && !self.has_verbs())
    }

    /// How well it fits a set, and the fewer words of its own the better; `None` when it does not.
    pub(super) fn score(
        &self,
        types: &[(i128, AttrType)],
        about: &About,
        family: &[String],
    ) -> Option<(u8, i32)> {
        if !self.is_of_attributes(family) || self.contradicts(types) {
            return None;
        }
        let mut numbers = types.iter().map(|(number, _)| number);
        let has_own = numbers.all(|number| self.names.contains_key(number));
        let topic = self.topic(family);
        let extra = -i32::try_from(topic.len()).unwrap_or(i32::MAX);
        let same = topic == about.words;
        let inside = !topic.is_empty() && topic.iter().all(|word| about.words.contains(word));
        let plain = !about.is_nest && self.has_nearly_all(&about.first_levels);
        let last = self.names.keys().next_back().copied();
        let ends = !about.is_nest && about.end > 0 && last == Some(about.end);
        match (same, inside, plain) {
            // The first level of a family with an enum of just its name is that one, whatever the
            // operation is called.
            (.., true) if topic.is_empty() => Some((5, i32::from(ends))),
            (true, ..) if !topic.is_empty() => Some((4, extra)),
            (_, true, _) if has_own => Some((3, extra)),
            // As long as the family's policy.
            (.., true) if ends => Some((2, extra)),
            // As CTRL_ATTR_ for nlctrl.
            (.., true) if is_part(&topic, family) => Some((1, extra)),
            // The family's enum for one kind of its objects, as DPLL_A_ for devices.
            _ if !about.is_nest && topic.is_empty() && has_own => Some((0, extra)),
            _ => None,
        }
    }

    /// Whether a set with these attributes may be meant, by what the enum alone says.
    pub(super) fn may_name(&self, types: &[(i128, AttrType)], family: &[String]) -> bool {
        self.is_of_attributes(family) && self.has_most(types) && !self.contradicts(types)
    }

    /// A running kernel may have attributes that a header does not know yet.
    pub(super) fn has_most(&self, types: &[(i128, AttrType)]) -> bool {
        let named = types
            .iter()
            .filter(|(number, _)| self.names.contains_key(number));
        types.is_empty() || 2 * named.count() > types.len()
    }

    /// Whether the comments name other types for most of the attributes that they are about.
    fn contradicts(&self, types: &[(i128, AttrType)]) -> bool {
        let commented = types.iter().filter_map(|(number, kind)| {
            let said = self.names.get(number)?.kind?;
            Some(!alike(said, *kind))
        });
        let wrong: Vec<bool> = commented.collect();
        2 * wrong.iter().filter(|wrong| **wrong).count() > wrong.len()
    }

    /// A kernel may be a little newer than the header.
    fn has_nearly_all(&self, numbers: &BTreeSet<i128>) -> bool {
        let lacks = |number: &&i128| !self.names.contains_key(number);
        16 * numbers.iter().filter(lacks).count() <= numbers.len()
    }

    /// Whether it has a name for each of these numbers.
    pub(super) fn has_all(&self, numbers: &BTreeSet<i128>) -> bool {
        let mut numbers = numbers.iter();
        numbers.all(|number| self.names.contains_key(number))
    }
}

/// Whether two types are of one kind. Comments are not exact about the length of numbers.
fn alike(said: AttrType, is: AttrType) -> bool {
    let kind = |of: AttrType| match of {
        AttrType::Nested | AttrType::NestedArray => 0,
        AttrType::String | AttrType::NulString => 1,
        AttrType::Flag => 2,
        AttrType::Binary => 3,
        _ => 4,
    };
    kind(said) == kind(is)
}

/// Whether a name is no entry's but counts them.
fn is_count(name: &str) -> bool {
    let ends = ["_MAX", "_CNT", "_LAST", "_COUNT", "_NUM"];
    name.starts_with('_') || name.starts_with("NUM_") || ends.iter().any(|end| name.ends_with(end))
}

/// Whether a word is the family's name with an `A` for attribute behind it, as `GTPA`.
fn is_family_s(word: &str, family: &[String]) -> bool {
    word.strip_suffix('a')
        .is_some_and(|word| family.iter().any(|own| own == word))
}

/// Whether all words stand in words of the family's name.
fn is_part(topic: &[String], family: &[String]) -> bool {
    let part = |word: &String| family.iter().any(|own| own.contains(word.as_str()));
    topic.iter().all(part)
}

/// The words of a name, in small letters.
pub(super) fn words(name: &str) -> Vec<String> {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}
