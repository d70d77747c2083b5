//! Constants, enums and flags.

use std::collections::HashMap;

use super::kernel::definition_keys;
use super::numbers::{Row, advice};
use super::{Lower, counted, enum_uses::unnamed, is_enum, text};
use crate::diagnostic::{Code, Problem};
use crate::model::name::{Scope, camel, upper};
use crate::model::{Const, ConstValue, Entry, Enum, EnumUse, Repr};
use crate::spec::{self, DefinitionKind, Limit};

/// Variants that every generated enum has.
const TAKEN_VARIANTS: &[&str] = &["Unknown"];

impl Lower<'_> {
    pub(super) fn consts(&mut self) -> Vec<Const> {
        let spec = self.spec;
        let consts = spec
            .definitions
            .iter()
            .filter(|item| item.kind.value == DefinitionKind::Const);
        consts.filter_map(|item| self.constant(item)).collect()
    }

    fn constant(&mut self, item: &spec::Definition) -> Option<Const> {
        let Some(value) = &item.value else {
            let message = format!("the constant `{}` has no value", item.name.value);
            self.add(Problem::new(Code::MissingKey, item.name.span, message).help("add `value:`"));
            return None;
        };
        if let Limit::Number(number) = value.value
            && i64::try_from(number).is_err()
            && u64::try_from(number).is_err()
        {
            self.add(Problem::new(
                Code::OutOfRange,
                value.span,
                "a constant has at most 64 bits",
            ));
        }
        Some(Const {
            name: item.name.value.clone(),
            ident: upper(&item.name),
            doc: text(item.doc.as_ref()),
            value: match &value.value {
                Limit::Number(number) => ConstValue::Int(*number),
                Limit::Name(text) => ConstValue::Text(text.clone()),
            },
            c: definition_keys(item),
        })
    }

    pub(super) fn enums(&mut self) -> Vec<Enum> {
        let spec = self.spec;
        let enums = spec.definitions.iter().filter(|item| is_enum(item));
        enums.map(|item| self.enumeration(item)).collect()
    }

    fn enumeration(&mut self, item: &spec::Definition) -> Enum {
        self.unique(item.entries.iter().map(|entry| &entry.name), "entry");
        Enum {
            name: item.name.value.clone(),
            doc: text(item.doc.as_ref()),
            entries: self.entries(item),
            values: (item.kind.value == DefinitionKind::Enum).then(undecided),
            flags: (item.kind.value == DefinitionKind::Flags).then(undecided),
            is_flags: item.kind.value == DefinitionKind::Flags,
            c: definition_keys(item),
        }
    }

    /// Entries count on from the one before, the first from `value-start`.
    fn entries(&mut self, item: &spec::Definition) -> Vec<Entry> {
        let mut variants = Scope::with(TAKEN_VARIANTS);
        let mut constants = Scope::default();
        let mut seen: HashMap<i128, &spec::Entry> = HashMap::new();
        let start = item
            .value_start
            .as_ref()
            .and_then(|start| self.limit(start));
        let start = start.unwrap_or(0);
        let mut entries = Vec::new();
        let mut row = Row::default();
        for (value, entry) in counted(&item.entries, start, |entry| entry.value.as_ref()) {
            let reported = row.goes_on(entry.value.is_some());
            if reported && !self.check_entry(item, entry, value) {
                row.is_wrong();
            }
            if let Some(first) = seen.insert(value, entry).filter(|_| reported) {
                row.is_wrong();
                let message = format!(
                    "the entries `{}` and `{}` have the same value, {value}",
                    first.name.value, entry.name.value
                );
                let problem = Problem::new(Code::SameNumber, entry.span(), message);
                self.add(problem.related(first.span(), "first here"));
            }
            entries.push(Entry {
                name: entry.name.value.clone(),
                variant: variants.take(camel(&entry.name), "_"),
                constant: constants.take(upper(&entry.name), "_"),
                doc: text(entry.doc.as_ref()),
                value,
            });
        }
        entries
    }

    /// Whether the value of an entry fits.
    fn check_entry(&mut self, item: &spec::Definition, entry: &spec::Entry, value: i128) -> bool {
        let (fits, what) = match item.kind.value {
            DefinitionKind::Flags => ((0..64).contains(&value), "a bit's number is from 0 to 63"),
            _ => (
                i64::try_from(value).is_ok() || u64::try_from(value).is_ok(),
                "an entry's value has at most 64 bits",
            ),
        };
        if !fits {
            let written = entry.value.as_ref();
            let span = written.map_or(entry.span(), |value| value.span);
            let problem = Problem::new(Code::OutOfRange, span, what);
            let problem = problem.label(format!("this is {value}"));
            self.add(problem.help(advice(written.is_some())));
        }
        fits
    }
}

/// A use whose width the attributes decide.
fn undecided() -> EnumUse {
    unnamed(Repr {
        bytes: 0,
        signed: false,
    })
}
