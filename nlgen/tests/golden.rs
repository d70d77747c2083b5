//! One tiny spec per construct, and the Rust code that it becomes, both checked in.
//!
//! `golden_compiled.rs`, `golden_no_prelude.rs` and `golden_clippy.rs` compile what is checked in. They are
//! crates of their own so that this one can write the files when they do not compile.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod checked_in;

use std::path::{Path, PathBuf};

use checked_in::{Differences, files, stem};
use nlgen::{emit, load, output, read};
use proc_macro2::TokenStream;

fn generate(spec: &Path, runtime: &str) -> String {
    let family = load(read(spec).unwrap()).unwrap();
    let runtime: TokenStream = runtime.parse().unwrap();
    let name = spec.file_name().unwrap().to_string_lossy();
    output::format(&emit::rust::family(&family, &runtime), &name)
}

/// The specs that ship.
fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../specs")
        .join(name)
}

#[test]
fn every_construct_becomes_what_is_checked_in() {
    let mut differences = Differences::default();
    for spec in files("tests/golden", "yaml") {
        let code = generate(&spec, "::nlgen_runtime");
        differences.compare(format!("tests/golden/{}.rs", stem(&spec)), &code);
    }
    differences.finish();
}

/// `golden_server.rs` compiles it.
#[test]
fn servers_become_what_is_checked_in() {
    let mut differences = Differences::default();
    for spec in files("tests/golden_server", "yaml") {
        let family = load(read(&spec).unwrap()).unwrap();
        let runtime: TokenStream = "::nlgen_runtime".parse().unwrap();
        let mut tokens = emit::rust::family(&family, &runtime);
        tokens.extend(emit::rust::server(&family));
        let name = spec.file_name().unwrap().to_string_lossy();
        let code = output::format(&tokens, &name);
        differences.compare(format!("tests/golden_server/{}.rs", stem(&spec)), &code);
    }
    differences.finish();
}

#[test]
fn every_golden_file_is_compiled() {
    let compiled: Vec<&str> = include_str!("golden_compiled.rs")
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    let bare: Vec<&str> = include_str!("golden_no_prelude.rs")
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    let specs: Vec<String> = files("tests/golden", "yaml")
        .iter()
        .map(|path| stem(path))
        .collect();
    let code: Vec<String> = files("tests/golden", "rs")
        .iter()
        .map(|path| stem(path))
        .collect();
    assert_eq!(
        code, specs,
        "a file of code without a spec, or a spec without code"
    );
    assert_eq!(
        compiled, specs,
        "golden_compiled.rs lists every file, by name"
    );
    assert_eq!(
        bare, specs,
        "golden_no_prelude.rs lists every file, by name"
    );
}

/// The runtime resolves families with code that nlgen made from the spec that ships.
#[test]
fn the_runtime_has_current_nlctrl_code() {
    let code = generate(&shipped("nlctrl.yaml"), "crate");
    let text = format!("//! The family `nlctrl`, which knows all others.\n\n{code}");
    let mut differences = Differences::default();
    differences.compare("../runtime/src/nlctrl.rs", &text);
    differences.finish();
}

/// The crate nlgen-families has a file for each spec that ships, so that who uses it compiles no generator.
#[test]
fn the_families_have_current_code() {
    let specs = files("../specs", "yaml");
    let mut differences = Differences::default();
    let mut modules: Vec<String> = vec!["lib".to_owned(), "shipped".to_owned()];
    for spec in &specs {
        let module = stem(spec).replace('-', "_");
        let code = generate(spec, "::nlgen_runtime");
        differences.compare(format!("../specs/src/{module}.rs"), &code);
        modules.push(module);
    }
    differences.finish();
    modules.sort();
    let found: Vec<String> = files("../specs/src", "rs")
        .iter()
        .map(|path| stem(path))
        .collect();
    assert_eq!(found, modules, "a file without a spec");
}

/// Code depends on the spec alone: not on the run, nor on where the file lies.
#[test]
fn output_is_a_function_of_the_spec() {
    for spec in ["exam.yaml", "ethtool.yaml"] {
        let text = std::fs::read_to_string(shipped(spec)).unwrap();
        let moved = tempfile::tempdir().unwrap();
        let moved = moved.path().join(spec);
        std::fs::create_dir_all(moved.parent().unwrap()).unwrap();
        std::fs::write(&moved, text).unwrap();
        assert_eq!(
            generate(&moved, "::nlgen_runtime"),
            generate(&shipped(spec), "::nlgen_runtime")
        );
    }
}
