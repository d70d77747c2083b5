//! Instructions, counted by Valgrind's tool callgrind.

use std::path::Path;
use std::process::Command;

use nlgen_bench_report::Record;

use crate::workload::Workload;

/// How often the work is done in the shorter of two runs; in the other, twice as often. What both do besides is
/// the same and drops out. Of the same number of digits, so that even arguments are alike.
const TIMES: u32 = 40;

/// Counts for those subjects of a workload that `wanted` names.
///
/// # Errors
/// When Valgrind is not there or tells no count.
pub(crate) fn measure(
    workload: &Workload,
    inputs: &Path,
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<Record>, String> {
    let mut records = Vec::new();
    for subject in workload
        .subjects
        .iter()
        .filter(|subject| wanted(subject.name))
    {
        let [less, more] =
            [TIMES, 2 * TIMES].map(|times| count(inputs, workload.name, subject.name, times));
        let each = (more?.saturating_sub(less?)) as f64 / f64::from(TIMES);
        records.push(Record::new(
            workload.name,
            subject.name,
            "instructions",
            each,
        ));
    }
    Ok(records)
}

/// The instructions of a run of this program that does a subject's work so many times.
fn count(inputs: &Path, workload: &str, subject: &str, times: u32) -> Result<u64, String> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--"])
        .arg(own)
        .arg("once")
        .arg(inputs)
        .args([workload, subject, &times.to_string()])
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = text
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    let collected = collected.and_then(|(_, count)| count.trim().parse().ok());
    match collected {
        Some(count) if output.status.success() => Ok(count),
        _ => Err(format!(
            "valgrind has not counted {workload} {subject}: {text}"
        )),
    }
}
