//! Pictures of messages.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what the tests themselves write"
)]

use nlgen::span::Source;
use nlgen_dynamic::{DecodeOptions, EncodeOptions, Family, GENERIC, Mode, Picture, Reader, Role};
use nlgen_families::Spec;
use nlgen_runtime::wire::control;
use nlgen_runtime::{MessageHeader, flags};
use serde_json::{Value, json};

const ROUTE: u16 = 0;

fn shipped(name: &str) -> Family {
    let spec = Spec::of(name).unwrap();
    Family::new(nlgen::load(Source::new(spec.file, spec.text)).unwrap())
}

/// Fixed headers, structs, sub-messages, a secret.
fn links() -> Family {
    match nlgen::load(Source::new(
        "links.yaml",
        include_str!("hostile/links.yaml"),
    )) {
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

/// Compares a picture with the one in a file, which are two: for each order of bytes. `NLGEN_BLESS=1` writes the
/// file of this machine's order instead.
fn compare(name: &str, picture: &Picture) {
    let order = match cfg!(target_endian = "big") {
        true => "-big-endian",
        false => "",
    };
    let path = format!(
        "{}/tests/pictures/{name}{order}.txt",
        env!("CARGO_MANIFEST_DIR")
    );
    if std::env::var_os("NLGEN_BLESS").is_some() {
        std::fs::write(&path, picture.to_string()).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert!(
        picture.to_string() == expected,
        "not as in {path}:\n{picture}"
    );
}

/// The header of an attribute of `len` bytes.
fn attribute_header(len: u16, number: u16) -> impl Iterator<Item = u8> {
    [len, number].into_iter().flat_map(u16::to_ne_bytes)
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
        bytes.extend(attribute_header(4 + u16::from(len), 5));
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
    let told = reader.explain(
        ROUTE,
        &bytes,
        DecodeOptions {
            secrets: true,
            ..DecodeOptions::default()
        },
    );
    assert_eq!(told.bytes()[0x40..0x44], [0xAA, 0xBB, 0xCC, 0xDD]);
}

#[test]
fn a_refusal() {
    let family = shipped("netdev");
    let asked = request(&family, "dev-get", &json!({ "ifindex": 0 }));
    let text = b"integer out of range\0";
    let mut payload = (-34i32).to_ne_bytes().to_vec();
    payload.extend_from_slice(&asked);
    payload.extend(attribute_header(25, 1));
    payload.extend_from_slice(text);
    payload.resize(payload.len().next_multiple_of(4), 0);
    payload.extend(attribute_header(8, 2));
    payload.extend(20u32.to_ne_bytes());
    payload.extend(attribute_header(12, 0x8004));
    payload.extend(attribute_header(8, 1));
    payload.extend(4u32.to_ne_bytes());
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

#[test]
fn messages_are_recognized_once_and_then_decoded_and_drawn() {
    let family = shipped("netdev");
    let asked = request(&family, "dev-get", &json!({ "ifindex": 7 }));
    // The answer and its end in one datagram: it is known although the end comes before it is drawn.
    let mut reply = asked.clone();
    reply[6..8].copy_from_slice(&0u16.to_ne_bytes());
    reply.extend(end(control::ERROR, 0, &[&[0; 4], &asked[..]].concat()));
    let mut reader = Reader::new();
    reader.add(&family);
    reader.learn(40, "netdev");
    let _ = reader.recognize(GENERIC, &asked);
    let mut other = reader.clone();
    let datagram = reader.recognize(GENERIC, &reply);
    let options = DecodeOptions::default();
    assert_eq!(
        reader.picture(&datagram, options),
        other.explain(GENERIC, &reply, options)
    );
    let decoded: Vec<_> = datagram
        .messages()
        .iter()
        .map(|message| {
            let known = message.known.as_ref();
            let value = message.decode(options).unwrap().unwrap();
            (known.map(|known| (known.name, known.role)), value)
        })
        .collect();
    let expected = (Some("dev-get"), Role::Reply(Mode::Do));
    assert_eq!(
        decoded,
        [
            (Some(expected), json!({ "ifindex": 7 })),
            (None, json!({ "error": 0 })),
        ]
    );
}
