//! Specs against the running kernel: those that ship, and skeletons of every family that it has.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::{Command, Output};

/// Runs `nlgen` in a network namespace of its own; `None` where there is none: then the test is skipped.
fn nlgen(args: &[&str]) -> Option<Output> {
    if !needs::network_namespace() || !needs::program("unshare", "util-linux") {
        return None;
    }
    let nlgen = env!("CARGO_BIN_EXE_nlgen");
    let output = Command::new("unshare")
        .args(["-n", nlgen])
        .args(args)
        .output()
        .unwrap();
    Some(output)
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The families of the kernel, in a namespace like the one that they are asked for in.
fn families() -> Option<Vec<String>> {
    let output = nlgen(&["list", "--json"])?;
    let families: Vec<serde_json::Value> = serde_json::from_str(&stdout(&output)).unwrap();
    let names = families
        .iter()
        .map(|family| family["family-name"].as_str().unwrap().to_owned());
    Some(names.collect())
}

#[test]
fn shipped_specs_differ_by_nothing_that_they_do_not_explain() {
    let Some(known) = families() else { return };
    let mut compared = 0;
    for spec in nlgen_families::SPECS {
        if !known.iter().any(|name| name == spec.family) {
            continue;
        }
        compared += 1;
        let output = nlgen(&["check", "--live", spec.family]).unwrap();
        let said = stdout(&output) + &stderr(&output);
        assert!(output.status.success(), "{said}");
    }
    assert!(compared >= 5, "only {compared} specs have a family here");
}

#[test]
fn skeletons_of_every_family_are_as_the_kernel_has_it() {
    let Some(known) = families() else { return };
    let folder = tempfile::tempdir().unwrap();
    for family in known {
        let path = folder.path().join("skeleton.yaml");
        let path = path.to_str().unwrap();
        let made = nlgen(&["introspect", &family, "-o", path]).unwrap();
        assert!(made.status.success(), "{family}: {}", stderr(&made));
        let checked = nlgen(&["check", path]).unwrap();
        assert!(checked.status.success(), "{family}: {}", stderr(&checked));
        let compared = nlgen(&["check", "--live", "--json", path]).unwrap();
        let said = stdout(&compared) + &stderr(&compared);
        assert!(compared.status.success(), "{family}: {said}");
        // A request that the kernel takes is in the skeleton: it has no more of its own.
        assert!(!said.contains("\"note\""), "{family}: {said}");
    }
}
