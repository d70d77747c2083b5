//! Nests that are longer than their length can say.
//!
//! `nla_len` has 16 bits, and the kernel does not look whether a nest fits them (`nla_nest_end`). So the list of 230
//! virtual functions, of 68,084 bytes, says that it has 2,548, and what follows reads as attributes of the level around
//! it: some malformed, some with numbers of others, which they would replace. All of its bytes are in the message, and
//! so it can be found where it ends.

use super::{Attr, Attrs, HEADER, TYPE_MASK};
use crate::describe::{Attribute, Kind, Set};
use crate::wire::align::align;
use crate::wire::decode_error::DecodeError;

/// What lengths are a multiple too small by.
const WRAP: usize = 1 << 16;

/// The longest level that is searched: the kernel's longest messages are much shorter.
const LONGEST: usize = 1 << 20;

/// How many nests are tried, the last ones before what is wrong.
const TRIED: usize = 8;

/// What matters of an attribute to find a nest whose length has wrapped.
#[derive(Clone, Copy, Debug)]
pub struct Nesting {
    /// Whether it may be there more than once.
    pub is_multi: bool,
    /// Whether attributes are inside.
    pub has_attributes: bool,
    /// Whether something else may be before those, as the struct that a sub-message begins with.
    pub has_header: bool,
}

/// What a set says of an attribute of a number.
type Known<'k> = &'k dyn Fn(u16) -> Option<Nesting>;

/// A nest in a level, by the offset of its header and that of its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wrapped {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The nest of a level of `set` whose length has wrapped, if there is one: the level cannot be read by that length,
/// and can by a multiple of 65,536 bytes more.
pub(crate) fn find(set: &'static Set, level: &[u8]) -> Option<Wrapped> {
    find_by(&|number| set.attribute(number).map(Nesting::of), level)
}

fn find_by(known: Known<'_>, level: &[u8]) -> Option<Wrapped> {
    if !(WRAP..=LONGEST).contains(&level.len()) {
        return None;
    }
    let (wrong, nests) = first_wrong(known, level)?;
    let before = nests.iter().rev().filter(|nest| nest.start < wrong);
    before
        .take(TRIED)
        .find_map(|nest| longer(known, level, *nest))
}

impl Nesting {
    fn of(known: &Attribute) -> Self {
        Self {
            is_multi: known.is_multi(),
            has_attributes: known.kind().has_attributes(),
            has_header: matches!(
                known.kind(),
                Kind::SubMessage(..) | Kind::ByHeader(_) | Kind::Unselected | Kind::Rows(..)
            ),
        }
    }
}

/// Where a level stops to be what its set says, and its nests, by what their lengths say. `None` when nothing is
/// wrong.
fn first_wrong(known: Known<'_>, level: &[u8]) -> Option<(usize, Vec<Wrapped>)> {
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
        if !seen.may_come(known, attr.kind()) {
            return Some((start, nests));
        }
        if is_nest(known, attr.kind()) {
            cut |= is_cut(known, &attr);
            let end = start + HEADER + attr.payload().len();
            nests.push(Wrapped { start, end });
        }
    }
}

/// The nest, by the first multiple of 65,536 bytes more behind which the level is as its set says.
fn longer(known: Known<'_>, level: &[u8], nest: Wrapped) -> Option<Wrapped> {
    let mut before = Seen::default();
    for attr in Attrs::new(level.get(..nest.start)?).map_while(Result::ok) {
        before.may_come(known, attr.kind());
    }
    let number = Attrs::new(level.get(nest.start..)?).next()?.ok()?.kind();
    before.may_come(known, number);
    let mut end = nest.end;
    loop {
        end = end.checked_add(WRAP).filter(|end| *end <= level.len())?;
        // A length in the middle of an entry may lead behind all that follows.
        let inside = level.get(nest.start + HEADER..end).unwrap_or_default();
        if is_plain(known, number) && Attrs::new(inside).any(|inner| inner.is_err()) {
            continue;
        }
        let rest = level.get(align(end)..).unwrap_or_default();
        let mut seen = before.clone();
        let fits = Attrs::new(rest).all(|attr| {
            // Entries of a list that is before the nest, too, would not be found.
            attr.is_ok_and(|attr| !before.has(attr.kind()) && seen.may_come(known, attr.kind()))
        });
        if fits {
            return Some(Wrapped { end, ..nest });
        }
    }
}

/// Whether attributes are inside, and it is there once.
fn is_nest(known: Known<'_>, number: u16) -> bool {
    known(number).is_some_and(|known| known.has_attributes && !known.is_multi)
}

/// Whether a nest ends within an attribute.
fn is_cut(known: Known<'_>, attr: &Attr<'_>) -> bool {
    is_plain(known, attr.kind()) && attr.nested().any(|inner| inner.is_err())
}

/// Whether attributes are inside and nothing before them.
fn is_plain(known: Known<'_>, number: u16) -> bool {
    known(number).is_some_and(|known| known.has_attributes && !known.has_header)
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
    fn may_come(&mut self, known: Known<'_>, number: u16) -> bool {
        let again = self.has(number);
        if let Some(word) = self.0.get_mut(usize::from(number / 64)) {
            *word |= 1 << (number % 64);
        }
        !again || known(number).is_none_or(|known| known.is_multi)
    }
}

/// Walks the attributes of a level, and gives a nest whole whose length has wrapped.
#[derive(Clone, Copy, Debug)]
pub struct Level<'a> {
    attrs: Attrs<'a>,
    /// From such a nest on, where the attributes end before one.
    behind: &'a [u8],
    /// What its length lacks.
    lacks: usize,
    /// What the length of the next attribute lacks.
    next_lacks: usize,
}

impl<'a> Level<'a> {
    #[inline]
    pub(crate) fn new(nests: bool, set: &'static Set, bytes: &'a [u8], depth: u8) -> Self {
        let (before, behind, lacks) = match nests && bytes.len() >= WRAP {
            true => split(find(set, bytes), bytes),
            false => (bytes, &[][..], 0),
        };
        Self {
            attrs: Attrs::at_depth(before, depth),
            behind,
            lacks,
            next_lacks: 0,
        }
    }

    /// A level of a set that is known while the program runs.
    #[must_use]
    pub fn known(known: Known<'_>, bytes: &'a [u8]) -> Self {
        let (before, behind, lacks) = split(find_by(known, bytes), bytes);
        Self {
            attrs: Attrs::new(before),
            behind,
            lacks,
            next_lacks: 0,
        }
    }

    /// How many bytes have not been walked yet.
    #[must_use]
    pub fn left(&self) -> usize {
        self.attrs.as_bytes().len() + self.behind.len()
    }

    /// As [`Attrs::next_attr`].
    ///
    /// # Errors
    /// As there.
    #[inline]
    pub fn next_attr(&mut self) -> Result<Option<Attr<'a>>, DecodeError> {
        loop {
            match self.attrs.next_lacking(self.next_lacks) {
                Ok(None) if !self.behind.is_empty() => {
                    self.attrs = self.attrs.over(self.behind);
                    self.behind = &[];
                    self.next_lacks = self.lacks;
                }
                next => {
                    self.next_lacks = 0;
                    return next;
                }
            }
        }
    }
}

/// The bytes of a level up to a nest whose length has wrapped, those from it on, and what its length lacks.
#[cold]
#[inline(never)]
fn split(nest: Option<Wrapped>, level: &[u8]) -> (&[u8], &[u8], usize) {
    let found = nest.and_then(|Wrapped { start, end }| {
        let nest = Attrs::new(level.get(start..)?).next_attr().ok()??;
        let lacks = end - start - HEADER - nest.payload().len();
        Some((level.get(..start)?, level.get(start..)?, lacks))
    });
    found.unwrap_or((level, &[], 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::Int;

    static LINK: Set = Set::new(
        "link",
        &[
            Attribute::new(1, "id", Kind::Int(Int::U32)),
            Attribute::new(2, "list", Kind::Nest(|| &LIST)),
            Attribute::new(3, "other", Kind::Nest(|| &LIST)),
            Attribute::new(4, "note", Kind::String).multi(),
            Attribute::new(5, "name", Kind::String),
        ],
    );
    static LIST: Set = Set::new("list", &[Attribute::new(1, "entry", Kind::Binary).multi()]);

    /// An attribute whose length is cut to 16 bits.
    fn attr(number: u16, payload: &[u8]) -> Vec<u8> {
        let mut bytes = ((payload.len() + HEADER) as u16).to_ne_bytes().to_vec();
        bytes.extend(number.to_ne_bytes());
        bytes.extend(payload);
        bytes.resize(align(bytes.len()), 0);
        bytes
    }

    /// So many entries of as many bytes, with their headers.
    fn entries(count: usize, size: usize) -> Vec<u8> {
        attr(1, &vec![0; size - HEADER]).repeat(count)
    }

    /// The numbers and lengths of what is read; `None` behind the last for an error.
    fn read(level: &[u8]) -> Vec<Option<(u16, usize)>> {
        let mut walk = Level::new(true, &LINK, level, 0);
        let mut read = Vec::new();
        loop {
            match walk.next_attr() {
                Ok(Some(attr)) => read.push(Some((attr.kind(), attr.payload().len()))),
                Ok(None) => return read,
                Err(_) => {
                    read.push(None);
                    return read;
                }
            }
        }
    }

    #[test]
    fn a_nest_ends_where_the_level_makes_sense() {
        let id = attr(1, &[7; 4]);
        let name = attr(5, b"name\0");
        let (small, large) = (entries(10, 40), entries(2000, 40));
        for (what, parts, expected) in [
            (
                "between others",
                vec![id.clone(), attr(2, &large), name.clone()],
                vec![Some((1, 4)), Some((2, 80_000)), Some((5, 5))],
            ),
            (
                "first and alone",
                vec![attr(2, &large)],
                vec![Some((2, 80_000))],
            ),
            (
                "twice as long",
                vec![id.clone(), attr(2, &entries(4000, 40)), name.clone()],
                vec![Some((1, 4)), Some((2, 160_000)), Some((5, 5))],
            ),
            (
                "ones, which in the middle of an entry look like the longest attribute",
                vec![
                    id.clone(),
                    attr(2, &attr(1, &[0xFF; 276]).repeat(500)),
                    name.clone(),
                ],
                vec![Some((1, 4)), Some((2, 140_000)), Some((5, 5))],
            ),
            (
                "behind another nest",
                vec![attr(3, &small), attr(2, &large), name.clone()],
                vec![Some((3, 400)), Some((2, 80_000)), Some((5, 5))],
            ),
            (
                "before another nest",
                vec![attr(2, &large), attr(3, &small), name.clone()],
                vec![Some((2, 80_000)), Some((3, 400)), Some((5, 5))],
            ),
            (
                "the length says that it is empty",
                vec![id.clone(), attr(2, &entries(2048, 32)), name.clone()],
                vec![Some((1, 4)), Some((2, 65_536)), Some((5, 5))],
            ),
            (
                "long, and nothing has wrapped",
                vec![
                    attr(2, &entries(1600, 40)),
                    attr(3, &entries(1600, 40)),
                    id.clone(),
                ],
                vec![Some((2, 64_000)), Some((3, 64_000)), Some((1, 4))],
            ),
            (
                "a repeated one that is no nest's",
                vec![
                    attr(2, &entries(1600, 40)),
                    id.clone(),
                    id.clone(),
                    attr(3, &entries(400, 40)),
                ],
                vec![
                    Some((2, 64_000)),
                    Some((1, 4)),
                    Some((1, 4)),
                    Some((3, 16_000)),
                ],
            ),
        ] {
            assert_eq!(read(&parts.concat()), expected, "{what}");
        }
    }

    /// Where no other length makes sense either, nothing is made up.
    #[test]
    fn what_makes_no_sense_is_as_before() {
        let mut cut = [attr(2, &entries(2000, 40)), attr(5, b"name\0")].concat();
        cut.truncate(cut.len() - 200);
        let met = read(&cut);
        assert_eq!(met.first(), Some(&Some((2, 80_000 % 65_536))));
        // A list that goes on behind it would be lost.
        let parts = [attr(4, b"a"), attr(2, &entries(2000, 40)), attr(4, b"b")].concat();
        assert_eq!(find(&LINK, &parts), None);
        // Nor is it looked for in what no kernel sends.
        let long = [attr(2, &entries(2000, 40)), attr(2, &entries(30_000, 40))].concat();
        assert_eq!(find(&LINK, &long), None);
    }

    /// A level of hostile bytes is searched as fast as others: this one has a nest in each place, none of which ends
    /// anywhere.
    #[test]
    fn hostile_levels_are_searched_in_no_time() {
        for attribute in [attr(2, &[]), attr(2, &attr(1, &[])), attr(4, &[])] {
            let mut level = attribute.repeat(LONGEST / attribute.len());
            let last = level.len() - attribute.len();
            level[last] = 3;
            assert_eq!(find(&LINK, &level), None);
        }
    }
}
