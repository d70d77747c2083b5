//! What is wrong with JSON or with bytes, and where.

use std::fmt;

use nlgen::diagnostic::suggestion;
use serde_json::Value;

/// What is wrong with a value, and the place of it.
///
/// It prints as `peers[3].endpoint: what is wrong; what to do`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Innermost first: a problem learns its place from the inside.
    steps: Vec<Step>,
    message: String,
    /// The message without anything of the value, for attributes that are secret. Without it nothing is known to
    /// be fit to be shown.
    discreet: Option<String>,
    help: Option<String>,
}

/// One step of the way to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A key of an object: an attribute or a member of a struct.
    Name(String),
    /// A place in a list, from 0.
    Index(usize),
}

/// A name that nothing in the spec has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// What was looked for: `operation`, `attribute` …
    pub what: &'static str,
    /// The name; `…` in place of a text that is no name, which may be a request with what is secret in it.
    pub name: String,
    /// In what it was looked for.
    pub within: String,
    /// The name that may be meant, or all there are when they are few.
    pub help: Option<String>,
}

impl Problem {
    /// A problem whose message may have something of the value in it: of a secret it is not said.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            steps: Vec::new(),
            message: message.into(),
            discreet: None,
            help: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// A value of a wrong kind.
    pub(crate) fn wants(wanted: &str, got: &Value) -> Self {
        let message = format!("{wanted} is wanted here, not {}", kind_of(got));
        let type_of = match got {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        Self::new(message).discreetly(format!("{wanted} is wanted here, not {type_of}"))
    }

    /// A problem whose message has nothing of the value: of a secret it may be said, too.
    pub(crate) fn of_spec(message: impl Into<String>) -> Self {
        let message = message.into();
        Self::new(message.clone()).discreetly(message)
    }

    /// What to say instead when the value is secret: the message has it.
    pub(crate) fn discreetly(mut self, message: impl Into<String>) -> Self {
        self.discreet = Some(message.into());
        self
    }

    /// Whether it is about a value as a whole, or an entry of it, and not about something with a name inside.
    pub(crate) fn is_of_all(&self) -> bool {
        self.steps.iter().all(|step| matches!(step, Step::Index(_)))
    }

    /// The same problem of a secret value. Of the way inside it, places in lists are left: names may be what
    /// somebody took for a key.
    pub(crate) fn of_secret(self) -> Self {
        let discreet = self.discreet;
        let message = discreet.unwrap_or_else(|| "this is not what the spec wants here".to_owned());
        let places = self.steps.into_iter();
        Self {
            steps: places
                .filter(|step| matches!(step, Step::Index(_)))
                .collect(),
            ..Self::of_spec(message)
        }
    }

    /// The problem, inside the value of a key.
    pub(crate) fn within(mut self, name: &str) -> Self {
        self.steps.push(Step::Name(name.to_owned()));
        self
    }

    /// The problem, inside an entry of a list.
    pub(crate) fn at(mut self, index: usize) -> Self {
        self.steps.push(Step::Index(index));
        self
    }

    /// The problem, of the value of a key inside its place.
    pub(crate) fn inside(mut self, name: &str) -> Self {
        self.steps.insert(0, Step::Name(name.to_owned()));
        self
    }

    /// A problem at a place, outermost step first.
    pub(crate) fn placed(steps: &[Step], message: impl Into<String>) -> Self {
        Self {
            steps: steps.iter().rev().cloned().collect(),
            ..Self::new(message)
        }
    }

    /// The way to the value, outermost step first.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().rev()
    }

    /// The way to the value as text: `peers[3].endpoint`; empty at the top.
    #[must_use]
    pub fn path(&self) -> String {
        let mut path = String::new();
        for step in self.steps() {
            match step {
                Step::Index(index) => path.push_str(&format!("[{index}]")),
                Step::Name(name) if path.is_empty() => path.push_str(name),
                Step::Name(name) => path.push_str(&format!(".{name}")),
            }
        }
        path
    }

    /// What is wrong, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do about it.
    #[must_use]
    pub fn help_text(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

impl Unknown {
    pub(crate) fn new<'n>(
        what: &'static str,
        name: &str,
        within: String,
        names: impl IntoIterator<Item = &'n str>,
    ) -> Self {
        Self {
            what,
            name: shown(name).to_owned(),
            within,
            help: suggestion(name, names),
        }
    }
}

/// A name as it is shown. A request may stand where a name belongs.
fn shown(name: &str) -> &str {
    const LONGEST: usize = 64;
    let is_name = name.len() <= LONGEST && !name.contains(['{', '[', '"', '=', '\n']);
    if is_name { name } else { "…" }
}

/// What a value is, in words, with the value when it is short.
fn kind_of(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) if text.chars().count() <= 40 => value.to_string(),
        Value::String(_) => "a string".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.steps.is_empty() {
            write!(f, "{}: ", self.path())?;
        }
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} has no {} `{}`", self.within, self.what, self.name)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Problem {}

impl std::error::Error for Unknown {}

impl From<Unknown> for Problem {
    fn from(unknown: Unknown) -> Self {
        let message = format!(
            "{} has no {} `{}`",
            unknown.within, unknown.what, unknown.name
        );
        let discreet = format!("{} has no such {}", unknown.within, unknown.what);
        Self {
            help: unknown.help,
            ..Self::new(message).discreetly(discreet)
        }
    }
}
