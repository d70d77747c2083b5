//! How a request fails.

use std::fmt;
use std::io;
use std::time::Duration;

use crate::family::Operation;
use crate::link::Forked;
use crate::session::interrupted::Interrupted;
use crate::session::refusal::Refusal;
use crate::session::refused_batch::RefusedBatch;
use crate::wire::{DecodeError, EncodeError, Errno, MessageHeader};

/// Why a request or a subscription failed.
///
/// `Display` says it in one line, and so does `Debug`: it is what a program prints that returns the error from
/// `main`. The parts are in the variants, and in `{:#?}` of a [`Refusal`]. [`source`](std::error::Error::source) is
/// what the line was made of: the refusal, the error of encoding, decoding or the system call.
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
    /// A reply has another command than the operation's replies. It was not read: its attributes may mean something
    /// else.
    OtherReply {
        /// The operation.
        operation: &'static Operation,
        /// The reply's command, or its type in a protocol of its own.
        command: u16,
    },
    /// The request succeeded, but messages that seem to be its answer were dropped: they have 0 in place of its port
    /// id or its sequence number. Where a family answers so, its specification has to say it: `replies-lack` in YAML,
    /// `replies_lack` on a derived request, [`Operation::without_port_id`] and [`Operation::without_sequence`].
    Unaddressed {
        /// The operation.
        operation: &'static Operation,
        /// How many messages were dropped.
        count: usize,
        /// The header of the first.
        first: MessageHeader,
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
    /// A multicast group cannot be joined. Some need a capability.
    NotJoined {
        /// The group's family.
        family: &'static str,
        /// The group's name.
        group: &'static str,
        /// How joining failed.
        source: io::Error,
    },
    /// A network namespace cannot be entered.
    Namespace {
        /// Its name or path; `None` for one given by a descriptor.
        name: Option<Box<str>>,
        /// How entering failed: `ENOENT` when there is none of this name.
        source: io::Error,
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
            Self::Kernel(refusal) => Some(refusal.errno()),
            Self::Batch(refused) => Some(refused.errno()),
            Self::Io { source, .. }
            | Self::NotJoined { source, .. }
            | Self::Namespace { source, .. } => source.raw_os_error().map(Errno::from),
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

/// One line for people; `{:#?}` shows the parts of a refusal.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kernel(refusal) => fmt::Debug::fmt(refusal, f),
            Self::Batch(refused) => fmt::Debug::fmt(refused, f),
            other => fmt::Display::fmt(other, f),
        }
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
            Self::OtherReply { operation, command } => {
                write!(
                    f,
                    "{operation}: the kernel answered with the command {command}"
                )?;
                match operation.reply() {
                    Some(reply) => write!(f, ", not with {reply}"),
                    None => Ok(()),
                }
            }
            Self::Unaddressed {
                operation,
                count,
                first,
            } => {
                let lacks = [("port-id", first.port_id), ("sequence", first.seq)];
                let lacks = lacks.iter().filter(|(_, value)| *value == 0);
                let lacks: Vec<&str> = lacks.map(|(name, _)| *name).collect();
                let dropped = match count {
                    1 => "a message that seems to be the answer was dropped: it has",
                    _ => "messages that seem to be the answer were dropped: they have",
                };
                write!(
                    f,
                    "{operation}: {dropped} the sequence number {} and the port id {}; if the family answers so, \
                     the specification has to say `replies-lack: [{}]`",
                    first.seq,
                    first.port_id,
                    lacks.join(", ")
                )
            }
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
            Self::NotJoined {
                family,
                group,
                source,
            } => {
                write!(
                    f,
                    "the multicast group {group:?} of {family:?} cannot be joined: {}",
                    Said(source)
                )?;
                match denied(source) {
                    true => write!(
                        f,
                        "; it needs CAP_NET_ADMIN or CAP_SYS_ADMIN in the user namespace that owns the network \
                         namespace"
                    ),
                    false => Ok(()),
                }
            }
            Self::Namespace { name, source } => namespace(name.as_deref(), source, f),
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
            Self::Io { doing, source } => write!(f, "{doing}: {}", Said(source)),
        }
    }
}

/// What an error of the system says, with the name of its number.
struct Said<'a>(&'a io::Error);

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.raw_os_error() {
            Some(number) => Errno::from(number).fmt(f),
            None => self.0.fmt(f),
        }
    }
}

/// Whether the caller lacks a capability.
fn denied(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EPERM | libc::EACCES))
}

/// Why a network namespace cannot be entered.
fn namespace(name: Option<&str>, source: &io::Error, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match (name, source.raw_os_error()) {
        (Some(name), Some(libc::ENOENT)) if name.starts_with('/') => {
            return write!(f, "there is no network namespace {name}");
        }
        (Some(name), Some(libc::ENOENT)) => {
            return write!(
                f,
                "there is no network namespace {name:?}; `ip netns` lists those that have names"
            );
        }
        (Some(name), _) => write!(f, "the network namespace {name:?} cannot be entered")?,
        (None, _) => write!(f, "the descriptor's network namespace cannot be entered")?,
    }
    write!(f, ": {}", Said(source))?;
    match source.raw_os_error() {
        Some(libc::EPERM) => write!(
            f,
            "; it needs CAP_SYS_ADMIN in the user namespace that owns it, and in the caller's own"
        ),
        Some(libc::EACCES) if name.is_some_and(|name| name.starts_with("/proc/")) => {
            write!(
                f,
                "; it needs CAP_SYS_PTRACE where the process is another user's"
            )
        }
        Some(libc::EINVAL) => write!(f, "; it is no network namespace, or no longer one"),
        _ => Ok(()),
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::OutcomeUnknown { cause, .. } => Some(&**cause),
            Self::Kernel(refusal) => Some(&**refusal),
            Self::Batch(refused) => Some(&**refused),
            Self::Interrupted(dump) => Some(&**dump),
            Self::Encode { error, .. } => Some(error),
            Self::Decode { error, .. } => Some(error),
            Self::Io { source, .. }
            | Self::NotJoined { source, .. }
            | Self::Namespace { source, .. } => Some(source),
            Self::Forked { .. } => Some(&Forked),
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
