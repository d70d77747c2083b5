//! Every construct of the spec language: a snippet of a spec, JSON, and the bytes that it stands for.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what the tests themselves write"
)]

use nlgen::span::Source;
use nlgen_dynamic::{DecodeOptions, EncodeOptions, Family, Mode};
use serde_json::{Value, json};

/// A family with one operation over the set `top`.
fn family(definitions: &str, sets: &str, more: &str) -> Family {
    let names: Vec<&str> = sets
        .lines()
        .skip_while(|line| !line.contains("name: top"))
        .skip(1)
        .take_while(|line| !line.trim_start().starts_with("- name:"))
        .filter_map(|line| line.split_once("{ name: ")?.1.split([',', ' ']).next())
        .collect();
    let names = names.join(", ");
    let spec = format!(
        "
name: try
protocol: netlink-raw
protonum: 31
definitions:
{definitions}
attribute-sets:
{sets}
{more}
operations:
  enum-model: directional
  list:
    - name: use
      attribute-set: top
      do: {{ request: {{ value: 16, attributes: [ {names} ] }}, reply: {{ value: 16, attributes: [ {names} ] }} }}
"
    );
    match nlgen::load(Source::new("try.yaml", spec.clone())) {
        Ok(model) => Family::new(model),
        Err(error) => panic!("{error}\n{spec}"),
    }
}

fn encode(family: &Family, json: &Value, force: bool) -> Result<Vec<u8>, String> {
    let options = EncodeOptions { force };
    family
        .operation("use")
        .unwrap()
        .encode(Mode::Do, json, options)
        .map_err(|problem| problem.to_string())
}

fn decode(family: &Family, bytes: &[u8]) -> Value {
    family
        .operation("use")
        .unwrap()
        .decode_reply(Mode::Do, bytes, DecodeOptions::default())
        .unwrap()
}

/// One attribute: number and flags, then the payload in hexadecimal, padded.
fn attr(kind: u16, payload: &[u8]) -> Vec<u8> {
    let len = 4 + payload.len() as u16;
    let mut bytes = [len.to_ne_bytes(), kind.to_ne_bytes()].concat();
    bytes.extend_from_slice(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

const NEST: u16 = 0x8000;

/// What an attribute `a` of this type makes of JSON, and back.
fn table(definitions: &str, kind: &str, sets: &str, rows: &[(Value, Vec<u8>)]) {
    let sets = format!("  - name: top\n    attributes:\n      - {{ name: a, {kind} }}\n{sets}");
    let family = family(definitions, &sets, "");
    for (json, bytes) in rows {
        let object = json!({ "a": json });
        let encoded = encode(&family, &object, false);
        assert_eq!(encoded.as_ref(), Ok(bytes), "{kind}: {json}");
        assert_eq!(decode(&family, bytes), object, "{kind}");
    }
}

/// What else is read as the same bytes.
fn also(definitions: &str, kind: &str, sets: &str, rows: &[(Value, Vec<u8>)]) {
    let sets = format!("  - name: top\n    attributes:\n      - {{ name: a, {kind} }}\n{sets}");
    let family = family(definitions, &sets, "");
    for (json, bytes) in rows {
        let encoded = encode(&family, &json!({ "a": json }), false);
        assert_eq!(encoded.as_ref(), Ok(bytes), "{kind}: {json}");
    }
}

const COLORS: &str = "
  - { name: color, type: enum, entries: [ red, green, { name: blue, value: 7 } ] }
  - { name: big, type: enum, entries: [ { name: near, value: -1 }, { name: far, value: 0x100000000 } ] }
  - { name: caps, type: flags, entries: [ read, write, { name: top, value: 31 } ] }
  - { name: wide, type: flags, entries: [ { name: last, value: 63 } ] }
";

#[test]
fn integers() {
    let one = |payload: &[u8]| attr(1, payload);
    table("", "type: u8", "", &[(json!(255), one(&[255]))]);
    table("", "type: s8", "", &[(json!(-128), one(&[0x80]))]);
    table(
        "",
        "type: u16",
        "",
        &[(json!(258), one(&258u16.to_ne_bytes()))],
    );
    table(
        "",
        "type: u32",
        "",
        &[(json!(4294967295u32), one(&[255; 4]))],
    );
    table(
        "",
        "type: u64",
        "",
        &[
            (json!(u64::MAX), one(&[255; 8])),
            (json!(1), one(&1u64.to_ne_bytes())),
        ],
    );
    table(
        "",
        "type: s64",
        "",
        &[(json!(i64::MIN), one(&i64::MIN.to_ne_bytes()))],
    );
    table(
        "",
        "type: u16, byte-order: big-endian",
        "",
        &[(json!(258), one(&[1, 2]))],
    );
    table(
        "",
        "type: s32, byte-order: little-endian",
        "",
        &[(json!(-2), one(&[254, 255, 255, 255]))],
    );
    table(
        "",
        "type: uint",
        "",
        &[
            (json!(u32::MAX), one(&u32::MAX.to_ne_bytes())),
            (json!(1u64 << 32), one(&(1u64 << 32).to_ne_bytes())),
        ],
    );
    table(
        "",
        "type: sint",
        "",
        &[
            (json!(i32::MIN), one(&i32::MIN.to_ne_bytes())),
            (json!(1u32 << 31), one(&(1i64 << 31).to_ne_bytes())),
            (
                json!(-(1i64 << 31) - 1),
                one(&(-(1i64 << 31) - 1).to_ne_bytes()),
            ),
        ],
    );
    table(
        "",
        "type: u32, display-hint: hex",
        "",
        &[(json!("0x1f"), one(&31u32.to_ne_bytes()))],
    );
    also(
        "",
        "type: u32",
        "",
        &[
            (json!("31"), one(&31u32.to_ne_bytes())),
            (json!("0x1F"), one(&31u32.to_ne_bytes())),
        ],
    );
}

#[test]
fn enums_and_flags() {
    let u32s = |value: u32| attr(1, &value.to_ne_bytes());
    table(
        COLORS,
        "type: u32, enum: color",
        "",
        &[
            (json!("blue"), u32s(7)),
            (json!("red"), u32s(0)),
            (json!(5), u32s(5)),
        ],
    );
    also(
        COLORS,
        "type: u32, enum: color",
        "",
        &[(json!(7), u32s(7)), (json!("7"), u32s(7))],
    );
    table(
        COLORS,
        "type: s64, enum: big",
        "",
        &[
            (json!("near"), attr(1, &[255; 8])),
            (json!("far"), attr(1, &(1i64 << 32).to_ne_bytes())),
        ],
    );
    table(
        COLORS,
        "type: u32, enum: caps",
        "",
        &[
            (json!(["read", "top"]), u32s(0x8000_0001)),
            (json!([]), u32s(0)),
            (json!(["write", 4]), u32s(6)),
        ],
    );
    also(
        COLORS,
        "type: u32, enum: caps",
        "",
        &[
            (json!("read|write"), u32s(3)),
            (json!("read | read|4"), u32s(5)),
            (json!("write"), u32s(2)),
            (json!(6), u32s(6)),
            (json!(""), u32s(0)),
        ],
    );
    table(
        COLORS,
        "type: s32, enum: caps",
        "",
        &[(json!(["top"]), u32s(0x8000_0000))],
    );
    table(
        COLORS,
        "type: u64, enum: wide",
        "",
        &[(json!(["last"]), attr(1, &(1u64 << 63).to_ne_bytes()))],
    );
    table(
        COLORS,
        "type: u8, enum: color, enum-as-flags: true",
        "",
        &[(json!(["red", "blue"]), attr(1, &[0x81]))],
    );
    table(
        COLORS,
        "type: bitfield32, enum: caps",
        "",
        &[(
            json!({ "value": ["read"], "selector": ["read", "write"] }),
            attr(1, &[1u32.to_ne_bytes(), 3u32.to_ne_bytes()].concat()),
        )],
    );
    table(
        "",
        "type: bitfield32",
        "",
        &[(
            json!({ "value": 1, "selector": 3 }),
            attr(1, &[1u32.to_ne_bytes(), 3u32.to_ne_bytes()].concat()),
        )],
    );
}

#[test]
fn text_and_bytes() {
    table(
        "",
        "type: string",
        "",
        &[
            (json!("eth0"), attr(1, b"eth0\0")),
            (json!(""), attr(1, b"\0")),
            (json!("grün"), attr(1, "grün\0".as_bytes())),
            (json!({ "hex": "61ff" }), attr(1, b"a\xFF\0")),
        ],
    );
    table(
        "",
        "type: binary",
        "",
        &[
            (json!("00ff10"), attr(1, &[0, 255, 16])),
            (json!(""), attr(1, &[])),
        ],
    );
    also(
        "",
        "type: binary",
        "",
        &[(json!("00 ff:10"), attr(1, &[0, 255, 16]))],
    );
    table(
        "",
        "type: binary, display-hint: hex",
        "",
        &[(json!("00 ff"), attr(1, &[0, 255]))],
    );
    table(
        "",
        "type: binary, display-hint: mac",
        "",
        &[(json!("02:00:01"), attr(1, &[2, 0, 1]))],
    );
    table(
        "",
        "type: binary, display-hint: mac, checks: { exact-len: 6 }",
        "",
        &[(
            json!("02:00:5e:10:00:01"),
            attr(1, &[2, 0, 0x5E, 0x10, 0, 1]),
        )],
    );
    table(
        "",
        "type: binary, display-hint: uuid",
        "",
        &[(
            json!("00010203-0405-0607-0809-0a0b0c0d0e0f"),
            attr(1, &(0..16).collect::<Vec<u8>>()),
        )],
    );
    for kind in [
        "type: u32, byte-order: big-endian, display-hint: ipv4",
        "type: binary, display-hint: ipv4, checks: { exact-len: 4 }",
        "type: binary, display-hint: ipv4-or-v6",
    ] {
        table(
            "",
            kind,
            "",
            &[(json!("10.0.0.1"), attr(1, &[10, 0, 0, 1]))],
        );
        also(
            "",
            kind,
            "",
            &[
                (json!("0a000001"), attr(1, &[10, 0, 0, 1])),
                (json!(0x0A00_0001), attr(1, &[10, 0, 0, 1])),
            ],
        );
    }
    let mut loopback = [0; 16];
    loopback[15] = 1;
    for kind in [
        "type: binary, display-hint: ipv6, checks: { exact-len: 16 }",
        "type: binary, display-hint: ipv4-or-v6",
    ] {
        table("", kind, "", &[(json!("::1"), attr(1, &loopback))]);
    }
    table(
        "",
        "type: binary, sub-type: u16",
        "",
        &[(
            json!([1, 258]),
            attr(1, &[1u16.to_ne_bytes(), 258u16.to_ne_bytes()].concat()),
        )],
    );
    table("", "type: flag", "", &[(json!(true), attr(1, &[]))]);
    also("", "type: flag", "", &[(json!(false), vec![])]);
}

const LEAF: &str = "
  - name: leaf
    attributes:
      - { name: id, type: u32 }
      - { name: again, type: nest, nested-attributes: leaf }
";

fn id(number: u32) -> Vec<u8> {
    attr(1, &number.to_ne_bytes())
}

/// Indices that do not begin at 0, or have gaps: a plain list, as the kernel's tool has it; each can be had, and
/// is read.
fn indices_of_numbers(numbers: &str) {
    let family = family(
        "",
        &format!("  - name: top\n    attributes:\n      - {{ name: a, {numbers} }}\n"),
        "",
    );
    let entry = |index: u16, value: u32| attr(index, &value.to_ne_bytes());
    let bytes = attr(1 | NEST, &[entry(1, 7), entry(2, 8), entry(5, 9)].concat());
    assert_eq!(decode(&family, &bytes), json!({ "a": [7, 8, 9] }));
    let options = DecodeOptions {
        indices: true,
        ..DecodeOptions::default()
    };
    let operation = family.operation("use").unwrap();
    let indexed = operation.decode_reply(Mode::Do, &bytes, options);
    let expected = json!({ "a": [{ "1": 7 }, { "2": 8 }, { "5": 9 }] });
    assert_eq!(indexed, Ok(expected.clone()));
    assert_eq!(encode(&family, &expected, false), Ok(bytes));
}

#[test]
fn nests_and_lists() {
    table(
        "",
        "type: nest, nested-attributes: leaf",
        LEAF,
        &[
            (json!({ "id": 5 }), attr(1 | NEST, &id(5))),
            (json!({}), attr(1 | NEST, &[])),
            // The order is that of the JSON.
            (
                json!({ "again": { "again": {} }, "id": 5 }),
                attr(
                    1 | NEST,
                    &[attr(2 | NEST, &attr(2 | NEST, &[])), id(5)].concat(),
                ),
            ),
        ],
    );
    table(
        "",
        "type: u16, multi-attr: true",
        "",
        &[(
            json!([1, 2]),
            [attr(1, &1u16.to_ne_bytes()), attr(1, &2u16.to_ne_bytes())].concat(),
        )],
    );
    also(
        "",
        "type: u16, multi-attr: true",
        "",
        &[
            (json!(1), attr(1, &1u16.to_ne_bytes())),
            (json!([]), vec![]),
        ],
    );
    table(
        "",
        "type: nest, nested-attributes: leaf, multi-attr: true",
        LEAF,
        &[(
            json!([{ "id": 5 }, {}]),
            [attr(1 | NEST, &id(5)), attr(1 | NEST, &[])].concat(),
        )],
    );
    let nests = "type: indexed-array, sub-type: nest, nested-attributes: leaf";
    let entries = attr(
        1 | NEST,
        &[attr(NEST, &id(5)), attr(3 | NEST, &[])].concat(),
    );
    table(
        "",
        nests,
        LEAF,
        &[(json!([{ "0": { "id": 5 } }, { "3": {} }]), entries.clone())],
    );
    also(
        "",
        nests,
        LEAF,
        &[(json!([{ "id": 5 }, { "3": {} }]), entries)],
    );
    let numbers = "type: indexed-array, sub-type: u32";
    table(
        "",
        numbers,
        "",
        &[(
            json!([7, 8]),
            attr(
                1 | NEST,
                &[attr(0, &7u32.to_ne_bytes()), attr(1, &8u32.to_ne_bytes())].concat(),
            ),
        )],
    );
    indices_of_numbers(numbers);
    table(
        "",
        "type: indexed-array, sub-type: u32, multi-attr: true",
        "",
        &[(
            json!([[7], []]),
            [
                attr(1 | NEST, &attr(0, &7u32.to_ne_bytes())),
                attr(1 | NEST, &[]),
            ]
            .concat(),
        )],
    );
    table(
        "",
        "type: indexed-array, sub-type: binary, display-hint: mac",
        "",
        &[(json!(["02:01"]), attr(1 | NEST, &attr(0, &[2, 1])))],
    );
    let levels = "type: nest-type-value, type-value: [ node, cpu ], nested-attributes: leaf";
    let way = |node: u16, cpu: u16| attr(node | NEST, &attr(cpu | NEST, &id(5)));
    table(
        "",
        levels,
        LEAF,
        &[
            (
                json!({ "node": 2, "cpu": 0, "id": 5 }),
                attr(1 | NEST, &way(2, 0)),
            ),
            (
                json!([{ "node": 2, "cpu": 0, "id": 5 }, { "node": 3, "cpu": 1, "id": 5 }]),
                attr(1 | NEST, &[way(2, 0), way(3, 1)].concat()),
            ),
        ],
    );
}

const STRUCTS: &str = "
  - { name: mode, type: enum, entries: [ off, on ] }
  - name: rate
    type: struct
    members:
      - { name: cell, type: u8 }
      - { name: bits, type: u32 }
  - name: shape
    type: struct
    members:
      - { name: mode, type: u8, enum: mode }
      - { name: gap, type: pad, len: 1 }
      - { name: port, type: u16, byte-order: big-endian }
      - { name: rate, type: binary, struct: rate }
      - { name: mac, type: binary, len: 6, display-hint: mac }
";

/// Natural layout: mode at 0, port at 2, rate at 4 (cell at 4, bits at 8), mac at 12; 20 in all.
fn shape() -> Vec<u8> {
    let mut bytes = vec![0; 20];
    bytes[0] = 1;
    bytes[2..4].copy_from_slice(&[1, 2]);
    bytes[4] = 9;
    bytes[8..12].copy_from_slice(&77u32.to_ne_bytes());
    bytes[12..18].copy_from_slice(&[2, 0, 0, 0, 0, 1]);
    bytes
}

fn shape_json() -> Value {
    json!({
        "mode": "on", "port": 258, "rate": { "cell": 9, "bits": 77 }, "mac": "02:00:00:00:00:01",
    })
}

#[test]
fn structs() {
    table(
        STRUCTS,
        "type: binary, struct: shape",
        "",
        &[(shape_json(), attr(1, &shape()))],
    );
    also(
        STRUCTS,
        "type: binary, struct: shape",
        "",
        &[
            (json!({}), attr(1, &[0; 20])),
            (json!({ "port": "0x102" }), {
                let mut bytes = vec![0; 20];
                bytes[2..4].copy_from_slice(&[1, 2]);
                attr(1, &bytes)
            }),
            (json!("0102"), attr(1, &[1, 2])),
        ],
    );
    // Older kernels send less, newer ones more.
    let sets = "  - name: top\n    attributes:\n      - { name: a, type: binary, struct: rate }\n";
    let family = family(STRUCTS, sets, "");
    for (payload, expected) in [
        (vec![9], json!({ "cell": 9, "bits": 0 })),
        (
            [vec![9, 0, 0, 0], 5u32.to_ne_bytes().to_vec(), vec![1; 4]].concat(),
            json!({ "cell": 9, "bits": 5 }),
        ),
    ] {
        assert_eq!(
            decode(&family, &attr(1, &payload)),
            json!({ "a": expected })
        );
    }
}

const KINDS: &str = "
  - name: top
    attributes:
      - { name: kind, type: string }
      - { name: data, type: sub-message, sub-message: data, selector: kind }
      - { name: number, type: u32, byte-order: big-endian, enum: mode }
      - { name: numbered, type: sub-message, sub-message: numbered, selector: number }
      - { name: stats, type: nest, nested-attributes: stats }
  - name: stats
    attributes:
      - { name: app, type: sub-message, sub-message: data, selector: kind }
  - name: leaf
    attributes:
      - { name: id, type: u32 }
      - { name: cell, type: u8 }
";

const FORMATS: &str = "
sub-messages:
  - name: data
    formats:
      - { value: set, attribute-set: leaf }
      - { value: header, fixed-header: rate }
      - { value: both, fixed-header: rate, attribute-set: leaf }
      - { value: neither }
  - name: numbered
    formats:
      - { value: on, attribute-set: leaf }
";

#[test]
fn sub_messages() {
    let family = family(STRUCTS, KINDS, FORMATS);
    let kind = |name: &str| attr(1, format!("{name}\0").as_bytes());
    let header = [vec![9, 0, 0, 0], 5u32.to_ne_bytes().to_vec()].concat();
    let rows = [
        (
            json!({ "kind": "set", "data": { "id": 5 } }),
            [kind("set"), attr(2 | NEST, &id(5))].concat(),
        ),
        // Selectors may stand behind.
        (
            json!({ "data": { "id": 5 }, "kind": "set" }),
            [attr(2 | NEST, &id(5)), kind("set")].concat(),
        ),
        (
            json!({ "kind": "header", "data": { "cell": 9, "bits": 5 } }),
            [kind("header"), attr(2, &header)].concat(),
        ),
        (
            json!({ "kind": "both", "data": { "cell": 9, "bits": 5, "id": 5 } }),
            [
                kind("both"),
                attr(2 | NEST, &[header.clone(), id(5)].concat()),
            ]
            .concat(),
        ),
        // A member and an attribute of one name.
        (
            json!({ "kind": "both", "data": { "bits": 5, "rate": { "cell": 9 }, "cell": 7 } }),
            [
                kind("both"),
                attr(2 | NEST, &[header.clone(), attr(2, &[7])].concat()),
            ]
            .concat(),
        ),
        (
            json!({ "kind": "neither", "data": {} }),
            [kind("neither"), attr(2, &[])].concat(),
        ),
        // What the spec does not know stays as it is.
        (
            json!({ "kind": "other", "data": "0102" }),
            [kind("other"), attr(2 | NEST, &[1, 2])].concat(),
        ),
        (json!({ "data": "0102" }), attr(2 | NEST, &[1, 2])),
        (
            json!({ "number": "on", "numbered": { "id": 5 } }),
            [attr(3, &[0, 0, 0, 1]), attr(4 | NEST, &id(5))].concat(),
        ),
        // The selector stands in the set around.
        (
            json!({ "stats": { "app": { "id": 5 } }, "kind": "set" }),
            [attr(5 | NEST, &attr(1 | NEST, &id(5))), kind("set")].concat(),
        ),
    ];
    for (json, bytes) in rows {
        assert_eq!(encode(&family, &json, false).as_ref(), Ok(&bytes), "{json}");
        assert_eq!(decode(&family, &bytes), json);
    }
    let by_number = json!({ "number": 1, "numbered": { "id": 5 } });
    assert!(encode(&family, &by_number, false).is_ok());
}

#[test]
fn fixed_headers() {
    let spec = "
name: try
protocol: netlink-raw
protonum: 31
definitions:
  - name: msg
    type: struct
    members:
      - { name: family, type: u8 }
      - { name: index, type: s16 }
      - { name: table, type: u8 }
attribute-sets:
  - name: top
    attributes:
      - { name: mtu, type: u32 }
      - { name: table, type: u32 }
operations:
  enum-model: directional
  fixed-header: msg
  list:
    - name: use
      attribute-set: top
      do: { request: { value: 16, attributes: [ mtu, table ] }, reply: { value: 16, attributes: [ mtu, table ] } }
";
    let family = Family::new(nlgen::load(Source::new("try.yaml", spec)).unwrap());
    let header = |family: u8, index: i16, table: u8| {
        let [low, high] = index.to_ne_bytes();
        vec![family, 0, low, high, table, 0, 0, 0]
    };
    let mtu = attr(1, &1500u32.to_ne_bytes());
    let table = attr(2, &254u32.to_ne_bytes());
    for (json, bytes) in [
        (
            json!({ "family": 2, "index": -1, "table": 0, "mtu": 1500 }),
            [header(2, -1, 0), mtu.clone()].concat(),
        ),
        // `table` is the member, unless that stands under the struct's name.
        (
            json!({ "family": 0, "index": 0, "table": 9 }),
            header(0, 0, 9),
        ),
        (
            json!({ "family": 0, "index": 0, "msg": { "table": 252 }, "table": 254 }),
            [header(0, 0, 252), table.clone()].concat(),
        ),
    ] {
        assert_eq!(encode(&family, &json, false).as_ref(), Ok(&bytes), "{json}");
        assert_eq!(decode(&family, &bytes), json);
    }
    for (json, bytes) in [
        (json!({}), header(0, 0, 0)),
        (json!(null), header(0, 0, 0)),
        (
            json!({ "mtu": 1500, "index": 7 }),
            [header(0, 7, 0), mtu].concat(),
        ),
        (json!({ "msg": "010002000300", "table": 254 }), {
            [vec![1, 0, 2, 0, 3, 0, 0, 0], table].concat()
        }),
    ] {
        assert_eq!(encode(&family, &json, false).as_ref(), Ok(&bytes), "{json}");
    }
}
