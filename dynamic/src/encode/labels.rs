//! Stacks of MPLS labels.

use nlgen::model::Checks;
use nlgen_runtime::Label;
use nlgen_runtime::wire::Encoder;
use serde_json::{Map, Value};

use super::{Done, Encoding};
use crate::{Problem, Unknown};

const WANTED: &str = "MPLS labels, as \"100/200\", or a list of entries";

impl Encoding<'_> {
    /// Labels with slashes between them, one as a number, or a list of numbers and of objects with the parts of an
    /// entry. The last one is the bottom of the stack unless it says something else.
    pub(super) fn labels(&self, checks: &Checks, value: &Value, out: &mut Encoder<'_>) -> Done {
        let start = out.len();
        match value {
            Value::String(text) if text.is_empty() => {}
            Value::String(text) => {
                let labels: Vec<&str> = text.split('/').collect();
                for (at, label) in labels.iter().enumerate() {
                    let label = label.parse().ok().filter(|label| *label <= Label::MAX);
                    let label = label.ok_or_else(|| Problem::wants(WANTED, value))?;
                    out.bytes(&plain(label, at + 1 == labels.len()).to_bytes());
                }
            }
            Value::Number(_) => out.bytes(&plain(number(value)?, true).to_bytes()),
            Value::Array(entries) => {
                let mut at = 0;
                self.each(entries, |entry| {
                    at += 1;
                    let label = entry_of(entry, at == entries.len())?;
                    out.bytes(&label.to_bytes());
                    Ok(())
                })?;
            }
            other => return Err(Problem::wants(WANTED, other)),
        }
        self.length(checks, out.len() - start)
    }
}

fn plain(label: u32, bottom: bool) -> Label {
    Label {
        label,
        bottom,
        ..Label::default()
    }
}

fn number(value: &Value) -> Result<u32, Problem> {
    let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
    let label = number.filter(|label| *label <= Label::MAX);
    label.ok_or_else(|| Problem::wants("a label from 0 to 1048575", value))
}

/// An entry of the stack: its label, or an object with its parts.
fn entry_of(value: &Value, last: bool) -> Result<Label, Problem> {
    let Value::Object(parts) = value else {
        return Ok(plain(number(value)?, last));
    };
    let known = ["label", "tc", "bottom", "ttl"];
    if let Some(name) = parts.keys().find(|name| !known.contains(&name.as_str())) {
        let unknown = Unknown::new("part", name, "a label".to_owned(), known);
        return Err(Problem::from(unknown).within(name));
    }
    let label = parts.get("label").unwrap_or(&Value::Null);
    Ok(Label {
        label: number(label).map_err(|problem| problem.within("label"))?,
        traffic_class: small(parts, "tc", 7)?,
        bottom: match parts.get("bottom") {
            None => last,
            Some(Value::Bool(bottom)) => *bottom,
            Some(other) => return Err(Problem::wants("true or false", other).within("bottom")),
        },
        ttl: small(parts, "ttl", 255)?,
    })
}

fn small(parts: &Map<String, Value>, name: &str, most: u8) -> Result<u8, Problem> {
    let Some(value) = parts.get(name) else {
        return Ok(0);
    };
    let number = value.as_u64().and_then(|number| u8::try_from(number).ok());
    let number = number.filter(|number| *number <= most);
    let wanted = format!("a number from 0 to {most}");
    number.ok_or_else(|| Problem::wants(&wanted, value).within(name))
}
