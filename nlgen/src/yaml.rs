//! YAML as a tree that knows where each part stands. The one file that calls `serde_yaml`.
//!
//! `serde_yaml` gives values without places. It does hand out plain text as slices of the input,
//! though, so the place of every key and every word follows from where its slice lies. Numbers and
//! booleans come without text: their place is found behind their key.

mod syntax;

use std::cell::Cell;
use std::fmt;

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};

use crate::span::{At, Span};
use syntax::syntax_error;

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) span: Span,
}

/// A value of YAML.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(At<String>, Node)>),
}

/// Why a text is not YAML, and where that was seen.
#[derive(Debug)]
pub(crate) struct SyntaxError {
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) help: &'static str,
    pub(crate) span: Span,
}

/// How many values a document has at most, with what aliases repeat: ten times those of the largest spec
/// of the kernel. The parser lets aliases repeat a hundred times what is written.
const MOST_VALUES: usize = 100_000;

/// How deep brackets lie in each other at most. The parser's own limit, for all values, is 128; in texts of blocks there
/// may be brackets that nothing closes.
const DEEPEST: usize = 500;

/// How far, in characters, from where a value may begin its brackets are looked for.
const NEAR: usize = 256;

/// Reads one document.
pub(crate) fn parse(text: &str) -> Result<Node, SyntaxError> {
    if let Some(at) = too_deep(text) {
        return Err(SyntaxError {
            message: "lists and mappings lie in each other too deep".to_owned(),
            help: "close brackets, or put text that has them between quotes",
            span: Span::new(at, at + 1),
        });
    }
    let left = Cell::new(MOST_VALUES);
    let reader = Reader {
        text,
        after: None,
        item: false,
        left: &left,
    };
    // A byte order mark may stand in front, says YAML; the parser does not know it.
    let marked = text.strip_prefix('\u{feff}').unwrap_or(text);
    reader
        .deserialize(serde_yaml::Deserializer::from_str(marked))
        .map_err(|error| syntax_error(text, text.len() - marked.len(), &error))
}

/// Where brackets lie in each other deeper than any that is read. The parser looks at every open bracket for each word,
/// and says only then that they are too many.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut before = b' ';
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            // Within a word a bracket is a letter.
            b'[' | b'{' if before.is_ascii_whitespace() || b"[{,:-?".contains(&before) => {
                depth += 1;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST {
            return Some(at);
        }
        before = byte;
    }
    None
}

impl Node {
    /// What is read of a text that is not YAML.
    pub(crate) const fn empty() -> Self {
        Self {
            value: Value::Null,
            span: Span::new(0, 0),
        }
    }

    /// Moves every place of the tree by `begin` bytes.
    pub(crate) fn shift(&mut self, begin: usize) {
        self.span = self.span.shifted(begin);
        match &mut self.value {
            Value::List(items) => items.iter_mut().for_each(|item| item.shift(begin)),
            Value::Map(entries) => {
                for (key, value) in entries {
                    key.span = key.span.shifted(begin);
                    value.shift(begin);
                }
            }
            _ => {}
        }
    }
}

impl Value {
    /// What it is, for people.
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Int(_) => "a number",
            Self::Float(_) => "a number with a fraction",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
        }
    }
}

/// Reads the node after byte `after`.
#[derive(Clone, Copy)]
struct Reader<'t> {
    text: &'t str,
    after: Option<usize>,
    /// It is an item of a list.
    item: bool,
    /// How many more values there may be.
    left: &'t Cell<usize>,
}

impl Reader<'_> {
    fn node(self, value: Value) -> Node {
        let span = self.after.map(|after| self.token_after(after));
        Node {
            value,
            span: span.unwrap_or_default(),
        }
    }

    /// Where a slice of the text lies in it; `None` for text that is not a slice of it, as quoted text
    /// with escapes.
    fn span_of(self, slice: &str) -> Option<Span> {
        let start = (slice.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        let end = start.checked_add(slice.len())?;
        (end <= self.text.len()).then_some(Span { start, end })
    }

    /// The brackets of an empty list or mapping.
    fn empty(self) -> Span {
        let after = self.after.unwrap_or_default();
        let rest = self.text.get(after..).unwrap_or("");
        // Near, or not at all: behind an alias there are no brackets.
        let mut near = rest.char_indices().take(NEAR);
        let between = |c: char| c.is_whitespace() || ":,-".contains(c);
        let brackets = near.find(|(_, c)| !between(*c)).and_then(|(open, first)| {
            let (close, _) = near.find(|(_, c)| [']', '}'].contains(c))?;
            ['[', '{']
                .contains(&first)
                .then(|| Span::new(after + open, after + close + 1))
        });
        brackets.unwrap_or_else(|| self.node(Value::Null).span)
    }

    /// The word behind a key, a dash or a comma that ends at `after`.
    fn token_after(self, after: usize) -> Span {
        let mut start = after;
        let mut rest = self.text.get(after..).unwrap_or("");
        // Near, or not at all: behind an alias there is no word.
        let mut near = NEAR;
        while let Some(first) = rest.chars().next().filter(|_| near > 0) {
            near -= 1;
            let between = match first {
                ' ' | '\t' | ':' | ',' | '[' | '"' | '\'' => true,
                // The next item of a list may stand on the next line, a key's value does not.
                '\n' | '\r' => self.item,
                '-' => rest.starts_with("- "),
                _ => false,
            };
            if !between {
                break;
            }
            start += first.len_utf8();
            rest = self.text.get(start..).unwrap_or("");
        }
        let mut ends = rest
            .char_indices()
            .take(NEAR)
            .skip_while(|(_, c)| !['\n', '\r', '#', ',', ']', '}'].contains(c));
        let far = rest.char_indices().nth(NEAR);
        let end = ends.next().or(far).map_or(rest.len(), |(at, _)| at);
        let len = rest.get(..end).unwrap_or("").trim_end().len();
        match len {
            // Nothing on this line: a block follows, and the key stands for it.
            0 => Span::new(after, after),
            len => Span::new(start, start + len),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Node;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        let Some(left) = self.left.get().checked_sub(1) else {
            return Err(de::Error::custom("this document is too large"));
        };
        self.left.set(left);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("plain YAML without tags")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        Ok(self.node(Value::Null))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Node, E> {
        Ok(self.node(Value::Bool(value)))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Node, E> {
        Ok(self.node(Value::Int(value.into())))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Node, E> {
        Ok(self.node(Value::Int(value.into())))
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Node, E> {
        Ok(self.node(Value::Int(value)))
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<Node, E> {
        // Beyond i128 it is out of every range all the same.
        Ok(self.node(Value::Int(i128::try_from(value).unwrap_or(i128::MAX))))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node, E> {
        Ok(self.node(Value::Float(value)))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Node, E> {
        Ok(self.node(Value::Text(text.to_owned())))
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Node, E> {
        let value = Value::Text(text.to_owned());
        // An empty text has no place of its own: the next would be looked for from where this one was.
        match self.span_of(text).filter(|span| span.start < span.end) {
            Some(span) => Ok(Node { value, span }),
            None => Ok(self.node(value)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut items: Vec<Node> = Vec::new();
        let mut after = self.after;
        while let Some(item) = seq.next_element_seed(Self {
            after,
            item: true,
            ..self
        })? {
            after = Some(item.span.end).filter(|end| *end > 0).or(after);
            items.push(item);
        }
        let span = match (items.first(), items.last()) {
            (Some(first), Some(last)) => Span::new(first.span.start, last.span.end),
            _ => self.empty(),
        };
        Ok(Node {
            value: Value::List(items),
            span,
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut entries: Vec<(At<String>, Node)> = Vec::new();
        let mut after = self.after;
        while let Some(key) = map.next_key_seed(Self { after, ..self })? {
            let key = At::new(key_text(key.value), key.span);
            let value = map.next_value_seed(Self {
                after: Some(key.span.end),
                item: false,
                ..self
            })?;
            after = Some(value.span.end.max(key.span.end));
            entries.push((key, value));
        }
        // A mapping is shown by its first key: the whole block would be too much.
        let span = entries.first().map(|(key, _)| key.span);
        Ok(Node {
            value: Value::Map(entries),
            span: span.unwrap_or_else(|| self.empty()),
        })
    }
}

/// Keys of specs are words; what else YAML allows is shown as it would be written.
fn key_text(value: Value) -> String {
    match value {
        Value::Text(text) => text,
        Value::Int(int) => int.to_string(),
        Value::Bool(bool) => bool.to_string(),
        Value::Float(float) => float.to_string(),
        Value::Null => "null".to_owned(),
        Value::List(_) | Value::Map(_) => "(a list or a mapping)".to_owned(),
    }
}

#[cfg(test)]
mod tests;
