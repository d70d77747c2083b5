//! Static descriptions of attribute sets: names, types and nesting, without code per attribute.
//!
//! Errors, the paths of extended acknowledgements, `Debug` and the hiding of secrets all read them.
//! Generated code and the derives fill them in.

use crate::{Attrs, EncodeReason, Encoder, Layout, Str};

/// What the attributes of a set are called and contain.
#[derive(Debug)]
pub struct Set {
    name: &'static str,
    attributes: &'static [Attribute],
}

/// One attribute of a [`Set`].
#[derive(Debug)]
pub struct Attribute {
    number: u16,
    name: &'static str,
    kind: Kind,
    secret: bool,
    multi: bool,
    shown: Shown,
    keys: &'static [&'static str],
}

/// How a number or bytes are best read by people (`display-hint`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shown {
    /// As their kind says.
    #[default]
    Plain,
    /// In hexadecimal.
    Hex,
    /// As a UUID.
    Uuid,
}

/// What an attribute contains.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Bytes without a known structure (`NLA_BINARY`).
    Binary,
    /// Nothing: its presence is the message (`NLA_FLAG`).
    Flag,
    /// Padding that the kernel puts before 64-bit values on some machines.
    Pad,
    /// Text (`NLA_STRING`, `NLA_NUL_STRING`).
    String,
    /// An integer.
    Int(Int),
    /// An integer whose values have names.
    Enum(Int, &'static Names),
    /// An integer whose bits have names.
    Flags(Int, &'static Names),
    /// An IPv4 (4 bytes) or IPv6 (16 bytes) address, in network byte order.
    Ip,
    /// A hardware address of 6 bytes.
    Mac,
    /// Flags and a mask (`struct nla_bitfield32`).
    Bitfield32(&'static Names),
    /// Attributes of a set (`NLA_NESTED`). A function, so that a set can contain itself.
    Nest(fn() -> &'static Set),
    /// Attributes whose types are indices and whose payloads are all of one kind
    /// (`NLA_NESTED_ARRAY`).
    Array(&'static Kind),
    /// Integers of one kind, one behind the other.
    Scalars(Int),
    /// A C struct.
    Struct(&'static Layout),
    /// A payload in the format that the attribute of this number selects, in the same set.
    SubMessage(u16, &'static [Format]),
    /// A payload in a format that an attribute of another set selects.
    Unselected,
    /// Levels of attributes whose types are numbers with a meaning, then a set.
    Keyed(u8, fn() -> &'static Set),
}

/// One format of a sub-message.
#[derive(Debug)]
pub struct Format {
    value: &'static str,
    header: Option<&'static Layout>,
    set: Option<fn() -> &'static Set>,
}

impl Format {
    /// The format that the selector's value `value` names: a struct, attributes, both or nothing.
    #[must_use]
    pub const fn new(
        value: &'static str,
        header: Option<&'static Layout>,
        set: Option<fn() -> &'static Set>,
    ) -> Self {
        Self { value, header, set }
    }

    /// The selector's value.
    #[must_use]
    pub const fn value(&self) -> &'static str {
        self.value
    }

    /// The struct that the payload begins with.
    #[must_use]
    pub const fn header(&self) -> Option<&'static Layout> {
        self.header
    }

    /// The set of the attributes.
    #[must_use]
    pub fn set(&self) -> Option<&'static Set> {
        self.set.map(|set| set())
    }

    /// The format of a payload whose selector is the attribute `number` of `set`, among the
    /// attributes in `level`.
    pub(crate) fn find(
        formats: &'static [Self],
        set: &'static Set,
        number: u16,
        level: &[u8],
    ) -> Option<&'static Self> {
        let attrs = Attrs::new(level).map_while(Result::ok);
        let selector = attrs.filter(|attr| attr.kind() == number).last()?;
        let payload = selector.payload();
        let name = match set.attribute(number)?.kind {
            Kind::Enum(int, names) => {
                let value = int.read(payload)?;
                names
                    .iter()
                    .find(|(known, _)| *known == value)?
                    .1
                    .as_bytes()
            }
            _ => Str::from_payload(payload).as_bytes(),
        };
        formats
            .iter()
            .find(|format| format.value.as_bytes() == name)
    }
}

/// How an integer stands on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Int {
    /// Bytes: 1 to 8, or 0 for 4 or 8 by the attribute's length.
    pub size: u8,
    /// Whether the value is signed.
    pub signed: bool,
    /// The order of the bytes.
    pub order: Order,
}

/// The order of an integer's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The machine's.
    Host,
    /// Most significant byte first.
    Big,
    /// Least significant byte first.
    Little,
}

/// Names of an enum's values, or of masks in a set of flags. Negative values are sign-extended to
/// 64 bits.
pub type Names = [(u64, &'static str)];

impl Set {
    /// A set with its attributes.
    #[must_use]
    pub const fn new(name: &'static str, attributes: &'static [Attribute]) -> Self {
        Self { name, attributes }
    }

    /// The name in the specification.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The attributes, in the order of the specification.
    #[must_use]
    pub const fn attributes(&self) -> &'static [Attribute] {
        self.attributes
    }

    /// The attribute of a number.
    #[must_use]
    pub fn attribute(&self, number: u16) -> Option<&'static Attribute> {
        self.attributes.iter().find(|attr| attr.number == number)
    }

    /// The name of the attribute of a number.
    pub(crate) fn name_of(&self, number: u16) -> Option<&'static str> {
        self.attribute(number).map(Attribute::name)
    }
}

impl Attribute {
    /// An attribute.
    #[must_use]
    pub const fn new(number: u16, name: &'static str, kind: Kind) -> Self {
        Self {
            number,
            name,
            kind,
            secret: false,
            multi: false,
            shown: Shown::Plain,
            keys: &[],
        }
    }

    /// The same attribute, which may occur more than once: each time is an entry of a list
    /// (`multi-attr`).
    #[must_use]
    pub const fn multi(mut self) -> Self {
        self.multi = true;
        self
    }

    /// The same attribute, shown in another way.
    #[must_use]
    pub const fn shown(mut self, shown: Shown) -> Self {
        self.shown = shown;
        self
    }

    /// The same attribute, with names for the numbers of its levels ([`Kind::Keyed`]), outermost first.
    #[must_use]
    pub const fn keys(mut self, keys: &'static [&'static str]) -> Self {
        self.keys = keys;
        self
    }

    /// The same attribute, whose value is never shown.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// The number (`nla_type`).
    #[must_use]
    pub const fn number(&self) -> u16 {
        self.number
    }

    /// The name in the specification.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it contains.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether each time that it occurs is an entry of a list.
    #[must_use]
    pub const fn is_multi(&self) -> bool {
        self.multi
    }

    /// How its value is best shown.
    #[must_use]
    pub const fn hint(&self) -> Shown {
        self.shown
    }

    /// What the numbers of its levels are called, as far as they have names.
    #[must_use]
    pub const fn key_names(&self) -> &'static [&'static str] {
        self.keys
    }

    /// Whether its value must not be shown.
    #[must_use]
    pub const fn is_secret(&self) -> bool {
        self.secret
    }
}

macro_rules! ints {
    ($($name:ident, $size:literal, $signed:literal, $order:ident, $doc:literal;)*) => {
        impl Int {
            $(
                #[doc = $doc]
                pub const $name: Self = Self { size: $size, signed: $signed, order: Order::$order };
            )*
        }
    };
}

ints! {
    U8, 1, false, Host, "`u8`.";
    U16, 2, false, Host, "`u16`.";
    U32, 4, false, Host, "`u32`.";
    U64, 8, false, Host, "`u64`.";
    S8, 1, true, Host, "`s8`.";
    S16, 2, true, Host, "`s16`.";
    S32, 4, true, Host, "`s32`.";
    S64, 8, true, Host, "`s64`.";
    UINT, 0, false, Host, "`uint`: 4 or 8 bytes.";
    SINT, 0, true, Host, "`sint`: 4 or 8 bytes.";
}

impl Int {
    /// The same integer, in the machine's byte order.
    #[must_use]
    pub const fn host(mut self) -> Self {
        self.order = Order::Host;
        self
    }

    /// The same integer, most significant byte first.
    #[must_use]
    pub const fn be(mut self) -> Self {
        self.order = Order::Big;
        self
    }

    /// The same integer, least significant byte first.
    #[must_use]
    pub const fn le(mut self) -> Self {
        self.order = Order::Little;
        self
    }

    /// Reads a payload as 64 bits, sign-extended; `None` when the length does not fit.
    #[must_use]
    pub fn read(self, payload: &[u8]) -> Option<u64> {
        let fits = match self.size {
            0 => matches!(payload.len(), 4 | 8),
            size => size <= 8 && payload.len() == usize::from(size),
        };
        if !fits {
            return None;
        }
        let fold = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        let value = if self.is_big() {
            payload.iter().fold(0, fold)
        } else {
            payload.iter().rev().fold(0, fold)
        };
        let unused = 64 - 8 * payload.len() as u32;
        Some(if self.signed {
            (((value << unused) as i64) >> unused) as u64
        } else {
            value
        })
    }
}

impl Int {
    /// Appends `value`; of one that takes 4 or 8 bytes, as few as it needs.
    ///
    /// A value that the integer does not have is a failure of the encoder.
    ///
    /// ```
    /// use nlgen_runtime::{Encoder, Int};
    /// let mut bytes = Vec::new();
    /// let mut out = Encoder::new(&mut bytes);
    /// Int::U16.be().append(0x0102, &mut out);
    /// Int::SINT.le().append(-2, &mut out);
    /// out.finish()?;
    /// assert_eq!(bytes, [1, 2, 0xFE, 0xFF, 0xFF, 0xFF]);
    /// # Ok::<(), nlgen_runtime::EncodeError>(())
    /// ```
    pub fn append(self, value: i128, out: &mut Encoder<'_>) {
        let fits = |size: u8| {
            let bits = 8 * u32::from(size.min(8));
            match self.signed {
                true => (-(1 << bits >> 1)..1 << bits >> 1).contains(&value),
                false => (0..1 << bits).contains(&value),
            }
        };
        let size = match self.size {
            0 if fits(4) => 4,
            0 => 8,
            size => size,
        };
        if !fits(size) {
            return out.fail(EncodeReason::Range);
        }
        let bytes = value.to_le_bytes();
        let low = bytes.get(..usize::from(size)).unwrap_or(&bytes);
        match self.is_big() {
            true => low.iter().rev().for_each(|byte| out.bytes(&[*byte])),
            false => out.bytes(low),
        }
    }

    /// Whether the most significant byte comes first on this machine.
    const fn is_big(self) -> bool {
        match self.order {
            Order::Host => cfg!(target_endian = "big"),
            Order::Big => true,
            Order::Little => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_of_all_widths_and_orders() {
        for (int, payload, value) in [
            (Int::U8, &[0x80][..], Some(0x80)),
            (Int::S8, &[0x80], Some((-128i64) as u64)),
            (Int::U16.be(), &[1, 2], Some(0x0102)),
            (Int::U16.le(), &[1, 2], Some(0x0201)),
            (
                Int::S32.be(),
                &[0xFF, 0xFF, 0xFF, 0xFE],
                Some((-2i64) as u64),
            ),
            (Int::UINT.be(), &[0, 0, 0, 5], Some(5)),
            (Int::UINT.be(), &[0, 0, 0, 0, 0, 0, 0, 5], Some(5)),
            (Int::UINT, &[0; 6], None),
            (Int::U32, &[0; 3], None),
            (Int { size: 9, ..Int::U8 }, &[0; 9], None),
        ] {
            assert_eq!(int.read(payload), value, "{int:?} {payload:?}");
        }
    }

    #[test]
    fn integers_are_written_as_they_are_read() {
        for (int, value, expected) in [
            (Int::U8, 255, Some(&[255][..])),
            (Int::U8, 256, None),
            (Int::U8, -1, None),
            (Int::S8, -128, Some(&[0x80])),
            (Int::S8, 128, None),
            (Int::U32.be(), 1, Some(&[0, 0, 0, 1])),
            (Int::S16.le(), -2, Some(&[0xFE, 0xFF])),
            (Int::UINT.le(), 0xFFFF_FFFF, Some(&[0xFF; 4])),
            (Int::UINT.le(), 1 << 32, Some(&[0, 0, 0, 0, 1, 0, 0, 0])),
            (Int::SINT.le(), 0x7FFF_FFFF, Some(&[0xFF, 0xFF, 0xFF, 0x7F])),
            (
                Int::SINT.be(),
                0x8000_0000,
                Some(&[0, 0, 0, 0, 0x80, 0, 0, 0]),
            ),
            (Int::U64.be(), u64::MAX.into(), Some(&[0xFF; 8])),
            (Int::U64, i128::from(u64::MAX) + 1, None),
            (Int::S64, i64::MIN.into(), Some(&i64::MIN.to_ne_bytes())),
        ] {
            let mut bytes = Vec::new();
            let mut out = Encoder::new(&mut bytes);
            int.append(value, &mut out);
            let written = out.finish().ok().map(|()| &bytes[..]);
            assert_eq!(written, expected, "{int:?} {value}");
            if let Some(expected) = expected {
                assert_eq!(
                    int.read(expected).map(|read| read as u128),
                    Some(value as u64 as u128)
                );
            }
        }
    }
}
