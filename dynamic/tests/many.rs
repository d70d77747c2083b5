//! Messages with very many of one thing take time by their length, and not by its square. The bounds are generous: by
//! the square each of these takes hours.

#![allow(clippy::unwrap_used, reason = "what the tests themselves write")]

use std::time::{Duration, Instant};

use nlgen::span::Source;
use nlgen_dynamic::{DecodeOptions, EncodeOptions, Family, Reader};
use serde_json::{Map, Value, json};

/// How many there are of each.
const MANY: usize = 100_000;

/// How long each may take, on a busy machine and without optimization.
const BOUND: Duration = Duration::from_secs(120);

fn links() -> Family {
    let source = Source::new("links.yaml", include_str!("hostile/links.yaml"));
    Family::new(nlgen::load(source).unwrap())
}

/// A message of the type 16: the header, and the attributes.
fn message(attributes: &[u8]) -> Vec<u8> {
    let mut bytes = (28 + attributes.len() as u32).to_ne_bytes().to_vec();
    bytes.extend([16u16, 0].map(u16::to_ne_bytes).as_flattened());
    bytes.extend([1u32, 0].map(u32::to_ne_bytes).as_flattened());
    bytes.extend([0; 12]);
    bytes.extend(attributes);
    bytes
}

fn attr(number: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = (4 + payload.len() as u16).to_ne_bytes().to_vec();
    bytes.extend(number.to_ne_bytes());
    bytes.extend(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// Decodes and draws a message, and gives its JSON.
fn read(bytes: &[u8]) -> Value {
    let family = links();
    let mut reader = Reader::new();
    reader.assume(&family);
    let options = DecodeOptions {
        secrets: true,
        ..DecodeOptions::default()
    };
    let begun = Instant::now();
    let mut decoded = reader.decode_datagram(0, bytes, options);
    let picture = reader.explain(0, bytes, options);
    assert!(picture.to_string().lines().count() > MANY / 16);
    assert!(begun.elapsed() < BOUND, "{:?}", begun.elapsed());
    let value = decoded.remove(0).value.unwrap();
    value.unwrap_or_else(|malformed| malformed.partial)
}

#[test]
fn sub_messages_before_their_selector() {
    let data = [1u32, 2].map(u32::to_ne_bytes);
    let mut level = attr(3, data.as_flattened()).repeat(MANY);
    level.extend(attr(2, b"bond\0"));
    let value = read(&message(&level));
    assert_eq!(value["data"].as_array().unwrap().len(), MANY);
    assert_eq!(value["data"][MANY - 1], json!({ "rx": 1, "tx": 2 }));
}

#[test]
fn attributes_that_the_spec_does_not_have() {
    let numbers = (0..MANY).map(|at| 100 + (at % 16_000) as u16);
    let level: Vec<u8> = numbers.flat_map(|number| attr(number, &[1])).collect();
    let value = read(&message(&level));
    assert!(value.as_object().unwrap().len() > 16_000);
    // Inside of nests that are such attributes, too.
    let inner: Vec<u8> = (0..8_000).flat_map(|at| attr(100 + at, &[1])).collect();
    let level = attr(0x8000 | 99, &inner).repeat(MANY / 8_000);
    let value = read(&message(&level));
    assert_eq!(
        value["UnknownAttr(99)"].as_array().unwrap().len(),
        MANY / 8_000
    );
}

#[test]
fn attributes_that_are_there_again() {
    let value = read(&message(&attr(1, b"x\0").repeat(MANY)));
    assert_eq!(value["name"].as_array().unwrap().len(), MANY);
}

#[test]
fn levels_in_levels() {
    // As deep as a length can say, and each level as long as it can be.
    let mut inner = vec![0; 4];
    for _ in 0..60 {
        let mut more = attr(0x8000 | 99, &inner);
        more.extend(attr(98, &[1]).repeat(100));
        inner = more;
    }
    read(&message(&attr(0x8000 | 99, &inner).repeat(MANY / 8_000)));
}

#[test]
fn keys_of_a_request() {
    let family = links();
    let body = family.operation("new").unwrap();
    let mut unknown = Map::new();
    for number in 0..16_000 {
        unknown.insert(format!("UnknownAttr({number})"), json!(["01", "02", "03"]));
    }
    let force = EncodeOptions { force: true };
    let begun = Instant::now();
    let body = body.request(nlgen_dynamic::Mode::Do).unwrap();
    let bytes = body.encode(&Value::Object(unknown), force).unwrap();
    assert_eq!(bytes.len(), 12 + 16_000 * 3 * 8);
    assert!(begun.elapsed() < BOUND);
}
