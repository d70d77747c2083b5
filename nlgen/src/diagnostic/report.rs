//! Problems with the texts that they are in, shown to people.

use std::fmt;

use super::{Problem, visible};
use crate::span::{Source, Sources, Span};

/// Problems with the texts that they are in: the errors of a spec, or its warnings.
///
/// `Display` shows each as a compiler would: a code, the place as `file:line:column`, the line with the
/// place underlined, and help.
#[derive(Clone)]
pub struct Report {
    pub(super) sources: Sources,
    pub(super) problems: Vec<Problem>,
}

impl Report {
    pub(crate) fn new(sources: Sources, mut problems: Vec<Problem>) -> Self {
        problems.sort_by(|a, b| a.order().cmp(&b.order()));
        // What is used more than once, by an alias or by several modes, is wrong once.
        problems.dedup_by(|a, b| a.order() == b.order());
        Self { sources, problems }
    }

    /// The problems, in the order of the text.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The texts.
    #[cfg(feature = "c")]
    pub(crate) fn sources(&self) -> &Sources {
        &self.sources
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }

    /// The text of the spec.
    #[must_use]
    pub fn source_text(&self) -> &Source {
        self.sources.spec()
    }

    /// The text that a problem is in, the spec's or an overlay's, and its place there.
    #[must_use]
    pub fn place(&self, problem: &Problem) -> (&Source, Span) {
        self.sources.find(problem.span)
    }

    /// A line for each problem, for tools that show no more: `rt.yaml:7:9: NL102: message (help)`.
    pub fn lines(&self) -> impl Iterator<Item = String> + '_ {
        self.problems.iter().map(|problem| {
            let (source, span) = self.place(problem);
            let (line, column) = source.position(source.clamp(span).start);
            let path = source.path().display();
            let (code, message, help) = (problem.code.as_str(), &problem.message, problem.advice());
            let text = format!("{path}:{line}:{column}: {code}: {message} ({help})");
            visible(&text).into_owned()
        })
    }

    /// The problems as a compiler shows them, in colour if asked. From the 201st on, and without the feature
    /// `render`, a line for each, as [`Report::lines`] gives them.
    #[must_use]
    pub fn render(&self, color: bool) -> String {
        self.shown(color).join("\n\n")
    }

    #[cfg(not(feature = "render"))]
    fn shown(&self, _color: bool) -> Vec<String> {
        self.in_lines().collect()
    }

    /// A line for each problem, with what kind it is.
    pub(super) fn in_lines(&self) -> impl Iterator<Item = String> + '_ {
        let problems = self.problems.iter();
        let severities = problems.map(|problem| problem.severity().as_str());
        let lines = severities.zip(self.lines());
        lines.map(|(severity, line)| format!("{severity}: {line}"))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

/// What a failing test prints is meant to be read.
impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
