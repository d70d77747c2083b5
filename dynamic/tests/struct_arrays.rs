//! Arrays, text and addresses of sockets in C structs: JSON, and the bytes that it stands for.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what the tests themselves write"
)]

use nlgen::span::Source;
use nlgen_dynamic::{DecodeOptions, EncodeOptions, Family, Mode};
use nlgen_families::Spec;
use serde_json::{Value, json};

fn family() -> Family {
    let text = include_str!("../../nlgen/tests/golden/struct_arrays.yaml");
    let text = text.replace("[ sel, remote ]", "[ port, sel, hits, remote ]");
    Family::new(nlgen::load(Source::new("struct_arrays.yaml", text)).unwrap())
}

fn shipped(name: &str) -> Family {
    let spec = Spec::of(name).unwrap();
    Family::new(nlgen::load(Source::new(spec.file, spec.text)).unwrap())
}

fn encode(json: &Value, force: bool) -> Result<Vec<u8>, String> {
    let family = family();
    let get = family.operation("get").unwrap();
    let bytes = get.encode(Mode::Do, json, EncodeOptions { force });
    bytes.map_err(|problem| problem.to_string())
}

fn decode(bytes: &[u8]) -> Value {
    let family = family();
    let get = family.operation("get").unwrap();
    get.decode_reply(Mode::Do, bytes, DecodeOptions::default())
        .unwrap()
}

/// An attribute with its padding.
fn attr(number: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = (payload.len() as u16 + 4).to_ne_bytes().to_vec();
    bytes.extend(number.to_ne_bytes());
    bytes.extend(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn key(mask: u32, off: i16) -> Vec<u8> {
    [&mask.to_be_bytes()[..], &off.to_ne_bytes(), &[0; 2]].concat()
}

fn sockaddr_in(a: [u8; 4], port: u16) -> Vec<u8> {
    let family = 2_u16.to_ne_bytes();
    [&family[..], &port.to_be_bytes(), &a, &[0; 8]].concat()
}

fn padded(bytes: &[u8], len: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.resize(len, 0);
    bytes
}

#[test]
fn members_of_a_fixed_length() {
    let port = [
        padded(b"eth0", 16),
        padded(&sockaddr_in([192, 0, 2, 1], 80), 28),
        vec![1, 2, 3, 4],
        [1_u16.to_ne_bytes(), 7_u16.to_ne_bytes()].concat(),
        key(0xff00, -1),
        key(1, 2),
        padded(b"ab", 4),
        b"full".to_vec(),
        vec![10, 0, 0, 1, 10, 0, 0, 2],
    ]
    .concat();
    let json = json!({ "port": {
        "name": "eth0", "peer": "192.0.2.1:80", "prios": [1, 2, 3, 4], "states": ["busy", 7],
        "keys": [{ "mask": 0xff00, "off": "-0x1" }, { "mask": 1, "off": "0x2" }],
        "labels": ["ab", "full"], "servers": ["10.0.0.1", "10.0.0.2"],
    } });
    assert_eq!(encode(&json, false).unwrap(), attr(1, &port));
    assert_eq!(decode(&attr(1, &port)), json);

    // What is left out is zero, and an address that is none is bytes.
    let json = json!({ "port": { "prios": [9] } });
    let mut bytes = vec![0; 84];
    bytes[44] = 9;
    assert_eq!(encode(&json, false).unwrap(), attr(1, &bytes));
    let read = decode(&attr(1, &bytes));
    assert_eq!(read["port"]["prios"], json!([9, 0, 0, 0]));
    assert_eq!(read["port"]["peer"], json!("00".repeat(28)));
    assert_eq!(read["port"]["name"], json!(""));
}

#[test]
fn an_array_of_any_length_ends_a_struct() {
    for keys in 0..3_u8 {
        let list: Vec<Value> = (0..keys)
            .map(|n| json!({ "mask": n, "off": "0x5" }))
            .collect();
        let mut payload = vec![1, keys, 0, 0];
        for n in 0..keys {
            payload.extend(key(n.into(), 5));
        }
        let whole = json!({ "sel": { "flags": 1, "nkeys": keys, "keys": list } });
        let counted = json!({ "sel": { "flags": 1, "keys": list } });
        for json in [&whole, &counted] {
            assert_eq!(encode(json, false).unwrap(), attr(2, &payload));
        }
        assert_eq!(decode(&attr(2, &payload)), whole);
    }
    // What is not there is not shown, and what is behind is passed over.
    let two = [vec![0, 2, 0, 0], key(1, 1), vec![0; 5]].concat();
    let one = json!([{ "mask": 1, "off": "0x1" }]);
    assert_eq!(decode(&attr(2, &two))["sel"]["keys"], one);
    let one_of_two = [vec![0, 1, 0, 0], key(1, 1), key(2, 2)].concat();
    assert_eq!(decode(&attr(2, &one_of_two))["sel"]["keys"], one);
    // Up to the end of the payload: no padding, which would be an item.
    for (each, len) in [(json!([]), 12), (json!([1]), 16), (json!([1, 2, 3]), 24)] {
        let json = json!({ "hits": [{ "total": 7, "kind": 2, "each": each }] });
        let bytes = encode(&json, false).unwrap();
        assert_eq!(bytes.len(), 4 + len);
        assert_eq!(decode(&bytes), json);
    }
}

#[test]
fn what_does_not_fit_is_refused_at_its_place() {
    let many: Vec<Value> = (0..256).map(|_| json!({})).collect();
    for (json, problem) in [
        (
            json!({ "sel": { "nkeys": 2, "keys": [{}] } }),
            "sel.nkeys: `keys` has 1 items, and this is another number",
        ),
        (json!({ "sel": { "keys": many } }), "sel.keys: "),
        (
            json!({ "sel": { "keys": [{}, { "x": 1 }] } }),
            "sel.keys[1].x: ",
        ),
        (
            json!({ "port": { "prios": [1, 2, 3, 4, 5] } }),
            "port.prios: 5 items, and at most 4 fit",
        ),
        (
            json!({ "port": { "prios": 1 } }),
            "port.prios: a list is wanted",
        ),
        (
            json!({ "port": { "name": "seventeen letters" } }),
            "port.name: 17 bytes, and at most 16 fit",
        ),
        (
            json!({ "port": { "name": "a\0b" } }),
            "port.name: a NUL at byte 1",
        ),
        (json!({ "port": { "peer": "192.0.2.1" } }), "port.peer: "),
        (
            json!({ "remote": "nowhere" }),
            "remote: an address and port, as 192.0.2.1:80",
        ),
    ] {
        let error = encode(&json, false).unwrap_err();
        assert!(error.starts_with(problem), "{json}: {error}");
    }
    // The count that is given is sent where nothing is checked.
    let forced = encode(&json!({ "sel": { "nkeys": 2, "keys": [{}] } }), true).unwrap();
    assert_eq!(forced[4..8], [0, 2, 0, 0]);
}

#[test]
fn addresses_of_sockets_are_attributes_too() {
    for (text, len) in [("192.0.2.1:80", 16), ("[fe80::1%3]:443", 28)] {
        let json = json!({ "remote": text });
        let bytes = encode(&json, false).unwrap();
        assert_eq!(bytes.len(), 4 + len);
        assert_eq!(decode(&bytes), json);
    }
    let v4 = sockaddr_in([192, 0, 2, 1], 80);
    assert_eq!(
        encode(&json!({ "remote": "192.0.2.1:80" }), false).unwrap(),
        attr(4, &v4)
    );
}

/// A filter of tc showed one of its keys, and could write one.
#[test]
fn all_keys_of_a_filter() {
    let family = shipped("tc");
    let operation = family.operation("newtfilter").unwrap();
    let keys = json!([
        { "mask": 0xff, "val": 1, "off": 4, "offmask": 0 },
        { "mask": 0xff00, "val": 2, "off": 8, "offmask": 0 },
        { "mask": 0xff0000, "val": 3, "off": 12, "offmask": 0 },
    ]);
    let json = json!({ "kind": "u32", "options": { "sel": { "flags": 1, "keys": keys } } });
    let options = EncodeOptions::default();
    let bytes = operation.encode(Mode::Do, &json, options).unwrap();
    // The header, `kind`, two headers of attributes, the selector and three keys.
    assert_eq!(bytes.len(), 20 + 8 + 4 + 4 + 16 + 3 * 16);
    let get = family.operation("gettfilter").unwrap();
    let read = get
        .decode_reply(Mode::Do, &bytes, DecodeOptions::default())
        .unwrap();
    assert_eq!(read["options"]["sel"]["nkeys"], 3);
    assert_eq!(read["options"]["sel"]["keys"], keys);
}

#[test]
fn the_endpoint_of_a_peer_is_an_address() {
    let family = shipped("wireguard");
    let operation = family.operation("set-device").unwrap();
    for endpoint in ["198.51.100.7:51820", "[2001:db8::7]:51820"] {
        let json = json!({ "ifname": "wg0", "peers": [{ "endpoint": endpoint }] });
        let bytes = operation
            .encode(Mode::Do, &json, EncodeOptions::default())
            .unwrap();
        let get = family.operation("get-device").unwrap();
        let read = get
            .decode_reply(Mode::Dump, &bytes, DecodeOptions::default())
            .unwrap();
        assert_eq!(read["peers"][0]["0"]["endpoint"], endpoint);
    }
}
