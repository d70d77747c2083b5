//! Multicast messages of families as they come, losses among them.

mod events;
mod synced;

pub use events::{Events, Received};
pub use synced::Gap;

use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use crate::connection::{Connection, ConnectionBuilder};
use crate::family::{Arrival, Family, Group};
use crate::link::{Blocking, Features, Readiness, Socket, now};
use crate::session::{
    Direction, Error, Exchange, Followed, Following, Inbox, Patience, Receipt, Stats, trace,
};
use crate::wire::{Message, MessageHeader, Messages};

/// A subscription to multicast groups, whose messages are given as they come.
///
/// [`Events`](crate::Events) decodes them; this is for tools that learn a family while they run.
///
/// ```no_run
/// use nlgen_runtime::{ConnectionBuilder, Group, Received, Subscription, nlctrl};
/// let group = Group::new(&nlctrl::FAMILY, "notify");
/// let families = [&nlctrl::FAMILY];
/// let mut subscription = Subscription::open(ConnectionBuilder::new(), &families, &[group])?;
/// while let Received::Event(arrival) = subscription.next_message()? {
///     println!("{} bytes", arrival.message.payload.len());
/// }
/// # Ok::<(), nlgen_runtime::Error>(())
/// ```
pub struct Subscription {
    socket: Socket,
    exchange: Exchange,
    inbox: Inbox,
    following: Following,
    /// The group of the last datagram.
    group: u32,
    /// The queue was full and has not been empty since: the kernel queues nothing.
    congested: bool,
    losses: Losses,
    /// A family was loaded again, which is told before what follows.
    reloaded: Option<&'static Family>,
    /// What was missed, while the state has not been read anew.
    gap: Option<Gap>,
    span: trace::Span,
}

/// Losses that have not been told.
#[derive(Debug, Default)]
struct Losses {
    /// One of them may have been the answer to a question of ours.
    doubtful: bool,
    /// So many were events after all.
    untold: u32,
}

/// What `find` found.
#[derive(Clone, Copy)]
enum Found {
    At(At),
    Overrun { lost: u32 },
    Reloaded { family: &'static Family },
}

/// A message, at this place of the last datagram.
#[derive(Clone, Copy)]
struct At {
    at: usize,
    family: &'static Family,
    group: Option<Group>,
}

impl Subscription {
    /// Joins groups of `families`: of one or more of generic netlink, or of those of one other protocol.
    ///
    /// # Errors
    /// [`Error::FamilyNotFound`], [`Error::GroupNotFound`], [`Error::WrongFamily`] for a group of a
    /// family that is not listed, [`Error::WrongProtocol`] when the families have not one protocol, or
    /// [`Error::Io`] when the socket cannot be made or a group not be joined (some need `CAP_NET_ADMIN`).
    pub fn open(
        builder: ConnectionBuilder,
        families: &[&'static Family],
        groups: &[Group],
    ) -> Result<Self, Error> {
        now(Self::open_on(|_| Ok(Blocking), builder, families, groups)).map(|(new, _)| new)
    }

    /// [`open`](Self::open), with a way to wait that is made for the socket.
    pub(crate) async fn open_on<R: Readiness>(
        make: impl FnOnce(BorrowedFd<'_>) -> io::Result<R>,
        builder: ConnectionBuilder,
        families: &[&'static Family],
        groups: &[Group],
    ) -> Result<(Self, R), Error> {
        if let Some(group) = groups
            .iter()
            .find(|group| owner(families, **group) == families.len())
        {
            return Err(Error::WrongFamily {
                family: group.family().name(),
                group: group.name(),
            });
        }
        let settings = builder.settings;
        let builder = match families.first() {
            Some(family) => builder.family(family),
            None => builder,
        };
        // The ids are asked for on the same socket, before it joins anything.
        let mut conn = Connection::with(builder.socket()?, settings);
        let mut ready = make(conn.as_fd()).map_err(Error::io("opening a netlink socket"))?;
        let mut followed = Vec::with_capacity(families.len());
        for (at, family) in families.iter().enumerate() {
            let id = conn.family_id_on(&mut ready, family).await?;
            let mut joined = Vec::new();
            for group in groups.iter().filter(|group| owner(families, **group) == at) {
                joined.push((*group, conn.group_id_on(&mut ready, *group).await?));
            }
            followed.push(Followed::new(family, id, joined));
        }
        let (socket, seq) = conn.into_socket();
        socket.ask_for(Features::GROUP_INFO);
        // What one that was handed over has lost before nobody knows.
        let congested = socket.is_adopted();
        let new = Self {
            exchange: Exchange::new(socket.port_id(), socket.drops().unwrap_or(0), seq),
            inbox: Inbox::new(settings.receive_size, settings.receive_cap),
            following: Following::join(&socket, followed)?,
            group: 0,
            congested,
            losses: Losses::default(),
            reloaded: None,
            gap: None,
            span: trace::subscription(families),
            socket,
        };
        Ok((new, ready))
    }

    /// Waits for the next message.
    ///
    /// # Errors
    /// [`Error::Io`] when receiving fails.
    pub fn next_message(&mut self) -> Result<Received<Arrival<'_>>, Error> {
        now(self.next_on(&mut Blocking))
    }

    /// Waits for the next message, but not longer than `timeout`, whatever else comes; `None` when none came. A zero
    /// timeout looks at what is queued.
    ///
    /// # Errors
    /// As for [`next_message`](Self::next_message).
    pub fn next_within(
        &mut self,
        timeout: Duration,
    ) -> Result<Option<Received<Arrival<'_>>>, Error> {
        now(self.next_in_time(&mut Blocking, Patience::within(timeout)))
    }

    /// Waits for the next message, but not beyond the point in time `deadline`; `None` when none came.
    ///
    /// # Errors
    /// As for [`next_message`](Self::next_message).
    pub fn next_until(
        &mut self,
        deadline: Instant,
    ) -> Result<Option<Received<Arrival<'_>>>, Error> {
        now(self.next_in_time(&mut Blocking, Patience::until(deadline)))
    }

    /// The next message if one is queued.
    ///
    /// # Errors
    /// As for [`next_message`](Self::next_message).
    pub fn try_next(&mut self) -> Result<Option<Received<Arrival<'_>>>, Error> {
        self.next_within(Duration::ZERO)
    }

    /// [`next_message`](Self::next_message).
    pub(crate) async fn next_on(
        &mut self,
        ready: &mut impl Readiness,
    ) -> Result<Received<Arrival<'_>>, Error> {
        let found = self.wait_on(ready).await?;
        Ok(self.received(&found))
    }

    /// Waits for whatever comes next.
    async fn wait_on(&mut self, ready: &mut impl Readiness) -> Result<Found, Error> {
        loop {
            if let Some(found) = self.find(ready, Patience::endless()).await? {
                return Ok(found);
            }
        }
    }

    /// The next message, unless it comes too late.
    pub(crate) async fn next_in_time(
        &mut self,
        ready: &mut impl Readiness,
        patience: Patience,
    ) -> Result<Option<Received<Arrival<'_>>>, Error> {
        let found = self.find(ready, patience).await?;
        Ok(found.map(|found| self.received(&found)))
    }

    /// The port id of the subscription's socket (`nl_pid`): what is sent to it alone arrives here, too.
    #[must_use]
    pub fn port_id(&self) -> u32 {
        self.socket.port_id()
    }

    /// What was received since the subscription began.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.exchange.stats
    }

    /// What the kernel grants the subscription's socket. What an older kernel lacks is done without.
    #[must_use]
    pub fn features(&self) -> Features {
        self.socket.features()
    }

    /// What was found, with the message borrowed from the buffer.
    fn received(&self, found: &Found) -> Received<Arrival<'_>> {
        match *found {
            Found::At(at) => Received::Event(self.arrival(at)),
            Found::Overrun { lost } => Received::Overrun { lost },
            Found::Reloaded { family } => Received::Reloaded { family },
        }
    }

    fn arrival(&self, At { at, family, group }: At) -> Arrival<'_> {
        let bytes = self.inbox.datagram().get(at..).unwrap_or_default();
        let message = Messages::new(bytes).next().unwrap_or(Message {
            header: MessageHeader::default(),
            payload: &[],
        });
        Arrival {
            family,
            group,
            message,
        }
    }

    /// Finds the next message of the families, receiving as needed.
    async fn find(
        &mut self,
        ready: &mut impl Readiness,
        patience: Patience,
    ) -> Result<Option<Found>, Error> {
        let span = self.span.clone();
        let looked = async {
            let found = self.look(ready, patience).await;
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
        mut patience: Patience,
    ) -> Result<Option<Found>, Error> {
        const WAITING: &str = "waiting for events";
        loop {
            if let Some(family) = self.reloaded.take() {
                return Ok(Some(Found::Reloaded { family }));
            }
            if let Some(found) = self.next_in_datagram()? {
                return Ok(Some(found));
            }
            ready.proceed().await;
            let unwanted = match self.inbox.receive(&self.socket) {
                Ok(Receipt::Datagram { sender, group, len }) => {
                    self.group = group;
                    match self.exchange.accept(sender, group, len) {
                        true => trace::datagram(Direction::Received, self.inbox.datagram()),
                        false => self.inbox.drop_datagram(),
                    }
                    if let Some(found) = self.next_in_datagram()? {
                        return Ok(Some(found));
                    }
                    len
                }
                Ok(Receipt::Truncated { sender, needed }) => {
                    if self.exchange.accept(sender, 0, needed) {
                        self.inbox.grow(needed);
                        self.exchange.cut();
                        return Ok(Some(Found::Overrun { lost: 1 }));
                    }
                    needed
                }
                Ok(Receipt::Nothing) => {
                    if let Some(found) = self.empty() {
                        return Ok(Some(found));
                    }
                    if self.following.ask(&self.socket, &mut self.exchange)? {
                        continue;
                    }
                    let until = patience.ends();
                    if until.is_none() {
                        let may_wait = self.socket.may_wait();
                        may_wait.map_err(Error::io(WAITING))?;
                    }
                    let come = ready.readable(self.socket.as_fd(), until).await;
                    if !come.map_err(Error::io(WAITING))? {
                        return Ok(None);
                    }
                    continue;
                }
                Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => {
                    if let Some(found) = self.full() {
                        return Ok(Some(found));
                    }
                    continue;
                }
                Err(error) => return Err(Error::io("receiving events")(error)),
            };
            if self.reloaded.is_none() && patience.is_over_after(unwanted, &self.socket) {
                return Ok(None);
            }
        }
    }

    /// The queue was full: what was lost by now.
    ///
    /// An answer that is on its way may be among it. It is not counted before it is known that it was none.
    fn full(&mut self) -> Option<Found> {
        self.congested = true;
        // Whether a family was loaded again meanwhile may be among what was lost.
        self.following.doubt();
        let lost = self.lost_since();
        let doubtful = self.following.is_asking() && self.socket.answers_at_once();
        match lost {
            Some(lost @ 1..) if doubtful && !self.losses.doubtful => {
                self.losses.doubtful = true;
                (lost > 1).then_some(Found::Overrun { lost: lost - 1 })
            }
            lost => Some(Found::Overrun {
                lost: lost.unwrap_or(0),
            }),
        }
    }

    /// The queue is empty: what was lost since it was full, if anything was. Where the kernel does not count losses
    /// there may have been some.
    fn empty(&mut self) -> Option<Found> {
        let mut lost = std::mem::take(&mut self.losses.untold);
        let mut uncounted = false;
        if std::mem::take(&mut self.congested) {
            self.following.doubt();
            if self.following.is_asking() && self.socket.answers_at_once() {
                // It would have come by now.
                self.following.forget_question();
                self.losses.doubtful = false;
            }
            match self.lost_since() {
                Some(more) => lost = lost.saturating_add(more),
                None => uncounted = true,
            }
        }
        (lost != 0 || uncounted).then_some(Found::Overrun { lost })
    }

    /// What the rest of the last datagram brings.
    fn next_in_datagram(&mut self) -> Result<Option<Found>, Error> {
        let port_id = self.exchange.port_id();
        while let Some((at, message)) = self.inbox.next_message() {
            let header = message.header;
            if self.following.is_answered_by(header, port_id)
                && std::mem::take(&mut self.losses.doubtful)
            {
                // So it was an event that was lost.
                self.losses.untold += 1;
            }
            let about_families = self.following.is_about_families(header);
            let reloaded = match about_families {
                true => self.following.read(&self.socket, message)?,
                false => None,
            };
            // nlctrl numbers answers to what was asked, and what it tells by itself it does not.
            let answer = about_families && header.seq != 0;
            match self.following.source(header, self.group) {
                Some((family, group)) if !answer => {
                    self.reloaded = reloaded;
                    return Ok(Some(Found::At(At { at, family, group })));
                }
                _ => {}
            }
            if let Some(family) = reloaded {
                return Ok(Some(Found::Reloaded { family }));
            }
            if !about_families {
                self.exchange.stats.stray += 1;
                trace::stray(header);
            }
        }
        Ok(None)
    }

    /// How many losses there were since this was last asked; `None` where the kernel does not count them.
    fn lost_since(&mut self) -> Option<u32> {
        Some(self.exchange.lost_since(self.socket.drops().ok()?))
    }
}

/// The index of the family in `families` that has a group. Families of a protocol of its own share theirs, so
/// the first has those of families that are not there.
fn owner(families: &[&'static Family], group: Group) -> usize {
    let own = families.iter().position(|family| *family == group.family());
    let shared = || {
        let raw = |family: &&Family| {
            !family.is_generic() && family.protocol() == group.family().protocol()
        };
        families.iter().position(raw)
    };
    own.or_else(shared).unwrap_or(families.len())
}

impl AsFd for Subscription {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field(
                "families",
                &self
                    .following
                    .families()
                    .map(Family::name)
                    .collect::<Vec<_>>(),
            )
            .field("socket", &self.socket)
            .finish_non_exhaustive()
    }
}
