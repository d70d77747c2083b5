//! What is suspicious in specs that load: nothing in those that ship, and the right number of things in
//! those of the kernel.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod checked_in;
mod kernel_source;

use std::collections::BTreeMap;

use checked_in::{files, stem};
use kernel_source::Kernel;
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

#[test]
fn specs_of_linux_6_12_are_a_little_suspicious() {
    suspicious(
        Kernel::Linux6_12,
        &[
            ("NL101", 3),
            ("NL102", 15),
            ("NL103", 34),
            ("NL104", 6),
            ("NL105", 6),
            ("NL107", 1),
            ("NL108", 13),
            ("NL109", 17),
        ],
    );
}

#[test]
fn specs_of_linux_7_3_are_a_little_suspicious() {
    suspicious(
        Kernel::Linux7_3,
        &[("NL101", 4), ("NL104", 9), ("NL105", 9), ("NL107", 1)],
    );
}

/// How many warnings of each kind a kernel's specs have, with the overlays, which do not mend what only is
/// suspicious.
fn suspicious(kernel: Kernel, expected: &[(&str, usize)]) {
    let Some(specs) = kernel.specs_with_overlays() else {
        return;
    };
    let mut found = BTreeMap::new();
    for (spec, overlay) in specs {
        let overlays = overlay.iter().map(|overlay| read(overlay).unwrap());
        let loaded = check(read(&spec).unwrap(), overlays.collect()).unwrap();
        for problem in loaded.warnings.problems() {
            *found.entry(problem.code().as_str()).or_insert(0) += 1;
        }
        for line in loaded.warnings.lines() {
            println!("{line}");
        }
    }
    let found: Vec<(&str, usize)> = found.into_iter().collect();
    assert_eq!(found, expected);
}
