//! A nested set that is opened when asked.

use std::fmt;

use crate::wire::attr::{Decode, Encode, Encoder};
use crate::wire::decode_error::DecodeError;
use crate::wire::depth::one_deeper;

/// A nested set of attributes: bytes of a message not decoded yet, or a struct to be written.
///
/// Decoding a message leaves its nests closed; [`get`](Self::get) opens one. For a request, a nest is
/// made from a reference: `RingsGet::default().header(&header)`.
///
/// ```
/// # use nlgen_runtime::{Nest, Decode, DecodeError, Encode};
/// # use nlgen_runtime::describe::Set;
/// # use nlgen_runtime::wire::{Encoder, attributes};
/// # #[derive(Clone, Default, Debug, PartialEq)] struct Header { index: Option<u32> }
/// # static SET: Set = Set::new("header", &[]);
/// # impl Encode for Header {
/// #     const SET: &'static Set = &SET;
/// #     fn encode(&self, out: &mut Encoder<'_>) { out.put(1, &self.index) }
/// # }
/// # impl<'a> Decode<'a> for Header {
/// #     const SET: &'static Set = &SET;
/// #     fn decode_at(bytes: &'a [u8], depth: u8) -> Result<Self, DecodeError> {
/// #         let mut new = Self::default();
/// #         attributes(bytes, depth, &SET, |attr| attr.get(&mut new.index))?;
/// #         Ok(new)
/// #     }
/// # }
/// let header = Header { index: Some(1) };
/// let nest = Nest::from(&header);
/// assert_eq!(nest.get()?, header);
/// # Ok::<(), DecodeError>(())
/// ```
pub struct Nest<'a, T>(Repr<'a, T>);

enum Repr<'a, T> {
    Wire(&'a [u8]),
    Built(&'a T),
}

impl<'a, T> Nest<'a, T> {
    /// A nest of bytes not decoded yet.
    #[inline]
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(Repr::Wire(bytes))
    }

    /// Opens the nest: decodes one level of attributes.
    ///
    /// # Errors
    /// When an attribute of that level is malformed.
    #[inline]
    pub fn get(&self) -> Result<T, DecodeError>
    where
        T: Decode<'a> + Clone,
    {
        match self.0 {
            Repr::Wire(bytes) => T::decode(bytes),
            Repr::Built(value) => Ok(value.clone()),
        }
    }

    /// The attributes as they came, or `None` for a nest made from a struct.
    #[inline]
    #[must_use]
    pub const fn as_bytes(&self) -> Option<&'a [u8]> {
        match self.0 {
            Repr::Wire(bytes) => Some(bytes),
            Repr::Built(_) => None,
        }
    }

    /// Appends the attributes, without the nest's own header.
    #[inline]
    pub fn write(&self, out: &mut Encoder<'_>)
    where
        T: Encode,
    {
        match self.0 {
            Repr::Wire(bytes) => out.bytes(bytes),
            Repr::Built(value) => value.encode(out),
        }
    }
}

impl<'a, T> From<&'a T> for Nest<'a, T> {
    #[inline]
    fn from(value: &'a T) -> Self {
        Self(Repr::Built(value))
    }
}

impl<T> Clone for Nest<'_, T> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Nest<'_, T> {}

impl<T> Clone for Repr<'_, T> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Repr<'_, T> {}

impl<'a, T: fmt::Debug + Decode<'a> + Clone> fmt::Debug for Nest<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        one_deeper(f, |f| match self.get() {
            Ok(value) => value.fmt(f),
            Err(error) => write!(f, "<{error}>"),
        })
    }
}
