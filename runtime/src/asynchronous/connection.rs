//! Requests.

use std::fmt;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use super::Reactor;
use crate::connection::ConnectionBuilder;
use crate::family::{Dump, Family, Group, Operation, Request};
use crate::link::Features;
use crate::session::{Batch, Collected, Committed, Direction, Error, Stats};
use crate::wire::{ExtAck, Raw};

/// A connection to the kernel's generic netlink families, for asynchronous code.
///
/// See [`crate::Connection`] for what its methods do: they are the same.
pub struct Connection<W> {
    // Dropped before the socket that it watches.
    reactor: W,
    inner: crate::connection::Connection,
}

impl<W: Reactor> Connection<W> {
    /// Opens a connection with the default settings, in the calling thread's network namespace.
    ///
    /// # Errors
    /// [`Error::Io`] when the socket cannot be made or the event loop not watch it.
    pub fn open() -> Result<Self, Error> {
        Self::open_with(ConnectionBuilder::new())
    }

    /// Opens a connection with other settings.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn open_with(builder: ConnectionBuilder) -> Result<Self, Error> {
        Self::over(builder.open()?)
    }

    /// Makes requests over a connection that is open already.
    ///
    /// # Errors
    /// [`Error::Io`] when the event loop cannot watch its socket.
    pub fn over(connection: crate::connection::Connection) -> Result<Self, Error> {
        let watching = W::watch(connection.as_fd());
        Ok(Self {
            reactor: watching.map_err(Error::io("watching a netlink socket"))?,
            inner: connection,
        })
    }

    /// Makes a request and waits for its reply: [`crate::Connection::call`].
    ///
    /// # Errors
    /// As there.
    pub async fn call<R: Request>(&mut self, request: &R) -> Result<R::Reply<'_>, Error> {
        self.call_with(0, request).await
    }

    /// Makes a request with more flags: [`crate::Connection::call_with`].
    ///
    /// # Errors
    /// As there.
    pub async fn call_with<R: Request>(
        &mut self,
        flags: u16,
        request: &R,
    ) -> Result<R::Reply<'_>, Error> {
        self.inner.call_on(&mut self.reactor, flags, request).await
    }

    /// Makes a request and keeps all of its replies: [`crate::Connection::call_collected`].
    ///
    /// # Errors
    /// As there.
    pub async fn call_collected<R: Request>(&mut self, request: &R) -> Result<Collected<R>, Error> {
        self.inner
            .call_collected_on(&mut self.reactor, request)
            .await
    }

    /// Makes many requests of one kind at once: [`crate::Connection::call_all`].
    ///
    /// # Errors
    /// As there.
    pub async fn call_all<R: Request>(
        &mut self,
        requests: &[R],
    ) -> Result<Vec<Result<Collected<R>, Error>>, Error> {
        self.call_all_with(0, requests).await
    }

    /// The same with more flags: [`crate::Connection::call_all_with`].
    ///
    /// # Errors
    /// As there.
    pub async fn call_all_with<R: Request>(
        &mut self,
        flags: u16,
        requests: &[R],
    ) -> Result<Vec<Result<Collected<R>, Error>>, Error> {
        self.inner
            .call_all_on(&mut self.reactor, flags, requests)
            .await
    }

    /// Has the kernel carry out a batch, whole or not at all: [`crate::Connection::commit`].
    ///
    /// # Errors
    /// As there.
    pub async fn commit(&mut self, batch: &Batch) -> Result<Committed, Error> {
        self.inner.commit_on(&mut self.reactor, batch).await
    }

    /// Makes a request whose fixed header and attributes are bytes: [`crate::Connection::call_raw`].
    ///
    /// # Errors
    /// As there.
    pub async fn call_raw(
        &mut self,
        operation: &'static Operation,
        flags: u16,
        body: &[u8],
    ) -> Result<Collected<Raw<'static>>, Error> {
        self.inner
            .collect(&mut self.reactor, operation, flags, &Raw(body))
            .await
    }

    /// Dumps all objects, with a request that is bytes: [`crate::Connection::dump_raw`].
    ///
    /// # Errors
    /// As there.
    pub async fn dump_raw(
        &mut self,
        operation: &'static Operation,
        body: &[u8],
    ) -> Result<Collected<Raw<'static>>, Error> {
        self.inner
            .collect_dump(&mut self.reactor, operation, &Raw(body))
            .await
    }

    /// Dumps all objects: [`crate::Connection::dump`].
    ///
    /// # Errors
    /// As there.
    pub async fn dump<D: Dump>(&mut self, request: &D) -> Result<Collected<D>, Error> {
        self.inner.dump_on(&mut self.reactor, request).await
    }

    /// Dumps all objects, one at a time: [`crate::Connection::dump_stream`].
    ///
    /// # Errors
    /// As there.
    pub async fn dump_stream<D: Dump>(
        &mut self,
        request: &D,
    ) -> Result<DumpStream<'_, W, D>, Error> {
        let Self { reactor, inner } = self;
        let inner = inner.dump_stream_on(reactor, request).await?;
        Ok(DumpStream { reactor, inner })
    }

    /// The id of a family in the running kernel: [`crate::Connection::family_id`].
    ///
    /// # Errors
    /// As there.
    pub async fn family_id(&mut self, family: &'static Family) -> Result<u16, Error> {
        self.inner.family_id_on(&mut self.reactor, family).await
    }

    /// The id of a multicast group of the running kernel: [`crate::Connection::group_id`].
    ///
    /// # Errors
    /// As there.
    pub async fn group_id(&mut self, group: Group) -> Result<u32, Error> {
        self.inner.group_id_on(&mut self.reactor, group).await
    }

    /// Shows each datagram that is sent or believed to `observer`: [`crate::Connection::observe`].
    pub fn observe(&mut self, observer: impl FnMut(Direction, &[u8]) + Send + Sync + 'static) {
        self.inner.observe(observer);
    }

    /// Sets how long each part of an answer is waited for from now on: [`crate::Connection::set_timeout`].
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.inner.set_timeout(timeout);
    }

    /// Sets when each request from now on ends at the latest: [`crate::Connection::set_deadline`].
    pub fn set_deadline(&mut self, deadline: Option<Instant>) {
        self.inner.set_deadline(deadline);
    }

    /// What the kernel said beside acknowledging the last request: a warning, or a cookie.
    #[must_use]
    pub fn warning(&self) -> Option<&ExtAck> {
        self.inner.warning()
    }

    /// The number that the kernel returned for the last request in place of an error number; see
    /// [`Connection::returned`](crate::Connection::returned).
    #[must_use]
    pub fn returned(&self) -> u32 {
        self.inner.returned()
    }

    /// What was sent and received since the connection was opened.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.inner.stats()
    }

    /// What the kernel grants the connection's socket. What an older kernel lacks is done without.
    #[must_use]
    pub fn features(&self) -> Features {
        self.inner.features()
    }

    /// The port id of the connection's socket.
    #[must_use]
    pub fn port_id(&self) -> u32 {
        self.inner.port_id()
    }
}

impl<W> fmt::Debug for Connection<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<W> AsFd for Connection<W> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.inner.as_fd()
    }
}

/// The objects of a dump, received as they are asked for: [`crate::DumpStream`].
pub struct DumpStream<'c, W, D> {
    reactor: &'c mut W,
    inner: crate::connection::DumpStream<'c, D>,
}

impl<W: Reactor, D: Dump> DumpStream<'_, W, D> {
    /// The next object, borrowed until the next call; `None` at the dump's end.
    ///
    /// # Errors
    /// As for [`crate::DumpStream::next_object`].
    pub async fn next_object(&mut self) -> Result<Option<D::Reply<'_>>, Error> {
        self.inner.next_on(self.reactor).await
    }
}

impl<W, D: Dump> fmt::Debug for DumpStream<'_, W, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
