//! Enums and sets of flags, carried by integers.

use core::marker::PhantomData;

use super::format::{DecodeAs, EncodeAs, Natural};
use super::int::{Host, IntFormat, Scalar};
use super::read::Attr;
use super::write::Encoder;
use crate::wire::decode_error::{DecodeError, Reason};
use crate::wire::encode_error::EncodeReason;

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
