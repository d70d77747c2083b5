//! Payloads that hold no attributes.

use nlgen::model::{Content, Enum, Family, Int, Meaning};
use nlgen_runtime::wire::{Attr, DecodeAs, Natural, Reason};
use nlgen_runtime::{AnyAddr, DecodeError, Labels, Str};
use serde_json::{Map, Value, json};

use super::raw;
use crate::integer::{bit, read, read_entry};
use crate::text;

type Read = Result<Value, DecodeError>;

/// The value of a payload that is neither attributes nor a struct.
pub(crate) fn leaf(family: &Family, content: &Content, payload: &[u8]) -> Read {
    match content {
        Content::Flag => Ok(Value::Bool(true)),
        Content::Int(int, meaning) => match read(*int, payload) {
            Some(value) => Ok(number(family, *int, *meaning, value)),
            None => Err(DecodeError::new(wrong_length(*int, payload.len()))),
        },
        Content::String | Content::Text { .. } => Ok(string(payload)),
        Content::Labels => labels(payload),
        Content::AnyAddr => Ok(Value::from(AnyAddr::from(payload).to_string())),
        Content::Socket { .. } => text::socket(payload).map(Value::from),
        Content::Bytes { exact, hint } => match exact {
            Some(want) if *want != payload.len() => Err(length(*want, payload.len())),
            _ => Ok(Value::from(text::shown(payload, *hint))),
        },
        Content::Ipv4 => address(payload, &[4]),
        Content::Ipv6 => address(payload, &[16]),
        Content::Ip => address(payload, &[4, 16]),
        Content::Mac => match payload.len() {
            6 => Ok(Value::from(text::hex(payload, ":"))),
            got => Err(length(6, got)),
        },
        Content::Bitfield32(names) => match payload {
            [a, b, c, d, e, f, g, h] => {
                let parts = [("value", [*a, *b, *c, *d]), ("selector", [*e, *f, *g, *h])];
                let named = parts.map(|(part, bytes)| {
                    let bits = i128::from(u32::from_ne_bytes(bytes));
                    let value = match names {
                        Some(id) => flags(family.enumeration(*id), bits),
                        None => integer(bits),
                    };
                    (part.to_owned(), value)
                });
                Ok(Value::Object(Map::from_iter(named)))
            }
            _ => Err(length(8, payload.len())),
        },
        Content::Scalars(int) => scalars(*int, payload),
        _ => Ok(raw(payload)),
    }
}

/// An integer by its meaning.
fn number(family: &Family, int: Int, meaning: Meaning, value: i128) -> Value {
    match meaning {
        Meaning::Number => integer(value),
        Meaning::Hex => Value::from(text::hex_integer(value)),
        Meaning::Enum(id) => match read_entry(family.enumeration(id), int.repr(), value) {
            Some(entry) => Value::from(entry.name.as_str()),
            None => integer(value),
        },
        Meaning::Flags(id) => {
            let unsigned = nlgen::model::Repr {
                signed: false,
                ..int.repr()
            };
            flags(family.enumeration(id), unsigned.wrap(value))
        }
    }
}

/// The names of bits, and the mask of those that have none.
fn flags(names: &Enum, bits: i128) -> Value {
    let mut rest = bits;
    let mut list = Vec::new();
    for entry in &names.entries {
        let mask = bit(entry.value);
        if bits & mask != 0 {
            list.push(Value::from(entry.name.as_str()));
            rest &= !mask;
        }
    }
    if rest != 0 {
        list.push(integer(rest));
    }
    Value::Array(list)
}

/// An integer of at most 64 bits.
fn integer(value: i128) -> Value {
    match u64::try_from(value) {
        Ok(value) => Value::from(value),
        Err(_) => i64::try_from(value).map_or_else(|_| Value::from(value.to_string()), Value::from),
    }
}

/// Text up to its NUL; an object with its bytes if it is not UTF-8.
fn string(payload: &[u8]) -> Value {
    let text = Str::from_payload(payload);
    match text.to_str() {
        Ok(text) => Value::from(text),
        Err(_) => {
            let bytes = ("hex".to_owned(), raw(text.as_bytes()));
            Value::Object(Map::from_iter([bytes]))
        }
    }
}

/// The labels with slashes between them; a list of entries where those have more.
fn labels(payload: &[u8]) -> Read {
    let labels = <Natural as DecodeAs<Labels<'_>>>::read(&Attr::of_payload(payload))?;
    if labels.is_plain() {
        return Ok(Value::from(labels.to_string()));
    }
    let entries = labels.iter().map(|entry| {
        json!({
            "label": entry.label,
            "tc": entry.traffic_class,
            "bottom": entry.bottom,
            "ttl": entry.ttl,
        })
    });
    Ok(entries.collect())
}

fn address(payload: &[u8], lengths: &[usize]) -> Read {
    let fits = lengths.contains(&payload.len());
    match text::address(payload).filter(|_| fits) {
        Some(address) => Ok(Value::from(address.to_string())),
        None => Err(match lengths {
            [want] => length(*want, payload.len()),
            _ => DecodeError::new(Reason::IpLength { got: payload.len() }),
        }),
    }
}

fn scalars(int: Int, payload: &[u8]) -> Read {
    let size = usize::from(int.bytes.max(1));
    if !payload.len().is_multiple_of(size) {
        let got = payload.len();
        return Err(DecodeError::new(Reason::Multiple { of: size, got }));
    }
    let items = payload.chunks(size).filter_map(|item| read(int, item));
    Ok(Value::Array(items.map(integer).collect()))
}

fn wrong_length(int: Int, got: usize) -> Reason {
    match int.bytes {
        0 => Reason::AutoLength { got },
        bytes => Reason::Length {
            want: bytes.into(),
            got,
        },
    }
}

fn length(want: usize, got: usize) -> DecodeError {
    DecodeError::new(Reason::Length { want, got })
}
