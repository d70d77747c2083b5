//! The tokens of a C header, as far as its enums need them.

use nlgen_runtime::nlctrl::AttrType;

/// Types of attributes as comments in headers name them.
const TYPES: [(&str, AttrType); 19] = [
    ("flag", AttrType::Flag),
    ("u8", AttrType::U8),
    ("u16", AttrType::U16),
    ("u32", AttrType::U32),
    ("u64", AttrType::U64),
    ("s8", AttrType::S8),
    ("s16", AttrType::S16),
    ("s32", AttrType::S32),
    ("s64", AttrType::S64),
    ("__u8", AttrType::U8),
    ("__u16", AttrType::U16),
    ("__u32", AttrType::U32),
    ("__u64", AttrType::U64),
    ("uint", AttrType::Uint),
    ("sint", AttrType::Sint),
    ("string", AttrType::NulString),
    ("nest", AttrType::Nested),
    ("nested", AttrType::Nested),
    ("binary", AttrType::Binary),
];

/// A token of C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'c> {
    Name(&'c str),
    Number(i128),
    Sign(char),
    /// A comment that begins with a type.
    Type(AttrType),
}

/// Stands for a comment that begins with a type, before the type's place in the table.
const COMMENT: char = '\u{1}';

/// A text with a blank for each comment, or a mark for one that begins with a type.
pub(super) fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("/*").into_iter().chain(rest.find("//")).min() {
        let (before, comment) = rest.split_at(at);
        out.push_str(before);
        let end = match comment.starts_with("/*") {
            true => comment
                .get(2..)
                .and_then(|inside| inside.find("*/"))
                .map(|end| end + 4),
            false => comment.find('\n'),
        };
        // A comment on a line of its own is about what follows.
        let beside = out
            .rsplit('\n')
            .next()
            .is_some_and(|line| !line.trim().is_empty());
        match commented_type(comment).filter(|_| beside) {
            Some(place) => out.extend([COMMENT.to_string(), place.to_string(), " ".to_owned()]),
            None => out.push(' '),
        }
        rest = end.and_then(|end| comment.get(end..)).unwrap_or_default();
    }
    out + rest
}

/// The place in the table of the type that a comment begins with.
fn commented_type(comment: &str) -> Option<usize> {
    let inside = comment.trim_start_matches(['/', '*']).trim_start();
    let end = inside.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let first = inside.get(..end.unwrap_or(inside.len()))?;
    TYPES.iter().position(|(name, _)| *name == first)
}

/// The tokens of a text without comments.
pub(super) fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let rest_of_comment = rest.strip_prefix(COMMENT);
        if let Some(after) = rest_of_comment {
            let end = after.find(|c| !is_word(c)).unwrap_or(after.len());
            let (place, after) = after.split_at(end);
            let kind = place.parse().ok().and_then(|place: usize| TYPES.get(place));
            tokens.extend(kind.map(|(_, kind)| Token::Type(*kind)));
            rest = after.trim_start();
            continue;
        }
        let len = match is_word(first) {
            true => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (word, after) = rest.split_at(len);
        tokens.push(match (is_word(first), first.is_ascii_digit()) {
            (true, true) => number(word).map_or(Token::Sign('?'), Token::Number),
            (true, false) => Token::Name(word),
            (false, _) => Token::Sign(first),
        });
        rest = after.trim_start();
    }
    tokens
}

fn number(word: &str) -> Option<i128> {
    let plain = word.trim_end_matches(['u', 'U', 'l', 'L']);
    let hex = plain
        .strip_prefix("0x")
        .or_else(|| plain.strip_prefix("0X"));
    match (hex, plain.strip_prefix('0')) {
        (Some(hex), _) => i128::from_str_radix(hex, 16).ok(),
        (None, Some(octal)) if !octal.is_empty() => i128::from_str_radix(octal, 8).ok(),
        _ => plain.parse().ok(),
    }
}
