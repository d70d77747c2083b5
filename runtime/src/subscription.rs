//! Multicast messages of a family as they come, losses among them.

use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use crate::exchange::{Exchange, Stats};
use crate::follow::Followed;
use crate::inbox::{Inbox, Receipt};
use crate::readiness::{Blocking, Readiness, now};
use crate::socket::{Socket, SocketOption};
use crate::{
    Connection, ConnectionBuilder, Direction, Error, Family, Group, Message, MessageHeader,
    Messages, Received, trace,
};

/// A subscription to multicast groups of one family, whose messages are given as they come.
///
/// [`Events`](crate::Events) decodes them; this is for tools that learn a family while they run.
///
/// ```no_run
/// use nlgen_runtime::{ConnectionBuilder, Group, Received, Subscription, nlctrl};
/// let group = Group::new(&nlctrl::FAMILY, "notify");
/// let mut subscription = Subscription::open(ConnectionBuilder::new(), &nlctrl::FAMILY, &[group])?;
/// while let Received::Event(message) = subscription.next_message()? {
///     println!("{} bytes", message.payload.len());
/// }
/// # Ok::<(), nlgen_runtime::Error>(())
/// ```
pub struct Subscription {
    socket: Socket,
    exchange: Exchange,
    inbox: Inbox,
    followed: Followed,
    /// The queue was full and has not been empty since: the kernel queues nothing.
    congested: bool,
    span: trace::Span,
}

/// What `find` found.
enum Found {
    /// A message, at this place of the last datagram.
    At(usize),
    Overrun {
        lost: u32,
    },
    Reloaded,
}

impl Subscription {
    /// Joins groups of `family`.
    ///
    /// # Errors
    /// [`Error::FamilyNotFound`], [`Error::GroupNotFound`], or [`Error::Io`] when the socket cannot be
    /// made or a group not be joined (some need `CAP_NET_ADMIN`).
    pub fn open(
        builder: ConnectionBuilder,
        family: &'static Family,
        groups: &[Group],
    ) -> Result<Self, Error> {
        now(Self::open_on(|_| Ok(Blocking), builder, family, groups)).map(|(new, _)| new)
    }

    /// [`open`](Self::open), with a way to wait that is made for the socket.
    pub(crate) async fn open_on<R: Readiness>(
        make: impl FnOnce(BorrowedFd<'_>) -> io::Result<R>,
        builder: ConnectionBuilder,
        family: &'static Family,
        groups: &[Group],
    ) -> Result<(Self, R), Error> {
        let settings = builder.settings;
        // The ids are asked for on the same socket, before it joins anything.
        let mut conn = Connection::with(builder.family(family).socket()?, settings);
        let mut ready = make(conn.as_fd()).map_err(Error::io("opening a netlink socket"))?;
        let family_id = match family.is_generic() {
            true => conn.family_id_on(&mut ready, family).await?,
            false => 0,
        };
        let mut ids = Vec::with_capacity(groups.len());
        for group in groups {
            ids.push((*group, conn.group_id_on(&mut ready, *group).await?));
        }
        let socket = conn.into_socket();
        socket
            .enable(SocketOption::PacketInfo)
            .map_err(Error::io("asking for the groups of events"))?;
        let followed = Followed::join(&socket, family, family_id, ids)?;
        let new = Self {
            exchange: Exchange::new(socket.port_id(), socket.drops().unwrap_or(0)),
            inbox: Inbox::new(settings.receive_size, settings.receive_cap),
            congested: false,
            span: trace::subscription(family),
            socket,
            followed,
        };
        Ok((new, ready))
    }

    /// Waits for the next message.
    ///
    /// # Errors
    /// [`Error::Io`] when receiving fails.
    pub fn next_message(&mut self) -> Result<Received<Message<'_>>, Error> {
        now(self.next_on(&mut Blocking))
    }

    /// Waits for the next message, but not longer than `timeout`; `None` when none came. A zero timeout
    /// only looks.
    ///
    /// # Errors
    /// As for [`next_message`](Self::next_message).
    pub fn next_within(
        &mut self,
        timeout: Duration,
    ) -> Result<Option<Received<Message<'_>>>, Error> {
        now(self.next_within_on(&mut Blocking, timeout))
    }

    /// [`next_message`](Self::next_message).
    pub(crate) async fn next_on(
        &mut self,
        ready: &mut impl Readiness,
    ) -> Result<Received<Message<'_>>, Error> {
        loop {
            if let Some(found) = self.find(ready, None).await? {
                return Ok(self.received(&found));
            }
        }
    }

    /// [`next_within`](Self::next_within).
    pub(crate) async fn next_within_on(
        &mut self,
        ready: &mut impl Readiness,
        timeout: Duration,
    ) -> Result<Option<Received<Message<'_>>>, Error> {
        // A time too far for the clock is for ever.
        let deadline = Instant::now().checked_add(timeout);
        let found = self.find(ready, deadline).await?;
        Ok(found.map(|found| self.received(&found)))
    }

    /// What was received since the subscription began.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.exchange.stats
    }

    fn received(&self, found: &Found) -> Received<Message<'_>> {
        let at = match found {
            Found::At(at) => *at,
            Found::Overrun { lost } => return Received::Overrun { lost: *lost },
            Found::Reloaded => return Received::Reloaded,
        };
        let bytes = self.inbox.datagram().get(at..).unwrap_or_default();
        Received::Event(Messages::new(bytes).next().unwrap_or(Message {
            header: MessageHeader::default(),
            payload: &[],
        }))
    }

    /// Finds the next message of the family, receiving as needed until the deadline.
    async fn find(
        &mut self,
        ready: &mut impl Readiness,
        deadline: Option<Instant>,
    ) -> Result<Option<Found>, Error> {
        let span = self.span.clone();
        let looked = async {
            let found = self.look(ready, deadline).await;
            if let Ok(Some(Found::Overrun { lost })) = &found {
                trace::lost(*lost);
            }
            found
        };
        trace::within(&span, looked).await
    }

    async fn look(
        &mut self,
        ready: &mut impl Readiness,
        deadline: Option<Instant>,
    ) -> Result<Option<Found>, Error> {
        loop {
            if let Some(found) = self.next_in_datagram()? {
                return Ok(Some(found));
            }
            match self.inbox.receive(&self.socket) {
                Ok(Receipt::Datagram { sender, len }) => match self.exchange.accept(sender, len) {
                    true => trace::datagram(Direction::Received, self.inbox.datagram()),
                    false => self.inbox.drop_datagram(),
                },
                Ok(Receipt::Truncated { sender, needed }) => {
                    if self.exchange.accept(sender, needed) {
                        self.inbox.grow(needed);
                        self.exchange.cut();
                        return Ok(Some(Found::Overrun { lost: 1 }));
                    }
                }
                Ok(Receipt::Nothing) if self.congested => {
                    self.congested = false;
                    // Whether the family was loaded again meanwhile may be among what was lost.
                    self.followed.ask(&self.socket, &mut self.exchange)?;
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

    /// What the rest of the last datagram brings.
    fn next_in_datagram(&mut self) -> Result<Option<Found>, Error> {
        while let Some((at, message)) = self.inbox.next_message() {
            if self.followed.is_from(message.header) {
                return Ok(Some(Found::At(at)));
            }
            if !self.followed.is_about_families(message.header) {
                self.exchange.stats.stray += 1;
                trace::stray(message.header);
            } else if self.followed.read(&self.socket, message)? {
                return Ok(Some(Found::Reloaded));
            }
        }
        Ok(None)
    }

    /// The losses that have not been told yet, if there are any.
    fn lost_since(&mut self) -> Option<Found> {
        let lost = self.exchange.lost_since(self.socket.drops().ok()?);
        (lost != 0).then_some(Found::Overrun { lost })
    }
}

impl AsFd for Subscription {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("family", &self.followed.family().name())
            .field("socket", &self.socket)
            .finish_non_exhaustive()
    }
}
