//! The chart, as SVG.

use std::fmt::Write as _;

use crate::{LIMIT, Results, title};

const WIDTH: u32 = 760;
/// Where bars begin, and what is left for their labels.
const LEFT: u32 = 200;
const RIGHT: u32 = 60;
const ROW: u32 = 18;
const TITLE: u32 = 30;

/// Bars of how many times the limit each subject takes, for workloads that have a limit in `measure`; shorter is
/// better. Bars longer than 15 are cut and say so by their label.
#[must_use]
pub fn chart(results: &Results, measure: &str) -> String {
    let mut body = String::new();
    let mut y = 26;
    let mut longest: f64 = 2.0;
    let mut groups = Vec::new();
    for workload in results.workloads() {
        let ratio = |subject: &&str| {
            Some((
                (*subject).to_owned(),
                results.ratio(workload, subject, measure)?,
            ))
        };
        let subjects = results.subjects(workload);
        let mut bars: Vec<(String, f64)> = subjects
            .iter()
            .filter(|name| **name != LIMIT)
            .filter_map(ratio)
            .collect();
        bars.sort_by(|a, b| a.1.total_cmp(&b.1));
        longest = bars
            .iter()
            .map(|bar| bar.1.min(15.0))
            .fold(longest, f64::max);
        if !bars.is_empty() {
            groups.push((workload, bars));
        }
    }
    let scale = f64::from(WIDTH - LEFT - RIGHT) / longest;
    let top = y;
    for (workload, bars) in groups {
        let heading = format!("{workload}: {}", title(workload));
        let _ = writeln!(
            body,
            r#"<text class="title" x="8" y="{}">{}</text>"#,
            y + 19,
            escape(&heading)
        );
        y += TITLE;
        for (subject, ratio) in bars {
            let class = if subject.starts_with("nlgen") {
                "ours"
            } else {
                "other"
            };
            let width = ratio.min(15.0) * scale;
            let middle = y + 13;
            let _ = writeln!(
                body,
                r#"<text x="{}" y="{middle}" text-anchor="end">{}</text><rect class="{class}" x="{LEFT}" y="{}" width="{width:.1}" height="{}"/><text x="{:.1}" y="{middle}">{ratio:.2}</text>"#,
                LEFT - 6,
                escape(&subject),
                y + 2,
                ROW - 4,
                f64::from(LEFT) + width + 4.0,
            );
            y += ROW;
        }
    }
    let limit = f64::from(LEFT) + scale;
    let height = y + 12;
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{measure} as multiples of the limit">
<style>text{{font:12px sans-serif;fill:#222}}.title{{font-weight:bold}}.ours{{fill:#1a7f5a}}.other{{fill:#a9b4c0}}.limit{{stroke:#c0392b;stroke-dasharray:4 3}}</style>
<rect width="{WIDTH}" height="{height}" fill="#fff"/>
<text x="{limit:.1}" y="16">limit = 1 ({measure}; shorter is better, bars end at 15)</text>
{body}<line class="limit" x1="{limit:.1}" x2="{limit:.1}" y1="{top}" y2="{y}"/>
</svg>
"##
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
