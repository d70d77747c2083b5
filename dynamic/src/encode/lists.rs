//! Lists inside one attribute: indexed arrays, and levels of numbers.

use nlgen::model::{Checks, Content, Set};
use nlgen_runtime::wire::{Encoder, NESTED, TYPE_MASK};
use serde_json::{Map, Value};

use super::{Done, Encoding, Scope, sound};
use crate::{Problem, Step};

impl Encoding<'_> {
    /// Writes the entries of a list one by one. A problem tells the entry's place.
    pub(super) fn each(&self, items: &[Value], mut write: impl FnMut(&Value) -> Done) -> Done {
        let mut items = items.iter().enumerate();
        items.try_for_each(|(place, item)| self.at(place, || write(item)))
    }

    /// The entries of an indexed array. An entry's index is its place, from 0, unless the entry is an
    /// object with the index as its only key.
    pub(super) fn array(
        &self,
        scope: &Scope<'_>,
        inner: &Content,
        checks: &Checks,
        value: &Value,
        out: &mut Encoder<'_>,
    ) -> Done {
        let Value::Array(items) = value else {
            return Err(Problem::wants("a list", value));
        };
        let nest = match inner {
            Content::Nest(_) | Content::Keyed { .. } | Content::Array(_) => NESTED,
            _ => 0,
        };
        for (place, item) in items.iter().enumerate() {
            let named = self.indexed(inner, item);
            let (index, item) = match named {
                Some((index, item)) => (Some(index), item),
                None => (u16::try_from(place).ok(), item),
            };
            let index = index
                .filter(|index| index & !TYPE_MASK == 0)
                .ok_or_else(|| Problem::of_spec("an index is from 0 to 16383").at(place))?;
            self.at(place, || {
                let mut write = || {
                    self.put(index | nest, out, |out| {
                        self.payload(scope, inner, checks, item, out)
                    })
                };
                match named {
                    Some(_) => self.inside(|| Step::Name(index.to_string()), write),
                    None => write(),
                }
            })?;
        }
        sound(out)
    }

    /// The parts of `{"INDEX": value}`.
    fn indexed<'v>(&self, inner: &Content, item: &'v Value) -> Option<(u16, &'v Value)> {
        let Value::Object(parts) = item else {
            return None;
        };
        let (name, value) = parts.iter().next().filter(|_| parts.len() == 1)?;
        // Nothing keeps a set from having an attribute called `1`.
        let own = match inner {
            Content::Nest(set) => {
                let mut attributes = self.family.set(*set).attributes.iter();
                attributes.any(|attr| attr.name == *name)
            }
            Content::Struct(id) => {
                let mut members = self.family.structure(*id).members.iter();
                members.any(|member| member.name == *name)
            }
            _ => false,
        };
        let digits = !own && name.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| name.parse().ok().map(|index| (index, value)))?
    }

    /// Levels of numbers around attributes: an object that has the numbers by the names of the levels
    /// beside the attributes, or a list of such objects.
    pub(super) fn keyed(
        &self,
        scope: &Scope<'_>,
        keys: &[String],
        set: &Set,
        value: &Value,
        out: &mut Encoder<'_>,
    ) -> Done {
        match value {
            Value::Array(items) => {
                self.each(items, |item| self.keyed_entry(scope, keys, set, item, out))
            }
            one => self.keyed_entry(scope, keys, set, one, out),
        }
    }

    fn keyed_entry(
        &self,
        scope: &Scope<'_>,
        keys: &[String],
        set: &Set,
        value: &Value,
        out: &mut Encoder<'_>,
    ) -> Done {
        let Value::Object(parts) = value else {
            let wanted = format!(
                "an object with {} and attributes of `{}`",
                keys.join(", "),
                set.name
            );
            return Err(Problem::wants(&wanted, value));
        };
        let mut numbers = Vec::new();
        for key in keys {
            let number = match parts.get(key) {
                None => Err(Problem::of_spec(format!(
                    "`{key}` is missing, the number of a level"
                ))),
                Some(value) => {
                    let number = value.as_u64().and_then(|number| u16::try_from(number).ok());
                    let number = number.filter(|number| number & !TYPE_MASK == 0);
                    number.ok_or_else(|| {
                        Problem::wants("a number from 0 to 16383", value).within(key)
                    })
                }
            };
            numbers.push(number?);
        }
        let rest: Map<String, Value> = parts
            .iter()
            .filter(|(name, _)| !keys.contains(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        self.levels(scope, &numbers, set, &Value::Object(rest), out)
    }

    fn levels(
        &self,
        scope: &Scope<'_>,
        numbers: &[u16],
        set: &Set,
        value: &Value,
        out: &mut Encoder<'_>,
    ) -> Done {
        match numbers.split_first() {
            None => self.nest(scope, set, value, out),
            Some((number, rest)) => self.put(number | NESTED, out, |out| {
                self.levels(scope, rest, set, value, out)
            }),
        }
    }
}
