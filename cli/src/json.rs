//! JSON as people write it: a key that is there twice is an error, and not the last one's value.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// A value whose objects have each key once.
#[derive(Debug)]
pub(crate) struct Strict(pub(crate) Value);

struct Reading;

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reading).map(Self)
    }
}

impl<'de> Visitor<'de> for Reading {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if map.contains_key(&name) {
                let name = Value::from(name);
                return Err(A::Error::custom(format!("the key {name} is there twice")));
            }
            let Strict(value) = members.next_value()?;
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_what_serde_json_reads() {
        for text in [
            "null",
            "true",
            "-5",
            "18446744073709551615",
            "1.5",
            "\"\\u0041\\ud83e\\udd80\"",
            "[1, [], {}]",
            "{ \"b\": 1, \"a\": { \"b\": [{ \"b\": 2 }, { \"b\": 3 }] } }",
        ] {
            let Strict(value) = serde_json::from_str(text).unwrap();
            let expected: Value = serde_json::from_str(text).unwrap();
            assert_eq!(value.to_string(), expected.to_string(), "{text}");
        }
        assert!(serde_json::from_str::<Strict>("{} {}").is_err());
        assert!(serde_json::from_str::<Strict>(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn a_key_is_there_once() {
        for (text, place) in [
            ("{ \"a\": 1, \"a\": 1 }", "line 1 column 13"),
            ("[{ \"a\": { \"b\": 1,\n\"b\": 2 } }]", "line 2 column 3"),
            ("{ \"a\": 1, \"\\u0061\": 1 }", "line 1 column 18"),
        ] {
            let error = serde_json::from_str::<Strict>(text).unwrap_err();
            let error = error.to_string();
            assert!(
                error.ends_with(&format!("is there twice at {place}")),
                "{error}"
            );
        }
    }
}
