//! Every key and every word of the language, each in a small spec, and what the model makes of it.
//!
//! `constructs/table.rs` has the rows. A key or a word without a row fails, as does a key of which no row says what becomes of it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "constructs/table.rs"]
mod table;

use nlgen::model::Family;
use nlgen::span::Source;
use nlgen::{emit, load, spec};

use table::{ROWS, Row, Spec};

/// The whole spec of a row.
fn text(row: &Row) -> String {
    match row.spec {
        Spec::Whole(text) => text.to_owned(),
        Spec::Attribute(attribute) => format!(
            "name: f\n\
             definitions:\n\
             \x20 - {{ name: limit, type: const, value: 7 }}\n\
             \x20 - {{ name: e, type: enum, entries: [ one, two ] }}\n\
             \x20 - {{ name: g, type: flags, entries: [ low, high ] }}\n\
             \x20 - {{ name: st, type: struct, members: [ {{ name: m, type: u32 }} ] }}\n\
             attribute-sets:\n\
             \x20 - name: s\n\
             \x20   attributes:\n\
             \x20     - {{ name: x, {attribute} }}\n\
             \x20     - {{ name: kind, type: string }}\n\
             \x20 - name: inner\n\
             \x20   attributes: [ {{ name: i, type: u8 }} ]\n\
             sub-messages:\n\
             \x20 - name: sm\n\
             \x20   formats: [ {{ value: one, attribute-set: inner }}, {{ value: two, fixed-header: st }} ]\n\
             operations:\n\
             \x20 list:\n\
             \x20   - {{ name: get, attribute-set: s, do: {{ request: {{ attributes: [ x, kind ] }} }} }}\n"
        ),
    }
}

fn family(row: &Row) -> Family {
    let text = text(row);
    load(Source::new("row.yaml", &*text))
        .unwrap_or_else(|error| panic!("{}: {error}\n{text}", row.what))
}

/// What the model says of it: the parts that a row speaks of, without what is in all of them.
#[test]
fn the_model_has_what_is_written() {
    let mut wrong = Vec::new();
    for row in ROWS {
        let family = family(row);
        let model = format!("{family:?}");
        for expected in row.model {
            if !model.contains(expected) {
                wrong.push(format!("{}: no `{expected}` in\n    {model}", row.what));
            }
        }
        let code = emit::rust::family(&family, &quote::quote!(::nlgen_runtime));
        assert!(syn::parse2::<syn::File>(code).is_ok(), "{}", row.what);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Keys that say how C code is written, or speak to the kernel or to other commands: the model has none.
const NOT_IN_THE_MODEL: &[&str] = &[
    "uapi-header",
    "c-family-name",
    "c-version-name",
    "max-by-define",
    "cmd-max-name",
    "cmd-cnt-name",
    "kernel-policy",
    "kernel-family",
    "headers",
    "sock-priv",
    "header",
    "scope",
    "render-max",
    "enum-name",
    "enum-cnt-name",
    "name-prefix",
    "attr-cnt-name",
    "attr-max-name",
    "kernel-differs",
    "async-prefix",
    "async-enum",
    "flags",
    "dont-validate",
    "config-cond",
    "pre",
    "post",
    "c-define-name",
];

/// Each key stands in a row, and so does each word.
#[test]
fn no_key_and_no_word_is_left_out() {
    let texts: Vec<String> = ROWS.iter().map(text).collect();
    let keys = spec::MAPPINGS.iter().flat_map(|(_, keys)| *keys);
    for key in keys {
        let written = format!("{key}:");
        assert!(
            texts.iter().any(|text| text.contains(&written)),
            "no row has the key `{key}`"
        );
        let said = ROWS.iter().zip(&texts).any(|(row, text)| {
            text.contains(&written) && (!row.model.is_empty() || NOT_IN_THE_MODEL.contains(key))
        });
        assert!(said, "no row says what becomes of `{key}`");
    }
    let words = spec::CHOICES.iter().flat_map(|(_, words)| *words);
    for word in words {
        let stands = |text: &String| {
            let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
            words.any(|found| found == *word)
        };
        assert!(texts.iter().any(stands), "no row has the word `{word}`");
    }
}
