//! `nlgen check`: what is wrong with specs, and how they differ from the running kernel.

use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;

use nlgen::Loaded;
use nlgen::diagnostic::{Report, SpecError};
use nlgen::emit::c;
use nlgen::model::{Family, Protocol};
use nlgen_runtime::Connection;

use crate::catalog::{Catalog, Found};
use crate::complete;
use crate::failure::Failure;
use crate::live::{self, Comparison};
use crate::output::{HEADING, Output, counted, report_coloured};

/// Tell what is wrong with specs, and how they differ from the running kernel
///
/// Problems of specs go to standard error, each with its place and what to do about it: errors, and of
/// specs without errors warnings. Exit status 2 when there are errors.
///
/// --live asks the kernel for the operations, groups and policies of each family. A `difference` is
/// what messages or refusals differ by: exit status 1. `explained` is one for which the spec has a word
/// (`kernel-differs`, `config-cond`), a `note` something that only the kernel has.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Names of families, or YAML files
    #[arg(value_name = "SPEC", required = true, add = complete::families())]
    specs: Vec<String>,
    /// Tell what C cannot hold, too: names, structs, tables, and families whose names are the same in C
    #[arg(long)]
    c: bool,
    /// Compare with the running kernel, too
    #[arg(long)]
    live: bool,
    /// Print JSON on standard output: a list of problems; with --live, when no spec has an error, a list
    /// of families with what they differ by
    #[arg(long)]
    json: bool,
    /// Exit with status 2 also when there are only warnings
    #[arg(long)]
    deny_warnings: bool,
}

impl Args {
    /// Checks all specs, whatever the ones before are like; then, if asked for, compares them with the
    /// kernel.
    ///
    /// # Errors
    /// A name without a spec; status 2 when a spec has problems, 1 when the kernel differs.
    pub(crate) fn run(self, out: &mut Output) -> Result<(), Failure> {
        let catalog = Catalog::from_env();
        let found: Result<Vec<Found>, Failure> =
            self.specs.iter().map(|spec| catalog.find(spec)).collect();
        let mut reports = Vec::new();
        let mut families = Vec::new();
        let mut wrong = false;
        let mut in_c = InC::default();
        for found in found? {
            let mut own = Vec::new();
            match found.check() {
                Ok(loaded) => {
                    own.push(loaded.warnings.clone());
                    let of_c = match self.c {
                        true => in_c.check(&found, &loaded),
                        false => Ok(None),
                    };
                    let fits = of_c.is_ok();
                    wrong |= !fits;
                    own.extend(of_c.unwrap_or_else(|error| Some(error.report().clone())));
                    wrong |= self.deny_warnings && own.iter().any(|report| !report.is_empty());
                    if fits && !self.json && !self.live {
                        let count = own.iter().map(|report| report.problems().len()).sum();
                        summary(out, &found, &loaded.family, count)?;
                    }
                    families.push(loaded.family);
                }
                Err(error) => {
                    wrong = true;
                    own.push(error.report().clone());
                }
            }
            for report in own.iter().filter(|report| !report.is_empty()) {
                if !self.json {
                    report_coloured(&format!("{}\n\n", report.render(true)));
                }
            }
            reports.extend(own);
        }
        if self.live && !wrong {
            return self.compare(out, &families);
        }
        if self.json {
            out.json(&merged(&reports)?)?;
        }
        match wrong {
            false => Ok(()),
            true => Err(Failure::Told(2)),
        }
    }

    fn compare(&self, out: &mut Output, specs: &[Family]) -> Result<(), Failure> {
        let mut conn = Connection::open()?;
        let mut all = Vec::new();
        for spec in specs {
            all.push(Comparison::of(spec, &kernels(&mut conn, spec)?));
        }
        if self.json {
            out.json(&all)?;
        } else {
            for comparison in &all {
                comparison.table(out.text())?;
            }
        }
        match all.iter().all(Comparison::agrees) {
            true => Ok(()),
            false => Err(Failure::Told(1)),
        }
    }
}

/// What names in C begin with, of all specs so far, and the spec that has them.
#[derive(Default)]
struct InC(HashMap<String, PathBuf>);

impl InC {
    /// What is suspicious in C, or what C cannot hold.
    fn check(&mut self, found: &Found, loaded: &Loaded) -> Result<Option<Report>, SpecError> {
        let family = loaded.c()?;
        let prefix = family.prefix();
        if let Some(other) = self.0.get(prefix) {
            return Err(c::same_prefix(loaded, prefix, other));
        }
        self.0.insert(prefix.to_owned(), found.file_name().into());
        Ok(Some(family.warnings))
    }
}

/// What the kernel says of the spec's family.
fn kernels(conn: &mut Connection, spec: &Family) -> Result<live::Family, Failure> {
    let name = &spec.name;
    if let Protocol::Raw { .. } = spec.protocol {
        return Err(Failure::Usage {
            message: format!("`{name}` cannot be compared with the kernel"),
            help: Some("the kernel tells the policies of generic netlink families only".to_owned()),
        });
    }
    live::Family::ask(conn, name)?.ok_or_else(|| Failure::Absent {
        message: format!("the kernel has no generic netlink family `{name}`"),
        help: Some("is its module loaded? `nlgen list` shows what there is".to_owned()),
    })
}

/// One line for a spec without errors.
fn summary(
    out: &mut Output,
    found: &Found,
    family: &Family,
    problems: usize,
) -> Result<(), Failure> {
    let file = found.file_name();
    let problems = match problems {
        0 => "no problems".to_owned(),
        count => counted(count, "warning"),
    };
    writeln!(
        out.text(),
        "{HEADING}{file}{HEADING:#}: {problems}; {}, {}, {}",
        counted(family.operations.len(), "operation"),
        counted(family.notifications.len(), "notification"),
        counted(family.sets.len(), "attribute set"),
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
