//! What a message is in JSON, before a serializer takes it.

use std::borrow::Cow;
use std::collections::HashMap;

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
#[derive(Clone, Debug, Default)]
pub(super) struct Object {
    members: Vec<Member>,
    /// Where the first members are, by their names: of an object that has many.
    places: HashMap<Cow<'static, str>, usize>,
}

type Member = (Cow<'static, str>, Json);

/// Up to so many members are looked through one by one.
const FEW: usize = 32;

impl Object {
    /// An object of members whose names differ.
    pub(super) fn of(members: impl IntoIterator<Item = Member>) -> Self {
        Self {
            members: members.into_iter().collect(),
            places: HashMap::new(),
        }
    }

    /// How many members there are.
    pub(super) fn len(&self) -> usize {
        self.members.len()
    }

    fn place(&mut self, name: &str) -> Option<&mut Json> {
        let at = match self.members.len() {
            0..=FEW => self.members.iter().position(|(known, _)| known == name),
            _ => {
                let known = self.places.len();
                let more = self.members.iter().enumerate().skip(known);
                self.places
                    .extend(more.map(|(at, (name, _))| (name.clone(), at)));
                self.places.get(name).copied()
            }
        };
        let (_, value) = self.members.get_mut(at?)?;
        Some(value)
    }

    /// A member; the last one of a name counts.
    pub(super) fn set(&mut self, name: impl Into<Cow<'static, str>>, value: Json) {
        let name = name.into();
        match self.place(&name) {
            Some(place) => *place = value,
            None => self.members.push((name, value)),
        }
    }

    /// An entry of the list of this name.
    pub(super) fn push(&mut self, name: &'static str, value: Json) {
        match self.place(name) {
            Some(Json::List(items)) => items.push(value),
            Some(place) => *place = Json::List(vec![value]),
            None => self.members.push((name.into(), Json::List(vec![value]))),
        }
    }

    /// A member of which nobody knows whether it repeats.
    pub(super) fn add(&mut self, name: String, value: Json) {
        match self.place(&name) {
            None => self.members.push((name.into(), value)),
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
            .into_iter()
            .partition(|(member, _)| self.place(member).is_some());
        if !doubled.is_empty() {
            merged.push((name.into(), Json::Object(Self::of(doubled))));
        }
        let mut merged = Self::of(merged);
        for (name, value) in self {
            merged.set(name, value);
        }
        merged
    }
}

impl IntoIterator for Object {
    type Item = Member;
    type IntoIter = std::vec::IntoIter<Member>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter()
    }
}

/// How it finds its members makes no difference.
impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.members == other.members
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
        out.collect_map(self.members.iter().map(|(name, value)| (name, value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_finds_its_members_few_or_many() {
        for count in [FEW - 1, FEW, FEW + 1, 1000] {
            let mut object = Object::default();
            let name = |at: usize| format!("UnknownAttr({at})");
            for at in 0..count {
                object.add(name(at), Json::Unsigned(1));
            }
            // Each a second time: a list in the place of the first.
            for at in (0..count).rev() {
                object.add(name(at), Json::Unsigned(2));
            }
            object.set("last", Json::Bool(true));
            object.set(name(0), Json::Bool(false));
            assert_eq!(object.len(), count + 1);
            let both = || Json::List(vec![Json::Unsigned(1), Json::Unsigned(2)]);
            let mut expected: Vec<Member> =
                (1..count).map(|at| (name(at).into(), both())).collect();
            expected.insert(0, (name(0).into(), Json::Bool(false)));
            expected.push(("last".into(), Json::Bool(true)));
            assert_eq!(object, Object::of(expected), "{count}");
        }
    }
}
