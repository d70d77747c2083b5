//! C structs.

use nlgen::model::{Content, Family, Struct};
use serde_json::{Map, Value};

use super::{leaf, raw};

/// The members of a struct at the beginning of `bytes`; what is missing is zero.
pub(crate) fn members(family: &Family, structure: &Struct, bytes: &[u8]) -> Map<String, Value> {
    let read = structure.members.iter().map(|member| {
        let there = bytes.get(member.offset..).unwrap_or_default();
        let there = there.get(..member.len).unwrap_or(there);
        let mut own = there.to_vec();
        own.resize(member.len, 0);
        let value = match &member.content {
            Content::Struct(id) => Value::Object(members(family, family.structure(*id), &own)),
            content => leaf(family, content, &own).unwrap_or_else(|_| raw(&own)),
        };
        (member.name.clone(), value)
    });
    read.collect()
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
