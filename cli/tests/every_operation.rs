//! `nlgen encode` and `nlgen decode` on a request of every operation of every spec: the bytes are those of the
//! library, which a test beside it compares with the kernel's own tool, and the JSON is the same again.
//!
//! The specs are those of Linux 6.12 and 7.3 where the kernel's source is (see `ci/kernel-source`), and the shipped ones.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "../../nlgen/tests/kernel_source/mod.rs"]
mod kernel_source;
#[path = "../../dynamic/tests/messages/mod.rs"]
mod messages;
#[path = "../../dynamic/tests/random_json/mod.rs"]
mod random_json;

use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kernel_source::{Kernel, repository, specs_in};
use messages::{Part, messages};
use nlgen_dynamic::{EncodeOptions, Family, Mode};
use nlgen_runtime::MessageHeader;
use random_json::Random;
use serde_json::Value;

/// An id that no family has.
const ID: u16 = 0x7fff;

#[test]
fn shipped_specs() {
    let specs = specs_in(&repository().join("specs"));
    every_request(specs.into_iter().map(|spec| (spec, None)).collect());
}

#[test]
fn specs_of_the_kernel() {
    for kernel in Kernel::ALL {
        if let Some(specs) = kernel.specs_with_overlays() {
            every_request(specs);
        }
    }
}

fn every_request(specs: Vec<(PathBuf, Option<PathBuf>)>) {
    let mut count = 0;
    for (spec, overlay) in specs {
        // An overlay lies beside its spec, under its name.
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("spec.yaml");
        symlink(&spec, &link).unwrap();
        if let Some(overlay) = overlay {
            symlink(overlay, folder.path().join("spec.overlay.yaml")).unwrap();
        }
        let family = Family::new(nlgen::load_file(&link).unwrap());
        let mut random = Random::new(family.model(), 7);
        for message in messages(&family) {
            let Part::Request(mode) = message.part else {
                continue;
            };
            let drawn = random.messages(message.id);
            let fullest = drawn.iter().max_by_key(|value| value.to_string().len());
            same(&link, &family, message.operation, mode, fullest.unwrap());
            count += 1;
        }
    }
    println!("{count} requests");
    assert!(count > 50, "{count}");
}

/// Encodes and decodes a request with the command.
fn same(spec: &Path, family: &Family, operation: &str, mode: Mode, value: &Value) {
    let header = MessageHeader {
        kind: ID,
        seq: 5,
        ..MessageHeader::default()
    };
    let known = family.operation(operation).unwrap();
    let expected = known
        .message(mode, header, value, EncodeOptions::default())
        .unwrap();
    let expected: String = expected.iter().map(|byte| format!("{byte:02x}")).collect();
    let id = ID.to_string();
    let dump: &[&str] = if mode == Mode::Dump { &["--dump"] } else { &[] };
    let spec = spec.to_str().unwrap();

    let encode = ["encode", spec, operation, "-", "--seq", "5", "--id", &id];
    let hex = nlgen(&[&encode, dump].concat(), &value.to_string());
    let about = format!("{} {operation} {mode}: {value}", family.name());
    assert_eq!(plain(&hex), expected, "{about}");

    let decode = ["decode", spec, operation, "-", "--request", "--secrets"];
    let json = nlgen(&[&decode, dump].concat(), &hex);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json, *value, "{about}");
}

/// Digits without what makes them readable.
fn plain(hex: &str) -> String {
    hex.split_whitespace().collect()
}

/// What the command prints; it must succeed.
fn nlgen(args: &[&str], input: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_nlgen"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "nlgen {args:?}: {errors}\n{input}");
    String::from_utf8(output.stdout).unwrap()
}
