//! What people read when a spec is wrong or suspicious: one or more specs per code, and the exact text.
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
use nlgen::diagnostic::{Code, Report, Severity};
use nlgen::span::Source;
use nlgen::{check, load};

/// The problems of a spec, which is shown by its name without a folder: its errors or, if there are none,
/// its warnings.
fn problems(path: &Path) -> Report {
    let name = path.file_name().unwrap().to_string_lossy();
    let text = fs::read_to_string(path).unwrap();
    let report = report(&name, Source::new(&*name, text), Vec::new());
    assert!(!report.is_empty(), "{name} has no problem");
    report
}

/// The errors of a spec or, if there are none, its warnings. What C code minds comes after that or, for examples of it
/// (`code` is `NL2…`), before the warnings.
fn report(code: &str, spec: Source, overlays: Vec<Source>) -> Report {
    let loaded = match check(spec, overlays) {
        Ok(loaded) => loaded,
        Err(error) => return error.report().clone(),
    };
    let only_c = code.to_uppercase().starts_with("NL2");
    match loaded.c() {
        _ if !loaded.warnings.is_empty() && !only_c => loaded.warnings,
        Ok(family) => family.warnings,
        Err(error) => error.report().clone(),
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
    // Overlays have tests of their own, in overlay.rs; several specs in builder.rs.
    let mut seen = BTreeSet::from([Code::Unreadable, Code::Overlay, Code::SamePrefix]);
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

/// The overview has a line for each code, which leads to a section of its own with an example: a spec, and
/// maybe an overlay, that has this problem and no other.
#[test]
fn every_code_is_documented() {
    let overview = include_str!("../../docs/specs.md");
    let sections = include_str!("../../docs/diagnostics.md");
    let mut told = Vec::new();
    for section in sections.split("\n## ").skip(1) {
        let (code, text) = section.split_once('\n').unwrap();
        told.push(code);
        let link = format!("| [{code}](diagnostics.md#{}) | ", code.to_lowercase());
        assert_eq!(overview.matches(&link).count(), 1, "{code}");
        let mut examples = text.split("```yaml\n").skip(1);
        let mut example = || {
            let (text, _) = examples.next()?.split_once("```").unwrap();
            Some(Source::new(format!("{code}.yaml"), text))
        };
        let Some(spec) = example() else {
            // A file that is not there has no text, and families are the same in C only together.
            assert!(
                [Code::Unreadable, Code::SamePrefix]
                    .map(Code::as_str)
                    .contains(&code),
                "{code}"
            );
            continue;
        };
        let report = report(code, spec, example().into_iter().collect());
        assert!(!report.is_empty(), "{code}");
        for problem in report.problems() {
            assert_eq!(problem.code().as_str(), code, "{}", problem.message());
        }
    }
    let all: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(told, all);
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
         |\n = note: in no/such.yaml\n = help: correct the path, or make the file text in UTF-8 of at most 64 MiB"
    );
}

/// Errors have numbers below 100, warnings from there on, and what has the one does not have the other.
#[test]
fn severity_follows_from_the_code() {
    for code in Code::ALL {
        let warning = code.as_str().starts_with("NL1");
        let expected = if warning {
            Severity::Warning
        } else {
            Severity::Error
        };
        assert_eq!(code.severity(), expected, "{}", code.as_str());
    }
    for spec in files("tests/diagnostics", "yaml") {
        let report = problems(&spec);
        let mut found: Vec<Severity> = report
            .problems()
            .iter()
            .map(|found| found.severity())
            .collect();
        found.dedup();
        assert_eq!(found.len(), 1, "{}", stem(&spec));
    }
}

/// For tools that show one line: where, what and what to do.
#[test]
fn a_problem_fits_in_a_line() {
    let report = problems(Path::new("tests/diagnostics/nl107_no_group_number.yaml"));
    assert_eq!(
        report.lines().collect::<Vec<_>>(),
        [
            "nl107_no_group_number.yaml:13:45: NL107: the group `weather` has no number, so it cannot be joined \
          (add `value:`, the number in the kernel's header)"
        ]
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

/// A file without a spec in it says that, and a tab is called one.
#[test]
fn what_is_no_spec_is_called_so() {
    for (text, words) in [
        ("", "there is no spec in this file"),
        (" \n\n", "there is no spec in this file"),
        ("\u{feff}# nothing\n", "there is no spec in this file"),
        ("name: f\noperations:\n\tlist: []\n", "here is a tab"),
        (
            "name: f\noperations:\n  list:\n  \t- { name: a }\n",
            "here is a tab",
        ),
    ] {
        let error = load(Source::new("none.yaml", text)).unwrap_err();
        let problem = error.problems().first().unwrap();
        assert!(
            problem.message().contains(words),
            "{text:?}: {}",
            problem.message()
        );
        assert!(problem.help_text().is_some());
        assert!(error.to_string().contains("= help: "), "{error}");
    }
}

/// All problems are told, and those from the 201st on in a line each.
#[test]
fn many_problems_are_told_shortly() {
    let keys: String = (0..1_000).map(|n| format!("key{n}: 1\n")).collect();
    let text = format!("name: f\n{keys}operations: {{ list: [] }}\n");
    let error = load(Source::new("many.yaml", text)).unwrap_err();
    let shown = error.render(false);
    assert_eq!(shown.matches("error[NL002]").count(), 200);
    assert!(shown.contains("error: many.yaml:1001:1: NL002: a family has no key `key999`"));
}
