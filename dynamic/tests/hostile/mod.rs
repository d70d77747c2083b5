//! What must hold of any bytes; the test `any_bytes` and the fuzz target `dynamic` share it.

use std::sync::LazyLock;

use nlgen::span::Source;
use nlgen_dynamic::{
    Body, DecodeOptions, EncodeOptions, Family, GENERIC, Mode, Picture, Piece, Reader,
};
use nlgen_runtime::MessageHeader;
use serde_json::{Value, json};

/// The netlink protocol of the second family.
const ROUTE: u16 = 0;

/// Every construct of generic netlink, and what other protocols have beside it.
static FAMILIES: LazyLock<[Family; 2]> = LazyLock::new(|| {
    let load = |name: &str, text: &str| Family::new(nlgen::load(Source::new(name, text)).unwrap());
    [
        load("exam.yaml", include_str!("../../../specs/exam.yaml")),
        load("links.yaml", include_str!("links.yaml")),
    ]
});

/// Reads bytes as a datagram and as the attributes of each family's largest message.
///
/// # Panics
/// When a promise does not hold.
pub(crate) fn check(bytes: &[u8]) {
    for (family, protocol, operation) in cases() {
        let mut reader = Reader::new();
        reader.assume(family);
        let options = DecodeOptions {
            secrets: true,
            ..DecodeOptions::default()
        };
        whole(&reader.explain(protocol, bytes, options), bytes);
        for message in reader.decode_datagram(protocol, bytes, options) {
            drop(format!("{:?}", message.value));
        }
        let operation = family.operation(operation).unwrap();
        body(&operation.request(Mode::Do).unwrap(), bytes);
    }
}

/// What is decoded without a problem can be encoded, and decodes to the same.
fn body(body: &Body<'_>, bytes: &[u8]) {
    let options = DecodeOptions {
        secrets: true,
        indices: true,
    };
    whole(&body.explain(bytes, options), bytes);
    let Ok(value) = body.decode(bytes, options) else {
        return;
    };
    let force = EncodeOptions { force: true };
    let again = body.encode(&value, force);
    let again = again.unwrap_or_else(|problem| panic!("{problem} of {value}"));
    let same = body.decode(&again, options);
    let same = same.unwrap_or_else(|malformed| panic!("{malformed} of {value}"));
    assert_eq!(same, value);
}

/// Every byte belongs to one piece, and pieces come in the order of the bytes.
fn whole(picture: &Picture, bytes: &[u8]) {
    fn walk(pieces: &[Piece], at: usize) -> usize {
        pieces.iter().fold(at, |at, piece| {
            assert_eq!(piece.offset, at, "{piece:?}");
            walk(&piece.children, at + piece.len)
        })
    }
    assert_eq!(walk(picture.pieces(), 0), bytes.len());
    drop(picture.to_string());
}

fn cases() -> [(&'static Family, u16, &'static str); 2] {
    let [exam, links] = &*FAMILIES;
    [(exam, GENERIC, "set"), (links, ROUTE, "new")]
}

/// A message of each family with most of its constructs: what to begin changes from.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let [exam, links] = &*FAMILIES;
    let message = |family: &Family, operation: &str, json: &Value| {
        let header = MessageHeader {
            kind: 40,
            seq: 7,
            ..MessageHeader::default()
        };
        let operation = family.operation(operation).unwrap();
        let force = EncodeOptions { force: true };
        operation.message(Mode::Do, header, json, force).unwrap()
    };
    vec![
        message(
            exam,
            "set",
            &json!({
                "id": 5, "name": "x",
                "scalars": { "u8": 1, "be64": 2, "uint": 3, "sint": -4, "le16": 5, "mask": "0x10" },
                "bytes": { "key": "00", "mac": "02:00:5e:10:00:01", "addr": "::1", "ipv4": "10.0.0.1" },
                "choices": {
                    "caps": ["read", 64], "level": "low", "distance": 7,
                    "change-caps": { "value": [], "selector": ["read"] },
                },
                "lists": {
                    "number": [1, 2], "leaf": [{ "id": 1 }, {}], "leaf-array": [{ "label": "a" }],
                    "number-array": [1, { "5": 2 }], "counter": [[1]],
                    "by-node": [{ "node": 1, "cpu": 2, "id": 3 }, { "node": 2, "cpu": 0 }],
                },
                "tree": { "children": [{ "parent": { "value": 3 } }] },
                "present": true,
                "UnknownAttr(99)": { "UnknownAttr(1)": ["01", "02"] },
            }),
        ),
        message(
            links,
            "new",
            &json!({
                "family": 2, "index": -1, "up": ["up"], "name": "x", "kind": "bond",
                "data": { "rx": 1, "tx": 2, "address": "10.0.0.1" },
                "key": "aabbccdd", "counts": { "rx": 3 },
            }),
        ),
    ]
}
