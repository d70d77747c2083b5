//! Notifications: what families tell without being asked, through multicast groups.

use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use crate::connection::ConnectionBuilder;
use crate::family::{Arrival, EventSets, Family, Group};
use crate::link::{Blocking, Features, Readiness, now};
use crate::session::{Error, Patience, Stats};
use crate::subscription::Subscription;
use crate::subscription::synced::Gap;

/// A subscription to multicast groups of a family, or of several ([`EventSets`]).
///
/// It has a socket of its own, so that its events never crowd out the answers of requests. Its descriptor
/// ([`AsFd`]) can be polled; [`try_next`](Self::try_next) then gives what is there, until there is nothing.
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
///         Received::Reloaded { family } => println!("events of {} may have been lost", family.name()),
///     }
/// }
/// # }
/// ```
///
/// By which group an event came is told by `Events<`[`Grouped`](crate::Grouped)`<F>>`.
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
    /// once it is empty, another overrun tells how many those were. [`Events::next_synced`] does what is
    /// to be done.
    Overrun {
        /// How many datagrams were lost since the last overrun was told; 0 where the kernel does not count them
        /// ([`Features::LOSS_COUNT`](crate::Features::LOSS_COUNT)).
        lost: u32,
    },
    /// A family's module was taken away and loaded again: read the state anew.
    ///
    /// The groups have been joined again. What the family told between its return and that is lost.
    Reloaded {
        /// The family.
        family: &'static Family,
    },
}

impl<F: EventSets> Events<F> {
    /// Joins groups of the families of `F`, in the calling thread's network namespace.
    ///
    /// # Errors
    /// [`Error::FamilyNotFound`], [`Error::GroupNotFound`], [`Error::WrongFamily`] for a group of none of
    /// the families, [`Error::WrongProtocol`] when they have not one protocol, or [`Error::Io`] when the
    /// socket cannot be made or a group not be joined (some need `CAP_NET_ADMIN`).
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
        let opened = Subscription::open_on(make, builder, F::FAMILIES, groups).await?;
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

    /// The next event if one is queued.
    ///
    /// # Errors
    /// As for [`next_event`](Self::next_event).
    pub fn try_next(&mut self) -> Result<Option<Received<F::Event<'_>>>, Error> {
        self.next_within(Duration::ZERO)
    }

    /// Waits for the next event, but not longer than `timeout`, whatever else comes; `None` when none came. A zero
    /// timeout looks at what is queued.
    ///
    /// # Errors
    /// As for [`next_event`](Self::next_event).
    pub fn next_within(
        &mut self,
        timeout: Duration,
    ) -> Result<Option<Received<F::Event<'_>>>, Error> {
        now(self.next_in_time(&mut Blocking, Patience::within(timeout)))
    }

    /// Waits for the next event, but not beyond the point in time `deadline`; `None` when none came.
    ///
    /// # Errors
    /// As for [`next_event`](Self::next_event).
    pub fn next_until(
        &mut self,
        deadline: Instant,
    ) -> Result<Option<Received<F::Event<'_>>>, Error> {
        now(self.next_in_time(&mut Blocking, Patience::until(deadline)))
    }

    /// The next event, unless it comes too late.
    pub(crate) async fn next_in_time(
        &mut self,
        ready: &mut impl Readiness,
        patience: Patience,
    ) -> Result<Option<Received<F::Event<'_>>>, Error> {
        let received = self.messages.next_in_time(ready, patience).await?;
        received.map(decoded::<F>).transpose()
    }

    /// An iterator that waits for each event. Events borrow the buffer that the next one fills, so `own`
    /// makes of each a value of its own.
    ///
    /// ```no_run
    /// # use nlgen_runtime::{Error, Events, EventSet, Group, Received};
    /// # fn watch<F: EventSet>(group: Group) -> Result<(), Error>
    /// # where for<'r> F::Event<'r>: std::fmt::Debug {
    /// let mut events = Events::<F>::open(&[group])?;
    /// for line in events.iter_by(|received| format!("{received:?}")).take(10) {
    ///     println!("{}", line?);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Each may be an error, as for [`next_event`](Self::next_event); the iterator goes on.
    pub fn iter_by<T>(
        &mut self,
        mut own: impl FnMut(Received<F::Event<'_>>) -> T,
    ) -> impl Iterator<Item = Result<T, Error>> {
        std::iter::repeat_with(move || self.next_event().map(&mut own))
    }

    /// Waits for the next event of a state that is kept by events: where some were missed before it, `read`
    /// is called to read the state anew.
    ///
    /// The events that are queued then are older than what `read` reads, and dropped. What happens while it
    /// reads is told after it. Should it fail, its error is given, and the next call begins with it.
    ///
    /// ```no_run
    /// # use nlgen_runtime::{Collected, Connection, Dump, Error, Events, EventSet, Group};
    /// # fn watch<F: EventSet, D: Dump + Default>(group: Group) -> Result<(), Error> {
    /// let mut conn = Connection::open()?;
    /// // The subscription first: so nothing is missed between the two.
    /// let mut events = Events::<F>::open(&[group])?;
    /// let mut state = conn.dump(&D::default())?;
    /// loop {
    ///     let event = events.next_synced(|gap| {
    ///         eprintln!("{} events were lost", gap.lost);
    ///         state = conn.dump(&D::default())?;
    ///         Ok::<(), Error>(())
    ///     })?;
    ///     // Apply the event to the state.
    /// #   let _ = (event, &state);
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    /// As for [`next_event`](Self::next_event), and the errors of `read`.
    pub fn next_synced<E: From<Error>>(
        &mut self,
        mut read: impl FnMut(Gap) -> Result<(), E>,
    ) -> Result<F::Event<'_>, E> {
        now(self.next_synced_on(&mut Blocking, async |gap| read(gap)))
    }

    /// [`next_synced`](Self::next_synced).
    pub(crate) async fn next_synced_on<E: From<Error>>(
        &mut self,
        ready: &mut impl Readiness,
        read: impl AsyncFnMut(Gap) -> Result<(), E>,
    ) -> Result<F::Event<'_>, E> {
        let arrival = self.messages.next_synced_on(ready, read).await?;
        Ok(F::decode_arrival(arrival).map_err(Error::from)?)
    }

    /// The port id of the subscription's socket (`nl_pid`): what is sent to it alone arrives here, too.
    #[must_use]
    pub fn port_id(&self) -> u32 {
        self.messages.port_id()
    }

    /// What was received since the subscription began.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.messages.stats()
    }

    /// What the kernel grants the subscription's socket. What an older kernel lacks is done without.
    #[must_use]
    pub fn features(&self) -> Features {
        self.messages.features()
    }
}

fn decoded<F: EventSets>(received: Received<Arrival<'_>>) -> Result<Received<F::Event<'_>>, Error> {
    Ok(match received {
        Received::Event(arrival) => Received::Event(F::decode_arrival(arrival)?),
        Received::Overrun { lost } => Received::Overrun { lost },
        Received::Reloaded { family } => Received::Reloaded { family },
    })
}

impl<F> AsFd for Events<F> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.messages.as_fd()
    }
}

impl<F: EventSets> fmt::Debug for Events<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events")
            .field("messages", &self.messages)
            .finish_non_exhaustive()
    }
}
