//! Texts of specs, files and kernels, as data in what is made of them: Rust, pages, YAML.
//!
//! Whoever writes a spec decides what its names and docs say, and nothing else: no text becomes code, markup or
//! another line, and none changes how the text around it is read. [`visible`] writes
//! characters out that would. What a format gives a meaning to, that format's function escapes.

pub(crate) mod markdown;
mod yaml;

use std::borrow::Cow;

use crate::diagnostic::{is_hidden, visible};

pub use yaml::scalar;

/// A text of one or more lines, in which [hidden](is_hidden) characters but ends of lines and tabs are written out.
pub(crate) fn visible_lines(text: &str) -> Cow<'_, str> {
    let space = |c: char| matches!(c, '\t' | '\n' | '\r');
    if !text.contains(|c| is_hidden(c) && !space(c)) {
        return Cow::Borrowed(text);
    }
    let parts = text.split_inclusive(space).map(|part| {
        let end = part.strip_suffix(space).map_or(part.len(), str::len);
        let (shown, end) = part.split_at(end);
        visible(shown) + end
    });
    Cow::Owned(parts.collect())
}

#[cfg(test)]
mod tests {
    use super::visible_lines;

    #[test]
    fn ends_of_lines_stay() {
        for (text, shown) in [
            ("plain, é 漢 🦀\r\n\tend", "plain, é 漢 🦀\r\n\tend"),
            ("a\0b\n\u{202e}\n", "a\\u{0}b\n\\u{202e}\n"),
            ("\n\u{2028}\t\u{7f}", "\n\\u{2028}\t\\u{7f}"),
        ] {
            assert_eq!(visible_lines(text), shown);
        }
    }
}
