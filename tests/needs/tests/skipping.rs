//! What a test runner shows of a test that lacks something, and how such a test ends.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::{Command, Output};

use needs::Need;

/// Lacks a program. Only the others run it, in a process of its own.
#[test]
#[ignore = "run by the other tests"]
fn lacks_a_program() {
    assert!(!needs::program("no-such-program", "no-such-package"));
}

/// Lacks a feature of the kernel, which it notices in a function that cannot return from the test.
#[test]
#[ignore = "run by the other tests"]
fn lacks_a_feature() {
    let below = || needs::stop(Need::Kernel("moon"), "this kernel has no moon");
    let thread = std::thread::Builder::new().name("below".to_owned());
    let end = thread.spawn(below).unwrap().join().unwrap_err();
    assert!(end.is::<needs::Skipped>(), "the end of a failed test");
}

/// Runs a test of this file with output captured, as people do, and these variables.
fn run(test: &str, variables: &[(&str, &str)]) -> (Output, String) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--ignored", test])
        .env_remove("NLGEN_NO_SKIP")
        .env_remove("NLGEN_MAY_SKIP")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr.clone()).unwrap();
    (output, errors)
}

const LINE: &str = "skipped: lacks_a_program: there is no no-such-program (Debian: no-such-package) \
    [program:no-such-program]\n";

#[test]
fn the_reason_is_shown_though_output_is_captured() {
    let (output, errors) = run("lacks_a_program", &[]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(errors, LINE);
    let (output, errors) = run("lacks_a_feature", &[]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        errors,
        "skipped: below: this kernel has no moon [kernel:moon]\n"
    );
}

#[test]
fn where_nothing_may_be_skipped_the_test_fails() {
    let (output, _) = run("lacks_a_program", &[("NLGEN_NO_SKIP", "1")]);
    assert_eq!(output.status.code(), Some(101));
    let told = String::from_utf8(output.stdout).unwrap();
    let reason = "NLGEN_NO_SKIP is set, but there is no no-such-program (Debian: no-such-package)";
    assert!(told.contains(reason), "{told}");
    let (output, _) = run("lacks_a_feature", &[("NLGEN_NO_SKIP", "1")]);
    assert_eq!(output.status.code(), Some(101));
}

#[test]
fn exceptions_are_needs_or_their_kinds() {
    let ends = |list: &str| {
        let variables = [("NLGEN_NO_SKIP", "1"), ("NLGEN_MAY_SKIP", list)];
        run("lacks_a_program", &variables).0.status.code()
    };
    assert_eq!(ends("lab program:no-such-program"), Some(0));
    assert_eq!(ends("program"), Some(0));
    assert_eq!(ends("program:nft prog no-such-program"), Some(101));
}

#[test]
fn a_program_that_is_there_is_found() {
    assert!(needs::program("sh", "dash"));
}
