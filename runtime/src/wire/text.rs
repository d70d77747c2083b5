//! Strings as the kernel has them: bytes, usually text, ended by a NUL on the wire.

use std::borrow::Cow;
use std::ffi::CStr;
use std::fmt;
use std::str::Utf8Error;

/// A string attribute's bytes, without the NUL that ends them (`NLA_STRING`, `NLA_NUL_STRING`).
///
/// The kernel does not promise UTF-8 (interface aliases are what a user typed), so the bytes are
/// kept: `Display` replaces what is not UTF-8, [`to_str`](Self::to_str) refuses it. When written, a
/// NUL is added; a NUL inside is an error.
///
/// ```
/// use nlgen_runtime::Str;
/// let name = Str::from("eth0");
/// assert_eq!(name, "eth0");
/// assert_eq!(name.to_str(), Ok("eth0"));
/// assert_eq!(Str::from(&b"a\xFF"[..]).to_string(), "a\u{FFFD}");
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Str<'a>(&'a [u8]);

impl<'a> Str<'a> {
    /// Reads a payload: up to the first NUL, or all of it when there is none.
    #[inline(always)]
    #[must_use]
    pub fn from_payload(payload: &'a [u8]) -> Self {
        // The NUL of a well-formed string is its last byte: look there before looking for it.
        match payload.split_last() {
            Some((0, text)) if is_short_text(text) => Self(text),
            _ => Self(payload.get(..first_nul(payload)).unwrap_or(payload)),
        }
    }

    /// The bytes, without a NUL at the end.
    #[inline]
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.0
    }

    /// The text.
    ///
    /// # Errors
    /// When the bytes are not UTF-8.
    #[inline]
    pub fn to_str(&self) -> Result<&'a str, Utf8Error> {
        std::str::from_utf8(self.0)
    }

    /// The text, with U+FFFD for what is not UTF-8.
    #[must_use]
    pub fn to_string_lossy(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.0)
    }

    /// The length in bytes.
    #[inline]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no bytes.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Where the first NUL is, or the end. For what is not as strings are.
#[inline(never)]
fn first_nul(payload: &[u8]) -> usize {
    let text = CStr::from_bytes_until_nul(payload);
    text.map_or(payload.len(), CStr::count_bytes)
}

/// Whether text is as short as names are and has no NUL: one look at both ends, which may overlap, is enough.
#[inline(always)]
fn is_short_text(text: &[u8]) -> bool {
    match text.len() {
        4..8 => !ends_have_nul::<4>(text),
        8..=16 => !ends_have_nul::<8>(text),
        17..=32 => !ends_have_nul::<16>(text),
        _ => false,
    }
}

/// Whether there is a NUL in the first or the last `N` bytes. Without a branch for each byte, so that the compiler
/// compares them all at once.
#[inline]
fn ends_have_nul<const N: usize>(text: &[u8]) -> bool {
    let (Some(first), Some(last)) = (text.first_chunk::<N>(), text.last_chunk::<N>()) else {
        return true;
    };
    let pairs = first.iter().zip(last);
    pairs.fold(false, |found, (&a, &b)| found | (a == 0) | (b == 0))
}

impl fmt::Display for Str<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_string_lossy())
    }
}

impl fmt::Debug for Str<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_str() {
            Ok(text) => fmt::Debug::fmt(text, f),
            Err(_) => write!(f, "b\"{}\"", self.0.escape_ascii()),
        }
    }
}

impl<'a> From<&'a str> for Str<'a> {
    #[inline]
    fn from(text: &'a str) -> Self {
        Self(text.as_bytes())
    }
}

impl<'a> From<&'a String> for Str<'a> {
    #[inline]
    fn from(text: &'a String) -> Self {
        Self(text.as_bytes())
    }
}

impl<'a> From<&'a [u8]> for Str<'a> {
    #[inline]
    fn from(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }
}

impl AsRef<[u8]> for Str<'_> {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        self.0
    }
}

impl PartialEq<str> for Str<'_> {
    #[inline]
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for Str<'_> {
    #[inline]
    fn eq(&self, other: &&str) -> bool {
        self.0 == other.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_ends_at_its_first_nul() {
        for (payload, text) in [
            (&b"eth0\0"[..], "eth0"),
            (b"eth0", "eth0"),
            (b"a\0b\0", "a"),
            (b"a\0\0", "a"),
            (b"\0", ""),
            (b"", ""),
        ] {
            assert_eq!(Str::from_payload(payload), text, "{payload:?}");
        }
    }

    #[test]
    fn a_nul_is_found_wherever_it_is() {
        for len in 0..40 {
            let mut text: Vec<u8> = (0..len).map(|at| [1, 0x80, 0xff, b'a'][at % 4]).collect();
            text.push(0);
            assert_eq!(Str::from_payload(&text).len(), len, "{text:?}");
            for at in 0..len {
                let byte = std::mem::replace(&mut text[at], 0);
                assert_eq!(Str::from_payload(&text).len(), at, "{text:?}");
                text[at] = byte;
            }
        }
    }
}
