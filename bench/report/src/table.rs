//! The table, in Markdown.

use std::fmt::Write as _;

use crate::{LIMIT, Results, figure, title};

/// One table for all workloads: a row for each subject, with its figures and, in brackets, how many times the
/// limit they are.
#[must_use]
pub fn table(results: &Results) -> String {
    let mut out = String::new();
    for workload in results.workloads() {
        if !out.is_empty() {
            out.push('\n');
        }
        part(results, workload, &mut out);
    }
    out
}

fn part(results: &Results, workload: &str, out: &mut String) {
    let measures = results.measures(workload);
    let mut rows = vec![vec![format!("{workload}: {}", title(workload))]];
    rows[0].extend(measures.iter().map(|measure| (*measure).to_owned()));
    for subject in results.subjects(workload) {
        let mut row = vec![subject.to_owned()];
        row.extend(
            measures
                .iter()
                .map(|measure| cell(results, workload, subject, measure)),
        );
        rows.push(row);
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..=measures.len()).filter_map(width).collect();
    for (at, row) in rows.iter().enumerate() {
        let cells =
            row.iter()
                .zip(&widths)
                .enumerate()
                .map(|(column, (cell, &width))| match column {
                    0 => format!("{cell:<width$}"),
                    _ => format!("{cell:>width$}"),
                });
        let cells: Vec<String> = cells.collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
        if at == 0 {
            let rules = widths
                .iter()
                .enumerate()
                .map(|(column, &width)| match column {
                    0 => "-".repeat(width + 2),
                    _ => format!("{}:", "-".repeat(width + 1)),
                });
            let rules: Vec<String> = rules.collect();
            let _ = writeln!(out, "|{}|", rules.join("|"));
        }
    }
}

fn cell(results: &Results, workload: &str, subject: &str, measure: &str) -> String {
    let Some(value) = results.value(workload, subject, measure) else {
        return String::new();
    };
    match results.ratio(workload, subject, measure) {
        Some(ratio) if subject != LIMIT => format!("{} ({ratio:.2})", figure(value)),
        _ => figure(value),
    }
}
