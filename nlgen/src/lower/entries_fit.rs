//! Whether the entries of an enum fit the integers that carry them.

use std::collections::HashMap;

use super::{Lower, counted};
use crate::diagnostic::{Code, Problem};
use crate::model::{Int, Meaning};
use crate::span::{At, Span};
use crate::spec;

/// An attribute or a member of a struct that has the values of an enum.
#[derive(Clone, Copy)]
pub(super) struct Carrier<'c> {
    /// `attribute` or `member`.
    what: &'static str,
    name: &'c str,
    /// Where the enum is named.
    span: Span,
}

impl<'c> Carrier<'c> {
    pub(super) fn of(attr: &'c spec::Attribute, names: &At<String>) -> Self {
        Self {
            what: "attribute",
            name: &attr.name,
            span: names.span,
        }
    }

    pub(super) fn member(member: &'c spec::Member, names: &At<String>) -> Self {
        Self {
            what: "member",
            name: &member.name,
            span: names.span,
        }
    }
}

impl Lower<'_> {
    /// Every entry of an enum can be sent, and no two are sent alike.
    pub(super) fn entries_fit(
        &mut self,
        carrier: Carrier<'_>,
        definition: &spec::Definition,
        int: Int,
        meaning: Meaning,
    ) {
        let flags = matches!(meaning, Meaning::Flags(_));
        let repr = int.repr();
        let bits = 8 * u32::from(repr.bytes);
        let start = definition.value_start.as_ref();
        let start = start.and_then(|start| self.limit(start)).unwrap_or(0);
        let mut seen: HashMap<i128, &spec::Entry> = HashMap::new();
        for (value, entry) in counted(&definition.entries, start, |entry| entry.value.as_ref()) {
            let fits = match flags {
                true => (0..i128::from(bits)).contains(&value),
                // A negative entry is sent as its bits.
                false => (-(1_i128 << (bits - 1))..1 << bits).contains(&value),
            };
            if !fits && flags && self.sent_elsewhere(carrier, definition, bits) {
                return;
            }
            if !fits {
                let message = format!(
                    "the {} `{}` has {bits} bits, too few for the entry `{}` of `{}`",
                    carrier.what, carrier.name, entry.name.value, definition.name.value
                );
                let problem = Problem::new(Code::OutOfRange, carrier.span, message);
                self.add(problem.related(entry.span(), format!("this is {value}")));
                return;
            }
            // A negative entry may have the bits of another one.
            if let Some(first) = seen.insert(repr.wrap(value), entry)
                && !flags
            {
                let message = format!(
                    "the entries `{}` and `{}` have the same value in the {bits} bits of `{}`",
                    first.name.value, entry.name.value, carrier.name
                );
                let problem = Problem::new(Code::SameNumber, entry.span(), message);
                self.add(problem.related(first.span(), "first here"));
                return;
            }
        }
    }

    /// Flags that outgrew the member of a header have an attribute beside it that holds them all, as
    /// `IFA_FLAGS` beside `ifa_flags`.
    fn sent_elsewhere(&self, carrier: Carrier<'_>, flags: &spec::Definition, bits: u32) -> bool {
        let mut attributes = self
            .spec
            .attribute_sets
            .iter()
            .flat_map(|set| &set.attributes);
        let wider = |attr: &spec::Attribute| {
            let kind = attr
                .kind
                .as_ref()
                .and_then(|kind| Int::named(kind.value.as_str()));
            let named = attr
                .names
                .as_ref()
                .is_some_and(|name| *name.value == *flags.name.value);
            named && kind.is_some_and(|int| 8 * u32::from(int.repr().bytes) > bits)
        };
        carrier.what == "member" && attributes.any(wider)
    }
}
