//! All figures of a run.

use serde::{Deserialize, Serialize};

use crate::{LIMIT, Record};

/// The figures of a run, in the order in which they were told.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// What ran where: commit, processor, kernel.
    pub about: String,
    /// The figures. No two have the same workload, subject and measure.
    pub records: Vec<Record>,
}

impl Results {
    /// Reads records, one a line; empty lines are passed over.
    ///
    /// # Errors
    /// For a line that is not a record, and for a figure that was told before, with the line's number.
    pub fn read(about: &str, lines: &str) -> Result<Self, String> {
        let mut results = Self {
            about: about.to_owned(),
            records: Vec::new(),
        };
        for (at, line) in lines.lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            let record =
                Record::parse(line).map_err(|error| format!("line {}: {error}", at + 1))?;
            let (workload, subject, measure) = (&record.workload, &record.subject, &record.measure);
            if results.value(workload, subject, measure).is_some() {
                return Err(format!("line {}: told twice: {line}", at + 1));
            }
            results.records.push(record);
        }
        Ok(results)
    }

    /// The figure of a subject.
    #[must_use]
    pub fn value(&self, workload: &str, subject: &str, measure: &str) -> Option<f64> {
        let found = self.records.iter().find(|record| {
            record.workload == workload && record.subject == subject && record.measure == measure
        });
        found.map(|record| record.value)
    }

    /// How many times the limit a figure is; `None` where there is no limit, or it is 0.
    #[must_use]
    pub fn ratio(&self, workload: &str, subject: &str, measure: &str) -> Option<f64> {
        let limit = self.value(workload, LIMIT, measure)?;
        (limit != 0.0).then_some(self.value(workload, subject, measure)? / limit)
    }

    /// The workloads, by name; those of several sizes by size.
    #[must_use]
    pub fn workloads(&self) -> Vec<&str> {
        let mut all = self.distinct(|record| Some(&record.workload));
        all.sort_by_key(|workload| {
            let (letter, size) = workload.split_once('/').unwrap_or((workload, ""));
            (letter, size.parse::<u64>().ok(), size)
        });
        all
    }

    /// The subjects of a workload, in the order in which they were told.
    #[must_use]
    pub fn subjects(&self, workload: &str) -> Vec<&str> {
        self.distinct(|record| (record.workload == workload).then_some(&record.subject))
    }

    /// The measures of a workload, in the order in which they were told.
    #[must_use]
    pub fn measures(&self, workload: &str) -> Vec<&str> {
        self.distinct(|record| (record.workload == workload).then_some(&record.measure))
    }

    fn distinct<'r>(&'r self, pick: impl Fn(&'r Record) -> Option<&'r String>) -> Vec<&'r str> {
        let mut found = Vec::new();
        for word in self.records.iter().filter_map(pick) {
            if !found.contains(&word.as_str()) {
                found.push(word);
            }
        }
        found
    }
}

/// What a workload is, in a few words: of its letter, or the whole name where the letter is not known.
#[must_use]
pub fn title(workload: &str) -> &str {
    match workload.split('/').next().unwrap_or(workload) {
        "A" => "decode a GETFAMILY reply of ethtool",
        "B" => "decode a WireGuard device with 300 peers of 2 allowed IPs",
        "C" => "encode that device as a set request into a reused buffer",
        "D" => "decode ethtool's strset and features replies",
        "E" => "decode a netdev dump of 1,000 devices",
        "F" => "dump 1,000 devices from the kernel",
        "G" => "requests and replies, round trips",
        "H" => "dumps of more and more objects",
        "I" => "size of code",
        "J" => "generate code of all specs",
        "K" => "start the command line, and list the families",
        _ => workload,
    }
}
