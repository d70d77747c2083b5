//! What is wrong with a spec: code, place, and what to do about it.

mod json;

use std::fmt;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::span::{Source, Sources, Span};

/// Everything that is wrong with a spec.
///
/// `Display` shows each problem as a compiler would: a code, the place as `file:line:column`, the line
/// with the place underlined, and help.
#[derive(Clone)]
pub struct SpecError {
    sources: Sources,
    problems: Vec<Problem>,
}

/// One thing that is wrong with a spec.
#[derive(Clone, Debug)]
pub struct Problem {
    code: Code,
    span: Span,
    message: String,
    label: String,
    help: Option<String>,
    related: Vec<(Span, String)>,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// The kind of a [`Problem`]. Codes stay as they are from release to release.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// All codes.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code as it is shown, for example `NL006`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }
        }
    };
}

codes! {
    /// The text is not YAML, or uses what specs do not: tags, several documents.
    Syntax = "NL001",
    /// A key that the spec language does not have at this place.
    UnknownKey = "NL002",
    /// A key that must be there is not.
    MissingKey = "NL003",
    /// A value of another type than its key takes, or none of the words that it takes.
    WrongValue = "NL004",
    /// A key or a name that is there twice.
    Duplicate = "NL005",
    /// A name that nothing in the spec has.
    UnknownName = "NL006",
    /// A number that two attributes, two entries or two operations share.
    SameNumber = "NL007",
    /// A number beyond what the wire or the type can hold.
    OutOfRange = "NL008",
    /// A key that does not go with the attribute's type.
    WrongKey = "NL009",
    /// Subsets that are subsets of each other.
    SubsetCycle = "NL010",
    /// An operation whose parts do not go together.
    BadOperation = "NL011",
    /// An overlay that does not fit its spec.
    Overlay = "NL012",
    /// The file cannot be read.
    Unreadable = "NL013",
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
        let names: Vec<&str> = names.into_iter().collect();
        match closest(wrong, &names) {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None if names.is_empty() => self,
            None if names.len() <= 12 => self.help(format!("there is: {}", names.join(", "))),
            None => self,
        }
    }

    fn order(&self) -> (Span, Code, &str) {
        (self.span, self.code, &self.message)
    }

    /// What kind of problem it is.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
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

    /// What to do about it.
    #[must_use]
    pub fn help_text(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

impl SpecError {
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

    /// The problems as a compiler shows them, in colour if asked.
    #[must_use]
    pub fn render(&self, color: bool) -> String {
        let renderer = match color {
            true => Renderer::styled(),
            false => Renderer::plain(),
        };
        let shown: Vec<String> = self
            .problems
            .iter()
            .map(|problem| self.render_one(problem, &renderer))
            .collect();
        shown.join("\n\n")
    }

    fn render_one(&self, problem: &Problem, renderer: &Renderer) -> String {
        let (source, span) = self.sources.find(problem.span);
        let title = Level::ERROR
            .primary_title(problem.message.as_str())
            .id(problem.code.as_str());
        if source.text().is_empty() {
            let note = format!("in {}", source.path().display());
            return renderer.render(&[title.element(Level::NOTE.message(note))]);
        }
        let mut snippet = snippet(source).annotation(
            AnnotationKind::Primary
                .span(source.clamp(span).range())
                .label(problem.label.as_str()),
        );
        let mut elsewhere = Vec::new();
        for (span, label) in &problem.related {
            let (other, span) = self.sources.find(*span);
            let note = AnnotationKind::Context
                .span(other.clamp(span).range())
                .label(label.as_str());
            match std::ptr::eq(other, source) {
                true => snippet = snippet.annotation(note),
                false => elsewhere.push(self::snippet(other).annotation(note)),
            }
        }
        let mut group = title.element(snippet);
        for snippet in elsewhere {
            group = group.element(snippet);
        }
        if let Some(help) = &problem.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        renderer.render(&[group])
    }
}

fn snippet(source: &Source) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
    Snippet::source(source.text()).path(source.path().display().to_string())
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

/// What `unwrap` in a build script prints is meant to be read.
impl fmt::Debug for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.problems.len() == 1 { "" } else { "s" };
        let count = self.problems.len();
        write!(f, "{count} problem{plural}\n{}", self.render(false))
    }
}

impl std::error::Error for SpecError {}

/// The name nearest to a wrong one, if it is near enough to be meant.
///
/// ```
/// use nlgen::diagnostic::closest;
/// assert_eq!(closest("ifindx", &["ifindex", "mtu"]), Some("ifindex"));
/// assert_eq!(closest("flags", &["ifindex", "mtu"]), None);
/// ```
#[must_use]
pub fn closest<'n>(wrong: &str, names: &[&'n str]) -> Option<&'n str> {
    let limit = (wrong.len() / 3).max(1);
    names
        .iter()
        .map(|name| (distance(wrong, name), *name))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, name)| name)
}

/// How many characters must be added, taken out, changed or swapped with the next one to make `right`
/// of `left`: the optimal string alignment distance, one row at a time.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    let mut last = None;
    for (at, a) in left.chars().enumerate() {
        let mut next = vec![at + 1];
        for (column, b) in right.iter().enumerate() {
            let cell = |row: &[usize], column: usize| row.get(column).copied();
            let swapped = column
                .checked_sub(1)
                .filter(|before_b| last == Some(*b) && right.get(*before_b) == Some(&a));
            let ways = [
                cell(&row, column).map(|cost| cost + usize::from(a != *b)),
                cell(&row, column + 1).map(|cost| cost + 1),
                cell(&next, column).map(|cost| cost + 1),
                swapped
                    .and_then(|column| cell(&before, column))
                    .map(|cost| cost + 1),
            ];
            next.push(ways.into_iter().flatten().min().unwrap_or(usize::MAX));
        }
        before = std::mem::replace(&mut row, next);
        last = Some(a);
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_name_is_close() {
        for (wrong, names, right) in [
            ("ifindx", &["ifindex", "index"][..], Some("ifindex")),
            (
                "attribute",
                &["attributes", "attribute-set"],
                Some("attributes"),
            ),
            ("u23", &["u16", "u32", "u64"], Some("u32")),
            ("x", &["name", "value"], None),
            ("", &["a", "name"], Some("a")),
        ] {
            assert_eq!(closest(wrong, names), right, "{wrong}");
        }
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("nmae", "name"), 1);
    }
}
