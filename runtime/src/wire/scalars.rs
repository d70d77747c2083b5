//! Arrays of integers in one payload.

use std::fmt;

use crate::describe::Kind;
use crate::wire::attr::{
    Attr, DecodeAs, Describe, DescribeAs, EncodeAs, Encoder, Natural, WireInt,
};
use crate::wire::decode_error::{DecodeError, Reason};

/// A C array of integers in the machine's byte order: the payload of one attribute.
///
/// ```
/// use nlgen_runtime::Scalars;
/// let words = Scalars::from(&[1u32, 2, 3]);
/// assert_eq!(words.iter().sum::<u32>(), 6);
/// ```
#[derive(Clone, Copy)]
pub struct Scalars<'a, T>(Repr<'a, T>);

#[derive(Clone, Copy)]
enum Repr<'a, T> {
    Wire(&'a [u8]),
    Built(&'a [T]),
}

impl<'a, T: WireInt> Scalars<'a, T> {
    /// The integers, in order.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = T> + use<'a, T> {
        let (wire, built) = match self.0 {
            Repr::Wire(bytes) => (bytes, &[][..]),
            Repr::Built(items) => (&[][..], items),
        };
        let wire = wire.chunks_exact(size_of::<T>()).filter_map(T::load_ne);
        wire.chain(built.iter().copied())
    }

    /// How many there are.
    #[inline]
    #[must_use]
    pub const fn len(&self) -> usize {
        match self.0 {
            Repr::Wire(bytes) => bytes.len() / size_of::<T>(),
            Repr::Built(items) => items.len(),
        }
    }

    /// Whether there are none.
    #[inline]
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'a, T: WireInt> DecodeAs<'a, Scalars<'a, T>> for Natural {
    #[inline]
    fn read(attr: &Attr<'a>) -> Result<Scalars<'a, T>, DecodeError> {
        let (of, got) = (size_of::<T>(), attr.payload().len());
        match got % of {
            0 => Ok(Scalars(Repr::Wire(attr.payload()))),
            _ => Err(DecodeError::new(Reason::Multiple { of, got })),
        }
    }
}

impl<'a, T: WireInt> EncodeAs<Scalars<'a, T>> for Natural {
    #[inline]
    fn append(value: &Scalars<'a, T>, out: &mut Encoder<'_>) {
        match value.0 {
            Repr::Wire(bytes) => out.bytes(bytes),
            Repr::Built(items) => items.iter().for_each(|item| item.append_ne(out)),
        }
    }
}

impl<T: WireInt> Describe for Scalars<'_, T> {
    const KIND: Kind = Kind::Scalars(T::INT);
}

/// A C array of integers, as a type that owns it: `Vec<u32>`, or `[u32; 4]` for exactly so many.
#[derive(Clone, Copy, Debug)]
pub struct AsArray;

impl<'a, T: WireInt> DecodeAs<'a, Vec<T>> for AsArray {
    #[inline]
    fn read(attr: &Attr<'a>) -> Result<Vec<T>, DecodeError> {
        <Natural as DecodeAs<Scalars<'a, T>>>::read(attr).map(|scalars| scalars.iter().collect())
    }
}

impl<'a, T: WireInt + Default, const N: usize> DecodeAs<'a, [T; N]> for AsArray {
    fn read(attr: &Attr<'a>) -> Result<[T; N], DecodeError> {
        let (want, got) = (N * size_of::<T>(), attr.payload().len());
        if want != got {
            return Err(DecodeError::length(want, got));
        }
        let mut read = Scalars::<T>(Repr::Wire(attr.payload())).iter();
        Ok(std::array::from_fn(|_| read.next().unwrap_or_default()))
    }
}

impl<T: WireInt> EncodeAs<Vec<T>> for AsArray {
    #[inline]
    fn append(value: &Vec<T>, out: &mut Encoder<'_>) {
        value.iter().for_each(|item| item.append_ne(out));
    }
}

impl<T: WireInt, const N: usize> EncodeAs<[T; N]> for AsArray {
    #[inline]
    fn append(value: &[T; N], out: &mut Encoder<'_>) {
        value.iter().for_each(|item| item.append_ne(out));
    }
}

impl<T: WireInt> DescribeAs<Vec<T>> for AsArray {
    const KIND: Kind = Kind::Scalars(T::INT);
}

impl<T: WireInt, const N: usize> DescribeAs<[T; N]> for AsArray {
    const KIND: Kind = Kind::Scalars(T::INT);
}

impl<'a, T> From<&'a [T]> for Scalars<'a, T> {
    #[inline]
    fn from(items: &'a [T]) -> Self {
        Self(Repr::Built(items))
    }
}

impl<'a, T, const N: usize> From<&'a [T; N]> for Scalars<'a, T> {
    #[inline]
    fn from(items: &'a [T; N]) -> Self {
        Self(Repr::Built(items))
    }
}

impl<'a, T> From<&'a Vec<T>> for Scalars<'a, T> {
    #[inline]
    fn from(items: &'a Vec<T>) -> Self {
        Self(Repr::Built(items))
    }
}

impl<T: WireInt + fmt::Debug> fmt::Debug for Scalars<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
