//! Every spec of Linux 6.12 and 7.3, and of any folders that `NLGEN_SPEC_DIRS` names (with `:` between them): each
//! loads, generates, compiles without a warning, and every struct makes round trips.
//!
//! The specs come from the kernel's source: see `ci/kernel-source`. Without it, and without folders, the test
//! says so and is skipped. Overlays in `specs/overlays` correct the kernel's specs. Each is generated without its
//! overlay, too.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod kernel_source;

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use nlgen::model::Family;
use nlgen::{emit, load_with, output, read};

use kernel_source::{Kernel, named_specs, repository};

/// The specs, each with the overlay that belongs to it and then without.
fn corpus() -> Vec<(PathBuf, Option<PathBuf>)> {
    let mut corpus = Vec::new();
    for kernel in Kernel::ALL {
        corpus.extend(kernel.specs_with_overlays().into_iter().flatten());
    }
    corpus.extend(named_specs());
    let corrected = corpus.iter().filter(|(_, overlay)| overlay.is_some());
    let as_they_are: Vec<_> = corrected.map(|(spec, _)| (spec.clone(), None)).collect();
    corpus.extend(as_they_are);
    corpus
}

#[test]
fn every_spec_compiles_and_makes_round_trips() {
    let corpus = corpus();
    if corpus.is_empty() {
        // Each kernel has said so.
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus");
    let mut modules = String::new();
    let mut trips = String::new();
    let mut wrong = Vec::new();
    for (at, (spec, overlay)) in corpus.iter().enumerate() {
        let overlays = overlay
            .iter()
            .map(|overlay| read(overlay).unwrap())
            .collect();
        match load_with(read(spec).unwrap(), overlays) {
            Ok(family) => {
                let module = format!("spec_{at}");
                write_module(&folder.join(format!("src/{module}.rs")), &family);
                writeln!(modules, "/// `{}`.\npub mod {module};", family.name).unwrap();
                list_trips(&mut trips, &module, &family);
            }
            Err(error) => wrong.push(error.to_string()),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    write_crate(&folder, &modules, &trips);
    cargo(&folder, &["check", "--lib"]);
    let said = cargo(&folder, &["run"]);
    print!("{} specs: {said}", corpus.len());
}

fn write_module(path: &Path, family: &Family) {
    let tokens = emit::rust::family(family, &quote::quote!(::nlgen_runtime));
    output::write_if_changed(path, &output::format(&tokens, &family.name)).unwrap();
}

/// A line for each struct that can be sent.
fn list_trips(trips: &mut String, module: &str, family: &Family) {
    writeln!(trips, "fn {module}() -> u32 {{\n    let trips = [").unwrap();
    for message in &family.messages {
        let life = if message.borrows { "<'a>" } else { "" };
        let ident = &message.ident;
        writeln!(
            trips,
            "        round_trip!(corpus::{module}::{ident}{life}),"
        )
        .unwrap();
    }
    writeln!(trips, "    ];\n    trips.iter().map(Trip::go).sum()\n}}\n").unwrap();
}

fn write_crate(folder: &Path, modules: &str, trips: &str) {
    let runtime = repository().join("runtime");
    let manifest = format!(
        "[package]\nname = \"corpus\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\nnlgen-runtime = {{ path = {runtime:?} }}\n\n[profile.dev]\ndebug = false\n"
    );
    let lib = format!("//! Specs.\n#![deny(warnings, missing_docs)]\n{modules}");
    let calls: String = modules
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .map(|module| format!("    structs += {module}();\n"))
        .collect();
    let harness = include_str!("corpus/harness.rs");
    let main = format!(
        "{harness}\nuse nlgen_runtime::{{Decode, Encode}};\n\n{trips}\nfn main() {{\n    let mut structs = 0;\n\
         {calls}    assert!(structs > 0);\n    println!(\"{{structs}} values went round\");\n}}\n"
    );
    let write =
        |name: &str, text: &str| output::write_if_changed(&folder.join(name), text).unwrap();
    write("Cargo.toml", &manifest);
    write("src/lib.rs", &lib);
    write("src/main.rs", &main);
    let lock = repository().join("Cargo.lock");
    if lock.exists() {
        fs::copy(lock, folder.join("Cargo.lock")).unwrap();
    }
}

/// Runs Cargo where everything that it needs is at hand already, and gives what it printed.
fn cargo(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .args(["--offline", "--quiet"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "cargo {arguments:?}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}
