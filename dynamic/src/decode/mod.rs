//! Bytes to JSON.

mod leaf;
mod lists;
mod scope;
mod structs;

use std::fmt;

use nlgen::model::{Attribute, Content, Family, Set};
use nlgen_runtime::{Attr, Attrs, DecodeError, NESTED, Reason, align};
use serde_json::{Map, Value};

use crate::{Body, Problem, Step, text};
pub(crate) use leaf::leaf;
pub(crate) use scope::Scope;
pub(crate) use structs::members;

/// How a message becomes JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DecodeOptions {
    /// Shows the values of attributes that the spec marks as secret. Without it each is `"<secret>"`.
    pub secrets: bool,
}

/// What stands for a secret value.
pub(crate) const SECRET: &str = "<secret>";

/// Bytes that are not what the spec says.
#[derive(Clone, Debug, PartialEq)]
pub struct Malformed {
    /// What could be read. A payload that does not fit its attribute is there in hexadecimal.
    pub partial: Value,
    /// What is wrong; the first problem first.
    pub problems: Vec<Problem>,
}

/// How deep attributes may nest.
pub(crate) const MAX_DEPTH: u8 = 64;

pub(crate) fn body(
    body: &Body<'_>,
    bytes: &[u8],
    options: DecodeOptions,
) -> Result<Value, Malformed> {
    let mut decoding = Decoding {
        family: body.family,
        options,
        steps: Vec::new(),
        problems: Vec::new(),
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
    let scope = Scope::new(body.set(), attributes, None);
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
}

impl<'f> Decoding<'f> {
    fn wrong(&mut self, error: &DecodeError) {
        self.problems
            .push(Problem::placed(&self.steps, error.reason().to_string()));
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
        for attr in Attrs::new(scope.bytes) {
            match attr {
                Ok(attr) => self.attribute(scope, &attr, &mut values),
                Err(error) => self.wrong(&error),
            }
        }
        values
    }

    fn attribute(&mut self, scope: &Scope<'_>, attr: &Attr<'_>, values: &mut Map<String, Value>) {
        let Some(known) = scope.attribute(attr.kind()) else {
            let value = unknown(attr, 0);
            return add(values, format!("UnknownAttr({})", attr.kind()), value);
        };
        if matches!(known.content, Content::Pad) {
            return;
        }
        let value = match known.secret && !self.options.secrets {
            true => Value::from(SECRET),
            false => self.inside(Step::Name(known.name.clone()), |inner| {
                let place = match values.get(&known.name) {
                    Some(Value::Array(items)) => items.len(),
                    _ => 0,
                };
                match known.multi {
                    true => {
                        inner.inside(Step::Index(place), |inner| inner.value(scope, known, attr))
                    }
                    false => inner.value(scope, known, attr),
                }
            }),
        };
        match (known.multi, values.get_mut(&known.name)) {
            (true, Some(Value::Array(items))) => items.push(value),
            (true, _) => {
                values.insert(known.name.clone(), Value::Array(vec![value]));
            }
            // As in the kernel, the last one counts.
            (false, _) => {
                values.insert(known.name.clone(), value);
            }
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
            Content::Struct(id) => {
                let structure = self.family.structure(*id);
                Value::Object(members(self.family, structure, payload))
            }
            content => match leaf(self.family, content, payload) {
                Ok(value) => value,
                Err(error) => {
                    self.wrong(&error);
                    raw(payload)
                }
            },
        }
    }

    fn nest(&mut self, scope: &Scope<'_>) -> Value {
        match scope.depth > MAX_DEPTH {
            true => self.too_deep(scope.bytes),
            false => Value::Object(self.level(scope)),
        }
    }

    fn too_deep(&mut self, bytes: &[u8]) -> Value {
        self.wrong(&DecodeError::new(Reason::TooDeep));
        raw(bytes)
    }

    /// A sub-message in the format that its selector names; in hexadecimal if there is none.
    fn selected(
        &mut self,
        scope: &Scope<'_>,
        id: nlgen::model::SubMessageId,
        selector: &str,
        payload: &[u8],
    ) -> Value {
        let Some(format) = scope.format(self.family, id, selector) else {
            return raw(payload);
        };
        let set: Option<&Set> = format.set.map(|set| self.family.set(set));
        let Some(header) = format.header else {
            if set.is_none() && !payload.is_empty() {
                return raw(payload);
            }
            return self.nest(&Scope::new(set, payload, Some(scope)));
        };
        let header = self.family.structure(header);
        let values = members(self.family, header, payload);
        if set.is_none() {
            return Value::Object(values);
        }
        let attributes = payload.get(align(header.len)..).unwrap_or_default();
        match self.nest(&Scope::new(set, attributes, Some(scope))) {
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
