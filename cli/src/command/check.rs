//! `nlgen check`: what is wrong with specs.

use std::io::Write;

use nlgen::diagnostic::SpecError;
use nlgen::model::Family;

use crate::catalog::{Catalog, Found};
use crate::failure::Failure;
use crate::output::{HEADING, Output};

/// Tell what is wrong with specs
///
/// Problems go to standard error, each with its place and what to do about it; exit status 2 when there
/// are any.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Names of families, or YAML files
    #[arg(value_name = "SPEC", required = true)]
    specs: Vec<String>,
    /// Print the problems as JSON on standard output
    #[arg(long)]
    json: bool,
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
        let mut problems = Vec::new();
        for found in found? {
            match found.load() {
                Ok(_) if self.json => {}
                Ok(family) => summary(out, &found, &family)?,
                Err(error) => {
                    if !self.json {
                        anstream::eprintln!("{}\n", error.render(true));
                    }
                    problems.push(error);
                }
            }
        }
        if self.json {
            out.json(&merged(&problems)?)?;
        }
        match problems.is_empty() {
            true => Ok(()),
            false => Err(Failure::Told(2)),
        }
    }
}

/// One line for a spec without problems.
fn summary(out: &mut Output, found: &Found, family: &Family) -> Result<(), Failure> {
    let file = found.file_name();
    let Family {
        operations,
        notifications,
        sets,
        ..
    } = family;
    writeln!(
        out,
        "{HEADING}{file}{HEADING:#}: no problems; {} operations, {} notifications, {} attribute sets",
        operations.len(),
        notifications.len(),
        sets.len(),
    )?;
    Ok(())
}

/// The problems of all specs in one list; each tells its file.
fn merged(errors: &[SpecError]) -> Result<Vec<serde_json::Value>, Failure> {
    let mut all = Vec::new();
    for error in errors {
        let own: Vec<serde_json::Value> = serde_json::from_str(&error.to_json())?;
        all.extend(own);
    }
    Ok(all)
}
