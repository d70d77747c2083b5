//! Payloads whose structure another attribute selects.

use std::fmt;

use crate::{Attr, DecodeAs, DecodeError, EncodeAs, Encoder, Natural, Str};

/// A payload in one of several formats: an enum with a variant for each.
pub trait SubMessage<'a>: Sized {
    /// The payload in the format that `selector` names. A selector that the specification does not
    /// have keeps the bytes.
    fn select(selector: &[u8], payload: &'a [u8]) -> Self;

    /// The name of the format; `None` for one that the specification does not have.
    fn selector(&self) -> Option<&'static str>;

    /// Whether the payload is attributes, and so is marked as a nest.
    fn is_nest(&self) -> bool;

    /// Appends the payload.
    fn append(&self, out: &mut Encoder<'_>);
}

/// A payload whose selector is not beside it but in a set further out: the caller names the format.
pub struct Unselected<'a, T>(Repr<'a, T>);

enum Repr<'a, T> {
    Wire(&'a [u8]),
    Built(&'a T),
}

impl<'a, T: SubMessage<'a> + Clone> Unselected<'a, T> {
    /// The payload in the format that `selector` names.
    pub fn select<'s>(&self, selector: impl Into<Str<'s>>) -> T {
        match self.0 {
            Repr::Wire(bytes) => T::select(selector.into().as_bytes(), bytes),
            Repr::Built(value) => value.clone(),
        }
    }
}

impl<'a, T> From<&'a T> for Unselected<'a, T> {
    fn from(value: &'a T) -> Self {
        Self(Repr::Built(value))
    }
}

impl<'a, T> DecodeAs<'a, Unselected<'a, T>> for Natural {
    #[inline]
    fn read(attr: &Attr<'a>) -> Result<Unselected<'a, T>, DecodeError> {
        Ok(Unselected(Repr::Wire(attr.payload())))
    }
}

impl<'a, T: SubMessage<'a>> EncodeAs<Unselected<'a, T>> for Natural {
    fn append(value: &Unselected<'a, T>, out: &mut Encoder<'_>) {
        match value.0 {
            Repr::Wire(bytes) => out.bytes(bytes),
            Repr::Built(value) => value.append(out),
        }
    }

    fn put(kind: u16, value: &Unselected<'a, T>, out: &mut Encoder<'_>) {
        let nest = match value.0 {
            Repr::Wire(_) => true,
            Repr::Built(value) => value.is_nest(),
        };
        let flag = if nest { crate::NESTED } else { 0 };
        out.attr(kind | flag, |out| Self::append(value, out));
    }
}

/// A value that selects a format by its name: a string, or an enum whose values have names.
pub trait Selector {
    /// The name.
    fn selector(&self) -> &[u8];
}

impl Selector for Str<'_> {
    fn selector(&self) -> &[u8] {
        self.as_bytes()
    }
}

/// Decodes a sub-message once its selector is known: attributes come in any order.
#[inline]
pub fn select<'a, S: Selector, T: SubMessage<'a>>(
    selector: &Option<S>,
    payload: Option<&'a [u8]>,
) -> Option<T> {
    let name = selector
        .as_ref()
        .map(Selector::selector)
        .unwrap_or_default();
    payload.map(|payload| T::select(name, payload))
}

/// Writes a sub-message.
#[inline]
pub fn put_sub_message<'a, T: SubMessage<'a>>(kind: u16, value: &Option<T>, out: &mut Encoder<'_>) {
    if let Some(value) = value {
        let flag = if value.is_nest() { crate::NESTED } else { 0 };
        out.attr(kind | flag, |out| value.append(out));
    }
}

impl<T> Clone for Unselected<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Unselected<'_, T> {}

impl<T> Clone for Repr<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Repr<'_, T> {}

impl<T> fmt::Debug for Unselected<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unselected")
    }
}
