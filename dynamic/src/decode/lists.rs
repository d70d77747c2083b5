//! Lists inside one attribute: indexed arrays, and levels of numbers.

use nlgen::model::{Content, Set};
use nlgen_runtime::wire::Attrs;
use serde_json::{Map, Value};

use super::{Decoding, MAX_DEPTH, Scope, malformed};
use crate::{Step, secret};

impl Decoding<'_> {
    /// The entries of an indexed array. Those that are nests are in an object under their index, others only
    /// when that is asked for.
    pub(super) fn array(&mut self, scope: &Scope<'_>, inner: &Content, payload: &[u8]) -> Value {
        if scope.depth > MAX_DEPTH {
            let secret = self.secretive && secret::in_content(self.family, inner);
            return self.too_deep(payload, secret);
        }
        let mut items = Vec::new();
        let deeper = scope.deeper();
        let plain = !self.options.indices && !matches!(inner, Content::Nest(_));
        let mut attrs = Attrs::new(payload);
        loop {
            let left = attrs.as_bytes();
            match attrs.next_attr() {
                Ok(Some(entry)) => {
                    let value = self.inside(Step::Index(items.len()), |decoding| {
                        decoding.content(&deeper, inner, entry.payload())
                    });
                    items.push(match plain {
                        true => value,
                        false => {
                            let index = entry.kind().to_string();
                            Value::Object(Map::from_iter([(index, value)]))
                        }
                    });
                }
                Ok(None) => return Value::Array(items),
                Err(error) => {
                    let secret = self.secretive && secret::in_content(self.family, inner);
                    let rest = self.cut(&error, left, secret);
                    items.push(malformed(rest));
                    return Value::Array(items);
                }
            }
        }
    }

    /// Levels of numbers around attributes: an object for each way through them, alone if it is the only
    /// one.
    pub(super) fn keyed(
        &mut self,
        scope: &Scope<'_>,
        keys: &[String],
        set: &Set,
        payload: &[u8],
    ) -> Value {
        let mut entries = Vec::new();
        self.ways(scope, keys, set, payload, &Map::new(), &mut entries);
        match entries.len() {
            1 => entries.pop().unwrap_or_default(),
            _ => Value::Array(entries),
        }
    }

    fn ways(
        &mut self,
        scope: &Scope<'_>,
        keys: &[String],
        set: &Set,
        payload: &[u8],
        numbers: &Map<String, Value>,
        entries: &mut Vec<Value>,
    ) {
        let deeper = scope.deeper();
        let Some((key, rest)) = keys.split_first() else {
            let mut values = numbers.clone();
            match self.nest(&Scope::new(Some(set), payload, Some(&deeper))) {
                Value::Object(read) => values.extend(read),
                deep => {
                    values.insert(set.name.clone(), deep);
                }
            }
            return entries.push(Value::Object(values));
        };
        let mut attrs = Attrs::new(payload);
        loop {
            let left = attrs.as_bytes();
            match attrs.next_attr() {
                Ok(Some(level)) => {
                    let mut numbers = numbers.clone();
                    numbers.insert(key.clone(), Value::from(level.kind()));
                    let place = Step::Index(usize::from(level.kind()));
                    self.inside(place, |decoding| {
                        decoding.ways(&deeper, rest, set, level.payload(), &numbers, entries);
                    });
                }
                Ok(None) => return,
                Err(error) => {
                    let secret = self.holds_secrets(Some(set));
                    let rest = self.cut(&error, left, secret);
                    return entries.push(malformed(rest));
                }
            }
        }
    }
}
