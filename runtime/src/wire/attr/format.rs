//! Formats: how the payload of an attribute carries a value of a type.

use core::marker::PhantomData;

use super::{Attr, Decode, Encode, Encoder, NESTED};
use crate::wire::decode_error::DecodeError;
use crate::wire::nest::Nest;

#[diagnostic::on_unimplemented(
    message = "the format `{Self}` does not read a `{T}`",
    note = "for a struct of attributes write `#[nl(nest)]`, for a C struct `#[nl(struct)]`; an enum needs `Scalar`"
)]
/// Reads a `T` from the payload of an attribute.
///
/// Implemented by formats, which are types without data: [`Natural`], [`Be`](crate::wire::Be),
/// [`Uint`](crate::wire::Uint), [`Nested`] and others.
pub trait DecodeAs<'a, T> {
    /// Reads the payload of `attr`.
    ///
    /// # Errors
    /// When the payload's length or content does not fit.
    fn read(attr: &Attr<'a>) -> Result<T, DecodeError>;
}

#[diagnostic::on_unimplemented(
    message = "the format `{Self}` does not write a `{T}`",
    note = "for a struct of attributes write `#[nl(nest)]`, for a C struct `#[nl(struct)]`; an enum needs `Scalar`"
)]
/// Writes a `T` as the payload of an attribute.
pub trait EncodeAs<T> {
    /// Bits set beside the attribute's number ([`NESTED`](crate::wire::NESTED)).
    const FLAGS: u16 = 0;

    /// Appends the payload, without header and padding.
    fn append(value: &T, out: &mut Encoder<'_>);

    /// Appends the whole attribute.
    #[inline]
    fn put(kind: u16, value: &T, out: &mut Encoder<'_>) {
        out.attr(kind | Self::FLAGS, |out| Self::append(value, out));
    }
}

/// The format that a type has by itself: integers and enums in the machine's byte order, strings with
/// a NUL, bytes as they are, addresses in network byte order, nests.
#[derive(Clone, Copy, Debug)]
pub struct Natural;

/// A struct of attributes, read at once (`NLA_NESTED`); or the attributes as bytes, not read at all.
#[derive(Clone, Copy, Debug)]
pub struct Nested;

/// A C struct, as the payload of an attribute or as a member of another struct.
#[derive(Clone, Copy, Debug)]
pub struct AsStruct;

impl<'a, T: Decode<'a>> DecodeAs<'a, T> for Nested {
    #[inline]
    fn read(attr: &Attr<'a>) -> Result<T, DecodeError> {
        T::decode_at(attr.payload(), attr.depth().saturating_add(1))
    }
}

impl<T: Encode> EncodeAs<T> for Nested {
    const FLAGS: u16 = NESTED;

    #[inline]
    fn append(value: &T, out: &mut Encoder<'_>) {
        value.encode(out);
    }
}

/// Attributes that are kept as they came.
macro_rules! raw_nest {
    ($($ty:ty, |$attr:ident| $read:expr;)*) => {$(
        impl<'a> DecodeAs<'a, $ty> for Nested {
            #[inline]
            fn read($attr: &Attr<'a>) -> Result<$ty, DecodeError> {
                Ok($read)
            }
        }

        impl<'a> EncodeAs<$ty> for Nested {
            const FLAGS: u16 = NESTED;

            #[inline]
            fn append(value: &$ty, out: &mut Encoder<'_>) {
                out.bytes(value);
            }
        }
    )*};
}

raw_nest! {
    &'a [u8], |attr| attr.payload();
    Vec<u8>, |attr| attr.payload().to_vec();
}

impl<'a, T> DecodeAs<'a, Nest<'a, T>> for Natural {
    #[inline]
    fn read(attr: &Attr<'a>) -> Result<Nest<'a, T>, DecodeError> {
        Ok(Nest::new(attr.payload()))
    }
}

impl<'a, T: Encode> EncodeAs<Nest<'a, T>> for Natural {
    const FLAGS: u16 = NESTED;

    #[inline]
    fn append(value: &Nest<'a, T>, out: &mut Encoder<'_>) {
        value.write(out);
    }
}

impl<'a, F: DecodeAs<'a, T>, T> DecodeAs<'a, Box<T>> for Boxed<F> {
    #[inline]
    fn read(attr: &Attr<'a>) -> Result<Box<T>, DecodeError> {
        F::read(attr).map(Box::new)
    }
}

impl<F: EncodeAs<T>, T> EncodeAs<Box<T>> for Boxed<F> {
    const FLAGS: u16 = F::FLAGS;

    #[inline]
    fn append(value: &Box<T>, out: &mut Encoder<'_>) {
        F::append(value, out);
    }

    #[inline]
    fn put(kind: u16, value: &Box<T>, out: &mut Encoder<'_>) {
        F::put(kind, value, out);
    }
}

/// The format `F`, for a value behind a [`Box`]: what a set that contains itself needs.
#[derive(Clone, Copy, Debug)]
pub struct Boxed<F>(PhantomData<F>);
