//! Padding: netlink starts every message and every attribute at a multiple of four bytes.

/// The boundary at which messages and attributes start, in bytes (`NLMSG_ALIGNTO`, `NLA_ALIGNTO`).
pub const ALIGN: usize = 4;

/// Rounds a length in bytes up to the next boundary (`NLMSG_ALIGN`, `NLA_ALIGN`).
///
/// Saturates at the largest aligned `usize` instead of wrapping.
///
/// ```
/// assert_eq!(nlgen_runtime::wire::align(5), 8);
/// assert_eq!(nlgen_runtime::wire::align(8), 8);
/// ```
#[inline]
#[must_use]
pub const fn align(len: usize) -> usize {
    len.saturating_add(ALIGN - 1) & !(ALIGN - 1)
}

/// The number of zero bytes that pad `len` bytes to the next boundary: 0 to 3.
#[inline]
pub(crate) const fn padding(len: usize) -> usize {
    len.wrapping_neg() & (ALIGN - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_up_and_never_wraps() {
        for (len, aligned, pad) in [
            (0, 0, 0),
            (1, 4, 3),
            (3, 4, 1),
            (4, 4, 0),
            (65_531, 65_532, 1),
        ] {
            assert_eq!(align(len), aligned);
            assert_eq!(padding(len), pad);
        }
        assert_eq!(align(usize::MAX), usize::MAX - 3);
    }
}
