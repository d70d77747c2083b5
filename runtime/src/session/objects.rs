//! The messages of an answer, decoded as they are iterated over.

use std::fmt;
use std::marker::PhantomData;

use super::answer::{attributes_of, content_of, decode, reply};
use super::collected::Collected;
use super::error::Error;
use super::interrupted::Interrupted;
use crate::family::{Dump, EventSet, Operation, Request};
use crate::wire::{Decode, Messages};

impl<R> Collected<R> {
    /// The messages, read as events of the family `F`: of families that answer with the messages of their
    /// notifications, as drbd tells its whole state.
    ///
    /// # Errors
    /// Each is an [`Error::Decode`] when it cannot be read.
    pub fn events<F: EventSet>(&self) -> impl Iterator<Item = Result<F::Event<'_>, Error>> {
        let operation = self.operation();
        self.messages().map(move |message| {
            let (command, attributes) = content_of(operation, message)?;
            F::decode_event(command, attributes).map_err(|error| Error::Decode {
                operation: Some(operation),
                error,
            })
        })
    }
}

impl<D: Dump> Collected<D> {
    /// The objects of the dump, in the kernel's order.
    #[must_use]
    pub fn iter(&self) -> Objects<'_, D::Reply<'_>> {
        Objects::new(self.operation(), self.messages())
    }
}

impl<R: Request> Collected<R> {
    /// The first reply to the request; `()` for an operation without one.
    ///
    /// # Errors
    /// [`Error::Decode`], and [`Error::NoReply`] when the kernel only acknowledged.
    pub fn reply(&self) -> Result<R::Reply<'_>, Error> {
        reply(self.operation(), self.messages().next())
    }

    /// The replies to the request, in the kernel's order.
    #[must_use]
    pub fn replies(&self) -> Objects<'_, R::Reply<'_>> {
        Objects::new(self.operation(), self.messages())
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

impl Interrupted {
    /// The objects that the last dump read, in the kernel's order; `None` when `D` asks for something else
    /// than what was dumped.
    #[must_use]
    pub fn objects<D: Dump>(&self) -> Option<Objects<'_, D::Reply<'_>>> {
        let same = self.operation().is(D::OP);
        same.then(|| Objects::new(self.operation(), self.messages()))
    }

    /// What the last dump read, as if it had been whole.
    ///
    /// # Errors
    /// [`Error::Interrupted`](crate::Error::Interrupted), with everything still in it, when `D` asks for
    /// something else than what was dumped.
    pub fn into_collected<D: Dump>(self: Box<Self>) -> Result<Collected<D>, Error> {
        match self.operation().is(D::OP) {
            true => Ok(self.read.retyped()),
            false => Err(Error::Interrupted(self)),
        }
    }
}

impl<T> fmt::Debug for Objects<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Objects of {}", self.operation)
    }
}
