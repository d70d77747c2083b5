//! Keys that say nothing where they stand, and hints that are written otherwise today.

mod members;
mod operations;

use super::Suspicious;
use crate::diagnostic::{Code, Problem};
use crate::span::{At, Span};
use crate::spec::{
    self, Attribute, AttributeType, ByteOrder, Checks, DefinitionKind, DisplayHint, Limit,
};

impl Suspicious<'_> {
    pub(super) fn keys(&mut self) {
        let spec = self.spec;
        for item in &spec.definitions {
            self.definition(item);
            for member in item.members.iter().filter(|_| super::is_struct(item)) {
                self.member(member);
            }
        }
        for set in &spec.attribute_sets {
            for attr in &set.attributes {
                if set.subset_of.is_some() {
                    let why = "an attribute of a subset has its parent's number";
                    self.says_nothing("value", span(&attr.value), why, "take it out");
                }
                self.attribute(attr);
            }
        }
        self.operations();
    }

    fn says_nothing(&mut self, key: &str, at: Option<Span>, why: &str, help: &str) {
        if let Some(at) = at {
            let message = format!("`{key}` says nothing here: {why}");
            self.add(Problem::new(Code::NoEffect, at, message).help(help));
        }
    }

    /// Each kind of definition has its own keys.
    fn definition(&mut self, item: &spec::Definition) {
        use DefinitionKind as K;
        let kind = item.kind.value;
        let entries = item.entries.first().map(spec::Entry::span);
        let members = item.members.first().map(|member| member.span);
        let rules = [
            ("value", span(&item.value), kind == K::Const),
            (
                "value-start",
                span(&item.value_start),
                matches!(kind, K::Enum | K::Flags),
            ),
            ("entries", entries, matches!(kind, K::Enum | K::Flags)),
            ("members", members, kind == K::Struct),
        ];
        for (key, at, fits) in rules {
            let why = format!("it is not for `{}`", kind.as_str());
            self.says_nothing(
                key,
                at.filter(|_| !fits),
                &why,
                "take it out, or change the type",
            );
        }
    }

    fn attribute(&mut self, attr: &Attribute) {
        use AttributeType as T;
        let Some(kind) = attr.kind.as_ref().map(|kind| kind.value) else {
            return;
        };
        let element = match (kind, &attr.sub_type) {
            (T::IndexedArray, Some(sub_type)) => sub_type.value,
            _ => kind,
        };
        if matches!(element, T::Binary | T::U8 | T::S8) {
            let why = format!("the type `{}` has no order of bytes", element.as_str());
            self.says_nothing("byte-order", span(&attr.byte_order), &why, "take it out");
        }
        if element == T::Binary {
            let why = "the type `binary` has no names for its values";
            self.says_nothing("enum", span(&attr.names), why, "take it out");
        }
        if kind == T::Binary && attr.structure.is_some() {
            let why = "the bytes are a struct";
            self.says_nothing("sub-type", span(&attr.sub_type), why, "take it out");
        }
        if matches!(element, T::Flag | T::Pad | T::Unused) {
            let why = format!("the type `{}` has no value", element.as_str());
            self.says_nothing("secret", span(&attr.secret), &why, "take it out");
        }
        if attr.names.is_none() {
            let why = "there is no `enum`";
            self.says_nothing(
                "enum-as-flags",
                span(&attr.enum_as_flags),
                why,
                "add `enum:`",
            );
        }
        let levels = attr.type_value.first().map(|word| word.span);
        if kind != T::NestTypeValue {
            let why = "it is for `nest-type-value`";
            self.says_nothing("type-value", levels, why, "take it out, or change the type");
        }
        if let Some(hint) = &attr.display_hint {
            self.hint(attr, element, hint);
        }
    }

    fn hint(&mut self, attr: &Attribute, element: AttributeType, hint: &At<DisplayHint>) {
        use AttributeType as T;
        use DisplayHint as H;
        let kind_is_binary = attr
            .kind
            .as_ref()
            .is_some_and(|kind| kind.value == T::Binary);
        let shown = [
            (
                attr.names.is_some() && element != T::Binary,
                "the names of `enum` are shown",
            ),
            (
                attr.structure.is_some(),
                "the members of the struct are shown",
            ),
            (
                element == T::Binary && kind_is_binary && attr.sub_type.is_some(),
                "the items of `sub-type` are shown",
            ),
        ];
        if let Some((_, why)) = shown.iter().find(|(otherwise, _)| *otherwise) {
            return self.says_nothing("display-hint", Some(hint.span), why, "take it out");
        }
        let checks = attr.checks.as_ref();
        let lengths = checks.is_some_and(|checks| {
            checks.exact_len.is_some() || checks.max_len.is_some() || checks.min_len.is_some()
        });
        if element == T::Binary && hint.value == H::Ipv4 && !lengths && attr.structure.is_none() {
            let message = "the hint `ipv4` is read as an address of either kind, by its length";
            let problem = Problem::new(Code::OldHint, hint.span, message);
            return self.add(problem.help(
                "write `ipv4-or-v6`, or add `checks: { exact-len: 4 }` where it is always IPv4",
            ));
        }
        let address = matches!(hint.value, H::Ipv4 | H::Ipv4OrV6);
        let order = attr.byte_order.as_ref().map(|order| order.value);
        if matches!(element, T::U32 | T::S32) && address {
            let why = "without a byte order this is a number, not an address";
            let at = Some(hint.span).filter(|_| order != Some(ByteOrder::Big));
            return self.says_nothing("display-hint", at, why, "add `byte-order: big-endian`");
        }
        let exact = checks.and_then(exact_len);
        let another = match (is_address_of_4_bytes(hint.value), hint.value) {
            (Some(true), _) => exact.is_some_and(|len| len != 4),
            (Some(false), _) => exact.is_some_and(|len| len != 16),
            (None, H::Ipv4OrV6) => exact.is_some_and(|len| ![4, 16].contains(&len)),
            _ => false,
        };
        if element == T::Binary && another {
            let why = "an address has another length";
            let help = "take it out, or change the length in `checks`";
            return self.says_nothing("display-hint", Some(hint.span), why, help);
        }
        let fits = match hint.value {
            H::Hex => element == T::Binary || is_integer(element),
            _ => element == T::Binary,
        };
        let why = format!("the type `{}` is not shown so", element.as_str());
        self.says_nothing(
            "display-hint",
            Some(hint.span).filter(|_| !fits),
            &why,
            "take it out",
        );
    }
}

fn span<T>(key: &Option<At<T>>) -> Option<Span> {
    key.as_ref().map(|key| key.span)
}

fn is_integer(kind: AttributeType) -> bool {
    crate::model::Int::named(kind.as_str()).is_some()
}

/// The only length of an attribute's bytes, when a number says it.
fn exact_len(checks: &Checks) -> Option<i128> {
    let number = |limit: &Option<At<Limit>>| match limit.as_ref()?.value {
        Limit::Number(number) => Some(number),
        Limit::Name(_) => None,
    };
    let (min, max) = (number(&checks.min_len), number(&checks.max_len));
    number(&checks.exact_len).or(min.filter(|_| min == max))
}

/// Whether an address of this kind has 4 bytes; otherwise it has 16. `None` for what can be either, or is no
/// address of IP.
const fn is_address_of_4_bytes(hint: DisplayHint) -> Option<bool> {
    match hint {
        DisplayHint::Ipv4 => Some(true),
        DisplayHint::Ipv6 => Some(false),
        _ => None,
    }
}
