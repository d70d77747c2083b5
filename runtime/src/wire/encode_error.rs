//! Why a request could not be written, and where.

use std::fmt;

use crate::describe::{Entered, Path, Set};
use crate::wire::attr::MAX_PAYLOAD;

/// A request that must not be sent: what was wrong, and the attribute.
///
/// Nothing reaches the kernel when a request does not encode.
#[derive(Clone)]
pub struct EncodeError(
    // On the way of every request, so small.
    Box<Inner>,
);

#[derive(Clone)]
struct Inner {
    reason: EncodeReason,
    /// The way to the attribute, innermost first, until a set gives it names.
    way: Vec<Entered>,
    path: Path,
}

/// What was wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeReason {
    /// A payload is longer than an attribute's 16-bit length can say.
    TooLong {
        /// The payload's length in bytes.
        len: usize,
    },
    /// A string has a NUL inside; the kernel would cut it there.
    Nul {
        /// The place of the NUL, in bytes from 0.
        at: usize,
    },
    /// A value does not fit its attribute's width.
    Range,
    /// A value has more bytes than the member of a struct that holds it.
    Long {
        /// The value's length in bytes.
        len: usize,
        /// The member's length in bytes.
        most: usize,
    },
    /// A list that was received is malformed, and so cannot be sent on.
    Malformed,
    /// The whole message is longer than its 32-bit length can say.
    Message {
        /// The message's length in bytes.
        len: usize,
    },
}

impl EncodeError {
    #[cold]
    pub(crate) fn new(reason: EncodeReason) -> Self {
        Self(Box::new(Inner {
            reason,
            way: Vec::new(),
            path: Path::default(),
        }))
    }

    pub(crate) fn enter(&mut self, number: u16) {
        self.0.way.push(Entered::Number(number));
    }

    /// What was entered is of a sub-message whose format has the attributes of `set`.
    pub(crate) fn select(&mut self, set: &'static Set) {
        self.0.way.push(Entered::Format(set));
    }

    /// Gives the attributes their names: those of `set` and of the sets inside it.
    #[must_use]
    pub(crate) fn of(mut self, set: &'static Set) -> Self {
        let way: Vec<Entered> = self.0.way.drain(..).rev().collect();
        self.0.path = Path::of_way(set, &way);
        self
    }

    /// What was wrong.
    #[must_use]
    pub fn reason(&self) -> EncodeReason {
        self.0.reason
    }

    /// Where: the message's set and the attributes inside it, outermost first.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0.path
    }
}

/// Two that say the same.
impl PartialEq for EncodeError {
    fn eq(&self, other: &Self) -> bool {
        (self.0.reason, &self.0.path) == (other.0.reason, &other.0.path)
    }
}

impl Eq for EncodeError {}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.path.is_empty() {
            return self.0.reason.fmt(f);
        }
        write!(f, "{}: {}", self.0.path, self.0.reason)
    }
}

/// One line, as `Display`; `{:#?}` shows the parts.
impl fmt::Debug for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        f.debug_struct("EncodeError")
            .field("path", &format_args!("{}", self.0.path))
            .field("reason", &self.0.reason)
            .finish()
    }
}

impl std::error::Error for EncodeError {}

impl std::error::Error for EncodeReason {}

impl fmt::Display for EncodeReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { len } => write!(
                f,
                "a payload of {len} bytes; an attribute holds at most {MAX_PAYLOAD}"
            ),
            Self::Nul { at } => write!(
                f,
                "a NUL at byte {at} of a string; the kernel would cut it there"
            ),
            Self::Range => f.write_str("a value that does not fit the attribute's width"),
            Self::Long { len, most } => {
                write!(f, "{len} bytes, and at most {most} fit")
            }
            Self::Malformed => f.write_str("a received list that is malformed"),
            Self::Message { len } => write!(f, "a message of {len} bytes is too long to send"),
        }
    }
}
