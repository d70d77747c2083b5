//! Flags with a mask of the ones that matter.

/// A set of flags and which of them the sender means (`struct nla_bitfield32`).
///
/// The kernel refuses bits in `value` that are not in `selector`.
///
/// ```
/// use nlgen_runtime::Bitfield32;
/// // Sets bit 0, clears bit 1, leaves the others as they are.
/// let change = Bitfield32 { value: 0b01, selector: 0b11 };
/// assert_eq!(Bitfield32::from_bytes(change.to_bytes()), change);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bitfield32 {
    /// The flags' values.
    pub value: u32,
    /// The flags that `value` speaks of.
    pub selector: u32,
}

impl Bitfield32 {
    /// Reads the 8 bytes of the wire, both words in the machine's byte order.
    #[inline]
    #[must_use]
    pub const fn from_bytes([a, b, c, d, e, f, g, h]: [u8; 8]) -> Self {
        Self {
            value: u32::from_ne_bytes([a, b, c, d]),
            selector: u32::from_ne_bytes([e, f, g, h]),
        }
    }

    /// The 8 bytes of the wire.
    #[inline]
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 8] {
        let [a, b, c, d] = self.value.to_ne_bytes();
        let [e, f, g, h] = self.selector.to_ne_bytes();
        [a, b, c, d, e, f, g, h]
    }
}
