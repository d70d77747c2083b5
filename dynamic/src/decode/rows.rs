//! Rows of a struct with attributes behind each.

use nlgen::model::{Set, Struct};
use nlgen_runtime::wire::{Cuts, align};
use serde_json::Value;

use super::{Decoding, MAX_DEPTH, Scope, malformed, members, structs};
use crate::Step;

/// Where the member is that says the length of a row.
pub(crate) fn length_at(header: &Struct, length: &str) -> u16 {
    let offset = header.member(length).map_or(0, |member| member.offset);
    u16::try_from(offset).unwrap_or(0)
}

/// Cuts a payload into rows, by the member of the struct that says the length of each.
pub(crate) fn cuts<'a>(header: &Struct, length: &str, bytes: &'a [u8]) -> Cuts<'a> {
    Cuts::new(bytes, header.len, length_at(header, length))
}

/// The level of attributes behind the struct of a row.
pub(crate) fn behind<'a>(
    header: &'a Struct,
    set: &'a Set,
    row: &'a [u8],
    scope: &'a Scope<'a>,
) -> Scope<'a> {
    let attributes = row.get(align(header.len)..).unwrap_or_default();
    Scope::new(Some(set), attributes, Some(scope)).behind(Some(header), row)
}

impl Decoding<'_> {
    /// A list of objects, each with the members of the struct and the attributes. Bytes that cannot be a row end it.
    pub(super) fn rows(
        &mut self,
        scope: &Scope<'_>,
        header: &Struct,
        length: &str,
        set: &Set,
        payload: &[u8],
    ) -> Value {
        if scope.depth > MAX_DEPTH {
            let secret = self.holds_secrets(Some(set));
            return self.too_deep(payload, secret);
        }
        let mut items = Vec::new();
        let mut rows = cuts(header, length, payload);
        loop {
            let left = rows.left();
            let Some(row) = rows.next() else {
                return Value::Array(items);
            };
            let row = self.inside(Step::Index(items.len()), |decoding| match row {
                Ok(row) => Ok(decoding.row(scope, (header, length, set), row)),
                Err(error) => {
                    decoding.wrong(&error);
                    decoding.spilled |= decoding.holds_secrets(Some(set));
                    Err(malformed(decoding.bytes(left)))
                }
            });
            match row {
                Ok(row) => items.push(row),
                Err(rest) => {
                    items.push(rest);
                    return Value::Array(items);
                }
            }
        }
    }

    /// A row without its length, which follows from the rest.
    fn row(
        &mut self,
        scope: &Scope<'_>,
        (header, length, set): (&Struct, &str, &Set),
        row: &[u8],
    ) -> Value {
        let mut values = members(self.family, header, row);
        values.remove(length);
        let read = self.level(&behind(header, set, row, scope));
        Value::Object(structs::merge(header, values, read))
    }
}
