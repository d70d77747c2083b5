//! Messages with very many of one thing, and captures of many messages, take work by their length, and not by its
//! square. What is counted is allocations and their bytes, so that it is the same on each machine: twice as much
//! input takes about twice as many.

#![allow(clippy::unwrap_used, reason = "what the tests themselves write")]

use allocation_counter::{AllocationInfo, measure};
use nlgen::span::Source;
use nlgen_dynamic::{DecodeOptions, EncodeOptions, Family, GENERIC, Mode, Reader};
use nlgen_families::Spec;
use serde_json::{Map, Value, json};

/// How many there are of each.
const MANY: usize = 1_000;

const OPTIONS: DecodeOptions = DecodeOptions {
    secrets: true,
    indices: false,
};

/// Does the same with some input and with twice as much. Gives what came of the latter.
fn in_proportion<T>(count: usize, work: impl Fn(usize) -> T) -> T {
    let mut last = None;
    // Once without a count: what is made at the first use and then stays is no part of it.
    work(1);
    let [less, more] = [count, 2 * count].map(|count| measure(|| last = Some(work(count))));
    for of in [
        |info: &AllocationInfo| info.count_total,
        |info: &AllocationInfo| info.bytes_total,
    ] {
        let (less, more) = (of(&less), of(&more));
        assert!(
            less > count as u64 && more * 10 < less * 22,
            "{less}, {more}"
        );
    }
    last.unwrap()
}

fn links() -> Family {
    let source = Source::new("links.yaml", include_str!("hostile/links.yaml"));
    Family::new(nlgen::load(source).unwrap())
}

fn message(kind: u16, flags: u16, seq: u32, port_id: u32, body: &[u8]) -> Vec<u8> {
    let mut bytes = (16 + body.len() as u32).to_ne_bytes().to_vec();
    bytes.extend([kind, flags].map(u16::to_ne_bytes).as_flattened());
    bytes.extend([seq, port_id].map(u32::to_ne_bytes).as_flattened());
    bytes.extend(body);
    bytes
}

/// A message of the type 16: the header, and the attributes.
fn link(attributes: &[u8]) -> Vec<u8> {
    message(16, 0, 1, 0, &[&[0; 12], attributes].concat())
}

fn attr(number: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = (4 + payload.len() as u16).to_ne_bytes().to_vec();
    bytes.extend(number.to_ne_bytes());
    bytes.extend(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// Decodes and draws a message for some count and for twice as many, and gives the JSON of the latter.
fn read(count: usize, bytes: impl Fn(usize) -> Vec<u8>) -> Value {
    let family = links();
    in_proportion(count, |count| {
        let bytes = bytes(count);
        let mut reader = Reader::new();
        reader.assume(&family);
        let mut decoded = reader.decode_datagram(0, &bytes, OPTIONS);
        let picture = reader.explain(0, &bytes, OPTIONS).to_string();
        assert!(picture.lines().count() > count, "{picture}");
        let value = decoded.remove(0).value.unwrap();
        value.unwrap_or_else(|malformed| malformed.partial)
    })
}

#[test]
fn sub_messages_before_their_selector() {
    // `rx` is a number of four bytes, `tx` a byte with padding behind it.
    let data = [1u32.to_ne_bytes(), [2, 0, 0, 0]];
    let value = read(MANY, |count| {
        let mut level = attr(3, data.as_flattened()).repeat(count);
        level.extend(attr(2, b"bond\0"));
        link(&level)
    });
    let data = value["data"].as_array().unwrap();
    assert_eq!(data.len(), 2 * MANY);
    assert_eq!(data.last(), Some(&json!({ "rx": 1, "tx": 2 })));
}

#[test]
fn attributes_that_the_spec_does_not_have() {
    let level = |count| {
        (0..count as u16)
            .flat_map(|at| attr(100 + at, &[1]))
            .collect::<Vec<u8>>()
    };
    let value = read(MANY, |count| link(&level(count)));
    // Beside the three members of the header.
    assert_eq!(value.as_object().unwrap().len(), 3 + 2 * MANY);
    // Inside of a nest that is such an attribute, too.
    let value = read(MANY, |count| link(&attr(0x8000 | 99, &level(count))));
    let inner = value["UnknownAttr(99)"].as_object().unwrap();
    assert_eq!(inner.len(), 2 * MANY);
}

#[test]
fn attributes_that_are_there_again() {
    let value = read(MANY, |count| link(&attr(1, b"x\0").repeat(count)));
    assert_eq!(value["name"].as_array().unwrap().len(), 2 * MANY);
}

#[test]
fn levels_in_levels() {
    // Each level as long as it can be.
    let mut inner = vec![0; 4];
    for _ in 0..30 {
        let mut more = attr(0x8000 | 99, &inner);
        more.extend(attr(98, &[1]).repeat(100));
        inner = more;
    }
    let value = read(2, |count| link(&attr(0x8000 | 97, &inner).repeat(count)));
    let nests = value["UnknownAttr(97)"].as_array().unwrap();
    assert_eq!(nests.len(), 4);
    let inner = nests.last().unwrap()["UnknownAttr(99)"]["UnknownAttr(98)"].as_array();
    assert_eq!(inner.unwrap().len(), 100);
}

/// Each message of a capture by itself, as `nlgen decode --pcap` reads them, and all in one datagram.
#[test]
fn messages_of_a_capture() {
    let spec = Spec::of("netdev").unwrap();
    let family = Family::new(nlgen::load(Source::new(spec.file, spec.text)).unwrap());
    let device = |index: usize| attr(1, &(index as u32).to_ne_bytes());
    let genl = |command: u8, body: &[u8]| [&[command, 1, 0, 0], body].concat();
    // Requests that nothing ends, their answers, and notifications, which have no sequence number.
    let messages = |at: usize| {
        let seq = at as u32 + 1;
        [
            message(40, 1, seq, 7, &genl(1, &device(at))),
            message(40, 0, seq, 7, &genl(1, &device(at))),
            message(40, 0, 0, 0, &genl(2, &device(at))),
        ]
    };
    let apart = |count| (0..count).flat_map(messages).collect::<Vec<_>>();
    let names = in_proportion(MANY / 4, |count| {
        let mut reader = Reader::new();
        reader.add(&family);
        reader.learn(40, "netdev");
        let mut names = Vec::new();
        let mut datagrams = apart(count);
        datagrams.push(apart(count).concat());
        for bytes in datagrams {
            let bytes = reader.in_host_order(GENERIC, &bytes);
            let datagram = reader.recognize(GENERIC, &bytes);
            for message in datagram.messages() {
                message.decode(OPTIONS).unwrap().unwrap();
                names.extend(message.known.and_then(|known| known.name));
            }
            let picture = reader.picture(&datagram, OPTIONS).with_bytes(&bytes);
            assert!(picture.problems().is_empty(), "{picture}");
            assert!(picture.to_string().lines().count() > 3);
        }
        names
    });
    let expected = ["dev-get", "dev-get", "dev-add-ntf"].repeat(2 * (MANY / 2));
    assert_eq!(names, expected);
}

#[test]
fn keys_of_a_request() {
    let family = links();
    let body = family.operation("new").unwrap();
    let body = body.request(Mode::Do).unwrap();
    let force = EncodeOptions { force: true };
    let bytes = in_proportion(MANY, |count| {
        let mut unknown = Map::new();
        for number in 0..count {
            unknown.insert(format!("UnknownAttr({number})"), json!(["01", "02", "03"]));
        }
        body.encode(&Value::Object(unknown), force).unwrap()
    });
    assert_eq!(bytes.len(), 12 + 2 * MANY * 3 * 8);
}
