//! What an attribute contains: its type and the keys that go with it.

use super::Lower;
use super::entries_fit::Carrier;
use crate::diagnostic::{Code, Problem};
use crate::model::{Checks, Content, Hint, Int, Meaning, Order};
use crate::span::Span;
use crate::spec::{self, AttributeType, ByteOrder, DisplayHint};

impl Lower<'_> {
    /// What an attribute contains; `None` after a problem.
    pub(super) fn content(&mut self, attr: &spec::Attribute, checks: &Checks) -> Option<Content> {
        let Some(kind) = &attr.kind else {
            let message = format!("the attribute `{}` has no type", attr.name.value);
            self.add(Problem::new(Code::MissingKey, attr.name.span, message).help("add `type:`"));
            return None;
        };
        self.misplaced_keys(attr, kind.value);
        match kind.value {
            AttributeType::IndexedArray => {
                let Some(sub_type) = &attr.sub_type else {
                    self.missing(attr, "sub-type", "what the entries are");
                    return None;
                };
                let element = self.element(attr, sub_type.value, sub_type.span, checks)?;
                Some(Content::Array(Box::new(element)))
            }
            kind_of => self.element(attr, kind_of, kind.span, checks),
        }
    }

    /// The content of an attribute, or of an array's entries.
    fn element(
        &mut self,
        attr: &spec::Attribute,
        kind: AttributeType,
        span: Span,
        checks: &Checks,
    ) -> Option<Content> {
        use AttributeType as T;
        Some(match kind {
            T::Unused => Content::Unused,
            T::Pad => Content::Pad,
            T::Flag => Content::Flag,
            T::String => Content::String,
            T::Binary => self.binary(attr, checks)?,
            T::Bitfield32 => match &attr.names {
                Some(name) => Content::Bitfield32(Some(self.find_enum(name)?.0)),
                None => Content::Bitfield32(None),
            },
            T::Nest => Content::Nest(self.nested_set(attr)?),
            T::NestTypeValue => self.keyed(attr)?,
            T::Rows => self.rows(attr, span)?,
            T::IndexedArray => {
                let message = "an array's entries cannot be arrays";
                self.add(Problem::new(Code::WrongValue, span, message));
                return None;
            }
            T::SubMessage => self.selected(attr)?,
            _ => {
                let int = integer(kind, attr.byte_order.as_ref().map(|order| order.value))?;
                self.number(attr, int)?
            }
        })
    }

    fn number(&mut self, attr: &spec::Attribute, int: Int) -> Option<Content> {
        if let Some(name) = &attr.names {
            let (meaning, definition) = self.named(name, attr.enum_as_flags.as_ref())?;
            self.entries_fit(Carrier::of(attr, name), definition, int, meaning);
            return Some(Content::Int(int, meaning));
        }
        let network = int.bytes == 4 && int.order == Order::Big;
        Some(match attr.display_hint.as_ref().map(|hint| hint.value) {
            Some(DisplayHint::Ipv4 | DisplayHint::Ipv4OrV6) if network => Content::Ipv4,
            Some(DisplayHint::Hex) => Content::Int(int, Meaning::Hex),
            _ => Content::Int(int, Meaning::Number),
        })
    }

    fn binary(&mut self, attr: &spec::Attribute, checks: &Checks) -> Option<Content> {
        if let Some(structure) = &attr.structure {
            return self.find_struct(structure).map(Content::Struct);
        }
        let array = attr
            .kind
            .as_ref()
            .is_some_and(|kind| kind.value == AttributeType::IndexedArray);
        if let Some(sub_type) = attr.sub_type.as_ref().filter(|_| !array) {
            // The byte order of an attribute does not reach the items of its array.
            return match integer(sub_type.value, None) {
                Some(int) if int.bytes != 0 => Some(Content::Scalars(int)),
                _ => {
                    let message = "the items of a binary are integers of a fixed size";
                    self.add(Problem::new(Code::WrongValue, sub_type.span, message));
                    None
                }
            };
        }
        let same = match (checks.min_len, checks.max_len) {
            (Some(min), Some(max)) if min == max => Some(min),
            _ => None,
        };
        let exact = checks.exact_len.or(same);
        let hint = attr.display_hint.as_ref().map(|hint| hint.value);
        if hint == Some(DisplayHint::Sockaddr) {
            return Some(Content::Socket { len: None });
        }
        if hint == Some(DisplayHint::MplsLabels) {
            return Some(Content::Labels);
        }
        Some(match (hint, exact) {
            (Some(DisplayHint::Ipv4 | DisplayHint::Ipv4OrV6), Some(4)) => Content::Ipv4,
            (Some(DisplayHint::Ipv6 | DisplayHint::Ipv4OrV6), Some(16)) => Content::Ipv6,
            // Specs of older kernels say ipv4 for addresses of both kinds; the length tells.
            (Some(DisplayHint::Ipv4 | DisplayHint::Ipv6 | DisplayHint::Ipv4OrV6), None) => {
                Content::Ip
            }
            (Some(DisplayHint::Mac), Some(6)) => Content::Mac,
            // Hardware addresses of other links are longer or shorter, so the bytes are kept.
            (Some(DisplayHint::Mac), exact) => Content::Bytes {
                exact,
                hint: Some(Hint::Mac),
            },
            (Some(DisplayHint::Hex), exact) => Content::Bytes {
                exact,
                hint: Some(Hint::Hex),
            },
            (Some(DisplayHint::Uuid), exact) => Content::Bytes {
                exact,
                hint: Some(Hint::Uuid),
            },
            (_, exact) => Content::Bytes { exact, hint: None },
        })
    }

    fn keyed(&mut self, attr: &spec::Attribute) -> Option<Content> {
        if attr.type_value.is_empty() {
            self.missing(attr, "type-value", "what the numbers of the levels mean");
            return None;
        }
        Some(Content::Keyed {
            keys: attr
                .type_value
                .iter()
                .map(|key| key.value.clone())
                .collect(),
            set: self.nested_set(attr)?,
        })
    }

    /// Rows of a struct, whose length is in a member of 16 bits.
    fn rows(&mut self, attr: &spec::Attribute, span: Span) -> Option<Content> {
        let wanted = [
            (
                "struct",
                attr.structure.is_some(),
                "the struct that each row begins with",
            ),
            (
                "length",
                attr.length.is_some(),
                "the member of the struct that says the length of a row",
            ),
        ];
        for (key, there, what) in wanted {
            if !there {
                self.missing(attr, key, what);
            }
        }
        let set = self.nested_set(attr);
        if !attr
            .kind
            .as_ref()
            .is_some_and(|kind| kind.value == AttributeType::Rows)
        {
            let message = "an array's entries cannot be rows";
            self.add(Problem::new(Code::WrongValue, span, message));
            return None;
        }
        let (name, length) = (attr.structure.as_ref()?, attr.length.as_ref()?);
        let header = self.find_header(name)?;
        let spec = self.spec;
        let mut structs = spec.definitions.iter();
        let members = &structs
            .find(|item| super::is_struct(item) && *item.name.value == *name.value)?
            .members;
        let Some(member) = members
            .iter()
            .find(|member| *member.name.value == *length.value)
        else {
            let message = format!(
                "the struct `{}` has no member `{}`",
                name.value, length.value
            );
            let names = members.iter().map(|member| member.name.as_str());
            self.unknown_as(message, length, names);
            return None;
        };
        let plain = member.kind.value.as_str() == "u16" && member.byte_order.is_none();
        if !plain || member.count.is_some() || member.names.is_some() {
            let message = format!("the member `{}` is no `u16`", length.value);
            let problem = Problem::new(Code::WrongValue, length.span, message);
            let help = "the length of a row is a `u16` in the machine's byte order";
            self.add(problem.help(help));
            return None;
        }
        Some(Content::Rows {
            header,
            length: length.value.clone(),
            set: set?,
            message: None,
        })
    }

    fn nested_set(&mut self, attr: &spec::Attribute) -> Option<crate::model::SetId> {
        match &attr.nested_attributes {
            Some(name) => self.find_set(name),
            None => {
                self.missing(
                    attr,
                    "nested-attributes",
                    "the set of the attributes inside",
                );
                None
            }
        }
    }

    pub(super) fn missing(&mut self, attr: &spec::Attribute, key: &str, what: &str) {
        let message = format!("the attribute `{}` needs the key `{key}`", attr.name.value);
        let problem = Problem::new(Code::MissingKey, attr.name.span, message);
        self.add(problem.help(format!("add `{key}:`, {what}")));
    }

    /// Keys that mean nothing for the type are mistakes.
    fn misplaced_keys(&mut self, attr: &spec::Attribute, kind: AttributeType) {
        use AttributeType as T;
        let sub = match kind {
            T::IndexedArray => attr.sub_type.as_ref().map_or(kind, |sub| sub.value),
            kind => kind,
        };
        let is_int = |kind| integer(kind, None).is_some();
        let rules = [
            (
                "nested-attributes",
                span(&attr.nested_attributes),
                matches!(sub, T::Nest | T::NestTypeValue | T::Rows),
            ),
            (
                "sub-type",
                span(&attr.sub_type),
                matches!(kind, T::IndexedArray | T::Binary),
            ),
            (
                "enum",
                span(&attr.names),
                is_int(sub) || matches!(sub, T::Bitfield32 | T::Binary),
            ),
            (
                "struct",
                span(&attr.structure),
                matches!(sub, T::Binary | T::Rows),
            ),
            ("length", span(&attr.length), kind == T::Rows),
            (
                "sub-message",
                span(&attr.sub_message),
                kind == T::SubMessage,
            ),
            ("selector", span(&attr.selector), kind == T::SubMessage),
            // On a binary it says nothing, but upstream specs have it.
            (
                "byte-order",
                span(&attr.byte_order),
                is_int(sub) || sub == T::Binary,
            ),
        ];
        for (key, span, fits) in rules {
            if let Some(span) = span
                && !fits
            {
                let message = format!("the type `{}` has no `{key}`", kind.as_str());
                let problem = Problem::new(Code::WrongKey, span, message);
                self.add(problem.help("take it out, or change the type"));
            }
        }
    }
}

pub(super) fn span<T>(key: &Option<crate::span::At<T>>) -> Option<Span> {
    key.as_ref().map(|key| key.span)
}

/// The integer of a type, when it is one.
fn integer(kind: AttributeType, order: Option<ByteOrder>) -> Option<Int> {
    Int::named(kind.as_str()).map(|int| ordered(int, order))
}

/// An integer in the byte order that is written.
pub(super) fn ordered(int: Int, order: Option<ByteOrder>) -> Int {
    let order = match order {
        // One byte has no order.
        _ if int.bytes == 1 => Order::Host,
        None => Order::Host,
        Some(ByteOrder::Big) => Order::Big,
        Some(ByteOrder::Little) => Order::Little,
    };
    Int { order, ..int }
}
