//! Reading attributes: one 32-bit load per header, no allocation, no panic on any bytes.

use std::fmt;

use super::{HEADER, TYPE_MASK};
use crate::wire::align::align;
use crate::wire::decode_error::{DecodeError, Reason};

/// One attribute as it stands in a message.
///
/// `Debug` tells its number and length and not its value, which may be secret.
#[derive(Clone, Copy)]
pub struct Attr<'a> {
    kind: u16,
    payload: &'a [u8],
    level: &'a [u8],
    depth: u8,
}

impl fmt::Debug for Attr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attr")
            .field("kind", &self.kind())
            .field("len", &self.payload.len())
            .finish()
    }
}

impl<'a> Attr<'a> {
    /// A payload by itself, as a member of a struct is.
    #[inline]
    pub const fn of_payload(payload: &'a [u8]) -> Self {
        Self {
            kind: 0,
            payload,
            level: payload,
            depth: 0,
        }
    }

    /// The attribute's number, without the flag bits (`nla_type`).
    #[inline]
    #[must_use]
    pub const fn kind(&self) -> u16 {
        self.kind & TYPE_MASK
    }

    /// The attribute's type with [`NESTED`](crate::wire::NESTED) and
    /// [`NET_BYTE_ORDER`](crate::wire::NET_BYTE_ORDER), as the sender wrote it.
    #[inline]
    #[must_use]
    pub const fn raw_kind(&self) -> u16 {
        self.kind
    }

    /// The payload, without header and padding (`nla_data`).
    #[inline]
    #[must_use]
    pub const fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// The bytes from this attribute's header to the end of its level.
    #[inline]
    pub(crate) const fn level(&self) -> &'a [u8] {
        self.level
    }

    /// How many levels of owned values lie around this attribute.
    #[inline]
    pub(crate) const fn depth(&self) -> u8 {
        self.depth
    }

    /// The same attribute, as deep inside owned values as `other`.
    #[inline]
    pub(crate) const fn under(self, other: &Self) -> Self {
        Self {
            depth: other.depth,
            ..self
        }
    }

    /// The attributes inside the payload.
    #[inline]
    #[must_use]
    pub const fn nested(&self) -> Attrs<'a> {
        Attrs {
            rest: self.payload,
            depth: self.depth,
        }
    }
}

/// Walks the attributes of one level, in the order of the message.
///
/// As an iterator it yields `Result<Attr, DecodeError>` and ends after the first error.
///
/// ```
/// use nlgen_runtime::wire::Attrs;
/// // One attribute, type 3, payload 0xAA and three bytes of padding.
/// let bytes = [5u16.to_ne_bytes(), 3u16.to_ne_bytes(), [0xAA, 0], [0, 0]].concat();
/// let attr = Attrs::new(&bytes).next().unwrap()?;
/// assert_eq!((attr.kind(), attr.payload()), (3, &[0xAA][..]));
/// # Ok::<(), nlgen_runtime::DecodeError>(())
/// ```
#[derive(Clone, Copy, Default)]
pub struct Attrs<'a> {
    rest: &'a [u8],
    depth: u8,
}

impl fmt::Debug for Attrs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attrs")
            .field("left", &self.rest.len())
            .finish()
    }
}

impl<'a> Attrs<'a> {
    /// Starts at the first of the attributes in `bytes`.
    #[inline]
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            depth: 0,
        }
    }

    #[inline]
    pub(crate) const fn at_depth(bytes: &'a [u8], depth: u8) -> Self {
        Self { rest: bytes, depth }
    }

    /// Attributes in other bytes, as deep inside owned values.
    #[inline]
    pub(crate) const fn over<'b>(self, bytes: &'b [u8]) -> Attrs<'b> {
        Attrs {
            rest: bytes,
            depth: self.depth,
        }
    }

    /// The bytes not walked yet.
    #[inline]
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.rest
    }

    /// The next attribute, or `None` at the end of the level.
    ///
    /// The padding of the last attribute may be missing.
    ///
    /// # Errors
    /// When a header's length is below 4 or beyond the level ([`Reason::Header`]), or when 1 to 3
    /// bytes are left over ([`Reason::Leftover`]).
    #[inline]
    pub fn next_attr(&mut self) -> Result<Option<Attr<'a>>, DecodeError> {
        self.next_lacking(0)
    }

    /// The same, of an attribute that is `lacks` bytes longer than its length says.
    #[inline]
    pub(crate) fn next_lacking(&mut self, lacks: usize) -> Result<Option<Attr<'a>>, DecodeError> {
        let level = self.rest;
        let Some((head, after)) = level.split_first_chunk::<HEADER>() else {
            return self.end();
        };
        let (len, kind) = split_header(*head);
        // A length below the header's wraps to one that no message has: one comparison for both.
        let Some(payload) = after.get(..len.wrapping_sub(HEADER).wrapping_add(lacks)) else {
            self.rest = &[];
            return Err(bad_header(len, level.len()));
        };
        self.rest = match after.get(align(payload.len())..) {
            Some(rest) => rest,
            None => unpadded(),
        };
        Ok(Some(Attr {
            kind,
            payload,
            level,
            depth: self.depth,
        }))
    }

    #[inline]
    fn end(&mut self) -> Result<Option<Attr<'a>>, DecodeError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let left = self.rest.len();
        self.rest = &[];
        Err(leftover(left))
    }
}

// What is rare stands outside, and takes values: a reference to the iterator would keep it in memory.

/// What is behind a last attribute whose padding is missing. A call, so that a branch and not the message's bytes
/// decides where the next attribute is.
#[cold]
#[inline(never)]
const fn unpadded() -> &'static [u8] {
    &[]
}

#[cold]
#[inline(never)]
fn bad_header(len: usize, left: usize) -> DecodeError {
    DecodeError::new(Reason::Header { len, left })
}

#[cold]
#[inline(never)]
fn leftover(left: usize) -> DecodeError {
    DecodeError::new(Reason::Leftover { left })
}

impl<'a> Iterator for Attrs<'a> {
    type Item = Result<Attr<'a>, DecodeError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.next_attr().transpose()
    }
}

/// `nla_len` and `nla_type` from one 32-bit load.
#[inline]
const fn split_header(head: [u8; HEADER]) -> (usize, u16) {
    let word = u32::from_ne_bytes(head);
    let (low, high) = (word as u16, (word >> 16) as u16);
    if cfg!(target_endian = "little") {
        (low as usize, high)
    } else {
        (high as usize, low)
    }
}
