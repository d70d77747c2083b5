//! Lists inside one attribute: indexed arrays, and levels of numbers.

use nlgen::model::{Content, Set};
use nlgen_runtime::Attrs;
use serde_json::{Map, Value};

use super::{Decoding, MAX_DEPTH, Scope};
use crate::Step;

impl Decoding<'_> {
    /// The entries of an indexed array. Those that are nests stand in an object under their index; others
    /// do unless the indices are 0, 1, 2 ….
    pub(super) fn array(&mut self, scope: &Scope<'_>, inner: &Content, payload: &[u8]) -> Value {
        if scope.depth > MAX_DEPTH {
            return self.too_deep(payload);
        }
        let mut items = Vec::new();
        let deeper = scope.deeper();
        for (place, entry) in Attrs::new(payload).enumerate() {
            match entry {
                Ok(entry) => {
                    let value = self.inside(Step::Index(place), |decoding| {
                        decoding.content(&deeper, inner, entry.payload())
                    });
                    items.push((entry.kind(), value));
                }
                Err(error) => self.wrong(&error),
            }
        }
        let in_order = items
            .iter()
            .enumerate()
            .all(|(place, (index, _))| usize::from(*index) == place);
        let plain = in_order && !matches!(inner, Content::Nest(_));
        let items = items.into_iter().map(|(index, value)| match plain {
            true => value,
            false => Value::Object(Map::from_iter([(index.to_string(), value)])),
        });
        Value::Array(items.collect())
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
        for level in Attrs::new(payload) {
            match level {
                Ok(level) => {
                    let mut numbers = numbers.clone();
                    numbers.insert(key.clone(), Value::from(level.kind()));
                    let place = Step::Index(usize::from(level.kind()));
                    self.inside(place, |decoding| {
                        decoding.ways(&deeper, rest, set, level.payload(), &numbers, entries);
                    });
                }
                Err(error) => self.wrong(&error),
            }
        }
    }
}
