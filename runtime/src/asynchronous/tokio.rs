//! Connections and subscriptions on Tokio's event loop.
//!
//! ```no_run
//! use nlgen_runtime::nlctrl::GetfamilyDump;
//! use nlgen_runtime::tokio::Connection;
//!
//! # async fn all() -> Result<(), nlgen_runtime::Error> {
//! let mut conn = Connection::open()?;
//! for family in &conn.dump(&GetfamilyDump::default()).await? {
//!     println!("{:?}", family?.family_name);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! They are opened inside a Tokio runtime whose I/O and time are enabled (`enable_all`); without one,
//! opening is an error. Tokio itself panics in a runtime that has one of the two disabled.

use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::time::Instant;

use ::tokio::io::Interest;
use ::tokio::io::unix::AsyncFd;
use ::tokio::runtime::Handle;
use ::tokio::task::consume_budget;
use ::tokio::time::timeout_at;

use crate::asynchronous;
use crate::asynchronous::Reactor;
use crate::link::Readiness;

/// Tokio, watching one socket.
#[derive(Debug)]
pub struct Tokio(AsyncFd<OwnedFd>);

/// A connection: [`asynchronous::Connection`].
pub type Connection = asynchronous::Connection<Tokio>;

/// A dump's objects, one at a time: [`asynchronous::DumpStream`].
pub type DumpStream<'c, D> = asynchronous::DumpStream<'c, Tokio, D>;

/// A server for other processes: [`asynchronous::PeerServer`].
#[cfg(feature = "server")]
pub type PeerServer = asynchronous::PeerServer<Tokio>;

/// A subscription: [`asynchronous::Events`].
pub type Events<F> = asynchronous::Events<Tokio, F>;

impl Reactor for Tokio {
    fn watch(fd: BorrowedFd<'_>) -> io::Result<Self> {
        Handle::try_current().map_err(io::Error::other)?;
        // A descriptor of its own for the same socket: its life does not depend on the connection's.
        let fd = fd.try_clone_to_owned()?;
        #[allow(
            deprecated,
            reason = "its successor is unsafe, for things that close their descriptor while they are \
                      watched; an OwnedFd does not"
        )]
        let watched = AsyncFd::with_interest(fd, Interest::READABLE)?;
        Ok(Self(watched))
    }
}

impl Readiness for Tokio {
    async fn readable(&mut self, _: BorrowedFd<'_>, deadline: Option<Instant>) -> io::Result<bool> {
        let come = async {
            // Cleared before the socket is looked at again, so that nothing that comes meanwhile is
            // missed.
            self.0.readable().await?.clear_ready();
            Ok(true)
        };
        match deadline {
            None => come.await,
            Some(deadline) => timeout_at(deadline.into(), come).await.unwrap_or(Ok(false)),
        }
    }

    /// By Tokio's own budget, which a task's other sockets share.
    async fn proceed(&mut self) {
        consume_budget().await;
    }

    fn watch_another(&mut self, fd: BorrowedFd<'_>) -> io::Result<()> {
        *self = Self::watch(fd)?;
        Ok(())
    }
}
