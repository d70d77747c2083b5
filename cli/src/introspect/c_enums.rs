//! The enums of a C header, for the names in them.
//!
//! Just as much of C as headers of netlink families need. The preprocessor's lines are skipped, but for
//! `#define NAME VALUE`; an entry's value may be an expression of numbers, names seen before and `BIT(n)`.
//! Of comments, those behind an entry are read that begin with a type, as `/* u32 */`. An entry whose value
//! cannot be computed has none, nor have those that count on from it. Nothing is an error: what is not
//! understood has no names to give.

use std::collections::HashMap;

use nlgen_runtime::nlctrl::AttrType;

use super::c_tokens::{Token, tokens, without_comments};

/// An enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Enum {
    /// Its name in C; empty when it has none.
    pub(crate) tag: String,
    /// Its entries, in order.
    pub(crate) entries: Vec<Entry>,
}

/// An entry of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    /// Its value, where it is known.
    pub(crate) value: Option<i128>,
    /// The type of the attribute, as its comment says.
    pub(crate) kind: Option<AttrType>,
}

/// The enums of a header, in order.
pub(crate) fn scan(text: &str) -> Vec<Enum> {
    let text = without_comments(text);
    let mut known = HashMap::new();
    let mut code = String::new();
    for line in text.replace("\\\n", " ").lines() {
        match line.trim_start().strip_prefix('#') {
            Some(directive) => define(directive, &mut known),
            None => code.extend([line, "\n"]),
        }
    }
    let tokens = tokens(&code);
    let mut enums = Vec::new();
    let mut rest = tokens.as_slice();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != Token::Name("enum") {
            continue;
        }
        let mut tag = "";
        if let [Token::Name(name), after @ ..] = rest {
            tag = name;
            rest = after;
        }
        // A comment may be anywhere.
        while let [Token::Type(_), after @ ..] = rest {
            rest = after;
        }
        if let [Token::Sign('{'), after @ ..] = rest {
            rest = body(tag, after, &mut known, &mut enums);
        }
    }
    enums
}

/// Reads the entries up to the closing brace, and gives what follows.
fn body<'t, 'c>(
    tag: &str,
    mut rest: &'t [Token<'c>],
    known: &mut HashMap<String, i128>,
    enums: &mut Vec<Enum>,
) -> &'t [Token<'c>] {
    let mut entries: Vec<Entry> = Vec::new();
    let mut next = Some(0);
    loop {
        // Comments follow the comma behind the entry that they are about.
        while let [Token::Type(kind), after @ ..] = rest {
            if let Some(last) = entries.last_mut() {
                last.kind = last.kind.or(Some(*kind));
            }
            rest = after;
        }
        let end = entry_end(rest);
        let (entry, after) = rest.split_at_checked(end).unwrap_or((rest, &[]));
        if let Some(entry) = entry_of(entry, next, known) {
            if let Some(value) = entry.value {
                known.insert(entry.name.clone(), value);
            }
            next = entry.value.and_then(|value| value.checked_add(1));
            entries.push(entry);
        }
        match after {
            [Token::Sign(','), more @ ..] => rest = more,
            [_, more @ ..] => {
                let tag = tag.to_owned();
                enums.push(Enum { tag, entries });
                return more;
            }
            [] => return after,
        }
    }
}

/// The entry in these tokens, whose value is `next` unless it says another.
fn entry_of(
    tokens: &[Token<'_>],
    next: Option<i128>,
    known: &HashMap<String, i128>,
) -> Option<Entry> {
    let mut kind = None;
    let mut code = Vec::new();
    for token in tokens {
        match token {
            Token::Type(own) => kind = Some(*own),
            other => code.push(*other),
        }
    }
    let [Token::Name(name), value @ ..] = code.as_slice() else {
        return None;
    };
    let value = match value {
        [Token::Sign('='), expression @ ..] => Expression::new(expression, known).value(),
        _ => next,
    };
    Some(Entry {
        name: (*name).to_owned(),
        value,
        kind,
    })
}

/// Where an entry ends: at the comma or the brace behind it.
fn entry_end(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Sign('(') => depth += 1,
            Token::Sign(')') => depth -= 1,
            Token::Sign(',') if depth <= 0 => return at,
            Token::Sign('}') => return at,
            _ => {}
        }
    }
    tokens.len()
}

/// Keeps the value of `define NAME VALUE`.
fn define(directive: &str, known: &mut HashMap<String, i128>) {
    let Some(rest) = directive.trim_start().strip_prefix("define") else {
        return;
    };
    if let [Token::Name(name), value @ ..] = tokens(rest).as_slice()
        && let Some(value) = Expression::new(value, known).value()
    {
        known.insert((*name).to_owned(), value);
    }
}

/// A constant expression of C, read from left to right.
struct Expression<'t, 'c> {
    rest: &'t [Token<'c>],
    known: &'t HashMap<String, i128>,
    /// How many parentheses may still be opened.
    depth: u8,
}

/// Binary operators of C, from the loosest.
const OPERATORS: [&[&str]; 6] = [&["|"], &["^"], &["&"], &["<<", ">>"], &["+", "-"], &["*"]];

impl<'t, 'c> Expression<'t, 'c> {
    fn new(rest: &'t [Token<'c>], known: &'t HashMap<String, i128>) -> Self {
        Self {
            rest,
            known,
            depth: 32,
        }
    }

    /// Its value, when all of it is understood.
    fn value(mut self) -> Option<i128> {
        let value = self.binary(0)?;
        self.rest.is_empty().then_some(value)
    }

    fn binary(&mut self, level: usize) -> Option<i128> {
        let Some(operators) = OPERATORS.get(level) else {
            return self.unary();
        };
        let mut left = self.binary(level + 1)?;
        while let Some(operator) = operators.iter().find(|operator| self.takes(operator)) {
            let right = self.binary(level + 1)?;
            left = match *operator {
                "|" => left | right,
                "^" => left ^ right,
                "&" => left & right,
                "<<" => shifted(left, right)?,
                ">>" => left >> u32::try_from(right).ok()?.min(127),
                "+" => left.checked_add(right)?,
                "-" => left.checked_sub(right)?,
                _ => left.checked_mul(right)?,
            };
        }
        Some(left)
    }

    fn unary(&mut self) -> Option<i128> {
        let (first, after) = self.rest.split_first()?;
        self.rest = after;
        match first {
            Token::Number(number) => Some(*number),
            Token::Name("BIT" | "_BITUL" | "_BITULL") => {
                let bit = self.unary()?;
                shifted(1, bit)
            }
            Token::Name(name) => self.known.get(*name).copied(),
            Token::Sign('(') => {
                self.depth = self.depth.checked_sub(1)?;
                let value = self.binary(0)?;
                self.takes(")").then_some(value)
            }
            Token::Sign(sign @ ('-' | '+' | '~')) => {
                self.depth = self.depth.checked_sub(1)?;
                let value = self.unary()?;
                match sign {
                    '-' => value.checked_neg(),
                    '~' => Some(!value),
                    _ => Some(value),
                }
            }
            Token::Sign(_) | Token::Type(_) => None,
        }
    }

    /// Goes on behind an operator when it stands here.
    fn takes(&mut self, operator: &str) -> bool {
        let mut rest = self.rest;
        for sign in operator.chars() {
            match rest.split_first() {
                Some((Token::Sign(first), after)) if *first == sign => rest = after,
                _ => return false,
            }
        }
        self.rest = rest;
        true
    }
}

fn shifted(value: i128, bits: i128) -> Option<i128> {
    let bits = u32::try_from(bits).ok().filter(|bits| *bits < 64)?;
    value.checked_mul(1 << bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> Vec<Vec<(String, Option<i128>)>> {
        let plain = |entry: Entry| (entry.name, entry.value);
        let enums = scan(text).into_iter();
        enums
            .map(|one| one.entries.into_iter().map(plain).collect())
            .collect()
    }

    fn of(entries: &[(&str, i128)]) -> Vec<(String, Option<i128>)> {
        let known = entries
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Some(*value)));
        known.collect()
    }

    #[test]
    fn values_are_counted_and_computed() {
        let text = "
            #ifndef _H
            #define BASE 0x10 /* not { an enum */
            #define LONG \\
                (BASE + 1)
            enum named { A, B = BASE, C, // D,
                D = LONG, E = (1 << 3) | 1, F = -2, G = BIT(4), H = ~0, I = 010UL,
            };
            struct enum_like { int x; };
            typedef enum { X_UNSPEC, X_ONE, __X_MAX, X_MAX = (__X_MAX - 1) } x;
            enum { K = sizeof(int), L, M = 5 };
            static enum named value;
        ";
        let found = entries(text);
        assert_eq!(
            found[0],
            of(&[
                ("A", 0),
                ("B", 16),
                ("C", 17),
                ("D", 17),
                ("E", 9),
                ("F", -2),
                ("G", 16),
                ("H", -1),
                ("I", 8)
            ])
        );
        assert_eq!(
            found[1],
            of(&[("X_UNSPEC", 0), ("X_ONE", 1), ("__X_MAX", 2), ("X_MAX", 1)])
        );
        let unknown = |name: &str| (name.to_owned(), None);
        assert_eq!(
            found[2],
            [unknown("K"), unknown("L"), ("M".to_owned(), Some(5))]
        );
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn types_are_in_the_comments_behind_entries() {
        let text = "
            enum weather /* of a place */ {
                /* u8: not of an entry */
                A, /* u32, a number */
                /* u8: not of the entry above */
                B = 3 /* nested */,
                C, // string
                D, /* unsigned */
                E /* flag */
            } /* u16 */;
            #define F 7 /* u8 */
        ";
        let found = scan(text);
        assert_eq!(found[0].tag, "weather");
        let kinds: Vec<Option<AttrType>> = found[0].entries.iter().map(|one| one.kind).collect();
        assert_eq!(
            kinds,
            [
                Some(AttrType::U32),
                Some(AttrType::Nested),
                Some(AttrType::NulString),
                None,
                Some(AttrType::Flag)
            ]
        );
        assert_eq!(found[0].entries[2].value, Some(4));
    }

    #[test]
    fn what_is_not_c_has_no_enums() {
        for text in [
            "",
            "enum",
            "enum {",
            "enum x { A",
            "/* enum { A };",
            "enum { A = ((((",
            "é",
        ] {
            assert!(entries(text).is_empty(), "{text:?}");
        }
        let deep = format!("enum {{ A = {}1 }};", "(".repeat(10_000));
        assert_eq!(entries(&deep), [[("A".to_owned(), None)]]);
        let negated = format!("enum {{ A = {}1 }};", "-".repeat(10_000));
        assert_eq!(entries(&negated), [[("A".to_owned(), None)]]);
        assert_eq!(entries("enum { A = 1 << 100, B = 9 % 2, };").len(), 1);
    }
}
