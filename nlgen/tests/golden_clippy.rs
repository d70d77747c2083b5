//! Generated code in crates of users: editions 2021 and 2024, the golden files and the specs that ship, with
//! clippy and rustdoc telling nothing.
//!
//! This runs Cargo on two tiny crates. The one of edition 2021 has each file in a module without prelude.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use needs::Need;

/// What a strict crate sets; `pedantic` is asked of nobody.
const LINTS: &str = "#![deny(warnings, missing_docs, missing_debug_implementations, clippy::all)]\n\
                     #![deny(unreachable_pub, unused_qualifications)]\n";

fn package(folder: &Path, edition: &str, files: &[PathBuf]) {
    let name = format!("edition-{edition}");
    let folder = folder.join(&name);
    fs::create_dir_all(folder.join("src")).unwrap();
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime");
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\n\n\
         [dependencies]\nnlgen-runtime = {{ path = {runtime:?} }}\n"
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    let mut code = format!("//! Golden files.\n{LINTS}");
    for file in files {
        // Names of modules have no dashes.
        let module = file
            .file_stem()
            .unwrap()
            .to_string_lossy()
            .replace('-', "_");
        let bare = if edition == "2021" {
            "#[no_implicit_prelude]\n"
        } else {
            ""
        };
        writeln!(
            code,
            "/// `{module}`.\n{bare}#[path = {file:?}]\npub mod {module};"
        )
        .unwrap();
    }
    nlgen::output::write_if_changed(&folder.join("src/lib.rs"), &code).unwrap();
}

/// The golden files as they are checked in, and code for the specs that ship.
fn code(folder: &Path) -> Vec<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let in_folder = |folder: PathBuf, extension: &str| {
        let entries = fs::read_dir(folder).unwrap();
        let mut files: Vec<PathBuf> = entries
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|found| found == extension))
            .collect();
        files.sort();
        files
    };
    let shipped = nlgen::Builder::new()
        .specs(in_folder(here.join("../specs"), "yaml"))
        .out_dir(folder)
        .rerun_if_changed(false)
        .generate()
        .unwrap();
    let mut files = in_folder(here.join("tests/golden"), "rs");
    files.extend(shipped);
    files
}

/// Runs Cargo where everything that it needs is at hand already.
fn cargo(folder: &Path, arguments: &[&str]) {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .args(["--offline", "--quiet"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env_remove("RUSTFLAGS")
        .env_remove("RUSTDOCFLAGS")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "cargo {arguments:?}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn installed(command: &str) -> bool {
    let output = Command::new(env!("CARGO"))
        .args([command, "--version"])
        .output();
    output.is_ok_and(|output| output.status.success())
}

#[test]
fn generated_code_is_clean_in_every_edition() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden");
    let files = code(&folder.join("shipped"));
    fs::write(
        folder.join("Cargo.toml"),
        "[workspace]\nresolver = \"3\"\nmembers = [\"edition-2021\", \"edition-2024\"]\n",
    )
    .unwrap();
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    if lock.exists() {
        fs::copy(lock, folder.join("Cargo.lock")).unwrap();
    }
    for edition in ["2021", "2024"] {
        package(&folder, edition, &files);
    }
    if installed("clippy") {
        cargo(&folder, &["clippy", "--workspace"]);
    } else {
        let reason = "cargo has no clippy, so that only the compiler reads the code";
        needs::missing(Need::Program("cargo-clippy"), reason);
        cargo(&folder, &["check", "--workspace"]);
    }
    cargo(&folder, &["doc", "--no-deps", "--package", "edition-2024"]);
}
