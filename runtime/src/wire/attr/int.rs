//! Integers on the wire: fixed widths in three byte orders, and the ones that take 4 or 8 bytes.

use core::marker::PhantomData;

use super::{Attr, DecodeAs, EncodeAs, Encoder};
use crate::describe::Int;
use crate::wire::decode_error::{DecodeError, Reason};
use crate::wire::encode_error::EncodeReason;

/// An integer in the machine's byte order (`NLA_U8` … `NLA_S64`).
#[derive(Clone, Copy, Debug)]
pub struct Host<W>(PhantomData<W>);

/// An integer in network byte order, most significant byte first (`__be16`, `__be32`, `__be64`).
#[derive(Clone, Copy, Debug)]
pub struct Be<W>(PhantomData<W>);

/// An integer in little-endian byte order.
#[derive(Clone, Copy, Debug)]
pub struct Le<W>(PhantomData<W>);

/// An unsigned integer of 4 or 8 bytes, as short as its value allows (`NLA_UINT`).
#[derive(Clone, Copy, Debug)]
pub struct Uint;

/// A signed integer of 4 or 8 bytes, as short as its value allows (`NLA_SINT`).
#[derive(Clone, Copy, Debug)]
pub struct Sint;

/// An integer format: width, sign and byte order.
pub trait IntFormat {
    /// The Rust integer that holds every value of the format.
    type Int: Copy;

    /// The format as data, for descriptions of sets.
    const INT: Int;

    /// Reads a payload.
    ///
    /// # Errors
    /// [`Reason::Length`] when the payload is not as long as the format.
    fn load(payload: &[u8]) -> Result<Self::Int, DecodeError>;

    /// Appends the bytes of `int` to the payload under construction.
    fn append_int(int: Self::Int, out: &mut Encoder<'_>);

    /// Writes an attribute with `int` as its payload.
    fn put_int(kind: u16, int: Self::Int, out: &mut Encoder<'_>);
}

/// The integer types that attributes carry: `u8` to `u64`, `i8` to `i64`.
pub trait WireInt: Copy + 'static {
    #[doc(hidden)]
    const INT: Int;
    #[doc(hidden)]
    fn load_ne(payload: &[u8]) -> Option<Self>;
    #[doc(hidden)]
    fn append_ne(self, out: &mut Encoder<'_>);
    #[doc(hidden)]
    fn put_ne(self, kind: u16, out: &mut Encoder<'_>);
    #[doc(hidden)]
    fn big(self) -> Self;
    #[doc(hidden)]
    fn little(self) -> Self;
    #[doc(hidden)]
    fn to_wide(self) -> u64;
}

#[diagnostic::on_unimplemented(
    message = "`{Self}` is neither an integer nor an enum of one",
    label = "this does not implement `Scalar`",
    note = "add `#[derive(Clone, Copy, Scalar)]` and `#[repr(u32)]`, or its own integer, to an enum"
)]
/// A type with an integer representation: the integers themselves and enums.
///
/// The derives implement it for enums; see the crate `nlgen-macros`.
pub trait Scalar: Copy {
    /// The integer behind the type.
    type Repr: WireInt;

    /// The value for an integer; `None` when the type has no such value. Generated enums are open and
    /// have a value for every integer.
    fn from_repr(repr: Self::Repr) -> Option<Self>;

    /// The integer of the value.
    fn to_repr(self) -> Self::Repr;
}

macro_rules! wire_int {
    ($($int:ty, $kind:ident, $len:literal, $put:expr;)*) => {$(
        impl WireInt for $int {
            const INT: Int = Int::$kind;

            #[inline]
            fn load_ne(payload: &[u8]) -> Option<Self> {
                payload.try_into().ok().map(Self::from_ne_bytes)
            }

            #[inline]
            fn append_ne(self, out: &mut Encoder<'_>) {
                out.bytes(&self.to_ne_bytes());
            }

            #[inline]
            fn put_ne(self, kind: u16, out: &mut Encoder<'_>) {
                let put: fn(u16, [u8; $len], &mut Encoder<'_>) = $put;
                put(kind, self.to_ne_bytes(), out);
            }

            #[inline]
            fn big(self) -> Self {
                self.to_be()
            }

            #[inline]
            fn little(self) -> Self {
                self.to_le()
            }

            // Negative values are sign-extended.
            #[inline]
            fn to_wide(self) -> u64 {
                self as u64
            }
        }

        impl Scalar for $int {
            type Repr = Self;

            #[inline]
            fn from_repr(repr: Self) -> Option<Self> {
                Some(repr)
            }

            #[inline]
            fn to_repr(self) -> Self {
                self
            }
        }
    )*};
}

wire_int! {
    u8, U8, 1, |kind, [a], out| out.fixed4(kind, 1, [a, 0, 0, 0]);
    i8, S8, 1, |kind, [a], out| out.fixed4(kind, 1, [a, 0, 0, 0]);
    u16, U16, 2, |kind, [a, b], out| out.fixed4(kind, 2, [a, b, 0, 0]);
    i16, S16, 2, |kind, [a, b], out| out.fixed4(kind, 2, [a, b, 0, 0]);
    u32, U32, 4, |kind, bytes, out| out.fixed4(kind, 4, bytes);
    i32, S32, 4, |kind, bytes, out| out.fixed4(kind, 4, bytes);
    u64, U64, 8, |kind, bytes, out| out.fixed8(kind, bytes);
    i64, S64, 8, |kind, bytes, out| out.fixed8(kind, bytes);
}

macro_rules! fixed_format {
    ($($format:ident, $order:expr, $described:ident;)*) => {$(
        impl<W: WireInt> IntFormat for $format<W> {
            type Int = W;
            const INT: Int = W::INT.$described();

            #[inline]
            fn load(payload: &[u8]) -> Result<W, DecodeError> {
                let order: fn(W) -> W = $order;
                match W::load_ne(payload) {
                    Some(int) => Ok(order(int)),
                    None => Err(DecodeError::length(size_of::<W>(), payload.len())),
                }
            }

            #[inline]
            fn append_int(int: W, out: &mut Encoder<'_>) {
                let order: fn(W) -> W = $order;
                order(int).append_ne(out);
            }

            #[inline]
            fn put_int(kind: u16, int: W, out: &mut Encoder<'_>) {
                let order: fn(W) -> W = $order;
                order(int).put_ne(kind, out);
            }
        }
    )*};
}

// Swapping is its own inverse, so one function serves both directions.
fixed_format! {
    Host, |int| int, host;
    Be, W::big, be;
    Le, W::little, le;
}

macro_rules! auto_format {
    ($($format:ty, $wide:ty, $narrow:ty, $inner:ident, $described:expr;)*) => {$(
        impl IntFormat for $format {
            type Int = $wide;
            const INT: Int = $described;

            #[inline]
            fn load(payload: &[u8]) -> Result<$wide, DecodeError> {
                match payload.len() {
                    4 => Ok(<$wide>::from($inner::<$narrow>::load(payload)?)),
                    8 => $inner::<$wide>::load(payload),
                    got => Err(DecodeError::new(Reason::AutoLength { got })),
                }
            }

            #[inline]
            fn append_int(int: $wide, out: &mut Encoder<'_>) {
                match <$narrow>::try_from(int) {
                    Ok(short) => $inner::<$narrow>::append_int(short, out),
                    Err(_) => $inner::<$wide>::append_int(int, out),
                }
            }

            #[inline]
            fn put_int(kind: u16, int: $wide, out: &mut Encoder<'_>) {
                match <$narrow>::try_from(int) {
                    Ok(short) => $inner::<$narrow>::put_int(kind, short, out),
                    Err(_) => $inner::<$wide>::put_int(kind, int, out),
                }
            }
        }
    )*};
}

auto_format! {
    Uint, u64, u32, Host, Int::UINT;
    Sint, i64, i32, Host, Int::SINT;
    Be<Uint>, u64, u32, Be, Int::UINT.be();
    Be<Sint>, i64, i32, Be, Int::SINT.be();
    Le<Uint>, u64, u32, Le, Int::UINT.le();
    Le<Sint>, i64, i32, Le, Int::SINT.le();
}

impl<'a, F: IntFormat, T: Scalar> DecodeAs<'a, T> for F
where
    T::Repr: TryFrom<F::Int>,
{
    #[inline]
    fn read(attr: &Attr<'a>) -> Result<T, DecodeError> {
        let int = F::load(attr.payload())?;
        T::Repr::try_from(int)
            .ok()
            .and_then(T::from_repr)
            .ok_or_else(|| DecodeError::new(Reason::Value))
    }
}

impl<F: IntFormat, T: Scalar> EncodeAs<T> for F
where
    F::Int: TryFrom<T::Repr>,
{
    #[inline]
    fn append(value: &T, out: &mut Encoder<'_>) {
        match F::Int::try_from(value.to_repr()) {
            Ok(int) => F::append_int(int, out),
            Err(_) => out.fail(EncodeReason::Range),
        }
    }

    #[inline]
    fn put(kind: u16, value: &T, out: &mut Encoder<'_>) {
        match F::Int::try_from(value.to_repr()) {
            Ok(int) => F::put_int(kind, int, out),
            Err(_) => out.fail_at(kind, EncodeReason::Range),
        }
    }
}
