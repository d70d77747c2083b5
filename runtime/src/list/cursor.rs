//! Finding a list's entries on the wire.

use std::fmt;

use crate::{Attr, Attrs, DecodeError, EncodeAs, EncodeReason, Encoder};

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
    if key > crate::TYPE_MASK {
        out.fail(EncodeReason::Range);
        return None;
    }
    Some(key)
}

/// A way through the entries of a list.
pub trait Walk<'a, K>: Sized {
    /// Starts at the first entry of a list's bytes. `kind` says which attributes are entries, for lists
    /// that share their level with others.
    fn start(bytes: &'a [u8], kind: u16) -> Self;

    /// The next entry and its key.
    fn step(&mut self) -> Result<Option<(K, Attr<'a>)>, DecodeError>;
}

/// The attributes of one number, among others.
#[derive(Clone, Copy, Debug)]
pub struct Repeated<'a> {
    attrs: Attrs<'a>,
    kind: u16,
    place: usize,
}

impl<'a> Walk<'a, usize> for Repeated<'a> {
    #[inline]
    fn start(bytes: &'a [u8], kind: u16) -> Self {
        Self {
            attrs: Attrs::new(bytes),
            kind,
            place: 0,
        }
    }

    #[inline]
    fn step(&mut self) -> Result<Option<(usize, Attr<'a>)>, DecodeError> {
        while let Some(attr) = self.attrs.next_attr()? {
            if attr.kind() == self.kind {
                let place = self.place;
                self.place += 1;
                return Ok(Some((place, attr)));
            }
        }
        Ok(None)
    }
}

/// The attributes at level `N` of one attribute's payload, with the types on the way to each.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a, const N: usize> {
    levels: [Attrs<'a>; N],
    path: [u16; N],
    /// How many levels are open: entries come from the innermost.
    open: usize,
}

impl<'a, const N: usize> Cursor<'a, N> {
    fn start(bytes: &'a [u8]) -> Self {
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
    fn step(&mut self) -> Result<Option<([u16; N], Attr<'a>)>, DecodeError> {
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
                return Ok(Some((self.path, attr)));
            };
            *inner = attr.nested();
            self.open += 1;
        }
        Ok(None)
    }
}

impl<'a, const N: usize> Walk<'a, [u16; N]> for Cursor<'a, N> {
    #[inline]
    fn start(bytes: &'a [u8], _kind: u16) -> Self {
        Self::start(bytes)
    }

    #[inline]
    fn step(&mut self) -> Result<Option<([u16; N], Attr<'a>)>, DecodeError> {
        self.step()
    }
}

/// The entries of an array: its attributes, each under its type.
impl<'a> Walk<'a, u16> for Attrs<'a> {
    #[inline]
    fn start(bytes: &'a [u8], _kind: u16) -> Self {
        Self::new(bytes)
    }

    #[inline]
    fn step(&mut self) -> Result<Option<(u16, Attr<'a>)>, DecodeError> {
        match self.next_attr() {
            Ok(Some(attr)) => Ok(Some((attr.kind(), attr))),
            Ok(None) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
