//! Enums of a C header as tables of names, and how well each fits what is to be named.

use std::collections::{BTreeMap, BTreeSet};

use super::c_enums::Enum;

/// Words in the prefixes of enums of attributes, and of commands.
pub(super) const ATTRIBUTE: [&str; 4] = ["a", "attr", "attrs", "attribute"];
pub(super) const COMMAND: [&str; 4] = ["cmd", "msg", "command", "op"];

/// What a set is about.
pub(super) struct About {
    pub(super) words: Vec<String>,
    /// Whether it is inside an attribute.
    pub(super) is_nest: bool,
    /// The numbers of all attributes that are not: those that an enum for all of them has.
    pub(super) first_levels: BTreeSet<i128>,
}

/// An enum as a table of names.
pub(super) struct Numbering {
    /// What all names begin with, as in C: `SEG6_ATTR_`.
    pub(super) prefix: String,
    /// The words of the prefix.
    pub(super) words: Vec<String>,
    /// The rest of the names, as specs have them, by their values.
    pub(super) names: BTreeMap<i128, String>,
}

impl Numbering {
    /// `None` of enums with less than two names.
    pub(super) fn of(source: &Enum) -> Option<Self> {
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
    pub(super) fn spec_prefix(&self) -> String {
        self.prefix.to_ascii_lowercase().replace('_', "-")
    }

    /// The words that say what an enum of attributes is about.
    pub(super) fn topic(&self, family: &[String]) -> Vec<String> {
        let plain = |word: &&String| {
            !ATTRIBUTE.contains(&word.as_str())
                && !COMMAND.contains(&word.as_str())
                && !family.contains(word)
        };
        self.words.iter().filter(plain).cloned().collect()
    }

    /// How well it fits a set, and the fewer words of its own the better; `None` when it does not.
    pub(super) fn score(
        &self,
        numbers: &[i128],
        about: &About,
        family: &[String],
    ) -> Option<(u8, i32)> {
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
    pub(super) fn has_most(&self, numbers: &[i128]) -> bool {
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

/// The words of a name, in small letters.
pub(super) fn words(name: &str) -> Vec<String> {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}
