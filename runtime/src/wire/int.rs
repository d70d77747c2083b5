//! How integers stand on the wire, as descriptions say it.

use crate::wire::attr::Encoder;
use crate::wire::encode_error::EncodeReason;

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
