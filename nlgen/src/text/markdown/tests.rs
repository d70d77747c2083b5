//! What a renderer of Markdown makes of texts: the letters that were written, and no markup.

use proptest::prelude::*;
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

use super::{line, lines};
use crate::text::visible_lines;

/// Rustdoc's.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_SMART_PUNCTUATION
}

/// The letters of a page, with a space for each end of a line; or what else there is on it.
fn letters(page: &str) -> Result<String, String> {
    let mut letters = String::new();
    for event in Parser::new_ext(page, options()) {
        match event {
            Event::Text(text) | Event::Code(text) => letters.push_str(&text),
            Event::SoftBreak => letters.push(' '),
            Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph | TagEnd::Link) => {}
            Event::Start(Tag::Link {
                link_type: LinkType::Autolink,
                dest_url,
                ..
            }) if dest_url.starts_with("http://") || dest_url.starts_with("https://") => {}
            other => return Err(format!("{other:?}")),
        }
    }
    Ok(letters)
}

/// A text as it should be read: white space is one space, backticks may stand for code, quotes and dots may be the
/// printers' ones.
fn read(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words
        .join(" ")
        .replace('`', "")
        .replace(['‘', '’'], "'")
        .replace(['“', '”'], "\"")
        .replace('…', "...")
}

#[track_caller]
fn is_data(text: &str) {
    let expected = read(&visible_lines(text));
    for width in [1, 20, 92] {
        let page = lines(text, width).join("\n");
        assert_eq!(
            letters(&page).map(|text| read(&text)).as_ref(),
            Ok(&expected),
            "{text:?}\n{page}"
        );
    }
    let cell = format!("| a | b |\n|---|---|\n| {} | end |\n", line(text));
    let mut cells = 0;
    let mut shown = String::new();
    for event in Parser::new_ext(&cell, options()) {
        match event {
            Event::Start(Tag::TableCell) => cells += 1,
            Event::Text(text) | Event::Code(text) if cells == 3 => shown.push_str(&text),
            Event::Html(html) | Event::InlineHtml(html) => panic!("{html}"),
            _ => {}
        }
    }
    assert_eq!((cells, read(&shown)), (4, expected), "{text:?}\n{cell}");
}

#[test]
fn texts_are_data() {
    for text in [
        "plain text.",
        "see [foo] and <bar>, [x](javascript:alert(1)), [y]: /z, ![img](u)",
        "- one\n- two",
        "+ one",
        "* one",
        "1. first",
        "12) twelfth",
        ".",
        "# not a heading #",
        "title\n===",
        "title\n---",
        "--- a",
        "***",
        "___",
        "> quoted",
        "    indented",
        "\tindented",
        "```\nlet x;\n```",
        "```rust\nlet x;\n```",
        "~~~\nlet x;\n~~~",
        "~~~~ rust\nlet x;",
        "~~gone~~ and ~gone~",
        "*a* **b** _c_ __d__ a_b_c snake_case_ _x",
        "&lt;b&gt; &copy; &#60; R&D a & b",
        "<script>alert(1)</script>",
        "<!-- gone -->",
        "<http://x/y> <a@b.c>",
        "| a | b |\n|---|---|\n| c | d |",
        "a \\ b \\` \\\\",
        "a\\\nb",
        "two spaces  \nat the end",
        "--timeout, a -- b, a --- b, -x",
        "[^1]: note [^1]",
        "[ ] task",
        "- [ ] task",
        "`code` and `` two `` and ``x`` and `a<b>c`",
        "`never closed",
        "a`b`c `a|b` ` x` `x ` ``` x ```",
        "`a - b - c - d - e - f - g - h - i - j`",
        "`<script>` \\`x`",
        "$x$ $$y$$",
        "\r bare \r\n ends",
        "a\u{202e}b \0 \u{1b}[1m \u{2028} \u{feff}",
        "é 漢 🦀 ﷽",
    ] {
        is_data(text);
    }
}

#[test]
fn addresses_of_the_web_are_links() {
    for (text, markdown) in [
        ("at https://example.org/x", "at <https://example.org/x>"),
        ("see http://example.org/x.", "see <http://example.org/x>."),
        ("(http://example.org/a_b_c)", "(<http://example.org/a_b_c>)"),
        (
            "http://<script>alert(1)</script>",
            "http://&lt;script&gt;alert(1)&lt;/script&gt;",
        ),
        ("http://a<b>c", "<http://a>&lt;b&gt;c"),
        ("http://a>b<img src=x>", "<http://a>&gt;b&lt;img src=x&gt;"),
        ("http://a`b` http://a\"x", "<http://a>`b` <http://a>\"x"),
        ("http://a\u{202e}b", "<http://a>\\\\u{202e}b"),
        ("xhttp://a", "xhttp://a"),
        ("http://", "http://"),
        ("javascript://a", "javascript://a"),
    ] {
        assert_eq!(line(text), markdown, "{text}");
        is_data(text);
    }
}

#[test]
fn code_is_not_escaped_and_not_divided() {
    for (text, markdown) in [
        ("see `a_b *c* <d>`", "see `a_b *c* <d>`"),
        ("see ``a_b``.", "see ``a_b``."),
        ("one ` alone", "one \\` alone"),
        ("`a|b`", "\\`a\\|b\\`"),
        ("```rust", "\\`\\`\\`rust"),
    ] {
        assert_eq!(line(text), markdown, "{text}");
        is_data(text);
    }
    assert_eq!(lines("of `- a - b`", 1), ["of", "`- a - b`"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_signs_are_data(text in "[-`~*_#<>|=+!&$;:.\\[\\]()\\\\/\"'a1 \n]{0,24}") {
        is_data(&text);
    }

    #[test]
    fn any_words_are_data(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "```", "~~~", "<script>", "http://a", "https://<b", "- ", "1.", "#", "|", "---", "===", "\n", " ",
                "`", "``", "a", "_", "*", "&lt;", "\\", "[a]", "(b)", "<!--", "-->", "<![CDATA[", "\u{202e}", "\r",
            ]),
            0..12,
        )
    ) {
        is_data(&words.concat());
    }
}
