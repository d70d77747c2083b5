//! The error of a socket that is another process's.

use std::fmt;
use std::io;

/// The socket is one of the process that this one was forked from.
#[derive(Debug)]
pub(crate) struct Forked;

impl Forked {
    /// Whether this is what an error is about.
    pub(crate) fn is(error: &io::Error) -> bool {
        error.get_ref().is_some_and(|inner| inner.is::<Self>())
    }
}

impl fmt::Display for Forked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the socket is shared with the process that this one was forked from, and answers may go to \
             either: open another"
        )
    }
}

impl std::error::Error for Forked {}
