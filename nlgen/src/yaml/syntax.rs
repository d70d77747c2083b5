//! What the parser says of a text that is not YAML, in words for who writes specs.

use super::SyntaxError;
use crate::span::Span;

/// What to do where the parser's words say no more.
const MEND: &str = "mend the YAML here or in the lines before; text that has `: ` or ` #` in it goes between quotes";

/// `before` bytes of the text were not given to the parser.
pub(super) fn syntax_error(text: &str, before: usize, error: &serde_yaml::Error) -> SyntaxError {
    let message = error.to_string();
    // The parser appends where the error is; our diagnostics show it better.
    let message = message.split(" at line ").next().unwrap_or(&message);
    let mut at = error
        .location()
        .map_or(0, |location| before + location.index());
    let tab = tab_before(text, at);
    let (message, help) = match message {
        _ if is_empty(text) => (
            "there is no spec in this file",
            "begin with `name: FAMILY` and `operations: { list: [] }`",
        ),
        _ if message.contains("more than one document") => {
            at = second_document(text).unwrap_or(at);
            (
                "a spec is one document, and here begins another",
                "make it a file of its own, or take the `---` out",
            )
        }
        _ if message.contains("too large") || message.contains("repetition limit") => (
            "with what its aliases repeat, this document is too large",
            "write what is repeated once, as an attribute set",
        ),
        _ if message.contains("recursion limit") => (
            "lists and mappings lie in each other too deep",
            "specs need less than 20 levels",
        ),
        _ if message.contains("invalid type: enum") => {
            ("specs have no tags", "take the `!` and its word out")
        }
        _ if tab.is_some() => {
            at = tab.unwrap_or(at);
            (
                "YAML indents by spaces, and here is a tab",
                "write spaces in place of the tab",
            )
        }
        _ => (message, help(message)),
    };
    let word = text.get(at..).unwrap_or("");
    let end = word.find(char::is_whitespace).unwrap_or(word.len());
    SyntaxError {
        message: message.to_owned(),
        help,
        span: Span::new(at, at.saturating_add(end.max(1))),
    }
}

/// What to do about what the parser says.
fn help(message: &str) -> &'static str {
    let known = [
        (
            "'-' indicator",
            "indent this line as the items before it, which begin with `- `",
        ),
        (
            "expected key",
            "indent this line as the keys before it, and look for a quote or bracket that is not closed",
        ),
        (
            "expected ','",
            "close the bracket, or put a comma between the items",
        ),
        (
            "mapping values are not allowed",
            "put text that has `: ` in it between quotes",
        ),
        ("unknown anchor", "name a place that has `&NAME` before it"),
        (
            "cannot start any token",
            "put text that begins with this character between quotes",
        ),
        ("control characters", "take the character out"),
        ("unexpected end of stream", "close the quote or the bracket"),
    ];
    let found = known.iter().find(|(words, _)| message.contains(words));
    found.map_or(MEND, |(_, help)| help)
}

/// Whether a text has neither keys nor words.
fn is_empty(text: &str) -> bool {
    let nothing = |line: &str| {
        let line = line.trim();
        line.is_empty() || line.starts_with('#')
    };
    text.trim_start_matches('\u{feff}').lines().all(nothing)
}

/// The tab that indents the line of a place, or the line before it.
fn tab_before(text: &str, at: usize) -> Option<usize> {
    let before = text.get(..at).unwrap_or(text);
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    let earlier = text.get(..line.saturating_sub(1)).unwrap_or("");
    let earlier = earlier.rfind('\n').map_or(0, |end| end + 1);
    [line, earlier].into_iter().find_map(|begin| {
        let rest = text.get(begin..)?;
        let indent = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        Some(begin + rest.get(..indent)?.find('\t')?)
    })
}

/// Where the first `---` stands that something precedes.
fn second_document(text: &str) -> Option<usize> {
    let mut at = 0;
    let mut content = false;
    for line in text.split_inclusive('\n') {
        let marker = line.starts_with("---");
        if marker && content {
            return Some(at);
        }
        content |= marker || !(line.trim().is_empty() || line.starts_with(['#', '%']));
        at += line.len();
    }
    None
}
