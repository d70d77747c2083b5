//! C structs.

use nlgen::model::{Checks, Content, Count, Member, Struct};
use nlgen_runtime::wire::Encoder;
use serde_json::{Map, Value};

use super::bytes::hexadecimal;
use super::{Done, Encoding, Scope};
use crate::decode::structs::counted;
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
        let mut items = Vec::new();
        for (name, value) in values {
            let known = |member: &&Member| member.name == *name;
            let Some(member) = structure.members.iter().find(known) else {
                let names = structure.members.iter().map(|member| member.name.as_str());
                let within = format!("the struct `{}`", structure.name);
                let unknown = Unknown::new("member", name, within, names);
                return Err(Problem::from(unknown).within(name));
            };
            let done = match member.is_tail() {
                true => self.own(member, value).map(|own| items = own),
                false => self.member(member, value, &mut bytes),
            };
            done.map_err(|problem| problem.within(name))?;
        }
        if let Some(tail) = structure.tail() {
            self.tail(structure, tail, &items, values, &mut bytes)?;
        }
        Ok(bytes)
    }

    /// The array that ends a struct. The member that counts its items is filled in; one that is given is right.
    fn tail(
        &self,
        structure: &Struct,
        tail: &Member,
        items: &[u8],
        values: &Map<String, Value>,
        bytes: &mut Vec<u8>,
    ) -> Done {
        let len = match &tail.content {
            Content::Items { len, .. } => *len,
            _ => 1,
        };
        let count = items.len() / len.max(1);
        let counter = structure.counter();
        match counter.and_then(|counter| values.get(&counter.name).zip(Some(counter))) {
            Some((_, counter)) if counted(structure, bytes) != Some(count) && !self.force => {
                let message = format!(
                    "`{}` has {count} items, and this is another number",
                    tail.name
                );
                let help = "take it out: it is filled in";
                return Err(Problem::of_spec(message).help(help).within(&counter.name));
            }
            Some(_) => {}
            None => {
                if let Some(counter) = counter {
                    self.member(counter, &Value::from(count), bytes)
                        .map_err(|problem| problem.within(&tail.name))?;
                }
            }
        }
        // Where the payload's end counts, padding would be an item.
        let least = counter.map_or(0, |_| bytes.len());
        bytes.truncate(tail.offset);
        bytes.extend_from_slice(items);
        if bytes.len() < least {
            bytes.resize(least, 0);
        }
        Ok(())
    }

    /// The items of an array: a list of them. One of a fixed length has zeros for those that are not given.
    pub(super) fn items(
        &self,
        scope: &Scope<'_>,
        item: &Content,
        len: usize,
        count: &Count,
        value: &Value,
        out: &mut Encoder<'_>,
    ) -> Done {
        let Value::Array(items) = value else {
            return Err(Problem::wants("a list", value));
        };
        self.each(items, |value| {
            self.payload(scope, item, &Checks::default(), value, out)
        })?;
        let Count::Fixed(count) = count else {
            return Ok(());
        };
        let Some(missing) = count.checked_sub(items.len()) else {
            let message = format!("{} items, and at most {count} fit", items.len());
            return Err(Problem::of_spec(message));
        };
        out.zeros(missing.saturating_mul(len));
        Ok(())
    }

    /// A member in its place among a struct's bytes.
    pub(super) fn member(&self, member: &Member, value: &Value, bytes: &mut [u8]) -> Done {
        let own = self.own(member, value)?;
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

    /// A member's bytes.
    fn own(&self, member: &Member, value: &Value) -> Result<Vec<u8>, Problem> {
        let mut own = Vec::with_capacity(member.len);
        let empty = Map::new();
        let scope = Scope {
            set: None,
            header: None,
            values: &empty,
            outer: None,
            depth: 0,
        };
        let mut out = Encoder::new(&mut own);
        self.payload(&scope, &member.content, &Checks::default(), value, &mut out)?;
        Ok(own)
    }
}
