//! Doc comments from the texts of specs, which are not Markdown.

use proc_macro2::TokenStream;
use quote::quote;

/// Characters of a line, without its margin.
const WIDTH: usize = 92;

/// Doc lines for a text, or for `fallback` when there is none.
pub(super) fn doc(text: Option<&str>, fallback: &str) -> TokenStream {
    lines(text.unwrap_or(fallback))
}

/// Doc lines for a title and, below it, what the spec says.
pub(super) fn titled(title: &str, text: Option<&str>) -> TokenStream {
    let title = lines(&format!("{title}."));
    match text {
        None => title,
        Some(text) => {
            let text = lines(text);
            quote! { #title #[doc = ""] #text }
        }
    }
}

fn lines(text: &str) -> TokenStream {
    let mut out = TokenStream::new();
    let paragraphs = text
        .trim()
        .split("\n\n")
        .map(|paragraph| wrap(&plain(paragraph)));
    for (at, paragraph) in paragraphs.enumerate() {
        if at > 0 {
            out.extend(quote!(#[doc = ""]));
        }
        for line in paragraph {
            // A space, as in a comment written by hand.
            let line = format!(" {line}");
            out.extend(quote!(#[doc = #line]));
        }
    }
    out
}

/// Makes rustdoc take the text as it is: no links, no HTML, no code blocks.
fn plain(paragraph: &str) -> String {
    let mut out = String::new();
    for word in paragraph.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        if word.starts_with("http://") || word.starts_with("https://") {
            let link = word.trim_end_matches(['.', ',', ';', ':', ')']);
            let behind = word.get(link.len()..).unwrap_or_default();
            out.push_str(&format!("<{link}>{behind}"));
            continue;
        }
        for c in word.chars() {
            if matches!(c, '[' | ']' | '<' | '>' | '\\') {
                out.push('\\');
            }
            out.push(c);
        }
    }
    // Three backticks open a block of code, which would be compiled as an example.
    out.replace("```", "\\`\\`\\`")
}

/// Lines that no list, heading or quotation begins.
fn wrap(paragraph: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in paragraph.split(' ') {
        match lines.last_mut() {
            Some(line) if line.len() + 1 + word.len() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(opening(word)),
        }
    }
    lines
}

/// A word at the beginning of a line, where Markdown would take it for a mark.
fn opening(word: &str) -> String {
    let numbered = word
        .strip_suffix(['.', ')'])
        .is_some_and(|number| number.chars().all(|c| c.is_ascii_digit()));
    let marked = matches!(word, "-" | "*" | "+") || word.starts_with(['#', '>', '|', '=']);
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
mod tests {
    use super::*;

    #[test]
    fn texts_are_no_markdown() {
        for (text, shown) in [
            ("see [foo] and <bar>", "see \\[foo\\] and \\<bar\\>"),
            ("- one\n- two", "\\- one - two"),
            ("1. first", "1\\. first"),
            ("# not a heading", "\\# not a heading"),
            ("    indented", "indented"),
            ("```\nlet x;\n```", "\\`\\`\\` let x; \\`\\`\\`"),
            ("at https://example.org/x", "at <https://example.org/x>"),
            ("see http://example.org/x.", "see <http://example.org/x>."),
        ] {
            assert_eq!(wrap(&plain(text)).join("\n"), shown, "{text}");
        }
    }
}
