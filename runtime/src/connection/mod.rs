//! The blocking connection: requests in, typed answers out.

mod builder;
mod call_all;
mod commit;
mod dump_stream;
mod ids;
mod observe;
mod raw;
mod receive;
mod reload;
mod renew;
mod requests;
mod row;
mod settings;
#[cfg(test)]
pub(crate) mod tests;

pub use builder::ConnectionBuilder;
pub use dump_stream::DumpStream;

use std::fmt;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use crate::connection::observe::Observer;
use crate::connection::settings::Settings;
use crate::family::{Dump, Request};
use crate::link::{Blocking, Features, Socket, now};
use crate::session::{Collected, Direction, Error, Exchange, Families, Inbox, Stats};
use crate::wire::ExtAck;

/// A connection to the kernel's generic netlink families.
///
/// It has a socket of its own, on which it only makes requests: events come through
/// [`Events`](crate::Events). Only what the kernel itself sends is believed; see
/// [`Stats`](crate::Stats) for what was not.
///
/// Each request is answered or fails. Two bounds in time hold for it: each part of its answer is waited for no
/// longer than a time of quiet ([`timeout`](ConnectionBuilder::timeout), 10 seconds), and all of it no longer than
/// to a point in time ([`deadline`](ConnectionBuilder::deadline), none). What is collected has a
/// [bound](ConnectionBuilder::answer_cap) in bytes. After each of these errors the connection can be used as before.
///
/// It can be sent to another thread; to share it, put it behind a
/// mutex or open one for each thread: opening costs a few system calls. A forked process must open its own:
/// that of its parent gives it [`Error::Forked`]. Programs that are started inherit no socket.
///
/// A dump that is left and does not end soon is left to the kernel together with its socket; the next dump opens
/// another ([`Stats::renewed`]). The [port id](Self::port_id) and the descriptor are then others. A
/// socket that was [handed over](ConnectionBuilder::fd) stays.
pub struct Connection {
    socket: Socket,
    exchange: Exchange,
    settings: Settings,
    families: Families,
    request: Vec<u8>,
    inbox: Inbox,
    /// The queue was full, or may have been, and what was queued has not been dropped since.
    congested: bool,
    warning: Option<Box<ExtAck>>,
    returned: u32,
    observer: Observer,
}

impl Connection {
    pub(crate) fn with(socket: Socket, settings: Settings) -> Self {
        Self {
            exchange: Exchange::new(socket.port_id(), socket.drops().unwrap_or(0), socket.seq()),
            inbox: Inbox::new(settings.receive_size, settings.receive_cap),
            // What one that was handed over has lost before nobody knows.
            congested: socket.is_adopted(),
            socket,
            settings,
            families: Families::default(),
            request: Vec::new(),
            warning: None,
            returned: 0,
            observer: Observer::default(),
        }
    }

    /// Shows each datagram that is sent or believed to `observer`, whole, from now on: for traces and
    /// captures. [`call_all`](Self::call_all) sends many requests in one, [`commit`](Self::commit) a whole
    /// batch. The bytes may hold keys.
    ///
    /// ```no_run
    /// # use nlgen_runtime::{Connection, Direction};
    /// let mut conn = Connection::open()?;
    /// conn.observe(|direction, datagram| eprintln!("{direction:?} {} bytes", datagram.len()));
    /// # Ok::<(), nlgen_runtime::Error>(())
    /// ```
    pub fn observe(&mut self, observer: impl FnMut(Direction, &[u8]) + Send + Sync + 'static) {
        self.observer = Observer::new(observer);
    }

    /// Makes a request and waits for its reply, which borrows the connection's buffer.
    ///
    /// [`call_collected`](Self::call_collected) keeps all replies of an operation with several, and leaves the
    /// connection free. For an operation without a reply the result is `()`, once the kernel has acknowledged.
    ///
    /// # Errors
    /// [`Error::Kernel`] when the kernel refuses, [`Error::NoReply`] when it only acknowledges,
    /// [`Error::SeveralReplies`] when it has sent more than the one that is expected, and
    /// the other kinds of [`Error`] by name.
    pub fn call<R: Request>(&mut self, request: &R) -> Result<R::Reply<'_>, Error> {
        self.call_with(0, request)
    }

    /// Makes a request with more flags (`nlmsg_flags`): [`CREATE`](crate::flags::CREATE),
    /// [`EXCL`](crate::flags::EXCL), [`REPLACE`](crate::flags::REPLACE), [`APPEND`](crate::flags::APPEND),
    /// [`ECHO`](crate::flags::ECHO).
    ///
    /// # Errors
    /// As for [`call`](Self::call).
    pub fn call_with<R: Request>(
        &mut self,
        flags: u16,
        request: &R,
    ) -> Result<R::Reply<'_>, Error> {
        self.call_at_once(flags, request)
    }

    /// Makes a request and keeps all of its replies, which do not borrow the connection.
    ///
    /// # Errors
    /// As for [`call`](Self::call), but for [`Error::NoReply`]: no reply is an empty collection.
    pub fn call_collected<R: Request>(&mut self, request: &R) -> Result<Collected<R>, Error> {
        now(self.call_collected_on(&mut Blocking, request))
    }

    /// Dumps all objects. They are kept, and do not borrow the connection.
    ///
    /// A dump during which its objects change is made again, up to
    /// [`ConnectionBuilder::dump_attempts`] times.
    ///
    /// # Errors
    /// [`Error::Kernel`] when the kernel refuses or the dump ends with an error,
    /// [`Error::Interrupted`] with what was read, when each attempt met a change, and the other kinds by
    /// name.
    pub fn dump<D: Dump>(&mut self, request: &D) -> Result<Collected<D>, Error> {
        now(self.dump_on(&mut Blocking, request))
    }

    /// Dumps all objects, one at a time as they are asked for: for dumps too large to keep.
    ///
    /// # Errors
    /// As for [`dump`](Self::dump), here and from the stream.
    pub fn dump_stream<D: Dump>(&mut self, request: &D) -> Result<DumpStream<'_, D>, Error> {
        now(self.dump_stream_on(&mut Blocking, request))
    }

    /// Sets how long each part of an answer is waited for from now on
    /// ([`ConnectionBuilder::timeout`]); `None` waits for ever.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.settings.timeout = timeout;
    }

    /// Sets when each request from now on ends at the latest ([`ConnectionBuilder::deadline`]); `None` is never. It
    /// holds until another is set: requests that begin later than it are not sent.
    pub fn set_deadline(&mut self, deadline: Option<Instant>) {
        self.settings.deadline = deadline;
    }

    /// What the kernel said beside acknowledging the last request: a warning, or a cookie.
    #[must_use]
    pub fn warning(&self) -> Option<&ExtAck> {
        self.warning.as_deref()
    }

    /// The number that the kernel returned for the last request in place of an error number; 0 for most. A family may
    /// answer with an id so, as MAC80211_HWSIM does with that of a new radio; where its specification says it
    /// (`returns`), the id is in the reply, too.
    ///
    /// After [`call_all`](Self::call_all) and [`call_collected`](Self::call_collected), [`Collected::returned`] has
    /// it for each request.
    #[must_use]
    pub fn returned(&self) -> u32 {
        self.returned
    }

    /// What was sent and received since the connection was opened.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.exchange.stats
    }

    /// What the kernel grants this connection's socket. What an older kernel lacks is done without.
    #[must_use]
    pub fn features(&self) -> Features {
        self.socket.features()
    }

    /// The port id of the connection's socket.
    #[must_use]
    pub fn port_id(&self) -> u32 {
        self.exchange.port_id()
    }

    /// Gives up the connection, but for its socket and the sequence number that was used last.
    pub(crate) fn into_socket(self) -> (Socket, u32) {
        (self.socket, self.exchange.last())
    }

    /// Where a stream of a dump has its datagrams.
    pub(crate) fn stream_inbox(&self) -> &Inbox {
        &self.inbox
    }

    /// The parts that a stream of a dump works with.
    pub(crate) fn stream_parts(&mut self) -> (&mut Inbox, &mut Exchange) {
        (&mut self.inbox, &mut self.exchange)
    }
}

/// Without the requests' bytes: they may hold keys.
impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("socket", &self.socket)
            .field("settings", &self.settings)
            .field("stats", &self.exchange.stats)
            .finish_non_exhaustive()
    }
}

impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}
