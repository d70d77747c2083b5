//! How a command fails: one type, whose kinds give the exit status.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use nlgen::diagnostic::{SpecError, closest};
use nlgen_runtime::Errno;

use crate::output::{BAD, HELP, report, report_coloured};
use crate::{discreet, refusal};

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The kernel refused, or what it said cannot be read. Status 1.
    Kernel(Box<nlgen_runtime::Error>),
    /// The kernel refused, and this is the whole story. Status 2 when the caller lacks a capability, else 1.
    Refused {
        /// What was asked, why not, and what to do about it.
        story: String,
        /// Why not.
        errno: Errno,
    },
    /// The caller lacks a capability for this. Status 2.
    Forbidden(Box<nlgen_runtime::Error>),
    /// The kernel does not have what was asked for. Status 1.
    Absent {
        /// What it does not have, as a sentence.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
    /// What was asked for makes no sense: an unknown name, a wrong value. Status 2.
    Usage {
        /// What is wrong, and where.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
    /// A spec has problems. Status 2.
    Spec(Box<SpecError>),
    /// A file cannot be read (status 2) or written (status 1).
    File {
        /// What was being done, as `reading`.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Standard output cannot be written. Status 1; 0 when its reader has seen enough, as `head`.
    Output(io::Error),
    /// The output has told what is wrong, and only the exit status is left to say so.
    Told(u8),
}

impl Failure {
    /// Wrong usage, without advice.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            help: None,
        }
    }

    /// A name that is not among `known`: a `what` (operation, attribute) of `place`. The help is the
    /// name that was probably meant, or all of them when they are few.
    pub(crate) fn unknown<'n>(
        what: &str,
        name: &str,
        place: &str,
        known: impl IntoIterator<Item = &'n str>,
    ) -> Self {
        Self::Usage {
            message: format!("there is no {what} `{}` in {place}", discreet::name(name)),
            help: suggestion(name, known),
        }
    }

    /// Why the kernel cannot be spoken to about a family, with what to do about it.
    pub(crate) fn of_kernel(error: nlgen_runtime::Error, family: &nlgen_dynamic::Family) -> Self {
        let message = error.to_string();
        let absent = |help: String| Self::Absent {
            message: message.clone(),
            help: Some(help),
        };
        match &error {
            nlgen_runtime::Error::GroupNotFound { .. } => {
                let name = family.name();
                absent(format!(
                    "nlgen list {name} shows the groups of the running kernel"
                ))
            }
            nlgen_runtime::Error::Io { .. }
            | nlgen_runtime::Error::NotJoined { .. }
            | nlgen_runtime::Error::Namespace { .. } => match error.errno() {
                Some(errno) if refusal::is_forbidden(errno) => Self::Forbidden(Box::new(error)),
                errno => match errno.and_then(refusal::help) {
                    Some(help) => absent(help.to_owned()),
                    None => error.into(),
                },
            },
            _ => error.into(),
        }
    }

    /// The exit status.
    pub(crate) fn status(&self) -> u8 {
        match self {
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
            Self::File { doing, .. } if *doing == "reading" => 2,
            Self::Refused { errno, .. } if refusal::is_forbidden(*errno) => 2,
            Self::Kernel(_)
            | Self::Refused { .. }
            | Self::Absent { .. }
            | Self::File { .. }
            | Self::Output(_) => 1,
            Self::Forbidden(_) | Self::Usage { .. } | Self::Spec(_) => 2,
            Self::Told(status) => *status,
        }
    }

    /// Tells what is wrong on standard error, and gives the exit status.
    pub(crate) fn report(&self) -> ExitCode {
        let quiet = matches!(self, Self::Told(_)) || self.status() == 0;
        match self {
            _ if quiet => {}
            Self::Spec(error) => {
                report!("{BAD}nlgen{BAD:#}: the spec has problems");
                report_coloured(&format!("{}\n", error.render(true)));
            }
            other => report!("{other}"),
        }
        ExitCode::from(self.status())
    }
}

/// What to say of a name that is not among `known`: the one that was probably meant; else all of them,
/// when they are few.
pub(crate) fn suggestion<'n>(
    name: &str,
    known: impl IntoIterator<Item = &'n str>,
) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    match closest(name, &known) {
        Some(near) => Some(format!("did you mean `{near}`?")),
        None if known.is_empty() => None,
        None if known.len() <= 24 => Some(format!("there is: {}", known.join(", "))),
        None => None,
    }
}

/// With the styles of [`Text`](crate::text::Text).
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{BAD}nlgen{BAD:#}: ")?;
        match self {
            Self::Kernel(error) => error.fmt(f),
            Self::Refused { story, .. } => f.write_str(story),
            // The error itself names the capability where it is known.
            Self::Forbidden(error) => match &**error {
                nlgen_runtime::Error::Io { .. } => {
                    write!(f, "{error}\n  {HELP}help{HELP:#}: {}", refusal::CAPABILITY)
                }
                error => error.fmt(f),
            },
            Self::Absent { message, help } | Self::Usage { message, help } => {
                f.write_str(message)?;
                match help {
                    Some(help) => write!(f, "\n  {HELP}help{HELP:#}: {help}"),
                    None => Ok(()),
                }
            }
            Self::Spec(error) => write!(f, "the spec has problems\n{error}"),
            Self::File {
                doing,
                path,
                source,
            } => {
                let path = path.display().to_string();
                write!(f, "{doing} {}: {source}", discreet::value(&path))
            }
            Self::Output(error) => write!(f, "writing to standard output: {error}"),
            Self::Told(_) => Ok(()),
        }
    }
}

impl From<nlgen_runtime::Error> for Failure {
    fn from(error: nlgen_runtime::Error) -> Self {
        Self::Kernel(Box::new(error))
    }
}

impl From<nlgen_dynamic::Problem> for Failure {
    fn from(problem: nlgen_dynamic::Problem) -> Self {
        let (path, message) = (problem.path(), problem.message());
        Self::Usage {
            message: match path.is_empty() {
                true => message.to_owned(),
                false => format!("{path}: {message}"),
            },
            help: problem.help_text().map(ToOwned::to_owned),
        }
    }
}

impl From<nlgen_dynamic::Unknown> for Failure {
    fn from(unknown: nlgen_dynamic::Unknown) -> Self {
        nlgen_dynamic::Problem::from(unknown).into()
    }
}

impl From<nlgen_runtime::DecodeError> for Failure {
    fn from(error: nlgen_runtime::DecodeError) -> Self {
        Self::Kernel(Box::new(error.into()))
    }
}

impl From<SpecError> for Failure {
    fn from(error: SpecError) -> Self {
        Self::Spec(Box::new(error))
    }
}

/// Only standard output is written without a file's name.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Output(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_suggested() {
        let few = ["dev-get", "dev-add-ntf", "queue-get"];
        for (name, help) in [
            ("dev-gte", Some("did you mean `dev-get`?")),
            ("nothing", Some("there is: dev-get, dev-add-ntf, queue-get")),
        ] {
            assert_eq!(suggestion(name, few).as_deref(), help, "{name}");
        }
        assert_eq!(suggestion("x", []), None);
        let many: Vec<String> = (0..100).map(|number| format!("name-{number}")).collect();
        assert_eq!(suggestion("x", many.iter().map(String::as_str)), None);
    }

    #[test]
    fn kinds_have_their_status() {
        let broken = |kind| Failure::Output(io::Error::from(kind));
        for (failure, status) in [
            (Failure::usage("x"), 2),
            (Failure::unknown("operation", "x", "y", []), 2),
            (broken(io::ErrorKind::BrokenPipe), 0),
            (broken(io::ErrorKind::StorageFull), 1),
            (Failure::Told(1), 1),
        ] {
            assert_eq!(failure.status(), status, "{failure:?}");
        }
    }
}
