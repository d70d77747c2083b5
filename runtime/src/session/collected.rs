//! Answers that are kept: all objects of a dump, all replies of a request.

use std::fmt;
use std::marker::PhantomData;

use crate::family::Operation;
use crate::session::run::Run;
use crate::wire::Messages;

/// What is done with an object of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Its datagram stays in the inbox.
    Yes,
    /// It has been copied, or is not wanted.
    No,
    /// It is more than may be collected.
    Full,
}

/// The messages that answered a request, decoded as they are iterated over.
///
/// ```no_run
/// # use nlgen_runtime::{Connection, Dump, Error};
/// # fn all<D: Dump>(request: &D) -> Result<(), Error> where for<'r> D::Reply<'r>: std::fmt::Debug {
/// let mut conn = Connection::open()?;
/// let objects = conn.dump(request)?;
/// println!("{} objects", objects.len());
/// for object in &objects {
///     println!("{:?}", object?);
/// }
/// # Ok(())
/// # }
/// ```
pub struct Collected<R> {
    operation: &'static Operation,
    bytes: Vec<u8>,
    count: usize,
    returned: u32,
    request: PhantomData<fn() -> R>,
}

impl<R> Collected<R> {
    pub(crate) fn new(operation: &'static Operation) -> Self {
        Self {
            operation,
            bytes: Vec::new(),
            count: 0,
            returned: 0,
            request: PhantomData,
        }
    }

    /// The operation that was asked for.
    pub(crate) fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// How many bytes the messages take.
    pub(crate) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Copies messages, as long as there are not more than `cap` bytes of them.
    pub(crate) fn push(&mut self, run: Run<'_>, cap: usize) -> Keep {
        if self.bytes.len().saturating_add(run.bytes.len()) > cap {
            return Keep::Full;
        }
        run.append_to(&mut self.bytes);
        self.count += run.count;
        Keep::No
    }

    /// Notes the number that the kernel returned.
    pub(crate) fn returns(&mut self, number: u32) {
        self.returned = number;
    }

    /// The same messages, as the answers to a request that asks for the same.
    pub(crate) fn retyped<T>(self) -> Collected<T> {
        Collected {
            operation: self.operation,
            bytes: self.bytes,
            count: self.count,
            returned: self.returned,
            request: PhantomData,
        }
    }

    /// How many messages there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The number that the kernel returned in place of an error number, as
    /// [`Connection::returned`](crate::Connection::returned) has it.
    #[must_use]
    pub fn returned(&self) -> u32 {
        self.returned
    }

    /// The messages as they came, with their headers.
    #[must_use]
    pub fn messages(&self) -> Messages<'_> {
        Messages::new(&self.bytes)
    }
}

impl<R> fmt::Debug for Collected<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collected")
            .field("operation", &format_args!("{}", self.operation))
            .field("len", &self.count)
            .finish()
    }
}
