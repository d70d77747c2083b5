//! The tables of the runtime's macros, a line each: formatters leave what stands in a macro as it is.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, ExprLit, ItemMacro, Lit, Meta, MetaNameValue};

/// The macros whose argument ends with a table in braces.
const MACROS: &[&str] = &["events", "message", "open_enum"];

/// The macro around a struct.
const STRUCT: &str = "setters";

/// The text of an invocation, if it is one with a table.
pub(super) fn format(invocation: &ItemMacro) -> Option<String> {
    let path = &invocation.mac.path;
    let name = path.segments.last()?.ident.to_string();
    if name != STRUCT && !MACROS.contains(&name.as_str()) {
        return None;
    }
    let mut head: Vec<TokenTree> = invocation.mac.tokens.clone().into_iter().collect();
    let table = match head.pop()? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => group.stream(),
        _ => return None,
    };
    let path = text(&words(path.to_token_stream()));
    if name == STRUCT {
        let (docs, head) = docs(head);
        return Some(structure(&path, &docs, head, table));
    }
    let head = text(&words(head.into_iter().collect()));
    let lines: String = lines(words(table))
        .iter()
        .map(|line| format!("    {},\n", text(line)))
        .collect();
    Some(match lines.is_empty() {
        true => format!("{path}!({head} {{}});\n"),
        false => format!("{path}!({head} {{\n{lines}}});\n"),
    })
}

/// The text of a struct within a macro, with a line for each field.
fn structure(path: &str, docs: &[String], head: Vec<TokenTree>, fields: TokenStream) -> String {
    let mut out = format!("{path}! {{\n");
    let comment = |out: &mut String, margin: &str, docs: &[String]| {
        for doc in docs {
            out.push_str(format!("{margin}///{doc}").trim_end());
            out.push('\n');
        }
    };
    comment(&mut out, "    ", docs);
    let head = text(&words(head.into_iter().collect()));
    out.push_str(&format!("    {head} {{\n"));
    let mut field = Vec::new();
    for token in fields {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => {
                let (docs, field) = self::docs(std::mem::take(&mut field));
                comment(&mut out, "        ", &docs);
                let field = text(&words(field.into_iter().collect()));
                out.push_str(&format!("        {field},\n"));
            }
            _ => field.push(token),
        }
    }
    out.push_str("    }\n}\n");
    out
}

/// The doc comments that an item begins with, and the rest of it.
fn docs(tokens: Vec<TokenTree>) -> (Vec<String>, Vec<TokenTree>) {
    let parser = |input: ParseStream<'_>| {
        let attributes = input.call(Attribute::parse_outer)?;
        let rest: TokenStream = input.parse()?;
        Ok((attributes, rest))
    };
    let all: TokenStream = tokens.iter().cloned().collect();
    let Ok((attributes, rest)) = parser.parse2(all) else {
        return (Vec::new(), tokens);
    };
    let texts = attributes.iter().map(|attribute| match &attribute.meta {
        Meta::NameValue(MetaNameValue {
            value:
                Expr::Lit(ExprLit {
                    lit: Lit::Str(text),
                    ..
                }),
            path,
            ..
        }) if path.is_ident("doc") && !text.value().contains(['\n', '\r']) => Some(text.value()),
        _ => None,
    });
    match texts.collect() {
        Some(texts) => (texts, rest.into_iter().collect()),
        // Another attribute stays where it is.
        None => (Vec::new(), tokens),
    }
}

/// Tokens as they are written, with those of several signs in one.
fn words(tokens: TokenStream) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut joint = false;
    for token in tokens {
        let (word, goes_on) = match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::None => ("", ""),
                };
                words.push(open.to_owned());
                words.extend(self::words(group.stream()));
                (close.to_owned(), false)
            }
            TokenTree::Punct(punct) => {
                // A `>` that closes may stand beside another one.
                let goes_on = punct.spacing() == Spacing::Joint && punct.as_char() != '>';
                (punct.to_string(), goes_on)
            }
            other => (other.to_string(), false),
        };
        match words.last_mut() {
            Some(last) if joint => last.push_str(&word),
            _ => words.push(word),
        }
        joint = goes_on;
    }
    words
}

/// Words between commas, but for those inside a type's parameters.
fn lines(words: Vec<String>) -> Vec<Vec<String>> {
    let mut lines = Vec::new();
    let mut line = Vec::new();
    let mut depth = 0_usize;
    for word in words {
        match word.as_str() {
            "<" | "(" | "[" => depth += 1,
            ">" | ")" | "]" => depth = depth.saturating_sub(1),
            "," if depth == 0 => {
                lines.push(std::mem::take(&mut line));
                continue;
            }
            _ => {}
        }
        line.push(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

fn text(words: &[String]) -> String {
    let mut out = String::new();
    let mut last = "";
    for word in words {
        if space(last, word) {
            out.push(' ');
        }
        out.push_str(word);
        last = word;
    }
    out
}

/// Whether a space stands between two words.
fn space(last: &str, word: &str) -> bool {
    match (last, word) {
        ("" | "<" | "&" | "(" | "[" | "-" | "::" | ".", _) => false,
        (_, "," | ";" | ":" | "<" | ">" | "(" | ")" | "]" | ".") => false,
        (":" | "," | "=" | "as" | "in", _) => true,
        (_, "::") => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_have_a_line_for_each_entry() {
        for (tokens, expected) in [
            (
                "nl :: open_enum ! (Color : u32 , names :: COLOR , { Red = 0 , Low = - 1 , })",
                "nl::open_enum!(Color: u32, names::COLOR, {\n    Red = 0,\n    Low = -1,\n});\n",
            ),
            (
                "nl :: message ! (Thing < 'a > , & set :: THING , head in & layout :: HEAD , \
                 { 1 => formatted r#type as nl :: Bits < nl :: Be < u16 >> , 2 => list names , })",
                "nl::message!(Thing<'a>, &set::THING, head in &layout::HEAD, {\n    \
                 1 => formatted r#type as nl::Bits<nl::Be<u16>>,\n    2 => list names,\n});\n",
            ),
            (
                "nl :: setters ! { #[doc = \" A thing.\"] #[doc = \"\"] pub struct Thing < 'a > { \
                 #[doc = \" What is inside.\"] inner : nest (nl :: Nest < 'a , Inner < 'a >>) , \
                 key : value (& 'a [u8 ; 4]) , addr : into (:: core :: net :: IpAddr) , } }",
                "nl::setters! {\n    /// A thing.\n    ///\n    pub struct Thing<'a> {\n        \
                 /// What is inside.\n        inner: nest(nl::Nest<'a, Inner<'a>>),\n        \
                 key: value(&'a [u8; 4]),\n        addr: into(::core::net::IpAddr),\n    }\n}\n",
            ),
            (
                "nl :: message ! (Thing , & set :: THING , { })",
                "nl::message!(Thing, &set::THING, {});\n",
            ),
        ] {
            let end = if tokens.ends_with('}') { "" } else { ";" };
            let invocation: ItemMacro = syn::parse_str(&format!("{tokens}{end}")).unwrap();
            assert_eq!(format(&invocation).unwrap(), expected);
        }
    }
}
