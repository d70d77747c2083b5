//! Lists of attributes, in the three shapes that netlink has.

mod cursor;
mod owned;

use std::fmt;
use std::marker::PhantomData;

use crate::{
    Attr, Attrs, DecodeAs, DecodeError, EncodeAs, Encoder, NESTED, Natural, depth::one_deeper,
};
use cursor::Cursor;
pub use {cursor::Key, owned::WithIndex};

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
    type Walk<'a> = cursor::Repeated<'a>;
    const REPEATED: bool = true;
}

impl<F> Shape for Indexed<F> {
    type Key = u16;
    type Format = F;
    type Walk<'a> = Attrs<'a>;
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
}

/// Writes a list in shape `S`.
pub trait Scatter<S> {
    /// Appends the list's attributes, or nothing when the list is absent.
    fn scatter(&self, kind: u16, out: &mut Encoder<'_>);
}

/// A list of values: bytes of a message not decoded yet, or a slice to be written.
///
/// Each entry is decoded as the iterator comes to it. For a request, a list is made from a slice of
/// entries (`List::from(&entries)`); indexed and keyed lists also from a slice of pairs of key and
/// entry, when the keys matter. Entries of a plain slice get the indices 0, 1, 2 ….
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
    Wire {
        bytes: &'a [u8],
        kind: u16,
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

    /// The entries, in the order of the message.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> Iter<'a, T, S> {
        Iter(self.entries())
    }

    /// The entries with their keys: the place (from 0) in a repeated attribute, the index that the
    /// sender gave in an indexed array, the numbers of the levels in a keyed list.
    #[inline]
    #[must_use]
    pub fn entries(&self) -> Entries<'a, T, S> {
        Entries(match self.0 {
            Repr::Absent => Source::Items { items: &[], at: 0 },
            Repr::Wire { bytes, kind } => Source::Wire(cursor::Walk::start(bytes, kind)),
            Repr::Items(items) => Source::Items { items, at: 0 },
            Repr::Entries(entries) => Source::Entries(entries),
        })
    }
}

impl<'a, T, S: Shape> IntoIterator for List<'a, T, S>
where
    S::Key: Key,
    S::Format: DecodeAs<'a, T>,
    T: Clone,
{
    type Item = Result<T, DecodeError>;
    type IntoIter = Iter<'a, T, S>;

    #[inline]
    fn into_iter(self) -> Iter<'a, T, S> {
        self.iter()
    }
}

/// Iterates over a list's entries.
pub struct Iter<'a, T, S: Shape>(Entries<'a, T, S>);

/// Iterates over a list's entries and their keys.
pub struct Entries<'a, T, S: Shape>(Source<'a, T, S>);

enum Source<'a, T, S: Shape> {
    Wire(S::Walk<'a>),
    Items { items: &'a [T], at: usize },
    Entries(&'a [(S::Key, T)]),
}

impl<'a, T: Clone, S: Shape> Source<'a, T, S>
where
    S::Key: Key,
    S::Format: DecodeAs<'a, T>,
{
    /// The next entry, as what `made` makes of it and its key.
    #[inline]
    fn next<R>(&mut self, made: impl FnOnce(S::Key, T) -> R) -> Option<Result<R, DecodeError>> {
        match self {
            Self::Wire(walk) => match cursor::Walk::step(walk) {
                Ok(None) => None,
                Ok(Some((key, attr))) => Some(match S::Format::read(&attr) {
                    Ok(value) => Ok(made(key, value)),
                    Err(error) => Err(key.locate(error)),
                }),
                Err(error) => Some(Err(error)),
            },
            Self::Items { items, at } => {
                let item = items.get(*at)?.clone();
                let key = S::Key::of_place(*at);
                *at += 1;
                Some(Ok(made(key, item)))
            }
            Self::Entries(entries) => {
                let ((key, item), rest) = entries.split_first()?;
                *entries = rest;
                Some(Ok(made(*key, item.clone())))
            }
        }
    }
}

impl<'a, T: Clone, S: Shape> Iterator for Entries<'a, T, S>
where
    S::Key: Key,
    S::Format: DecodeAs<'a, T>,
{
    type Item = Result<(S::Key, T), DecodeError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.next(|key, value| (key, value))
    }
}

impl<'a, T: Clone, S: Shape> Iterator for Iter<'a, T, S>
where
    S::Key: Key,
    S::Format: DecodeAs<'a, T>,
{
    type Item = Result<T, DecodeError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.0.next(|_, value| value)
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
            };
        }
        Ok(())
    }
}

impl<'a, T, F: EncodeAs<T>> Scatter<Multi<F>> for List<'a, T, Multi<F>> {
    fn scatter(&self, kind: u16, out: &mut Encoder<'_>) {
        match self.0 {
            Repr::Absent => {}
            Repr::Wire { bytes, kind: own } => copy_repeated(bytes, own, kind, out),
            Repr::Items(items) => items.iter().for_each(|item| F::put(kind, item, out)),
            Repr::Entries(entries) => entries.iter().for_each(|(_, item)| F::put(kind, item, out)),
        }
    }
}

/// Writes the entries of a received list as they came.
fn copy_repeated(bytes: &[u8], own: u16, kind: u16, out: &mut Encoder<'_>) {
    let mut walk: cursor::Repeated<'_> = cursor::Walk::start(bytes, own);
    while let Ok(Some((_, attr))) = cursor::Walk::step(&mut walk) {
        out.slice(kind | (attr.raw_kind() & NESTED), attr.payload());
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

impl<T, S: Shape> fmt::Debug for Iter<'_, T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Iter")
    }
}

impl<T, S: Shape> fmt::Debug for Entries<'_, T, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entries")
    }
}
