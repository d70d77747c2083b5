//! Which structs and functions a module has: what is read from requests, and what is written to replies and events.

use std::collections::BTreeMap;

use crate::emit::c::names::Names;
use crate::model::name::Scope;
use crate::model::{
    Attribute, Content, Count, Family, Int, Message, MessageId, Repr, SetId, StructId, SubMessageId,
};

/// The structs of a module.
pub(super) struct Plan<'f> {
    pub(super) family: &'f Family,
    pub(super) names: &'f Names<'f>,
    /// In the order of the spec.
    pub(super) bodies: BTreeMap<usize, Body<'f>>,
    /// What is made for one attribute: lists in arrays, and payloads that another attribute selects.
    pub(super) parts: Vec<Part>,
    /// The structs of sub-messages, by their place.
    pub(super) sub_messages: BTreeMap<usize, String>,
}

/// The struct of a message or a nest.
pub(super) struct Body<'f> {
    pub(super) set: SetId,
    /// Its name in C, behind `struct`; its functions begin with it.
    pub(super) name: String,
    /// What it is, for people.
    pub(super) title: &'f str,
    /// The struct before the attributes.
    pub(super) header: Option<Header>,
    pub(super) fields: Vec<Field<'f>>,
    /// Whether requests have it.
    pub(super) read: bool,
    /// Whether replies or events have it.
    pub(super) written: bool,
    /// Whether it is a whole message.
    pub(super) root: bool,
    /// Whether its length is needed: messages are made of the length that they will have, and parts of dumps are not.
    pub(super) measured: bool,
}

/// A struct before the attributes.
pub(super) struct Header {
    pub(super) structure: StructId,
    pub(super) ident: String,
}

/// An attribute in a struct.
pub(super) struct Field<'f> {
    pub(super) attr: &'f Attribute,
    pub(super) ident: String,
    /// The attribute's constant.
    pub(super) number: String,
    pub(super) elem: Elem,
    pub(super) many: bool,
}

/// What one value is in C.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Elem {
    Flag,
    Int(Int),
    Text,
    Bytes {
        exact: Option<usize>,
    },
    Ipv4,
    Ipv6,
    Bitfield32,
    Scalars(Int),
    Struct(StructId),
    Nest(MessageId),
    /// The name of its [`Part`], which is that of its struct.
    Array(String),
    Keyed(String),
    SubMessage {
        part: String,
        id: SubMessageId,
    },
}

/// A struct and functions for one attribute.
pub(super) struct Part {
    pub(super) name: String,
    /// The set whose attribute it is.
    pub(super) set: SetId,
    pub(super) kind: PartKind,
    pub(super) read: bool,
    pub(super) written: bool,
    pub(super) measured: bool,
}

pub(super) enum PartKind {
    /// Attributes whose types are indices.
    Array(Elem),
    /// Levels whose types are keys, and a nest.
    Keyed {
        keys: Vec<String>,
        message: MessageId,
    },
    /// A payload that the attribute `selector` selects.
    SubMessage { id: SubMessageId, selector: String },
}

impl Body<'_> {
    fn used(&mut self, what: Use) -> &mut bool {
        match what {
            Use::Read => &mut self.read,
            Use::Written => &mut self.written,
            Use::Measured => &mut self.measured,
        }
    }
}

impl Part {
    fn used(&mut self, what: Use) -> &mut bool {
        match what {
            Use::Read => &mut self.read,
            Use::Written => &mut self.written,
            Use::Measured => &mut self.measured,
        }
    }
}

impl Field<'_> {
    /// Whether a bit says that it is there: a nest is there when its pointer is, and a list when it has entries.
    pub(super) fn has_bit(&self) -> bool {
        !self.many && !matches!(self.elem, Elem::Flag | Elem::Nest(_))
    }
}

impl<'f> Plan<'f> {
    pub(super) fn new(family: &'f Family, names: &'f Names<'f>) -> Self {
        let mut plan = Self {
            family,
            names,
            bodies: BTreeMap::new(),
            parts: Vec::new(),
            sub_messages: BTreeMap::new(),
        };
        let mut scope = Scope::default();
        for structure in &family.structs {
            scope.take(names.structure(structure), "_");
        }
        for id in (0..family.messages.len()).map(MessageId) {
            let name = scope.take(names.message(id).to_owned(), "_");
            plan.body(id, name);
        }
        for (at, item) in family.sub_messages.iter().enumerate() {
            let name = scope.take(
                format!("{}_{}_payload", names.ident(), ident(&item.name)),
                "_",
            );
            plan.sub_messages.insert(at, name);
        }
        plan.fields(&mut scope);
        plan.reach();
        plan.bodies.retain(|_, body| body.read || body.written);
        plan.parts.retain(|part| part.read || part.written);
        plan
    }

    fn body(&mut self, id: MessageId, name: String) {
        let message: &'f Message = self.family.message(id);
        let root = self.is_root(id);
        let body = Body {
            set: message.set,
            name,
            title: &message.title,
            header: None,
            fields: Vec::new(),
            read: false,
            written: false,
            root,
            measured: false,
        };
        self.bodies.insert(id.0, body);
    }

    /// Whether it is a whole message: that of an operation, a notification or an event.
    fn is_root(&self, id: MessageId) -> bool {
        let modes = self
            .family
            .operations
            .iter()
            .flat_map(|op| [&op.doit, &op.dump]);
        let mut told = self.family.notifications.iter();
        modes
            .flatten()
            .any(|mode| mode.request == id || mode.reply == Some(id))
            || told.any(|told| told.message == Some(id))
    }

    fn fields(&mut self, scope: &mut Scope) {
        let mut parts: BTreeMap<(usize, usize), String> = BTreeMap::new();
        let ids: Vec<usize> = self.bodies.keys().copied().collect();
        for at in ids {
            let id = MessageId(at);
            let message = self.family.message(id);
            let set = self.family.set(message.set);
            let mut idents = Scope::with(&["from", "has"]);
            let header = message.header.as_ref().map(|(structure, _)| Header {
                structure: *structure,
                ident: idents.take("header".to_owned(), "_"),
            });
            let mut fields = Vec::new();
            for at in &message.fields {
                let Some(attr) = set.attributes.get(*at) else {
                    continue;
                };
                let ident = idents.take(ident(&attr.name), "_");
                idents.take(format!("n_{ident}"), "_");
                let part = part_name(self.names.ident(), &set.name, &attr.name);
                let key = (message.set.0, *at);
                let elem = self.elem(&attr.content, &mut |plan, kind| {
                    let known = parts.get(&key).cloned();
                    known.unwrap_or_else(|| {
                        let name = scope.take(part.clone(), "_list");
                        parts.insert(key, name.clone());
                        plan.parts.push(Part {
                            name: name.clone(),
                            set: message.set,
                            kind,
                            read: false,
                            written: false,
                            measured: false,
                        });
                        name
                    })
                });
                let Some(elem) = elem else { continue };
                fields.push(Field {
                    attr,
                    ident,
                    number: self.names.attribute(message.set, attr),
                    elem,
                    many: attr.multi,
                });
            }
            if let Some(body) = self.bodies.get_mut(&at) {
                body.header = header;
                body.fields = fields;
            }
        }
    }

    fn is_open(&self, id: StructId) -> bool {
        let mut members = self.family.structure(id).members.iter();
        members.any(|member| match &member.content {
            Content::Items { count, .. } => !matches!(count, Count::Fixed(_)),
            Content::Struct(inner) => self.is_open(*inner),
            _ => false,
        })
    }

    fn elem(
        &mut self,
        content: &Content,
        part: &mut dyn FnMut(&mut Self, PartKind) -> String,
    ) -> Option<Elem> {
        Some(match content {
            Content::Unused | Content::Pad => return None,
            Content::Flag => Elem::Flag,
            Content::Int(int, _) => Elem::Int(*int),
            Content::String => Elem::Text,
            Content::Bytes { exact, .. } => Elem::Bytes { exact: *exact },
            Content::Ip
            | Content::Socket { .. }
            | Content::Labels
            | Content::AnyAddr
            | Content::Text { .. }
            | Content::Items { .. }
            | Content::Rows { .. } => Elem::Bytes { exact: None },
            Content::Mac => Elem::Bytes { exact: Some(6) },
            Content::Ipv4 => Elem::Ipv4,
            Content::Ipv6 => Elem::Ipv6,
            Content::Bitfield32(_) => Elem::Bitfield32,
            Content::Scalars(int) => Elem::Scalars(*int),
            // The length of an array at a struct's end is that of the payload.
            Content::Struct(id) if self.is_open(*id) => Elem::Bytes { exact: None },
            Content::Struct(id) => Elem::Struct(*id),
            Content::Nest(set) => Elem::Nest(self.family.set(*set).message?),
            Content::Array(inner) => {
                let inner = self.elem(inner, &mut |_, _| String::new())?;
                Elem::Array(part(self, PartKind::Array(inner)))
            }
            Content::Keyed { keys, set } => {
                let message = self.family.set(*set).message?;
                let keys = keys.clone();
                Elem::Keyed(part(self, PartKind::Keyed { keys, message }))
            }
            Content::SubMessage { id, selector } => {
                let selector = selector.clone();
                let part = part(self, PartKind::SubMessage { id: *id, selector });
                Elem::SubMessage { part, id: *id }
            }
        })
    }
}

/// What is done with a struct.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Read,
    Written,
    Measured,
}

/// What is done with each struct.
impl Plan<'_> {
    fn reach(&mut self) {
        let family = self.family;
        for op in &family.operations {
            for mode in [&op.doit, &op.dump].into_iter().flatten() {
                self.walk(mode.request, Use::Read);
                if let Some(reply) = mode.reply.filter(|_| mode.reply_command.is_some()) {
                    self.walk(reply, Use::Written);
                }
            }
            let alone = op.doit.as_ref().filter(|mode| mode.reply_command.is_some());
            if let Some(reply) = alone.and_then(|mode| mode.reply) {
                self.walk(reply, Use::Measured);
            }
        }
        for message in family.notifications.iter().filter_map(|told| told.message) {
            self.walk(message, Use::Written);
            self.walk(message, Use::Measured);
        }
    }

    fn walk(&mut self, id: MessageId, what: Use) {
        let Some(body) = self.bodies.get_mut(&id.0) else {
            return;
        };
        if std::mem::replace(body.used(what), true) {
            return;
        }
        let elems: Vec<Elem> = body.fields.iter().map(|field| field.elem.clone()).collect();
        for elem in elems {
            self.walk_elem(&elem, what);
        }
    }

    fn walk_elem(&mut self, elem: &Elem, what: Use) {
        let name = match elem {
            Elem::Nest(id) => return self.walk(*id, what),
            Elem::Array(name) | Elem::Keyed(name) | Elem::SubMessage { part: name, .. } => name,
            _ => return,
        };
        let Some(part) = self.parts.iter_mut().find(|part| part.name == *name) else {
            return;
        };
        *part.used(what) = true;
        match &part.kind {
            PartKind::Array(inner) => {
                let inner = inner.clone();
                self.walk_elem(&inner, what);
            }
            PartKind::Keyed { message, .. } => {
                let message = *message;
                self.walk(message, what);
            }
            PartKind::SubMessage { id, .. } => {
                let family = self.family;
                let formats = &family.sub_message(*id).formats;
                for id in formats.iter().filter_map(|format| format.message) {
                    self.walk(id, what);
                }
            }
        }
    }

    pub(super) fn body_of(&self, id: MessageId) -> Option<&Body<'_>> {
        self.bodies.get(&id.0)
    }

    /// The name of a message's struct.
    pub(super) fn name(&self, id: MessageId) -> &str {
        self.bodies.get(&id.0).map_or("", |body| &body.name)
    }

    /// The name of what all generated code of the family begins with.
    pub(super) fn prefix(&self) -> String {
        format!("{}_nl", self.names.ident())
    }
}

/// The struct of an attribute.
fn part_name(family: &str, set: &str, attr: &str) -> String {
    format!("{family}_{}_{}", ident(set), ident(attr))
}

/// A member's or a part's name: what is no letter, digit or `_` of the spec's name is a `_`.
pub(super) fn ident(name: &str) -> String {
    let word = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let plain: String = name.chars().map(word).collect();
    match plain.chars().next() {
        Some(first) if !first.is_ascii_digit() => Names::member(&plain),
        _ => format!("_{}", Names::member(&plain)),
    }
}

/// The kernel's name of an integer.
pub(super) fn int_type(int: Int) -> &'static str {
    repr_type(int.repr())
}

fn repr_type(repr: Repr) -> &'static str {
    match (repr.signed, repr.bytes) {
        (false, 1) => "u8",
        (false, 2) => "u16",
        (false, 4) => "u32",
        (false, _) => "u64",
        (true, 1) => "s8",
        (true, 2) => "s16",
        (true, 4) => "s32",
        (true, _) => "s64",
    }
}
