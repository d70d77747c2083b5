//! A server for other processes.

use std::convert::Infallible;
use std::fmt;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use super::Reactor;
use crate::server;
use crate::session::{Error, Patience};

/// A server for other processes, for asynchronous code.
///
/// It is made [over](Self::over) a [`PeerServer`](server::PeerServer), whose methods that do not wait are those of
/// [`get_mut`](Self::get_mut). What answers requests is called on the event loop, and should not block it.
pub struct PeerServer<W> {
    // Dropped before the socket that it watches.
    reactor: W,
    inner: server::PeerServer,
}

impl<W: Reactor> PeerServer<W> {
    /// Serves on the event loop what `server` serves.
    ///
    /// # Errors
    /// [`Error::Io`] when the event loop cannot watch its socket.
    pub fn over(server: server::PeerServer) -> Result<Self, Error> {
        let watching = W::watch(server.as_fd());
        Ok(Self {
            reactor: watching.map_err(Error::io("watching a netlink socket"))?,
            inner: server,
        })
    }

    /// Serves for ever: [`server::PeerServer::serve`]. A future that is dropped has served what it began to serve.
    ///
    /// # Errors
    /// As there.
    pub async fn serve(&mut self) -> Result<Infallible, Error> {
        loop {
            let endless = Patience::endless();
            self.inner.serve_on(&mut self.reactor, endless).await?;
        }
    }

    /// Serves for a time: [`server::PeerServer::serve_within`].
    ///
    /// # Errors
    /// As there.
    pub async fn serve_within(&mut self, timeout: Duration) -> Result<(), Error> {
        let patience = Patience::within(timeout);
        self.inner.serve_on(&mut self.reactor, patience).await
    }

    /// Serves until a point in time: [`server::PeerServer::serve_until`].
    ///
    /// # Errors
    /// As there.
    pub async fn serve_until(&mut self, deadline: Instant) -> Result<(), Error> {
        let patience = Patience::until(deadline);
        self.inner.serve_on(&mut self.reactor, patience).await
    }

    /// What clients open their connections with: [`server::PeerServer::port_id`].
    #[must_use]
    pub fn port_id(&self) -> u32 {
        self.inner.port_id()
    }

    /// The server, to send events and to add families.
    pub fn get_mut(&mut self) -> &mut server::PeerServer {
        &mut self.inner
    }
}

impl<W> fmt::Debug for PeerServer<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<W> AsFd for PeerServer<W> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.inner.as_fd()
    }
}
