//! `nlgen check`: what is wrong with specs.

use std::io::Write;

use nlgen::Loaded;
use nlgen::diagnostic::Report;
use nlgen::model::Family;

use crate::catalog::{Catalog, Found};
use crate::failure::Failure;
use crate::output::{HEADING, Output};

/// Tell what is wrong with specs
///
/// Problems go to standard error, each with its place and what to do about it: errors, and of specs
/// without errors warnings. Exit status 2 when there are errors.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Names of families, or YAML files
    #[arg(value_name = "SPEC", required = true)]
    specs: Vec<String>,
    /// Print the problems as JSON on standard output
    #[arg(long)]
    json: bool,
    /// Exit with status 2 also when there are only warnings
    #[arg(long)]
    deny_warnings: bool,
}

impl Args {
    /// Checks all specs, whatever the ones before are like.
    ///
    /// # Errors
    /// A name without a spec; status 2 when a spec has problems.
    pub(crate) fn run(self, out: &mut Output) -> Result<(), Failure> {
        let catalog = Catalog::from_env();
        let found: Result<Vec<Found>, Failure> =
            self.specs.iter().map(|spec| catalog.find(spec)).collect();
        let mut reports = Vec::new();
        let mut wrong = false;
        for found in found? {
            let report = match found.check() {
                Ok(loaded) => {
                    wrong |= self.deny_warnings && !loaded.warnings.is_empty();
                    if !self.json {
                        summary(out, &found, &loaded)?;
                    }
                    loaded.warnings
                }
                Err(error) => {
                    wrong = true;
                    error.report().clone()
                }
            };
            if !self.json && !report.is_empty() {
                anstream::eprintln!("{}\n", report.render(true));
            }
            reports.push(report);
        }
        if self.json {
            out.json(&merged(&reports)?)?;
        }
        match wrong {
            false => Ok(()),
            true => Err(Failure::Told(2)),
        }
    }
}

/// One line for a spec without errors.
fn summary(out: &mut Output, found: &Found, loaded: &Loaded) -> Result<(), Failure> {
    let file = found.file_name();
    let problems = match loaded.warnings.problems().len() {
        0 => "no problems".to_owned(),
        1 => "1 warning".to_owned(),
        count => format!("{count} warnings"),
    };
    let Family {
        operations,
        notifications,
        sets,
        ..
    } = &loaded.family;
    writeln!(
        out,
        "{HEADING}{file}{HEADING:#}: {problems}; {} operations, {} notifications, {} attribute sets",
        operations.len(),
        notifications.len(),
        sets.len(),
    )?;
    Ok(())
}

/// The problems of all specs in one list; each tells its file.
fn merged(reports: &[Report]) -> Result<Vec<serde_json::Value>, Failure> {
    let mut all = Vec::new();
    for report in reports {
        let own: Vec<serde_json::Value> = serde_json::from_str(&report.to_json())?;
        all.extend(own);
    }
    Ok(all)
}
