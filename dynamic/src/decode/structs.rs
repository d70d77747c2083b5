//! C structs.

use nlgen::model::{Content, Count, Family, Member, Struct};
use serde_json::{Map, Value};

use super::{leaf, raw};
use crate::integer::read;

/// The members of a struct at the beginning of `bytes`; what is missing is zero.
pub(crate) fn members(family: &Family, structure: &Struct, bytes: &[u8]) -> Map<String, Value> {
    let read = structure.members.iter().map(|member| {
        let mut own = bytes_of(structure, member, bytes).to_vec();
        if !member.is_tail() {
            own.resize(member.len, 0);
        }
        let value = value(family, &member.content, &own);
        (member.name.clone(), value)
    });
    read.collect()
}

/// The value of a member, or of an item of its array.
fn value(family: &Family, content: &Content, own: &[u8]) -> Value {
    match content {
        Content::Struct(id) => Value::Object(members(family, family.structure(*id), own)),
        Content::Items { item, len, .. } => {
            let items = own.chunks((*len).max(1));
            Value::Array(items.map(|own| value(family, item, own)).collect())
        }
        content => leaf(family, content, own).unwrap_or_else(|_| raw(own)),
    }
}

/// A member's bytes in those of a struct; those that are there. Of the array at the end, the items that are there
/// whole, as many as are counted.
pub(crate) fn bytes_of<'a>(structure: &Struct, member: &Member, bytes: &'a [u8]) -> &'a [u8] {
    let there = bytes.get(member.offset..).unwrap_or_default();
    let len = match &member.content {
        Content::AnyAddr => there.len(),
        Content::Items { len, count, .. } if member.is_tail() => {
            let whole = there.len() / (*len).max(1);
            let count = match count {
                Count::Member(_) => counted(structure, bytes).map_or(0, |count| count.min(whole)),
                _ => whole,
            };
            count * len
        }
        _ => member.len,
    };
    there.get(..len).unwrap_or(there)
}

/// How many items the array at the end of a struct has, as the member says that counts them.
pub(crate) fn counted(structure: &Struct, bytes: &[u8]) -> Option<usize> {
    let counter = structure.counter()?;
    let Content::Int(int, _) = counter.content else {
        return None;
    };
    let end = counter.offset + counter.len;
    let count = read(int, bytes.get(counter.offset..end)?)?;
    usize::try_from(count).ok()
}

/// The members of a struct and the attributes behind it in one object. A member whose name an attribute
/// has goes into an object of the struct's name.
pub(crate) fn merge(
    structure: &Struct,
    members: Map<String, Value>,
    attributes: Map<String, Value>,
) -> Map<String, Value> {
    let (doubled, mut merged): (Map<_, _>, Map<_, _>) = members
        .into_iter()
        .partition(|(name, _)| attributes.contains_key(name));
    if !doubled.is_empty() {
        merged.insert(structure.name.clone(), Value::Object(doubled));
    }
    merged.extend(attributes);
    merged
}
