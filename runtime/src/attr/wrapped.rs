//! Nests that are longer than their length can say.
//!
//! `nla_len` has 16 bits, and the kernel does not look whether a nest fits them (`nla_nest_end`). So the list of 230
//! virtual functions, of 68,084 bytes, says that it has 2,548, and what follows reads as attributes of the level around
//! it: some malformed, some with numbers of others, which they would replace. All of its bytes are in the message, and
//! so it can be found where it ends.

use super::{Attr, Attrs, HEADER, TYPE_MASK};
use crate::align::align;
use crate::{Attribute, Kind, Set};

/// What lengths are a multiple too small by.
const WRAP: usize = 1 << 16;

/// The longest level that is searched: the kernel's longest messages are much shorter.
const LONGEST: usize = 1 << 20;

/// How many nests are tried, the last ones before what is wrong.
const TRIED: usize = 8;

/// A nest in a level, by the offset of its header and that of its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wrapped {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Whether a level may have a nest whose length has wrapped.
#[inline]
pub(crate) const fn may_wrap(level: &[u8]) -> bool {
    level.len() >= WRAP
}

/// The nest of a level of `set` whose length has wrapped, if there is one: the level cannot be read by that length,
/// and can by a multiple of 65,536 bytes more.
#[cold]
#[inline(never)]
pub(crate) fn find(set: &'static Set, level: &[u8]) -> Option<Wrapped> {
    if !may_wrap(level) || level.len() > LONGEST {
        return None;
    }
    let (wrong, nests) = first_wrong(set, level)?;
    let before = nests.iter().rev().filter(|nest| nest.start < wrong);
    before
        .take(TRIED)
        .find_map(|nest| longer(set, level, *nest))
}

/// Where a level stops to be what its set says, and its nests, by what their lengths say. `None` when nothing is
/// wrong.
fn first_wrong(set: &'static Set, level: &[u8]) -> Option<(usize, Vec<Wrapped>)> {
    let mut seen = Seen::default();
    let mut nests = Vec::new();
    let mut cut = false;
    let mut attrs = Attrs::new(level);
    loop {
        let start = level.len() - attrs.as_bytes().len();
        let attr = match attrs.next_attr() {
            Ok(Some(attr)) => attr,
            // A nest may be all that is wrong.
            Ok(None) => return cut.then_some((level.len(), nests)),
            Err(_) => return Some((start, nests)),
        };
        if !seen.may_come(set, attr.kind()) {
            return Some((start, nests));
        }
        if is_nest(set, attr.kind()) {
            cut |= is_cut(set, &attr);
            let end = start + HEADER + attr.payload().len();
            nests.push(Wrapped { start, end });
        }
    }
}

/// The nest, by the first multiple of 65,536 bytes more behind which the level is as its set says.
fn longer(set: &'static Set, level: &[u8], nest: Wrapped) -> Option<Wrapped> {
    let mut before = Seen::default();
    for attr in Attrs::new(level.get(..nest.start)?).map_while(Result::ok) {
        before.may_come(set, attr.kind());
    }
    let number = Attrs::new(level.get(nest.start..)?).next()?.ok()?.kind();
    before.may_come(set, number);
    let mut end = nest.end;
    loop {
        end = end.checked_add(WRAP).filter(|end| *end <= level.len())?;
        let rest = level.get(align(end)..).unwrap_or_default();
        let mut seen = before.clone();
        let fits = Attrs::new(rest).all(|attr| {
            // Entries of a list that is before the nest, too, would not be found.
            attr.is_ok_and(|attr| !before.has(attr.kind()) && seen.may_come(set, attr.kind()))
        });
        if fits {
            return Some(Wrapped { end, ..nest });
        }
    }
}

/// Whether attributes are inside, and it is there once.
fn is_nest(set: &'static Set, number: u16) -> bool {
    set.attribute(number)
        .is_some_and(|known| has_attributes(known.kind()) && !known.is_multi())
}

/// Whether a nest ends within an attribute.
fn is_cut(set: &'static Set, attr: &Attr<'_>) -> bool {
    // What a sub-message begins with may be a struct.
    let plain =
        |known: &Attribute| !matches!(known.kind(), Kind::SubMessage(..) | Kind::Unselected);
    set.attribute(attr.kind()).is_some_and(plain) && attr.nested().any(|inner| inner.is_err())
}

/// Whether attributes are inside.
const fn has_attributes(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Nest(_) | Kind::Array(_) | Kind::Keyed(..) | Kind::SubMessage(..) | Kind::Unselected
    )
}

/// The numbers that were seen in a level.
#[derive(Clone)]
struct Seen(Box<[u64; TYPE_MASK as usize / 64 + 1]>);

impl Default for Seen {
    fn default() -> Self {
        Self(Box::new([0; TYPE_MASK as usize / 64 + 1]))
    }
}

impl Seen {
    fn has(&self, number: u16) -> bool {
        let word = self.0.get(usize::from(number / 64));
        word.is_some_and(|word| word >> (number % 64) & 1 != 0)
    }

    /// Notes a number, and says whether it may come: it is the first, or one of a list.
    fn may_come(&mut self, set: &'static Set, number: u16) -> bool {
        let again = self.has(number);
        if let Some(word) = self.0.get_mut(usize::from(number / 64)) {
            *word |= 1 << (number % 64);
        }
        !again || set.attribute(number).is_none_or(|known| known.is_multi())
    }
}

/// What follows in a level whose attributes end before a nest whose length has wrapped: the nest, and the rest.
///
/// Everything goes by value: a reference to the iterator would keep it in memory, in every level.
#[derive(Clone, Copy)]
pub(crate) struct Behind<'a>(Option<(Attr<'a>, Attrs<'a>)>);

impl<'a> Behind<'a> {
    /// The attributes of a level of `set`, up to such a nest if there is one.
    #[inline]
    pub(crate) fn of(set: &'static Set, attrs: Attrs<'a>) -> (Attrs<'a>, Self) {
        match may_wrap(attrs.as_bytes()) {
            true => Self::cut(set, attrs),
            false => (attrs, Self(None)),
        }
    }

    #[cold]
    #[inline(never)]
    fn cut(set: &'static Set, attrs: Attrs<'a>) -> (Attrs<'a>, Self) {
        let cut = || {
            let level = attrs.as_bytes();
            let Wrapped { start, end } = find(set, level)?;
            let mut from = attrs.over(level.get(start..)?);
            let nest = from
                .next_attr()
                .ok()??
                .with_payload(level.get(start + HEADER..end)?);
            let rest = level.get(align(end)..).unwrap_or_default();
            let before = attrs.over(level.get(..start)?);
            Some((before, Self(Some((nest, attrs.over(rest))))))
        };
        cut().unwrap_or((attrs, Self(None)))
    }

    /// The nest, and the attributes behind it.
    #[inline]
    pub(crate) const fn next(self) -> Option<(Attr<'a>, Attrs<'a>)> {
        self.0
    }

    /// Nothing more follows.
    pub(crate) const NONE: Self = Self(None);
}
