//! Text in a C array of a fixed length.

use std::fmt;

use crate::describe::Kind;
use crate::wire::attr::{Describe, Encoder, Natural};
use crate::wire::encode_error::EncodeReason;
use crate::wire::structure::{MemberAs, prefix};
use crate::wire::text::Str;

/// A `char[N]` of a C struct: text of at most `N` bytes, zeros behind it.
///
/// As in [`Str`], the bytes need not be UTF-8. What is behind the first NUL is not part of the text.
///
/// ```
/// use nlgen_runtime::FixedStr;
/// let name = FixedStr::<16>::try_from("eth0")?;
/// assert_eq!(name.as_str(), "eth0");
/// assert_eq!(name.to_string(), "eth0");
/// assert!(FixedStr::<4>::try_from("wlan0").is_err());
/// # Ok::<(), nlgen_runtime::wire::EncodeReason>(())
/// ```
#[derive(Clone, Copy)]
pub struct FixedStr<const N: usize>([u8; N]);

impl<const N: usize> FixedStr<N> {
    /// The text: up to the first NUL, or all of the bytes when there is none.
    #[inline]
    #[must_use]
    pub fn as_str(&self) -> Str<'_> {
        Str::from_payload(&self.0)
    }

    /// All `N` bytes, those behind the text too.
    #[inline]
    #[must_use]
    pub const fn as_array(&self) -> &[u8; N] {
        &self.0
    }
}

/// The bytes as they are.
impl<const N: usize> From<[u8; N]> for FixedStr<N> {
    #[inline]
    fn from(bytes: [u8; N]) -> Self {
        Self(bytes)
    }
}

/// # Errors
/// [`EncodeReason::Long`] for more than `N` bytes, [`EncodeReason::Nul`] for a NUL among them.
impl<const N: usize> TryFrom<&[u8]> for FixedStr<N> {
    type Error = EncodeReason;

    fn try_from(text: &[u8]) -> Result<Self, EncodeReason> {
        if let Some(at) = text.iter().position(|byte| *byte == 0) {
            return Err(EncodeReason::Nul { at });
        }
        let len = text.len();
        match len > N {
            true => Err(EncodeReason::Long { len, most: N }),
            false => Ok(Self(prefix(text))),
        }
    }
}

/// # Errors
/// [`EncodeReason::Long`] for more than `N` bytes, [`EncodeReason::Nul`] for a NUL among them.
impl<const N: usize> TryFrom<&str> for FixedStr<N> {
    type Error = EncodeReason;

    fn try_from(text: &str) -> Result<Self, EncodeReason> {
        Self::try_from(text.as_bytes())
    }
}

/// No text.
impl<const N: usize> Default for FixedStr<N> {
    #[inline]
    fn default() -> Self {
        Self([0; N])
    }
}

/// Two of the same text.
impl<const N: usize> PartialEq for FixedStr<N> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl<const N: usize> Eq for FixedStr<N> {}

impl<const N: usize> PartialEq<str> for FixedStr<N> {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl<const N: usize> PartialEq<&str> for FixedStr<N> {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl<const N: usize> fmt::Display for FixedStr<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.as_str(), f)
    }
}

impl<const N: usize> fmt::Debug for FixedStr<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.as_str(), f)
    }
}

impl<const N: usize> MemberAs<FixedStr<N>> for Natural {
    const LEN: usize = N;
    const ALIGN: usize = 1;

    #[inline]
    fn load(bytes: &[u8]) -> FixedStr<N> {
        FixedStr(prefix(bytes))
    }

    #[inline]
    fn store(value: &FixedStr<N>, out: &mut Encoder<'_>) {
        out.bytes(&value.0);
    }
}

impl<const N: usize> Describe for FixedStr<N> {
    const KIND: Kind = Kind::String;
}
