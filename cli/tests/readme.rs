//! The commands in the package's README are run, and print what it says where it has their output.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::path::Path;
use std::process::Command;

#[test]
fn commands_of_the_readme_do_what_it_says() {
    let text = include_str!("../README.md");
    let (_, text) = text.split_once("```console\n").unwrap();
    let mut count = 0;
    for block in text.split("```console\n") {
        let (block, _) = block.split_once("```").unwrap();
        for example in format!("\n{block}").split("\n$ ").skip(1) {
            let (line, output) = example.split_once('\n').unwrap_or((example, ""));
            let program = Path::new(env!("CARGO_BIN_EXE_nlgen"));
            let printed = Command::new("/bin/sh")
                .args(["-euc", line])
                .env("PATH", program.parent().unwrap())
                .env_remove("NLGEN_SPECS")
                .output()
                .unwrap();
            let errors = String::from_utf8(printed.stderr).unwrap();
            assert!(printed.status.success(), "{line}: {errors}");
            let printed = String::from_utf8(printed.stdout).unwrap();
            match output.trim() {
                "" => assert!(!printed.is_empty(), "{line} prints something"),
                expected => assert_eq!(printed.trim(), expected, "{line}"),
            }
            count += 1;
        }
    }
    assert!(count >= 3, "the commands are found: {count}");
}
