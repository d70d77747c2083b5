//! Bytes that are not what the spec says: what could be read, with marks where it could not.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what the tests themselves write"
)]

use nlgen::span::Source;
use nlgen_dynamic::{Body, DecodeOptions, EncodeOptions, Family, Malformed, Mode};
use nlgen_families::Spec;
use serde_json::{Value, json};

fn shipped(name: &str) -> Family {
    let spec = Spec::of(name).unwrap();
    Family::new(nlgen::load(Source::new(spec.file, spec.text)).unwrap())
}

fn encode(body: &Body<'_>, json: &Value) -> Vec<u8> {
    let force = EncodeOptions { force: true };
    body.encode(json, force).unwrap()
}

fn wrong(body: &Body<'_>, bytes: &[u8]) -> Malformed {
    body.decode(bytes, DecodeOptions::default()).unwrap_err()
}

fn told(malformed: &Malformed) -> Vec<String> {
    malformed.problems.iter().map(ToString::to_string).collect()
}

/// The header of an attribute.
fn head(len: u16, number: u16) -> Vec<u8> {
    [len.to_ne_bytes(), number.to_ne_bytes()].concat()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where an attribute of a number begins on the level that begins at `at`.
fn find(bytes: &[u8], mut at: usize, number: u16) -> usize {
    loop {
        let [a, b, c, d] = bytes[at..at + 4] else {
            unreachable!()
        };
        if u16::from_ne_bytes([c, d]) & 0x3FFF == number {
            return at;
        }
        at += usize::from(u16::from_ne_bytes([a, b])).next_multiple_of(4);
    }
}

#[test]
fn what_repeats_although_the_spec_has_it_once_is_a_list() {
    let family = shipped("exam");
    let body = family.operation("get").unwrap().reply(Mode::Do).unwrap();
    let id = |id: u32| encode(&body, &json!({ "id": id }));
    let nest = |label: &str| encode(&body, &json!({ "tree": { "value": label.len() } }));
    for (bytes, partial, problems) in [
        (
            [id(1), id(2), id(3)].concat(),
            json!({ "id": [1, 2, 3] }),
            &["id: is there 3 times"][..],
        ),
        // Two that are wrong in themselves.
        (
            [id(1), nest("x"), id(2), nest("xy"), nest("")].concat(),
            json!({ "id": [1, 2], "tree": [{ "value": 1 }, { "value": 2 }, { "value": 0 }] }),
            &["id: is there 2 times", "tree: is there 3 times"],
        ),
        (
            [id(1), [head(5, 1), vec![9, 0, 0, 0]].concat()].concat(),
            json!({ "id": [1, { "<malformed>": "09" }] }),
            &["id[1]: 1 bytes where 4 are needed", "id: is there 2 times"],
        ),
    ] {
        let malformed = wrong(&body, &bytes);
        assert_eq!(malformed.partial, partial);
        let told = told(&malformed);
        assert_eq!(told.len(), problems.len(), "{told:?}");
        for (told, problem) in told.iter().zip(problems) {
            assert!(told.starts_with(problem), "{told}");
        }
        let picture = body.explain(&bytes, DecodeOptions::default());
        assert!(!picture.problems().is_empty(), "{picture}");
    }
}

/// From 222 virtual functions on, the kernel's list of them is longer than its length can say. All of it is in the
/// message, and what is behind it, too.
#[test]
fn a_nest_that_is_longer_than_its_length_can_say_is_whole_and_reported() {
    let family = shipped("rt-link");
    let body = family
        .operation("getlink")
        .unwrap()
        .reply(Mode::Do)
        .unwrap();
    for count in [200, 222, 230, 500] {
        let functions: Vec<Value> = (0..count)
            .map(|vf| {
                json!({
                    "vlan": { "vf": vf, "vlan": 7, "qos": 0 },
                    "broadcast": "ff".repeat(256),
                })
            })
            .collect();
        let mut payload = Vec::new();
        for some in functions.chunks(100) {
            let list = encode(&body, &json!({ "vfinfo-list": { "info": some } }));
            payload.extend_from_slice(&list[20..]);
        }
        let link = json!({ "address": "02:00:00:00:00:01", "ifname": "eth0", "num-vf": count });
        let mut bytes = encode(&body, &link);
        let len = payload.len() + 4;
        bytes.extend(head(len as u16, 22));
        bytes.extend(payload);
        bytes.extend(&encode(&body, &json!({ "link": 9 }))[16..]);
        let read = body.decode(&bytes, DecodeOptions::default());
        let told_of = |read: &Result<Value, Malformed>| match read {
            Ok(_) => Vec::new(),
            Err(malformed) => told(malformed),
        };
        let expected = match len {
            0..=0xFFFF => Vec::new(),
            len => vec![format!(
                "vfinfo-list: its length is cut to 16 bits: it says {} bytes, and {len} are there",
                len % 0x10000
            )],
        };
        assert_eq!(told_of(&read), expected, "{count}");
        let value = read.unwrap_or_else(|malformed| malformed.partial);
        assert_eq!(value["address"], "02:00:00:00:00:01");
        assert_eq!(value["link"], 9);
        assert_eq!(value["vfinfo-list"]["info"], Value::from(functions));
        let picture = body.explain(&bytes, DecodeOptions::default());
        assert_eq!(picture.problems().len(), expected.len());
    }
}

#[test]
fn a_nest_that_ends_within_an_attribute_is_cut() {
    let family = shipped("rt-link");
    let body = family
        .operation("getlink")
        .unwrap()
        .reply(Mode::Do)
        .unwrap();
    let functions: Vec<Value> = (0..230)
        .map(|vf| json!({ "vlan": { "vf": vf, "vlan": 7, "qos": 0 }, "trust": { "vf": vf, "setting": 1 } }))
        .collect();
    let link = json!({ "ifname": "eth0", "vfinfo-list": { "info": functions }, "link": 9 });
    let mut bytes = encode(&body, &link);
    let list = find(&bytes, 16, 22);
    let whole = u16::from_ne_bytes([bytes[list], bytes[list + 1]]);
    let each = (whole - 4) / 230;
    // Within the ninth: the rest reads as attributes of the link, of which some are known.
    let cut = 4 + 8 * each + 8;
    bytes[list..list + 2].copy_from_slice(&cut.to_ne_bytes());
    let malformed = wrong(&body, &bytes);
    assert_eq!(malformed.partial["ifname"], "eth0");
    let list = &malformed.partial["vfinfo-list"];
    assert_eq!(list["info"].as_array().unwrap()[..], functions[..8]);
    assert_eq!(list["<malformed>"].as_str().unwrap().len(), 16);
    let told = told(&malformed);
    assert!(
        told[0].starts_with("vfinfo-list: is cut: an attribute says"),
        "{told:?}"
    );
    assert!(told[0].contains("16 bits"), "{told:?}");
}

#[test]
fn entries_of_arrays_and_levels_are_there_as_far_as_they_go() {
    let family = shipped("exam");
    let body = family.operation("get").unwrap().reply(Mode::Do).unwrap();
    for (lists, number, partial, path) in [
        (
            json!({ "number-array": [1, 2, 3] }),
            "number-array",
            json!([1, 2, { "<malformed>": hex(&head(12, 2)) }]),
            "lists.number-array: is cut: ",
        ),
        (
            json!({ "leaf-array": [{ "id": 1 }, { "id": 2 }] }),
            "leaf-array",
            json!([{ "0": { "id": 1 } }, { "<malformed>": hex(&head(16, 0x8001)) }]),
            "lists.leaf-array: is cut: ",
        ),
    ] {
        let mut bytes = encode(&body, &json!({ "lists": lists }));
        // The last entry says that it is longer, and has nothing.
        let last = bytes.len() - 4 - if number == "leaf-array" { 8 } else { 4 };
        bytes.truncate(last + 4);
        let longer = u16::from_ne_bytes([bytes[last], bytes[last + 1]]) + 4;
        bytes[last..last + 2].copy_from_slice(&longer.to_ne_bytes());
        let len = bytes.len() as u16;
        bytes[..2].copy_from_slice(&len.to_ne_bytes());
        bytes[4..6].copy_from_slice(&(len - 4).to_ne_bytes());
        let malformed = wrong(&body, &bytes);
        assert_eq!(malformed.partial["lists"][number], partial);
        assert!(told(&malformed)[0].starts_with(path), "{malformed}");
    }
}

#[test]
fn bytes_that_may_be_secret_are_not_shown() {
    let family = shipped("wireguard");
    let body = family.operation("get-device").unwrap();
    let body = body.reply(Mode::Dump).unwrap();
    let key = "c0ffee".repeat(11)[..64].to_owned();
    let peer = |port: u16| json!({ "public-key": "00".repeat(32), "preshared-key": key, "persistent-keepalive-interval": port });
    let device = json!({ "ifname": "wg0", "peers": [{ "0": peer(1) }, { "1": peer(2) }] });
    let whole = encode(&body, &device);
    let peers = find(&whole, 0, 8);
    let secrets = DecodeOptions {
        secrets: true,
        ..DecodeOptions::default()
    };
    // However the list is cut, no part of a key shows: neither in what is left of it nor in what then looks
    // like attributes of the device.
    for cut in 4..u16::from_ne_bytes([whole[peers], whole[peers + 1]]) {
        let mut bytes = whole.clone();
        bytes[peers..peers + 2].copy_from_slice(&cut.to_ne_bytes());
        for bytes in [&bytes[..], &bytes[..peers + usize::from(cut)]] {
            let read = body.decode(bytes, DecodeOptions::default());
            let shown = read
                .unwrap_or_else(|malformed| malformed.partial)
                .to_string();
            assert!(!shown.contains("ffee"), "cut at {cut}: {shown}");
        }
    }
    let shown = body.decode(&whole[..whole.len() - 40], secrets);
    let shown = shown.unwrap_err().partial.to_string();
    assert!(shown.contains("ffee"), "{shown}");
}
