//! Keys that say nothing where they stand, and hints that are written otherwise today.

use super::Suspicious;
use crate::diagnostic::{Code, Problem};
use crate::span::{At, Span};
use crate::spec::{
    self, Attribute, AttributeType, ByteOrder, DefinitionKind, DisplayHint, EnumModel,
};

impl Suspicious<'_> {
    pub(super) fn keys(&mut self) {
        let spec = self.spec;
        for item in &spec.definitions {
            self.definition(item);
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
        if element == T::Binary && attr.sub_type.is_none() {
            let why = "the type `binary` has no names for its values";
            self.says_nothing("enum", span(&attr.names), why, "take it out");
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

    fn operations(&mut self) {
        let spec = self.spec;
        let model = spec.operations.enum_model.as_ref();
        let directional = model.is_some_and(|model| model.value == EnumModel::Directional);
        for operation in &spec.operations.list {
            if operation.doit.is_none() && operation.dump.is_none() {
                continue;
            }
            if directional {
                let why = "in the directional model each message has a number";
                let help = "put it into `request` and `reply`";
                self.says_nothing("value", span(&operation.value), why, help);
            }
            let why = "only notifications and events are sent to a group";
            self.says_nothing("mcgrp", span(&operation.mcgrp), why, "take it out");
        }
    }
}

fn span<T>(key: &Option<At<T>>) -> Option<Span> {
    key.as_ref().map(|key| key.span)
}

fn is_integer(kind: AttributeType) -> bool {
    crate::model::Int::named(kind.as_str()).is_some()
}
