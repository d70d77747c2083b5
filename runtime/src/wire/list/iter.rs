//! The entries of a list, one after the other.

use std::fmt;

use super::{Key, List, Repr, Shape, cursor::Walk};
use crate::wire::attr::DecodeAs;
use crate::wire::decode_error::DecodeError;

impl<'a, T, S: Shape> List<'a, T, S> {
    /// The entries, in the order of the message.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> Iter<'a, T, S> {
        let none = Walk::start(&[], 0, None);
        match self.0 {
            Repr::Absent => Iter::of(none, Made::Items(&[])),
            Repr::Wire { bytes, kind, set } => {
                Iter::of(Walk::start(bytes, kind, set), Made::Items(&[]))
            }
            Repr::Items(items) => Iter::of(none, Made::Items(items)),
            Repr::Entries(entries) => Iter::of(none, Made::Entries(entries)),
        }
    }

    /// The entries with their keys: the place (from 0) in a repeated attribute, the index that the
    /// sender gave in an indexed array, the numbers of the levels in a keyed list.
    #[inline]
    #[must_use]
    pub fn entries(&self) -> Entries<'a, T, S> {
        Entries {
            iter: self.iter(),
            place: 0,
        }
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
pub struct Iter<'a, T, S: Shape> {
    /// What was received; empty when the list was made here. Looked at first, and nothing else until it ends.
    walk: S::Walk<'a>,
    made: Made<'a, T, S::Key>,
}

/// Entries that were not received; empty when the list was.
enum Made<'a, T, K> {
    Items(&'a [T]),
    Entries(&'a [(K, T)]),
}

impl<'a, T, S: Shape> Iter<'a, T, S> {
    #[inline]
    const fn of(walk: S::Walk<'a>, made: Made<'a, T, S::Key>) -> Self {
        Self { walk, made }
    }
}

impl<T: Clone, K: Copy> Made<'_, T, K> {
    /// The next entry, and its key if it was given one.
    #[inline]
    fn next(&mut self) -> Option<(Option<K>, T)> {
        match self {
            Self::Items(items) => {
                let (item, rest) = items.split_first()?;
                *items = rest;
                Some((None, item.clone()))
            }
            Self::Entries(entries) => {
                let ((key, item), rest) = entries.split_first()?;
                *entries = rest;
                Some((Some(*key), item.clone()))
            }
        }
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
        match self.walk.step() {
            Ok(Some(attr)) => Some(match S::Format::read(&attr) {
                Ok(value) => Ok(value),
                Err(error) => Err(self.walk.locate(error)),
            }),
            Ok(None) => {
                let (_, value) = self.made.next()?;
                Some(Ok(value))
            }
            Err(error) => Some(Err(error)),
        }
    }
}

/// Iterates over a list's entries and their keys.
pub struct Entries<'a, T, S: Shape> {
    iter: Iter<'a, T, S>,
    place: usize,
}

impl<'a, T: Clone, S: Shape> Iterator for Entries<'a, T, S>
where
    S::Key: Key,
    S::Format: DecodeAs<'a, T>,
{
    type Item = Result<(S::Key, T), DecodeError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let Iter { walk, made } = &mut self.iter;
        let place = self.place;
        self.place += 1;
        match walk.step() {
            Ok(Some(attr)) => Some(match S::Format::read(&attr) {
                Ok(value) => Ok((walk.key(&attr, place), value)),
                Err(error) => Err(walk.key(&attr, place).locate(error)),
            }),
            Ok(None) => {
                let (key, value) = made.next()?;
                Some(Ok((key.unwrap_or_else(|| S::Key::of_place(place)), value)))
            }
            Err(error) => Some(Err(error)),
        }
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
