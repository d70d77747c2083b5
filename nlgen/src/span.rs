//! Places in a source: byte ranges, and values that remember theirs.

use std::ops::{Deref, Range};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// A range of bytes in a [`Source`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// The bytes from `start` to before `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    pub(crate) const fn shifted(self, by: usize) -> Self {
        Self::new(self.start + by, self.end + by)
    }

    pub(crate) const fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// A value and the place that it was written at.
#[derive(Clone, Debug)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> At<T> {
    pub(crate) const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

impl<T> Deref for At<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// The text of a spec and where it came from.
#[derive(Clone, Debug)]
pub struct Source {
    path: PathBuf,
    text: String,
    places: OnceLock<Places>,
}

/// What finds lines and columns without going through the text for each.
#[derive(Clone, Debug)]
struct Places {
    /// The first byte of each line.
    lines: Vec<usize>,
    /// How many characters there are before each block of [`BLOCK`] bytes.
    characters: Vec<usize>,
}

/// How many bytes are counted for a column at most.
const BLOCK: usize = 1024;

impl Places {
    fn of(text: &str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        let mut before = 0;
        let characters = text.as_bytes().chunks(BLOCK).map(|block| {
            let begin = before;
            before += count(block);
            begin
        });
        Self {
            characters: characters.collect(),
            lines: std::iter::once(0).chain(ends).collect(),
        }
    }

    /// How many characters there are before a byte.
    fn characters(&self, text: &str, at: usize) -> usize {
        let block = at / BLOCK;
        let known = self.characters.get(block).copied();
        match (known, text.as_bytes().get(block * BLOCK..at)) {
            (Some(known), Some(rest)) => known + count(rest),
            // Behind the last block.
            _ => count(text.as_bytes()),
        }
    }
}

/// How many characters begin in bytes of UTF-8.
fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count()
}

impl Source {
    /// A text, with a path for messages.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
            places: OnceLock::new(),
        }
    }

    /// Where the text came from.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte, both from 1; columns count characters.
    #[must_use]
    pub fn position(&self, at: usize) -> (usize, usize) {
        let places = self.places.get_or_init(|| Places::of(&self.text));
        let at = match self.text.is_char_boundary(at) {
            true => at,
            false => self.text.len(),
        };
        let line = places.lines.partition_point(|begin| *begin <= at);
        let begin = places.lines.get(line.saturating_sub(1)).copied();
        let before = |at| places.characters(&self.text, at);
        (line, before(at) - before(begin.unwrap_or_default()) + 1)
    }

    /// A span that lies inside the text and on characters' boundaries, so that it can be shown.
    pub(crate) fn clamp(&self, span: Span) -> Span {
        let floor = |at: usize| {
            let at = at.min(self.text.len());
            (0..=at)
                .rev()
                .find(|&at| self.text.is_char_boundary(at))
                .unwrap_or(0)
        };
        let start = floor(span.start);
        Span::new(start, floor(span.end).max(start))
    }
}

/// The texts of a spec and of the overlays on it. A [`Span`] is a place in all of them, as if they
/// stood one behind the other.
#[derive(Clone, Debug)]
pub(crate) struct Sources(Vec<Source>);

impl Sources {
    pub(crate) fn of(spec: Source) -> Self {
        Self(vec![spec])
    }

    /// Adds a text, and gives where its places begin.
    pub(crate) fn add(&mut self, overlay: Source) -> usize {
        let begin = self.0.iter().map(room).sum();
        self.0.push(overlay);
        begin
    }

    /// The text that a place is in, and the place there.
    pub(crate) fn find(&self, span: Span) -> (&Source, Span) {
        let mut begin = 0;
        for source in &self.0 {
            let end = begin + room(source);
            if span.start < end {
                return (
                    source,
                    Span::new(span.start - begin, span.end.saturating_sub(begin)),
                );
            }
            begin = end;
        }
        (self.spec(), Span::default())
    }

    /// The text at a place.
    pub(crate) fn text(&self, span: Span) -> Option<&str> {
        let (source, span) = self.find(span);
        source.text().get(span.range())
    }

    /// The spec itself.
    #[allow(
        clippy::indexing_slicing,
        reason = "it is made with one and never shrinks"
    )]
    pub(crate) fn spec(&self) -> &Source {
        &self.0[0]
    }
}

/// The places of a text: one more than its bytes, for what is wrong at its end.
fn room(source: &Source) -> usize {
    source.text().len() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines and columns of every byte, beside counting them.
    #[test]
    fn positions_count_characters() {
        let long = "é".repeat(3_000);
        for text in ["", "a", "\n", "a\né\n\nb", &format!("{long}\n{long}x\n")] {
            let source = Source::new("a.yaml", text);
            for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
                let before = &text[..at];
                let line = before.matches('\n').count() + 1;
                let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
                assert_eq!(source.position(at), (line, column), "{at}");
            }
        }
    }
}
