//! Writing C in the style of the kernel: tabs of 8 columns, lines of 80 where they can be, one blank line between
//! parts.

use crate::diagnostic::is_hidden;

/// Columns of a line that most lines keep to.
const COLUMNS: usize = 80;

/// Columns that a tab goes to a multiple of.
const TAB: usize = 8;

/// A file of C that grows line by line.
#[derive(Debug, Default)]
pub(crate) struct Text {
    out: String,
    blank: bool,
}

impl Text {
    /// Adds a line.
    pub(crate) fn line(&mut self, line: impl AsRef<str>) {
        let line = line.as_ref();
        let opened = self.out.is_empty() || self.out.ends_with("{\n");
        if self.blank && !opened && !line.trim_start().starts_with('}') {
            self.out.push('\n');
        }
        self.blank = false;
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    /// Divides what follows from what is there. Several are one, and none is left at either end of a block or of the
    /// file.
    pub(crate) fn blank(&mut self) {
        self.blank = true;
    }

    /// The file.
    pub(crate) fn finish(self) -> String {
        self.out
    }

    /// Defines whose values begin in one column.
    pub(crate) fn defines(&mut self, defines: &[(String, String)]) {
        let column = column(defines.iter().map(|(name, _)| name.len()));
        for (name, value) in defines {
            self.line(format!("#define {}{value}", padded(name, column)));
        }
    }

    /// Members of an initialized struct, whose values begin in one column, below `indent` tabs.
    pub(crate) fn members<N: AsRef<str>, V: AsRef<str>>(
        &mut self,
        indent: usize,
        members: &[(N, V)],
    ) {
        let column = column(members.iter().map(|(name, _)| name.as_ref().len() + 1));
        for (name, value) in members {
            let name = padded(&format!(".{}", name.as_ref()), column);
            self.line(format!(
                "{}{name}= {},",
                "\t".repeat(indent),
                value.as_ref()
            ));
        }
    }

    /// The head of a function, or with `;` for `end` its prototype, with arguments on as many lines as they take.
    pub(crate) fn function(&mut self, result: &str, name: &str, arguments: &[&str], end: &str) {
        let star = match result.ends_with('*') {
            true => "",
            false => " ",
        };
        let whole = format!("{result}{star}{name}({}){end}", list(arguments));
        if width(&whole) < COLUMNS {
            return self.line(whole);
        }
        let open = format!("{result}{star}{name}(");
        let widest = arguments.iter().map(|argument| argument.len() + 2).max();
        let open = match width(&open) + widest.unwrap_or(0) > COLUMNS {
            true => {
                self.line(result);
                format!("{name}(")
            }
            false => open,
        };
        self.wrapped(&open, arguments, &format!("){end}"));
    }

    /// `open`, the items with commas, and `close`, on lines that begin below the first item.
    pub(crate) fn wrapped(&mut self, open: &str, items: &[&str], close: &str) {
        let indent = width(open);
        let margin = "\t".repeat(indent / TAB) + &" ".repeat(indent % TAB);
        let mut line = open.to_owned();
        let mut empty = true;
        for (at, item) in items.iter().enumerate() {
            let end = match at + 1 == items.len() {
                true => close,
                false => ",",
            };
            if !empty && width(&line) + 1 + item.len() + end.len() > COLUMNS {
                self.line(&line);
                line.clone_from(&margin);
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line.push_str(item);
            line.push_str(end);
            empty = false;
        }
        if items.is_empty() {
            line.push_str(close);
        }
        self.line(line);
    }

    /// A paragraph inside a comment for the kernel's documentation, in lines of at most 79 columns.
    pub(crate) fn doc(&mut self, text: &str) {
        let mut line = String::from(" *");
        for word in plain(text).split_whitespace() {
            if width(&line) + 1 + word.len() >= COLUMNS && line != " *" {
                self.line(&line);
                " *  ".clone_into(&mut line);
            }
            line.push(' ');
            line.push_str(word);
        }
        self.line(line);
    }

    /// A comment of its own.
    pub(crate) fn comment(&mut self, text: &str) {
        let text = plain(text);
        let words: Vec<&str> = text.split_whitespace().collect();
        let whole = format!("/* {} */", words.join(" "));
        if width(&whole) < COLUMNS {
            return self.line(whole);
        }
        self.line("/*");
        let mut line = String::from(" *");
        for word in words {
            if width(&line) + 1 + word.len() >= COLUMNS && line != " *" {
                self.line(&line);
                " *".clone_into(&mut line);
            }
            line.push(' ');
            line.push_str(word);
        }
        self.line(line);
        self.line(" */");
    }
}

/// The first column for values behind names of these lengths: a multiple of the tab's.
fn column(lengths: impl Iterator<Item = usize>) -> usize {
    (lengths.max().unwrap_or(0) / TAB + 1) * TAB
}

/// A name and the tabs that lead to a column. Names begin in a multiple of the tab's columns.
fn padded(name: &str, column: usize) -> String {
    let tabs = column.saturating_sub(name.len()).div_ceil(TAB).max(1);
    format!("{name}{}", "\t".repeat(tabs))
}

/// Arguments of a function; of none, `void`.
fn list(arguments: &[&str]) -> String {
    match arguments {
        [] => "void".to_owned(),
        arguments => arguments.join(", "),
    }
}

/// The columns that a line takes.
pub(crate) fn width(line: &str) -> usize {
    line.chars().fold(0, |column, c| match c {
        '\t' => (column / TAB + 1) * TAB,
        _ => column + 1,
    })
}

/// A text that can be inside a comment: nothing in it ends the comment, begins another, or goes on behind its line, and
/// all of it can be seen.
pub(crate) fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // Before the marks of comments are looked for: it could become a part of one.
            '\\' => shown.push('/'),
            _ if c.is_whitespace() => shown.push(' '),
            _ if is_hidden(c) => shown.push_str(&format!("U+{:04X}", u32::from(c))),
            _ => shown.push(c),
        }
    }
    shown
        .replace("*/", "* /")
        .replace("/*", "/ *")
        .replace("??/", "? ?/")
}

/// A text as a string of C.
pub(crate) fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            // Two of them may begin a trigraph.
            b'?' if out.ends_with('?') => out.push_str("\\?"),
            b' '..=b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\{byte:03o}")),
        }
    }
    out.push('"');
    out
}

/// A number as a constant of C that no compiler warns of, and that is one word wherever it is put.
pub(crate) fn number(value: i128) -> String {
    match value {
        // The sign is no part of a constant, and without it the number is too large for the type.
        value if value == i128::from(i64::MIN) => "(-9223372036854775807LL - 1)".to_owned(),
        value if value < i128::from(i32::MIN) => format!("({value}LL)"),
        value if value < 0 => format!("({value})"),
        value if value > i128::from(u32::MAX) => format!("{value}ULL"),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Text, number, plain, string, width};

    fn text(write: impl Fn(&mut Text)) -> String {
        let mut text = Text::default();
        write(&mut text);
        text.finish()
    }

    #[test]
    fn blank_lines_are_one_and_inside() {
        let out = text(|text| {
            text.blank();
            text.line("enum {");
            text.blank();
            text.line("\tA,");
            text.blank();
            text.blank();
            text.line("\tB,");
            text.blank();
            text.line("};");
            text.blank();
        });
        assert_eq!(out, "enum {\n\tA,\n\n\tB,\n};\n");
    }

    #[test]
    fn values_are_in_one_column() {
        let owned = |name: &str| (name.to_owned(), "1".to_owned());
        let out = text(|text| text.defines(&[owned("A"), owned("EIGHT_LT")]));
        assert_eq!(out, "#define A\t\t1\n#define EIGHT_LT\t1\n");
        let out = text(|text| text.members(1, &[("cmd", "1"), ("maxattr", "2")]));
        assert_eq!(out, "\t.cmd\t\t= 1,\n\t.maxattr\t= 2,\n");
        let out = text(|text| text.members(1, &[("cmd", "1"), ("dumpit", "2")]));
        assert_eq!(out, "\t.cmd\t= 1,\n\t.dumpit\t= 2,\n");
    }

    #[test]
    fn functions_keep_to_the_columns() {
        let arguments = ["struct sk_buff *skb", "struct netlink_callback *cb"];
        for (name, out) in [
            (
                "a_nl_get_dumpit",
                "int a_nl_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);\n",
            ),
            (
                "netdev_nl_page_pool_get_dumpit",
                "int netdev_nl_page_pool_get_dumpit(struct sk_buff *skb,\n\
                 \t\t\t\t   struct netlink_callback *cb);\n",
            ),
            (
                "a_very_long_name_of_a_family_nl_page_pool_get_dumpit",
                "int\na_very_long_name_of_a_family_nl_page_pool_get_dumpit(struct sk_buff *skb,\n\
                 \t\t\t\t\t\t     struct netlink_callback *cb);\n",
            ),
        ] {
            assert_eq!(
                text(|text| text.function("int", name, &arguments, ";")),
                out
            );
        }
        let none = text(|text| text.function("void *", "f", &[], ";"));
        assert_eq!(none, "void *f(void);\n");
    }

    #[test]
    fn texts_of_specs_stay_texts() {
        assert_eq!(plain("a */ b /* c ??/ \\"), "a * / b / * c ? ?/ /");
        for (text, out) in [
            ("*\\ int x; \\* ??\\", "* / int x; / * ? ?/"),
            ("*\r/ *\0/ /\u{1b}*", "* / *U+0000/ /U+001B*"),
            ("**// /*/ a\u{202e}b", "** // / * / aU+202Eb"),
        ] {
            assert_eq!(plain(text), out);
        }
        assert_eq!(string("a\"\\\n??="), r#""a\"\\\012?\?=""#);
        assert_eq!(width("\ta\tb"), 17);
    }

    #[test]
    fn numbers_have_their_type() {
        for (value, out) in [
            (0, "0"),
            (-1, "(-1)"),
            (0xFFFF_FFFF, "4294967295"),
            (0x1_0000_0000, "4294967296ULL"),
            (-0x8000_0001, "(-2147483649LL)"),
            (i64::MIN.into(), "(-9223372036854775807LL - 1)"),
            (u64::MAX.into(), "18446744073709551615ULL"),
        ] {
            assert_eq!(number(value), out);
        }
    }
}
