//! Integers, enums, flags.

use nlgen::model::{Checks, Enum, EnumId, Int, Meaning, Order, Repr};
use nlgen_runtime::wire::Encoder;
use serde_json::Value;

use super::{Done, Encoding, sound};
use crate::integer::{bit, mask, name, wire};
use crate::{Problem, Unknown, text};

impl Encoding<'_> {
    pub(super) fn int(
        &self,
        int: Int,
        meaning: Meaning,
        checks: &Checks,
        value: &Value,
        out: &mut Encoder<'_>,
    ) -> Done {
        let number = self.integer(int, meaning, value)?;
        self.range(checks, number)?;
        if let (false, Some(id)) = (self.force, checks.flags_mask) {
            let known = self.family.enumeration(id);
            let beyond = number & !mask(known);
            if beyond != 0 {
                let message = format!(
                    "the bits {beyond:#x} are not among the flags of `{}`",
                    known.name
                );
                let discreet = format!("some bits are not among the flags of `{}`", known.name);
                return Err(Problem::new(message).discreetly(discreet));
            }
        }
        wire(int).append(number, out);
        sound(out)
    }

    fn range(&self, checks: &Checks, number: i128) -> Done {
        if self.force {
            return Ok(());
        }
        let wrong = match (checks.min, checks.max) {
            (Some(min), _) if number < min => format!("below the least allowed value, {min}"),
            (_, Some(max)) if number > max => format!("above the greatest allowed value, {max}"),
            _ => return Ok(()),
        };
        let problem = Problem::new(format!("{number} is {wrong}"));
        Err(problem.discreetly(format!("this is {wrong}")))
    }

    /// The integer that a value means, which fits `int`.
    fn integer(&self, int: Int, meaning: Meaning, value: &Value) -> Result<i128, Problem> {
        let number = match (meaning, value) {
            (_, Value::Number(_)) => number(value).ok_or_else(|| not_a_number(int, value))?,
            (Meaning::Number | Meaning::Hex, Value::String(text)) => {
                text::integer(text).ok_or_else(|| not_a_number(int, value))?
            }
            (Meaning::Enum(id), Value::String(text)) => self.entry(id, int.repr(), text)?,
            (Meaning::Flags(id), Value::String(_) | Value::Array(_)) => {
                let bits = self.flags(id, value)?;
                // The highest bit of a signed integer is its sign.
                match bits >> (8 * int.repr().bytes) {
                    0 => int.repr().wrap(bits),
                    _ => bits,
                }
            }
            (Meaning::Enum(id), other) => {
                let wanted = format!(
                    "a name of `{}` or a number",
                    self.family.enumeration(id).name
                );
                return Err(Problem::wants(&wanted, other));
            }
            (Meaning::Flags(id), other) => {
                let wanted = format!(
                    "a list of names of `{}` or a number",
                    self.family.enumeration(id).name
                );
                return Err(Problem::wants(&wanted, other));
            }
            (_, other) => return Err(Problem::wants(&format!("a number ({})", name(int)), other)),
        };
        let (least, greatest) = int.repr().range();
        match (least..=greatest).contains(&number) {
            true => Ok(number),
            false => {
                let wrong = format!(
                    "does not fit {}, which holds {least} to {greatest}",
                    name(int)
                );
                let problem = Problem::new(format!("{number} {wrong}"));
                Err(problem.discreetly(format!("this {wrong}")))
            }
        }
    }

    /// The value of an entry by its name; or of a number in text.
    fn entry(&self, id: EnumId, repr: Repr, name: &str) -> Result<i128, Problem> {
        let names = self.family.enumeration(id);
        match names.entries.iter().find(|entry| entry.name == name) {
            Some(entry) => Ok(repr.wrap(entry.value)),
            None => text::integer(name).ok_or_else(|| no_entry(names, name)),
        }
    }

    /// The bits of flags: a list of names and numbers, or a text with `|` between them.
    fn flags(&self, id: EnumId, value: &Value) -> Result<i128, Problem> {
        let names = self.family.enumeration(id);
        let bits = |name: &str| match names.entries.iter().find(|entry| entry.name == name) {
            Some(entry) => Ok(bit(entry.value)),
            None => text::integer(name)
                .filter(|bits| *bits >= 0)
                .ok_or_else(|| no_entry(names, name)),
        };
        match value {
            Value::Array(items) => {
                let mut all = 0;
                for (at, item) in items.iter().enumerate() {
                    let found = match item {
                        Value::String(name) => bits(name),
                        Value::Number(_) => number(item)
                            .filter(|bits| *bits >= 0)
                            .ok_or_else(|| Problem::wants("a mask of bits", item)),
                        other => Err(Problem::wants(
                            &format!("a name of `{}`", names.name),
                            other,
                        )),
                    };
                    all |= found.map_err(|problem| problem.at(at))?;
                }
                Ok(all)
            }
            Value::String(text) => text
                .split('|')
                .map(str::trim)
                .filter(|name| !name.is_empty())
                .try_fold(0, |all, name| Ok(all | bits(name)?)),
            other => number(other)
                .filter(|bits| *bits >= 0)
                .ok_or_else(|| Problem::wants("a list of names", other)),
        }
    }

    /// Flags and the mask of those that are meant.
    pub(super) fn bitfield32(
        &self,
        names: Option<EnumId>,
        value: &Value,
        out: &mut Encoder<'_>,
    ) -> Done {
        let Value::Object(parts) = value else {
            let wanted = "an object with `value` and `selector`";
            return Err(Problem::wants(wanted, value));
        };
        if let Some((name, _)) = parts
            .iter()
            .find(|(name, _)| !matches!(name.as_str(), "value" | "selector"))
        {
            let known = ["value", "selector"];
            let within = "a bitfield".to_owned();
            let unknown = Unknown::new("part", name, within, known);
            return Err(Problem::from(unknown).within(name));
        }
        let int = Int {
            bytes: 4,
            signed: false,
            order: Order::Host,
        };
        let meaning = names.map_or(Meaning::Number, Meaning::Flags);
        for part in ["value", "selector"] {
            let number = match parts.get(part) {
                Some(value) => self
                    .integer(int, meaning, value)
                    .map_err(|problem| problem.within(part))?,
                None => {
                    return Err(Problem::of_spec(format!("a bitfield needs its `{part}`")));
                }
            };
            wire(int).append(number, out);
        }
        sound(out)
    }

    /// Integers of one kind, one behind the other; or their bytes.
    pub(super) fn scalars(
        &self,
        int: Int,
        checks: &Checks,
        value: &Value,
        out: &mut Encoder<'_>,
    ) -> Done {
        let before = out.len();
        match value {
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.integer(int, Meaning::Number, item)
                        .map(|number| wire(int).append(number, out))
                        .map_err(|problem| problem.at(at))?;
                }
            }
            Value::String(_) => self.raw(value, out)?,
            other => {
                let wanted = format!("a list of numbers ({})", name(int));
                return Err(Problem::wants(&wanted, other));
            }
        }
        self.length(checks, out.len() - before)
    }
}

/// A JSON number, when it is a whole one.
fn number(value: &Value) -> Option<i128> {
    let unsigned = value.as_u64().map(i128::from);
    unsigned.or_else(|| value.as_i64().map(i128::from))
}

fn not_a_number(int: Int, value: &Value) -> Problem {
    let what = match value {
        Value::Number(_) => "a whole number of 64 bits".to_owned(),
        _ => format!("a number ({})", name(int)),
    };
    let problem = Problem::new(format!("{value} is not {what}"));
    problem.discreetly(format!("{what} is wanted here"))
}

fn no_entry(names: &Enum, name: &str) -> Problem {
    let known = names.entries.iter().map(|entry| entry.name.as_str());
    Unknown::new("entry", name, format!("`{}`", names.name), known).into()
}
