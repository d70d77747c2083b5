//! The feature `serde`: every message of every shipped spec serializes to the JSON that `nlgen-dynamic` reads
//! from the same bytes by the YAML. Random messages, in which every attribute, format and name comes up.
#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "../../dynamic/tests/messages/mod.rs"]
mod messages;
#[path = "../../dynamic/tests/random_json/mod.rs"]
mod random_json;

use std::any::type_name;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use nlgen::model::{self, Content};
use nlgen_dynamic::{DecodeOptions, EncodeOptions, Family};
use nlgen_runtime::wire::Attrs;
use nlgen_runtime::{Bitfield32, Decode, EventSet, MacAddr, Str};
use nlgen_tests::{Message, Visit, nlctrl};
use random_json::Random;
use serde_json::{Value, json};

/// Reads bytes as the type of a name, and keeps its JSON.
struct As<'n> {
    name: &'n str,
    read: Option<Value>,
}

impl Visit for As<'_> {
    fn message<'a, T: Message<'a>>(&mut self, bytes: &'a [u8]) -> Option<Vec<u8>> {
        let name = type_name::<T>().split('<').next();
        if name == Some(self.name) {
            let message = T::decode(bytes).unwrap();
            self.read = Some(serde_json::to_value(message).unwrap());
        }
        None
    }

    fn written<'a, T: Message<'a>>(&mut self, _bytes: &'a [u8]) {}
}

/// The attributes whose format an attribute of another set selects: the generated types hold their bytes.
fn unselected(family: &model::Family) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for set in &family.sets {
        for attr in &set.attributes {
            if let Content::SubMessage { selector, .. } = &attr.content
                && !set.attributes.iter().any(|attr| attr.name == *selector)
            {
                names.insert(attr.name.clone());
            }
        }
    }
    names
}

/// What differs, with its place.
fn differences(
    path: &str,
    typed: &Value,
    dynamic: &Value,
    bytes: &BTreeSet<String>,
) -> Vec<String> {
    match (typed, dynamic) {
        (Value::Object(left), Value::Object(right)) => {
            let names: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            let compared = names.into_iter().filter(|name| {
                let hex = left.get(*name).is_some_and(Value::is_string);
                !(hex && bytes.contains(*name))
            });
            let nothing = Value::Null;
            compared
                .flat_map(|name| {
                    let (left, right) = (left.get(name), right.get(name));
                    let (left, right) = (left.unwrap_or(&nothing), right.unwrap_or(&nothing));
                    differences(&format!("{path}.{name}"), left, right, bytes)
                })
                .collect()
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            let pairs = left.iter().zip(right).enumerate();
            pairs
                .flat_map(|(at, (left, right))| {
                    differences(&format!("{path}[{at}]"), left, right, bytes)
                })
                .collect()
        }
        (left, right) if left == right => Vec::new(),
        (left, right) => vec![format!("{path}: {left}, not {right}")],
    }
}

#[test]
fn messages_serialize_as_they_are_read_without_generated_code() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(specs).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let module = path
            .file_stem()
            .unwrap()
            .to_string_lossy()
            .replace('-', "_");
        let family = Family::new(nlgen::load(nlgen::read(&path).unwrap()).unwrap());
        let bytes_only = unselected(family.model());
        let mut random = Random::wild(family.model(), 8);
        for message in messages::messages(&family) {
            let ident = &family.model().message(message.id).ident;
            let name = format!("nlgen_tests::{module}::{ident}");
            for value in random.messages(message.id) {
                let bytes = message
                    .body
                    .encode(&value, EncodeOptions::default())
                    .unwrap();
                let dynamic = message
                    .body
                    .decode(&bytes, DecodeOptions::default())
                    .unwrap();
                let mut visit = As {
                    name: &name,
                    read: None,
                };
                nlgen_tests::messages_of(&module, &bytes, &mut visit);
                let typed = visit.read.unwrap_or_else(|| panic!("there is no {name}"));
                wrong.extend(differences(&name, &typed, &dynamic, &bytes_only));
                count += 1;
            }
        }
    }
    println!("{count} messages");
    let shown = wrong
        .iter()
        .take(20)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n");
    assert!(wrong.is_empty(), "{} differences\n{shown}", wrong.len());
    assert!(count > 1000, "{count} messages");
}

/// An attribute that says that it has `len` bytes.
fn attribute(len: u16, number: u16, payload: &[u8]) -> Vec<u8> {
    [&len.to_ne_bytes()[..], &number.to_ne_bytes(), payload].concat()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn events_and_values() {
    let name = attribute(8, 2, b"abc\0");
    let event = |command| {
        let event = nlctrl::Event::decode_event(command, &name).unwrap();
        serde_json::to_value(event).unwrap()
    };
    assert_eq!(
        event(1),
        json!({ "name": "newfamily", "msg": { "family-name": "abc" } })
    );
    assert_eq!(
        event(200),
        json!({ "name": "command 200", "msg": hex(&name) })
    );
    for (value, expected) in [
        (
            serde_json::to_value(MacAddr([2, 0, 0x5E, 0, 0, 1])),
            json!("02:00:5e:00:00:01"),
        ),
        (serde_json::to_value(Str::from("lo")), json!("lo")),
        (
            serde_json::to_value(Str::from_payload(&[0xFF])),
            json!({ "hex": "ff" }),
        ),
        (
            serde_json::to_value(Bitfield32 {
                value: 1,
                selector: 3,
            }),
            json!({ "value": 1, "selector": 3 }),
        ),
        (
            serde_json::to_value(nlgen_tests::exam::State::default()),
            json!("idle"),
        ),
    ] {
        assert_eq!(value.unwrap(), expected);
    }
}

/// Events of derives, in every shape that these have.
mod derived {
    use nlgen_macros::{Decode, Encode, EventSet, EventSets};
    use nlgen_runtime::wire::Attrs;

    #[derive(Debug, Encode, Decode)]
    pub(crate) struct Dev {
        #[nl(1)]
        pub(crate) ifindex: u32,
    }
    nlgen_runtime::serialize!(Dev);

    #[derive(Debug, EventSet)]
    #[nl(family = "exam")]
    pub(crate) enum Event<'a> {
        #[nl(command = 2)]
        Added(Box<Dev>),
        #[nl(command = 9)]
        Overheated,
        #[nl(other)]
        Other(u16, Attrs<'a>),
    }
    nlgen_runtime::events!(Event<'_>, {
        Added(dev) => "dev-add-ntf",
        Overheated => "overheated-ntf",
        ; Self::Other(command, attributes) => (*command, attributes.as_bytes())
    });

    #[derive(Debug, EventSet)]
    #[nl(family = "small")]
    pub(crate) enum Small {
        #[nl(command = 1)]
        Removed(Dev),
    }
    nlgen_runtime::events!(Small, { Removed(dev) => "dev-del-ntf", ; });

    #[derive(Debug, EventSets)]
    pub(crate) enum News<'a> {
        Event(Event<'a>),
        Small(Small),
    }
    nlgen_runtime::events!(News<'_>: Event, Small);
}

#[test]
fn derived_events_serialize() {
    use derived::{Event, News, Small};
    use nlgen_runtime::EventSet;
    let ifindex = attribute(8, 1, &7u32.to_ne_bytes());
    for (command, expected) in [
        (2, json!({ "name": "dev-add-ntf", "msg": { "ifindex": 7 } })),
        (9, json!({ "name": "overheated-ntf", "msg": null })),
        (10, json!({ "name": "command 10", "msg": hex(&ifindex) })),
    ] {
        let event = Event::decode_event(command, &ifindex).unwrap();
        assert_eq!(serde_json::to_value(&event).unwrap(), expected);
        assert_eq!(serde_json::to_value(News::Event(event)).unwrap(), expected);
    }
    let removed = News::Small(Small::decode_event(1, &ifindex).unwrap());
    assert_eq!(
        serde_json::to_value(removed).unwrap(),
        json!({ "name": "dev-del-ntf", "msg": { "ifindex": 7 } })
    );
}

#[test]
fn malformed_nests_are_errors_with_their_place() {
    // ops { 1 { an attribute of 9 bytes where 4 are left } }
    let bytes = attribute(12, 6, &attribute(8, 1, &attribute(9, 1, &[])));
    assert!(Attrs::new(&bytes).all(|attr| attr.is_ok()));
    let reply = nlctrl::GetfamilyReply::decode(&bytes).unwrap();
    let error = serde_json::to_string(&reply).unwrap_err().to_string();
    assert!(error.contains("ops"), "{error}");
    assert!(error.contains("9 bytes where 4 are left"), "{error}");
}
