//! Compares the tool's answers, and tells what was seen.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::compare::{Comparison, Told};
use super::exceptions::rules;
use super::message::TOOL_VERSION;
use super::tables::Tables;

/// How many differences are shown.
const SHOWN: usize = 40;

impl Comparison {
    /// Asks the tool, compares its answers, and prints how many messages were compared. With tables, every entry
    /// of them and every rule must be needed, and nothing else.
    pub(crate) fn finish(mut self, source: &Path, tables: Option<&Tables>) {
        let answers = std::mem::take(&mut self.tool).answers(source);
        let mut found = Tables::default();
        for told in &self.families {
            note(told, &answers[told.place], &mut found);
        }
        if let Some(tables) = tables {
            self.same("gaps in a struct", &found.packed, &tables.packed);
            self.same("number", &found.numbers, &tables.numbers);
            self.same("version", &found.versions, &tables.versions);
            let unused = rules(self.newer).filter(|(at, _)| !self.used.contains_key(at));
            let unused = unused.map(|(_, rule)| format!("never needed: {}", rule.reason));
            self.wrong.extend(unused);
        }
        for expected in &self.expected {
            let answer = &answers[expected.place];
            let equal = match &expected.answer {
                Value::Null => answer.get("error").is_some(),
                expected => answer == expected,
            };
            match &expected.without {
                None if !equal => self.wrong.push(format!(
                    "{}\n   tool: {answer}\n   ours: {}",
                    expected.about, expected.answer
                )),
                Some((rule, path)) if equal => self.wrong.push(format!(
                    "at {path} the exception is not needed: {}\n   {}",
                    rules(true).nth(*rule).unwrap().1.reason,
                    expected.about
                )),
                _ => {}
            }
        }
        self.summary(&found);
        assert!(
            self.wrong.is_empty(),
            "{} differences\n{}",
            self.wrong.len(),
            self.wrong[..self.wrong.len().min(SHOWN)].join("\n")
        );
    }

    fn same(&mut self, what: &str, found: &BTreeSet<String>, listed: &BTreeSet<String>) {
        let more = found.difference(listed);
        let more = more.map(|name| format!("another {what}, not listed: {name}"));
        let less = listed.difference(found);
        let less = less.map(|name| format!("another {what}, listed without need: {name}"));
        self.wrong.extend(more.chain(less));
    }

    /// What was compared, and where exceptions applied.
    fn summary(&self, found: &Tables) {
        let (specs, operations) = (self.families.len(), self.operations);
        println!("{specs} specs, {operations} operations and notifications");
        for (way, count) in &self.compared {
            println!("{count:6} messages: {way}");
        }
        for (at, rule) in rules(self.newer) {
            let count = self.used.get(&at).map_or(0, BTreeSet::len);
            println!("{count:6} places, {}: {}", rule.way, rule.reason);
        }
        for (found, what) in [
            (&found.packed, "structs: no gaps between members"),
            (
                &found.numbers,
                "messages: numbers that are counted otherwise",
            ),
            (&found.versions, "families: the version is always 1"),
        ] {
            println!("{:6} {what}", found.len());
        }
    }
}

/// Notes what the tool has otherwise of a family as a whole.
fn note(told: &Told, answer: &Value, found: &mut Tables) {
    let spec = &told.spec;
    let Value::Object(gaps) = &answer["gaps"] else {
        panic!("{spec}: {answer}");
    };
    let packed = gaps.keys().map(|name| format!("{spec} {name}"));
    found.packed.extend(packed);
    if told.version.is_some_and(|version| version != TOOL_VERSION) {
        found.versions.insert(spec.clone());
    }
    for (operation, part, direction, number) in &told.numbers {
        let theirs = &answer["operations"][operation][direction];
        if *theirs != *number {
            let line = format!("{spec} {operation} {part}: {number}, not {theirs}");
            found.numbers.insert(line);
        }
    }
}
