//! Problems as JSON, for editors and other programs.

use serde::Serialize;

use super::{Problem, Report};
use crate::span::{Source, Span};

/// A problem and where it is.
#[derive(Serialize)]
struct Entry<'p> {
    code: &'static str,
    severity: &'static str,
    message: &'p str,
    #[serde(flatten)]
    place: Place,
    label: Option<&'p str>,
    help: &'p str,
    related: Vec<Related<'p>>,
}

/// Another place that has to do with it, in the same file or another one.
#[derive(Serialize)]
struct Related<'p> {
    #[serde(flatten)]
    place: Place,
    label: Option<&'p str>,
}

/// A range in a file.
#[derive(Serialize)]
struct Place {
    file: String,
    start: Position,
    end: Position,
}

/// A place between two characters.
#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
    byte: usize,
}

impl Place {
    fn of(source: &Source, span: Span) -> Self {
        let span = source.clamp(span);
        let position = |byte| {
            let (line, column) = source.position(byte);
            Position { line, column, byte }
        };
        Self {
            file: source.path().display().to_string(),
            start: position(span.start),
            end: position(span.end),
        }
    }
}

impl Report {
    /// The problems as JSON, for editors: an array, in the order of the text.
    ///
    /// Each problem is an object with the keys
    ///
    /// | key | value |
    /// |---|---|
    /// | `code` | as [`Code::as_str`](super::Code::as_str) gives it |
    /// | `severity` | `"error"`, or `"warning"` for what does not keep the spec from being used |
    /// | `message` | what is wrong, in one sentence |
    /// | `file` | the spec or the overlay that it is in, by the path that was given |
    /// | `start`, `end` | the first character and the one after the last, each `{ line, column, byte }` |
    /// | `label` | words for beside the place, or `null` |
    /// | `help` | what to do about it, or `null` |
    /// | `related` | other places, each `{ file, start, end, label }` |
    ///
    /// Lines and columns count from 1 and bytes from 0, in the file. Columns count characters (Unicode
    /// scalar values), neither bytes nor UTF-16 units. Keys may be added in later releases.
    #[must_use]
    pub fn to_json(&self) -> String {
        let entries: Vec<Entry<'_>> = self
            .problems
            .iter()
            .map(|problem| self.entry(problem))
            .collect();
        // Texts and numbers in structs always serialize.
        serde_json::to_string_pretty(&entries).unwrap_or_default()
    }

    fn entry<'p>(&self, problem: &'p Problem) -> Entry<'p> {
        let place = |span| {
            let (source, span) = self.sources.find(span);
            Place::of(source, span)
        };
        let related = problem.related.iter().map(|(span, label)| Related {
            place: place(*span),
            label: words(label),
        });
        Entry {
            code: problem.code.as_str(),
            severity: problem.severity().as_str(),
            message: &problem.message,
            place: place(problem.span),
            label: words(&problem.label),
            help: problem.advice(),
            related: related.collect(),
        }
    }
}

fn words(label: &str) -> Option<&str> {
    Some(label).filter(|label| !label.is_empty())
}
