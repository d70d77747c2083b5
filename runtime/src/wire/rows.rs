//! Rows of a C struct with attributes behind each, as the nexthops of a multipath route are.

use std::fmt;

use crate::describe::{Kind, Layout, Set};
use crate::wire::align::align;
use crate::wire::attr::{
    Attr, Decode, DecodeAs, Describe, DescribeAs, Encode, EncodeAs, Encoder, Natural,
};
use crate::wire::decode_error::{DecodeError, Decoded, Reason};
use crate::wire::depth::one_deeper;
use crate::wire::encode_error::EncodeReason;

/// A struct with attributes behind it that says its own length: a row of [`Rows`].
///
/// Its [`Encode`] and [`Decode`] are those of a message with a fixed header. The length counts the struct and the
/// attributes; it is filled in when the row is written, whatever the member says.
pub trait Row: Encode {
    /// Where in the struct the row's length stands: the offset in bytes of a 16-bit integer in the machine's byte
    /// order.
    const LENGTH: u16;
}

/// An attribute whose payload is rows, each a C struct with attributes behind it: bytes of a message not decoded yet,
/// or a slice to be written.
///
/// Each row says its length and begins at a multiple of 4 bytes. Rows are decoded as the iterator comes to them.
///
/// For a request, rows are made from a slice: `request.multipath(&hops)`.
pub struct Rows<'a, T>(Repr<'a, T>);

enum Repr<'a, T> {
    Wire(&'a [u8]),
    Built(&'a [T]),
}

impl<'a, T: Row + Decode<'a> + Clone> Rows<'a, T> {
    /// The rows, in order. A row whose length cannot be right is an error, and ends the iterator; so are bytes behind
    /// the last row.
    #[inline]
    #[must_use]
    pub fn iter(&self) -> RowsIter<'a, T> {
        let (bytes, built) = match self.0 {
            Repr::Wire(bytes) => (bytes, &[][..]),
            Repr::Built(rows) => (&[][..], rows),
        };
        let rows = Cuts::new(bytes, header_len::<T>(), T::LENGTH);
        RowsIter {
            rows,
            built,
            place: 0,
        }
    }
}

impl<'a, T> Rows<'a, T> {
    /// Rows of bytes not decoded yet: the payload of an attribute.
    #[inline]
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(Repr::Wire(bytes))
    }

    /// The rows as they came, or `None` for those made from a slice.
    #[inline]
    #[must_use]
    pub const fn as_bytes(&self) -> Option<&'a [u8]> {
        match self.0 {
            Repr::Wire(bytes) => Some(bytes),
            Repr::Built(_) => None,
        }
    }
}

/// The length of the struct of a row.
const fn header_len<T: Encode>() -> usize {
    match T::HEADER {
        Some(layout) => layout.len(),
        None => 0,
    }
}

/// Iterates over [`Rows`].
pub struct RowsIter<'a, T> {
    rows: Cuts<'a>,
    built: &'a [T],
    place: u16,
}

impl<'a, T: Decode<'a> + Clone> Iterator for RowsIter<'a, T> {
    type Item = Decoded<T>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some((first, rest)) = self.built.split_first() {
            self.built = rest;
            return Some(Ok(first.clone()));
        }
        let place = self.place;
        self.place = place.saturating_add(1);
        let read = self.rows.next()?.and_then(T::decode);
        Some(read.map_err(|error| error.within_entry(place)))
    }
}

impl<T> fmt::Debug for RowsIter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RowsIter")
    }
}

/// Cuts the payload of an attribute into rows, by the length in the struct of each: the bytes of the struct and of
/// the attributes behind it, without the padding up to the next row.
///
/// An error ends it.
#[derive(Clone, Debug)]
pub struct Cuts<'a> {
    rest: &'a [u8],
    least: usize,
    length: usize,
}

impl<'a> Cuts<'a> {
    /// Rows of a struct of `least` bytes, whose length is the 16-bit integer at the offset `length`.
    #[inline]
    #[must_use]
    pub fn new(bytes: &'a [u8], least: usize, length: u16) -> Self {
        let length = usize::from(length);
        Self {
            rest: bytes,
            least: least.max(length + 2),
            length,
        }
    }

    /// The bytes that are not cut yet.
    #[inline]
    #[must_use]
    pub const fn left(&self) -> &'a [u8] {
        self.rest
    }

    fn cut(&mut self) -> Decoded<&'a [u8]> {
        let (rest, least) = (std::mem::take(&mut self.rest), self.least);
        let left = rest.len();
        if left < least {
            return Err(DecodeError::new(Reason::AfterRows { left, least }));
        }
        let len = rest.get(self.length..).and_then(<[u8]>::first_chunk);
        let len = usize::from(len.map_or(0, |len| u16::from_ne_bytes(*len)));
        match rest.get(..len) {
            Some(row) if len >= least => {
                self.rest = rest.get(align(len)..).unwrap_or_default();
                Ok(row)
            }
            _ => Err(DecodeError::new(Reason::Row { len, least, left })),
        }
    }
}

impl<'a> Iterator for Cuts<'a> {
    type Item = Decoded<&'a [u8]>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        (!self.rest.is_empty()).then(|| self.cut())
    }
}

impl Encoder<'_> {
    /// Appends a row that `fill` writes, and its length at the offset `length` of it. `place` is the number of rows
    /// before it.
    pub fn row(&mut self, length: u16, place: usize, fill: impl FnOnce(&mut Self)) {
        let start = self.len();
        let failed = self.failure().is_some();
        fill(self);
        let len = self.len().saturating_sub(start);
        match u16::try_from(len) {
            Ok(len) => self.overwrite(start + usize::from(length), &len.to_ne_bytes()),
            Err(_) => self.fail(EncodeReason::TooLong { len }),
        }
        if !failed && self.failure().is_some() {
            self.note_entry(u16::try_from(place).unwrap_or(u16::MAX));
        }
        self.zeros(align(len).saturating_sub(len));
    }
}

impl<'a, T> DecodeAs<'a, Rows<'a, T>> for Natural {
    #[inline]
    fn read(attr: &Attr<'a>) -> Decoded<Rows<'a, T>> {
        Ok(Rows::new(attr.payload()))
    }
}

impl<T: Row> EncodeAs<Rows<'_, T>> for Natural {
    fn append(rows: &Rows<'_, T>, out: &mut Encoder<'_>) {
        match rows.0 {
            Repr::Wire(bytes) => out.bytes(bytes),
            Repr::Built(rows) => put_rows(rows, out),
        }
    }
}

fn put_rows<T: Row>(rows: &[T], out: &mut Encoder<'_>) {
    for (place, row) in rows.iter().enumerate() {
        out.row(T::LENGTH, place, |out| row.encode(out));
    }
}

/// The format of rows that own their data: `Vec<T>`.
#[derive(Clone, Copy, Debug)]
pub struct AsRows;

impl<'a, T: Row + Decode<'a>> DecodeAs<'a, Vec<T>> for AsRows {
    fn read(attr: &Attr<'a>) -> Decoded<Vec<T>> {
        let mut rows = Vec::new();
        let depth = attr.depth().saturating_add(1);
        for (place, row) in Cuts::new(attr.payload(), header_len::<T>(), T::LENGTH).enumerate() {
            let place = u16::try_from(place).unwrap_or(u16::MAX);
            let row = row.and_then(|row| T::decode_at(row, depth));
            rows.push(row.map_err(|error| error.within_entry(place))?);
        }
        Ok(rows)
    }
}

impl<T: Row> EncodeAs<Vec<T>> for AsRows {
    fn append(rows: &Vec<T>, out: &mut Encoder<'_>) {
        put_rows(rows, out);
    }
}

impl<'a, T> DecodeAs<'a, Rows<'a, T>> for AsRows {
    #[inline]
    fn read(attr: &Attr<'a>) -> Decoded<Rows<'a, T>> {
        Natural::read(attr)
    }
}

impl<T: Row> EncodeAs<Rows<'_, T>> for AsRows {
    fn append(rows: &Rows<'_, T>, out: &mut Encoder<'_>) {
        Natural::append(rows, out);
    }
}

/// Rows of `T`, as a description.
pub(crate) const fn kind_of<T: Row>(set: fn() -> &'static Set) -> Kind {
    match T::HEADER {
        Some(layout) => Kind::Rows(layout, T::LENGTH, set),
        None => Kind::Binary,
    }
}

impl<T: Row> Describe for Rows<'_, T> {
    const KIND: Kind = kind_of::<T>(|| T::SET);
}

impl<T: Row> DescribeAs<Vec<T>> for AsRows {
    const KIND: Kind = kind_of::<T>(|| T::SET);
}

impl<T: Row> DescribeAs<Rows<'_, T>> for AsRows {
    const KIND: Kind = kind_of::<T>(|| T::SET);
}

impl Layout {
    /// Where the member of a name begins, in bytes: for [`Row::LENGTH`], a constant, which does not compile when the
    /// name is wrong.
    ///
    /// # Panics
    /// When no member has the name, or it is not of 16 bits.
    #[must_use]
    pub const fn row_length(&self, name: &str) -> u16 {
        let mut members = self.members();
        loop {
            let [first, rest @ ..] = members else {
                return 0;
            };
            if same(first.name().as_bytes(), name.as_bytes()) {
                assert!(first.len() == 2, "the length of a row is a `u16`");
                return first.offset() as u16;
            }
            members = rest;
            assert!(!members.is_empty(), "no member has this name");
        }
    }
}

const fn same(mut left: &[u8], mut right: &[u8]) -> bool {
    while let ([a, left_rest @ ..], [b, right_rest @ ..]) = (left, right) {
        if *a != *b {
            return false;
        }
        (left, right) = (left_rest, right_rest);
    }
    left.is_empty() && right.is_empty()
}

impl<'a, T> From<&'a [T]> for Rows<'a, T> {
    #[inline]
    fn from(rows: &'a [T]) -> Self {
        Self(Repr::Built(rows))
    }
}

impl<'a, T, const N: usize> From<&'a [T; N]> for Rows<'a, T> {
    #[inline]
    fn from(rows: &'a [T; N]) -> Self {
        Self(Repr::Built(rows))
    }
}

impl<'a, T> From<&'a Vec<T>> for Rows<'a, T> {
    #[inline]
    fn from(rows: &'a Vec<T>) -> Self {
        Self(Repr::Built(rows))
    }
}

impl<T> Clone for Rows<'_, T> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Rows<'_, T> {}

impl<T> Clone for Repr<'_, T> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Repr<'_, T> {}

impl<'a, T: Row + Decode<'a> + Clone + fmt::Debug> fmt::Debug for Rows<'a, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        one_deeper(f, |f| {
            let mut list = f.debug_list();
            for row in self.iter() {
                match row {
                    Ok(row) => list.entry(&row),
                    Err(error) => list.entry(&format_args!("<{error}>")),
                };
            }
            list.finish()
        })
    }
}
