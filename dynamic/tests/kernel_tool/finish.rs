//! Compares the tool's answers, and tells what was seen.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::compare::{Comparison, Told};
use super::exceptions::{NUMBERS, PACKED, RULES, VERSIONS};

/// How many differences are shown.
const SHOWN: usize = 4000000;

impl Comparison {
    /// Asks the tool, compares its answers, and prints how many messages were compared.
    pub(crate) fn finish(mut self, source: &Path) {
        let answers = std::mem::take(&mut self.tool).answers(source);
        let mut packed = BTreeSet::new();
        let mut numbers = BTreeSet::new();
        for told in &self.families {
            let answer = &answers[told.place];
            assert!(answer.get("error").is_none(), "{}: {answer}", told.spec);
            for name in answer["gaps"].as_object().unwrap().keys() {
                packed.insert((told.spec.clone(), name.clone()));
            }
            for number in other_numbers(told, answer) {
                numbers.insert(number);
            }
        }
        let listed = |(spec, name): &(&str, &str)| ((*spec).to_owned(), (*name).to_owned());
        same(
            &mut self.wrong,
            "gaps in structs",
            &packed,
            PACKED.iter().map(listed).collect(),
        );
        same(
            &mut self.wrong,
            "numbers",
            &numbers,
            NUMBERS.iter().map(|line| (*line).to_owned()).collect(),
        );

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
                    RULES[*rule].reason, expected.about
                )),
                _ => {}
            }
        }
        self.summary();
        assert!(
            self.wrong.is_empty(),
            "{} differences\n{}",
            self.wrong.len(),
            self.wrong[..self.wrong.len().min(SHOWN)].join("\n")
        );
    }

    /// What was compared, and how often an exception applied.
    fn summary(&mut self) {
        println!(
            "{} specs, {} operations and notifications",
            self.families.len(),
            self.operations
        );
        for (way, count) in &self.compared {
            println!("{count} messages compared: {way:?}");
        }
        for (at, rule) in RULES.iter().enumerate() {
            let places = self.used.get(&at).map_or(0, BTreeSet::len);
            println!("{places:5} places, {:?}: {}", rule.way, rule.reason);
            if places == 0 {
                self.wrong.push(format!("never needed: {}", rule.reason));
            }
        }
        println!(
            "{:5} structs: the tool leaves no gaps between members",
            PACKED.len()
        );
        println!("{:5} numbers: the tool counts otherwise", NUMBERS.len());
        println!(
            "{:5} families: the tool always sends the version 1",
            VERSIONS.len()
        );
    }
}

/// What the tool takes for the numbers of messages, where it is not what we do.
fn other_numbers(told: &Told, answer: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for (operation, part, kind, number) in &told.numbers {
        let theirs = &answer["operations"][operation][kind];
        if *theirs != *number {
            lines.push(format!(
                "{} {operation} {part}: {number}, not {theirs}",
                told.spec
            ));
        }
    }
    lines
}

fn same<T: Ord + std::fmt::Debug>(
    wrong: &mut Vec<String>,
    what: &str,
    found: &BTreeSet<T>,
    listed: BTreeSet<T>,
) {
    for more in found.difference(&listed) {
        wrong.push(format!("{what}, not listed: {more:?}"));
    }
    for less in listed.difference(found) {
        wrong.push(format!("{what}, listed without need: {less:?}"));
    }
}
