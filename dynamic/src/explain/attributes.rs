//! Attributes, what they contain, structs.

use std::cell::Cell;
use std::collections::HashSet;

use nlgen::model::{
    Attribute, Content, Count, Family, Hint, Int, Meaning, Order, Set, SubMessageId,
};
use nlgen_runtime::wire::{Attr, NESTED, Reason, align};
use serde_json::Value;

use super::Piece;
use crate::decode::{Level, MAX_DEPTH, Scope, Selections, cut_length, leaf};
use crate::{DecodeOptions, integer, secret};

/// What the explaining of one message goes by.
pub(super) struct Explaining<'f> {
    pub(super) family: &'f Family,
    options: DecodeOptions,
    selections: Selections<'f>,
    /// Whether the family has secrets, and they are not to be shown.
    secretive: bool,
    /// A secret, or a nest that may hold some, has been passed. If its length was too short, what follows is the
    /// rest of it.
    spilled: Cell<bool>,
    /// That is so from the beginning.
    behind: bool,
}

/// Bytes of an attribute's header.
const HEADER: usize = 4;

impl<'f> Explaining<'f> {
    /// `behind` is for what is behind bytes that may hold a secret.
    pub(super) fn new(family: &'f Family, options: DecodeOptions, behind: bool) -> Self {
        let behind = behind && !options.secrets;
        Self {
            family,
            options,
            selections: Selections::default(),
            secretive: behind || !options.secrets && secret::in_family(family),
            spilled: Cell::new(behind),
            behind,
        }
    }

    /// The attributes of a level that begins at `base`.
    pub(super) fn level(&self, scope: &Scope<'_>, base: usize) -> Vec<Piece> {
        // Of a message that the spec does not have, any attribute.
        let may_be_secret = scope.set.is_none_or(|set| self.set_hides(set));
        let mut seen = HashSet::new();
        let attrs = Level::new(scope.set, scope.bytes);
        self.attributes(attrs, base, may_be_secret, |attr, at| {
            let Some(known) = scope.attribute(attr.kind()) else {
                return match self.secretive && scope.set.is_none() {
                    true => hidden(attr, at),
                    false => self.unknown(attr, at, scope.depth),
                };
            };
            let once = !known.multi && !matches!(known.content, Content::Pad);
            let again = once && !seen.insert(attr.kind());
            let mut piece = self.known(scope, known, attr, at, again);
            if let Some(problem) = cut_length(attr) {
                piece = piece.problem(problem);
            }
            match again && piece.problem.is_none() {
                true => piece.problem("again, where the spec has it once"),
                false => piece,
            }
        })
    }

    /// Whether a level of a set may hold secrets that are not to be shown.
    pub(super) fn set_hides(&self, set: &Set) -> bool {
        self.secretive && secret::in_set(self.family, set)
    }

    /// Whether a payload may hold secrets that are not to be shown.
    fn content_hides(&self, content: &Content) -> bool {
        self.secretive && secret::in_content(self.family, content)
    }

    /// Notes what has been passed.
    pub(super) fn pass(&self, may_be_secret: bool) {
        self.spilled
            .set(self.spilled.get() || self.secretive && may_be_secret);
    }

    /// Bytes that are not what the spec says.
    pub(super) fn wrong(&self, piece: Piece, wrong: impl Into<String>) -> Piece {
        let piece = piece.problem(wrong);
        match self.spilled.get() {
            true => piece.hidden(),
            false => piece,
        }
    }

    /// One piece for each attribute, and one for what cannot be read, which `may_be_secret`.
    fn attributes(
        &self,
        mut attrs: Level<'_>,
        base: usize,
        may_be_secret: bool,
        mut explain: impl FnMut(&Attr<'_>, usize) -> Piece,
    ) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let bytes = attrs.left();
        loop {
            let left = attrs.left().len();
            let at = base + (bytes.len() - left);
            match attrs.next_attr() {
                Ok(Some(attr)) => {
                    let mut piece = explain(&attr, at);
                    let len = HEADER + attr.payload().len();
                    let pad = (align(len) - len).min(left.saturating_sub(len));
                    if pad > 0 {
                        let start = bytes.len() - left + len;
                        let rest = bytes.get(start..).unwrap_or_default();
                        let padding = Piece::new(at + len, pad, "padding");
                        piece.children.push(match self.spilled.get() {
                            true => padding.hidden_unless_zero(rest),
                            false => padding,
                        });
                    }
                    pieces.push(piece);
                }
                Ok(None) => return pieces,
                Err(error) => {
                    self.pass(may_be_secret);
                    let piece = Piece::new(at, left, "malformed");
                    pieces.push(self.wrong(piece, error.reason().to_string()));
                    return pieces;
                }
            }
        }
    }

    fn known(
        &self,
        scope: &Scope<'_>,
        known: &Attribute,
        attr: &Attr<'_>,
        at: usize,
        again: bool,
    ) -> Piece {
        let place = at + HEADER;
        let payload = attr.payload();
        let multi = if known.multi { ", repeated" } else { "" };
        let kind = format!("{}{multi}", kind_of(self.family, &known.content));
        let piece = attribute(attr, at, &known.name, &kind);
        let is_bytes = matches!(known.content, Content::Bytes { .. });
        let secret = known.secret && !self.options.secrets
            || again && self.spilled.get()
            || is_bytes && self.behind;
        let piece = match secret {
            true => piece.children(vec![Piece::new(place, payload.len(), "").hidden()]),
            false => self.shown(scope, known, payload, piece),
        };
        self.pass(known.secret || self.content_hides(&known.content));
        piece
    }

    /// An attribute that is not secret itself, with what is in it.
    fn shown(&self, scope: &Scope<'_>, known: &Attribute, payload: &[u8], piece: Piece) -> Piece {
        let place = piece.offset + HEADER;
        match &known.content {
            Content::SubMessage { id, selector } => {
                let inner = self.selected(scope, *id, selector, payload, place);
                piece.children(inner)
            }
            Content::Unused => piece
                .problem("must not be sent")
                .children(bytes_of(payload, place)),
            content => piece.children(self.content(scope, content, payload, place)),
        }
    }

    /// What a payload contains.
    fn content(
        &self,
        scope: &Scope<'_>,
        content: &Content,
        payload: &[u8],
        at: usize,
    ) -> Vec<Piece> {
        let deep = scope.depth > MAX_DEPTH;
        match content {
            Content::Nest(_) | Content::Array(_) | Content::Keyed { .. } | Content::Rows { .. }
                if deep =>
            {
                self.pass(self.content_hides(content));
                let piece = Piece::new(at, payload.len(), "");
                vec![self.wrong(piece, Reason::TooDeep.to_string())]
            }
            Content::Nest(set) => {
                let set = self.family.set(*set);
                self.level(&Scope::new(Some(set), payload, Some(scope)), at)
            }
            Content::Array(inner) => {
                let deeper = scope.deeper();
                let may_be_secret = self.content_hides(inner);
                let entries = Level::of_entries(payload);
                self.attributes(entries, at, may_be_secret, |entry, at| {
                    let kind = kind_of(self.family, inner);
                    let piece = attribute(entry, at, &format!("[{}]", entry.kind()), &kind);
                    piece.children(self.content(&deeper, inner, entry.payload(), at + HEADER))
                })
            }
            Content::Keyed { keys, set } => {
                self.keyed(scope, keys, self.family.set(*set), payload, at)
            }
            Content::Rows {
                header,
                length,
                set,
                ..
            } => {
                let (header, set) = (self.family.structure(*header), self.family.set(*set));
                self.rows(scope, (header, length, set), payload, at)
            }
            Content::Struct(id) => self.members(self.family.structure(*id), payload, at),
            Content::Flag if payload.is_empty() => Vec::new(),
            content => vec![self.leaf(content, payload, at)],
        }
    }

    fn keyed(
        &self,
        scope: &Scope<'_>,
        keys: &[String],
        set: &Set,
        payload: &[u8],
        at: usize,
    ) -> Vec<Piece> {
        let deeper = scope.deeper();
        match keys.split_first() {
            None => self.level(&Scope::new(Some(set), payload, Some(&deeper)), at),
            Some((key, rest)) => {
                let may_be_secret = self.set_hides(set);
                let levels = Level::of_entries(payload);
                self.attributes(levels, at, may_be_secret, |level, at| {
                    let name = format!("{key} {}", level.kind());
                    let piece = attribute(level, at, &name, "level");
                    piece.children(self.keyed(&deeper, rest, set, level.payload(), at + HEADER))
                })
            }
        }
    }

    pub(super) fn leaf(&self, content: &Content, payload: &[u8], at: usize) -> Piece {
        let piece = Piece::new(at, payload.len(), "");
        match leaf(self.family, content, payload) {
            Ok(value) => match content {
                // The bytes say it all.
                Content::Bytes {
                    hint: None | Some(Hint::Hex),
                    ..
                }
                | Content::Pad
                | Content::Unused => piece,
                Content::String | Content::Text { .. } => piece.value(value.to_string()),
                _ => piece.value(shown(&value)),
            },
            Err(error) => self.wrong(piece, error.reason().to_string()),
        }
    }

    fn selected(
        &self,
        scope: &Scope<'_>,
        id: SubMessageId,
        selector: &str,
        payload: &[u8],
        at: usize,
    ) -> Vec<Piece> {
        let raw = |wrong: String| {
            self.pass(self.secretive && secret::in_formats(self.family, id));
            vec![self.wrong(Piece::new(at, payload.len(), ""), wrong)]
        };
        let Some(format) = self.selections.format(scope, self.family, id, selector) else {
            return raw(format!("`{selector}` selects no format that the spec has"));
        };
        if scope.depth > MAX_DEPTH {
            return raw(Reason::TooDeep.to_string());
        }
        if let Some(content) = &format.content {
            return self.content(scope, content, payload, at);
        }
        let set = format.set.map(|set| self.family.set(set));
        let Some(header) = format.header.map(|header| self.family.structure(header)) else {
            return match set {
                Some(_) => self.level(&Scope::new(set, payload, Some(scope)), at),
                None if payload.is_empty() => Vec::new(),
                None => raw(format!("`{}` has no content", format.value)),
            };
        };
        let Some(_) = set else {
            return self.members(header, payload, at);
        };
        let mut pieces = self.header(header, payload, at);
        let start = align(header.len).min(payload.len());
        let attributes = payload.get(start..).unwrap_or_default();
        let inner = Scope::new(set, attributes, Some(scope)).behind(Some(header), payload);
        pieces.extend(self.level(&inner, at + start));
        pieces
    }

    fn unknown(&self, attr: &Attr<'_>, at: usize, depth: u8) -> Piece {
        if self.spilled.get() {
            return hidden(attr, at);
        }
        let piece = attribute(attr, at, &format!("attribute {}", attr.kind()), "")
            .problem("the spec does not have it");
        let nest = attr.raw_kind() & NESTED != 0 && depth < MAX_DEPTH;
        if nest && attr.nested().all(|inner| inner.is_ok()) {
            let entries = Level::of_entries(attr.payload());
            let inside = self.attributes(entries, at + HEADER, false, |inner, at| Piece {
                problem: None,
                ..self.unknown(inner, at, depth + 1)
            });
            return piece.children(inside);
        }
        piece.children(bytes_of(attr.payload(), at + HEADER))
    }
}

/// An attribute whose bytes are not shown, since they may be a part of a secret, those of its header among them.
fn hidden(attr: &Attr<'_>, at: usize) -> Piece {
    let name = format!("attribute {}", attr.kind());
    let piece = Piece::new(at, HEADER + attr.payload().len(), name);
    piece.problem("the spec does not have it").hidden()
}

/// An attribute's header.
fn attribute(attr: &Attr<'_>, at: usize, name: &str, kind: &str) -> Piece {
    let nested = match attr.raw_kind() & NESTED {
        0 => "",
        _ => ", NESTED",
    };
    let number = format!("number {}{nested}", attr.kind());
    let len = attr.payload().len();
    let kind = match kind.is_empty() || name.starts_with('[') {
        true => kind.to_owned(),
        false => format!("{kind}, "),
    };
    let plural = if len == 1 { "" } else { "s" };
    let kind = match name.starts_with('[') {
        true => format!("{kind}{}, {len} byte{plural}", nested),
        false => format!("{kind}{number}, {len} byte{plural}"),
    };
    Piece::new(at, HEADER, name).kind(kind)
}

fn bytes_of(payload: &[u8], at: usize) -> Vec<Piece> {
    match payload.is_empty() {
        true => Vec::new(),
        false => vec![Piece::new(at, payload.len(), "")],
    }
}

/// A value as text.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => {
            // Flags with bits that have no name end with a number.
            let flags = items.iter().any(Value::is_string);
            let items: Vec<String> = items.iter().map(shown).collect();
            items.join(if flags { "|" } else { ", " })
        }
        Value::Object(parts) => {
            let parts: Vec<String> = parts
                .iter()
                .map(|(name, value)| format!("{name} {}", shown(value)))
                .collect();
            parts.join(", ")
        }
        other => other.to_string(),
    }
}

/// What a content is called.
pub(super) fn kind_of(family: &Family, content: &Content) -> String {
    let hinted = |hint: &Option<Hint>| match hint {
        Some(Hint::Mac) => "hardware address",
        Some(Hint::Uuid) => "UUID",
        _ => "binary",
    };
    match content {
        Content::Unused => "unused".to_owned(),
        Content::Pad => "padding".to_owned(),
        Content::Flag => "flag".to_owned(),
        Content::String => "string".to_owned(),
        Content::Bytes { hint, .. } => hinted(hint).to_owned(),
        Content::Ipv4 => "IPv4 address".to_owned(),
        Content::Ipv6 => "IPv6 address".to_owned(),
        Content::Ip => "IP address".to_owned(),
        Content::Mac => "hardware address".to_owned(),
        Content::Socket { .. } => "socket address".to_owned(),
        Content::Text { .. } => "text".to_owned(),
        Content::Labels => "MPLS labels".to_owned(),
        Content::AnyAddr => "address".to_owned(),
        Content::Items { item, count, .. } => {
            let item = kind_of(family, item);
            match count {
                Count::Fixed(count) => format!("{count} of {item}"),
                Count::Member(_) | Count::Rest => format!("list of {item}"),
            }
        }
        Content::Bitfield32(_) => "bitfield32".to_owned(),
        Content::Scalars(int) => format!("list of {}", int_name(*int)),
        Content::Struct(id) => format!("struct {}", family.structure(*id).name),
        Content::SubMessage { id, .. } => format!("sub-message {}", family.sub_message(*id).name),
        Content::Nest(set) => format!("nest of {}", family.set(*set).name),
        Content::Array(inner) => format!("array of {}", kind_of(family, inner)),
        Content::Keyed { keys, .. } => format!("nests by {}", keys.join(" and ")),
        Content::Rows { header, .. } => format!("rows of {}", family.structure(*header).name),
        Content::Int(int, meaning) => match meaning {
            Meaning::Number | Meaning::Hex => int_name(*int),
            Meaning::Enum(id) | Meaning::Flags(id) => {
                format!("{} {}", int_name(*int), family.enumeration(*id).name)
            }
        },
    }
}

fn int_name(int: Int) -> String {
    let order = match int.order {
        Order::Host => "",
        Order::Big => " big-endian",
        Order::Little => " little-endian",
    };
    format!("{}{order}", integer::name(int))
}
