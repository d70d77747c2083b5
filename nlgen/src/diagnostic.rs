//! What is wrong with a spec, or suspicious: code, place, and what to do about it.

mod code;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "render")]
mod render;
mod report;
mod visible;

use std::fmt;

use crate::span::{Source, Sources, Span};

pub use crate::nearest::{closest, suggestion};
pub use code::{Code, Severity};
pub use report::Report;
pub use visible::{is_hidden, visible};

/// One thing that is wrong with a spec, or suspicious.
#[derive(Clone, Debug)]
pub struct Problem {
    code: Code,
    span: Span,
    message: String,
    label: String,
    help: Option<String>,
    related: Vec<(Span, String)>,
}

impl Problem {
    pub(crate) fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            span,
            message: message.into(),
            label: String::new(),
            help: None,
            related: Vec::new(),
        }
    }

    /// Words beside the underlined place.
    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// What to do about it.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Another place that has to do with it.
    pub(crate) fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((span, label.into()));
        self
    }

    /// A suggestion of the closest of the names that would have been right, or their list.
    pub(crate) fn suggest<'n>(self, wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Self {
        match suggestion(wrong, names) {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// Where it is, and the other places that have to do with it.
    pub(crate) fn places(&self) -> impl Iterator<Item = Span> + '_ {
        let related = self.related.iter().map(|(span, _)| *span);
        related.chain([self.span])
    }

    fn order(&self) -> (Span, Code, &str) {
        (self.span, self.code, &self.message)
    }

    /// What kind of problem it is.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// Whether the spec cannot be used because of it.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// Where it is.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// What is wrong, in one sentence.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it. Every problem says so.
    #[must_use]
    pub fn help_text(&self) -> Option<&str> {
        Some(self.advice())
    }

    fn advice(&self) -> &str {
        self.help.as_deref().unwrap_or(self.code.advice())
    }
}

/// Everything that is wrong with a spec: errors, and no warnings.
///
/// `Display` shows each problem as a compiler would: a code, the place as `file:line:column`, the line
/// with the place underlined, and help.
#[derive(Clone)]
pub struct SpecError(Report);

impl SpecError {
    pub(crate) fn new(sources: Sources, problems: Vec<Problem>) -> Self {
        Self(Report::new(sources, problems))
    }

    /// The problems with the texts that they are in.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.0
    }

    /// The problems, in the order of the text.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        self.0.problems()
    }

    /// The text of the spec.
    #[must_use]
    pub fn source_text(&self) -> &Source {
        self.0.source_text()
    }

    /// The text that a problem is in, the spec's or an overlay's, and its place there.
    #[must_use]
    pub fn place(&self, problem: &Problem) -> (&Source, Span) {
        self.0.place(problem)
    }

    /// The problems as a compiler shows them, in colour if asked.
    #[must_use]
    pub fn render(&self, color: bool) -> String {
        self.0.render(color)
    }

    /// The problems as JSON: see [`Report::to_json`].
    ///
    /// ```
    /// use nlgen::span::Source;
    /// let error = nlgen::load(Source::new("ping.yaml", "name: ping\ndog: 1\n")).unwrap_err();
    /// let json = error.to_json();
    /// assert!(json.contains(r#""code": "NL002""#));
    /// assert!(json.contains(r#""file": "ping.yaml""#));
    /// ```
    #[cfg(feature = "json")]
    #[must_use]
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What `unwrap` in a build script prints is meant to be read.
impl fmt::Debug for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.problems().len() == 1 { "" } else { "s" };
        let count = self.problems().len();
        write!(f, "{count} problem{plural}\n{self}")
    }
}

impl std::error::Error for SpecError {}
