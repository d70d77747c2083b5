//! What is wrong with JSON is told with its place and what would be right; what is wrong with bytes with the
//! attributes around it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use nlgen::span::Source;
use nlgen_dynamic::{DecodeOptions, EncodeOptions, Family, Mode};
use serde_json::{Value, json};

fn exam() -> Family {
    let text = include_str!("../../specs/exam.yaml");
    Family::new(nlgen::load(Source::new("exam.yaml", text)).unwrap())
}

fn links() -> Family {
    let text = include_str!("hostile/links.yaml");
    Family::new(nlgen::load(Source::new("links.yaml", text)).unwrap())
}

fn wrong(family: &Family, operation: &str, json: &Value, force: bool) -> String {
    let operation = family.operation(operation).unwrap();
    match operation.encode(Mode::Do, json, EncodeOptions { force }) {
        Ok(bytes) => format!("{} bytes", bytes.len()),
        Err(problem) => problem.to_string(),
    }
}

#[test]
fn json_that_does_not_fit() {
    let exam = exam();
    for (json, told) in [
        (
            json!([]),
            "an object with attributes is wanted here, not a list",
        ),
        (
            json!({ "nmae": "x" }),
            "nmae: the set `exam` has no attribute `nmae`; did you mean `name`?",
        ),
        (
            json!({ "scalars": { "u8": 256 } }),
            "scalars.u8: 256 does not fit u8, which holds 0 to 255",
        ),
        (
            json!({ "scalars": { "u8": 1.5 } }),
            "scalars.u8: 1.5 is not a whole number of 64 bits",
        ),
        (
            json!({ "scalars": { "u8": true } }),
            "scalars.u8: a number (u8) is wanted here, not true",
        ),
        (
            json!({ "scalars": { "uint": -1 } }),
            "scalars.uint: -1 does not fit uint, which holds 0 to 18446744073709551615",
        ),
        (
            json!({ "scalars": { "percent": 101 } }),
            "scalars.percent: 101 is above the greatest allowed value, 100",
        ),
        (
            json!({ "scalars": { "gone": 1 } }),
            "scalars.gone: `gone` is not for sending",
        ),
        (
            json!({ "scalars": 5 }),
            "scalars: an object with attributes of `scalars` is wanted here, not 5",
        ),
        (
            json!({ "choices": { "state": "runing" } }),
            "choices.state: `state` has no entry `runing`; did you mean `running`?",
        ),
        (
            json!({ "choices": { "state": ["idle"] } }),
            "choices.state: a name of `state` or a number is wanted here, not a list",
        ),
        (
            json!({ "choices": { "caps": ["read", "x"] } }),
            "choices.caps[1]: `caps` has no entry `x`; there is: read, write, execute",
        ),
        (
            json!({ "choices": { "caps": { "read": true } } }),
            "choices.caps: a list of names of `caps` or a number is wanted here, not an object",
        ),
        (
            json!({ "choices": { "caps": -1 } }),
            "choices.caps: -1 does not fit u32, which holds 0 to 4294967295",
        ),
        (
            json!({ "choices": { "safe-caps": 9 } }),
            "choices.safe-caps: the bits 0x8 are not among the flags of `caps`",
        ),
        (
            json!({ "choices": { "change-caps": { "value": 1 } } }),
            "choices.change-caps: a bitfield needs its `selector`",
        ),
        (
            json!({ "choices": { "change-caps": { "valeu": 1 } } }),
            "choices.change-caps.valeu: a bitfield has no part `valeu`; did you mean `value`?",
        ),
        (
            json!({ "bytes": { "plain": 5 } }),
            "bytes.plain: a string is wanted here, not 5",
        ),
        (
            json!({ "bytes": { "short": "12345678" } }),
            "bytes.short: 8 bytes, and at most 7 are allowed",
        ),
        (
            json!({ "bytes": { "digest": "00" } }),
            "bytes.digest: 1 bytes, and at least 4 are wanted",
        ),
        (
            json!({ "bytes": { "blob": "0" } }),
            "bytes.blob: a byte has two hexadecimal digits, and here is one",
        ),
        (
            json!({ "bytes": { "blob": [0] } }),
            "bytes.blob: a string of hexadecimal digits is wanted here, not a list",
        ),
        (
            json!({ "bytes": { "key": "00" } }),
            "bytes.key: 1 bytes, and 32 are wanted",
        ),
        (
            json!({ "bytes": { "mac": "02:00" } }),
            "bytes.mac: a hardware address, as 02:00:5e:10:00:01 is wanted here, not \"02:00\"",
        ),
        (
            json!({ "bytes": { "ipv4": "10.0.0" } }),
            "bytes.ipv4: an IPv4 address is wanted here, not \"10.0.0\"",
        ),
        (
            json!({ "bytes": { "ipv6": "10.0.0.1" } }),
            "bytes.ipv6: an IPv6 address is wanted here, not \"10.0.0.1\"",
        ),
        (
            json!({ "present": 1 }),
            "present: true or false is wanted here, not 1",
        ),
        (
            json!({ "lists": { "leaf": [{}, { "id": "x" }] } }),
            "lists.leaf[1].id: \"x\" is not a number (u32)",
        ),
        (
            json!({ "lists": { "leaf-array": {} } }),
            "lists.leaf-array: a list is wanted here, not an object",
        ),
        (
            json!({ "lists": { "leaf-array": [{ "16384": {} }] } }),
            "lists.leaf-array[0]: an index is from 0 to 16383",
        ),
        (
            json!({ "lists": { "number-array": [1, "x"] } }),
            "lists.number-array[1]: \"x\" is not a number (u32)",
        ),
        (
            json!({ "lists": { "by-node": { "node": 1 } } }),
            "lists.by-node: `cpu` is missing, the number of a level",
        ),
        (
            json!({ "lists": { "by-node": [{ "node": -1, "cpu": 1 }] } }),
            "lists.by-node[0].node: a number from 0 to 16383 is wanted here, not -1",
        ),
        (
            json!({ "UnknownAttr(99)": "00" }),
            "UnknownAttr(99): the set `exam` has no attribute `UnknownAttr(99)`; there is: id, name, scalars, bytes, choices, lists, tree, words, zero, present, summary, twice",
        ),
    ] {
        assert_eq!(wrong(&exam, "set", &json, false), told, "{json}");
    }
    let deep = (0..70).fold(json!({}), |inner, _| json!({ "parent": inner }));
    let told = wrong(&exam, "set", &json!({ "tree": deep }), false);
    assert!(told.ends_with(": nested deeper than 64 levels"), "{told}");
    assert_eq!(
        wrong(&exam, "peek", &json!({ "name": "x" }), false),
        "name: `peek` does not take this attribute; it takes: id"
    );
}

#[test]
fn force_lets_through_what_the_wire_can_carry() {
    let exam = exam();
    for (json, told) in [
        (json!({ "name": "x" }), "8 bytes"),
        (json!({ "id": 0 }), "8 bytes"),
        (
            json!({ "UnknownAttr(99)": { "UnknownAttr(1)": "00" } }),
            "12 bytes",
        ),
        (
            json!({ "UnknownAttr(99)": { "id": "00" } }),
            "UnknownAttr(99).id: the spec does not know what is in here; an attribute by its number is `UnknownAttr(N)`",
        ),
        (
            json!({ "name": "a\0b" }),
            "name: a NUL at byte 1 of a string; the kernel would cut it there",
        ),
        (
            json!({ "id": -1 }),
            "id: -1 does not fit u32, which holds 0 to 4294967295",
        ),
    ] {
        assert_eq!(wrong(&exam, "peek", &json, true), told, "{json}");
    }
}

#[test]
fn structs_and_sub_messages_that_do_not_fit() {
    let links = links();
    for (json, told) in [
        (
            json!({ "indx": 1 }),
            "indx: the set `link` has no attribute `indx`; did you mean `index`?",
        ),
        (
            json!({ "index": "x" }),
            "index: \"x\" is not a number (s32)",
        ),
        (
            json!({ "msg": "00" }),
            "msg: the header has 12 bytes, not 1",
        ),
        (
            json!({ "msg": { "index": 1, "x": 2 } }),
            "msg.x: the struct `msg` has no member `x`; there is: family, index, up",
        ),
        (
            json!({ "counts": { "rx": -1 } }),
            "counts.rx: -1 does not fit u32, which holds 0 to 4294967295",
        ),
        (
            json!({ "counts": 5 }),
            "counts: an object with members of `counts` is wanted here, not 5",
        ),
        (
            json!({ "data": {} }),
            "data: `kind` selects the format, and is not there",
        ),
        (
            json!({ "kind": "bnod", "data": {} }),
            "data: `kind` is `bnod`, and there is no such format; did you mean `bond`?",
        ),
        (
            json!({ "kind": "bond", "data": { "adress": 1 } }),
            "data.adress: the set `bond` has no attribute `adress`; did you mean `address`?",
        ),
        // A secret is not repeated.
        (
            json!({ "key": "swordfish" }),
            "key: a string of hexadecimal digits is wanted here",
        ),
        (
            json!({ "key": ["swordfish"] }),
            "key: a string of hexadecimal digits is wanted here, not a list",
        ),
        (
            json!({ "key": 4711 }),
            "key: a string of hexadecimal digits is wanted here, not a number",
        ),
    ] {
        assert_eq!(wrong(&links, "new", &json, false), told, "{json}");
    }
}

#[test]
fn names_of_operations() {
    let exam = exam();
    assert_eq!(
        exam.operation("changed_ntf").unwrap_err().to_string(),
        "the family `exam` has no operation `changed_ntf`; there is: get, set, list, echo, peek, flush, type"
    );
    let list = exam.operation("list").unwrap();
    let problem = list.encode(Mode::Do, &json!({}), EncodeOptions::default());
    assert_eq!(
        problem.unwrap_err().to_string(),
        "the operation `list` has no do; it has a dump"
    );
}

#[test]
fn bytes_that_do_not_fit() {
    let exam = exam();
    let reply = |bytes: &[u8]| {
        let get = exam.operation("get").unwrap();
        get.decode_reply(Mode::Do, bytes, DecodeOptions::default())
    };
    // An attribute that says that it has `len` bytes.
    let attribute = |len: u16, number: u16, payload: &[u8]| {
        [&len.to_ne_bytes()[..], &number.to_ne_bytes(), payload].concat()
    };
    let leaf = [attribute(4, 2, &[]), attribute(6, 1, &[9, 9, 0, 0])].concat();
    for (bytes, told, partial) in [
        (
            [
                attribute(7, 1, &[1, 2, 3, 0]),
                attribute(6, 2, &[b'x', 0, 0, 0]),
            ]
            .concat(),
            "id: 3 bytes where 4 are needed",
            json!({ "id": { "<malformed>": "010203" }, "name": "x" }),
        ),
        (
            attribute(20, 6, &attribute(16, 4, &leaf)),
            "lists.leaf[0].id: 2 bytes where 4 are needed",
            json!({ "lists": { "leaf": [{ "label": "", "id": { "<malformed>": "0909" } }] } }),
        ),
        (
            [attribute(8, 1, &5u32.to_ne_bytes()), attribute(99, 2, &[])].concat(),
            "an attribute says that it has 99 bytes where 4 are left",
            // What is left may be the key that the message has.
            json!({ "id": 5, "<malformed>": "<secret>" }),
        ),
    ] {
        let malformed = reply(&bytes).unwrap_err();
        assert_eq!(malformed.to_string(), told);
        assert_eq!(malformed.partial, partial);
    }
}
