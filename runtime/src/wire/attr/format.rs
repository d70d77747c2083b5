//! Formats: how the payload of an attribute carries a value of a type.

use core::marker::PhantomData;

use super::{Attr, Decode, Encode, Encoder, Host, IntFormat, NESTED, Scalar};
use crate::wire::decode_error::{DecodeError, Reason};
use crate::wire::encode_error::EncodeReason;
use crate::wire::nest::Nest;

/// Reads a `T` from the payload of an attribute.
///
/// Implemented by formats, which are types without data: [`Natural`], [`Be`](crate::Be),
/// [`Uint`](crate::Uint), [`Nested`] and others.
pub trait DecodeAs<'a, T> {
    /// Reads the payload of `attr`.
    ///
    /// # Errors
    /// When the payload's length or content does not fit.
    fn read(attr: &Attr<'a>) -> Result<T, DecodeError>;
}

/// Writes a `T` as the payload of an attribute.
pub trait EncodeAs<T> {
    /// Bits set beside the attribute's number ([`NESTED`](crate::NESTED)).
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

/// A set of flags from the crate `bitflags`, carried by the integer format `F`. Bits without a name
/// are kept.
#[derive(Clone, Copy, Debug)]
pub struct Bits<F>(PhantomData<F>);

impl<'a, T: Scalar> DecodeAs<'a, T> for Natural
where
    Host<T::Repr>: DecodeAs<'a, T>,
{
    #[inline]
    fn read(attr: &Attr<'a>) -> Result<T, DecodeError> {
        Host::<T::Repr>::read(attr)
    }
}

impl<T: Scalar> EncodeAs<T> for Natural
where
    Host<T::Repr>: EncodeAs<T>,
{
    #[inline]
    fn append(value: &T, out: &mut Encoder<'_>) {
        Host::<T::Repr>::append(value, out);
    }

    #[inline]
    fn put(kind: u16, value: &T, out: &mut Encoder<'_>) {
        Host::<T::Repr>::put(kind, value, out);
    }
}

impl<'a, F: IntFormat, T: bitflags::Flags> DecodeAs<'a, T> for Bits<F>
where
    T::Bits: TryFrom<F::Int>,
{
    #[inline]
    fn read(attr: &Attr<'a>) -> Result<T, DecodeError> {
        let int = F::load(attr.payload())?;
        match T::Bits::try_from(int) {
            Ok(bits) => Ok(T::from_bits_retain(bits)),
            Err(_) => Err(DecodeError::new(Reason::Value)),
        }
    }
}

impl<F: IntFormat, T: bitflags::Flags> EncodeAs<T> for Bits<F>
where
    F::Int: TryFrom<T::Bits>,
{
    #[inline]
    fn append(value: &T, out: &mut Encoder<'_>) {
        match F::Int::try_from(value.bits()) {
            Ok(int) => F::append_int(int, out),
            Err(_) => out.fail(EncodeReason::Range),
        }
    }

    #[inline]
    fn put(kind: u16, value: &T, out: &mut Encoder<'_>) {
        match F::Int::try_from(value.bits()) {
            Ok(int) => F::put_int(kind, int, out),
            Err(_) => out.fail_at(kind, EncodeReason::Range),
        }
    }
}

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
