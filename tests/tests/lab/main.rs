//! What needs kernel modules: families of real modules, and what happens when one is loaded again.
//!
//! They run in the lab alone (`lab/test -p nlgen-tests --test lab`); elsewhere they say so and pass.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod reload;
mod wifi;
mod wireguard;

use std::io::Write;
use std::process::Command;

/// Whether this is the lab; if not, says that the test is skipped.
fn in_the_lab() -> bool {
    let lab = std::env::var_os("NLGEN_LAB").is_some();
    if !lab {
        // Not by a macro: those print only for tests that fail.
        let _ = writeln!(
            std::io::stderr(),
            "skipped: modules are loaded in the lab only (lab/test)"
        );
    }
    lab
}

/// Runs a program with words separated by spaces, and gives what it prints.
fn run(command: &str) -> String {
    let mut words = command.split(' ');
    let program = words.next().unwrap();
    let output = Command::new(program).args(words).output();
    let output = output.unwrap_or_else(|error| panic!("{command}: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}
