//! The values of single attributes and members, as messages are decoded.

use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr};

use nlgen::model::{
    Attribute, Checks, Content, Count, Entry, EnumId, Hint, Int, Meaning, StructId,
};
use serde_json::{Map, Value, json};

use super::reach::{entry_place, own_entries};
use super::{Level, Random};

impl Random<'_> {
    /// What an attribute contains once; `None` when nothing selects it.
    pub(super) fn content(
        &mut self,
        content: &Content,
        attribute: &Attribute,
        levels: &mut Vec<Level>,
    ) -> Option<Value> {
        Some(match content {
            Content::Array(element) => self.array(element, attribute, levels)?,
            Content::SubMessage { id, selector } => self.sub_message(*id, selector, levels)?,
            Content::Nest(set) => Value::Object(self.nest(*set, levels)),
            Content::Keyed { keys, set } => {
                let key = |key: &String| (key.clone(), json!(self.rng.u16(1..0x3fff)));
                let mut object: Map<String, Value> = keys.iter().map(key).collect();
                object.extend(self.nest(*set, levels));
                Value::Object(object)
            }
            Content::Rows {
                header,
                length,
                set,
                ..
            } => {
                let count = self.rng.usize(1..=2);
                let row = |_| {
                    // The length is filled in, and shown.
                    let mut object = self.members(*header);
                    object.remove(length);
                    object.extend(self.nest(*set, levels));
                    Value::Object(object)
                };
                (0..count).map(row).collect()
            }
            content => self.plain(content, &attribute.checks)?,
        })
    }

    /// The entries of an indexed array, each under its index.
    fn array(
        &mut self,
        element: &Content,
        attribute: &Attribute,
        levels: &mut Vec<Level>,
    ) -> Option<Value> {
        let count = self.rng.u16(1..=3);
        let first = self.rng.u16(0..=1);
        let mut entries = Vec::new();
        for index in first..first + count {
            let value = self.content(element, attribute, levels)?;
            entries.push(json!({ index.to_string(): value }));
        }
        Some(Value::Array(entries))
    }

    /// A value without attributes inside; `None` for what carries no data.
    fn plain(&mut self, content: &Content, checks: &Checks) -> Option<Value> {
        Some(match content {
            Content::Flag => Value::Bool(true),
            Content::Int(int, meaning) => self.int(*int, *meaning, checks),
            Content::String => self.text(checks),
            Content::Bytes { exact, hint } => self.bytes(*exact, *hint, checks),
            Content::Ipv4 => json!(self.ipv4()),
            Content::Ipv6 => json!(self.ipv6()),
            // The hint may leave open what the least length does not.
            Content::Ip if checks.min_len.is_none_or(|len| len <= 4) && self.rng.bool() => {
                json!(self.ipv4())
            }
            Content::Ip => json!(self.ipv6()),
            Content::Mac => self.bytes(Some(6), Some(Hint::Mac), checks),
            Content::Socket { len } => self.socket(*len),
            Content::Labels => {
                let count = self.rng.usize(1..=3);
                let labels = (0..count).map(|_| self.rng.u32(0..1 << 20).to_string());
                json!(labels.collect::<Vec<_>>().join("/"))
            }
            Content::AnyAddr if self.rng.bool() => json!(self.ipv6()),
            Content::AnyAddr => self.bytes(Some(6), Some(Hint::Mac), checks),
            Content::Text { len } => {
                let max_len = Some(*len);
                self.text(&Checks {
                    max_len,
                    ..Checks::default()
                })
            }
            Content::Items { item, count, .. } => {
                let count = match count {
                    Count::Fixed(count) => *count,
                    Count::Member(_) | Count::Rest => self.rng.usize(0..=3),
                };
                let items = (0..count).map(|_| self.plain(item, &Checks::default()));
                Value::Array(items.collect::<Option<_>>()?)
            }
            Content::Bitfield32(Some(id)) => {
                let (value, selector) = (self.flags(*id, 32), self.flags(*id, 32));
                json!({ "value": value, "selector": selector })
            }
            Content::Bitfield32(None) => {
                json!({ "value": self.rng.u32(..), "selector": self.rng.u32(..) })
            }
            Content::Scalars(int) => {
                let count = self.rng.usize(0..=4);
                let number = |_| self.number(*int, &Checks::default());
                (0..count).map(number).collect()
            }
            Content::Struct(id) => Value::Object(self.members(*id)),
            _ => return None,
        })
    }

    /// All members of a struct.
    pub(super) fn members(&mut self, id: StructId) -> Map<String, Value> {
        let structure = self.family.structure(id);
        let mut object = Map::new();
        for member in &structure.members {
            if let Some(value) = self.plain(&member.content, &Checks::default()) {
                object.insert(member.name.clone(), value);
            }
        }
        if let (Some(counter), Some(tail)) = (structure.counter(), structure.tail()) {
            let count = object.get(&tail.name).and_then(Value::as_array);
            let count = count.map_or(0, Vec::len);
            object.insert(counter.name.clone(), json!(count));
        }
        object
    }

    /// An address and port; of IPv4 where no other fits.
    fn socket(&mut self, len: Option<usize>) -> Value {
        let port = self.rng.u16(..);
        let fits = len.is_none_or(|len| len >= 28);
        json!(match fits && self.rng.bool() {
            true => format!("[{}]:{port}", self.ipv6()),
            false => format!("{}:{port}", self.ipv4()),
        })
    }

    fn int(&mut self, int: Int, meaning: Meaning, checks: &Checks) -> Value {
        match meaning {
            Meaning::Number => self.number(int, checks),
            Meaning::Hex => {
                let number = self.number(int, checks);
                json!(format!("{:#x}", number.as_u64().unwrap_or(0)))
            }
            Meaning::Enum(id) if self.runs_wild() => self.nameless(int, id, checks),
            Meaning::Enum(id) => self.entry(id, checks),
            Meaning::Flags(id) => {
                let bits = 8 * i128::from(int.repr().bytes);
                let mut flags = self.flags(id, bits);
                if checks.flags_mask.is_none()
                    && self.runs_wild()
                    && let Some(rest) = self.nameless_bits(id, bits)
                    && let Value::Array(flags) = &mut flags
                {
                    flags.push(json!(rest));
                }
                flags
            }
        }
    }

    /// A number, often at a border of what fits.
    fn number(&mut self, int: Int, checks: &Checks) -> Value {
        let (least, greatest) = int.repr().range();
        let least = least.max(checks.min.unwrap_or(least));
        let greatest = greatest.min(checks.max.unwrap_or(greatest));
        let number = match self.rng.u8(..8) {
            0 => least,
            1 => greatest,
            // Where a number needs 8 bytes instead of 4.
            2..=4 if int.bytes == 0 => {
                let borders = [1 << 31, (1 << 31) - 1, -(1 << 31), -(1 << 31) - 1, 1 << 32];
                let border = self.rng.choice(borders).unwrap_or_default();
                border.clamp(least, greatest)
            }
            // A random count of bits, so that small numbers come up as often as large ones.
            _ => {
                let bits = self.rng.u32(0..=64);
                let size = i128::from(self.rng.u64(..)) & ((1 << bits) - 1);
                let signed = if self.rng.bool() { size } else { -size };
                signed.clamp(least, greatest)
            }
        };
        match number < 0 {
            true => json!(number as i64),
            false => json!(number as u64),
        }
    }

    /// The name of an entry whose value no other entry has.
    fn entry(&mut self, id: EnumId, checks: &Checks) -> Value {
        let all = self.family.enumeration(id);
        let own = own_entries(all).filter(|entry| allowed(checks, entry.value));
        let own: Vec<&Entry> = own.collect();
        let new = own
            .iter()
            .filter(|entry| !self.drawn.contains(&entry_place(all, entry)));
        let new: Vec<&Entry> = new.copied().collect();
        let among = if new.is_empty() { own } else { new };
        match self.rng.choice(among) {
            Some(entry) => {
                self.drawn.insert(entry_place(all, entry));
                json!(entry.name)
            }
            None => json!(0),
        }
    }

    /// A value that has no name in an enum; a name where all that are allowed have one.
    fn nameless(&mut self, int: Int, id: EnumId, checks: &Checks) -> Value {
        let repr = int.repr();
        let entries = &self.family.enumeration(id).entries;
        let named = |number: i128| {
            let mut values = entries.iter().map(|entry| repr.wrap(entry.value));
            values.any(|value| value == number)
        };
        match (0..=repr.range().1.min(1000))
            .rev()
            .find(|number| !named(*number) && allowed(checks, *number))
        {
            Some(number) => json!(number as u64),
            None => self.entry(id, checks),
        }
    }

    /// The highest bit that has no name among flags.
    fn nameless_bits(&mut self, id: EnumId, bits: i128) -> Option<u64> {
        let entries = &self.family.enumeration(id).entries;
        let named = |bit: i128| entries.iter().any(|entry| entry.value == bit);
        let bit = (0..bits).rev().find(|bit| !named(*bit))?;
        Some(1 << bit)
    }

    /// Names of some flags, in the order of the entries; of those that `bits` hold.
    fn flags(&mut self, id: EnumId, bits: i128) -> Value {
        let enumeration = self.family.enumeration(id);
        let mut entries: Vec<_> = enumeration.entries.iter().collect();
        entries.retain(|entry| entry.value < bits);
        let density = self.rng.u8(..=4);
        entries.retain(|_| self.rng.u8(..4) < density);
        for entry in &entries {
            self.drawn.insert(entry_place(enumeration, entry));
        }
        entries.iter().map(|entry| entry.name.clone()).collect()
    }

    fn text(&mut self, checks: &Checks) -> Value {
        let length = self.length(checks, 12);
        if self.runs_wild() && length >= 4 {
            return match self.rng.bool() {
                true => json!("é".repeat(length / 2)),
                false => json!({ "hex": "ff".repeat(length) }),
            };
        }
        let mut char = || char::from(self.rng.u8(b' '..=b'~'));
        let text: String = (0..length).map(|_| char()).collect();
        json!(text)
    }

    fn bytes(&mut self, exact: Option<usize>, hint: Option<Hint>, checks: &Checks) -> Value {
        let length = match (exact, hint) {
            (Some(exact), _) => exact,
            (None, Some(Hint::Uuid)) => 16,
            (None, _) => self.length(checks, 20),
        };
        let bytes: Vec<u8> = (0..length).map(|_| self.rng.u8(..)).collect();
        let dashes = [4, 6, 8, 10];
        let mut text = String::new();
        for (at, byte) in bytes.iter().enumerate() {
            match hint {
                Some(Hint::Mac) if at > 0 => text.push(':'),
                Some(Hint::Hex) if at > 0 => text.push(' '),
                Some(Hint::Uuid) if dashes.contains(&at) => text.push('-'),
                _ => {}
            }
            let _ = write!(text, "{byte:02x}");
        }
        Value::String(text)
    }

    /// A length that the kernel would take, around `usual` when it takes any.
    fn length(&mut self, checks: &Checks, usual: usize) -> usize {
        let least = checks.min_len.unwrap_or(0);
        let greatest = checks.max_len.unwrap_or(least + usual).min(least + 64);
        self.rng.usize(least..=greatest.max(least))
    }

    fn ipv4(&mut self) -> Ipv4Addr {
        Ipv4Addr::from(self.rng.u32(..))
    }

    /// An address with runs of zeros, which are shortened.
    fn ipv6(&mut self) -> Ipv6Addr {
        let mut groups = [0; 8];
        for group in &mut groups {
            if self.rng.bool() {
                *group = self.rng.u16(..);
            }
        }
        // An IPv4 address inside is told in more than one way.
        groups[0] |= 0x2000;
        Ipv6Addr::from(groups)
    }
}

/// Whether the range of an attribute has a number.
fn allowed(checks: &Checks, number: i128) -> bool {
    checks.min.is_none_or(|min| min <= number) && checks.max.is_none_or(|max| number <= max)
}
