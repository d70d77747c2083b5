//! Arrays in C structs: of a fixed length, and of any length at the end.

use std::fmt;
use std::marker::PhantomData;

use crate::describe::{Kind, Layout, whole};
use crate::wire::attr::{AsStruct, Attr, DecodeAs, DescribeAs, EncodeAs, Encoder};
use crate::wire::decode_error::DecodeError;
use crate::wire::encode_error::EncodeReason;
use crate::wire::structure::{MemberAs, Struct, member};

/// The format of an array `[T; N]` in a struct: one item in format `F` behind the other.
#[derive(Clone, Copy, Debug)]
pub struct Each<F>(PhantomData<F>);

impl<F: MemberAs<T>, T, const N: usize> MemberAs<[T; N]> for Each<F> {
    const LEN: usize = N * F::LEN;
    const ALIGN: usize = F::ALIGN;

    #[inline]
    fn load(bytes: &[u8]) -> [T; N] {
        std::array::from_fn(|at| member::<F, T>(bytes, at * F::LEN))
    }

    #[inline]
    fn store(value: &[T; N], out: &mut Encoder<'_>) {
        value.iter().for_each(|item| F::store(item, out));
    }
}

/// What an item is, as a description that others can refer to.
struct Item<F, T>(PhantomData<(F, T)>);

impl<F: DescribeAs<T>, T> Item<F, T> {
    const KIND: &'static Kind = &<F as DescribeAs<T>>::KIND;
}

impl<F: MemberAs<T> + DescribeAs<T>, T, const N: usize> DescribeAs<[T; N]> for Each<F> {
    const KIND: Kind = Kind::Items(F::LEN, Item::<F, T>::KIND);
}

impl<F: MemberAs<T> + DescribeAs<T>, T> DescribeAs<Vec<T>> for Each<F> {
    const KIND: Kind = Kind::Items(F::LEN, Item::<F, T>::KIND);
}

impl<'a, F: MemberAs<T> + DescribeAs<T>, T> DescribeAs<Items<'a, T, F>> for Each<F> {
    const KIND: Kind = Kind::Items(F::LEN, Item::<F, T>::KIND);
}

/// The array that a C struct ends in: items in format `F`, which are structs when it is left out.
///
/// A received one is read as it is walked.
///
/// ```
/// use nlgen_runtime::wire::{Host, Items};
/// let ports = Items::<u16, Host<u16>>::from(&[80, 443]);
/// assert_eq!(ports.iter().sum::<u16>(), 523);
/// ```
pub struct Items<'a, T, F = AsStruct>(Repr<'a, T>, PhantomData<F>);

enum Repr<'a, T> {
    Wire(&'a [u8]),
    Built(&'a [T]),
}

impl<'a, T: Copy, F: MemberAs<T>> Items<'a, T, F> {
    /// The items, in order.
    #[inline]
    pub fn iter(&self) -> impl Iterator<Item = T> + use<'a, T, F> {
        let (wire, built) = match self.0 {
            Repr::Wire(bytes) => (bytes, &[][..]),
            Repr::Built(items) => (&[][..], items),
        };
        let wire = wire.chunks_exact(F::LEN.max(1)).map(F::load);
        wire.chain(built.iter().copied())
    }

    /// How many there are.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        match self.0 {
            Repr::Wire(bytes) => bytes.len() / F::LEN.max(1),
            Repr::Built(items) => items.len(),
        }
    }

    /// Whether there are none.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T, F> Clone for Items<'_, T, F> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, F> Copy for Items<'_, T, F> {}

impl<T> Clone for Repr<'_, T> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Repr<'_, T> {}

/// No items.
impl<T, F> Default for Items<'_, T, F> {
    #[inline]
    fn default() -> Self {
        Self(Repr::Wire(&[]), PhantomData)
    }
}

impl<T: Copy + PartialEq, F: MemberAs<T>> PartialEq for Items<'_, T, F> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<T: Copy + fmt::Debug, F: MemberAs<T>> fmt::Debug for Items<'_, T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'a, T, F> From<&'a [T]> for Items<'a, T, F> {
    #[inline]
    fn from(items: &'a [T]) -> Self {
        Self(Repr::Built(items), PhantomData)
    }
}

impl<'a, T, F, const N: usize> From<&'a [T; N]> for Items<'a, T, F> {
    #[inline]
    fn from(items: &'a [T; N]) -> Self {
        Self(Repr::Built(items), PhantomData)
    }
}

impl<'a, T, F> From<&'a Vec<T>> for Items<'a, T, F> {
    #[inline]
    fn from(items: &'a Vec<T>) -> Self {
        Self(Repr::Built(items), PhantomData)
    }
}

/// A type that holds the array at the end of a struct, whose items are in format `F`.
pub trait Tail<'a, F>: Sized {
    /// An item's length in bytes.
    const ITEM: usize;

    /// An item's alignment in bytes.
    const ALIGN: usize;

    /// The first `count` items in `bytes`; those that are there.
    fn take(bytes: &'a [u8], count: usize) -> Self;

    /// How many items there are.
    fn count(&self) -> usize;

    /// Appends the items.
    fn append(&self, out: &mut Encoder<'_>);
}

impl<'a, T: Copy, F: MemberAs<T>> Tail<'a, F> for Items<'a, T, F> {
    const ITEM: usize = F::LEN;
    const ALIGN: usize = F::ALIGN;

    #[inline]
    fn take(bytes: &'a [u8], count: usize) -> Self {
        Self(Repr::Wire(whole(bytes, F::LEN, count)), PhantomData)
    }

    #[inline]
    fn count(&self) -> usize {
        self.len()
    }

    #[inline]
    fn append(&self, out: &mut Encoder<'_>) {
        self.iter().for_each(|item| F::store(&item, out));
    }
}

impl<'a, T, F: MemberAs<T>> Tail<'a, F> for Vec<T> {
    const ITEM: usize = F::LEN;
    const ALIGN: usize = F::ALIGN;

    #[inline]
    fn take(bytes: &'a [u8], count: usize) -> Self {
        let whole = whole(bytes, F::LEN, count);
        whole.chunks_exact(F::LEN.max(1)).map(F::load).collect()
    }

    #[inline]
    fn count(&self) -> usize {
        self.len()
    }

    #[inline]
    fn append(&self, out: &mut Encoder<'_>) {
        self.iter().for_each(|item| F::store(item, out));
    }
}

impl<T: StructWithTail<'static>> DescribeAs<T> for AsStruct {
    const KIND: Kind = Kind::Struct(T::LAYOUT);
}

/// A member that counts items, as a number of them. A negative one counts none.
#[inline]
#[must_use]
pub fn count<T: TryInto<usize>>(member: T) -> usize {
    member.try_into().unwrap_or(0)
}

/// Appends the member that counts items. The kernel believes it, so a number that does not fit is an error.
#[inline]
pub fn put_count<F: MemberAs<T>, T: TryFrom<usize> + Default>(count: usize, out: &mut Encoder<'_>) {
    let member = T::try_from(count).unwrap_or_else(|_| {
        out.fail(EncodeReason::Range);
        T::default()
    });
    F::store(&member, out);
}

/// Appends the items that end a struct, and zeros up to the `least` bytes that C has there.
#[inline]
pub fn put_tail<'a, F, T: Tail<'a, F>>(items: &T, least: usize, out: &mut Encoder<'_>) {
    items.append(out);
    out.zeros(least.saturating_sub(items.count().saturating_mul(T::ITEM)));
}

/// A C struct that may end in an array of any length, which another member counts or the payload ends.
///
/// The member that counts is read as it is, and written as the number of items, whatever it says. Each [`Struct`] is
/// such a struct, without an array.
pub trait StructWithTail<'a>: Sized {
    /// What its members are called and where they lie.
    const LAYOUT: &'static Layout;

    /// Reads the struct from the beginning of `bytes`. A member that is missing is zero, and an item that is
    /// missing is not there.
    fn read(bytes: &'a [u8]) -> Self;

    /// Appends the struct's bytes and those of the items, padding as zeros.
    fn write(&self, out: &mut Encoder<'_>);
}

impl<'a, T: Struct> StructWithTail<'a> for T {
    const LAYOUT: &'static Layout = <T as Struct>::LAYOUT;

    #[inline]
    fn read(bytes: &'a [u8]) -> Self {
        <T as Struct>::read(bytes)
    }

    #[inline]
    fn write(&self, out: &mut Encoder<'_>) {
        <T as Struct>::write(self, out);
    }
}

impl<'a, T: StructWithTail<'a>> DecodeAs<'a, T> for AsStruct {
    #[inline]
    fn read(attr: &Attr<'a>) -> Result<T, DecodeError> {
        Ok(T::read(attr.payload()))
    }
}

impl<'a, T: StructWithTail<'a>> EncodeAs<T> for AsStruct {
    #[inline]
    fn append(value: &T, out: &mut Encoder<'_>) {
        value.write(out);
    }
}
