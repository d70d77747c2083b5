//! How a request fails.

use std::fmt;
use std::io;
use std::time::Duration;

use crate::forked::Forked;
use crate::{DecodeError, EncodeError, Errno, ExtAck, Interrupted, Operation, Path, RefusedBatch};

/// Why a request or a subscription failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The kernel refused a request.
    Kernel(Box<Refusal>),
    /// The kernel refused a batch; nothing of it was carried out.
    Batch(Box<RefusedBatch>),
    /// A request cannot be written; nothing was sent.
    Encode {
        /// The operation.
        operation: &'static Operation,
        /// What was wrong, and where.
        error: EncodeError,
    },
    /// An answer is not what the specification says.
    Decode {
        /// The operation, when the error was met while reading its answer.
        operation: Option<&'static Operation>,
        /// What was wrong, and where.
        error: DecodeError,
    },
    /// The kernel acknowledged a request and sent no reply.
    NoReply {
        /// The operation.
        operation: &'static Operation,
    },
    /// The kernel carried out a request and sent more replies than the one that was expected. To have them all, ask
    /// with [`call_collected`](crate::Connection::call_collected).
    SeveralReplies {
        /// The operation.
        operation: &'static Operation,
        /// How many replies there were.
        count: usize,
    },
    /// The kernel has no such family: its module is not loaded, or its name is another.
    FamilyNotFound {
        /// The family's name.
        family: &'static str,
    },
    /// The connection speaks another netlink protocol than the family.
    WrongProtocol {
        /// The family's name.
        family: &'static str,
    },
    /// The family has no such multicast group.
    GroupNotFound {
        /// The family's name.
        family: &'static str,
        /// The group's name.
        group: &'static str,
    },
    /// The multicast group is of another family than those that a subscription is read as.
    WrongFamily {
        /// The group's family.
        family: &'static str,
        /// The group's name.
        group: &'static str,
    },
    /// What was dumped changed meanwhile, each time (`NLM_F_DUMP_INTR`). What was read is in it.
    Interrupted(Box<Interrupted>),
    /// The socket's receive buffer overflowed: messages were lost (`ENOBUFS`, `NLMSG_OVERRUN`).
    Overrun {
        /// The operation that waited for an answer.
        operation: &'static Operation,
    },
    /// A datagram was longer than the buffer may grow.
    Truncated {
        /// The operation.
        operation: &'static Operation,
        /// The datagram's length in bytes. The buffer has grown for the next one if it may.
        needed: usize,
    },
    /// No part of the answer came within the time of quiet
    /// ([`ConnectionBuilder::timeout`](crate::ConnectionBuilder::timeout)).
    Timeout {
        /// The operation. Whether the kernel carried it out is not known.
        operation: &'static Operation,
        /// The time of quiet.
        after: Duration,
    },
    /// The answer was not complete at the point in time that was set
    /// ([`ConnectionBuilder::deadline`](crate::ConnectionBuilder::deadline)). Parts of it may have come; they are dropped.
    Deadline {
        /// The operation. Whether the kernel carried it out is not known.
        operation: &'static Operation,
    },
    /// The answer has more bytes than may be collected
    /// ([`ConnectionBuilder::answer_cap`](crate::ConnectionBuilder::answer_cap)). What came of it is dropped.
    TooLarge {
        /// The operation. The kernel has carried it out, or goes on with its dump.
        operation: &'static Operation,
        /// How many bytes may be collected.
        limit: usize,
    },
    /// The answer was lost, did not come in time or could not be received: whether the kernel carried the request out
    /// is not known.
    OutcomeUnknown {
        /// The operation.
        operation: &'static Operation,
        /// Why: [`Overrun`](Self::Overrun), [`Timeout`](Self::Timeout), [`Deadline`](Self::Deadline), or
        /// [`Io`](Self::Io) with the error number.
        cause: Box<Error>,
    },
    /// The request was not sent, since one before it was not answered, or the answers before it were too large.
    NotSent {
        /// The operation.
        operation: &'static Operation,
    },
    /// The socket was opened by the process that this one was forked from, and is used by both: answers could
    /// go to either. Nothing was sent or received; open another.
    Forked {
        /// What was being done.
        doing: &'static str,
    },
    /// A system call failed.
    Io {
        /// What was being done.
        doing: &'static str,
        /// How it failed.
        source: io::Error,
    },
}

/// The kernel's refusal of a request, with all that it says of it.
#[derive(Clone, Debug)]
pub struct Refusal {
    operation: &'static Operation,
    errno: Errno,
    ext_ack: ExtAck,
    attribute: Option<Path>,
    missing: Option<Path>,
}

impl Refusal {
    pub(crate) fn new(operation: &'static Operation, errno: Errno, ext_ack: ExtAck) -> Self {
        Self {
            operation,
            errno,
            ext_ack,
            attribute: None,
            missing: None,
        }
    }

    /// Finds the attributes that the kernel speaks of in the request: a whole message, whose
    /// attributes of `set` begin at `start`.
    pub(crate) fn locate(mut self, set: &'static crate::Set, request: &[u8], start: usize) -> Self {
        let attrs = request.get(start..).unwrap_or_default();
        let inside = |offset: u32| usize::try_from(offset).ok()?.checked_sub(start);
        self.attribute = self
            .ext_ack
            .offset
            .and_then(inside)
            .and_then(|offset| Path::to_offset(set, attrs, offset));
        let missing = self
            .ext_ack
            .missing_type
            .and_then(|kind| u16::try_from(kind).ok());
        self.missing = missing.and_then(|kind| match self.ext_ack.missing_nest {
            None => Some(Path::of_number(set, kind)),
            Some(nest) => Path::to_missing(set, attrs, inside(nest)?, kind),
        });
        self
    }

    /// The operation that was refused.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The error number.
    #[must_use]
    pub fn errno(&self) -> Errno {
        self.errno
    }

    /// All that came with it.
    #[must_use]
    pub fn ext_ack(&self) -> &ExtAck {
        &self.ext_ack
    }

    /// The offending attribute of the request, by name.
    #[must_use]
    pub fn attribute(&self) -> Option<&Path> {
        self.attribute.as_ref()
    }

    /// The required attribute that the request lacks, by name.
    #[must_use]
    pub fn missing(&self) -> Option<&Path> {
        self.missing.as_ref()
    }
}

impl Error {
    pub(crate) fn io(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| match Forked::is(&source) {
            true => Self::Forked { doing },
            false => Self::Io { doing, source },
        }
    }

    /// The kernel's error number, when the kernel refused the request or a system call failed, such as the one that
    /// was to bring the answer.
    #[must_use]
    pub fn errno(&self) -> Option<Errno> {
        match self {
            Self::Kernel(refusal) => Some(refusal.errno),
            Self::Batch(refused) => Some(refused.errno()),
            Self::Io { source, .. } => source.raw_os_error().map(Errno::from),
            Self::OutcomeUnknown { cause, .. } => cause.errno(),
            _ => None,
        }
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.family().name(), self.name())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.operation)?;
        if let Some(attribute) = &self.attribute {
            write!(f, "/{}", attribute.attributes())?;
        }
        write!(f, ": {}", self.errno)?;
        if let Some(message) = &self.ext_ack.message {
            write!(f, ": {message}")?;
        }
        if let Some(missing) = &self.missing {
            write!(f, "; missing attribute {}", missing.attributes())?;
        }
        if let Some(policy) = &self.ext_ack.policy {
            write!(f, "; the policy is: {policy}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kernel(refusal) => refusal.fmt(f),
            Self::Batch(refused) => refused.fmt(f),
            Self::Encode { operation, error } => {
                write!(f, "{operation}: the request cannot be sent: {error}")
            }
            Self::Decode {
                operation: Some(operation),
                error,
            } => {
                write!(f, "{operation}: the answer cannot be read: {error}")
            }
            Self::Decode {
                operation: None,
                error,
            } => error.fmt(f),
            Self::NoReply { operation } => {
                write!(f, "{operation}: acknowledged without a reply")
            }
            Self::SeveralReplies { operation, count } => write!(
                f,
                "{operation}: {count} replies where one is expected; `call_collected` gives them all"
            ),
            Self::FamilyNotFound { family } => write!(
                f,
                "the kernel has no generic netlink family {family:?}; is its module loaded?"
            ),
            Self::WrongProtocol { family } => write!(
                f,
                "the connection does not speak the protocol of {family:?}; open one with \
                 `Connection::builder().family(…)`"
            ),
            Self::GroupNotFound { family, group } => {
                write!(f, "the family {family:?} has no multicast group {group:?}")
            }
            Self::WrongFamily { family, group } => write!(
                f,
                "the multicast group {group:?} is of the family {family:?}, whose events this \
                 subscription does not read"
            ),
            Self::Interrupted(dump) => dump.fmt(f),
            Self::Overrun { operation } => write!(
                f,
                "{operation}: the receive buffer overflowed and messages were lost"
            ),
            Self::Truncated { operation, needed } => write!(
                f,
                "{operation}: a datagram of {needed} bytes did not fit the receive buffer"
            ),
            Self::Timeout { operation, after } => {
                write!(f, "{operation}: no answer in {after:?}")
            }
            Self::Deadline { operation } => {
                write!(
                    f,
                    "{operation}: the answer was not complete by the deadline"
                )
            }
            Self::TooLarge { operation, limit } => write!(
                f,
                "{operation}: the answer has more than the {limit} bytes that are collected at most"
            ),
            Self::OutcomeUnknown { operation, cause } => {
                write!(f, "{operation}: ")?;
                match &**cause {
                    Self::Overrun { .. } => f.write_str("the answer was lost")?,
                    Self::Timeout { after, .. } => write!(f, "no answer in {after:?}")?,
                    Self::Deadline { .. } => f.write_str("no answer by the deadline")?,
                    cause => cause.fmt(f)?,
                }
                f.write_str("; whether the request was carried out is not known")
            }
            Self::NotSent { operation } => write!(
                f,
                "{operation}: not sent, since a request before it was not answered or answers were too large"
            ),
            Self::Forked { doing } => write!(f, "{doing}: {Forked}"),
            Self::Io { doing, source } => write!(f, "{doing}: {source}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::OutcomeUnknown { cause, .. } => Some(cause),
            _ => None,
        }
    }
}

impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        Self::Decode {
            operation: None,
            error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every `Result` of the crate carries one.
    #[test]
    fn an_error_is_small() {
        assert!(size_of::<Error>() <= 88, "{}", size_of::<Error>());
    }
}
