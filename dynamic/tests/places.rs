//! Offsets of attributes lead back to the JSON that they were made of: for all attributes of random messages of all
//! shipped specs, and by example.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod messages;
mod random_json;

use std::fs;
use std::path::Path;

use messages::messages;
use nlgen::span::Source;
use nlgen_dynamic::{Body, DecodeOptions, EncodeOptions, Family, Mode, Piece, Step, path};
use random_json::Random;
use serde_json::{Value, json};

/// What a place leads to.
fn follow<'v>(value: &'v Value, place: &[Step]) -> Option<&'v Value> {
    place.iter().try_fold(value, |value, step| match step {
        Step::Name(name) => value.get(name),
        Step::Index(index) => value.get(index),
    })
}

/// The offsets of the headers of attributes.
fn headers(pieces: &[Piece], found: &mut Vec<usize>) {
    for piece in pieces {
        if piece.len == 4 && piece.kind.contains("byte") && !piece.kind.starts_with("struct") {
            found.push(piece.offset);
        }
        headers(&piece.children, found);
    }
}

#[test]
fn every_attribute_has_a_place() {
    let mut count = 0;
    for entry in fs::read_dir(Path::new("../specs")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let family = Family::new(nlgen::load(nlgen::read(&path).unwrap()).unwrap());
        let mut random = Random::new(family.model(), 18);
        for message in messages(&family) {
            for value in random.messages(message.id) {
                let options = EncodeOptions::default();
                let bytes = message.body.encode(&value, options).unwrap();
                let secrets = DecodeOptions {
                    secrets: true,
                    ..DecodeOptions::default()
                };
                let picture = message.body.explain(&bytes, secrets);
                let mut offsets = Vec::new();
                headers(picture.pieces(), &mut offsets);
                let mut last: Option<Vec<Step>> = None;
                // Each takes an encoding of the whole.
                let stride = offsets.len() / 24 + 1;
                for offset in offsets.into_iter().step_by(stride) {
                    let place = message.body.place(&value, options, offset);
                    let place = place.unwrap_or_else(|| panic!("{offset} in {value}\n{picture}"));
                    assert!(follow(&value, &place).is_some(), "{place:?} in {value}");
                    // Only levels of numbers, which one object names, share a place.
                    if last.as_ref() == Some(&place) {
                        let shared = follow(&value, &place).unwrap();
                        assert!(shared.is_object(), "{place:?} in {value}");
                    }
                    last = Some(place);
                    count += 1;
                }
            }
        }
    }
    println!("{count} attributes");
    assert!(count > 10_000);
}

fn exam() -> Family {
    let spec = nlgen_families::Spec::of("exam").unwrap();
    Family::new(nlgen::load(Source::new(spec.file, spec.text)).unwrap())
}

fn request(family: &Family) -> Body<'_> {
    family.operation("set").unwrap().request(Mode::Do).unwrap()
}

#[test]
fn places_name_entries_of_lists() {
    let family = exam();
    let body = request(&family);
    let force = EncodeOptions { force: true };
    let value = json!({
        "id": 5,
        "lists": {
            "number": [1, 2, 3],
            "leaf": [{ "id": 1 }, { "label": "x" }],
            "number-array": [7, { "5": 8 }],
            "leaf-array": [{ "3": { "id": 9 } }],
            "by-node": [{ "node": 1, "cpu": 2, "id": 3 }, { "node": 2, "cpu": 0, "id": 4 }],
        },
        "UnknownAttr(99)": [{ "UnknownAttr(1)": ["01", "02"] }, "03"],
    });
    let bytes = body.encode(&value, force).unwrap();
    let places: Vec<String> = (0..bytes.len())
        .filter_map(|offset| body.place(&value, force, offset))
        .map(|place| path(&place))
        .collect();
    assert_eq!(
        places,
        [
            "id",
            "lists",
            "lists.number[0]",
            "lists.number[1]",
            "lists.number[2]",
            "lists.leaf[0]",
            "lists.leaf[0].id",
            "lists.leaf[1]",
            "lists.leaf[1].label",
            "lists.number-array",
            "lists.number-array[0]",
            "lists.number-array[1].5",
            "lists.leaf-array",
            "lists.leaf-array[0].3",
            "lists.leaf-array[0].3.id",
            "lists.by-node",
            // The node, the CPU, and what is inside.
            "lists.by-node[0]",
            "lists.by-node[0]",
            "lists.by-node[0].id",
            "lists.by-node[1]",
            "lists.by-node[1]",
            "lists.by-node[1].id",
            "UnknownAttr(99)[0]",
            "UnknownAttr(99)[0].UnknownAttr(1)[0]",
            "UnknownAttr(99)[0].UnknownAttr(1)[1]",
            "UnknownAttr(99)[1]",
        ]
    );
}

#[test]
fn attributes_that_are_missing_have_names() {
    let family = exam();
    let body = request(&family);
    let force = EncodeOptions { force: true };
    let value = json!({ "lists": { "leaf": [{ "id": 1 }], "leaf-array": [{}], "by-node": { "node": 1, "cpu": 2 } } });
    let bytes = body.encode(&value, force).unwrap();
    let inside = |name: &str, number| {
        let nest = (0..bytes.len()).rfind(|offset| {
            let place = body.place(&value, force, *offset);
            place.is_some_and(|place| path(&place) == name)
        });
        body.attribute_inside(&bytes, Some(nest.unwrap()), number)
    };
    for (nest, number, name) in [
        ("lists", 4, Some("leaf")),
        ("lists.leaf[0]", 2, Some("label")),
        ("lists.leaf-array[0]", 1, Some("id")),
        ("lists.by-node", 2, Some("label")),
        ("lists.leaf-array", 1, None),
        ("lists", 400, None),
    ] {
        assert_eq!(inside(nest, number), name, "{nest} {number}");
    }
    assert_eq!(body.attribute_inside(&bytes, None, 2), Some("name"));
    assert_eq!(body.attribute_inside(&bytes, None, 0), None);
}

#[test]
fn a_place_in_a_fixed_header_is_its_member() {
    let spec = nlgen_families::Spec::of("rt-link").unwrap();
    let family = Family::new(nlgen::load(Source::new(spec.file, spec.text)).unwrap());
    let body = family.operation("newlink").unwrap();
    let body = body.request(Mode::Do).unwrap();
    let value = json!({ "ifi-index": 7, "ifname": "x" });
    for (offset, place) in [
        (0, Some("ifi-family")),
        (4, Some("ifi-index")),
        (6, Some("ifi-index")),
        (16, Some("ifname")),
        (20, None),
    ] {
        let found = body.place(&value, EncodeOptions::default(), offset);
        assert_eq!(
            found.map(|steps| path(&steps)).as_deref(),
            place,
            "{offset}"
        );
    }
}
