//! Whole levels of attributes: the traits that message structs implement.

use super::{MAX_DEPTH, read::Attr, wrapped::Level};
use crate::describe::{Layout, Set};
use crate::wire::attr::write::Encoder;
use crate::wire::decode_error::{DecodeError, Reason};
use crate::wire::encode_error::EncodeError;

#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a struct of attributes that can be written",
    label = "this does not implement `Encode`",
    note = "add `#[derive(Encode)]` to it, and a number to each field: `#[nl(1)]`"
)]
/// A struct that is written as attributes: generated from a spec, or derived.
pub trait Encode {
    /// What the attributes are called and contain, for errors and output.
    const SET: &'static Set;

    /// The fixed header before the attributes, when there is one.
    const HEADER: Option<&'static Layout> = None;

    /// Appends the fixed header, if any, and the attributes that are present.
    fn encode(&self, out: &mut Encoder<'_>);

    /// The attributes as bytes of their own.
    ///
    /// # Errors
    /// When a payload would not fit its 16-bit length, a string holds a NUL, or a value does not fit
    /// its attribute's width.
    fn to_bytes(&self) -> Result<Vec<u8>, EncodeError> {
        let mut bytes = Vec::new();
        let mut out = Encoder::new(&mut bytes);
        self.encode(&mut out);
        out.finish().map_err(|error| error.of(Self::SET))?;
        Ok(bytes)
    }
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a struct of attributes that can be read",
    label = "this does not implement `Decode`",
    note = "add `#[derive(Decode)]` to it, and a number to each field: `#[nl(1)]`"
)]
/// A struct that is read from attributes: generated from a spec, or derived.
///
/// Generated structs borrow from the message and decode one level; derived ones may own their data.
pub trait Decode<'a>: Sized {
    /// What the attributes are called and contain, for errors and output.
    const SET: &'static Set;

    /// Reads one level of attributes that lies inside `depth` levels of owned values.
    ///
    /// Call [`decode`](Self::decode); this is what the generator fills in.
    ///
    /// # Errors
    /// As for [`decode`](Self::decode).
    fn decode_at(bytes: &'a [u8], depth: u8) -> Result<Self, DecodeError>;

    /// Reads a level of attributes. Unknown attributes are passed over.
    ///
    /// A generated struct that is nothing but a list of repeated attributes is read up to its first
    /// entry. The list checks the others when it is walked.
    ///
    /// # Errors
    /// When a header or a payload is malformed, or a required attribute is missing; the error names
    /// the attribute.
    #[inline]
    fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        Self::decode_at(bytes, 0)
    }
}

/// Calls `read` with each attribute of a level; an error gets the attribute's place. A nest that is longer than its
/// length can say is given whole.
///
/// # Errors
/// The first malformed header, or the first error of `read`.
#[inline]
pub fn attributes<'a>(
    bytes: &'a [u8],
    depth: u8,
    set: &'static Set,
    read: impl FnMut(&Attr<'a>) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    attributes_with(set.has_nests(), bytes, depth, set, read)
}

/// The same for a set of which the compiler knows whether it has nests: what it knows costs nothing.
///
/// # Errors
/// As for [`attributes`].
#[doc(hidden)]
#[inline]
pub fn attributes_with<'a>(
    nests: bool,
    bytes: &'a [u8],
    depth: u8,
    set: &'static Set,
    mut read: impl FnMut(&Attr<'a>) -> Result<(), DecodeError>,
) -> Result<(), DecodeError> {
    if depth > MAX_DEPTH {
        return Err(DecodeError::new(Reason::TooDeep).of(set));
    }
    let mut level = Level::new(nests, set, bytes, depth);
    loop {
        match level.next_attr() {
            Ok(Some(attr)) => read(&attr).map_err(|error| error.within(set, attr.kind()))?,
            Ok(None) => return Ok(()),
            Err(error) => return Err(error.of(set)),
        }
    }
}

/// The value of a required attribute.
///
/// # Errors
/// [`Reason::Missing`] with the attribute's name when it did not occur.
#[inline]
pub fn require<T>(value: Option<T>, set: &'static Set, kind: u16) -> Result<T, DecodeError> {
    value.ok_or_else(|| DecodeError::new(Reason::Missing).within(set, kind))
}

/// The empty set: for operations that answer with nothing but an acknowledgement.
impl Encode for () {
    const SET: &'static Set = &EMPTY;

    fn encode(&self, _out: &mut Encoder<'_>) {}
}

impl<'a> Decode<'a> for () {
    const SET: &'static Set = &EMPTY;

    #[inline]
    fn decode_at(_bytes: &'a [u8], _depth: u8) -> Result<Self, DecodeError> {
        Ok(())
    }
}

static EMPTY: Set = Set::new("empty", &[]);
