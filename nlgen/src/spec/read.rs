//! Reading nodes into the types of the spec language, collecting every problem on the way.

use crate::diagnostic::{Code, Problem, suggestion};
use crate::span::{At, Span};
use crate::yaml::{Node, Value};

/// Reads a value of the spec language.
pub(crate) trait Read: Sized {
    /// `None` after a problem was noted.
    fn read(node: &Node, problems: &mut Vec<Problem>) -> Option<Self>;
}

/// A mapping whose keys are taken out one by one; what is left at the end is unknown.
pub(crate) struct Keys<'n> {
    what: &'static str,
    span: Span,
    entries: Vec<(&'n At<String>, &'n Node)>,
}

impl<'n> Keys<'n> {
    /// Takes a mapping apart. Keys that are not in `known` or stand there twice are problems.
    pub(crate) fn of(
        node: &'n Node,
        what: &'static str,
        known: &[&str],
        problems: &mut Vec<Problem>,
    ) -> Option<Self> {
        let Value::Map(map) = &node.value else {
            problems.push(expected(what, node));
            return None;
        };
        let mut entries: Vec<(&At<String>, &Node)> = Vec::new();
        for (key, value) in map {
            if !known.contains(&key.as_str()) {
                problems.push(unknown(what, key, known));
            } else if let Some((first, _)) = entries.iter().find(|(known, _)| ***known == **key) {
                let message = format!("the key `{}` is there twice", key.value);
                let problem = Problem::new(Code::Duplicate, key.span, message);
                problems.push(problem.related(first.span, "first here"));
            } else {
                entries.push((key, value));
            }
        }
        Some(Self {
            what,
            span: node.span,
            entries,
        })
    }

    fn find(&self, key: &str) -> Option<&'n Node> {
        let found = self.entries.iter().find(|(known, _)| ***known == key)?;
        Some(found.1)
    }

    /// A key that may be there.
    pub(crate) fn optional<T: Read>(&self, key: &str, problems: &mut Vec<Problem>) -> Option<T> {
        let node = self.find(key)?;
        if key == "notify" && matches!(node.value, Value::Map(_)) {
            problems.push(expected("text", node).help(
                "write `notify: NAME`, the operation whose reply it carries; its number is the key `value` beside it",
            ));
            return None;
        }
        T::read(node, problems)
    }

    /// A key that must be there.
    pub(crate) fn required<T: Read>(&self, key: &str, problems: &mut Vec<Problem>) -> Option<T> {
        match self.find(key) {
            Some(node) => T::read(node, problems),
            None => {
                let message = format!("{} needs the key `{key}`", self.what);
                let problem = Problem::new(Code::MissingKey, self.span, message);
                problems.push(problem.help(format!("add `{key}:`")));
                None
            }
        }
    }
}

fn expected(what: &str, node: &Node) -> Problem {
    let message = format!("expected {what}, found {}", node.value.describe());
    let help = match what {
        "text" => "write a text; between quotes if it has `: ` or ` #` in it",
        "true or false" => "write `true` or `false`, without quotes",
        "a number" | "a number or the name of a constant" => {
            "write a number without quotes, as 7 or 0x10"
        }
        "a list" => "write `[ A, B ]`, or each item on a line of its own behind `- `",
        _ => "write its keys: `{ KEY: VALUE }`, or each on a line of its own",
    };
    Problem::new(Code::WrongValue, node.span, message).help(help)
}

/// A key that a mapping does not have, and where it belongs.
fn unknown(what: &str, key: &At<String>, known: &[&str]) -> Problem {
    let message = format!("{what} has no key `{}`", key.value);
    let problem = Problem::new(Code::UnknownKey, key.span, message);
    let place = match (what, key.as_str()) {
        ("an event", "value") => "put it beside `event`: its number is that of the operation",
        ("a mode of an operation", "value" | "attributes") => "put it into `request` or `reply`",
        ("an operation", "request" | "reply") => "put it into `do` or `dump`",
        ("an operation", "attributes") => {
            "put it into `event`, or into `request` or `reply` of `do` or `dump`"
        }
        ("an attribute", "min" | "max" | "min-len" | "max-len" | "exact-len" | "flags-mask") => {
            "put it into `checks: { … }`"
        }
        _ => match suggestion(key, known.iter().copied()) {
            Some(help) => return problem.help(help),
            None => "take it out, or look in docs/specs.md for the key that says this",
        },
    };
    problem.help(place)
}

impl Read for At<String> {
    fn read(node: &Node, problems: &mut Vec<Problem>) -> Option<Self> {
        let text = match &node.value {
            Value::Text(text) => text.clone(),
            Value::Int(int) => int.to_string(),
            Value::Bool(bool) => bool.to_string(),
            _ => {
                problems.push(expected("text", node));
                return None;
            }
        };
        Some(Self::new(text, node.span))
    }
}

impl Read for At<bool> {
    fn read(node: &Node, problems: &mut Vec<Problem>) -> Option<Self> {
        match node.value {
            Value::Bool(bool) => Some(Self::new(bool, node.span)),
            _ => {
                problems.push(expected("true or false", node));
                None
            }
        }
    }
}

impl Read for At<i128> {
    fn read(node: &Node, problems: &mut Vec<Problem>) -> Option<Self> {
        match node.value {
            Value::Int(int) => Some(Self::new(int, node.span)),
            _ => {
                problems.push(expected("a number", node));
                None
            }
        }
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(node: &Node, problems: &mut Vec<Problem>) -> Option<Self> {
        match &node.value {
            Value::List(items) => Some(
                items
                    .iter()
                    .filter_map(|item| T::read(item, problems))
                    .collect(),
            ),
            // A key without a value is an empty list.
            Value::Null => Some(Self::new()),
            _ => {
                problems.push(expected("a list", node));
                None
            }
        }
    }
}

/// A value that may be empty, as `enum-name:` for an anonymous enum.
#[derive(Clone, Debug)]
pub struct OrNull<T>(pub Option<T>);

impl<T: Read> Read for OrNull<T> {
    fn read(node: &Node, problems: &mut Vec<Problem>) -> Option<Self> {
        match node.value {
            Value::Null => Some(Self(None)),
            _ => T::read(node, problems).map(|value| Self(Some(value))),
        }
    }
}

/// A number, or words that stand for one: a constant's name, `u32-max`, `name - 1`.
#[derive(Clone, Debug)]
pub enum Limit {
    /// The number itself.
    Number(i128),
    /// The words.
    Name(String),
}

impl Read for At<Limit> {
    fn read(node: &Node, problems: &mut Vec<Problem>) -> Option<Self> {
        let limit = match &node.value {
            Value::Int(int) => Limit::Number(*int),
            Value::Text(text) => Limit::Name(text.clone()),
            _ => {
                problems.push(expected("a number or the name of a constant", node));
                return None;
            }
        };
        Some(Self::new(limit, node.span))
    }
}

/// Declares the mappings of the spec language: each a struct, its keys, and how they are read.
macro_rules! mappings {
    ($(
        $(#[doc = $doc:literal])*
        $what:literal $name:ident {
            $($(#[doc = $field_doc:literal])* $need:ident $key:literal $field:ident: $type:ty,)*
        }
    )*) => {
        /// Every mapping of the language by its name in the JSON Schema, with its keys.
        pub const MAPPINGS: &[(&str, &[&str])] = &[$((stringify!($name), $name::KEYS)),*];

        $(
        $(#[doc = $doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            /// Where it stands.
            pub span: $crate::span::Span,
            $($(#[doc = $field_doc])* pub $field: $crate::spec::read::field_type!($need $type),)*
        }

        impl $name {
            /// The keys, as they are written.
            pub const KEYS: &'static [&'static str] = &[$($key),*];

            /// What it looks like, in full.
            pub(crate) fn mapping(
                definitions: &mut $crate::spec::schema::Definitions,
            ) -> $crate::spec::schema::Schema {
                use $crate::spec::schema::{Describe, Property, Schema};
                let properties = vec![$(Property {
                    key: $key,
                    required: $crate::spec::read::is_required!($need),
                    doc: &[$($field_doc),*],
                    schema: <$crate::spec::read::field_type!($need $type)>::describe(definitions),
                },)*];
                Schema::mapping(&[$($doc),*], properties)
            }
        }

        impl $crate::spec::schema::Describe for $name {
            fn describe(
                definitions: &mut $crate::spec::schema::Definitions,
            ) -> $crate::spec::schema::Schema {
                definitions.refer(stringify!($name), Self::mapping)
            }
        }

        impl $crate::spec::read::Read for $name {
            fn read(
                node: &$crate::yaml::Node,
                problems: &mut Vec<$crate::diagnostic::Problem>,
            ) -> Option<Self> {
                let keys = $crate::spec::read::Keys::of(node, $what, Self::KEYS, problems)?;
                // All keys are read before any can fail, so that every problem is found.
                $(let $field = $crate::spec::read::read_field!($need keys, $key, problems);)*
                Some(Self {
                    span: node.span,
                    $($field: $crate::spec::read::unpack_field!($need $field),)*
                })
            }
        }
        )*
    };
}

macro_rules! field_type {
    (required $type:ty) => { $type };
    (optional $type:ty) => { Option<$type> };
    (list $type:ty) => { Vec<$type> };
}

macro_rules! is_required {
    (required) => {
        true
    };
    ($need:ident) => {
        false
    };
}

macro_rules! read_field {
    (required $keys:ident, $key:literal, $problems:ident) => {
        $keys.required($key, $problems)
    };
    (optional $keys:ident, $key:literal, $problems:ident) => {
        $keys.optional($key, $problems)
    };
    (list $keys:ident, $key:literal, $problems:ident) => {
        $keys.optional($key, $problems).unwrap_or_default()
    };
}

macro_rules! unpack_field {
    (required $field:ident) => {
        $field?
    };
    ($need:ident $field:ident) => {
        $field
    };
}

/// Declares a key's words: an enum, and how each of them is written.
macro_rules! words {
    ($(
        $(#[doc = $doc:literal])*
        $what:literal $name:ident {
            $($(#[doc = $word_doc:literal])* $word:literal => $variant:ident,)*
        }
    )*) => {
        /// Every kind of word by its name in the JSON Schema, with its words.
        pub const CHOICES: &[(&str, &[&str])] = &[$((stringify!($name), $name::WORDS)),*];

        $(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[doc = $word_doc])* $variant,)*
        }

        impl $name {
            /// The words, as they are written.
            pub const WORDS: &'static [&'static str] = &[$($word),*];

            /// The word, as it is written.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl $crate::spec::read::Read for $crate::span::At<$name> {
            fn read(
                node: &$crate::yaml::Node,
                problems: &mut Vec<$crate::diagnostic::Problem>,
            ) -> Option<Self> {
                let word: $crate::span::At<String> = $crate::spec::read::Read::read(node, problems)?;
                let value = match word.as_str() {
                    $($word => $name::$variant,)*
                    other => {
                        let message = format!("`{other}` is not {}", $what);
                        let problem = $crate::diagnostic::Problem::new(
                            $crate::diagnostic::Code::WrongValue,
                            word.span,
                            message,
                        );
                        problems.push(problem.suggest(other, $name::WORDS.iter().copied()));
                        return None;
                    }
                };
                Some($crate::span::At::new(value, word.span))
            }
        }

        impl $crate::spec::schema::Describe for $crate::span::At<$name> {
            fn describe(
                definitions: &mut $crate::spec::schema::Definitions,
            ) -> $crate::spec::schema::Schema {
                definitions.refer(stringify!($name), |_| {
                    let words: &[(&str, &[&str])] = &[$(($word, &[$($word_doc),*])),*];
                    $crate::spec::schema::Schema::words(&[$($doc),*], words)
                })
            }
        }
        )*
    };
}

pub(crate) use {field_type, is_required, mappings, read_field, unpack_field, words};
