//! Notifications: what families tell without being asked, through multicast groups.

use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use crate::exchange::{Exchange, Stats};
use crate::inbox::{Inbox, Receipt};
use crate::readiness::{Blocking, Readiness, now};
use crate::socket::{Socket, SocketOption};
use crate::{
    Connection, ConnectionBuilder, Error, EventSet, Group, Message, MessageHeader, Messages,
};

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
///     }
/// }
/// # }
/// ```
pub struct Events<F> {
    socket: Socket,
    exchange: Exchange,
    inbox: Inbox,
    family_id: u16,
    /// How far the last datagram has been read, in bytes.
    read: usize,
    /// How many datagrams had been lost when the last overrun was told.
    drops: u32,
    /// The queue was full and has not been empty since: the kernel queues nothing.
    congested: bool,
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
        let settings = builder.settings;
        // The ids are asked for on the same socket, before it joins anything.
        let mut conn = Connection::with(builder.family(F::FAMILY).socket()?, settings);
        let mut ready = make(conn.as_fd()).map_err(Error::io("opening a netlink socket"))?;
        let family_id = match F::FAMILY.is_generic() {
            true => conn.family_id_on(&mut ready, F::FAMILY).await?,
            false => 0,
        };
        let mut ids = Vec::with_capacity(groups.len());
        for group in groups {
            ids.push(conn.group_id_on(&mut ready, *group).await?);
        }
        let socket = conn.into_socket();
        socket
            .enable(SocketOption::PacketInfo)
            .map_err(Error::io("asking for the groups of events"))?;
        for id in ids {
            socket
                .join(id)
                .map_err(Error::io("joining a multicast group"))?;
        }
        let events = Self {
            exchange: Exchange::new(socket.port_id()),
            inbox: Inbox::new(settings.receive_size, settings.receive_cap),
            drops: socket.drops().unwrap_or(0),
            congested: false,
            socket,
            family_id,
            read: 0,
            family: PhantomData,
        };
        Ok((events, ready))
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
        loop {
            match self.find(ready, None).await? {
                Some(Found::At(at)) => return self.event(at),
                Some(Found::Overrun { lost }) => return Ok(Received::Overrun { lost }),
                None => {}
            }
        }
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
        // A time too far for the clock is for ever.
        let deadline = Instant::now().checked_add(timeout);
        match self.find(ready, deadline).await? {
            Some(Found::At(at)) => self.event(at).map(Some),
            Some(Found::Overrun { lost }) => Ok(Some(Received::Overrun { lost })),
            None => Ok(None),
        }
    }

    /// What was received since the subscription began.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.exchange.stats
    }

    fn event(&self, at: usize) -> Result<Received<F::Event<'_>>, Error> {
        let bytes = self.inbox.datagram().get(at..).unwrap_or_default();
        let message = Messages::new(bytes).next().unwrap_or(Message {
            header: MessageHeader::default(),
            payload: &[],
        });
        let (command, attributes) = match F::FAMILY.is_generic() {
            true => {
                let (header, attributes) = message.command()?;
                (header.command.into(), attributes)
            }
            false => (message.header.kind, message.payload),
        };
        Ok(Received::Event(F::decode_event(command, attributes)?))
    }

    /// Finds the next event, receiving as needed until the deadline.
    async fn find(
        &mut self,
        ready: &mut impl Readiness,
        deadline: Option<Instant>,
    ) -> Result<Option<Found>, Error> {
        loop {
            if let Some(at) = self.next_in_datagram() {
                return Ok(Some(Found::At(at)));
            }
            self.read = 0;
            match self.inbox.receive(&self.socket) {
                Ok(Receipt::Datagram { sender, len }) => {
                    if !self.exchange.accept(sender, len) {
                        self.inbox.drop_datagram();
                    }
                }
                Ok(Receipt::Truncated { sender, needed }) => {
                    if self.exchange.accept(sender, needed) {
                        self.inbox.grow(needed);
                        return Ok(Some(Found::Overrun { lost: 1 }));
                    }
                }
                Ok(Receipt::Nothing) if self.congested => {
                    self.congested = false;
                    if let Some(found) = self.lost_since() {
                        return Ok(Some(found));
                    }
                }
                Ok(Receipt::Nothing) => {
                    let come = ready.readable(self.socket.as_fd(), deadline).await;
                    if !come.map_err(Error::io("waiting for events"))? {
                        return Ok(None);
                    }
                }
                Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => {
                    self.congested = true;
                    let found = self.lost_since();
                    return Ok(Some(found.unwrap_or(Found::Overrun { lost: 0 })));
                }
                Err(error) => return Err(Error::io("receiving events")(error)),
            }
        }
    }

    fn next_in_datagram(&mut self) -> Option<usize> {
        let datagram = self.inbox.datagram();
        loop {
            let at = self.read;
            let mut messages = Messages::new(datagram.get(at..)?);
            let message = messages.next()?;
            self.read = datagram.len() - messages.leftover().len();
            let ours = match F::FAMILY.is_generic() {
                true => message.header.kind == self.family_id,
                false => message.header.kind >= crate::control::MIN,
            };
            if ours {
                return Some(at);
            }
            self.exchange.stats.stray += 1;
        }
    }

    /// The losses that have not been told yet, if there are any.
    fn lost_since(&mut self) -> Option<Found> {
        let drops = self.socket.drops().unwrap_or(self.drops);
        let lost = drops.wrapping_sub(self.drops);
        self.drops = drops;
        (lost != 0).then_some(Found::Overrun { lost })
    }
}

/// What `find` found.
enum Found {
    /// An event's message, at this place of the last datagram.
    At(usize),
    Overrun {
        lost: u32,
    },
}

impl<F> AsFd for Events<F> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl<F: EventSet> fmt::Debug for Events<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events")
            .field("family", &F::FAMILY.name())
            .field("socket", &self.socket)
            .finish_non_exhaustive()
    }
}
