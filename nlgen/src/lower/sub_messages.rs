//! Sub-messages: payloads whose format another attribute selects.

use std::collections::HashMap;

use super::Lower;
use crate::diagnostic::{Code, Problem};
use crate::model::name::{Scope, camel};
use crate::model::{Content, Format, SubMessage};
use crate::span::Span;
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
            if let Some(first) = seen.insert(format.value.as_str(), format.value.span) {
                let message = format!("there are two formats for `{}`", format.value.value);
                let problem = Problem::new(Code::Duplicate, format.value.span, message);
                self.add(problem.related(first, "first here"));
                continue;
            }
            let header = format.fixed_header.as_ref();
            let set = format.attribute_set.as_ref();
            formats.push(Format {
                value: format.value.value.clone(),
                variant: variants.take(camel(format.name.as_ref().unwrap_or(&format.value)), "_"),
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
