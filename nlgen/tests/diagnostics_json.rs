//! Problems as JSON: what an editor gets, for specs and for overlays on them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod checked_in;

use std::fs;
use std::path::Path;

use checked_in::{Differences, files, stem};
use nlgen::check;
use nlgen::diagnostic::Report;
use nlgen::span::Source;
use serde_json::{Value, json};

fn source(path: &Path) -> Source {
    let name = path.file_name().unwrap().to_string_lossy();
    Source::new(&*name, fs::read_to_string(path).unwrap())
}

fn entries(report: &Report) -> Vec<Value> {
    serde_json::from_str(&report.to_json()).unwrap()
}

/// The errors of a spec or, if there are none, its warnings.
fn report(source: Source) -> Report {
    match check(source, Vec::new()) {
        Ok(loaded) => loaded.warnings,
        Err(error) => error.report().clone(),
    }
}

#[test]
fn problems_are_told_as_checked_in() {
    let mut differences = Differences::default();
    for name in ["positions", "nl007_same_number", "nl101_listed_twice"] {
        let spec = format!("tests/diagnostics/{name}.yaml");
        let report = report(source(Path::new(&spec)));
        let json = format!("{}\n", report.to_json());
        differences.compare(format!("tests/diagnostics/{name}.json"), &json);
    }
    differences.finish();
}

/// Every problem, in the same order, with the place that people see.
#[test]
fn json_has_what_people_read() {
    for path in files("tests/diagnostics", "yaml") {
        let source = source(&path);
        let text = source.text().to_owned();
        let report = report(source);
        let entries = entries(&report);
        let rendered = report.to_string();
        assert_eq!(entries.len(), report.problems().len());
        for (entry, problem) in entries.iter().zip(report.problems()) {
            assert_eq!(entry["code"], problem.code().as_str());
            assert_eq!(entry["severity"], problem.severity().as_str());
            assert_eq!(entry["message"], problem.message());
            assert_eq!(entry["help"], json!(problem.help_text()));
            let (line, column) = (&entry["start"]["line"], &entry["start"]["column"]);
            let file = entry["file"].as_str().unwrap();
            let place = format!("{file}:{line}:{column}\n");
            // People see the end of the text as that of its last line.
            let at_end = entry["start"]["byte"] == text.len();
            assert!(
                at_end || rendered.contains(&place),
                "{}: {place}",
                stem(&path)
            );
            for end in ["start", "end"] {
                assert_eq!(position(&text, &entry[end]), entry[end]);
            }
        }
    }
}

/// A byte's line and column, counted one character after the other.
fn position(text: &str, at: &Value) -> Value {
    let byte = usize::try_from(at["byte"].as_u64().unwrap()).unwrap();
    let (mut line, mut column) = (1, 1);
    for character in text[..byte].chars() {
        (line, column) = match character {
            '\n' => (line + 1, 1),
            _ => (line, column + 1),
        };
    }
    json!({ "line": line, "column": column, "byte": byte })
}

/// Columns count characters, and bytes are those of the overlay, not of all texts together.
#[test]
fn places_are_in_the_file_that_they_are_in() {
    let spec = "
name: ping
attribute-sets: [ { name: ping, attributes: [ { name: port, type: u16, value: 1 } ] } ]
operations: { list: [] }
";
    let overlay = "\
# naïve
name: ping
attribute-sets: [ { name: ping, doc: ünï, attributes: [ { name: key, type: u8, value: 1 } ] } ]
";
    let overlay = Source::new("ping.overlay.yaml", overlay);
    let error = nlgen::load_with(Source::new("ping.yaml", spec), vec![overlay]).unwrap_err();
    let entries = entries(error.report());
    let place = |entry: &Value| {
        let at = |end: &str| {
            let place = &entry[end];
            [&place["line"], &place["column"], &place["byte"]].map(|value| value.as_u64().unwrap())
        };
        let file = entry["file"].as_str().unwrap();
        (file.to_owned(), at("start"), at("end"))
    };
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["code"], "NL007");
    assert_eq!(entries[0]["severity"], "error");
    assert_eq!(
        place(&entries[0]),
        ("ping.overlay.yaml".to_owned(), [3, 65, 86], [3, 68, 89])
    );
    let related = entries[0]["related"].as_array().unwrap();
    assert_eq!(related.len(), 1);
    assert_eq!(
        place(&related[0]),
        ("ping.yaml".to_owned(), [3, 55, 66], [3, 59, 70])
    );
}

/// A file that cannot be read has no text: its beginning stands for it.
#[test]
fn an_unreadable_file_is_told() {
    let error = nlgen::read(Path::new("no/such.yaml")).unwrap_err();
    let start = json!({ "line": 1, "column": 1, "byte": 0 });
    assert_eq!(
        entries(error.report()),
        [json!({
            "code": "NL013",
            "severity": "error",
            "message": "the spec cannot be read: No such file or directory (os error 2)",
            "file": "no/such.yaml",
            "start": start,
            "end": start,
            "label": null,
            "help": "correct the path, or make the file text in UTF-8 of at most 64 MiB",
            "related": [],
        })]
    );
}
