//! Structs whose members stand in the same object as attributes: fixed headers.

use nlgen::model::{Set, Struct};
use serde_json::{Map, Value};

use super::Encoding;
use crate::Problem;

/// The keys of an object that belong to a struct before the attributes.
///
/// Members stand among the attributes. Where an attribute has a member's name, the key is the member,
/// unless the member stands in an object of the struct's name.
pub(super) struct HeaderKeys<'a> {
    pub(super) structure: &'a Struct,
    values: &'a Map<String, Value>,
    /// What stands under the struct's name.
    own: Option<&'a Value>,
}

impl<'a> HeaderKeys<'a> {
    pub(super) fn new(
        structure: &'a Struct,
        set: Option<&'a Set>,
        values: &'a Map<String, Value>,
    ) -> Self {
        let name = &structure.name;
        let mut attributes = set.into_iter().flat_map(|set| &set.attributes);
        let attribute = attributes.any(|attr| attr.name == *name);
        Self {
            structure,
            values,
            own: values.get(name).filter(|_| !attribute),
        }
    }

    /// Whether the key is the struct's and not an attribute's.
    pub(super) fn claims(&self, name: &str) -> bool {
        match self.own {
            Some(_) if name == self.structure.name => true,
            // Given as bytes, the struct is whole.
            Some(Value::String(_)) => false,
            Some(Value::Object(own)) if own.contains_key(name) => false,
            _ => self.names().any(|member| member == name),
        }
    }

    /// The names of the members.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let structure: &'a Struct = self.structure;
        structure.members.iter().map(|member| member.name.as_str())
    }
}

impl Encoding<'_> {
    /// The bytes of a struct from its keys.
    pub(super) fn header(&self, keys: &HeaderKeys<'_>) -> Result<Vec<u8>, Problem> {
        let mut bytes = match keys.own {
            Some(own) => self
                .structure(keys.structure, own)
                .map_err(|problem| problem.within(&keys.structure.name))?,
            None => vec![0; keys.structure.len],
        };
        if bytes.len() != keys.structure.len {
            let message = format!(
                "the header has {} bytes, not {}",
                keys.structure.len,
                bytes.len()
            );
            return Err(Problem::new(message).within(&keys.structure.name));
        }
        for member in &keys.structure.members {
            if let Some(value) = keys.values.get(&member.name)
                && keys.claims(&member.name)
            {
                self.member(member, value, &mut bytes)
                    .map_err(|problem| problem.within(&member.name))?;
            }
        }
        Ok(bytes)
    }
}
