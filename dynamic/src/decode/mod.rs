//! Bytes to JSON.

mod inside;
mod leaf;
mod level;
mod lists;
pub(crate) mod rows;
pub(crate) mod scope;
mod selections;
pub(crate) mod structs;

use std::collections::BTreeMap;
use std::fmt;

use nlgen::model::{Attribute, Content, Family, Set};
use nlgen_runtime::DecodeError;
use nlgen_runtime::wire::{Attr, NESTED, Reason, align};
use serde_json::{Map, Value};

use crate::{Body, Problem, Step, secret, text};
pub(crate) use leaf::leaf;
pub(crate) use level::{Level, cut_length};
pub(crate) use scope::Scope;
pub(crate) use selections::Selections;
pub(crate) use structs::members;

/// How a message becomes JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DecodeOptions {
    /// Shows the values of attributes that the spec marks as secret. Without it each is `"<secret>"`.
    pub secrets: bool,
    /// Puts the entries of all indexed arrays in objects under their index: `[{ "1": 7 }, { "2": 8 }]`. Without
    /// it only nests have theirs, as in the kernel's own tool: `[7, 8]`.
    pub indices: bool,
}

/// What stands for a secret value.
pub(crate) const SECRET: &str = "<secret>";

/// The key of bytes that are not what the spec says, in hexadecimal. No attribute has such a name.
const MALFORMED: &str = "<malformed>";

/// Bytes that are not what the spec says.
#[derive(Clone, Debug, PartialEq)]
pub struct Malformed {
    /// What could be read. Where bytes do not fit, they are there in hexadecimal, in an object under
    /// `<malformed>`: in place of a value, or behind the attributes that could be read. An attribute that the
    /// spec has once and that repeats is a list.
    pub partial: Value,
    /// What is wrong; the first problem first.
    pub problems: Vec<Problem>,
}

/// How deep attributes may nest.
pub(crate) const MAX_DEPTH: u8 = 64;

/// JSON of a body. One that is `behind` what may be a secret is its rest if its length was too short: bytes that
/// are not text are not shown.
pub(crate) fn body(
    body: &Body<'_>,
    bytes: &[u8],
    options: DecodeOptions,
    behind: bool,
) -> Result<Value, Malformed> {
    let behind = behind && !options.secrets;
    let mut decoding = Decoding {
        family: body.family,
        options,
        steps: Vec::new(),
        problems: Vec::new(),
        selections: Selections::default(),
        secretive: behind || !options.secrets && secret::in_family(body.family),
        spilled: behind,
        behind,
    };
    let mut values = Map::new();
    let mut attributes = bytes;
    if let Some(header) = body.header() {
        if bytes.len() < header.len {
            let (want, got) = (header.len, bytes.len());
            decoding.wrong(&DecodeError::new(Reason::Short { want, got }));
        }
        values = members(body.family, header, bytes);
        attributes = bytes.get(align(header.len)..).unwrap_or_default();
    }
    let scope = Scope::new(body.set(), attributes, None).behind(body.header(), bytes);
    let read = decoding.level(&scope);
    if let Some(header) = body.header() {
        values = structs::merge(header, values, read);
    } else {
        values = read;
    }
    let partial = Value::Object(values);
    match decoding.problems.is_empty() {
        true => Ok(partial),
        false => Err(Malformed {
            partial,
            problems: decoding.problems,
        }),
    }
}

/// What has been met on the way through one message.
struct Decoding<'f> {
    family: &'f Family,
    options: DecodeOptions,
    /// The way to where it is now.
    steps: Vec<Step>,
    problems: Vec<Problem>,
    selections: Selections<'f>,
    /// Whether the family has secrets, and they are not to be shown.
    secretive: bool,
    /// A secret, or a nest that may hold some, has been passed. If its length was too short, what follows is the
    /// rest of it.
    spilled: bool,
    /// That is so from the beginning.
    behind: bool,
}

impl<'f> Decoding<'f> {
    fn wrong(&mut self, error: &DecodeError) {
        self.problems
            .push(Problem::placed(&self.steps, error.reason().to_string()));
    }

    /// The attributes of a level, or the entries of an array, end before the level does. Gives the bytes that
    /// are `left`, which may be a `secret`.
    fn cut(&mut self, error: &DecodeError, left: &[u8], secret: bool) -> Value {
        let reason = error.reason();
        if self.steps.is_empty() {
            self.wrong(error);
        } else {
            let help = "a nest says its length in 16 bits: of a longer one they say too little, and its rest \
                        follows in the message";
            let problem = Problem::placed(&self.steps, format!("is cut: {reason}"));
            self.problems.push(problem.help(help));
        }
        self.spilled |= secret;
        self.bytes(left)
    }

    /// Whether a level of a set may hold secrets that are not to be shown.
    fn holds_secrets(&self, set: Option<&Set>) -> bool {
        self.secretive && set.is_some_and(|set| secret::in_set(self.family, set))
    }

    /// Bytes in hexadecimal that are not what the spec says.
    fn bytes(&self, bytes: &[u8]) -> Value {
        match self.spilled {
            true => Value::from(SECRET),
            false => raw(bytes),
        }
    }

    fn inside<T>(&mut self, step: Step, read: impl FnOnce(&mut Self) -> T) -> T {
        self.steps.push(step);
        let read = read(self);
        self.steps.pop();
        read
    }

    /// The attributes of a level, in the order of the message.
    fn level(&mut self, scope: &Scope<'_>) -> Map<String, Value> {
        let mut values = Map::new();
        let mut repeated = BTreeMap::new();
        let mut attrs = Level::new(scope.set, scope.bytes);
        loop {
            let left = attrs.left();
            match attrs.next_attr() {
                Ok(Some(attr)) => self.attribute(scope, &attr, &mut values, &mut repeated),
                Ok(None) => break,
                Err(error) => {
                    let secret = self.holds_secrets(scope.set);
                    let rest = self.cut(&error, left, secret);
                    values.insert(MALFORMED.to_owned(), rest);
                    break;
                }
            }
        }
        for (name, count) in repeated {
            let problem = Problem::placed(
                &self.steps,
                format!("is there {count} times, where the spec has it once"),
            );
            let help = "`multi-attr: true` in the spec makes it a list";
            self.problems.push(problem.inside(name).help(help));
        }
        values
    }

    /// An attribute's value, added to the `values` of its level. `repeated` counts those that are there more
    /// often than the spec says.
    fn attribute<'s>(
        &mut self,
        scope: &Scope<'s>,
        attr: &Attr<'_>,
        values: &mut Map<String, Value>,
        repeated: &mut BTreeMap<&'s str, usize>,
    ) {
        let Some(known) = scope.attribute(attr.kind()) else {
            // Of a message that the spec does not have, any attribute may be a secret.
            let value = match self.spilled || self.secretive && scope.set.is_none() {
                true => Value::from(SECRET),
                false => unknown(attr, 0),
            };
            return add(values, format!("UnknownAttr({})", attr.kind()), value);
        };
        if matches!(known.content, Content::Pad) {
            return;
        }
        if let Some(problem) = cut_length(attr) {
            let problem = Problem::placed(&self.steps, problem);
            self.problems.push(problem.inside(&known.name));
        }
        let again = !known.multi && values.contains_key(&known.name);
        let is_bytes = matches!(known.content, Content::Bytes { .. });
        let hidden = known.secret && !self.options.secrets
            || again && self.spilled
            || is_bytes && self.behind;
        let value = match hidden {
            true => Value::from(SECRET),
            false => self.inside(Step::Name(known.name.clone()), |inner| {
                let place = match (known.multi, values.get(&known.name)) {
                    (true, Some(Value::Array(items))) => Some(items.len()),
                    (true, _) => Some(0),
                    (false, Some(_)) => Some(repeated.get(&*known.name).copied().unwrap_or(1)),
                    (false, None) => None,
                };
                match place {
                    Some(place) => {
                        inner.inside(Step::Index(place), |inner| inner.value(scope, known, attr))
                    }
                    None => inner.value(scope, known, attr),
                }
            }),
        };
        let secret = known.secret || secret::in_content(self.family, &known.content);
        self.spilled |= self.secretive && secret;
        let Some(first) = values.get_mut(&known.name) else {
            let value = match known.multi {
                true => Value::Array(vec![value]),
                false => value,
            };
            values.insert(known.name.clone(), value);
            return;
        };
        if !known.multi {
            let count = repeated.entry(&known.name).or_insert(1);
            if *count == 1 {
                *first = Value::Array(vec![first.take()]);
            }
            *count += 1;
        }
        if let Value::Array(items) = first {
            items.push(value);
        }
    }

    fn value(&mut self, scope: &Scope<'_>, known: &Attribute, attr: &Attr<'_>) -> Value {
        match &known.content {
            Content::SubMessage { id, selector } => {
                self.selected(scope, *id, selector, attr.payload())
            }
            content => self.content(scope, content, attr.payload()),
        }
    }

    /// A payload as its content says; in hexadecimal if it cannot be.
    fn content(&mut self, scope: &Scope<'_>, content: &Content, payload: &[u8]) -> Value {
        match content {
            Content::Nest(set) => {
                let inner = Scope::new(Some(self.family.set(*set)), payload, Some(scope));
                self.nest(&inner)
            }
            Content::Array(inner) => self.array(scope, inner, payload),
            Content::Keyed { keys, set } => self.keyed(scope, keys, self.family.set(*set), payload),
            Content::Rows {
                header,
                length,
                set,
                ..
            } => {
                let (header, set) = (self.family.structure(*header), self.family.set(*set));
                self.rows(scope, header, length, set, payload)
            }
            Content::Struct(id) => {
                let structure = self.family.structure(*id);
                Value::Object(members(self.family, structure, payload))
            }
            content => match leaf(self.family, content, payload) {
                Ok(value) => value,
                Err(error) => {
                    self.wrong(&error);
                    malformed(self.bytes(payload))
                }
            },
        }
    }

    fn nest(&mut self, scope: &Scope<'_>) -> Value {
        match scope.depth > MAX_DEPTH {
            true => {
                let secret = self.holds_secrets(scope.set);
                self.too_deep(scope.bytes, secret)
            }
            false => Value::Object(self.level(scope)),
        }
    }

    fn too_deep(&mut self, bytes: &[u8], secret: bool) -> Value {
        self.wrong(&DecodeError::new(Reason::TooDeep));
        self.spilled |= secret;
        malformed(self.bytes(bytes))
    }

    /// A sub-message in the format that its selector names; in hexadecimal if there is none.
    fn selected(
        &mut self,
        scope: &Scope<'_>,
        id: nlgen::model::SubMessageId,
        selector: &str,
        payload: &[u8],
    ) -> Value {
        let Some(format) = self.selections.format(scope, self.family, id, selector) else {
            return match self.secretive && secret::in_formats(self.family, id) {
                true => Value::from(SECRET),
                false => raw(payload),
            };
        };
        if let Some(content) = &format.content {
            return self.content(scope, content, payload);
        }
        let set: Option<&Set> = format.set.map(|set| self.family.set(set));
        let Some(header) = format.header else {
            if set.is_none() && !payload.is_empty() {
                return match self.secretive && secret::in_formats(self.family, id) {
                    true => Value::from(SECRET),
                    false => raw(payload),
                };
            }
            return self.nest(&Scope::new(set, payload, Some(scope)));
        };
        let header = self.family.structure(header);
        let values = members(self.family, header, payload);
        if set.is_none() {
            return Value::Object(values);
        }
        let attributes = payload.get(align(header.len)..).unwrap_or_default();
        let inner = Scope::new(set, attributes, Some(scope)).behind(Some(header), payload);
        match self.nest(&inner) {
            Value::Object(read) => Value::Object(structs::merge(header, values, read)),
            deep => deep,
        }
    }
}

/// An attribute that the spec does not have: attributes, if it says that it is a nest and looks like one.
fn unknown(attr: &Attr<'_>, depth: u8) -> Value {
    let nest = attr.raw_kind() & NESTED != 0 && depth < MAX_DEPTH;
    if !nest || attr.nested().any(|inner| inner.is_err()) {
        return raw(attr.payload());
    }
    let mut values = Map::new();
    for inner in attr.nested().flatten() {
        let name = format!("UnknownAttr({})", inner.kind());
        add(&mut values, name, unknown(&inner, depth + 1));
    }
    Value::Object(values)
}

/// Adds a value of which nobody knows whether it repeats.
fn add(values: &mut Map<String, Value>, name: String, value: Value) {
    match values.get_mut(&name) {
        None => {
            values.insert(name, value);
        }
        Some(Value::Array(items)) => items.push(value),
        Some(first) => {
            let both = vec![first.take(), value];
            *first = Value::Array(both);
        }
    }
}

/// Bytes in hexadecimal that are in place of a value.
fn malformed(bytes: Value) -> Value {
    Value::Object(Map::from_iter([(MALFORMED.to_owned(), bytes)]))
}

/// Bytes in hexadecimal.
pub(crate) fn raw(bytes: &[u8]) -> Value {
    Value::from(text::hex(bytes, ""))
}

/// Nothing was read at all.
impl From<Problem> for Malformed {
    fn from(problem: Problem) -> Self {
        Self {
            partial: Value::Null,
            problems: vec![problem],
        }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.problems.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Malformed {}
