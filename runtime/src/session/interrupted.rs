//! Dumps that met a change each time, with what they read nonetheless.

use std::fmt;

use super::collected::Collected;
use crate::family::Operation;
use crate::wire::{Messages, Raw};

/// A dump that was interrupted each time that it was made (`NLM_F_DUMP_INTR`), and what the last one read.
///
/// What was read is no state that ever was: objects that came or went meanwhile may be missing, or there
/// twice. Where that is good enough, for a list that a person reads, it need not be asked for again:
///
/// ```no_run
/// # use nlgen_runtime::{Collected, Connection, Dump, Error};
/// # fn roughly<D: Dump>(conn: &mut Connection, request: &D) -> Result<Collected<D>, Error> {
/// match conn.dump(request) {
///     Err(Error::Interrupted(dump)) if dump.attempts() > 1 => {
///         eprintln!("{} objects or about so", dump.len());
///         dump.into_collected()
///     }
///     dumped => dumped,
/// }
/// # }
/// ```
pub struct Interrupted {
    attempts: u32,
    pub(super) read: Collected<Raw<'static>>,
}

impl Interrupted {
    pub(crate) fn new<R>(attempts: u32, read: Collected<R>) -> Self {
        Self {
            attempts,
            read: read.retyped(),
        }
    }

    /// The operation.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.read.operation()
    }

    /// How often the dump was made.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// How many objects the last one read. A [stream](crate::DumpStream) has given them out already: 0.
    #[must_use]
    pub fn len(&self) -> usize {
        self.read.len()
    }

    /// Whether it read none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.read.is_empty()
    }

    /// The messages that the last dump read, as they came.
    #[must_use]
    pub fn messages(&self) -> Messages<'_> {
        self.read.messages()
    }
}

impl std::error::Error for Interrupted {}

/// One line, as `Display`; `{:#?}` shows the parts, without the objects: they may hold keys.
impl fmt::Debug for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        f.debug_struct("Interrupted")
            .field("attempts", &self.attempts)
            .field("read", &self.read)
            .finish()
    }
}

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (operation, attempts) = (self.operation(), self.attempts);
        write!(
            f,
            "{operation}: what was dumped changed during each of {attempts} attempts"
        )
    }
}
