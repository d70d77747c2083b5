//! Where secrets are: in JSON, and in bytes although nobody can say where.

use nlgen::model::{Attribute, Content, Family, Set, SubMessageId};
use serde_json::{Map, Value};

use crate::decode::SECRET;

/// Whether a family has secrets at all; few have.
pub(crate) fn in_family(family: &Family) -> bool {
    let mut attributes = family.sets.iter().flat_map(|set| &set.attributes);
    attributes.any(|attr| attr.secret)
}

/// Whether a level of attributes of a set may hold secrets, however deep.
pub(crate) fn in_set(family: &Family, set: &Set) -> bool {
    within(family, set, &mut Vec::new())
}

/// Whether a payload may hold secrets.
pub(crate) fn in_content(family: &Family, content: &Content) -> bool {
    sets(family, content).iter().any(|set| in_set(family, set))
}

/// Whether a sub-message may hold secrets, in any of its formats.
pub(crate) fn in_formats(family: &Family, id: SubMessageId) -> bool {
    formats(family, id).iter().any(|set| in_set(family, set))
}

fn within<'f>(family: &'f Family, set: &'f Set, seen: &mut Vec<&'f Set>) -> bool {
    if seen.iter().any(|known| std::ptr::eq(*known, set)) {
        return false;
    }
    seen.push(set);
    set.attributes.iter().any(|attr| {
        let inner = sets(family, &attr.content);
        attr.secret || inner.into_iter().any(|set| within(family, set, seen))
    })
}

/// The sets whose attributes a payload may hold.
fn sets<'f>(family: &'f Family, content: &Content) -> Vec<&'f Set> {
    match content {
        Content::Nest(set) | Content::Keyed { set, .. } | Content::Rows { set, .. } => {
            vec![family.set(*set)]
        }
        Content::Array(inner) => sets(family, inner),
        Content::SubMessage { id, .. } => formats(family, *id),
        _ => Vec::new(),
    }
}

fn formats(family: &Family, id: SubMessageId) -> Vec<&Set> {
    let formats = family.sub_message(id).formats.iter();
    let sets = formats.filter_map(|format| format.set);
    sets.map(|set| family.set(set)).collect()
}

/// JSON of attributes of any of these sets, with [`SECRET`] in place of what is secret.
///
/// Where JSON may be of several formats, it is taken for all of them: rather too much is hidden than too little.
pub(crate) fn masked(family: &Family, within: &[&Set], value: &Value) -> Value {
    let inside = |name: &String, value: &Value| {
        let known: Vec<&Attribute> = attributes(within, name).collect();
        if known.iter().any(|attr| attr.secret) {
            return blank(value);
        }
        // What is no attribute is an index, the number of a level or a member of a header. What is inside is of
        // the same sets.
        if known.is_empty() {
            return match name.bytes().all(|byte| byte.is_ascii_digit()) {
                true => nest(family, within, value),
                false => masked(family, within, value),
            };
        }
        let inner: Vec<&Set> = known
            .iter()
            .flat_map(|attr| sets(family, &attr.content))
            .collect();
        nest(family, &inner, value)
    };
    match value {
        Value::Object(values) => {
            let values = values.iter();
            let shown = values.map(|(name, value)| (name.clone(), inside(name, value)));
            Value::Object(shown.collect::<Map<_, _>>())
        }
        Value::Array(items) => {
            let items = items.iter();
            Value::Array(items.map(|item| nest(family, within, item)).collect())
        }
        plain => plain.clone(),
    }
}

/// The same of a nest, which may be given as bytes.
fn nest(family: &Family, within: &[&Set], value: &Value) -> Value {
    let plain = !value.is_object() && !value.is_array();
    match plain && within.iter().any(|set| in_set(family, set)) {
        true => blank(value),
        false => masked(family, within, value),
    }
}

/// The attributes that a key may mean: `UnknownAttr(N)` is the one with that number.
fn attributes<'f>(within: &[&'f Set], name: &str) -> impl Iterator<Item = &'f Attribute> {
    let number = crate::encode::unknown_number(name);
    let all = within.iter().flat_map(|set| &set.attributes);
    let found: Vec<&Attribute> = all
        .filter(|attr| attr.name == name || Some(attr.number) == number)
        .collect();
    found.into_iter()
}

/// A secret value: its shape, which refusals point into, without what it says.
fn blank(value: &Value) -> Value {
    match value {
        Value::Object(values) if !values.is_empty() => {
            let values = values
                .iter()
                .map(|(name, value)| (name.clone(), blank(value)));
            Value::Object(values.collect())
        }
        Value::Array(items) if !items.is_empty() => Value::Array(items.iter().map(blank).collect()),
        _ => Value::from(SECRET),
    }
}
