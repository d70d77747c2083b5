//! Rows of a struct with attributes behind each.

use nlgen::model::{Set, Struct};
use nlgen_runtime::wire::{Encoder, align};
use serde_json::{Map, Value};

use super::header::HeaderKeys;
use super::{Done, Encoding, Scope, sound};
use crate::Problem;
use crate::decode::rows::length_at;

impl Encoding<'_> {
    /// A list of objects, each with the members of the struct and the attributes. The length of a row is filled in.
    pub(super) fn rows(
        &self,
        scope: &Scope<'_>,
        (header, length, set): (&Struct, &str, &Set),
        value: &Value,
        out: &mut Encoder<'_>,
    ) -> Done {
        let Value::Array(rows) = value else {
            return Err(Problem::wants("a list", value));
        };
        let offset = length_at(header, length);
        for (place, row) in rows.iter().enumerate() {
            self.at(place, || {
                let Value::Object(values) = row else {
                    let wanted = format!("an object with members of `{}`", header.name);
                    return Err(Problem::wants(&wanted, row));
                };
                let start = out.len();
                let mut filled = Ok(());
                out.row(offset, place, |out| {
                    filled = self.row(scope, header, set, values, out);
                });
                filled?;
                self.row_is(length, values, out.len().saturating_sub(start))?;
                sound(out)
            })?;
        }
        Ok(())
    }

    fn row(
        &self,
        scope: &Scope<'_>,
        header: &Struct,
        set: &Set,
        values: &Map<String, Value>,
        out: &mut Encoder<'_>,
    ) -> Done {
        let keys = HeaderKeys::new(header, Some(set), values);
        let head = self.header(&keys)?;
        out.bytes(&head);
        out.zeros(align(head.len()) - head.len());
        let inner = Scope {
            set: Some(set),
            header: Some((header, &head)),
            values,
            outer: Some(scope),
            depth: scope.depth.saturating_add(1),
        };
        self.level(&inner, Some(&keys), out, |_| Ok(()))
    }

    /// A length that is given must be right, since it is not what is sent.
    fn row_is(&self, length: &str, values: &Map<String, Value>, len: usize) -> Done {
        let Some(given) = values.get(length).and_then(Value::as_u64) else {
            return Ok(());
        };
        // A row may end before its padding, and be one of an older or a wrong sender.
        if self.force || usize::try_from(given).is_ok_and(|given| align(given) == len) {
            return Ok(());
        }
        let message = format!("says {given}, and the row has {len} bytes");
        let problem = Problem::of_spec(message).help("leave it out: it is filled in");
        Err(problem.within(length))
    }
}
