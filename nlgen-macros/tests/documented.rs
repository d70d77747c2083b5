//! The documentation has everything: each key with the macros, each construct of the spec language in the
//! table of docs/derive.md, and each row of that an example. The examples are doctests of the crate.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use nlgen::derive::PLACES;

const TABLE: &str = include_str!("../../docs/derive.md");

/// The macros' documentation has every key, as the tables of keys have it.
#[test]
fn every_key_is_documented() {
    let docs = include_str!("../src/lib.rs").to_owned() + include_str!("../src/encode.md");
    for place in PLACES {
        for key in place.keys {
            let short = key.meaning.strip_prefix("Operations: ");
            let row = match short {
                // Of operations; their table has the meaning with a capital letter.
                Some(meaning) => {
                    let (first, rest) = meaning.split_at(1);
                    format!("| `{}` | {}{rest} |", key.form, first.to_uppercase())
                }
                None => format!("| `{}` | {} |", key.form, key.meaning),
            };
            assert!(docs.contains(&row), "{}: no row {row}", place.name);
        }
    }
}

/// What stands under each heading.
fn sections() -> Vec<(&'static str, &'static str)> {
    let parts = TABLE.split("\n## ").skip(1);
    parts.map(|part| part.split_once('\n').unwrap()).collect()
}

/// The place that a heading is linked by.
fn anchor(heading: &str) -> String {
    let words = heading.to_lowercase().replace(' ', "-");
    words
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect()
}

#[test]
fn every_row_has_an_example() {
    let rows: Vec<&str> = TABLE
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains("](#"))
        .collect();
    let sections = sections();
    assert_eq!(rows.len(), sections.len());
    for (row, (heading, text)) in rows.iter().zip(sections) {
        let link = format!("[{heading}](#{})", anchor(heading));
        assert!(row.contains(&link), "{row} is not that of {link}");
        let (_, code) = text.split_once("```rust\n").unwrap();
        assert!(code.contains("assert"), "{heading} shows nothing");
    }
}

#[test]
fn every_key_of_the_derives_has_an_example() {
    let examples: String = sections().into_iter().map(|(_, text)| text).collect();
    // Where the runtime is, no construct of specs says.
    let keys = PLACES.iter().flat_map(|place| place.keys);
    for key in keys.filter(|key| key.name != "runtime") {
        let lists = examples.split("#[nl(").skip(1);
        let mut lists = lists.map(|list| list.split_once(")]").map_or(list, |(list, _)| list));
        let has = |list: &str| {
            let mut words = list.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.any(|word| word == key.name)
        };
        assert!(lists.any(has), "no example of `{}`", key.name);
    }
}

/// The keys that the JSON Schema of the spec language has, at any place.
fn spec_keys(schema: &serde_json::Value, keys: &mut Vec<String>) {
    if let Some(properties) = schema["properties"].as_object() {
        keys.extend(properties.keys().cloned());
    }
    let inner: Vec<_> = match schema {
        serde_json::Value::Object(entries) => entries.values().collect(),
        serde_json::Value::Array(items) => items.iter().collect(),
        _ => Vec::new(),
    };
    for schema in inner {
        spec_keys(schema, keys);
    }
}

#[test]
fn every_key_of_the_spec_language_is_in_the_table() {
    let (table, _) = TABLE.split_once("\n## ").unwrap();
    let words: Vec<&str> = table
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .collect();
    let mut keys = Vec::new();
    spec_keys(&serde_json::from_str(&nlgen::schema()).unwrap(), &mut keys);
    assert!(keys.len() > 50);
    for key in keys {
        assert!(words.contains(&&*key), "`{key}` is not in docs/derive.md");
    }
}
