//! Two runs beside each other.

use std::fmt::Write as _;

use crate::{Results, figure};

/// What became of each figure that both runs have, as a table; and by how many percent it changed.
#[must_use]
pub fn compare(old: &Results, new: &Results) -> String {
    let mut out = format!("old: {}\nnew: {}\n\n", old.about, new.about);
    out.push_str("| workload | subject | measure | old | new | change |\n");
    out.push_str("|---|---|---|---:|---:|---:|\n");
    for record in &new.records {
        let (workload, subject, measure) = (&record.workload, &record.subject, &record.measure);
        let Some(before) = old.value(workload, subject, measure) else {
            continue;
        };
        let _ = writeln!(
            out,
            "| {workload} | {subject} | {measure} | {} | {} | {} |",
            figure(before),
            figure(record.value),
            change(before, record.value),
        );
    }
    out
}

fn change(before: f64, after: f64) -> String {
    match before == after {
        true => "0 %".to_owned(),
        false if before == 0.0 => "was 0".to_owned(),
        false => format!("{:+.1} %", (after / before - 1.0) * 100.0),
    }
}
