//! Lists of attributes, in the three shapes that netlink has.

mod cursor;
mod iter;
mod owned;

use std::fmt;
use std::marker::PhantomData;

use crate::describe::Set;
use crate::wire::attr::{Attr, Attrs, DecodeAs, EncodeAs, Encoder, NESTED, Natural, attributes};
use crate::wire::decode_error::DecodeError;
use crate::wire::depth::one_deeper;
use crate::wire::encode_error::EncodeReason;
use cursor::{Array, Cursor, Repeated, Walk as _};
pub use {
    cursor::Key,
    iter::{Entries, Iter},
    owned::WithIndex,
};

/// A list made by repeating the attribute, one entry each (`multi-attr`).
#[derive(Clone, Copy, Debug)]
pub struct Multi<F = Natural>(PhantomData<F>);

/// A list inside one attribute, in which each entry's type is its index (`indexed-array`).
#[derive(Clone, Copy, Debug)]
pub struct Indexed<F = Natural>(PhantomData<F>);

/// A list inside one attribute whose entries lie under `N` levels of nests, the type of each level
/// being a number that means something (`nest-type-value`).
#[derive(Clone, Copy, Debug)]
pub struct Keyed<const N: usize, F = Natural>(PhantomData<F>);

/// A shape of list: how its entries are found, and what stands beside each as its key.
pub trait Shape {
    /// What an entry is found under: its place, its index, or the numbers of its levels.
    type Key: Copy + fmt::Debug;
    /// The format of the entries.
    type Format;
    #[doc(hidden)]
    type Walk<'a>: cursor::Walk<'a, Self::Key>;
    /// Whether entries stand among other attributes, rather than in one of their own.
    #[doc(hidden)]
    const REPEATED: bool = false;
}

impl<F> Shape for Multi<F> {
    type Key = usize;
    type Format = F;
    type Walk<'a> = Repeated<'a>;
    const REPEATED: bool = true;
}

impl<F> Shape for Indexed<F> {
    type Key = u16;
    type Format = F;
    type Walk<'a> = Array<'a>;
}

impl<const N: usize, F> Shape for Keyed<N, F> {
    type Key = [u16; N];
    type Format = F;
    type Walk<'a> = Cursor<'a, N>;
}

/// Takes an attribute that belongs to a list of shape `S`.
pub trait Gather<'a, S> {
    /// Adds the attribute to the list.
    ///
    /// # Errors
    /// For lists that own their entries, when an entry cannot be read.
    fn gather(&mut self, attr: &Attr<'a>) -> Result<(), DecodeError>;

    /// Gathers a whole level of `set`, which has no attribute but the list, under `number`.
    ///
    /// A list that borrows is only looked for: what is behind its first entry is checked when it is walked.
    ///
    /// # Errors
    /// As for [`attributes`] and [`gather`](Self::gather).
    #[inline]
    fn gather_level(
        &mut self,
        bytes: &'a [u8],
        depth: u8,
        set: &'static Set,
        number: u16,
    ) -> Result<(), DecodeError> {
        attributes(bytes, depth, set, |attr| match attr.kind() == number {
            true => self.gather(attr),
            false => Ok(()),
        })
    }
}

/// Writes a list in shape `S`.
pub trait Scatter<S> {
    /// Appends the list's attributes, or nothing when the list is absent.
    fn scatter(&self, kind: u16, out: &mut Encoder<'_>);
}

/// A list of values: bytes of a message not decoded yet, or a slice to be written.
///
/// Each entry is decoded as the iterator comes to it. Where a set is nothing but a list, its other
/// attributes are checked then, too: what is malformed behind the first entry is an error of the
/// iterator, which ends with it, and such a list cannot be sent on ([`EncodeReason::Malformed`]).
///
/// For a request, a list is made from a slice of entries (`List::from(&entries)`); indexed and keyed
/// lists also from a slice of pairs of key and entry, when the keys matter. Entries of a plain slice get
/// the indices 0, 1, 2 ….
///
/// ```
/// use nlgen_runtime::{List, DecodeError};
/// let ports = [80u16, 443];
/// let list = List::<u16>::from(&ports);
/// assert_eq!(list.iter().collect::<Result<Vec<_>, DecodeError>>()?, ports);
/// # Ok::<(), DecodeError>(())
/// ```
pub struct List<'a, T, S: Shape = Multi>(Repr<'a, T, S::Key>);

enum Repr<'a, T, K> {
    Absent,
    /// `bytes` begin at the first entry of a repeated attribute and end with its level, or are an array's payload.
    /// The level belongs to `set`, if it is known.
    Wire {
        bytes: &'a [u8],
        kind: u16,
        set: Option<&'static Set>,
    },
    Items(&'a [T]),
    Entries(&'a [(K, T)]),
}

impl<'a, T, S: Shape> List<'a, T, S> {
    /// Whether the attribute occurs. An array without entries is present and empty.
    #[inline]
    #[must_use]
    pub const fn is_present(&self) -> bool {
        !matches!(self.0, Repr::Absent)
    }
}

impl<'a, T, F> Gather<'a, Multi<F>> for List<'a, T, Multi<F>> {
    #[inline]
    fn gather(&mut self, attr: &Attr<'a>) -> Result<(), DecodeError> {
        // The first entry is enough: the others are found when the list is walked.
        if !matches!(self.0, Repr::Wire { .. }) {
            self.0 = Repr::Wire {
                bytes: attr.level(),
                kind: attr.kind(),
                set: None,
            };
        }
        Ok(())
    }

    // No value is read, so the depth does not matter.
    #[inline]
    fn gather_level(
        &mut self,
        bytes: &'a [u8],
        _depth: u8,
        set: &'static Set,
        number: u16,
    ) -> Result<(), DecodeError> {
        let mut walk = Repeated::start(bytes, number, Some(set));
        if let Some(first) = walk.step()? {
            self.0 = Repr::Wire {
                bytes: first.level(),
                kind: number,
                set: Some(set),
            };
        }
        Ok(())
    }
}

impl<'a, T, F: EncodeAs<T>> Scatter<Multi<F>> for List<'a, T, Multi<F>> {
    fn scatter(&self, kind: u16, out: &mut Encoder<'_>) {
        match self.0 {
            Repr::Absent => {}
            Repr::Wire {
                bytes, kind: own, ..
            } => copy_repeated(bytes, own, kind, out),
            Repr::Items(items) => items.iter().for_each(|item| F::put(kind, item, out)),
            Repr::Entries(entries) => entries.iter().for_each(|(_, item)| F::put(kind, item, out)),
        }
    }
}

/// Writes the entries of a received list as they came.
fn copy_repeated(bytes: &[u8], own: u16, kind: u16, out: &mut Encoder<'_>) {
    let mut walk = Repeated::start(bytes, own, None);
    loop {
        match walk.step() {
            Ok(Some(attr)) => out.slice(kind | (attr.raw_kind() & NESTED), attr.payload()),
            Ok(None) => return,
            Err(_) => return out.fail_at(kind, EncodeReason::Malformed),
        }
    }
}

/// Arrays: one attribute holds the whole list.
macro_rules! array_shape {
    ($([$($generics:tt)*] $shape:ty;)*) => {$(
        impl<'a, T, F, $($generics)*> DecodeAs<'a, List<'a, T, $shape>> for Natural {
            #[inline]
            fn read(attr: &Attr<'a>) -> Result<List<'a, T, $shape>, DecodeError> {
                Ok(List(Repr::Wire {
                    bytes: attr.payload(),
                    kind: attr.kind(),
                    set: None,
                }))
            }
        }

        impl<'a, T, F, $($generics)*> Gather<'a, $shape> for List<'a, T, $shape> {
            #[inline]
            fn gather(&mut self, attr: &Attr<'a>) -> Result<(), DecodeError> {
                *self = Natural::read(attr)?;
                Ok(())
            }
        }

        impl<'a, T, F: EncodeAs<T>, $($generics)*> EncodeAs<List<'a, T, $shape>> for Natural {
            const FLAGS: u16 = NESTED;

            fn append(list: &List<'a, T, $shape>, out: &mut Encoder<'_>) {
                match list.0 {
                    Repr::Absent => {}
                    Repr::Wire { bytes, .. } => out.bytes(bytes),
                    Repr::Items(items) => {
                        for (at, item) in items.iter().enumerate() {
                            <$shape as Shape>::Key::of_place(at).put::<F, T>(item, out);
                        }
                    }
                    Repr::Entries(entries) => {
                        for (key, item) in entries {
                            key.put::<F, T>(item, out);
                        }
                    }
                }
            }
        }

        impl<'a, T, F: EncodeAs<T>, $($generics)*> Scatter<$shape> for List<'a, T, $shape> {
            #[inline]
            fn scatter(&self, kind: u16, out: &mut Encoder<'_>) {
                if self.is_present() {
                    Natural::put(kind, self, out);
                }
            }
        }
    )*};
}

array_shape! {
    [] Indexed<F>;
    [const N: usize] Keyed<N, F>;
}

impl<'a, T, S: Shape> From<&'a [T]> for List<'a, T, S> {
    #[inline]
    fn from(items: &'a [T]) -> Self {
        Self(Repr::Items(items))
    }
}

impl<'a, T, S: Shape, const N: usize> From<&'a [T; N]> for List<'a, T, S> {
    #[inline]
    fn from(items: &'a [T; N]) -> Self {
        Self(Repr::Items(items))
    }
}

impl<'a, T, S: Shape> From<&'a Vec<T>> for List<'a, T, S> {
    #[inline]
    fn from(items: &'a Vec<T>) -> Self {
        Self(Repr::Items(items))
    }
}

impl<'a, T, S: Shape> List<'a, T, S> {
    /// A list with the given keys: indices of an indexed array, numbers of the levels of a keyed one.
    /// Repeated attributes have no keys on the wire, so theirs are left out.
    #[inline]
    #[must_use]
    pub const fn with_keys(entries: &'a [(S::Key, T)]) -> Self {
        Self(Repr::Entries(entries))
    }

    /// The array's payload as it came, or `None` for a list made from a slice or a repeated one.
    #[inline]
    #[must_use]
    pub fn nested(&self) -> Option<Attrs<'a>> {
        match self.0 {
            Repr::Wire { bytes, .. } if !S::REPEATED => Some(Attrs::new(bytes)),
            _ => None,
        }
    }
}

impl<T, S: Shape> Default for List<'_, T, S> {
    #[inline]
    fn default() -> Self {
        Self(Repr::Absent)
    }
}

impl<T, S: Shape> Clone for List<'_, T, S> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, S: Shape> Copy for List<'_, T, S> {}

impl<T, K> Clone for Repr<'_, T, K> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, K> Copy for Repr<'_, T, K> {}

impl<'a, T, S: Shape> fmt::Debug for List<'a, T, S>
where
    T: fmt::Debug + Clone,
    S::Key: Key,
    S::Format: DecodeAs<'a, T>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        one_deeper(f, |f| {
            let mut list = f.debug_list();
            for item in self.iter() {
                match item {
                    Ok(item) => list.entry(&item),
                    Err(error) => list.entry(&format_args!("<{error}>")),
                };
            }
            list.finish()
        })
    }
}
