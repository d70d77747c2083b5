//! What a comparison found, as a table and as JSON.

use std::io::{self, Write};

use nlgen::model;
use serde::Serialize;

use super::compare::compare;
use super::family::Family;
use super::finding::{Finding, Severity};
use crate::output::{BAD, FAINT, HEADING, NOTE, counted};

/// What a family's spec and the kernel differ by.
#[derive(Debug, Serialize)]
pub(crate) struct Comparison {
    family: String,
    differences: usize,
    findings: Vec<Finding>,
}

impl Comparison {
    /// Compares a spec with what the kernel says of the family.
    pub(crate) fn of(spec: &model::Family, kernel: &Family) -> Self {
        let findings = compare(spec, kernel);
        let differs = |finding: &&Finding| finding.severity == Severity::Difference;
        Self {
            family: spec.name.clone(),
            differences: findings.iter().filter(differs).count(),
            findings,
        }
    }

    /// Whether there is no difference that the spec does not explain.
    pub(crate) fn agrees(&self) -> bool {
        self.differences == 0
    }

    /// A heading, and a line for each finding: how much it matters, where, the spec's word, the
    /// kernel's.
    pub(crate) fn table(&self, out: &mut impl Write) -> io::Result<()> {
        let family = &self.family;
        let explained = |finding: &Finding| finding.severity == Severity::Explained;
        let verdict = match self.differences {
            0 if self.findings.is_empty() => "as the kernel has it".to_owned(),
            0 if self.findings.iter().any(explained) => {
                "no differences that are not explained".to_owned()
            }
            0 => "no differences".to_owned(),
            count => counted(count, "difference"),
        };
        writeln!(out, "{HEADING}{family}{HEADING:#}: {verdict}")?;
        if self.findings.is_empty() {
            return Ok(());
        }
        let width = |of: fn(&Finding) -> &str, least: usize| {
            let widths = self.findings.iter();
            let widths = widths.map(|finding| of(finding).chars().count());
            widths.max().unwrap_or_default().max(least)
        };
        let place = width(|finding| &finding.place, 0);
        let spec = width(|finding| word(&finding.spec), 4);
        writeln!(
            out,
            "  {FAINT}{:10}  {:place$}  {:spec$}  kernel{FAINT:#}",
            "", "where", "spec"
        )?;
        for finding in &self.findings {
            let (style, name) = match finding.severity {
                Severity::Difference => (BAD, "difference"),
                Severity::Explained => (NOTE, "explained"),
                Severity::Unreported => (FAINT, "unreported"),
                Severity::Note => (FAINT, "note"),
            };
            writeln!(
                out,
                "  {style}{name:10}{style:#}  {:place$}  {:spec$}  {}",
                finding.place,
                word(&finding.spec),
                word(&finding.kernel)
            )?;
            if let Some(explanation) = &finding.explanation {
                writeln!(out, "  {:10}  {FAINT}{explanation}{FAINT:#}", "")?;
            }
        }
        Ok(())
    }
}

/// Something for a cell of the table that would be empty.
fn word(text: &str) -> &str {
    if text.is_empty() { "-" } else { text }
}
