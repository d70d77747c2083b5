//! How integers stand on the wire, as descriptions say it.

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
    /// Whether the most significant byte comes first on this machine.
    pub(crate) const fn is_big(self) -> bool {
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
}
