//! The kernel's refusals, told as a compiler tells its errors: what, where, why, and the request with the
//! attribute that is wrong marked.

use std::borrow::Cow;
use std::fmt::Write;

use nlgen::diagnostic::visible;
use nlgen_dynamic::{
    Body, DecodeOptions, EncodeOptions, Family, Mode, Operation, Piece, Step, path,
};
use nlgen_runtime::wire::CommandHeader;
use nlgen_runtime::{Errno, Error, MessageHeader, Permission, Refusal};
use serde_json::Value;

use crate::failure::Failure;
use crate::output::{BAD, EDGE, HELP};
use crate::text::visible_json;

/// The protocol of netfilter (`NETLINK_NETFILTER`).
const NETFILTER: u16 = 12;

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
    secrets: bool,
) -> Failure {
    match (error, operation.request(mode)) {
        (Error::Kernel(refusal), Ok(asked)) => {
            let refused = Refused::new(&refusal, asked, body, request, secrets);
            let (operation, errno) = (refusal.operation(), refusal.errno());
            let mut text = refused.text(&refusal);
            if refusal.operation().family().protocol() == NETFILTER && errno == Errno::EINVAL {
                let help = "netfilter takes most changes in a batch: nlgen batch FILE";
                let _ = write!(text, "\n  {HELP}help{HELP:#}: {help}");
            }
            let text = text.trim_start_matches('\n');
            let story = format!("{operation}: the kernel refuses: {errno}\n{text}");
            Failure::Refused {
                story: story.trim_end().to_owned(),
                errno,
            }
        }
        (error, _) => Failure::of_kernel(error, family),
    }
}

/// Where in a request the kernel's refusal points.
pub(crate) struct Refused {
    /// The attribute that is wrong.
    wrong: Option<Wrong>,
    /// The attribute that is missing.
    missing: Option<String>,
    /// The request, as it may be shown.
    shown: Value,
}

/// An attribute that the kernel refuses.
struct Wrong {
    /// Its path by the bytes.
    path: String,
    /// The place in the JSON that it came from, or that an attribute around it came from.
    place: Vec<Step>,
}

impl Refused {
    /// `body` is what was sent for the JSON `request`, behind the headers. With `secrets` they are shown.
    pub(crate) fn new(
        refusal: &Refusal,
        asked: Body<'_>,
        body: &[u8],
        request: &Value,
        secrets: bool,
    ) -> Self {
        let ack = refusal.ext_ack();
        let head = match refusal.operation().family().is_generic() {
            true => MessageHeader::LEN + CommandHeader::LEN,
            false => MessageHeader::LEN,
        };
        let inside = |offset: u32| usize::try_from(offset).ok()?.checked_sub(head);
        let find = |at: usize| Wrong::find(asked, body, request, at);
        let wrong = ack.offset.and_then(inside).and_then(find);
        let missing = ack.missing_type.map(|number| {
            let nest = ack.missing_nest.and_then(inside);
            let around = nest.and_then(find).map(|nest| format!("{}.", nest.path));
            let name = match asked.attribute_inside(body, nest, number) {
                Some(name) => name.to_owned(),
                None => format!("attribute {number}"),
            };
            format!("{}{name}", around.unwrap_or_default())
        });
        let shown = match secrets {
            true => request.clone(),
            false => asked.without_secrets(request),
        };
        Self {
            wrong,
            missing,
            shown,
        }
    }

    /// What is wrong and where, line by line, with the request.
    pub(crate) fn text(&self, refusal: &Refusal) -> String {
        let (errno, ack) = (refusal.errno(), refusal.ext_ack());
        let mut text = String::new();
        if let Some(message) = &ack.message {
            let _ = writeln!(text, "  the kernel says: {}", visible(message));
        }
        let note = match (&ack.policy, &self.wrong) {
            (Some(policy), _) => format!("the kernel's policy: {policy}"),
            (None, Some(wrong)) => match wrong.place.last() {
                Some(Step::Index(_)) => "this entry".to_owned(),
                _ => "this attribute".to_owned(),
            },
            (None, None) => String::new(),
        };
        if let Some(wrong) = &self.wrong {
            let _ = writeln!(text, " {EDGE}-->{EDGE:#} {}", wrong.path);
            text.push_str(&marked(&self.shown, &wrong.place, &note));
            if wrong.place.is_empty() {
                let _ = writeln!(text, "  {}: {note}", wrong.path);
            }
        } else if !note.is_empty() {
            let _ = writeln!(text, "  {note}");
        }
        if let Some(missing) = &self.missing {
            let _ = writeln!(text, "  the request lacks: {missing}");
        }
        let help = match is_forbidden(errno) {
            true => Some(capability(refusal.operation().permission())),
            false => help(errno).map(Cow::Borrowed),
        };
        if let Some(help) = help {
            let _ = writeln!(text, "  {HELP}help{HELP:#}: {help}");
        }
        text.trim_end().to_owned()
    }
}

impl Wrong {
    /// The attribute whose header is at `at`, or the member of the fixed header that is there.
    fn find(asked: Body<'_>, body: &[u8], request: &Value, at: usize) -> Option<Self> {
        let force = EncodeOptions { force: true };
        let place = |at| asked.place(request, force, at);
        if let Some(place) = place(at) {
            let path = path(&place);
            return Some(Self { path, place });
        }
        // Inside of what the request has as bytes, the spec has names.
        let picture = asked.explain(body, DecodeOptions::default());
        let way = way_to(picture.pieces(), at);
        let mut around = way.iter().rev();
        let names: Vec<&str> = way.iter().map(|piece| &*piece.name).collect();
        (!way.is_empty()).then(|| Self {
            path: names.join("."),
            place: around
                .find_map(|piece| place(piece.offset))
                .unwrap_or_default(),
        })
    }
}

/// What a refusal for lack of a capability means, by what the spec says that the operation needs.
fn capability(permission: Permission) -> Cow<'static, str> {
    let advice = match permission {
        Permission::Admin => {
            "run it as root, and not in a container with a user namespace of its own"
        }
        Permission::NamespaceAdmin => "run it as root (CAP_SYS_ADMIN to enter a namespace)",
        _ => return Cow::Borrowed(CAPABILITY),
    };
    Cow::Owned(format!("this needs {permission}: {advice}"))
}

/// Which capability a refusal for lack of one is about, where the spec does not say it. It is this one in nearly all
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

/// Lines of a request that are shown around the mark, where the request is long.
const AROUND: usize = 4;

/// Lines of a request that is shown whole.
const WHOLE: usize = 40;

/// The request with a mark under the line that begins what `place` leads to. Of a long request, the lines around
/// it and those that lead there.
fn marked(request: &Value, place: &[Step], note: &str) -> String {
    let mut lines = Vec::new();
    write(request, &mut Vec::new(), "", "", &mut lines);
    let is_marked = |(path, _): &Line| path.as_deref() == Some(place) && !place.is_empty();
    let mark = lines.iter().position(is_marked).unwrap_or_default();
    let near = mark.saturating_sub(AROUND)..mark.saturating_add(AROUND + 1);
    let shown = |at: usize, (path, _): &Line| {
        let leads = path.as_deref().is_some_and(|path| place.starts_with(path));
        lines.len() <= WHOLE || leads || near.contains(&at)
    };
    let digits = lines.len().to_string().len();
    let mut text = format!(" {EDGE}{:digits$} |{EDGE:#}\n", "");
    let mut left_out = false;
    for (at, line) in lines.iter().enumerate() {
        if !shown(at, line) {
            left_out = true;
            continue;
        }
        if std::mem::take(&mut left_out) {
            let _ = writeln!(text, " {EDGE}{:digits$} …{EDGE:#}", "");
        }
        let number = at + 1;
        let _ = writeln!(text, " {EDGE}{number:digits$} |{EDGE:#} {}", line.1);
        if is_marked(line) {
            let indent = line.1.len() - line.1.trim_start().len();
            let len = line.1.trim().trim_end_matches(',').chars().count();
            let _ = writeln!(
                text,
                " {EDGE}{:digits$} |{EDGE:#} {:indent$}{BAD}{} {note}{BAD:#}",
                "",
                "",
                "^".repeat(len)
            );
        }
    }
    if left_out {
        let _ = writeln!(text, " {EDGE}{:digits$} …{EDGE:#}", "");
    }
    text
}

type Line = (Option<Vec<Step>>, String);

/// Writes JSON for people, and what each line begins.
fn write(value: &Value, path: &mut Vec<Step>, before: &str, after: &str, lines: &mut Vec<Line>) {
    let indent = "  ".repeat(path.len());
    let entries: Vec<(Step, String, &Value)> = match value {
        Value::Object(map) => map
            .iter()
            .map(|(name, value)| {
                let label = Value::from(name.as_str()).to_string();
                let label = format!("{}: ", visible_json(&label));
                (Step::Name(name.clone()), label, value)
            })
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(at, value)| (Step::Index(at), String::new(), value))
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
        let place = [Step::Name("header".into()), Step::Name("dev-index".into())];
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
