//! What is suspicious in specs that load: nothing in those that ship, and the right number of things in
//! those of Linux 6.12.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod checked_in;
mod kernel_source;

use std::collections::BTreeMap;

use checked_in::{files, stem};
use kernel_source::{kernel_source, kernel_specs};
use nlgen::{check, read};

/// What the shipped specs have all the same, and why.
const MEANT: &[(&str, &str)] = &[(
    // Events have numbers that clash with those of operations, so their set stands alone.
    "mptcp_pm",
    "NL104: no operation leads to the set `event-attr`",
)];

#[test]
fn specs_that_ship_are_not_suspicious() {
    let mut seen = Vec::new();
    for path in files("../specs", "yaml") {
        let loaded = check(read(&path).unwrap(), Vec::new()).unwrap();
        for line in loaded.warnings.lines() {
            let meant = MEANT
                .iter()
                .position(|(spec, text)| *spec == stem(&path) && line.contains(text));
            seen.push(meant.unwrap_or_else(|| panic!("{line}")));
        }
    }
    assert_eq!(seen.len(), MEANT.len(), "an exception that nothing needs");
}

/// With the overlays, which do not mend what only is suspicious.
#[test]
fn specs_of_the_kernel_are_a_little_suspicious() {
    let Some(source) = kernel_source() else {
        println!("skipped: no kernel source; run ci/kernel-source or set NLGEN_KERNEL_SOURCE");
        return;
    };
    let mut found = BTreeMap::new();
    for (spec, overlay) in kernel_specs(&source) {
        let overlays = overlay.iter().map(|overlay| read(overlay).unwrap());
        let loaded = check(read(&spec).unwrap(), overlays.collect()).unwrap();
        for problem in loaded.warnings.problems() {
            *found.entry(problem.code().as_str()).or_insert(0) += 1;
        }
        for line in loaded.warnings.lines() {
            println!("{line}");
        }
    }
    let found: Vec<(&str, i32)> = found.into_iter().collect();
    let expected = [
        ("NL101", 3),
        ("NL102", 15),
        ("NL103", 34),
        ("NL104", 6),
        ("NL105", 3),
        ("NL107", 1),
        ("NL108", 13),
        ("NL109", 17),
    ];
    assert_eq!(found, expected);
}
