//! A message as JSON, and what is wrong with it: it is printed as far as it could be read, with a mark.

use nlgen_dynamic::{DecodeOptions, Family, Known, Malformed, Mode, Operation, Role};
use serde_json::{Map, Value, json};

use crate::output::{BAD, report};

/// How messages are read.
#[derive(clap::Args)]
pub(crate) struct Reading {
    /// Show keys and other secrets
    #[arg(long)]
    pub(crate) secrets: bool,
    /// Show the indices of all indexed arrays: [{ "1": 7 }], not [7]
    #[arg(long)]
    indices: bool,
}

impl Reading {
    /// Bytes of a family of which nothing can be read: in hexadecimal, unless the family has secrets that are not to
    /// be shown.
    pub(crate) fn bytes(&self, family: &Family, bytes: &[u8]) -> Value {
        match family.has_secrets() && !self.secrets {
            true => Value::from("<secret>"),
            false => Value::from(
                bytes
                    .iter()
                    .map(|byte| format!("{byte:02x}"))
                    .collect::<String>(),
            ),
        }
    }

    pub(crate) fn options(&self) -> DecodeOptions {
        DecodeOptions {
            secrets: self.secrets,
            indices: self.indices,
        }
    }
}

/// What a message says, and in what it is not as the spec says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Printed {
    value: Value,
    problems: Vec<String>,
}

/// The key of bytes that could not be read.
pub(crate) const MALFORMED: &str = "<malformed>";

/// The key that an object has beside its attributes when something is wrong with it. No attribute is called so.
const PROBLEMS: &str = "<problems>";

impl Printed {
    /// A message of which nothing can be read but its bytes.
    pub(crate) fn unreadable(bytes: Value, problem: String) -> Self {
        Self {
            value: Value::Object(Map::from_iter([(MALFORMED.to_owned(), bytes)])),
            problems: vec![problem],
        }
    }

    /// The message, with one more thing that is wrong.
    pub(crate) fn but(mut self, problem: String) -> Self {
        self.problems.insert(0, problem);
        self
    }

    /// The message as one of several kinds, in the shape of an event.
    pub(crate) fn named(self, name: &str) -> Self {
        Self {
            value: json!({ "name": name, "msg": self.value }),
            ..self
        }
    }

    pub(crate) fn is_good(&self) -> bool {
        self.problems.is_empty()
    }

    /// What is wrong, each with its place.
    pub(crate) fn problems(&self) -> &[String] {
        &self.problems
    }

    /// What could be read.
    pub(crate) fn value(&self) -> &Value {
        &self.value
    }

    /// What could be read, with what is wrong under `<problems>`.
    pub(crate) fn marked(&self) -> Value {
        let mut value = self.value.clone();
        if let (false, Value::Object(members)) = (self.is_good(), &mut value) {
            members.insert(PROBLEMS.to_owned(), self.problems.clone().into());
        }
        value
    }

    /// Reports on standard error what is wrong with a message: `which` says of what, if there are several.
    pub(crate) fn report(&self, which: Option<&str>) {
        let which = which.map_or_else(String::new, |which| format!("{which} is "));
        for problem in &self.problems {
            report!("{BAD}nlgen{BAD:#}: {which}not as the spec says: {problem}");
        }
    }
}

impl From<Result<Value, Malformed>> for Printed {
    fn from(read: Result<Value, Malformed>) -> Self {
        match read {
            Ok(value) => Self {
                value,
                problems: Vec::new(),
            },
            Err(malformed) => Self {
                problems: malformed.problems.iter().map(ToString::to_string).collect(),
                value: malformed.partial,
            },
        }
    }
}

/// What is wrong with a message that answers an operation and has a command that its replies do not have; `None`
/// if it has theirs.
pub(crate) fn another(
    known: &Known<'_>,
    command: u16,
    operation: &Operation<'_>,
    mode: Mode,
) -> Option<String> {
    if known.role == Role::Reply(mode) && known.name == Some(operation.name()) {
        return None;
    }
    let asked = operation.name();
    let came = match (known.name, known.role) {
        (Some(name), Role::Notification) => {
            format!("the notification `{name}` (command {command})")
        }
        (Some(name), _) => format!("the reply to `{name}` (command {command})"),
        (None, _) => {
            format!("command {command}, with which the spec has no reply and no notification,")
        }
    };
    let reply = operation
        .mode(mode)
        .ok()
        .and_then(|parts| parts.reply_command);
    let expected = match reply {
        Some(reply) => format!("whose reply has command {reply} in the spec"),
        None => "which has no reply in the spec".to_owned(),
    };
    Some(format!(
        "{came} came as the answer to `{asked}`, {expected}"
    ))
}
