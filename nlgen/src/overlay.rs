//! Overlays: small documents that correct or complete a spec without changing its file.
//!
//! An overlay has the shape of the spec. Mappings are merged key by key. In lists, an item with the
//! `name` (in formats of sub-messages the `value`) of one in the spec is merged into that one, any
//! other is added; `{ drop: NAME }` takes the item NAME out. Everything else replaces what was there.
//!
//! ```yaml
//! # rt-route.overlay.yaml
//! name: rt-route
//! attribute-sets:
//!   - name: route-attrs
//!     attributes:
//!       - { name: sport, byte-order: big-endian }
//! operations:
//!   list:
//!     - name: getroute
//!       do: { request: { attributes: [ { drop: table } ] } }
//! ```

use std::borrow::Cow;
use std::collections::HashMap;

use crate::diagnostic::{Code, Problem};
use crate::span::{At, Span};
use crate::yaml::{Node, Value};

/// For how many names that are not there others are suggested.
const MOST_SUGGESTIONS: usize = 20;

/// Lays `overlay` over `base`. What does not fit is a problem, and left out.
pub(crate) fn apply(base: &mut Node, overlay: Node, problems: &mut Vec<Problem>) {
    if let (Some(spec), Some(name)) = (name_of(base), name_of(&overlay))
        && spec != name
    {
        let message = format!("this overlay is for `{name}`, and the spec is `{spec}`");
        problems.push(Problem::new(
            Code::Overlay,
            place_of_name(&overlay),
            message,
        ));
        return;
    }
    merge(base, overlay, problems);
}

fn merge(base: &mut Node, overlay: Node, problems: &mut Vec<Problem>) {
    match (&mut base.value, overlay.value) {
        (Value::Map(entries), Value::Map(more)) => merge_maps(entries, more, problems),
        (Value::List(items), Value::List(more)) => {
            let mut list = List::of(std::mem::take(items));
            for item in more {
                list.merge(item, problems);
            }
            *items = list.items.into_iter().flatten().collect();
        }
        (_, value) => {
            base.value = value;
            base.span = overlay.span;
        }
    }
}

fn merge_maps(
    entries: &mut Vec<(At<String>, Node)>,
    more: Vec<(At<String>, Node)>,
    problems: &mut Vec<Problem>,
) {
    let mut places: HashMap<String, usize> = HashMap::new();
    for (place, (key, _)) in entries.iter().enumerate() {
        places.entry(key.value.clone()).or_insert(place);
    }
    for (key, value) in more {
        let place = places.get(&key.value).copied();
        match place.and_then(|place| entries.get_mut(place)) {
            Some((_, known)) => merge(known, value, problems),
            None => {
                places.insert(key.value.clone(), entries.len());
                entries.push((key, value));
            }
        }
    }
}

/// A list that is being merged. What is taken out leaves its place empty.
struct List {
    items: Vec<Option<Node>>,
    /// Where the items of each name are, in the order of the list.
    places: HashMap<String, Vec<usize>>,
}

impl List {
    fn of(items: Vec<Node>) -> Self {
        let mut new = Self {
            items: Vec::with_capacity(items.len()),
            places: HashMap::new(),
        };
        for item in items {
            new.push(item);
        }
        new
    }

    fn push(&mut self, item: Node) {
        if let Some(name) = name_of(&item) {
            let places = self.places.entry(name.into_owned()).or_default();
            places.push(self.items.len());
        }
        self.items.push(Some(item));
    }

    fn merge(&mut self, item: Node, problems: &mut Vec<Problem>) {
        if let Some((name, span)) = dropped(&item) {
            self.drop(&name, span, problems);
            return;
        }
        let name = name_of(&item);
        let places = name.and_then(|name| self.places.get(&*name));
        let place = places.and_then(|places| places.first().copied());
        match place.and_then(|place| self.items.get_mut(place)) {
            Some(Some(known)) => merge_into(known, item, problems),
            _ => self.push(item),
        }
    }

    fn drop(&mut self, name: &str, span: Span, problems: &mut Vec<Problem>) {
        if let Some(places) = self.places.remove(name) {
            for place in places {
                if let Some(item) = self.items.get_mut(place) {
                    *item = None;
                }
            }
            return;
        }
        let message = format!("there is no `{name}` to drop");
        let problem = Problem::new(Code::Overlay, span, message);
        // Comparing with all names takes long; who has many wrong ones has another problem.
        problems.push(match problems.len() < MOST_SUGGESTIONS {
            true => {
                let items = self.items.iter().flatten();
                let names: Vec<Cow<'_, str>> = items.filter_map(name_of).collect();
                problem.suggest(name, names.iter().map(|name| &**name))
            }
            false => problem,
        });
    }
}

/// Merges an item into the one of its name. An entry of an enum may be its name alone.
fn merge_into(known: &mut Node, item: Node, problems: &mut Vec<Problem>) {
    match (&known.value, &item.value) {
        (Value::Map(_), Value::Text(_)) => {}
        _ => merge(known, item, problems),
    }
}

/// What an item is called: its `name`, its `value`, or itself.
fn name_of(node: &Node) -> Option<Cow<'_, str>> {
    let Value::Map(entries) = &node.value else {
        return text(node);
    };
    let find = |key: &str| entries.iter().find(|(known, _)| known.value == key);
    find("name")
        .or_else(|| find("value"))
        .and_then(|(_, value)| text(value))
}

/// Where the name of a document stands.
fn place_of_name(node: &Node) -> Span {
    let Value::Map(entries) = &node.value else {
        return node.span;
    };
    let name = entries.iter().find(|(key, _)| key.value == "name");
    name.map_or(node.span, |(_, name)| name.span)
}

/// A text, or a number as it is called.
fn text(node: &Node) -> Option<Cow<'_, str>> {
    match &node.value {
        Value::Text(text) => Some(Cow::Borrowed(text)),
        Value::Int(int) => Some(Cow::Owned(int.to_string())),
        _ => None,
    }
}

/// The name in `{ drop: NAME }`.
fn dropped(item: &Node) -> Option<(String, Span)> {
    match &item.value {
        Value::Map(entries) => match entries.as_slice() {
            [(key, name)] if key.value == "drop" => Some((text(name)?.into_owned(), name.span)),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::parse;

    const SPEC: &str = "
name: x
list:
  - name: a
    type: u32
  - name: b
words: [ one, two ]
formats:
  - value: bond
    set: s
  - value: 6
    set: n
";

    /// The tree without places, for comparison.
    fn shown(node: &Node) -> String {
        match &node.value {
            Value::Map(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| format!("{}: {}", key.value, shown(value)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
            Value::List(items) => format!(
                "[{}]",
                items.iter().map(shown).collect::<Vec<_>>().join(", ")
            ),
            Value::Text(text) => text.clone(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn each_rule() {
        for (overlay, result, problem) in [
            (
                "list: [ { name: a, type: u16 } ]",
                "list: [{name: a, type: u16}, {name: b}]",
                None,
            ),
            (
                "list: [ { name: b, type: u8 } ]",
                "list: [{name: a, type: u32}, {name: b, type: u8}]",
                None,
            ),
            (
                "list: [ { name: c } ]",
                "list: [{name: a, type: u32}, {name: b}, {name: c}]",
                None,
            ),
            ("list: [ { drop: a } ]", "list: [{name: b}]", None),
            (
                "words: [ two, three, { drop: one } ]",
                "words: [two, three]",
                None,
            ),
            (
                "formats: [ { value: bond, set: t } ]",
                "formats: [{value: bond, set: t}, {value: Int(6), set: n}]",
                None,
            ),
            // A format for a number.
            (
                "formats: [ { value: 7, set: t }, { value: 8 }, { value: 7, name: a } ]",
                "{value: Int(7), set: t}, {value: Int(8)}, {value: Int(7), name: a}]",
                None,
            ),
            (
                "formats: [ { value: 0x6, set: t } ]",
                "formats: [{value: bond, set: s}, {value: Int(6), set: t}]",
                None,
            ),
            (
                "formats: [ { drop: 6 } ]",
                "formats: [{value: bond, set: s}]",
                None,
            ),
            (
                "list: [ { name: c }, { drop: a }, { name: a }, { drop: c }, { name: c, type: u8 } ]",
                "list: [{name: b}, {name: a}, {name: c, type: u8}]",
                None,
            ),
            ("doc: new", "doc: new", None),
            (
                "words: [ { drop: tow } ]",
                "words: [one, two]",
                Some("there is no `tow` to drop"),
            ),
            (
                "name: y",
                "name: x",
                Some("this overlay is for `y`, and the spec is `x`"),
            ),
        ] {
            let mut base = parse(SPEC).unwrap();
            let mut problems = Vec::new();
            apply(&mut base, parse(overlay).unwrap(), &mut problems);
            assert!(shown(&base).contains(result), "{overlay}: {}", shown(&base));
            assert_eq!(problems.first().map(Problem::message), problem, "{overlay}");
        }
    }
}
