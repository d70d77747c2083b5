//! C structs on the wire: fixed headers, and attributes whose payload is a struct.
//!
//! Kernels grow their structs at the end. A payload shorter than a struct is one from an older kernel:
//! what is missing reads as zero. A longer one is from a newer kernel: its beginning is read.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::describe::Layout;
use crate::wire::align::align;
use crate::wire::attr::{
    AsStruct, Be, Bits, EncodeAs, Encoder, Host, IntFormat, Le, Natural, Scalar, WireInt,
};
use crate::wire::decode_error::{DecodeError, Decoded, Reason};
use crate::wire::mac::MacAddr;

/// A C struct: members at fixed places, in the layout of C, padding included.
pub trait Struct: Copy + Default {
    /// What its members are called and where they lie.
    const LAYOUT: &'static Layout;

    /// Reads the struct from the beginning of `bytes`; what is missing is zero.
    fn read(bytes: &[u8]) -> Self;

    /// Appends the struct's bytes, padding as zeros.
    fn write(&self, out: &mut Encoder<'_>);
}

/// Reads the fixed header at the beginning of a message; gives it and the attributes behind it.
///
/// # Errors
/// [`Reason::Short`] when the message is shorter than the header.
#[inline]
pub fn header<T: Struct>(bytes: &[u8]) -> Decoded<(T, &[u8])> {
    let want = T::LAYOUT.len();
    if bytes.len() < want {
        let got = bytes.len();
        return Err(DecodeError::new(Reason::Short { want, got }));
    }
    let attributes = bytes.get(align(want)..).unwrap_or_default();
    Ok((T::read(bytes), attributes))
}

/// Writes a fixed header, padded so that attributes can follow.
#[inline]
pub fn put_header<T: Struct>(header: &T, out: &mut Encoder<'_>) {
    header.write(out);
    out.zeros(crate::wire::align::padding(T::LAYOUT.len()));
}

/// A struct's bytes, with zeros for those that are missing.
#[inline]
#[must_use]
pub fn prefix<const N: usize>(bytes: &[u8]) -> [u8; N] {
    match bytes.first_chunk() {
        Some(whole) => *whole,
        None => {
            let mut extended = [0; N];
            if let Some(known) = extended.get_mut(..bytes.len()) {
                known.copy_from_slice(bytes);
            }
            extended
        }
    }
}

#[diagnostic::on_unimplemented(
    message = "a C struct cannot have a member of the type `{T}`",
    label = "how many bytes is it?",
    note = "an enum needs `Scalar` and `Default`; a C struct the key `struct`, a set of bitflags the key `flags`, an array of anything but bytes the key `array`; text is a `FixedStr`, the address of a socket a `SockAddr`; `uint` and `sint` are for attributes alone"
)]
/// A format of members: like an attribute's, but of a fixed length.
pub trait MemberAs<T> {
    /// The member's length in bytes.
    const LEN: usize;

    /// The member's alignment in bytes: it begins at a multiple of it.
    const ALIGN: usize;

    /// The value in [`LEN`](Self::LEN) bytes.
    fn load(bytes: &[u8]) -> T;

    /// Appends the value's bytes.
    fn store(value: &T, out: &mut Encoder<'_>);
}

/// Reads the member in format `F` at an offset of a struct's bytes.
#[inline]
#[must_use]
pub fn member<F: MemberAs<T>, T>(bytes: &[u8], offset: usize) -> T {
    F::load(bytes.get(offset..offset + F::LEN).unwrap_or_default())
}

macro_rules! int_member {
    ($($format:ident)*) => {$(
        impl<W: WireInt + Default, T: Scalar + Default> MemberAs<T> for $format<W>
        where
            T::Repr: TryFrom<W>,
            W: TryFrom<T::Repr>,
        {
            const LEN: usize = size_of::<W>();
            const ALIGN: usize = size_of::<W>();

            #[inline]
            fn load(bytes: &[u8]) -> T {
                let int = Self::load_or_zero(bytes);
                T::Repr::try_from(int).ok().and_then(T::from_repr).unwrap_or_default()
            }

            #[inline]
            fn store(value: &T, out: &mut Encoder<'_>) {
                <Self as EncodeAs<T>>::append(value, out);
            }
        }

        impl<W: WireInt + Default> $format<W> {
            #[inline]
            fn load_or_zero(bytes: &[u8]) -> W {
                <Self as IntFormat>::load(bytes).unwrap_or_default()
            }
        }

        impl<W: WireInt + Default, T: bitflags::Flags> MemberAs<T> for Bits<$format<W>>
        where
            T::Bits: TryFrom<W>,
            W: TryFrom<T::Bits>,
        {
            const LEN: usize = size_of::<W>();
            const ALIGN: usize = size_of::<W>();

            #[inline]
            fn load(bytes: &[u8]) -> T {
                match T::Bits::try_from($format::<W>::load_or_zero(bytes)) {
                    Ok(bits) => T::from_bits_retain(bits),
                    Err(_) => T::empty(),
                }
            }

            #[inline]
            fn store(value: &T, out: &mut Encoder<'_>) {
                <Self as EncodeAs<T>>::append(value, out);
            }
        }
    )*};
}

int_member! { Host Be Le }

macro_rules! byte_member {
    ($($ty:ty, $len:expr, $align:literal, |$bytes:ident| $load:expr, |$value:ident| $store:expr, [$($generics:tt)*];)*) => {$(
        impl<$($generics)*> MemberAs<$ty> for Natural {
            const LEN: usize = $len;
            const ALIGN: usize = $align;

            #[inline]
            fn load($bytes: &[u8]) -> $ty {
                $load
            }

            #[inline]
            fn store($value: &$ty, out: &mut Encoder<'_>) {
                out.bytes(&$store);
            }
        }
    )*};
}

// An IPv4 address is a `__be32`; what is longer is bytes.
byte_member! {
    [u8; N], N, 1, |bytes| prefix::<N>(bytes), |value| *value, [const N: usize];
    Ipv4Addr, 4, 4, |bytes| prefix::<4>(bytes).into(), |value| value.octets(), [];
    Ipv6Addr, 16, 1, |bytes| prefix::<16>(bytes).into(), |value| value.octets(), [];
    MacAddr, 6, 1, |bytes| MacAddr(prefix::<6>(bytes)), |value| value.0, [];
}

/// A struct inside a struct.
impl<T: Struct> MemberAs<T> for AsStruct {
    const LEN: usize = T::LAYOUT.len();
    const ALIGN: usize = T::LAYOUT.align();

    #[inline]
    fn load(bytes: &[u8]) -> T {
        T::read(bytes)
    }

    #[inline]
    fn store(value: &T, out: &mut Encoder<'_>) {
        value.write(out);
    }
}
