//! Writing attributes into a buffer, with lengths and padding filled in and checked.

use std::fmt;

use super::{HEADER, MAX_PAYLOAD, NESTED};
use crate::describe::Format;
use crate::wire::align::padding;
use crate::wire::encode_error::{EncodeError, EncodeReason};

/// Appends attributes to a buffer.
///
/// Errors are kept: after the first one, what is appended no longer matters and
/// [`finish`](Self::finish) tells what was wrong and where. This keeps each attribute one call.
///
/// ```
/// use nlgen_runtime::wire::Encoder;
/// let mut bytes = Vec::new();
/// let mut out = Encoder::new(&mut bytes);
/// out.put(3, &Some(0xAAu8));
/// out.put(4, &None::<u8>); // Nothing is written.
/// out.finish()?;
/// assert_eq!(bytes.len(), 8);
/// # Ok::<(), nlgen_runtime::EncodeError>(())
/// ```
pub struct Encoder<'b> {
    buf: &'b mut Vec<u8>,
    failure: Option<EncodeError>,
    /// The length of the buffer at that failure: the attributes around it begin before.
    failed_at: usize,
}

/// How much was written and not what, which may be secret.
impl fmt::Debug for Encoder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encoder")
            .field("len", &self.buf.len())
            .field("failure", &self.failure)
            .finish()
    }
}

impl<'b> Encoder<'b> {
    /// Appends to `buf`, whose length must be a multiple of 4 for the attributes to be aligned.
    #[inline]
    #[must_use]
    pub fn new(buf: &'b mut Vec<u8>) -> Self {
        Self {
            buf,
            failure: None,
            failed_at: 0,
        }
    }

    /// Writes an attribute without payload when `set` is true (`NLA_FLAG`).
    #[inline]
    pub fn flag(&mut self, kind: u16, set: bool) {
        if set {
            self.fixed0(kind);
        }
    }

    /// Writes one attribute whose payload `fill` appends (`nla_reserve`).
    ///
    /// A payload of more than [`MAX_PAYLOAD`](crate::wire::MAX_PAYLOAD) bytes is an error: its length would
    /// wrap and what stands inside would be read as attributes of their own.
    #[inline]
    pub fn attr(&mut self, kind: u16, fill: impl FnOnce(&mut Self)) {
        let start = self.buf.len();
        self.buf.extend_from_slice(&[0; HEADER]);
        fill(self);
        self.close(start, kind);
        if self.failure.is_some() {
            self.note_path(start, kind);
        }
    }

    /// Writes one attribute whose payload `fill` appends as attributes (`nla_nest_start`).
    #[inline]
    pub fn nest(&mut self, kind: u16, fill: impl FnOnce(&mut Self)) {
        self.attr(kind | NESTED, fill);
    }

    /// Appends bytes to the payload of the attribute under construction.
    #[inline]
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.buf.extend_from_slice(bytes);
    }

    /// Appends `count` zero bytes.
    #[inline]
    pub fn zeros(&mut self, count: usize) {
        self.buf.resize(self.buf.len() + count, 0);
    }

    /// Records why what is being written cannot be sent. Only the first failure is kept.
    #[cold]
    pub fn fail(&mut self, reason: EncodeReason) {
        if self.failure.is_none() {
            self.failure = Some(EncodeError::new(reason));
            self.failed_at = self.buf.len();
        }
    }

    /// Why what has been written so far cannot be sent, if it cannot.
    #[inline]
    #[must_use]
    pub fn failure(&self) -> Option<EncodeReason> {
        self.failure.as_ref().map(EncodeError::reason)
    }

    /// The number of bytes in the buffer.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.buf.len()
    }

    /// Whether the buffer is empty.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.buf.is_empty()
    }

    /// Ends the writing.
    ///
    /// # Errors
    /// The first failure, with the numbers of the attributes around it.
    #[inline]
    pub fn finish(self) -> Result<(), EncodeError> {
        match self.failure {
            None => Ok(()),
            Some(failure) => Err(failure),
        }
    }

    /// An attribute without payload.
    #[inline]
    pub(crate) fn fixed0(&mut self, kind: u16) {
        let ([l0, l1], [k0, k1]) = header(0, kind);
        self.buf.extend_from_slice(&[l0, l1, k0, k1]);
    }

    /// An attribute of 1 to 4 bytes of payload, in one append with its padding.
    #[inline]
    pub(crate) fn fixed4(&mut self, kind: u16, len: usize, [a, b, c, d]: [u8; 4]) {
        let ([l0, l1], [k0, k1]) = header(len, kind);
        self.buf.extend_from_slice(&[l0, l1, k0, k1, a, b, c, d]);
    }

    /// An attribute of 8 bytes of payload, in one append.
    #[inline]
    pub(crate) fn fixed8(&mut self, kind: u16, [a, b, c, d, e, f, g, h]: [u8; 8]) {
        let ([l0, l1], [k0, k1]) = header(8, kind);
        self.buf
            .extend_from_slice(&[l0, l1, k0, k1, a, b, c, d, e, f, g, h]);
    }

    /// An attribute with a ready payload.
    #[inline]
    pub(crate) fn slice(&mut self, kind: u16, payload: &[u8]) {
        if payload.len() > MAX_PAYLOAD {
            return self.too_long(kind, payload.len());
        }
        let ([l0, l1], [k0, k1]) = header(payload.len(), kind);
        let pad = padding(payload.len());
        self.buf.reserve(HEADER + payload.len() + pad);
        self.buf.extend_from_slice(&[l0, l1, k0, k1]);
        self.buf.extend_from_slice(payload);
        self.pad(pad);
    }

    /// An attribute whose payload's length the compiler knows, without a call to copy it.
    #[inline]
    pub(crate) fn array<const N: usize>(&mut self, kind: u16, payload: &[u8; N]) {
        if N > MAX_PAYLOAD {
            return self.too_long(kind, N);
        }
        let ([l0, l1], [k0, k1]) = header(N, kind);
        self.buf.extend_from_slice(&[l0, l1, k0, k1]);
        self.buf.extend_from_slice(payload);
        self.pad(padding(N));
    }

    /// Most payloads need no padding.
    #[inline]
    fn pad(&mut self, pad: usize) {
        if pad != 0 {
            let zeros = [0; 3];
            self.buf.extend_from_slice(zeros.get(..pad).unwrap_or(&[]));
        }
    }

    /// Fills in the header at `start` for the payload that ends the buffer, and pads it.
    #[inline]
    fn close(&mut self, start: usize, kind: u16) {
        let len = self.buf.len().wrapping_sub(start + HEADER);
        if len > MAX_PAYLOAD {
            self.fail(EncodeReason::TooLong { len });
            return;
        }
        let ([l0, l1], [k0, k1]) = header(len, kind);
        if let Some(head) = self.buf.get_mut(start..start + HEADER) {
            head.copy_from_slice(&[l0, l1, k0, k1]);
        }
        self.pad(padding(len));
    }

    /// After the first failure, adds the attribute that begins at `start` to its path, if it is around it.
    #[cold]
    fn note_path(&mut self, start: usize, kind: u16) {
        if start < self.failed_at
            && let Some(failure) = &mut self.failure
        {
            failure.enter(kind & super::TYPE_MASK);
        }
    }

    /// After the first failure inside a sub-message, notes whose attributes these are: those of the format
    /// `selector`, if it is known.
    #[cold]
    pub(crate) fn fail_within(&mut self, formats: &'static [Format], selector: Option<&str>) {
        let mut formats = formats.iter();
        let format = formats.find(|format| Some(format.value()) == selector);
        if let (Some(failure), Some(set)) = (&mut self.failure, format.and_then(Format::set)) {
            failure.select(set);
        }
    }

    /// After the first failure, adds the entry of a list to its path.
    #[cold]
    pub(crate) fn note_entry(&mut self, index: u16) {
        if let Some(failure) = &mut self.failure {
            failure.enter(index);
        }
    }

    /// Replaces bytes that have been written.
    pub(crate) fn overwrite(&mut self, at: usize, bytes: &[u8]) {
        if let Some(place) = self.buf.get_mut(at..at + bytes.len()) {
            place.copy_from_slice(bytes);
        }
    }

    #[cold]
    fn too_long(&mut self, kind: u16, len: usize) {
        self.fail_at(kind, EncodeReason::TooLong { len });
    }

    /// Records a failure of the attribute `kind` itself.
    #[cold]
    pub(crate) fn fail_at(&mut self, kind: u16, reason: EncodeReason) {
        if self.failure.is_none() {
            self.fail(reason);
            if let Some(failure) = &mut self.failure {
                failure.enter(kind & super::TYPE_MASK);
            }
        }
    }
}

/// The bytes of `nla_len` and `nla_type` for a payload of at most [`MAX_PAYLOAD`] bytes.
#[inline]
const fn header(payload: usize, kind: u16) -> ([u8; 2], [u8; 2]) {
    (
        ((payload + HEADER) as u16).to_ne_bytes(),
        kind.to_ne_bytes(),
    )
}
