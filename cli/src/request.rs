//! The JSON of a request, from an argument or standard input.

use std::path::Path;

use nlgen_dynamic::Family;
use nlgen_runtime::flags;
use serde_json::Value;

use crate::failure::Failure;
use crate::json::Strict;
use crate::{complete, input};

/// The flags of a request that makes or changes an object.
#[derive(clap::Args)]
pub(crate) struct Flags {
    /// Create the object if it does not exist (NLM_F_CREATE)
    #[arg(long)]
    create: bool,
    /// Replace the object if it exists (NLM_F_REPLACE)
    #[arg(long)]
    replace: bool,
    /// Fail if the object exists (NLM_F_EXCL)
    #[arg(long)]
    excl: bool,
    /// Add to the end of a list (NLM_F_APPEND)
    #[arg(long)]
    append: bool,
    /// Have the kernel send what it made (NLM_F_ECHO)
    #[arg(long)]
    echo: bool,
}

impl Flags {
    /// As they stand in the header.
    pub(crate) fn bits(&self) -> u16 {
        let given = [
            (self.create, flags::CREATE),
            (self.replace, flags::REPLACE),
            (self.excl, flags::EXCL),
            (self.append, flags::APPEND),
            (self.echo, flags::ECHO),
        ];
        let given = given.iter().filter(|(given, _)| *given);
        given.fold(0, |all, (_, flag)| all | flag)
    }
}

/// Which operation is meant, and what its request holds.
#[derive(clap::Args)]
pub(crate) struct Target {
    /// The name of a family, or a YAML file
    #[arg(add = complete::families())]
    pub(crate) family: String,
    /// The operation
    #[arg(add = complete::operations())]
    pub(crate) operation: String,
    /// The request; - reads it from standard input
    #[arg(value_name = "JSON")]
    request: Option<String>,
}

impl Target {
    /// The request's JSON. What is wrong with it is shown where the family has no secrets, or with `secrets`.
    pub(crate) fn value(&self, family: &Family, secrets: bool) -> Result<Value, Failure> {
        read(self.request.as_deref(), secrets || !family.has_secrets())
    }
}

/// The request that an argument holds: JSON, `-` for standard input, an empty object without one.
/// With `quotes` an error may have a line of it.
fn read(argument: Option<&str>, quotes: bool) -> Result<Value, Failure> {
    match argument {
        None => Ok(Value::Object(serde_json::Map::new())),
        Some("-") => {
            let bytes = input::text(Path::new("-"))?;
            let text = String::from_utf8(bytes);
            let text = text.map_err(|_| Failure::usage("the request is not UTF-8"))?;
            parse(&text, quotes)
        }
        Some(text) => parse(text, quotes),
    }
}

fn parse(text: &str, quotes: bool) -> Result<Value, Failure> {
    let read = serde_json::from_str::<Strict>(text).map(|Strict(value)| value);
    read.map_err(|error| {
        let message = error.to_string();
        let what = message
            .rsplit_once(" at line")
            .map_or(&*message, |(what, _)| what);
        let wrong = match error.is_data() {
            true => "cannot be read",
            false => "is not JSON",
        };
        if !quotes {
            let (line, column) = (error.line(), error.column());
            return Failure::Usage {
                message: format!(
                    "the request cannot be read: {what} at line {line}, column {column}"
                ),
                help: Some(
                    "the line is not shown, since the family has secrets; --secrets shows it"
                        .to_owned(),
                ),
            };
        }
        let line = text
            .lines()
            .nth(error.line().saturating_sub(1))
            .unwrap_or("");
        let before = error.column().saturating_sub(1);
        let (line, before) = around(line, before);
        Failure::Usage {
            message: format!("the request {wrong}: {what}\n  {line}\n  {:before$}^", ""),
            help: Some("write it as '{ \"ifindex\": 1 }', within quotes of the shell".to_owned()),
        }
    })
}

/// The part of a line that has the byte `at`, and how many characters come before it.
fn around(line: &str, at: usize) -> (String, usize) {
    const BEFORE: usize = 60;
    const SHOWN: usize = 76;
    let place = line.char_indices().filter(|(byte, _)| *byte < at).count();
    let start = place.saturating_sub(BEFORE);
    let shown = line.chars().skip(start).take(SHOWN).collect();
    (shown, place - start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_json_is_shown() {
        let long = format!("{{\"a\": {}x}}", " ".repeat(200));
        for (text, shown) in [
            (
                "{\"a\": }",
                "not JSON: expected value\n  {\"a\": }\n        ^",
            ),
            ("{\"ä\": x}", "expected value\n  {\"ä\": x}\n        ^"),
            ("", "EOF while parsing a value\n  \n  ^"),
            (&long, "^"),
            (
                "{\"ifindex\": 1, \"ifindex\": 2}",
                "the key \"ifindex\" is there twice\n  {\"ifindex\": 1, \"ifindex\": 2}",
            ),
        ] {
            let error = parse(text, true).unwrap_err().to_string();
            let error = crate::text::plain(&error);
            assert!(error.contains(shown), "{error}");
        }
        assert_eq!(read(None, true).unwrap(), serde_json::json!({}));
        let error = parse("{\"key\": CANARY}", false).unwrap_err().to_string();
        assert!(
            error.contains("expected value at line 1, column 9"),
            "{error}"
        );
        assert!(!error.contains("CANARY"), "{error}");
    }
}
