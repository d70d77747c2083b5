//! Payloads whose structure another attribute selects.

use std::fmt;

use crate::describe::{Format, Kind, Set};
use crate::wire::attr::{Attr, DecodeAs, Describe, EncodeAs, Encoder, Natural};
use crate::wire::decode_error::{DecodeError, Decoded};
use crate::wire::text::Str;

/// A payload in one of several formats: an enum with a variant for each.
pub trait SubMessage<'a>: Sized {
    /// The formats, for errors and output.
    const FORMATS: &'static [Format] = &[];

    /// The payload of `attr` in the format that `selector` names. A selector that the specification
    /// does not have keeps the bytes.
    ///
    /// # Errors
    /// For enums that own their data, when the payload cannot be read; for one that does not keep
    /// unknown formats, [`Reason::Value`](crate::wire::Reason::Value).
    fn select(selector: &[u8], attr: &Attr<'a>) -> Decoded<Self>;

    /// The name of the format; `None` for one that the specification does not have.
    fn selector(&self) -> Option<&'static str>;

    /// Whether the payload is attributes, and so is marked as a nest.
    fn is_nest(&self) -> bool;

    /// Appends the payload.
    fn append(&self, out: &mut Encoder<'_>);
}

/// A sub-message that contains itself needs a `Box` around it somewhere.
impl<'a, T: SubMessage<'a>> SubMessage<'a> for Box<T> {
    const FORMATS: &'static [Format] = T::FORMATS;

    #[inline]
    fn select(selector: &[u8], attr: &Attr<'a>) -> Decoded<Self> {
        T::select(selector, attr).map(Self::new)
    }

    #[inline]
    fn selector(&self) -> Option<&'static str> {
        T::selector(self)
    }

    #[inline]
    fn is_nest(&self) -> bool {
        T::is_nest(self)
    }

    #[inline]
    fn append(&self, out: &mut Encoder<'_>) {
        T::append(self, out);
    }
}

/// A payload whose selector is not beside it but in a set further out, or in the fixed header: the caller names the
/// format.
///
/// A derived struct that owns its data keeps the bytes (`#[nl(1, nest)] data: Vec<u8>`) and reads them
/// with [`new`](Self::new).
pub struct Unselected<'a, T>(Repr<'a, T>);

enum Repr<'a, T> {
    /// Bytes, and whether the sender says that they are attributes.
    Wire(&'a [u8], bool),
    Built(&'a T),
}

impl<'a, T> Unselected<'a, T> {
    /// A payload by itself, of attributes or of anything else.
    #[inline]
    #[must_use]
    pub const fn new(payload: &'a [u8]) -> Self {
        Self(Repr::Wire(payload, true))
    }

    /// The payload in the format that `selector` names.
    ///
    /// # Errors
    /// As for [`SubMessage::select`]; the enums that specs generate never fail.
    pub fn select<'s>(&self, selector: impl Into<Str<'s>>) -> Decoded<T>
    where
        T: SubMessage<'a> + Clone,
    {
        match self.0 {
            Repr::Wire(bytes, _) => T::select(selector.into().as_bytes(), &Attr::of_payload(bytes)),
            Repr::Built(value) => Ok(value.clone()),
        }
    }
}

impl<'a, T: SubMessage<'a> + Clone> Unselected<'a, T> {
    /// The payload in the format that a number selects, such as the address family in a fixed header.
    ///
    /// # Errors
    /// As for [`select`](Self::select).
    pub fn select_number(&self, selector: u64) -> Decoded<T> {
        self.select(&*selector.to_string())
    }
}

impl<T> Describe for Unselected<'_, T> {
    const KIND: Kind = Kind::Unselected;
}

impl<'a, T> From<&'a T> for Unselected<'a, T> {
    fn from(value: &'a T) -> Self {
        Self(Repr::Built(value))
    }
}

impl<'a, T> DecodeAs<'a, Unselected<'a, T>> for Natural {
    #[inline]
    fn read(attr: &Attr<'a>) -> Result<Unselected<'a, T>, DecodeError> {
        let nest = attr.raw_kind() & crate::wire::attr::NESTED != 0;
        Ok(Unselected(Repr::Wire(attr.payload(), nest)))
    }
}

impl<'a, T: SubMessage<'a>> EncodeAs<Unselected<'a, T>> for Natural {
    fn append(value: &Unselected<'a, T>, out: &mut Encoder<'_>) {
        match value.0 {
            Repr::Wire(bytes, _) => out.bytes(bytes),
            Repr::Built(value) => append(value, out),
        }
    }

    fn put(kind: u16, value: &Unselected<'a, T>, out: &mut Encoder<'_>) {
        let nest = match value.0 {
            Repr::Wire(_, nest) => nest,
            Repr::Built(value) => value.is_nest(),
        };
        let flag = if nest { crate::wire::attr::NESTED } else { 0 };
        out.attr(kind | flag, |out| Self::append(value, out));
    }
}

#[diagnostic::on_unimplemented(
    message = "a `{Self}` cannot tell the format of a sub-message",
    label = "it has no names",
    note = "text can, and an enum that derives `Scalar`"
)]
/// A value that selects a format by its name: a string, or an enum whose values have names.
pub trait Selector {
    /// The name.
    fn selector(&self) -> &[u8];
}

macro_rules! text {
    ($($ty:ty),*) => {$(
        impl Selector for $ty {
            #[inline]
            fn selector(&self) -> &[u8] {
                self.as_bytes()
            }
        }
    )*};
}

text!(Str<'_>, &str, String);

/// What tells a format: a value with a name that may be absent, or a number of a fixed header.
pub trait Choose {
    /// Calls `take` with the name, or the number in decimal digits.
    fn choose<R>(&self, take: impl FnOnce(&[u8]) -> R) -> R;
}

impl<S: Selector> Choose for Option<S> {
    #[inline]
    fn choose<R>(&self, take: impl FnOnce(&[u8]) -> R) -> R {
        take(self.as_ref().map(Selector::selector).unwrap_or_default())
    }
}

impl<S: Selector> Choose for S {
    #[inline]
    fn choose<R>(&self, take: impl FnOnce(&[u8]) -> R) -> R {
        take(self.selector())
    }
}

macro_rules! numbers {
    ($($ty:ty),*) => {$(
        impl Choose for $ty {
            #[inline]
            fn choose<R>(&self, take: impl FnOnce(&[u8]) -> R) -> R {
                Decimal::of(u64::from(*self)).with(take)
            }
        }
    )*};
}

numbers!(u8, u16, u32, u64);

/// A number in decimal digits, without an allocation.
pub(crate) struct Decimal {
    digits: [u8; 20],
    start: usize,
}

impl Decimal {
    pub(crate) fn of(mut number: u64) -> Self {
        let mut digits = [b'0'; 20];
        let mut start = digits.len();
        for (at, digit) in digits.iter_mut().enumerate().rev() {
            *digit = b'0' + (number % 10) as u8;
            start = at;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        Self { digits, start }
    }

    pub(crate) fn with<R>(&self, take: impl FnOnce(&[u8]) -> R) -> R {
        take(self.digits.get(self.start..).unwrap_or_default())
    }
}

/// Decodes a sub-message once its selector is known: attributes come in any order.
///
/// # Errors
/// As for [`SubMessage::select`], with the attribute's place in `set`.
#[inline]
pub fn select<'a, S: Choose, T: SubMessage<'a>>(
    selector: &S,
    attr: &Option<Attr<'a>>,
    set: &'static Set,
) -> Decoded<Option<T>> {
    let Some(attr) = attr else { return Ok(None) };
    match selector.choose(|name| T::select(name, attr)) {
        Ok(value) => Ok(Some(value)),
        Err(error) => Err(error.within(set, attr.kind())),
    }
}

/// Writes a sub-message, or nothing for `None`.
#[inline]
pub fn put_sub_message<'a, T: SubMessage<'a>>(kind: u16, value: &Option<T>, out: &mut Encoder<'_>) {
    if let Some(value) = value {
        put_selected(kind, value, out);
    }
}

/// Writes a sub-message that is always there.
#[inline]
pub fn put_selected<'a, T: SubMessage<'a>>(kind: u16, value: &T, out: &mut Encoder<'_>) {
    let flag = if value.is_nest() {
        crate::wire::attr::NESTED
    } else {
        0
    };
    out.attr(kind | flag, |out| append(value, out));
}

/// Appends the payload. Should it fail, its attributes get the names of its format.
#[inline]
fn append<'a, T: SubMessage<'a>>(value: &T, out: &mut Encoder<'_>) {
    let clean = out.failure().is_none();
    value.append(out);
    if clean && out.failure().is_some() {
        out.fail_within(T::FORMATS, value.selector());
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
