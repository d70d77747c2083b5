//! C structs.

use nlgen::model::{Checks, Member, Struct};
use nlgen_runtime::Encoder;
use serde_json::{Map, Value};

use super::bytes::hexadecimal;
use super::{Done, Encoding, Scope};
use crate::{Problem, Unknown};

impl Encoding<'_> {
    /// The bytes of a struct: of its members, those that are not given being zero; or as they are given,
    /// in hexadecimal.
    pub(super) fn structure(&self, structure: &Struct, value: &Value) -> Result<Vec<u8>, Problem> {
        let values = match value {
            Value::Object(values) => values,
            Value::String(digits) => return hexadecimal(digits),
            other => {
                let wanted = format!("an object with members of `{}`", structure.name);
                return Err(Problem::wants(&wanted, other));
            }
        };
        let mut bytes = vec![0; structure.len];
        for (name, value) in values {
            let known = |member: &&Member| member.name == *name;
            let Some(member) = structure.members.iter().find(known) else {
                let names = structure.members.iter().map(|member| member.name.as_str());
                let within = format!("the struct `{}`", structure.name);
                let unknown = Unknown::new("member", name, within, names);
                return Err(Problem::from(unknown).within(name));
            };
            self.member(member, value, &mut bytes)
                .map_err(|problem| problem.within(name))?;
        }
        Ok(bytes)
    }

    /// A member in its place among a struct's bytes.
    pub(super) fn member(&self, member: &Member, value: &Value, bytes: &mut [u8]) -> Done {
        let mut own = Vec::with_capacity(member.len);
        let empty = Map::new();
        let scope = Scope {
            set: None,
            values: &empty,
            outer: None,
            depth: 0,
        };
        let mut out = Encoder::new(&mut own);
        self.payload(&scope, &member.content, &Checks::default(), value, &mut out)?;
        // The length of a member is no check: what stands behind it would move.
        match bytes.get_mut(member.offset..member.offset + member.len) {
            Some(place) if place.len() == own.len() => {
                place.copy_from_slice(&own);
                Ok(())
            }
            _ => Err(Problem::of_spec(format!(
                "a member of {} bytes, not {}",
                member.len,
                own.len()
            ))),
        }
    }
}
