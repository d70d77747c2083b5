//! Text that may have any character, made visible.

use std::borrow::Cow;

/// Whether a terminal obeys a character, shows nothing in its place, or turns the text around it.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E007F}')
}

/// Text in one line: [hidden](is_hidden) characters, line ends among them, are escaped as Rust does it.
///
/// Names, docs and messages of specs, files and kernels pass through here before people see them.
///
/// ```
/// use nlgen::diagnostic::visible;
/// assert_eq!(visible("lo\u{1b}[2J"), "lo\\u{1b}[2J");
/// assert_eq!(visible("häßlich"), "häßlich");
/// ```
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match is_hidden(c) {
            true => shown.extend(c.escape_unicode()),
            false => shown.push(c),
        }
    }
    Cow::Owned(shown)
}
