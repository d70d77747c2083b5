//! Messages of machines with the other byte order, decoded as those of this machine are.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what the tests themselves write"
)]

#[path = "../../nlgen/tests/kernel_source/mod.rs"]
mod kernel_source;
mod messages;
mod random_json;

use kernel_source::{Kernel, repository, specs_in};
use messages::{Message, Part, messages};
use nlgen::model::Protocol;
use nlgen::span::Source;
use nlgen_dynamic::{DecodeOptions, EncodeOptions, Family, GENERIC, Known, Piece, Reader, Role};
use nlgen_runtime::MessageHeader;
use random_json::Random;
use serde_json::{Value, json};

const SECRETS: DecodeOptions = DecodeOptions {
    secrets: true,
    indices: false,
};

/// Swaps what the picture of a message in this machine's order says to be numbers.
fn swap(pieces: &[Piece], kind: &str, bytes: &mut [u8]) {
    for piece in pieces {
        let own = piece.offset..piece.offset + piece.len;
        let says_length = piece.kind.ends_with(" bytes") || piece.kind.ends_with(" byte");
        let attribute = piece.len == 4 && says_length;
        let mut kind = kind;
        match piece.name.as_str() {
            _ if attribute => {
                bytes[own.start..own.start + 2].reverse();
                bytes[own.start + 2..own.end].reverse();
                kind = &piece.kind;
            }
            "nlmsg_len" | "nlmsg_type" | "nlmsg_flags" | "nlmsg_seq" | "nlmsg_pid" | "error"
            | "reserved" => bytes[own].reverse(),
            // A payload, or the member of a struct.
            "" => swap_numbers(kind, &mut bytes[own]),
            "padding" | "more" | "malformed" if piece.kind.is_empty() => {}
            _ => swap_numbers(&piece.kind, &mut bytes[own]),
        }
        swap(&piece.children, kind, bytes);
    }
}

fn swap_numbers(kind: &str, bytes: &mut [u8]) {
    if kind.contains("-endian") {
        return;
    }
    if kind.starts_with("socket address") {
        let is_v6 = bytes.len() >= 28 && bytes[..2] == 10_u16.to_ne_bytes();
        bytes[..2].reverse();
        if is_v6 {
            bytes[24..28].reverse();
        }
        return;
    }
    let first = |kind: &str| kind.split([' ', ',']).next().unwrap().to_owned();
    let len = |kind: &str| match first(kind).as_str() {
        "u8" | "s8" => Some(1),
        "u16" | "s16" => Some(2),
        "u32" | "s32" | "bitfield32" => Some(4),
        "u64" | "s64" => Some(8),
        "uint" | "sint" => Some(bytes.len().max(1)),
        _ => None,
    };
    if let Some(len) = len(kind.strip_prefix("list of ").unwrap_or(kind)) {
        bytes.chunks_mut(len).for_each(<[u8]>::reverse);
    }
}

/// A reader that knows what the message is, the protocol, and the whole message.
fn whole<'f>(
    family: &'f Family,
    message: &Message<'f>,
    value: &Value,
) -> (Reader<'f>, u16, Vec<u8>) {
    let body = message.body.encode(value, EncodeOptions { force: true });
    let body = body.unwrap();
    let (protocol, kind) = match family.model().protocol {
        Protocol::Generic { .. } => (GENERIC, 40),
        Protocol::Raw { number } => (number, message.command),
    };
    let genl = match protocol {
        GENERIC => vec![u8::try_from(message.command).unwrap(), 1, 0, 0],
        _ => Vec::new(),
    };
    let header = MessageHeader {
        len: u32::try_from(16 + genl.len() + body.len()).unwrap(),
        kind,
        seq: 7,
        port_id: 9,
        ..MessageHeader::default()
    };
    let mut bytes = Vec::new();
    header.write(&mut bytes);
    bytes.extend(genl);
    bytes.extend(body);
    let known = match message.part {
        Part::Request(mode) => {
            let operation = family.operation(message.operation).unwrap();
            Known::of_operation(family, operation, Role::Request(mode)).unwrap()
        }
        Part::Reply(mode) => {
            let operation = family.operation(message.operation).unwrap();
            Known::of_operation(family, operation, Role::Reply(mode)).unwrap()
        }
        Part::Notification => {
            let mut all = family.notifications();
            let notification = all.find(|one| one.name() == message.operation).unwrap();
            Known::of_notification(family, notification)
        }
    };
    let mut reader = Reader::new();
    reader.assume_known(known);
    (reader, protocol, bytes)
}

/// Random values of every message of a family, in both orders. Gives how many.
fn alike(family: &Family) -> usize {
    let mut random = Random::wild(family.model(), 1);
    let mut count = 0;
    for message in messages(family) {
        for value in random.messages(message.id) {
            let (mut reader, protocol, native) = whole(family, &message, &value);
            // Too long for its length to say which order it has.
            if native.len() > usize::from(u16::MAX) {
                continue;
            }
            let picture = reader.clone().explain(protocol, &native, SECRETS);
            let mut foreign = native.clone();
            swap(picture.pieces(), "", &mut foreign);
            let place = format!("{} {} {}", family.name(), message.operation, message.part);
            let again = reader.in_host_order(protocol, &foreign);
            assert_eq!(again, native, "{place}: {value}");
            let explained = reader.explain(protocol, &foreign, SECRETS);
            assert_eq!(explained.pieces(), picture.pieces(), "{place}");
            assert_eq!(explained.bytes(), foreign, "{place}");
            count += 1;
        }
    }
    count
}

#[test]
fn every_message_of_the_shipped_specs() {
    let mut count = 0;
    for path in specs_in(&repository().join("specs")) {
        let model = nlgen::load_file(&path).unwrap();
        count += alike(&Family::new(model));
    }
    assert!(count > 1000, "{count}");
}

#[test]
fn every_message_of_the_kernel_s_specs() {
    let Some(specs) = Kernel::Linux7_3.specs_with_overlays() else {
        return;
    };
    for (path, overlay) in specs {
        let overlays = overlay.map(|overlay| nlgen::read(&overlay).unwrap());
        let spec = nlgen::read(&path).unwrap();
        let model = nlgen::load_with(spec, overlays.into_iter().collect()).unwrap();
        alike(&Family::new(model));
    }
}

fn family(text: &str) -> Family {
    Family::new(nlgen::load(Source::new("made.yaml", text)).unwrap())
}

const LINKS: &str = "
name: rt-link
protocol: netlink-raw
protonum: 0
definitions:
  - name: ifinfomsg
    type: struct
    members:
      - { name: family, type: u8 }
      - { name: pad, type: pad, len: 1 }
      - { name: type, type: u16 }
      - { name: index, type: s32 }
      - { name: flags, type: u32 }
      - { name: change, type: u32 }
attribute-sets:
  - name: link
    attributes:
      - { name: ifname, type: string, value: 3 }
      - { name: mtu, type: u32 }
      - { name: port, type: u16, byte-order: big-endian }
operations:
  enum-model: directional
  fixed-header: ifinfomsg
  list:
    - name: getlink
      attribute-set: link
      dump:
        request: { value: 18, attributes: [] }
        reply: { value: 16, attributes: [ ifname, mtu, port ] }
";

/// The same message, by hand.
const BIG: &str = "00000038 0010 0002 00000001 00000063 \
                   00 00 0304 00000001 00010049 00000000 \
                   0007 0003 6c6f00 00 0008 0004 00010000 0006 0005 0050 0000";
const LITTLE: &str = "38000000 1000 0200 01000000 63000000 \
                      00 00 0403 01000000 49000100 00000000 \
                      0700 0300 6c6f00 00 0800 0400 00000100 0600 0500 0050 0000";

fn bytes(hex: &str) -> Vec<u8> {
    let digits: String = hex.split_whitespace().collect();
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

#[test]
fn one_message_of_either_kind_of_machine() {
    let family = family(LINKS);
    for hex in [BIG, LITTLE] {
        let mut reader = Reader::new();
        reader.add(&family);
        let decoded = reader.decode_datagram(0, &bytes(hex), DecodeOptions::default());
        let value = decoded[0].value.clone().unwrap().unwrap();
        let expected = json!({
            "family": 0, "type": 772, "index": 1, "flags": 65609, "change": 0,
            "ifname": "lo", "mtu": 65536, "port": 80
        });
        assert_eq!(value, expected, "{hex}");
        assert_eq!(
            (decoded[0].header.seq, decoded[0].header.port_id),
            (1, 0x63)
        );
        let picture = reader.explain(0, &bytes(hex), DecodeOptions::default());
        assert_eq!(picture.bytes(), bytes(hex));
        assert!(picture.problems().is_empty(), "{picture}");
    }
}

/// An error with the request that it refuses, and an extended acknowledgement; then the end of a dump.
#[test]
fn what_ends_requests() {
    let big = "00000050 0002 0200 00000007 00000009 ffffffea \
               0000002c 0012 0305 00000007 00000009 00 00 0304 00000001 00010049 00000000 \
               000c 0003 3030303030303000 \
               0008 0002 00000014 0005 0001 00 000000\
               00000014 0003 0002 00000007 00000009 00000000";
    let little = "50000000 0200 0002 07000000 09000000 eaffffff \
                  2c000000 1200 0503 07000000 09000000 00 00 0403 01000000 49000100 00000000 \
                  0c00 0300 3030303030303000 \
                  0800 0200 14000000 0500 0100 00 000000\
                  14000000 0300 0200 07000000 09000000 00000000";
    let family = family(LINKS);
    for hex in [big, little] {
        let mut reader = Reader::new();
        reader.add(&family);
        let decoded = reader.decode_datagram(0, &bytes(hex), DecodeOptions::default());
        let values: Vec<Value> = decoded
            .into_iter()
            .map(|one| one.value.unwrap().unwrap())
            .collect();
        assert_eq!(
            values,
            [
                json!({ "error": -22, "offs": 20, "msg": "" }),
                json!({ "error": 0 })
            ],
            "{hex}"
        );
        let picture = reader.explain(0, &bytes(hex), DecodeOptions::default());
        assert!(picture.to_string().contains("type: 772 (u16)"), "{picture}");
    }
}

/// An id of generic netlink is learned in either order, without the spec of nlctrl.
#[test]
fn ids_are_learned() {
    let spec = "
name: made
attribute-sets: [ { name: made, attributes: [ { name: id, type: u32 } ] } ]
operations: { list: [ { name: get, attribute-set: made, do: { request: { attributes: [ id ] } } } ] }
";
    let family = family(spec);
    let big = "00000028 0010 0000 00000007 00000009 01 02 0000 \
               0006 0001 0123 0000 0009 0002 6d61646500 000000\
               0000001c 0123 0001 00000008 00000009 01 01 0000 0008 0001 00000102";
    let little = "28000000 1000 0000 07000000 09000000 01 02 0000 \
                  0600 0100 2301 0000 0900 0200 6d61646500 000000\
                  1c000000 2301 0100 08000000 09000000 01 01 0000 0800 0100 02010000";
    for hex in [big, little] {
        let bytes = bytes(hex);
        let mut reader = Reader::new();
        reader.add(&family);
        reader.decode_datagram(GENERIC, &bytes[..40], DecodeOptions::default());
        assert_eq!(reader.family_name(0x123), Some("made"), "{hex}");
        let decoded = reader.decode_datagram(GENERIC, &bytes[40..], DecodeOptions::default());
        let value = decoded[0].value.clone().unwrap().unwrap();
        assert_eq!(value, json!({ "id": 258 }), "{hex}");
    }
}

/// What is cut or spoilt is decoded as far as it goes, and nothing panics.
#[test]
fn no_cut_and_no_change_panics() {
    let family = family(LINKS);
    let foreign = match cfg!(target_endian = "big") {
        true => bytes(LITTLE),
        false => bytes(BIG),
    };
    let mut reader = Reader::new();
    reader.add(&family);
    for len in 0..foreign.len() {
        let cut = &foreign[..len];
        let decoded = reader.decode_datagram(0, cut, DecodeOptions::default());
        if len >= 16 {
            let problems = decoded[0].value.clone().unwrap().unwrap_err();
            let first = problems.problems[0].to_string();
            assert!(
                first.contains(&format!("has 56 bytes, and {len} are there")),
                "{first}"
            );
        }
    }
    for at in 0..foreign.len() {
        for value in [0, 1, 0x7F, 0x80, 0xFF] {
            let mut changed = foreign.clone();
            changed[at] = value;
            reader.explain(0, &changed, DecodeOptions::default());
        }
    }
}

/// Protocols that send no replies use the types below 16 for what they say.
#[test]
fn messages_with_types_of_netlink_itself() {
    let spec = "
name: connector
protocol: netlink-raw
protonum: 11
attribute-sets: [ { name: none, attributes: [] } ]
definitions:
  - name: cn-msg
    type: struct
    members: [ { name: idx, type: u32 }, { name: val, type: u32 } ]
operations:
  list:
    - { name: happened, value: 3, fixed-header: cn-msg, attribute-set: none, event: { attributes: [] } }
";
    let family = family(spec);
    let header = |kind| MessageHeader {
        len: 24,
        kind,
        ..MessageHeader::default()
    };
    let message = |kind| {
        let mut bytes = Vec::new();
        header(kind).write(&mut bytes);
        bytes.extend(1u32.to_ne_bytes());
        bytes.extend(9u32.to_ne_bytes());
        bytes
    };
    let mut reader = Reader::new();
    reader.add(&family);
    let decoded = reader.decode_datagram(11, &message(3), DecodeOptions::default());
    assert_eq!(decoded[0].known.unwrap().name, Some("happened"));
    let value = decoded[0].value.clone().unwrap().unwrap();
    assert_eq!(value, json!({ "idx": 1, "val": 9 }));
    let picture = reader.explain(11, &message(3), DecodeOptions::default());
    assert!(
        picture
            .to_string()
            .contains("connector happened: notification"),
        "{picture}"
    );
    // Other types, and other protocols, have them as ever.
    let decoded = reader.decode_datagram(11, &message(2), DecodeOptions::default());
    assert!(decoded[0].known.is_none());
    let decoded = reader.decode_datagram(0, &message(3), DecodeOptions::default());
    assert_eq!(decoded[0].value.clone().unwrap().unwrap()["error"], 1);
}
