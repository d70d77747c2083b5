//! The kernel's refusals, told as a compiler tells its errors: what, where, why, and the request with the
//! attribute that is wrong marked.

use std::fmt::Write;

use nlgen::diagnostic::visible;
use nlgen::model::{Content, Set};
use nlgen_dynamic::{Body, DecodeOptions, Family, Mode, Operation, Piece};
use nlgen_runtime::{CommandHeader, Errno, Error, MessageHeader, Refusal};
use serde_json::Value;

use crate::failure::Failure;
use crate::output::{BAD, EDGE, HELP};
use crate::text::visible_json;

/// Bytes of an attribute's header (`NLA_HDRLEN`).
const HEADER: usize = 4;

/// Why the kernel did not do what was asked. Everything but a refusal is told as it is.
pub(crate) fn explained(
    error: Error,
    family: &Family,
    operation: &Operation<'_>,
    mode: Mode,
    body: &[u8],
    request: &Value,
) -> Failure {
    match (error, operation.request(mode)) {
        (Error::Kernel(refusal), Ok(asked)) => {
            let refused = Refused::new(&refusal, family, asked, body);
            Failure::Refused {
                story: refused.text(&refusal, request),
                errno: refusal.errno(),
            }
        }
        (error, _) => Failure::of_kernel(error, family),
    }
}

/// Where in a request the kernel's refusal points.
struct Refused<'f> {
    generic: bool,
    family: &'f Family,
    asked: Body<'f>,
    /// The way to the attribute that is wrong, outermost first.
    wrong: Vec<Piece>,
    /// The way to the attribute that is missing.
    missing: Option<String>,
}

impl<'f> Refused<'f> {
    fn new(refusal: &Refusal, family: &'f Family, asked: Body<'f>, body: &[u8]) -> Self {
        let mut new = Self {
            generic: family.is_generic(),
            family,
            asked,
            wrong: Vec::new(),
            missing: None,
        };
        let picture = asked.explain(body, DecodeOptions::default());
        let ack = refusal.ext_ack();
        if let Some(at) = ack.offset.and_then(|offset| new.inside(offset)) {
            new.wrong = way_to(picture.pieces(), at);
        }
        if let Some(number) = ack.missing_type {
            let nest = ack.missing_nest.and_then(|offset| new.inside(offset));
            let way = nest.map_or_else(Vec::new, |at| way_to(picture.pieces(), at));
            new.missing = Some(new.missing(number, &way));
        }
        new
    }

    /// A place in the message, from the beginning of the body.
    fn inside(&self, offset: u32) -> Option<usize> {
        let head = match self.generic {
            true => MessageHeader::LEN + CommandHeader::LEN,
            false => MessageHeader::LEN,
        };
        usize::try_from(offset).ok()?.checked_sub(head)
    }

    /// The name of an attribute that is missing in a nest, or at the top.
    fn missing(&self, number: u32, way: &[Piece]) -> String {
        let mut set = self.asked.set();
        let mut path = String::new();
        for piece in way {
            set = set.and_then(|set| self.nested(set, &piece.name));
            let _ = write!(path, "{}.", piece.name);
        }
        let known = set.and_then(|set| {
            let mut all = set.attributes.iter();
            all.find(|attribute| u32::from(attribute.number) == number)
        });
        match known {
            Some(attribute) => format!("{path}{}", attribute.name),
            None => format!("{path}attribute {number}"),
        }
    }

    /// The set inside an attribute.
    fn nested(&self, set: &'f Set, name: &str) -> Option<&'f Set> {
        let mut all = set.attributes.iter();
        let mut content = &all.find(|attribute| attribute.name == name)?.content;
        while let Content::Array(inner) = content {
            content = inner;
        }
        match content {
            Content::Nest(set) => Some(self.family.model().set(*set)),
            _ => None,
        }
    }

    fn text(&self, refusal: &Refusal, request: &Value) -> String {
        let (operation, errno, ack) = (refusal.operation(), refusal.errno(), refusal.ext_ack());
        let mut text = format!("{operation}: the kernel refuses: {errno}\n");
        if let Some(message) = &ack.message {
            let _ = writeln!(text, "  the kernel says: {}", visible(message));
        }
        let place: Vec<Key> = keys(request, &self.wrong);
        let note = match (&ack.policy, self.wrong.is_empty()) {
            (Some(policy), _) => format!("the kernel's policy: {policy}"),
            (None, false) => "this attribute".to_owned(),
            (None, true) => String::new(),
        };
        if let Some(last) = self.wrong.last() {
            let names: Vec<&str> = self.wrong.iter().map(|piece| &*piece.name).collect();
            let _ = writeln!(text, " {EDGE}-->{EDGE:#} {}", names.join("."));
            text.push_str(&marked(request, &place, &note));
            if place.is_empty() {
                let _ = writeln!(text, "  {}: {note}", last.name);
            }
        } else if !note.is_empty() {
            let _ = writeln!(text, "  {note}");
        }
        if let Some(missing) = &self.missing {
            let _ = writeln!(text, "  the request lacks: {missing}");
        }
        if let Some(help) = help(errno) {
            let _ = writeln!(text, "  {HELP}help{HELP:#}: {help}");
        }
        text.trim_end().to_owned()
    }
}

/// Which capability a refusal for lack of one is about. The kernel does not say; it is this one in nearly all
/// families.
pub(crate) const CAPABILITY: &str = "this needs the capability CAP_NET_ADMIN in the network namespace: run it \
     as root (CAP_SYS_ADMIN to enter a namespace)";

/// Whether an error number says that the caller lacks a capability.
pub(crate) fn is_forbidden(errno: Errno) -> bool {
    matches!(errno, Errno::EPERM | Errno::EACCES)
}

/// What to do about an error number.
pub(crate) fn help(errno: Errno) -> Option<&'static str> {
    match errno {
        _ if is_forbidden(errno) => Some(CAPABILITY),
        Errno::EOPNOTSUPP => Some(
            "the running kernel or this device does not have it; nlgen list shows the operations \
             that the kernel has",
        ),
        _ => None,
    }
}

/// The attributes that lead to the one whose header is at `at`, itself last.
fn way_to(pieces: &[Piece], at: usize) -> Vec<Piece> {
    for piece in pieces {
        if piece.offset == at && piece.len == HEADER && !piece.name.is_empty() {
            return vec![piece.clone()];
        }
        let mut way = way_to(&piece.children, at);
        if !way.is_empty() {
            way.insert(0, piece.clone());
            // Which of several it is tells its place among them.
            return way;
        }
    }
    Vec::new()
}

/// A step into JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    Name(String),
    Index(usize),
}

/// The way through JSON that leads to the piece that `way` leads to, as far as there is one.
fn keys(value: &Value, way: &[Piece]) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut at = value;
    for (depth, piece) in way.iter().enumerate() {
        if let Some(inner) = at.get(&piece.name) {
            keys.push(Key::Name(piece.name.clone()));
            at = inner;
        }
        let entry = match at {
            // Of a list whose only entry leads on, there is no doubt.
            Value::Array(items) if items.len() == 1 && depth + 1 < way.len() => items.first(),
            _ => None,
        };
        if let Some(entry) = entry {
            keys.push(Key::Index(0));
            at = entry;
        }
    }
    keys
}

/// The request with a mark under the line that begins what `place` leads to.
fn marked(request: &Value, place: &[Key], note: &str) -> String {
    let mut lines = Vec::new();
    write(request, &mut Vec::new(), "", "", &mut lines);
    let digits = lines.len().to_string().len();
    let mut text = format!(" {EDGE}{:digits$} |{EDGE:#}\n", "");
    for (number, (path, line)) in lines.iter().enumerate() {
        let number = number + 1;
        let _ = writeln!(text, " {EDGE}{number:digits$} |{EDGE:#} {line}");
        if path.as_deref() == Some(place) && !place.is_empty() {
            let indent = line.len() - line.trim_start().len();
            let len = line.trim().trim_end_matches(',').chars().count();
            let _ = writeln!(
                text,
                " {EDGE}{:digits$} |{EDGE:#} {:indent$}{BAD}{} {note}{BAD:#}",
                "",
                "",
                "^".repeat(len)
            );
        }
    }
    text
}

type Line = (Option<Vec<Key>>, String);

/// Writes JSON for people, and what each line begins.
fn write(value: &Value, path: &mut Vec<Key>, before: &str, after: &str, lines: &mut Vec<Line>) {
    let indent = "  ".repeat(path.len());
    let entries: Vec<(Key, String, &Value)> = match value {
        Value::Object(map) => map
            .iter()
            .map(|(name, value)| {
                let label = Value::from(name.as_str()).to_string();
                let label = format!("{}: ", visible_json(&label));
                (Key::Name(name.clone()), label, value)
            })
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(at, value)| (Key::Index(at), String::new(), value))
            .collect(),
        _ => Vec::new(),
    };
    if entries.is_empty() {
        let value = value.to_string();
        let line = format!("{indent}{before}{}{after}", visible_json(&value));
        return lines.push((Some(path.clone()), line));
    }
    let (open, close) = if value.is_object() {
        ('{', '}')
    } else {
        ('[', ']')
    };
    lines.push((Some(path.clone()), format!("{indent}{before}{open}")));
    let last = entries.len() - 1;
    for (at, (key, label, inner)) in entries.into_iter().enumerate() {
        path.push(key);
        write(
            inner,
            path,
            &label,
            if at == last { "" } else { "," },
            lines,
        );
        path.pop();
    }
    lines.push((None, format!("{indent}{close}{after}")));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::plain;
    use serde_json::json;

    #[test]
    fn the_attribute_is_marked() {
        let request = json!({ "header": { "dev-index": 7, "flags": ["stats"] }, "tx": true });
        let place = [Key::Name("header".into()), Key::Name("dev-index".into())];
        let text = marked(&request, &place, "no such device");
        let text = plain(&text);
        assert_eq!(
            text,
            "   |
 1 | {
 2 |   \"header\": {
 3 |     \"dev-index\": 7,
   |     ^^^^^^^^^^^^^^ no such device
 4 |     \"flags\": [
 5 |       \"stats\"
 6 |     ]
 7 |   },
 8 |   \"tx\": true
 9 | }
"
        );
    }
}
