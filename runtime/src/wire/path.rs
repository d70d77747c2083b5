//! Paths of attributes, by name: `netdev.dev-get/ifindex`, `header/flags`, `peers[3]/endpoint`.

use std::fmt;

use crate::wire::attr::{Attr, Attrs};
use crate::wire::encode_error::Entered;
use crate::wire::rows::Cuts;
use crate::wire::set::{Format, Kind, Set};
use crate::wire::structure::Layout;

/// The place of an attribute: the set or operation at the root, then attribute by attribute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    root: Option<&'static str>,
    /// Innermost first: errors learn their place from the inside.
    steps: Vec<Step>,
}

/// One step of a [`Path`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// An attribute with its name in the specification.
    Named(&'static str),
    /// An attribute that the specification does not know.
    Number(u16),
    /// An entry of an array, by its index; of an attribute that repeats, by its place among its like.
    Index(u16),
}

impl Path {
    pub(crate) fn begin(&mut self, root: &'static str) {
        self.root = Some(root);
    }

    pub(crate) fn enter(&mut self, name: Option<&'static str>, number: u16) {
        self.steps
            .push(name.map_or(Step::Number(number), Step::Named));
    }

    pub(crate) fn enter_index(&mut self, index: u16) {
        self.steps.push(Step::Index(index));
    }

    /// The path of steps, outermost first.
    pub(crate) fn of_steps(root: &'static str, steps: &[Step]) -> Self {
        Self {
            root: Some(root),
            steps: steps.iter().rev().copied().collect(),
        }
    }

    /// Whether nothing is known of the place.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.root.is_none() && self.steps.is_empty()
    }

    /// The steps, outermost first.
    pub fn steps(&self) -> impl Iterator<Item = Step> + '_ {
        self.steps.iter().rev().copied()
    }

    /// The steps alone, without the root: `header/flags`.
    #[must_use]
    pub fn attributes(&self) -> String {
        Self {
            root: None,
            steps: self.steps.clone(),
        }
        .to_string()
    }

    /// The path to the attribute of a number in `set`.
    pub(crate) fn of_number(set: &'static Set, number: u16) -> Self {
        Self::of_way(set, &[Entered::Number(number)])
    }

    /// The path of what was entered, outermost first, inside `set`.
    pub(crate) fn of_way(set: &'static Set, way: &[Entered]) -> Self {
        let mut inside = Inside::Set(set);
        let mut steps = Vec::with_capacity(way.len());
        for entered in way {
            match entered {
                Entered::Format(set) => inside = Inside::Set(set),
                Entered::Number(number) => {
                    let (step, next) = inside.step(*number);
                    inside = next;
                    steps.push(step);
                }
            }
        }
        steps.reverse();
        Self {
            root: Some(set.name()),
            steps,
        }
    }

    /// The path to the attribute whose header is `offset` bytes into `bytes`, attributes of `set`.
    ///
    /// `None` when no attribute begins there.
    #[must_use]
    pub fn to_offset(set: &'static Set, bytes: &[u8], offset: usize) -> Option<Self> {
        let (path, _) = Self::descend(set, bytes, offset)?;
        Some(path)
    }

    /// The path to an attribute that the nest at `offset` lacks.
    pub(crate) fn to_missing(
        set: &'static Set,
        bytes: &[u8],
        offset: usize,
        missing: u16,
    ) -> Option<Self> {
        let (mut path, inside) = Self::descend(set, bytes, offset)?;
        path.steps.insert(0, inside.step(missing).0);
        Some(path)
    }

    /// Descends into the attributes around `offset`. Ends at once where bytes are no attributes, so
    /// payloads that are not nests do no harm.
    fn descend(set: &'static Set, mut bytes: &[u8], mut offset: usize) -> Option<(Self, Inside)> {
        let mut inside = Inside::Set(set);
        let mut steps = Vec::new();
        loop {
            let (attr, at) = attr_around(bytes, offset)?;
            let (step, mut next) = inside.step(attr.kind());
            steps.push(step);
            if inside.repeats(attr.kind()) {
                let before = bytes.get(..at).unwrap_or_default();
                let earlier = Attrs::new(before).flatten();
                let earlier = earlier.filter(|earlier| earlier.kind() == attr.kind());
                steps.push(Step::Index(
                    u16::try_from(earlier.count()).unwrap_or(u16::MAX),
                ));
            }
            let mut skipped = crate::wire::attr::HEADER;
            let mut payload = attr.payload();
            if let Inside::Selected(set, selector, formats) = next {
                let format = Format::find(formats, set, selector, bytes);
                let header = format.and_then(Format::header);
                let header = header.map_or(0, |layout| crate::wire::align(layout.len()));
                skipped += header;
                payload = payload.get(header..).unwrap_or_default();
                next = format
                    .and_then(Format::set)
                    .map_or(Inside::Unknown, Inside::Set);
            }
            if let Inside::Rows(layout, length, set) = next {
                if offset > at {
                    let row = row_around(layout, length, payload, offset - at - skipped)?;
                    steps.push(Step::Index(row.index));
                    skipped += row.start;
                    payload = row.attributes;
                }
                next = Inside::Set(set());
            }
            if offset == at {
                steps.reverse();
                let root = Some(set.name());
                return Some((Self { root, steps }, next));
            }
            offset = offset.checked_sub(at + skipped)?;
            (bytes, inside) = (payload, next);
        }
    }
}

/// The attribute of a level that holds `offset`, and where it begins.
fn attr_around(bytes: &[u8], offset: usize) -> Option<(Attr<'_>, usize)> {
    let mut attrs = Attrs::new(bytes);
    while let Some(attr) = attrs.next_attr().ok()? {
        if offset < bytes.len() - attrs.as_bytes().len() {
            return Some((attr, bytes.len() - attr.level().len()));
        }
    }
    None
}

/// A row, and the attributes behind its struct.
struct RowAround<'a> {
    index: u16,
    /// Where its attributes begin among the rows.
    start: usize,
    attributes: &'a [u8],
}

/// The row that has the attribute whose header is `offset` bytes into the rows.
fn row_around<'a>(
    layout: &'static Layout,
    length: u16,
    bytes: &'a [u8],
    offset: usize,
) -> Option<RowAround<'a>> {
    let mut rows = Cuts::new(bytes, layout.len(), length);
    let mut index = 0;
    loop {
        let start = bytes.len() - rows.left().len() + crate::wire::align(layout.len());
        let row = rows.next()?.ok()?;
        if offset < bytes.len() - rows.left().len() {
            let attributes = row.get(crate::wire::align(layout.len())..)?;
            return Some(RowAround {
                index,
                start,
                attributes,
            });
        }
        index = index.saturating_add(1);
    }
}

/// What the next number of a path speaks of.
#[derive(Clone, Copy)]
enum Inside {
    Set(&'static Set),
    Array(&'static Kind),
    Levels(u8, fn() -> &'static Set),
    Rows(&'static Layout, u16, fn() -> &'static Set),
    /// A sub-message that an attribute of the set selects.
    Selected(&'static Set, u16, &'static [Format]),
    Unknown,
}

impl Inside {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Nest(set) => Self::Set(set()),
            Kind::Array(kind) => Self::Array(kind),
            Kind::Keyed(levels, set) => Self::Levels(levels, set),
            Kind::Rows(layout, length, set) => Self::Rows(layout, length, set),
            _ => Self::Unknown,
        }
    }

    /// Whether an attribute is one of a list.
    fn repeats(self, number: u16) -> bool {
        let Self::Set(set) = self else { return false };
        set.attribute(number).is_some_and(|known| known.is_multi())
    }

    fn step(self, number: u16) -> (Step, Self) {
        match self {
            Self::Set(set) => match set.attribute(number) {
                Some(attr) => match attr.kind() {
                    Kind::SubMessage(selector, formats) => (
                        Step::Named(attr.name()),
                        Self::Selected(set, selector, formats),
                    ),
                    kind => (Step::Named(attr.name()), Self::of(kind)),
                },
                None => (Step::Number(number), Self::Unknown),
            },
            Self::Array(kind) => (Step::Index(number), Self::of(*kind)),
            Self::Rows(_, _, set) => (Step::Index(number), Self::Set(set())),
            Self::Levels(0 | 1, set) => (Step::Index(number), Self::Set(set())),
            Self::Levels(levels, set) => (Step::Index(number), Self::Levels(levels - 1, set)),
            Self::Selected(..) | Self::Unknown => (Step::Number(number), Self::Unknown),
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.root.unwrap_or_default())?;
        let mut first = self.root.is_none();
        for step in self.steps() {
            if !first && !matches!(step, Step::Index(_)) {
                f.write_str("/")?;
            }
            first = false;
            match step {
                Step::Named(name) => f.write_str(name)?,
                Step::Number(number) => write!(f, "#{number}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::attr::Encoder;
    use crate::wire::int::Int;
    use crate::wire::set::Attribute;

    static OUTER: Set = Set::new(
        "outer",
        &[
            Attribute::new(1, "index", Kind::Int(Int::U32)),
            Attribute::new(2, "inner", Kind::Nest(|| &INNER)),
            Attribute::new(3, "entries", Kind::Array(&Kind::Nest(|| &INNER))),
            Attribute::new(4, "bit", Kind::Nest(|| &INNER)).multi(),
        ],
    );
    static INNER: Set = Set::new("inner", &[Attribute::new(7, "flags", Kind::Int(Int::U32))]);

    #[test]
    fn offsets_become_names() {
        let mut bytes = Vec::new();
        let mut out = Encoder::new(&mut bytes);
        out.put(1, &Some(5u32));
        out.nest(2, |out| out.put(7, &Some(1u32)));
        out.nest(3, |out| out.nest(9, |out| out.put(8, &Some(1u8))));
        out.nest(4, |_| {});
        out.put(1, &Some(6u32));
        out.nest(4, |out| out.put(7, &Some(2u32)));
        out.finish().unwrap();
        for (offset, path) in [
            (0, Some("outer/index")),
            (8, Some("outer/inner")),
            (12, Some("outer/inner/flags")),
            (20, Some("outer/entries")),
            (24, Some("outer/entries[9]")),
            (28, Some("outer/entries[9]/#8")),
            (4, None),
            (13, None),
            (36, Some("outer/bit[0]")),
            (40, Some("outer/index")),
            (48, Some("outer/bit[1]")),
            (52, Some("outer/bit[1]/flags")),
            (60, None),
            (usize::MAX, None),
        ] {
            let found = Path::to_offset(&OUTER, &bytes, offset).map(|path| path.to_string());
            assert_eq!(found.as_deref(), path, "offset {offset}");
        }
    }
}
