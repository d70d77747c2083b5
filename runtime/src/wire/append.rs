//! How a described integer is written.

use crate::describe::Int;
use crate::wire::attr::Encoder;
use crate::wire::encode_error::EncodeReason;

impl Int {
    /// Appends `value`; of one that takes 4 or 8 bytes, as few as it needs.
    ///
    /// A value that the integer does not have is a failure of the encoder.
    ///
    /// ```
    /// use nlgen_runtime::describe::Int;
    /// use nlgen_runtime::wire::Encoder;
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
}

#[cfg(test)]
mod tests {
    use super::*;

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
