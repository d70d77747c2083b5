//! Paths of attributes in bytes, by the place where they lie.

use super::format::selected_format;
use crate::describe::{Format, Inside, Layout, Path, Set, Step};
use crate::wire::{Attr, Attrs, Cuts, HEADER, align};

impl Path {
    /// The path to the attribute whose header is `offset` bytes into `bytes`, attributes of `set`.
    ///
    /// `None` when no attribute begins there.
    #[must_use]
    pub fn to_offset(set: &'static Set, bytes: &[u8], offset: usize) -> Option<Self> {
        let (steps, _) = descend(set, bytes, offset)?;
        Some(Self::of_steps(set.name(), &steps))
    }

    /// The path to an attribute that the nest at `offset` lacks.
    pub(crate) fn to_missing(
        set: &'static Set,
        bytes: &[u8],
        offset: usize,
        missing: u16,
    ) -> Option<Self> {
        let (mut steps, inside) = descend(set, bytes, offset)?;
        steps.push(inside.step(missing).0);
        Some(Self::of_steps(set.name(), &steps))
    }
}

/// Descends into the attributes around `offset`: the steps, outermost first, and what is inside. Ends at once where bytes are no attributes, so
/// payloads that are not nests do no harm.
fn descend(set: &'static Set, mut bytes: &[u8], mut offset: usize) -> Option<(Vec<Step>, Inside)> {
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
        let mut skipped = HEADER;
        let mut payload = attr.payload();
        if let Inside::Selected(set, selector, formats) = next {
            let format = selected_format(formats, set, selector, bytes);
            let header = format.and_then(Format::header);
            let header = header.map_or(0, |layout| align(layout.len()));
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
            return Some((steps, next));
        }
        offset = offset.checked_sub(at + skipped)?;
        (bytes, inside) = (payload, next);
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
        let start = bytes.len() - rows.left().len() + align(layout.len());
        let row = rows.next()?.ok()?;
        if offset < bytes.len() - rows.left().len() {
            let attributes = row.get(align(layout.len())..)?;
            return Some(RowAround {
                index,
                start,
                attributes,
            });
        }
        index = index.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::{Attribute, Int, Kind};
    use crate::wire::Encoder;

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
