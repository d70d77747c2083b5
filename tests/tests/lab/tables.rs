//! Requests that break rules of their specs are refused by generated modules as by servers in user space: one table for
//! all of them. `tests/server.rs` has the servers.

use needs::KernelLog;
use nlgen_runtime::Connection;
use nlgen_tests::checks::{self, Case};

use crate::{exam, module, run};

/// What is wrong with the answers of the module in a file.
fn answers(file: &str, cases: &[Case]) -> Vec<String> {
    let log = KernelLog::begin();
    run(&format!("insmod {file}"));
    // The connection is gone before the module is.
    let wrong = Connection::open().and_then(|mut conn| checks::run(&mut conn, cases));
    run(&format!("rmmod {file}"));
    assert_eq!(log.complaints(), "");
    wrong.unwrap()
}

#[test]
fn a_generated_module_refuses_as_servers_do() {
    let Some(file) = exam::file() else { return };
    let _alone = exam::MODULE.lock();
    let wrong = answers(&file, &checks::exam());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_module_of_an_example_refuses_as_servers_do() {
    if !needs::lab() {
        return;
    }
    let Some(file) = module("memo") else { return };
    let wrong = answers(&file, &checks::memo());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
