//! Answers that are kept: all objects of a dump, all replies of a request.

use std::fmt;
use std::marker::PhantomData;

use crate::family::{Dump, EventSet, Operation, Request};
use crate::session::answer::{Keep, attributes_of, content_of, decode, reply};
use crate::session::error::Error;
use crate::session::exchange::Run;
use crate::wire::{Decode, Messages};

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

    /// The messages, read as events of the family `F`: of families that answer with the messages of their
    /// notifications, as drbd tells its whole state.
    ///
    /// # Errors
    /// Each is an [`Error::Decode`] when it cannot be read.
    pub fn events<F: EventSet>(&self) -> impl Iterator<Item = Result<F::Event<'_>, Error>> {
        let operation = self.operation;
        self.messages().map(move |message| {
            let (command, attributes) = content_of(operation, message)?;
            F::decode_event(command, attributes).map_err(|error| Error::Decode {
                operation: Some(operation),
                error,
            })
        })
    }

    /// The messages as they came, with their headers.
    #[must_use]
    pub fn messages(&self) -> Messages<'_> {
        Messages::new(&self.bytes)
    }
}

impl<D: Dump> Collected<D> {
    /// The objects of the dump, in the kernel's order.
    #[must_use]
    pub fn iter(&self) -> Objects<'_, D::Reply<'_>> {
        Objects::new(self.operation, self.messages())
    }
}

impl<R: Request> Collected<R> {
    /// The first reply to the request; `()` for an operation without one.
    ///
    /// # Errors
    /// [`Error::Decode`], and [`Error::NoReply`] when the kernel only acknowledged.
    pub fn reply(&self) -> Result<R::Reply<'_>, Error> {
        reply(self.operation, self.messages().next())
    }

    /// The replies to the request, in the kernel's order.
    #[must_use]
    pub fn replies(&self) -> Objects<'_, R::Reply<'_>> {
        Objects::new(self.operation, self.messages())
    }
}

impl<'c, D: Dump> IntoIterator for &'c Collected<D> {
    type Item = Result<D::Reply<'c>, Error>;
    type IntoIter = Objects<'c, D::Reply<'c>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Decodes the messages of a [`Collected`], each when it is asked for.
pub struct Objects<'c, T> {
    operation: &'static Operation,
    messages: Messages<'c>,
    object: PhantomData<fn() -> T>,
}

impl<'c, T> Objects<'c, T> {
    pub(crate) fn new(operation: &'static Operation, messages: Messages<'c>) -> Self {
        Self {
            operation,
            messages,
            object: PhantomData,
        }
    }
}

impl<'c, T: Decode<'c>> Iterator for Objects<'c, T> {
    type Item = Result<T, Error>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let message = self.messages.next()?;
        let attributes = match attributes_of(self.operation, message) {
            Ok(attributes) => attributes,
            Err(error) => return Some(Err(error)),
        };
        Some(decode(self.operation, attributes))
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

impl<T> fmt::Debug for Objects<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Objects of {}", self.operation)
    }
}
