//! Finding a list's entries on the wire.

use std::fmt;

use crate::describe::Set;
use crate::wire::attr::{Attr, Attrs, EncodeAs, Encoder};
use crate::wire::decode_error::DecodeError;
use crate::wire::encode_error::EncodeReason;

/// What an entry of a list is found under.
pub trait Key: Copy + fmt::Debug {
    /// The key of the entry at a place (from 0) of a list made without keys.
    fn of_place(place: usize) -> Self;

    /// Writes an entry under its key.
    fn put<F: EncodeAs<T>, T>(&self, item: &T, out: &mut Encoder<'_>);

    /// The error, inside the entry under this key.
    fn locate(&self, error: DecodeError) -> DecodeError;
}

impl Key for usize {
    #[inline]
    fn of_place(place: usize) -> Self {
        place
    }

    #[inline]
    fn put<F: EncodeAs<T>, T>(&self, item: &T, out: &mut Encoder<'_>) {
        Key::put::<F, T>(&u16::of_place(*self), item, out);
    }

    #[cold]
    fn locate(&self, error: DecodeError) -> DecodeError {
        error.within_entry(u16::of_place(*self))
    }
}

impl Key for u16 {
    // Places beyond 14 bits fail when they are written; such lists do not fit one attribute anyway.
    #[inline]
    fn of_place(place: usize) -> Self {
        u16::try_from(place).unwrap_or(u16::MAX)
    }

    #[inline]
    fn put<F: EncodeAs<T>, T>(&self, item: &T, out: &mut Encoder<'_>) {
        if let Some(kind) = number(*self, out) {
            F::put(kind, item, out);
        }
    }

    #[cold]
    fn locate(&self, error: DecodeError) -> DecodeError {
        error.within_entry(*self)
    }
}

impl<const N: usize> Key for [u16; N] {
    #[inline]
    fn of_place(place: usize) -> Self {
        let mut key = [0; N];
        if let Some(last) = key.last_mut() {
            *last = u16::of_place(place);
        }
        key
    }

    fn put<F: EncodeAs<T>, T>(&self, item: &T, out: &mut Encoder<'_>) {
        put_under::<F, T>(self, item, out);
    }

    #[cold]
    fn locate(&self, error: DecodeError) -> DecodeError {
        let inside_out = self.iter().rev();
        inside_out.fold(error, |error, number| error.within_entry(*number))
    }
}

fn put_under<F: EncodeAs<T>, T>(key: &[u16], item: &T, out: &mut Encoder<'_>) {
    match key {
        [] => {}
        [last] => Key::put::<F, T>(last, item, out),
        [first, rest @ ..] => {
            if let Some(kind) = number(*first, out) {
                out.nest(kind, |out| put_under::<F, T>(rest, item, out));
            }
        }
    }
}

/// A key as the type of an attribute, which has 14 bits; the other two are flags.
#[inline]
fn number(key: u16, out: &mut Encoder<'_>) -> Option<u16> {
    if key > crate::wire::attr::TYPE_MASK {
        out.fail(EncodeReason::Range);
        return None;
    }
    Some(key)
}

/// A way through the entries of a list.
pub trait Walk<'a, K>: Sized {
    /// Starts at the first entry of a list's bytes. `kind` says which attributes are entries, for lists
    /// that share their level with others; their level is one of `set`.
    fn start(bytes: &'a [u8], kind: u16, set: Option<&'static Set>) -> Self;

    /// The next entry.
    fn step(&mut self) -> Result<Option<Attr<'a>>, DecodeError>;

    /// What the entry that was just stepped to is found under. `place` of them were before it.
    fn key(&self, attr: &Attr<'a>, place: usize) -> K;

    /// An error in the entry that was just stepped to, located by its key. Finds out which one it is: until
    /// there is an error, nobody counts.
    fn locate(&mut self, error: DecodeError) -> DecodeError;
}

/// The attributes of one number, among others.
#[derive(Clone, Copy)]
pub struct Repeated<'a> {
    rest: &'a [u8],
    kind: u16,
    set: Option<&'static Set>,
    /// Where entries were counted last, and how many there were before.
    counted: &'a [u8],
    entries: usize,
}

impl<'a> Walk<'a, usize> for Repeated<'a> {
    #[inline]
    fn start(bytes: &'a [u8], kind: u16, set: Option<&'static Set>) -> Self {
        Self {
            rest: bytes,
            kind,
            set,
            counted: bytes,
            entries: 0,
        }
    }

    #[inline]
    fn step(&mut self) -> Result<Option<Attr<'a>>, DecodeError> {
        loop {
            match next_of(&mut self.rest) {
                Ok(Some(attr)) if attr.kind() != self.kind => {}
                Err(error) => return Err(named(error, self.set)),
                found => return found,
            }
        }
    }

    #[inline]
    fn key(&self, _attr: &Attr<'a>, place: usize) -> usize {
        place
    }

    #[inline(always)]
    fn locate(&mut self, error: DecodeError) -> DecodeError {
        self.entries += count(self.counted, self.rest.len(), self.kind);
        self.counted = self.rest;
        self.entries.wrapping_sub(1).locate(error)
    }
}

/// An error of a level that is one of `set`.
#[cold]
#[inline(never)]
fn named(error: DecodeError, set: Option<&'static Set>) -> DecodeError {
    match set {
        Some(set) => error.of(set),
        None => error,
    }
}

/// The attributes of one level, each under its type.
#[derive(Clone, Copy)]
pub struct Array<'a> {
    rest: &'a [u8],
    /// What was not searched yet for entries with errors.
    searched: &'a [u8],
}

impl<'a> Walk<'a, u16> for Array<'a> {
    #[inline]
    fn start(bytes: &'a [u8], _kind: u16, _set: Option<&'static Set>) -> Self {
        Self {
            rest: bytes,
            searched: bytes,
        }
    }

    #[inline]
    fn step(&mut self) -> Result<Option<Attr<'a>>, DecodeError> {
        next_of(&mut self.rest)
    }

    #[inline]
    fn key(&self, attr: &Attr<'a>, _place: usize) -> u16 {
        attr.kind()
    }

    #[inline(always)]
    fn locate(&mut self, error: DecodeError) -> DecodeError {
        let kind = last_kind(self.searched, self.rest.len());
        self.searched = self.rest;
        kind.locate(error)
    }
}

/// Without the bytes: they may hold keys.
impl fmt::Debug for Repeated<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repeated")
            .field("kind", &self.kind)
            .field("left", &self.rest.len())
            .finish_non_exhaustive()
    }
}

/// Without the bytes: they may hold keys.
impl fmt::Debug for Array<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Array")
            .field("left", &self.rest.len())
            .finish_non_exhaustive()
    }
}

/// The next attribute of a level. Lists borrow, so none is inside owned values.
#[inline]
fn next_of<'a>(rest: &mut &'a [u8]) -> Result<Option<Attr<'a>>, DecodeError> {
    let mut attrs = Attrs::new(rest);
    let next = attrs.next_attr();
    *rest = attrs.as_bytes();
    next
}

// Which entry it was is found out when there is an error in it: nobody counts until then, and nothing is counted
// twice. These take values, so that the iterator need not be kept in memory.

/// How many attributes of a number are in `bytes` but for the `left` last.
#[cold]
#[inline(never)]
fn count(bytes: &[u8], left: usize, kind: u16) -> usize {
    passed(bytes, left)
        .filter(|attr| attr.kind() == kind)
        .count()
}

/// The type of the last attribute in `bytes` but for the `left` last.
#[cold]
#[inline(never)]
fn last_kind(bytes: &[u8], left: usize) -> u16 {
    passed(bytes, left).last().map_or(0, |attr| attr.kind())
}

/// The attributes in `bytes` but for the `left` last.
fn passed(bytes: &[u8], left: usize) -> impl Iterator<Item = Attr<'_>> {
    let attrs = Attrs::new(bytes).map_while(Result::ok);
    attrs.take_while(move |attr| attr.level().len() > left)
}

/// The attributes at level `N` of one attribute's payload, with the types on the way to each.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a, const N: usize> {
    levels: [Attrs<'a>; N],
    path: [u16; N],
    /// How many levels are open: entries come from the innermost.
    open: usize,
}

impl<'a, const N: usize> Walk<'a, [u16; N]> for Cursor<'a, N> {
    #[inline]
    fn start(bytes: &'a [u8], _kind: u16, _set: Option<&'static Set>) -> Self {
        let mut levels = [Attrs::default(); N];
        if let Some(first) = levels.first_mut() {
            *first = Attrs::new(bytes);
        }
        Self {
            levels,
            path: [0; N],
            open: N.min(1),
        }
    }

    #[inline]
    fn step(&mut self) -> Result<Option<Attr<'a>>, DecodeError> {
        while let Some(at) = self.open.checked_sub(1) {
            let Some(level) = self.levels.get_mut(at) else {
                break;
            };
            let Some(attr) = level.next_attr()? else {
                self.open = at;
                continue;
            };
            if let Some(step) = self.path.get_mut(at) {
                *step = attr.kind();
            }
            let Some(inner) = self.levels.get_mut(self.open) else {
                return Ok(Some(attr));
            };
            *inner = attr.nested();
            self.open += 1;
        }
        Ok(None)
    }

    #[inline]
    fn key(&self, _attr: &Attr<'a>, _place: usize) -> [u16; N] {
        self.path
    }

    #[cold]
    fn locate(&mut self, error: DecodeError) -> DecodeError {
        self.path.locate(error)
    }
}
