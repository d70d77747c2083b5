//! JSON to bytes.

mod bytes;
mod header;
mod labels;
mod lists;
mod number;
mod place;
mod rows;
mod selected;
mod structs;

use nlgen::model::{Attribute, Checks, Content, Family, Set, Struct};
use nlgen_runtime::wire::{EncodeReason, Encoder, MAX_PAYLOAD, NESTED, align};
use serde_json::{Map, Value};

use crate::{Body, Problem, Unknown, secret};
use header::HeaderKeys;
use place::Seek;
pub use place::path;

/// How strictly a request is looked at before it becomes bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EncodeOptions {
    /// Lets through what the wire can carry although the spec has it otherwise: attributes of the set that
    /// the operation does not list, `UnknownAttr(N)` with hexadecimal bytes, values outside the checks,
    /// lengths other than the exact one, padding.
    pub force: bool,
}

/// How deep JSON may nest. (What `serde_json` parses is no deeper than 128.)
const MAX_DEPTH: u8 = 64;

pub(crate) fn body(
    body: &Body<'_>,
    value: &Value,
    options: EncodeOptions,
) -> Result<Vec<u8>, Problem> {
    let encoding = Encoding {
        family: body.family,
        force: options.force,
        seek: None,
    };
    encoding.body(body, value)
}

/// An attribute of the set that a message does not list.
fn not_listed(body: &Body<'_>, attr: &Attribute) -> Problem {
    let message = format!("`{}` does not take this attribute", body.operation);
    let names: Vec<&str> = body.attributes().map(|attr| attr.name.as_str()).collect();
    match (names.is_empty(), names.len() <= 12) {
        (true, _) => Problem::new(message).help("it takes none"),
        (_, true) => Problem::new(message).help(format!("it takes: {}", names.join(", "))),
        _ => match nlgen::diagnostic::suggestion(&attr.name, names) {
            Some(help) => Problem::new(message).help(help),
            None => Problem::new(message),
        },
    }
}

/// A level of JSON: the values of attributes, and the levels around it, where selectors are looked for.
struct Scope<'a> {
    set: Option<&'a Set>,
    /// The struct before the attributes, and its bytes.
    header: Option<(&'a Struct, &'a [u8])>,
    values: &'a Map<String, Value>,
    outer: Option<&'a Scope<'a>>,
    depth: u8,
}

/// What the encoding of one message goes by.
struct Encoding<'f> {
    family: &'f Family,
    force: bool,
    /// An attribute that is looked for meanwhile.
    seek: Option<Seek>,
}

type Done = Result<(), Problem>;

impl<'f> Encoding<'f> {
    /// The bytes of a message.
    fn body(&self, body: &Body<'_>, value: &Value) -> Result<Vec<u8>, Problem> {
        let empty = Map::new();
        let values = match value {
            Value::Object(values) => values,
            Value::Null => &empty,
            other => {
                let problem = Problem::wants("an object with attributes", other);
                let holds = |set: &Set| secret::in_set(self.family, set);
                return Err(match body.set().is_some_and(holds) {
                    true => problem.of_secret(),
                    false => problem,
                });
            }
        };
        let mut out = Vec::new();
        let mut encoder = Encoder::new(&mut out);
        let header = body
            .header()
            .map(|header| HeaderKeys::new(header, body.set(), values));
        let head = match &header {
            Some(header) => self.header(header)?,
            None => Vec::new(),
        };
        encoder.bytes(&head);
        encoder.zeros(align(head.len()) - head.len());
        let scope = Scope {
            set: body.set(),
            header: body.header().map(|header| (header, &*head)),
            values,
            outer: None,
            depth: 0,
        };
        let allowed = |attr: &Attribute| {
            self.force || body.attributes().any(|listed| listed.number == attr.number)
        };
        self.level(
            &scope,
            header.as_ref(),
            &mut encoder,
            |attr| match allowed(attr) {
                true => Ok(()),
                false => Err(not_listed(body, attr)),
            },
        )?;
        encoder
            .finish()
            .map_err(|error| Problem::new(error.to_string()))?;
        Ok(out)
    }

    /// The attributes of a level, in the order of the JSON; keys of the header are passed over.
    fn level(
        &self,
        scope: &Scope<'_>,
        header: Option<&HeaderKeys<'_>>,
        out: &mut Encoder<'_>,
        allowed: impl Fn(&Attribute) -> Done,
    ) -> Done {
        if scope.depth > MAX_DEPTH {
            return Err(Problem::of_spec("nested deeper than 64 levels"));
        }
        for (name, value) in scope.values {
            if header.is_some_and(|header| header.claims(name)) {
                continue;
            }
            self.within(name, || {
                self.named(scope, name, value, header, out, &allowed)
            })?;
        }
        Ok(())
    }

    fn named(
        &self,
        scope: &Scope<'_>,
        name: &str,
        value: &Value,
        header: Option<&HeaderKeys<'_>>,
        out: &mut Encoder<'_>,
        allowed: &impl Fn(&Attribute) -> Done,
    ) -> Done {
        let attributes = || scope.set.into_iter().flat_map(|set| &set.attributes);
        if let Some(attr) = attributes().find(|attr| attr.name == name) {
            allowed(attr)?;
            return self.attribute(scope, attr, value, out);
        }
        if let (true, Some(number)) = (self.force, unknown_number(name)) {
            return self.unknown(number, value, 0, out);
        }
        let members = header.into_iter().flat_map(HeaderKeys::names);
        let names = attributes()
            .filter(|attr| attr.is_data() && allowed(attr).is_ok())
            .map(|attr| attr.name.as_str());
        let within = match scope.set {
            Some(set) => format!("the set `{}`", set.name),
            None => "this message".to_owned(),
        };
        // The name stands in the path already.
        let unknown = Unknown::new("attribute", name, within, members.chain(names));
        Err(unknown.into())
    }

    /// An attribute, or one for each entry of a list.
    fn attribute(
        &self,
        scope: &Scope<'_>,
        attr: &Attribute,
        value: &Value,
        out: &mut Encoder<'_>,
    ) -> Done {
        let written = match value {
            Value::Array(items) if attr.multi => {
                self.each(items, |item| self.one(scope, attr, item, out))
            }
            value => self.one(scope, attr, value, out),
        };
        let holds = || secret::in_content(self.family, &attr.content);
        written.map_err(
            |problem| match attr.secret || problem.is_of_all() && holds() {
                true => problem.of_secret(),
                false => problem,
            },
        )
    }

    fn one(
        &self,
        scope: &Scope<'_>,
        attr: &Attribute,
        value: &Value,
        out: &mut Encoder<'_>,
    ) -> Done {
        match &attr.content {
            Content::Flag => match value {
                Value::Bool(set) => {
                    self.begins(out);
                    out.flag(attr.number, *set);
                    Ok(())
                }
                other => Err(Problem::wants("true or false", other)),
            },
            Content::Pad | Content::Unused if !self.force => Err(Problem::of_spec(format!(
                "`{}` is not for sending",
                attr.name
            ))),
            Content::SubMessage { id, selector } => {
                self.selected(scope, attr.number, *id, selector, value, out)
            }
            content => {
                let nest = match content {
                    Content::Nest(_) | Content::Array(_) | Content::Keyed { .. } => NESTED,
                    _ => 0,
                };
                self.put(attr.number | nest, out, |out| {
                    self.payload(scope, content, &attr.checks, value, out)
                })
            }
        }
    }

    /// The payload of an attribute, an entry or a member.
    fn payload(
        &self,
        scope: &Scope<'_>,
        content: &Content,
        checks: &Checks,
        value: &Value,
        out: &mut Encoder<'_>,
    ) -> Done {
        match content {
            Content::Nest(set) => {
                let set = self.family.set(*set);
                self.nest(scope, set, value, out)
            }
            Content::Array(inner) => self.array(scope, inner, checks, value, out),
            Content::Keyed { keys, set } => {
                self.keyed(scope, keys, self.family.set(*set), value, out)
            }
            Content::Rows {
                header,
                length,
                set,
                ..
            } => {
                let (header, set) = (self.family.structure(*header), self.family.set(*set));
                self.rows(scope, (header, length, set), value, out)
            }
            Content::Struct(id) => {
                let bytes = self.structure(self.family.structure(*id), value)?;
                self.length(checks, bytes.len())?;
                out.bytes(&bytes);
                Ok(())
            }
            Content::Scalars(int) => self.scalars(*int, checks, value, out),
            Content::Int(int, meaning) => self.int(*int, *meaning, checks, value, out),
            Content::Bitfield32(names) => self.bitfield32(*names, value, out),
            Content::String => self.string(checks, value, out),
            Content::Text { len } => self.text(*len, value, out),
            Content::Labels => self.labels(checks, value, out),
            Content::AnyAddr => self.any_address(value, out),
            Content::Socket { len } => self.socket(*len, checks, value, out),
            Content::Items { item, len, count } => self.items(scope, item, *len, count, value, out),
            Content::Ipv4 | Content::Ipv6 | Content::Ip | Content::Mac => {
                self.address(content, value, out)
            }
            Content::Bytes { exact, hint } => self.bytes(*exact, *hint, checks, value, out),
            Content::Pad | Content::Unused | Content::SubMessage { .. } => self.raw(value, out),
            Content::Flag => Ok(()),
        }
    }

    /// The attributes of an object.
    fn nest(&self, scope: &Scope<'_>, set: &Set, value: &Value, out: &mut Encoder<'_>) -> Done {
        let Value::Object(values) = value else {
            let wanted = format!("an object with attributes of `{}`", set.name);
            return Err(Problem::wants(&wanted, value));
        };
        let inner = Scope {
            set: Some(set),
            header: None,
            values,
            outer: Some(scope),
            depth: scope.depth.saturating_add(1),
        };
        self.level(&inner, None, out, |_| Ok(()))
    }

    /// One attribute around what `fill` writes.
    fn put(
        &self,
        kind: u16,
        out: &mut Encoder<'_>,
        fill: impl FnOnce(&mut Encoder<'_>) -> Done,
    ) -> Done {
        self.begins(out);
        let mut filled = Ok(());
        out.attr(kind, |out| filled = fill(out));
        filled?;
        sound(out)
    }

    /// An attribute that the spec does not have: bytes, or an object of more of them.
    fn unknown(&self, number: u16, value: &Value, depth: u8, out: &mut Encoder<'_>) -> Done {
        if depth > MAX_DEPTH {
            return Err(Problem::of_spec("nested deeper than 64 levels"));
        }
        match value {
            Value::Array(items) => {
                self.each(items, |item| self.unknown(number, item, depth + 1, out))
            }
            Value::Object(values) => self.put(number | NESTED, out, |out| {
                values.iter().try_for_each(|(name, value)| {
                    self.within(name, || {
                        let inner = unknown_number(name).ok_or_else(|| {
                            Problem::new("the spec does not know what is in here")
                                .help("an attribute by its number is `UnknownAttr(N)`")
                        });
                        inner.and_then(|number| self.unknown(number, value, depth + 1, out))
                    })
                })
            }),
            value => self.put(number, out, |out| self.raw(value, out)),
        }
    }
}

/// The number in `UnknownAttr(N)`.
pub(crate) fn unknown_number(name: &str) -> Option<u16> {
    let number = name.strip_prefix("UnknownAttr(")?.strip_suffix(')')?;
    number
        .parse()
        .ok()
        .filter(|number| number & !nlgen_runtime::wire::TYPE_MASK == 0)
}

/// What the encoder has found wrong, as a problem of the value that was written last.
fn sound(out: &Encoder<'_>) -> Done {
    match out.failure() {
        None => Ok(()),
        Some(EncodeReason::TooLong { len }) => Err(Problem::of_spec(format!(
            "this makes {len} bytes, and an attribute holds at most {MAX_PAYLOAD}"
        ))),
        // The runtime's reasons have no values in them.
        Some(reason) => Err(Problem::of_spec(reason.to_string())),
    }
}
