//! `nlgen check`: what is wrong with specs, and how they differ from the running kernel.

use std::io::Write;

use nlgen::Loaded;
use nlgen::diagnostic::Report;
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
        for found in found? {
            let report = match found.check() {
                Ok(loaded) => {
                    wrong |= self.deny_warnings && !loaded.warnings.is_empty();
                    if !self.json && !self.live {
                        summary(out, &found, &loaded)?;
                    }
                    families.push(loaded.family);
                    loaded.warnings
                }
                Err(error) => {
                    wrong = true;
                    error.report().clone()
                }
            };
            if !self.json && !report.is_empty() {
                report_coloured(&format!("{}\n\n", report.render(true)));
            }
            reports.push(report);
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
fn summary(out: &mut Output, found: &Found, loaded: &Loaded) -> Result<(), Failure> {
    let file = found.file_name();
    let problems = match loaded.warnings.problems().len() {
        0 => "no problems".to_owned(),
        count => counted(count, "warning"),
    };
    let family = &loaded.family;
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
