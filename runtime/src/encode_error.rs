//! Why a request could not be written, and where.

use std::fmt;

use crate::{Set, attr::MAX_PAYLOAD, path::Path};

/// A request that must not be sent: what was wrong, and the attribute.
///
/// Nothing reaches the kernel when a request does not encode.
#[derive(Clone, PartialEq, Eq)]
pub struct EncodeError {
    reason: EncodeReason,
    /// Numbers of the attributes, innermost first, until a set gives them names.
    numbers: Vec<u16>,
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
    /// The whole message is longer than its 32-bit length can say.
    Message {
        /// The message's length in bytes.
        len: usize,
    },
}

impl EncodeError {
    #[cold]
    pub(crate) fn new(reason: EncodeReason) -> Self {
        Self {
            reason,
            numbers: Vec::new(),
            path: Path::default(),
        }
    }

    pub(crate) fn enter(&mut self, number: u16) {
        self.numbers.push(number);
    }

    /// Gives the attributes their names: those of `set` and of the sets inside it.
    #[must_use]
    pub(crate) fn of(mut self, set: &'static Set) -> Self {
        let numbers: Vec<u16> = self.numbers.drain(..).rev().collect();
        self.path = Path::of_numbers(set, &numbers);
        self
    }

    /// What was wrong.
    #[must_use]
    pub fn reason(&self) -> EncodeReason {
        self.reason
    }

    /// Where: the message's set and the attributes inside it, outermost first.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            return self.reason.fmt(f);
        }
        write!(f, "{}: {}", self.path, self.reason)
    }
}

impl fmt::Debug for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncodeError")
            .field("path", &format_args!("{}", self.path))
            .field("reason", &self.reason)
            .finish()
    }
}

impl std::error::Error for EncodeError {}

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
            Self::Message { len } => write!(f, "a message of {len} bytes is too long to send"),
        }
    }
}
