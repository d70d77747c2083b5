//! Budgets: how many times the limit a figure may be.

use std::fmt;

use crate::Results;

/// How many times the limit a figure may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Budget {
    /// The workload.
    pub workload: String,
    /// The subject.
    pub subject: String,
    /// The measure.
    pub measure: String,
    /// The ratio to the limit when the budget was written down.
    pub ratio: f64,
}

/// Reads budgets, one a line: workload, subject, measure and ratio. What follows a `#` is passed over.
///
/// # Errors
/// For a line that is none.
pub fn budgets(text: &str) -> Result<Vec<Budget>, String> {
    let lines = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or(""));
    let lines = lines.filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [workload, subject, measure, ratio] = words[..] else {
                return Err(format!("not `workload subject measure ratio`: {line}"));
            };
            let ratio: f64 = ratio.parse().map_err(|_| format!("not a ratio: {line}"))?;
            Ok(Budget {
                workload: workload.to_owned(),
                subject: subject.to_owned(),
                measure: measure.to_owned(),
                ratio,
            })
        })
        .collect()
}

/// What became of a budget.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The budget.
    pub budget: Budget,
    /// The ratio of this run, if there is one.
    pub ratio: Option<f64>,
    /// Whether it is kept.
    pub kept: bool,
}

/// Compares a run with budgets. A ratio may exceed its own by `percent`; one that was not measured is not kept.
#[must_use]
pub fn gate(results: &Results, budgets: &[Budget], percent: f64) -> Vec<Verdict> {
    let verdict = |budget: &Budget| {
        let ratio = results.ratio(&budget.workload, &budget.subject, &budget.measure);
        Verdict {
            budget: budget.clone(),
            ratio,
            kept: ratio.is_some_and(|ratio| ratio <= budget.ratio * (1.0 + percent / 100.0)),
        }
    };
    budgets.iter().map(verdict).collect()
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Budget {
            workload,
            subject,
            measure,
            ratio,
        } = &self.budget;
        let word = if self.kept { "kept" } else { "EXCEEDED" };
        write!(f, "{workload} {subject} {measure}: budget {ratio:.3}, ")?;
        match self.ratio {
            Some(ratio) => write!(f, "now {ratio:.3} times the limit: {word}"),
            None => write!(f, "not measured: {word}"),
        }
    }
}
