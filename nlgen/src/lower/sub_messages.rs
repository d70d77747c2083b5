//! Sub-messages: payloads whose format another attribute selects.

use std::collections::HashMap;

use super::Lower;
use super::content::span;
use crate::diagnostic::{Code, Problem};
use crate::model::name::{Scope, camel};
use crate::model::{Checks, Content, Format, SubMessage};
use crate::span::{At, Span};
use crate::spec;

impl Lower<'_> {
    pub(super) fn sub_messages(&mut self) -> Vec<SubMessage> {
        self.selectors();
        let spec = self.spec;
        spec.sub_messages
            .iter()
            .map(|item| self.sub_message(item))
            .collect()
    }

    fn sub_message(&mut self, item: &spec::SubMessage) -> SubMessage {
        let mut variants = Scope::with(&["Unknown"]);
        let mut seen: HashMap<&str, Span> = HashMap::new();
        let mut formats = Vec::new();
        for format in &item.formats {
            let Some(name) = format.name.as_ref().or(format.value.as_ref()) else {
                let message =
                    "a format needs the key `value`, or `name` for all values that no other has";
                let problem = Problem::new(Code::MissingKey, format.span, message);
                self.add(problem.help("add `value:`, what the selector says"));
                continue;
            };
            let (value, span) = match &format.value {
                Some(value) => (value.as_str(), value.span),
                None => ("", name.span),
            };
            if let Some(first) = seen.insert(value, span) {
                let message = match value {
                    "" => "there are two formats without a `value`".to_owned(),
                    value => format!("there are two formats for `{value}`"),
                };
                let problem = Problem::new(Code::Duplicate, span, message);
                self.add(problem.related(first, "first here"));
                continue;
            }
            let header = format.fixed_header.as_ref();
            let set = format.attribute_set.as_ref();
            let (content, checks) = self.format_value(format, name);
            formats.push(Format {
                value: format.value.as_ref().unwrap_or(name).value.clone(),
                others: format.value.is_none(),
                content,
                checks,
                variant: variants.take(camel(name), "_"),
                header: header.and_then(|name| self.find_header(name)),
                set: set.and_then(|name| self.find_set(name)),
                message: None,
            });
        }
        SubMessage {
            name: item.name.value.clone(),
            ident: String::new(),
            formats,
        }
    }

    /// Reports each of the keys that is written.
    fn refuse_keys(&mut self, keys: &[(&str, Option<Span>)], what: &str, help: &str) {
        for (key, span) in keys {
            let Some(span) = span else { continue };
            let message = format!("{what} has no `{key}`");
            let problem = Problem::new(Code::WrongKey, *span, message);
            self.add(problem.help(help));
        }
    }

    /// The one value that a format is, if it is one.
    fn format_value(
        &mut self,
        format: &spec::Format,
        name: &At<String>,
    ) -> (Option<Content>, Checks) {
        let checks = self.checks(format.checks.as_ref());
        let Some(kind) = &format.kind else {
            let keys = [
                ("struct", span(&format.structure)),
                ("display-hint", span(&format.display_hint)),
                ("byte-order", span(&format.byte_order)),
                ("enum", span(&format.names)),
                ("enum-as-flags", span(&format.enum_as_flags)),
                ("checks", format.checks.as_ref().map(|checks| checks.span)),
            ];
            let help = "add `type:`, or take it out";
            self.refuse_keys(&keys, "a format without `type`", help);
            return (None, checks);
        };
        let others = [
            ("fixed-header", span(&format.fixed_header)),
            ("attribute-set", span(&format.attribute_set)),
        ];
        let help = "take it out, or take out `type:`";
        self.refuse_keys(&others, "a format that is a value", help);
        let value = spec::Attribute::of_value(name, format);
        let content = self.content(&value, &checks);
        let is_value = !matches!(
            content,
            Some(
                Content::Nest(_)
                    | Content::Array(_)
                    | Content::Keyed { .. }
                    | Content::Rows { .. }
                    | Content::SubMessage { .. }
                    | Content::Flag
                    | Content::Pad
                    | Content::Unused
            )
        );
        if !is_value {
            let message = format!("a format is no `{}`", kind.value.as_str());
            let problem = Problem::new(Code::WrongValue, kind.span, message);
            self.add(
                problem.help("attributes are an `attribute-set`, nothing is a format without keys"),
            );
            return (None, checks);
        }
        if let (Some(written), Some(content)) = (&format.checks, &content) {
            self.check_checks(written, &checks, content);
        }
        (content, checks)
    }

    /// The content of an attribute of the type `sub-message`.
    pub(super) fn selected(&mut self, attr: &spec::Attribute) -> Option<Content> {
        let (Some(name), Some(selector)) = (&attr.sub_message, &attr.selector) else {
            for (key, there, what) in [
                ("sub-message", attr.sub_message.is_some(), "the formats"),
                (
                    "selector",
                    attr.selector.is_some(),
                    "the attribute that selects one",
                ),
            ] {
                if !there {
                    self.missing(attr, key, what);
                }
            }
            return None;
        };
        Some(Content::SubMessage {
            id: self.find_sub_message(name)?,
            selector: selector.value.clone(),
        })
    }
}
