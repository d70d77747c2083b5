//! Secrets are shown by nothing but `DecodeOptions::secrets`. A canary is at each place where a spec can have a
//! secret, and goes through everything in this crate that makes text: values, errors, pictures and `Debug`, of
//! messages that are whole, cut, spoilt, of commands that nobody knows, or of the other byte order.
//!
//! `every_public_type_is_tried` lists what the crate exports: a new type has to be added, with what it shows.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what the tests themselves write"
)]

use std::fmt::{Debug, Display};

use nlgen::span::Source;
use nlgen_dynamic::{
    Body, DecodeOptions, EncodeOptions, Family, GENERIC, Mode, Picture, Reader, Role, path,
};
use nlgen_runtime::wire::control;
use nlgen_runtime::{MessageHeader, flags};
use serde_json::{Value, json};

/// The canary as text, as bytes and as a number.
const WORD: &str = "CANARYCANARY";
const KEY: &str = "c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5c5";
const PIN: u32 = 0xC5C5_C5C5;

/// How the canary could be written, in small letters.
const TRACES: &[&str] = &[
    "canary",
    "43414e41",
    "43 41 4e",
    "67, 65, 78",
    "c5",
    "197, 197",
    "\u{e5}",
    "3318072773",
];

/// What has been shown, and where a trace of the canary was in it.
#[derive(Default)]
struct Shown {
    leaks: Vec<String>,
    count: usize,
}

impl Shown {
    fn text(&mut self, what: &str, text: &str) {
        self.count += 1;
        let small = text.to_lowercase();
        if let Some(trace) = TRACES.iter().find(|trace| small.contains(**trace)) {
            self.leaks.push(format!("{what} ({trace}): {text}"));
        }
    }

    /// A picture, but for the offsets, which may look like anything.
    fn picture(&mut self, what: &str, picture: &Picture) {
        let text = picture.to_string();
        let lines = text.lines().map(|line| line.get(4..).unwrap_or_default());
        self.text(what, &lines.collect::<Vec<_>>().join("\n"));
    }

    fn debug(&mut self, what: &str, value: &dyn Debug) {
        self.text(what, &format!("{value:?}"));
    }

    fn error(&mut self, what: &str, error: &(impl Debug + Display)) {
        self.debug(what, error);
        self.text(what, &error.to_string());
    }

    /// At least so many texts were shown, and none of them had a canary.
    fn finish(self, at_least: usize) {
        let first: Vec<&str> = self.leaks.iter().take(5).map(String::as_str).collect();
        assert!(
            self.leaks.is_empty(),
            "{}\n{}",
            self.leaks.len(),
            first.join("\n")
        );
        assert!(self.count >= at_least, "only {} texts", self.count);
    }
}

fn family(text: &str) -> Family {
    match nlgen::load(Source::new("made.yaml", text)) {
        Ok(model) => Family::new(model),
        Err(error) => panic!("{error}"),
    }
}

fn vault() -> Family {
    family(include_str!("../../tests/specs/vault.yaml"))
}

/// A request with the canary at each secret place.
fn request() -> Value {
    let lock = json!({ "id": 77, "code": KEY });
    json!({
        "name": "open", "word": WORD, "key": KEY, "pin": PIN, "words": [WORD, WORD], "pins": [PIN, PIN],
        "locks": [{ "0": lock }], "spare": [lock, lock], "hidden": { "text": WORD }, "kind": "dial",
        "lock": lock, "inner": { "lock": lock }, "by-floor": { "floor": 3, "id": 7, "code": KEY },
        "door": { "name": "door", "word": WORD }
    })
}

const FORCE: EncodeOptions = EncodeOptions { force: true };
const ID: u16 = 40;
const EVENT: u8 = 2;

/// Messages with the canary: requests, replies, events; with a format that the spec does not have.
fn messages(vault: &Family) -> Vec<Vec<u8>> {
    let get = vault.operation("get").unwrap();
    let header = |flags| MessageHeader {
        kind: ID,
        flags,
        seq: 7,
        port_id: 9,
        ..MessageHeader::default()
    };
    let mut other = request();
    other["kind"] = json!("nothing-that-is-known");
    other["lock"] = json!(KEY);
    other["inner"] = json!({ "lock": KEY });
    let mut empty = request();
    empty["kind"] = json!("none");
    empty["lock"] = json!(KEY);
    empty["inner"] = json!({ "lock": KEY });
    let mut all = Vec::new();
    let modes = [&[Mode::Do, Mode::Dump][..], &[Mode::Do], &[Mode::Do]];
    for (value, modes) in [request(), other, empty].into_iter().zip(modes) {
        for mode in modes.iter().copied() {
            let asked = get.message(mode, header(0), &value, FORCE).unwrap();
            let mut told = asked.clone();
            // No request: a reply, and an event.
            told[6..8].copy_from_slice(&flags::MULTI.to_ne_bytes());
            let mut event = told.clone();
            event[8..16].fill(0);
            event[16] = EVENT;
            all.extend([asked, told, event]);
        }
    }
    all
}

/// Where the lengths of the attributes of a message are, however deep.
fn lengths(picture: &Picture) -> Vec<usize> {
    fn collect(pieces: &[nlgen_dynamic::Piece], found: &mut Vec<usize>) {
        for piece in pieces {
            if piece.len == 4 && piece.kind.contains("byte") {
                found.push(piece.offset);
            }
            collect(&piece.children, found);
        }
    }
    let mut found = Vec::new();
    collect(picture.pieces(), &mut found);
    found
}

/// A message as it is, cut, and with each of its lengths spoilt.
fn spoilt(vault: &Family, whole: &[u8]) -> Vec<Vec<u8>> {
    let mut all = vec![whole.to_vec()];
    // Every length up to the first attributes, and then each fifth.
    let cut = (1..whole.len()).filter(|len| *len < 64 || len % 5 == 0);
    all.extend(cut.map(|len| whole[..len].to_vec()));
    let mut change = |at: usize, bytes: &[u8]| {
        let mut changed = whole.to_vec();
        changed[at..at + bytes.len()].copy_from_slice(bytes);
        all.push(changed);
    };
    for len in [0, 16, 19, 20, 21, 24, 40, 61, 1 << 16, u32::MAX] {
        change(0, &u32::to_ne_bytes(len));
    }
    let mut reader = Reader::new();
    reader.assume(vault);
    let picture = reader.explain(GENERIC, whole, DecodeOptions::default());
    for at in lengths(&picture) {
        let was = u16::from_ne_bytes([whole[at], whole[at + 1]]);
        for len in [
            0,
            3,
            4,
            5,
            6,
            8,
            was - 1,
            was.saturating_sub(5),
            was + 1,
            was + 4,
            4000,
        ] {
            change(at, &len.to_ne_bytes());
        }
    }
    // Commands and families that nobody knows.
    change(16, &[99]);
    change(4, &[99, 99]);
    // An error that echoes it, whole and with too small a length, with and without its attributes.
    for (said, bits) in [
        (whole.len(), 0),
        (40, 0),
        (8, 0),
        (whole.len(), flags::ACK_TLVS),
        (40, flags::ACK_TLVS),
    ] {
        let mut echo = whole.to_vec();
        echo[..4].copy_from_slice(&u32::try_from(said).unwrap().to_ne_bytes());
        let header = MessageHeader {
            len: u32::try_from(20 + echo.len()).unwrap(),
            kind: control::ERROR,
            flags: bits,
            ..MessageHeader::default()
        };
        let mut error = Vec::new();
        header.write(&mut error);
        error.extend((-22i32).to_ne_bytes());
        error.extend(echo);
        all.push(error);
    }
    all
}

/// Everything that the crate makes of a datagram.
fn show(shown: &mut Shown, mut reader: Reader<'_>, datagram: &[u8]) {
    let options = DecodeOptions::default();
    let picture = reader.clone().explain(GENERIC, datagram, options);
    shown.picture("Picture", &picture);
    // Zeros are in place of what is hidden.
    shown.debug("Picture", &picture);
    for decoded in reader.clone().decode_datagram(GENERIC, datagram, options) {
        if let Some(Err(malformed)) = &decoded.value {
            shown.error("Malformed", malformed);
            shown.text("Malformed", &malformed.partial.to_string());
            for problem in &malformed.problems {
                shown.error("Problem", problem);
            }
        }
        shown.debug("Decoded", &decoded.header);
    }
    let recognized = reader.recognize(GENERIC, datagram);
    for message in recognized.messages() {
        if let Some(value) = message.decode(options) {
            shown.debug("Recognized", &value);
        }
    }
    let picture = reader.picture(&recognized, options).with_bytes(datagram);
    shown.picture("Picture", &picture);
    // The body alone, as of a message that is known.
    let known = recognized
        .messages()
        .first()
        .and_then(|message| message.known);
    if let (Some(known), Some(bytes)) = (known, datagram.get(20..)) {
        shown.picture("Body", &known.body.explain(bytes, options));
        shown.debug("Body", &known.body.decode(bytes, options));
    }
}

#[test]
fn messages_show_no_secret() {
    let vault = vault();
    let mut learned = Reader::new();
    learned.add(&vault);
    learned.learn(ID, "vault");
    let mut assumed = Reader::new();
    assumed.assume(&vault);
    let mut shown = Shown::default();
    for whole in messages(&vault) {
        for datagram in spoilt(&vault, &whole) {
            show(&mut shown, learned.clone(), &datagram);
            show(&mut shown, assumed.clone(), &datagram);
        }
        // With the whole spec in it.
        let mut reader = learned.clone();
        let recognized = reader.recognize(GENERIC, &whole);
        shown.debug("Known", &recognized.messages()[0].known);
        shown.debug("Recognized", &recognized.messages()[0]);
        shown.debug("Datagram", &recognized);
        shown.debug(
            "Decoded",
            &learned
                .clone()
                .decode_datagram(GENERIC, &whole, DecodeOptions::default()),
        );
        shown.debug("Reader", &reader);
        // Two in a datagram, the first with a length that is too small.
        let mut two = [whole.clone(), whole.clone()].concat();
        two[..4].copy_from_slice(&40u32.to_ne_bytes());
        show(&mut shown, learned.clone(), &two);
    }
    shown.finish(10_000);
}

/// Whoever asks for them gets them, from the same messages; what is not secret is always there.
#[test]
fn secrets_are_shown_by_choice() {
    let vault = vault();
    let mut reader = Reader::new();
    reader.assume(&vault);
    let options = DecodeOptions {
        secrets: true,
        ..DecodeOptions::default()
    };
    let whole = &messages(&vault)[0];
    let picture = reader.clone().explain(GENERIC, whole, options).to_string();
    let value = reader.clone().decode_datagram(GENERIC, whole, options);
    let value = value[0].value.clone().unwrap().unwrap();
    assert_eq!(value, {
        let mut all = request();
        all["locks"] = json!([{ "0": { "id": 77, "code": KEY } }]);
        all
    });
    assert_eq!(picture.matches(WORD).count(), 5, "{picture}");
    assert!(!picture.contains("<secret>"), "{picture}");
    let open = reader
        .clone()
        .explain(GENERIC, whole, DecodeOptions::default());
    let open = open.to_string();
    assert_eq!(open.matches("\"door\"").count(), 1, "{open}");
    assert!(open.matches("<secret>").count() >= 10, "{open}");
}

/// A request as it may be shown: its shape, which refusals point into.
#[test]
fn requests_without_their_secrets() {
    let vault = vault();
    let body = vault.operation("get").unwrap().request(Mode::Do).unwrap();
    let lock = json!({ "id": 77, "code": "<secret>" });
    let expected = json!({
        "name": "open", "word": "<secret>", "key": "<secret>", "pin": "<secret>",
        "words": ["<secret>", "<secret>"], "pins": ["<secret>", "<secret>"], "locks": [{ "0": lock }],
        "spare": [lock, lock], "hidden": { "text": "<secret>" }, "kind": "dial", "lock": lock,
        "inner": { "lock": lock }, "by-floor": { "floor": 3, "id": 7, "code": "<secret>" },
        "door": { "name": "door", "word": "<secret>" }
    });
    assert_eq!(body.without_secrets(&request()), expected);
    // By its number, and nests as bytes.
    let forced = json!({
        "UnknownAttr(3)": KEY, "UnknownAttr(999)": "00", "locks": KEY, "lock": KEY, "spare": [KEY],
        "inner": { "lock": KEY }
    });
    let mut shown = Shown::default();
    let masked = body.without_secrets(&forced);
    shown.text("forced", &masked.to_string());
    assert_eq!(masked["UnknownAttr(999)"], "00");
    for value in [
        json!(null),
        json!([]),
        json!({}),
        json!("x"),
        json!({ "word": {} }),
    ] {
        let _ = body.without_secrets(&value);
    }
    assert_eq!(
        body.without_secrets(&json!({ "word": {}, "words": [] }))["word"],
        "<secret>"
    );
    shown.finish(1);
}

/// A secret of each kind.
const KINDS: &str = "
name: kinds
definitions:
  - { name: colour, type: enum, entries: [ red, green ] }
  - { name: caps, type: flags, entries: [ read, write ] }
  - name: pair
    type: struct
    members: [ { name: left, type: u32 }, { name: right, type: u16 } ]
sub-messages:
  - name: made
    formats: [ { value: made, attribute-set: inner } ]
attribute-sets:
  - name: inner
    attributes: [ { name: id, type: u32 } ]
  - name: kinds
    attributes:
      - { name: u8, type: u8, secret: true }
      - { name: ranged, type: u32, secret: true, checks: { min: 5, max: 9 } }
      - { name: sint, type: sint, secret: true }
      - { name: hex, type: u32, display-hint: hex, secret: true }
      - { name: enum, type: u32, enum: colour, secret: true }
      - { name: flags, type: u32, enum: caps, secret: true }
      - { name: masked, type: u32, enum: caps, checks: { flags-mask: caps }, secret: true }
      - { name: bits, type: bitfield32, enum: caps, secret: true }
      - { name: flag, type: flag, secret: true }
      - { name: string, type: string, secret: true, checks: { max-len: 3, min-len: 2 } }
      - { name: binary, type: binary, secret: true, checks: { exact-len: 3 } }
      - { name: mac, type: binary, display-hint: mac, secret: true }
      - { name: uuid, type: binary, display-hint: uuid, secret: true }
      - { name: ipv4, type: u32, byte-order: big-endian, display-hint: ipv4, secret: true }
      - { name: ipv6, type: binary, display-hint: ipv6, checks: { exact-len: 16 }, secret: true }
      - { name: scalars, type: binary, sub-type: u16, secret: true }
      - { name: struct, type: binary, struct: pair, secret: true }
      - { name: nest, type: nest, nested-attributes: inner, secret: true }
      - { name: array, type: indexed-array, sub-type: nest, nested-attributes: inner, secret: true }
      - { name: numbers, type: indexed-array, sub-type: u32, secret: true }
      - { name: keyed, type: nest-type-value, type-value: [ node ], nested-attributes: inner, secret: true }
      - { name: many, type: u16, multi-attr: true, secret: true }
      - { name: selector, type: string, secret: true }
      - { name: sub, type: sub-message, sub-message: made, selector: selector, secret: true }
      - { name: open, type: sub-message, sub-message: made, selector: selector }
operations:
  list:
    - name: get
      attribute-set: kinds
      do: { request: { attributes: [ u8, ranged, sint, hex, enum, flags, masked, bits, flag, string, binary, mac,
            uuid, ipv4, ipv6, scalars, struct, nest, array, numbers, keyed, many, selector, sub, open ] } }
";

#[test]
fn errors_of_values_do_not_quote_them() {
    let kinds = family(KINDS);
    let get = kinds.operation("get").unwrap();
    let body = get.request(Mode::Do).unwrap();
    let values = [
        json!(WORD),
        json!(format!("{WORD}{WORD}{WORD}{WORD}{WORD}")),
        json!(KEY),
        json!(format!("{KEY}0")),
        json!(PIN),
        json!(u64::from(PIN) << 32 | u64::from(PIN)),
        json!(-i64::from(PIN)),
        json!(f64::from(PIN) + 0.5),
        json!([WORD]),
        json!([PIN, WORD, KEY]),
        json!({ WORD: 1 }),
        json!({ "id": WORD }),
        json!({ "id": { WORD: WORD } }),
        json!({ "left": WORD, WORD: 1 }),
        json!({ "right": u64::from(PIN) }),
        json!({ "node": WORD, "id": 1 }),
        json!({ "node": 1, "id": WORD }),
        json!({ "node": 1, WORD: WORD }),
        json!({ "hex": WORD }),
        json!({ "hex": KEY }),
        json!({ "value": WORD, "selector": WORD }),
        json!({ "value": [WORD], "selector": PIN }),
        json!([{ WORD: WORD }]),
        json!([{ "0": WORD }]),
        json!([{ "0": { "id": WORD } }]),
        json!([{ "id": WORD }]),
        json!(format!("{WORD}\0{WORD}")),
        json!(format!("{WORD}|{WORD}")),
        json!(true),
        json!(null),
    ];
    let mut shown = Shown::default();
    let mut refused = 0;
    for attribute in body.attributes() {
        for value in &values {
            let selector = json!(WORD);
            let mut request = json!({ "selector": selector });
            request[&attribute.name] = value.clone();
            for options in [EncodeOptions::default(), FORCE] {
                if let Err(problem) = body.encode(&request, options) {
                    refused += 1;
                    shown.error(&attribute.name, &problem);
                    shown.debug(&attribute.name, &problem.steps().collect::<Vec<_>>());
                }
                for at in [0, 4, 8, 12, 20] {
                    let place = body.place(&request, options, at).unwrap_or_default();
                    // Keys that are no names of the spec are only in what is refused.
                    if body.encode(&request, options).is_ok() {
                        shown.text("path", &path(&place));
                    }
                }
            }
            // By themselves, and in the request as it may be shown.
            let masked = body.without_secrets(&request);
            if !has_key(value) && attribute.secret {
                shown.text(&attribute.name, &masked.to_string());
            }
        }
    }
    assert!(refused > 500, "{refused}");
    shown.finish(2000);
}

/// Whether the canary is the name of a key: names are no values.
fn has_key(value: &Value) -> bool {
    match value {
        Value::Object(values) => values.contains_key(WORD) || values.values().any(has_key),
        Value::Array(items) => items.iter().any(has_key),
        _ => false,
    }
}

/// A secret in place of what holds it.
#[test]
fn a_secret_where_a_nest_belongs() {
    let vault = vault();
    let body = vault.operation("get").unwrap().request(Mode::Do).unwrap();
    let mut shown = Shown::default();
    for name in [
        "locks", "spare", "hidden", "lock", "inner", "by-floor", "door",
    ] {
        for value in [
            json!(WORD),
            json!(PIN),
            json!([WORD]),
            json!([PIN]),
            json!([[WORD]]),
            json!([{ "0": WORD }]),
        ] {
            let request = json!({ "kind": "dial", name: value });
            let problem = body.encode(&request, EncodeOptions::default()).unwrap_err();
            shown.error(name, &problem);
            shown.text(name, &body.without_secrets(&request).to_string());
        }
    }
    for value in [json!(WORD), json!([WORD]), json!(PIN)] {
        shown.error("all", &body.encode(&value, FORCE).unwrap_err());
    }
    shown.finish(100);
}

/// A request may stand where a name belongs.
#[test]
fn a_request_is_no_name() {
    let vault = vault();
    let mut shown = Shown::default();
    for text in [
        request().to_string(),
        format!("[{WORD:?}]"),
        format!("key={WORD}"),
        format!("word: {WORD:?}"),
        format!("{WORD}\n"),
        WORD.repeat(9),
    ] {
        shown.error("Unknown", &vault.operation(&text).unwrap_err());
        let body = vault.operation("get").unwrap().request(Mode::Do).unwrap();
        let problem = body
            .encode(&json!({ "inner": { &*text: 1 } }), FORCE)
            .unwrap_err();
        shown.text("Problem", problem.message());
    }
    shown.finish(18);
}

/// What is exported, and which of the tests above shows it. What holds no values of messages is marked so.
#[test]
fn every_public_type_is_tried() {
    const NO_VALUES: &str = "of a spec, or of the caller";
    let tried = [
        (
            "Body",
            "messages_show_no_secret, requests_without_their_secrets",
        ),
        ("Datagram", "messages_show_no_secret"),
        ("Decoded", "messages_show_no_secret"),
        ("DecodeOptions", NO_VALUES),
        ("EncodeOptions", NO_VALUES),
        ("Family", NO_VALUES),
        ("GENERIC", NO_VALUES),
        ("Known", "messages_show_no_secret"),
        ("Malformed", "messages_show_no_secret"),
        ("Mode", NO_VALUES),
        ("Notification", NO_VALUES),
        ("Operation", NO_VALUES),
        ("Picture", "messages_show_no_secret"),
        ("Piece", "messages_show_no_secret"),
        ("Problem", "errors_of_values_do_not_quote_them"),
        ("Reader", "messages_show_no_secret"),
        ("Recognized", "messages_show_no_secret"),
        ("Role", NO_VALUES),
        ("Step", "errors_of_values_do_not_quote_them"),
        ("Unknown", "a_request_is_no_name"),
        ("path", "errors_of_values_do_not_quote_them"),
    ];
    let lib = include_str!("../src/lib.rs");
    let uses = lib.lines().filter_map(|line| line.strip_prefix("pub use "));
    let mut exported: Vec<&str> = uses
        .flat_map(|line| line.split(['{', '}', ',', ';', ':']))
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    // The modules' names.
    exported.retain(|name| name.starts_with(char::is_uppercase) || *name == "path");
    exported.sort_unstable();
    let mut listed: Vec<&str> = tried.iter().map(|(name, _)| *name).collect();
    listed.sort_unstable();
    assert_eq!(
        exported, listed,
        "a new type is to be listed, with the test that shows it"
    );
    let own = include_str!("secrets.rs");
    for (name, by) in tried {
        for test in by.split(", ").filter(|_| by != NO_VALUES) {
            assert!(own.contains(&format!("fn {test}()")), "{name}: {test}");
        }
    }
}

/// Types that are only named above.
#[allow(dead_code, reason = "so that a renamed type is seen here")]
fn named(_: Body<'_>, _: Role) {}
