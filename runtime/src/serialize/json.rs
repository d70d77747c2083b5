//! What a message is in JSON, before a serializer takes it.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

/// A value of JSON.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Text(Cow<'static, str>),
    List(Vec<Self>),
    Object(Object),
}

/// The members of an object, in the order of the message.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Object(pub(super) Vec<(Cow<'static, str>, Json)>);

impl Object {
    fn place(&mut self, name: &str) -> Option<&mut Json> {
        let mut members = self.0.iter_mut();
        members
            .find(|(known, _)| known == name)
            .map(|found| &mut found.1)
    }

    /// A member; the last one of a name counts.
    pub(super) fn set(&mut self, name: impl Into<Cow<'static, str>>, value: Json) {
        let name = name.into();
        match self.place(&name) {
            Some(place) => *place = value,
            None => self.0.push((name, value)),
        }
    }

    /// An entry of the list of this name.
    pub(super) fn push(&mut self, name: &'static str, value: Json) {
        match self.place(name) {
            Some(Json::List(items)) => items.push(value),
            Some(place) => *place = Json::List(vec![value]),
            None => self.0.push((name.into(), Json::List(vec![value]))),
        }
    }

    /// A member of which nobody knows whether it repeats.
    pub(super) fn add(&mut self, name: String, value: Json) {
        match self.place(&name) {
            None => self.0.push((name.into(), value)),
            Some(Json::List(items)) => items.push(value),
            Some(first) => {
                let one = std::mem::replace(first, Json::Bool(false));
                *first = Json::List(vec![one, value]);
            }
        }
    }

    /// The members of a struct before these. One whose name is here already stands in an object of the
    /// struct's name.
    pub(super) fn behind(mut self, name: &'static str, members: Self) -> Self {
        let (doubled, mut merged): (Vec<_>, Vec<_>) = members
            .0
            .into_iter()
            .partition(|(member, _)| self.place(member).is_some());
        if !doubled.is_empty() {
            merged.push((name.into(), Json::Object(Self(doubled))));
        }
        let mut merged = Self(merged);
        for (name, value) in self.0 {
            merged.set(name, value);
        }
        merged
    }
}

impl Json {
    /// Bytes in hexadecimal, with `separator` in between.
    pub(super) fn hex(bytes: &[u8], separator: &str) -> Self {
        let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Self::Text(digits.join(separator).into())
    }

    pub(super) fn text(text: impl Into<Cow<'static, str>>) -> Self {
        Self::Text(text.into())
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(value) => out.serialize_bool(*value),
            Self::Unsigned(value) => out.serialize_u64(*value),
            Self::Signed(value) => match u64::try_from(*value) {
                Ok(value) => out.serialize_u64(value),
                Err(_) => out.serialize_i64(*value),
            },
            Self::Text(text) => out.serialize_str(text),
            Self::List(items) => out.collect_seq(items),
            Self::Object(object) => object.serialize(out),
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}
