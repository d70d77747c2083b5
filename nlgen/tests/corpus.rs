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

mod generated_crate;
mod kernel_source;

use std::fmt::Write;
use std::path::PathBuf;

use generated_crate::Crate;
use kernel_source::{Kernel, named_specs};
use nlgen::model::Family;
use nlgen::{emit, load_with, output, read};

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
    let made = Crate::new("corpus");
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
                made.write(&format!("src/{module}.rs"), &code(&family));
                writeln!(modules, "/// `{}`.\npub mod {module};", family.name).unwrap();
                list_trips(&mut trips, &module, &family);
            }
            Err(error) => wrong.push(error.to_string()),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    write_crate(&made, &modules, &trips);
    made.cargo(&["check", "--lib"]);
    let said = made.cargo(&["run"]);
    print!("{} specs: {said}", corpus.len());
}

fn code(family: &Family) -> String {
    let tokens = emit::rust::family(family, &quote::quote!(::nlgen_runtime));
    output::format(&tokens, &family.name)
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

fn write_crate(made: &Crate, modules: &str, trips: &str) {
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
    made.write("src/lib.rs", &lib);
    made.write("src/main.rs", &main);
}
