//! Text for people: colours, and nothing else that a terminal obeys.
//!
//! Names, docs and messages come from the kernel, from specs, from files, and may have any character.
//! Written through [`Text`] they are shown: a character that would be obeyed is escaped, `\u{1b}`. Colours
//! are therefore not written as the sequences of terminals, which would be escaped as well, but as
//! [`Style`]s.

use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::io::{self, Write};

use anstyle::AnsiColor;
use nlgen::diagnostic::is_hidden;

/// How a stretch of text looks: `{}` begins it, `{:#}` ends it.
///
/// In text it is a character that Unicode leaves to programs (a noncharacter, U+FDD0 to U+FDEF).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Bold,
    Dimmed,
    Cyan,
    Yellow,
    BoldRed,
    BoldBlue,
}

impl Style {
    const ALL: [Self; 6] = [
        Self::Bold,
        Self::Dimmed,
        Self::Cyan,
        Self::Yellow,
        Self::BoldRed,
        Self::BoldBlue,
    ];

    const END: char = '\u{FDEF}';

    fn mark(self) -> char {
        match self {
            Self::Bold => '\u{FDD0}',
            Self::Dimmed => '\u{FDD1}',
            Self::Cyan => '\u{FDD2}',
            Self::Yellow => '\u{FDD3}',
            Self::BoldRed => '\u{FDD4}',
            Self::BoldBlue => '\u{FDD5}',
        }
    }

    fn ansi(self) -> anstyle::Style {
        match self {
            Self::Bold => anstyle::Style::new().bold(),
            Self::Dimmed => anstyle::Style::new().dimmed(),
            Self::Cyan => AnsiColor::Cyan.on_default(),
            Self::Yellow => AnsiColor::Yellow.on_default(),
            Self::BoldRed => AnsiColor::Red.on_default().bold(),
            Self::BoldBlue => AnsiColor::Blue.on_default().bold(),
        }
    }
}

impl fmt::Display for Style {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char(match f.alternate() {
            true => Self::END,
            false => self.mark(),
        })
    }
}

/// Writes text for people, line by line.
pub(crate) struct Text<W> {
    out: W,
    colours: bool,
    /// A line whose end has not been written.
    line: Vec<u8>,
}

impl<W: Write> Text<W> {
    pub(crate) fn new(out: W, colours: bool) -> Self {
        Self {
            out,
            colours,
            line: Vec::new(),
        }
    }

    /// Where the text goes. What has been written is there.
    pub(crate) fn inner(&mut self) -> io::Result<&mut W> {
        let line = std::mem::take(&mut self.line);
        self.put(&line)?;
        Ok(&mut self.out)
    }

    /// Writes text that has colours as terminals have them: of diagnostics, of usage.
    pub(crate) fn coloured(&mut self, text: &str) -> io::Result<()> {
        let mut left = text;
        while let Some((before, behind)) = left.split_once("\u{1b}[") {
            let digits = behind
                .bytes()
                .take_while(|b| matches!(b, b'0'..=b'9' | b';'));
            let (code, rest) = behind.split_at(digits.count());
            let Some(rest) = rest.strip_prefix('m') else {
                self.write_all(before.as_bytes())?;
                self.write_all(b"\x1b")?;
                left = left.get(before.len() + 1..).unwrap_or_default();
                continue;
            };
            self.write_all(before.as_bytes())?;
            if self.colours {
                write!(self.inner()?, "\u{1b}[{code}m")?;
            }
            left = rest;
        }
        self.write_all(left.as_bytes())
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        let text = String::from_utf8_lossy(bytes);
        let mut shown = String::with_capacity(text.len());
        for c in text.chars() {
            let style = || Style::ALL.iter().find(|style| style.mark() == c);
            match c {
                '\n' | '\t' => shown.push(c),
                Style::END if self.colours => {
                    let _ = write!(shown, "{}", anstyle::Reset);
                }
                Style::END => {}
                '\u{FDD0}'..='\u{FDD5}' => {
                    if let Some(style) = style().filter(|_| self.colours) {
                        let _ = write!(shown, "{}", style.ansi());
                    }
                }
                c if is_hidden(c) => shown.extend(c.escape_unicode()),
                c => shown.push(c),
            }
        }
        self.out.write_all(shown.as_bytes())
    }
}

impl<W: Write> Write for Text<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.line.extend_from_slice(bytes);
        if let Some(end) = self.line.iter().rposition(|byte| *byte == b'\n') {
            let rest = self.line.split_off(end + 1);
            let lines = std::mem::replace(&mut self.line, rest);
            self.put(&lines)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner()?.flush()
    }
}

/// JSON whose strings say the same and have nothing that a terminal obeys: `\u007f`.
///
/// Outside of strings JSON has no such characters but line ends.
pub(crate) fn visible_json(json: &str) -> Cow<'_, str> {
    let escaped = |c: char| c != '\n' && is_hidden(c);
    if !json.contains(escaped) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        if !escaped(c) {
            shown.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(shown, "\\u{unit:04x}");
        }
    }
    Cow::Owned(shown)
}

/// Text without its colours, as a file has it.
#[cfg(test)]
pub(crate) fn plain(text: &str) -> String {
    let mut out = Text::new(Vec::new(), false);
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    let bytes = written.map(|()| out.out).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(colours: bool, write: impl FnOnce(&mut Text<Vec<u8>>) -> io::Result<()>) -> String {
        let mut text = Text::new(Vec::new(), colours);
        write(&mut text).and_then(|()| text.flush()).unwrap();
        String::from_utf8(text.out).unwrap()
    }

    #[test]
    fn nothing_but_styles_reaches_a_terminal() {
        let bold = Style::Bold;
        for (text, shown) in [
            ("plain, häßlich, 漢字, 🦀", "plain, häßlich, 漢字, 🦀"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("\u{1b}]0;title\u{7}", "\\u{1b}]0;title\\u{7}"),
            ("del\u{7f}", "del\\u{7f}"),
            ("csi\u{9b}31m", "csi\\u{9b}31m"),
            ("back\u{8}\r\t|", "back\\u{8}\\u{d}\t|"),
            ("bidi\u{202e}\u{2066}", "bidi\\u{202e}\\u{2066}"),
            ("two\nlines", "two\nlines"),
        ] {
            for colours in [true, false] {
                let out = written(colours, |out| out.write_all(text.as_bytes()));
                assert_eq!(out, shown, "{colours}");
            }
        }
        let styled = |colours| written(colours, |out| write!(out, "{bold}a{bold:#}b"));
        assert_eq!(styled(false), "ab");
        assert_eq!(styled(true), "\u{1b}[1ma\u{1b}[0mb");
    }

    #[test]
    fn pieces_of_characters_are_put_together() {
        let out = written(true, |out| {
            "aé\u{9b}\n"
                .bytes()
                .try_for_each(|byte| out.write_all(&[byte]))
        });
        assert_eq!(out, "aé\\u{9b}\n");
    }

    #[test]
    fn of_coloured_text_the_colours_are_left() {
        let text = "\u{1b}[1;31mwrong\u{1b}[0m \u{1b}]0;t\u{7} \u{1b}[2J\u{1b}[";
        let out = |colours| written(colours, |out| out.coloured(text));
        assert_eq!(out(false), "wrong \\u{1b}]0;t\\u{7} \\u{1b}[2J\\u{1b}[");
        assert_eq!(
            out(true),
            "\u{1b}[1;31mwrong\u{1b}[0m \\u{1b}]0;t\\u{7} \\u{1b}[2J\\u{1b}["
        );
    }

    #[test]
    fn json_says_the_same() {
        let value = serde_json::json!({ "a\u{7f}": ["\u{9b}\u{202e}\u{e0041}", "é\n"] });
        let text = serde_json::to_string_pretty(&value).unwrap();
        let shown = visible_json(&text);
        assert!(shown.contains("\"a\\u007f\""), "{shown}");
        assert!(shown.contains("\\u009b\\u202e\\udb40\\udc41"), "{shown}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&shown).unwrap(),
            value
        );
    }
}
