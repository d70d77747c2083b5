//! Where the kernel's Python tool of Linux 6.12 is known to be wrong or to lack something.
//!
//! Each rule says what the tool must be given, or gives, instead. The test shows each of them to be needed at
//! every place where it applies: without it the tool's answer is another one.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use nlgen::model::{Content, EnumId, Family, Hint, Int, Meaning};
use nlgen_runtime::wire::{EncodeAs, Encoder, Natural};
use serde_json::{Value, json};

use super::message::hex;
use super::walk::{Header, Place};
use super::written::Written;

/// Which way a message goes through the tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// JSON to bytes.
    Encode,
    /// Bytes to JSON.
    Decode,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Encode => "JSON to bytes",
            Self::Decode => "bytes to JSON",
        })
    }
}

/// What a rule does with a value.
pub(crate) enum Change {
    /// Nothing.
    Keep,
    /// It is left out of the message, for both sides.
    Drop,
    /// The tool has this instead.
    Put(Value),
    /// The tool fails.
    Fail,
    /// The tool has what is inside beside it, unless something of that name is there.
    Spread,
    /// The tool has what is inside beside it, instead of anything of that name.
    SpreadOver,
}

/// A difference between the tool and us.
pub(crate) struct Rule {
    /// Where it shows.
    pub(crate) way: Way,
    /// What is wrong with the tool, or what it lacks.
    pub(crate) reason: &'static str,
    /// Whether it is about all that an attribute is repeated with, and not about each.
    pub(crate) lists: bool,
    /// What becomes of a value, as we spell it.
    pub(crate) change: fn(&Place, &Written, &Value) -> Change,
}

/// The rules, in the order in which they are applied to a value.
const RULES: &[Rule] = &[
    Rule {
        way: Way::Encode,
        reason: "indexed arrays cannot be encoded",
        lists: false,
        change: |place, _, _| match (place.attribute, place.content) {
            (Some(_), Content::Array(_)) => Change::Drop,
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Encode,
        reason: "nest-type-value cannot be encoded",
        lists: false,
        change: |place, _, _| match place.content {
            Content::Keyed { .. } => Change::Drop,
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Encode,
        reason: "lists of numbers in a binary cannot be encoded, only their bytes",
        lists: false,
        change: |place, _, value| match place.content {
            Content::Scalars(int) => Change::Put(numbers(int, value)),
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Encode,
        reason: "what is shown by a display hint is not read as it is shown",
        lists: false,
        change: |place, written, value| {
            let Some(text) = value.as_str() else {
                return Change::Keep;
            };
            match place.content {
                Content::Int(_, Meaning::Hex) => {
                    let digits = text.strip_prefix("0x").unwrap();
                    Change::Put(json!(u64::from_str_radix(digits, 16).unwrap()))
                }
                Content::Ipv4 | Content::Ipv6 | Content::Ip => match text.parse().unwrap() {
                    IpAddr::V4(address)
                        if place.attribute.is_none() || written.is_number(place) =>
                    {
                        Change::Put(json!(u32::from(address)))
                    }
                    IpAddr::V4(address) => Change::Put(bytes(address.octets())),
                    IpAddr::V6(address) => Change::Put(bytes(address.octets())),
                },
                // The tool reads bytes in hexadecimal, with blanks between them too.
                Content::Mac
                | Content::Bytes {
                    hint: Some(Hint::Mac | Hint::Uuid),
                    ..
                } if text.contains([':', '-']) => Change::Put(json!(text.replace([':', '-'], ""))),
                _ => Change::Keep,
            }
        },
    },
    Rule {
        way: Way::Encode,
        reason: "members of structs are not read by the names of their enum",
        lists: false,
        change: |place, _, value| match (place.attribute, place.content) {
            (None, Content::Int(_, meaning)) => number(place.family, *meaning, value),
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Encode,
        reason: "an attribute with the name of a member of the header before it cannot be sent",
        lists: false,
        change: |place, _, _| match place.header {
            Header::Shadows => Change::Drop,
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Encode,
        reason: "members of headers cannot be told apart from attributes",
        lists: false,
        change: |place, _, _| match place.header {
            Header::OfMessage | Header::OfSubMessage => Change::Spread,
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Decode,
        reason: "where an attribute and a member of the header have one name, one of them is lost",
        lists: false,
        change: |place, _, _| match place.header {
            Header::OfMessage => Change::SpreadOver,
            Header::OfSubMessage => Change::Spread,
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Encode,
        reason: "sint is tried in 4 bytes where 33 bits are needed, with the sign",
        lists: false,
        change: |place, _, value| match (place.content, value.as_i64()) {
            (Content::Int(int, _), Some(number))
                if int.bytes == 0
                    && int.signed
                    && i32::try_from(number).is_err()
                    && number.unsigned_abs() < 1 << 32 =>
            {
                Change::Fail
            }
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Encode,
        reason: "text is ASCII only",
        lists: false,
        change: |place, _, value| match (place.content, value) {
            (Content::String, Value::String(text)) if !text.is_ascii() => Change::Fail,
            // What is no text at all has no spelling.
            (Content::String, Value::Object(_)) => Change::Drop,
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Decode,
        reason: "text is ASCII only",
        lists: false,
        change: |place, _, value| match (place.content, value) {
            (Content::String, Value::String(text)) if text.is_ascii() => Change::Keep,
            (Content::String, _) => Change::Fail,
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Encode,
        reason: "flags without a name cannot stand beside others",
        lists: false,
        change: |place, _, value| match (place.content, value) {
            (Content::Int(_, Meaning::Flags(_)), Value::Array(flags))
                if place.attribute.is_some_and(|attribute| !attribute.multi)
                    && flags.iter().any(Value::is_number) =>
            {
                Change::Fail
            }
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Decode,
        reason: "values and flags without a name in their enum are refused",
        lists: false,
        change: |place, _, value| match (place.content, value) {
            (Content::Int(int, Meaning::Enum(_)), Value::Number(_)) if int.bytes != 0 => {
                Change::Fail
            }
            (Content::Int(int, Meaning::Flags(_)), Value::Array(flags))
                if int.bytes != 0 && flags.iter().any(Value::is_number) =>
            {
                Change::Fail
            }
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Decode,
        reason: "a selector behind what it selects is not found",
        lists: false,
        change: |place, _, _| match place.ahead {
            true => Change::Fail,
            false => Change::Keep,
        },
    },
    Rule {
        way: Way::Encode,
        reason: "what a subset says otherwise than its parent is ignored: no lists",
        lists: true,
        change: |place, written, value| match (value.as_array(), written.list_of_subset(place)) {
            (Some(values), true) if values.len() == 1 => Change::Put(values[0].clone()),
            (Some(_), true) => Change::Drop,
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Decode,
        reason: "what a subset says otherwise than its parent is ignored: the last of a list",
        lists: true,
        change: |place, written, value| match (value.as_array(), written.list_of_subset(place)) {
            (Some(values), true) => Change::Put(values.last().unwrap().clone()),
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Decode,
        reason: "uint and sint are not shown by the names of their enum",
        lists: false,
        change: |place, _, value| match (place.attribute, place.content) {
            (Some(_), Content::Int(int, meaning)) if int.bytes == 0 => {
                number(place.family, *meaning, value)
            }
            _ => Change::Keep,
        },
    },
];

/// The same of newer specs and of ours, which the driver translates as far as that is possible.
const NEWER: &[Rule] = &[
    Rule {
        way: Way::Encode,
        reason: "an array of any length that ends a struct is not in its language",
        lists: false,
        change: open_ended,
    },
    Rule {
        way: Way::Decode,
        reason: "an array of any length that ends a struct is not in its language",
        lists: false,
        change: open_ended,
    },
    Rule {
        way: Way::Encode,
        reason: "arrays in structs and addresses of sockets are bytes in its language",
        lists: false,
        change: as_bytes,
    },
    Rule {
        way: Way::Decode,
        reason: "arrays in structs and addresses of sockets are bytes in its language",
        lists: false,
        change: as_bytes,
    },
    Rule {
        way: Way::Decode,
        reason: "a selector outside the sub-message around it is not found",
        lists: false,
        change: |place, _, _| match place.beyond {
            true => Change::Fail,
            false => Change::Keep,
        },
    },
    Rule {
        way: Way::Encode,
        reason: "flags that are repeated are taken apart into one attribute for each flag",
        lists: false,
        change: |place, _, value| match (place.attribute, place.content) {
            (Some(attribute), Content::Int(_, meaning @ Meaning::Flags(_))) if attribute.multi => {
                number(place.family, *meaning, value)
            }
            _ => Change::Keep,
        },
    },
    Rule {
        way: Way::Decode,
        reason: "indexed arrays of numbers are not shown by the names of their enum",
        lists: false,
        change: |place, _, value| match (place.content, value) {
            (Content::Array(element), Value::Array(entries)) => match **element {
                Content::Int(_, meaning) => {
                    let number = |entry: &Value| match number(place.family, meaning, entry) {
                        Change::Put(number) => number,
                        _ => entry.clone(),
                    };
                    put(value, entries.iter().map(number).collect())
                }
                _ => Change::Keep,
            },
            _ => Change::Keep,
        },
    },
];

/// All rules, each with its place; those of newer specs only where `newer`.
pub(crate) fn rules(newer: bool) -> impl Iterator<Item = (usize, &'static Rule)> {
    let more = if newer { NEWER } else { &[] };
    RULES.iter().chain(more).enumerate()
}

/// Another value instead, if it is another one.
fn put(value: &Value, other: Value) -> Change {
    match *value == other {
        true => Change::Keep,
        false => Change::Put(other),
    }
}

/// The names of an enum's values or flags, as a number.
fn number(family: &Family, meaning: Meaning, value: &Value) -> Change {
    let entry = |id: EnumId, name: &Value| {
        let entries = &family.enumeration(id).entries;
        let entry = entries.iter().find(|entry| *name == json!(entry.name));
        entry.unwrap().value
    };
    match (meaning, value) {
        (Meaning::Enum(id), Value::String(_)) => Change::Put(json!(entry(id, value) as i64)),
        (Meaning::Flags(id), Value::Array(names)) => {
            let bits = names.iter().map(|name| match name.as_u64() {
                Some(bits) => bits,
                None => 1_u64 << entry(id, name),
            });
            Change::Put(json!(bits.fold(0, |all, bit| all | bit)))
        }
        _ => Change::Keep,
    }
}

/// A struct that ends in an array of any length, rows, and MPLS labels.
fn open_ended(place: &Place, _: &Written, _: &Value) -> Change {
    match place.content {
        Content::Struct(id) if place.family.structure(*id).tail().is_some() => Change::Drop,
        Content::Rows { .. } | Content::Labels => Change::Drop,
        _ => Change::Keep,
    }
}

/// Numbers of a fixed count in a struct, and the address of a socket.
fn as_bytes(place: &Place, _: &Written, value: &Value) -> Change {
    match (place.content, value) {
        (Content::Items { item, .. }, Value::Array(_)) => match &**item {
            Content::Int(int, Meaning::Number) => Change::Put(numbers(int, value)),
            _ => Change::Keep,
        },
        (Content::Socket { .. }, Value::String(text)) => {
            let mut out = Vec::new();
            let address: SocketAddr = text.parse().unwrap();
            Natural::append(&address, &mut Encoder::new(&mut out));
            Change::Put(bytes(out))
        }
        _ => Change::Keep,
    }
}

/// The bytes of a list of numbers.
fn numbers(int: &Int, value: &Value) -> Value {
    let numbers = value.as_array().unwrap();
    let size = usize::from(int.bytes);
    let all = numbers.iter().flat_map(|number| {
        let wide = number
            .as_i64()
            .map_or_else(|| number.as_u64().unwrap(), |n| n as u64);
        match cfg!(target_endian = "big") {
            true => wide.to_be_bytes()[8 - size..].to_vec(),
            false => wide.to_le_bytes()[..size].to_vec(),
        }
    });
    bytes(all)
}

fn bytes(bytes: impl IntoIterator<Item = u8>) -> Value {
    json!(hex(&bytes.into_iter().collect::<Vec<_>>()))
}
