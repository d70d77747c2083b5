//! Notifications: what families tell without being asked, through multicast groups.

use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use crate::readiness::{Blocking, Readiness, now};
use crate::{ConnectionBuilder, Error, EventSet, Group, Message, Stats, Subscription};

/// A subscription to multicast groups of one family.
///
/// It has a socket of its own, so that its events never crowd out the answers of requests.
///
/// ```no_run
/// # use nlgen_runtime::{Error, Events, EventSet, Group, Received};
/// # fn watch<F: EventSet>(group: Group) -> Result<(), Error>
/// # where for<'r> F::Event<'r>: std::fmt::Debug {
/// let mut events = Events::<F>::open(&[group])?;
/// loop {
///     match events.next_event()? {
///         Received::Event(event) => println!("{event:?}"),
///         Received::Overrun { lost } => println!("{lost} events were lost"),
///         Received::Reloaded => println!("events may have been lost"),
///     }
/// }
/// # }
/// ```
pub struct Events<F> {
    messages: Subscription,
    family: PhantomData<fn() -> F>,
}

/// What a subscription brings.
#[derive(Debug)]
pub enum Received<T> {
    /// An event.
    Event(T),
    /// Events were lost, since the queue was full: read the state anew.
    ///
    /// What follows is older than the loss. While the queue empties the kernel goes on losing events;
    /// once it is empty, another overrun tells how many those were.
    Overrun {
        /// How many datagrams were lost since the last overrun was told.
        lost: u32,
    },
    /// The family's module was taken away and loaded again: read the state anew.
    ///
    /// The groups have been joined again. What the family told between its return and that is lost.
    Reloaded,
}

impl<F: EventSet> Events<F> {
    /// Joins groups of the family `F`, in the calling thread's network namespace.
    ///
    /// # Errors
    /// [`Error::FamilyNotFound`], [`Error::GroupNotFound`], or [`Error::Io`] when the socket cannot be
    /// made or a group not be joined (some need `CAP_NET_ADMIN`).
    pub fn open(groups: &[Group]) -> Result<Self, Error> {
        Self::open_with(ConnectionBuilder::new(), groups)
    }

    /// Joins groups with other settings: a namespace, a larger queue.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn open_with(builder: ConnectionBuilder, groups: &[Group]) -> Result<Self, Error> {
        now(Self::open_on(|_| Ok(Blocking), builder, groups)).map(|(events, _)| events)
    }

    /// [`open_with`](Self::open_with), with a way to wait that is made for the socket.
    pub(crate) async fn open_on<R: Readiness>(
        make: impl FnOnce(BorrowedFd<'_>) -> io::Result<R>,
        builder: ConnectionBuilder,
        groups: &[Group],
    ) -> Result<(Self, R), Error> {
        let opened = Subscription::open_on(make, builder, F::FAMILY, groups).await?;
        let (messages, ready) = opened;
        let family = PhantomData;
        Ok((Self { messages, family }, ready))
    }

    /// Waits for the next event.
    ///
    /// # Errors
    /// [`Error::Decode`] when an event is malformed (the next ones can still be read), [`Error::Io`]
    /// when receiving fails.
    pub fn next_event(&mut self) -> Result<Received<F::Event<'_>>, Error> {
        now(self.next_on(&mut Blocking))
    }

    /// [`next_event`](Self::next_event).
    pub(crate) async fn next_on(
        &mut self,
        ready: &mut impl Readiness,
    ) -> Result<Received<F::Event<'_>>, Error> {
        decoded::<F>(self.messages.next_on(ready).await?)
    }

    /// Waits for the next event, but not longer than `timeout`; `None` when none came. A zero timeout
    /// only looks.
    ///
    /// # Errors
    /// As for [`next_event`](Self::next_event).
    pub fn next_within(
        &mut self,
        timeout: Duration,
    ) -> Result<Option<Received<F::Event<'_>>>, Error> {
        now(self.next_within_on(&mut Blocking, timeout))
    }

    /// [`next_within`](Self::next_within).
    pub(crate) async fn next_within_on(
        &mut self,
        ready: &mut impl Readiness,
        timeout: Duration,
    ) -> Result<Option<Received<F::Event<'_>>>, Error> {
        let received = self.messages.next_within_on(ready, timeout).await?;
        received.map(decoded::<F>).transpose()
    }

    /// What was received since the subscription began.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.messages.stats()
    }
}

fn decoded<F: EventSet>(received: Received<Message<'_>>) -> Result<Received<F::Event<'_>>, Error> {
    let message = match received {
        Received::Event(message) => message,
        Received::Overrun { lost } => return Ok(Received::Overrun { lost }),
        Received::Reloaded => return Ok(Received::Reloaded),
    };
    let (command, attributes) = match F::FAMILY.is_generic() {
        true => {
            let (header, attributes) = message.command()?;
            (header.command.into(), attributes)
        }
        false => (message.header.kind, message.payload),
    };
    Ok(Received::Event(F::decode_event(command, attributes)?))
}

impl<F> AsFd for Events<F> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.messages.as_fd()
    }
}

impl<F: EventSet> fmt::Debug for Events<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events")
            .field("messages", &self.messages)
            .finish_non_exhaustive()
    }
}
