//! Pictures of messages.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what the tests themselves write"
)]

use std::sync::LazyLock;

use nlgen::span::Source;
use nlgen_dynamic::{DecodeOptions, EncodeOptions, Family, GENERIC, Mode, Picture, Piece, Reader};
use nlgen_families::Spec;
use nlgen_runtime::{MessageHeader, control, flags};
use proptest::prelude::*;
use serde_json::{Value, json};

const ROUTE: u16 = 0;

fn shipped(name: &str) -> Family {
    let spec = Spec::of(name).unwrap();
    Family::new(nlgen::load(Source::new(spec.file, spec.text)).unwrap())
}

/// Fixed headers, structs, sub-messages, a secret.
fn links() -> Family {
    let spec = "
name: links
protocol: netlink-raw
protonum: 0
definitions:
  - name: msg
    type: struct
    members:
      - { name: family, type: u8 }
      - { name: index, type: s32 }
      - { name: up, type: u16, enum: up }
  - { name: up, type: flags, entries: [ up, running ] }
attribute-sets:
  - name: link
    attributes:
      - { name: name, type: string }
      - { name: kind, type: string }
      - { name: data, type: sub-message, sub-message: data, selector: kind }
      - { name: key, type: binary, secret: true }
      - { name: counts, type: binary, struct: counts }
  - name: bond
    attributes:
      - { name: address, type: u32, byte-order: big-endian, display-hint: ipv4 }
sub-messages:
  - name: data
    formats:
      - { value: bond, fixed-header: counts, attribute-set: bond }
operations:
  enum-model: directional
  fixed-header: msg
  list:
    - name: get
      attribute-set: link
      do:
        request: { value: 18, attributes: [ name ] }
        reply: { value: 16, attributes: &all [ name, kind, data, key, counts ] }
    - name: new
      attribute-set: link
      do: { request: { value: 16, attributes: *all } }
    - name: new-ntf
      value: 16
      notify: get
";
    let spec = spec.replace(
        "attribute-sets:\n",
        "  - name: counts\n    type: struct\n    members:\n      - { name: rx, type: u32 }\n      - { name: tx, type: u8 }\nattribute-sets:\n",
    );
    match nlgen::load(Source::new("links.yaml", spec)) {
        Ok(model) => Family::new(model),
        Err(error) => panic!("{error}"),
    }
}

fn request(family: &Family, operation: &str, json: &Value) -> Vec<u8> {
    let header = MessageHeader {
        kind: 40,
        seq: 7,
        port_id: 9,
        ..MessageHeader::default()
    };
    let operation = family.operation(operation).unwrap();
    let options = EncodeOptions { force: true };
    operation.message(Mode::Do, header, json, options).unwrap()
}

fn explain(protocol: u16, family: &Family, bytes: &[u8]) -> Picture {
    let mut reader = Reader::new();
    reader.assume(family);
    reader.explain(protocol, bytes, DecodeOptions::default())
}

/// Compares a picture with the one in a file. `NLGEN_BLESS=1` writes the file instead.
fn compare(name: &str, picture: &Picture) {
    let path = format!("{}/tests/pictures/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("NLGEN_BLESS").is_some() {
        std::fs::write(&path, picture.to_string()).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert!(
        picture.to_string() == expected,
        "not as in {path}:\n{picture}"
    );
}

/// A message that ends the request `request`.
fn end(kind: u16, flags: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let header = MessageHeader {
        len: 16 + payload.len() as u32,
        kind,
        flags,
        seq: 7,
        port_id: 9,
    };
    header.write(&mut bytes);
    bytes.extend_from_slice(payload);
    bytes
}

#[test]
fn a_request_of_generic_netlink() {
    let family = shipped("exam");
    let json = json!({
        "id": 5,
        "scalars": { "u8": 1, "be16": 80 },
        "choices": { "caps": ["read", 64], "change-caps": { "value": [], "selector": ["read"] } },
        "lists": {
            "leaf": [{ "id": 1 }, {}],
            "leaf-array": [{ "label": "a" }],
            "by-node": { "node": 1, "cpu": 2, "id": 3 },
        },
        "bytes": { "mac": "02:00:5e:10:00:01" },
        "present": true,
        "UnknownAttr(99)": "0102",
    });
    let bytes = request(&family, "set", &json);
    let picture = explain(GENERIC, &family, &bytes);
    compare("request", &picture);
}

#[test]
fn a_request_with_structs_and_a_secret() {
    let family = links();
    let json = json!({
        "family": 2, "index": -1, "up": ["up"],
        "kind": "bond",
        "data": { "rx": 1, "tx": 2, "address": "10.0.0.1" },
        "key": "aabbccdd",
    });
    let mut bytes = request(&family, "new", &json);
    // A struct from an older kernel, and one from a newer.
    for len in [6u8, 12] {
        bytes.extend_from_slice(&[4 + len, 0, 5, 0]);
        bytes.extend(1..=len);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    let len = bytes.len() as u32;
    bytes[..4].copy_from_slice(&len.to_ne_bytes());
    let picture = explain(ROUTE, &family, &bytes);
    compare("structs", &picture);
    assert_eq!(picture.bytes()[0x40..0x44], [0; 4]);
    let mut reader = Reader::new();
    reader.assume(&family);
    let told = reader.explain(ROUTE, &bytes, DecodeOptions { secrets: true });
    assert_eq!(told.bytes()[0x40..0x44], [0xAA, 0xBB, 0xCC, 0xDD]);
}

#[test]
fn a_refusal() {
    let family = shipped("netdev");
    let asked = request(&family, "dev-get", &json!({ "ifindex": 0 }));
    let text = b"integer out of range\0";
    let mut payload = (-34i32).to_ne_bytes().to_vec();
    payload.extend_from_slice(&asked);
    payload.extend_from_slice(&[25, 0, 1, 0]);
    payload.extend_from_slice(text);
    payload.resize(payload.len().next_multiple_of(4), 0);
    payload.extend_from_slice(&[8, 0, 2, 0, 20, 0, 0, 0]);
    payload.extend_from_slice(&[12, 0, 4, 0x80, 8, 0, 1, 0, 4, 0, 0, 0]);
    let bytes = end(control::ERROR, flags::ACK_TLVS, &payload);
    let picture = explain(GENERIC, &family, &bytes);
    compare("refusal", &picture);
}

#[test]
fn what_is_cut_short_is_shown_as_far_as_it_goes() {
    let family = shipped("netdev");
    let whole = request(&family, "dev-get", &json!({ "ifindex": 7 }));
    for (len, lines, problems) in [
        (10, 2, &["10 bytes, where a message's header needs 16"][..]),
        (
            18,
            7,
            &["only 18 bytes are there", "too short for a command header"],
        ),
        (
            22,
            10,
            &[
                "only 22 bytes are there",
                "2 bytes after the last attribute",
            ],
        ),
        (
            26,
            10,
            &[
                "only 26 bytes are there",
                "an attribute says that it has 8 bytes where 6 are left",
            ],
        ),
    ] {
        let picture = explain(GENERIC, &family, &whole[..len]);
        let told: Vec<&str> = picture
            .problems()
            .iter()
            .filter_map(|piece| piece.problem.as_deref())
            .collect();
        assert_eq!(told, problems, "{len} bytes");
        assert_eq!(picture.to_string().lines().count(), lines, "{picture}");
    }
}

/// Every byte belongs to one piece, and pieces come in the order of the bytes.
fn partition(picture: &Picture) -> usize {
    fn walk(pieces: &[Piece], at: usize) -> usize {
        pieces.iter().fold(at, |at, piece| {
            assert_eq!(piece.offset, at, "{piece:?}");
            walk(&piece.children, at + piece.len)
        })
    }
    walk(picture.pieces(), 0)
}

#[test]
fn pictures_leave_nothing_out() {
    let exam = shipped("exam");
    let json = json!({ "id": 5, "lists": { "by-node": { "node": 1, "cpu": 2, "label": "abc" } } });
    let picture = explain(GENERIC, &exam, &request(&exam, "set", &json));
    assert_eq!(partition(&picture), picture.bytes().len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Any change to a message leaves a picture of every byte, and JSON or problems.
    #[test]
    fn any_bytes(raw: bool, cut in 0usize..300, changes in prop::collection::vec((0usize..300, any::<u8>()), 0..8)) {
        static FAMILIES: LazyLock<[Family; 2]> = LazyLock::new(|| [shipped("exam"), links()]);
        let family = &FAMILIES[usize::from(raw)];
        let mut bytes = match raw {
            true => request(family, "new", &json!({
                "kind": "bond", "name": "x", "data": { "rx": 1, "address": "10.0.0.1" }, "key": "aa", "counts": {},
            })),
            false => request(family, "set", &json!({
                "id": 5,
                "choices": { "caps": ["read"], "level": "low" },
                "lists": { "leaf": [{ "id": 1 }], "leaf-array": [{ "label": "a" }], "number-array": [1, 2],
                           "by-node": { "node": 1, "cpu": 2, "id": 3 }, "counter": [[1]] },
                "tree": { "children": [{ "parent": { "value": 3 } }] },
            })),
        };
        for (at, value) in changes {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
            }
        }
        if cut < 200 {
            bytes.truncate(cut);
        }
        let protocol = if raw { ROUTE } else { GENERIC };
        let picture = explain(protocol, family, &bytes);
        prop_assert_eq!(partition(&picture), bytes.len());
        let text = picture.to_string();
        prop_assert!(text.lines().count() > 0 || bytes.is_empty());
        let mut reader = Reader::new();
        reader.assume(family);
        for message in nlgen_runtime::Messages::new(&bytes) {
            let _ = reader.decode(protocol, &message, DecodeOptions::default());
        }
    }
}
