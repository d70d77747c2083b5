//! Texts in Markdown, as rustdoc and most renderers read it: with tables, footnotes, strikethrough and typographic
//! signs.
//!
//! Two things of a text are more than letters: what is between backticks is code, and addresses of the web are links.
//! All else is shown as it is written.

use super::visible_lines;

/// A paragraph as Markdown on one line, for a page: what HTML has a meaning for is safe even where the page is not
/// read as Markdown.
#[cfg(feature = "docs")]
pub(crate) fn line(paragraph: &str) -> String {
    let words = words(paragraph, true);
    let mut out = String::with_capacity(paragraph.len());
    for (at, word) in words.iter().enumerate() {
        match at {
            0 => out.push_str(&opening(word)),
            _ => out.extend([" ", word]),
        }
    }
    out
}

/// A paragraph as lines of Markdown, each of about so many bytes, for comments of code.
pub(crate) fn lines(paragraph: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words(paragraph, false) {
        match lines.last_mut() {
            Some(line) if line.len() + 1 + word.len() <= width => line.extend([" ", &word]),
            _ => lines.push(opening(&word)),
        }
    }
    lines
}

/// The words of a paragraph, escaped. Code between backticks is one word: in a line of its own, its second word could
/// begin a list.
fn words(paragraph: &str, entities: bool) -> Vec<String> {
    let paragraph = visible_lines(paragraph);
    let mut words: Vec<String> = Vec::new();
    let mut rest = paragraph.trim_start();
    let mut word = String::new();
    let mut before = None;
    while let Some(first) = rest.chars().next() {
        if let Some((code, after)) = code(rest, before) {
            let inside: Vec<&str> = code.split_whitespace().collect();
            word += &inside.join(" ");
            rest = after;
            before = Some('`');
            continue;
        }
        if first.is_whitespace() {
            words.push(std::mem::take(&mut word));
            rest = rest.trim_start();
            before = None;
            continue;
        }
        if let Some((link, after)) = link(rest, before) {
            word.extend(["<", link, ">"]);
            rest = after;
            before = Some('>');
            continue;
        }
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        let entity = entity(first).filter(|_| entities);
        match (is_markup(first, before, &word, after), entity) {
            (true, Some(entity)) => word.push_str(entity),
            (true, None) => word.extend(['\\', first]),
            (false, _) => word.push(first),
        }
        rest = after;
        before = Some(first);
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// Code at the beginning of a text: one backtick or two, what is between them, and as many again.
fn code(text: &str, before: Option<char>) -> Option<(&str, &str)> {
    let ticks = text.len() - text.trim_start_matches('`').len();
    if !(1..=2).contains(&ticks) || before == Some('`') {
        return None;
    }
    let (open, rest) = text.split_at_checked(ticks)?;
    let len = rest.find('`')?;
    let (inside, rest) = rest.split_at_checked(len)?;
    let closed = rest.strip_prefix(open)?;
    let ends = |text: &str| text.is_empty() || text.trim() != text;
    // A bar divides cells of tables even inside of code.
    if closed.starts_with('`') || ends(inside) || inside.contains('|') {
        return None;
    }
    text.split_at_checked(2 * ticks + len)
}

/// An address of the web at the beginning of a text, without the punctuation behind it.
fn link(text: &str, before: Option<char>) -> Option<(&str, &str)> {
    if before.is_some_and(char::is_alphanumeric) {
        return None;
    }
    let scheme = ["http://", "https://"]
        .into_iter()
        .find(|scheme| text.starts_with(scheme))?;
    let part = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&'()*+,;=%".contains(c);
    let len = text.find(|c| !part(c)).unwrap_or(text.len());
    let link = text.get(..len)?.trim_end_matches(|c: char| {
        matches!(
            c,
            '.' | ',' | ';' | ':' | '!' | '?' | '(' | ')' | '\'' | '*' | '_'
        )
    });
    let host = link.get(scheme.len()..)?;
    host.starts_with(|c: char| c.is_ascii_alphanumeric())
        .then(|| text.split_at_checked(link.len()))?
}

/// Whether a character means something in Markdown: behind another one, which the escaped word ends with, and before
/// a text.
fn is_markup(c: char, before: Option<char>, word: &str, after: &str) -> bool {
    let next = after.chars().next();
    match c {
        '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '$' => true,
        // Inside of a word, and at its end, it is a letter.
        '_' if before == Some('_') => word.ends_with("\\_"),
        '_' => !before.is_some_and(char::is_alphanumeric),
        // A heading begins or ends with it.
        '#' => before.is_none() || before == Some('#'),
        // Several become a longer one.
        '-' => before == Some('-') || next == Some('-'),
        // The name or number of a character.
        '&' => next.is_some_and(|c| c == '#' || c.is_ascii_alphanumeric()),
        _ => false,
    }
}

/// What HTML writes for a character that it has a meaning for.
const fn entity(c: char) -> Option<&'static str> {
    match c {
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '&' => Some("&amp;"),
        _ => None,
    }
}

/// A word at the beginning of a line, where Markdown would take it for a mark.
fn opening(word: &str) -> String {
    let numbered = word
        .strip_suffix(['.', ')'])
        .is_some_and(|number| number.chars().all(|c| c.is_ascii_digit()));
    let marked = matches!(word, "-" | "+") || word.starts_with('=');
    match (
        marked,
        numbered,
        word.split_at_checked(word.len().saturating_sub(1)),
    ) {
        (true, ..) => format!("\\{word}"),
        (_, true, Some((number, mark))) => format!("{number}\\{mark}"),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests;
