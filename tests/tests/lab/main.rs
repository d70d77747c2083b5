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

mod answers;
mod devlink;
mod exam;
mod faults;
#[path = "../../../nlgen/tests/kernel_source/mod.rs"]
mod kernel_source;
mod mpls;
mod own_family;
mod reload;
mod tables;
mod wifi;
mod wireguard;

use std::process::Command;
use std::sync::Mutex;

use needs::Need;

/// Held while the module psample has to stay, or to go.
static PSAMPLE: Mutex<()> = Mutex::new(());

/// The file of a module that no package has; if there is none, the test is skipped.
fn module(name: &str) -> Option<String> {
    let built = std::env::var("NLGEN_LAB_MODULES").unwrap_or_default();
    let file = format!("/{name}.ko");
    let found = built.split(' ').find(|built| built.ends_with(&file));
    if found.is_none() {
        let reason = format!("NLGEN_LAB_MODULES has no {name}; lab/test builds it where it can");
        needs::missing(Need::Kernel(name), reason);
    }
    found.map(str::to_owned)
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
