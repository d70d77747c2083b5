//! What people read when a spec is wrong: one or more specs per code, and the exact text.
//!
//! `diagnostics/nl006_….yaml` has problems of the code NL006 and no others; the other files have several.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod checked_in;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use checked_in::{Differences, files, stem};
use nlgen::diagnostic::{Code, SpecError};
use nlgen::load;
use nlgen::span::Source;

/// The problems of a spec, which is shown by its name without a folder.
fn problems(path: &Path) -> SpecError {
    let name = path.file_name().unwrap().to_string_lossy();
    let text = fs::read_to_string(path).unwrap();
    match load(Source::new(&*name, text)) {
        Ok(_) => panic!("{name} has no problem"),
        Err(error) => error,
    }
}

#[test]
fn problems_are_told_as_checked_in() {
    let mut differences = Differences::default();
    for spec in files("tests/diagnostics", "yaml") {
        let text = format!("{}\n", problems(&spec));
        differences.compare(format!("tests/diagnostics/{}.txt", stem(&spec)), &text);
    }
    differences.finish();
}

#[test]
fn every_code_has_a_file_of_its_own() {
    // Overlays have tests of their own, in overlay.rs.
    let mut seen = BTreeSet::from([Code::Unreadable, Code::Overlay]);
    for spec in files("tests/diagnostics", "yaml") {
        let name = stem(&spec);
        let Some((number, _)) = name
            .strip_prefix("nl")
            .and_then(|name| name.split_once('_'))
        else {
            continue;
        };
        for problem in problems(&spec).problems() {
            assert_eq!(problem.code().as_str(), format!("NL{number}"), "{name}");
            seen.insert(problem.code());
        }
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), Code::ALL);
}

/// The documentation explains each code in a line of its own.
#[test]
fn every_code_is_documented() {
    let docs = include_str!("../../docs/specs.md");
    for code in Code::ALL {
        let line = format!("| {} | ", code.as_str());
        assert_eq!(docs.matches(&line).count(), 1, "{}", code.as_str());
    }
}

/// The specs in the documentation are specs.
#[test]
fn documented_specs_load() {
    let docs = include_str!("../../docs/specs.md");
    let mut blocks = docs.split("```yaml\n").skip(1);
    let spec = blocks
        .next()
        .and_then(|rest| rest.split("```").next())
        .unwrap();
    let family = load(Source::new("docs/specs.md", spec)).unwrap();
    let messages: Vec<&str> = family
        .messages
        .iter()
        .map(|message| &*message.ident)
        .collect();
    assert_eq!(messages, ["Get", "GetReply", "GetDump"]);
}

/// A file that cannot be read has no text to show; its path must do.
#[test]
fn an_unreadable_file_is_told() {
    let error = nlgen::read(Path::new("no/such.yaml")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "error[NL013]: the spec cannot be read: No such file or directory (os error 2)\n \
         |\n = note: in no/such.yaml"
    );
}

/// Every problem at once, in the order of the text, and each once.
#[test]
fn problems_come_in_the_order_of_the_text() {
    for spec in files("tests/diagnostics", "yaml") {
        let error = problems(&spec);
        let places: Vec<_> = error
            .problems()
            .iter()
            .map(|problem| (problem.span(), problem.message().to_owned()))
            .collect();
        let mut sorted = places.clone();
        sorted.sort_by_key(|(span, _)| *span);
        assert_eq!(places, sorted, "{}", stem(&spec));
        sorted.dedup();
        assert_eq!(places, sorted, "{}", stem(&spec));
    }
}
