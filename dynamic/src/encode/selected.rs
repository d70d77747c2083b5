//! Sub-messages: the format is what another attribute of the JSON says.

use nlgen::model::{Content, Format, Meaning, SubMessageId};
use nlgen_runtime::wire::{Encoder, NESTED, align};
use serde_json::Value;

use super::header::HeaderKeys;
use super::{Done, Encoding, Scope};
use crate::decode::scope::selecting_member;
use crate::integer::read_entry;
use crate::{Problem, text};

impl Encoding<'_> {
    /// A sub-message: an object in the format that the selector names, or bytes in hexadecimal.
    pub(super) fn selected(
        &self,
        scope: &Scope<'_>,
        number: u16,
        id: SubMessageId,
        selector: &str,
        value: &Value,
        out: &mut Encoder<'_>,
    ) -> Done {
        let name = self.selector(scope, selector);
        let format = name.as_ref().and_then(|name| self.format(id, name));
        if let Some(format) = format
            && let Some(content) = &format.content
        {
            return self.put(number, out, |out| {
                self.payload(scope, content, &format.checks, value, out)
            });
        }
        if let Value::String(_) = value {
            let nest = format.is_none_or(|format| format.set.is_some());
            let nest = if nest { NESTED } else { 0 };
            return self.put(number | nest, out, |out| self.raw(value, out));
        }
        let sub_message = self.family.sub_message(id);
        let formats = || {
            sub_message
                .formats
                .iter()
                .map(|format| format.value.as_str())
        };
        let Some(name) = name else {
            let message = format!("`{selector}` selects the format, and is not there");
            return Err(Problem::of_spec(message));
        };
        let Some(format) = format else {
            let message = format!("`{selector}` is `{name}`, and there is no such format");
            let discreet = format!("there is no format that `{selector}` selects");
            let problem = Problem::new(message).discreetly(discreet);
            if self.hides(scope, selector) {
                return Err(problem.of_secret());
            }
            return Err(match nlgen::diagnostic::suggestion(&name, formats()) {
                Some(help) => problem.help(help),
                None => problem.help("what the spec does not know is given in hexadecimal"),
            });
        };
        let Value::Object(values) = value else {
            return Err(Problem::wants("an object", value));
        };
        let set = format.set.map(|set| self.family.set(set));
        let header = format
            .header
            .map(|header| HeaderKeys::new(self.family.structure(header), set, values));
        let head = match &header {
            Some(header) => self.header(header)?,
            None => Vec::new(),
        };
        let inner = Scope {
            set,
            header: header.as_ref().map(|keys| (keys.structure, &*head)),
            values,
            outer: Some(scope),
            depth: scope.depth.saturating_add(1),
        };
        let nest = if set.is_some() { NESTED } else { 0 };
        self.put(number | nest, out, |out| {
            out.bytes(&head);
            if set.is_some() {
                out.zeros(align(head.len()) - head.len());
            }
            self.level(&inner, header.as_ref(), out, |_| Ok(()))
        })
    }

    fn format(&self, id: SubMessageId, name: &str) -> Option<&Format> {
        self.family.sub_message(id).format(name)
    }

    /// The value of a selector: in the innermost level whose set has the attribute, or whose header the member.
    fn selector(&self, scope: &Scope<'_>, name: &str) -> Option<String> {
        let mut scope = Some(scope);
        while let Some(level) = scope {
            let mut attributes = level.set.into_iter().flat_map(|set| &set.attributes);
            if let Some(attr) = attributes.find(|attr| attr.name == name) {
                return self.selecting(&attr.content, level.values.get(name)?);
            }
            if let Some((header, bytes)) = level.header
                && header.members.iter().any(|member| member.name == name)
            {
                return selecting_member(self.family, header, name, bytes);
            }
            scope = level.outer;
        }
        None
    }

    /// Whether the selector's own value is secret.
    fn hides(&self, scope: &Scope<'_>, name: &str) -> bool {
        let mut scope = Some(scope);
        while let Some(level) = scope {
            let mut attributes = level.set.into_iter().flat_map(|set| &set.attributes);
            if let Some(attr) = attributes.find(|attr| attr.name == name) {
                return attr.secret;
            }
            scope = level.outer;
        }
        false
    }

    /// What a selector's value is called: text, or the name of an enum's entry.
    fn selecting(&self, content: &Content, value: &Value) -> Option<String> {
        let Content::Int(int, Meaning::Enum(id)) = content else {
            return match value {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            };
        };
        let names = self.family.enumeration(*id);
        let number = match value {
            Value::String(name) if names.entries.iter().any(|entry| entry.name == *name) => {
                return Some(name.clone());
            }
            Value::String(digits) => text::integer(digits)?,
            number => i128::from(number.as_i64()?),
        };
        read_entry(names, int.repr(), number).map(|entry| entry.name.clone())
    }
}
