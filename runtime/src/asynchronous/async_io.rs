//! Connections and subscriptions on the event loop of the crate async-io, which smol and others use.
//!
//! ```no_run
//! use nlgen_runtime::async_io::Connection;
//! use nlgen_runtime::nlctrl::GetfamilyDump;
//!
//! # async fn all() -> Result<(), nlgen_runtime::Error> {
//! let mut conn = Connection::open()?;
//! for family in &conn.dump(&GetfamilyDump::default()).await? {
//!     println!("{:?}", family?.family_name);
//! }
//! # Ok(())
//! # }
//! ```

use std::future::{Future, poll_fn};
use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};
use std::pin::Pin;
use std::task::Poll;
use std::time::Instant;

use ::async_io::{Async, Timer};

use crate::asynchronous;
use crate::asynchronous::Reactor;
use crate::link::Readiness;

/// The crate async-io, watching one socket.
#[derive(Debug)]
pub struct AsyncIo {
    watched: Async<OwnedFd>,
    /// How many datagrams are left of its turn.
    turn: u32,
}

/// How many datagrams a turn has, as with Tokio's sockets: async-io has no budget of its own.
const TURN: u32 = 128;

/// A connection: [`asynchronous::Connection`].
pub type Connection = asynchronous::Connection<AsyncIo>;

/// A dump's objects, one at a time: [`asynchronous::DumpStream`].
pub type DumpStream<'c, D> = asynchronous::DumpStream<'c, AsyncIo, D>;

/// A server for other processes: [`asynchronous::PeerServer`].
#[cfg(feature = "server")]
pub type PeerServer = asynchronous::PeerServer<AsyncIo>;

/// A subscription: [`asynchronous::Events`].
pub type Events<F> = asynchronous::Events<AsyncIo, F>;

impl Reactor for AsyncIo {
    fn watch(fd: BorrowedFd<'_>) -> io::Result<Self> {
        // Receives say themselves that they do not wait, so the socket's flags stay as they are.
        Ok(Self {
            watched: Async::new_nonblocking(fd.try_clone_to_owned()?)?,
            turn: TURN,
        })
    }
}

impl Readiness for AsyncIo {
    async fn readable(&mut self, _: BorrowedFd<'_>, deadline: Option<Instant>) -> io::Result<bool> {
        let mut timer = deadline.map(Timer::at);
        poll_fn(|context| {
            if let Poll::Ready(come) = self.watched.poll_readable(context) {
                return Poll::Ready(come.map(|()| true));
            }
            match &mut timer {
                Some(timer) => Pin::new(timer).poll(context).map(|_| Ok(false)),
                None => Poll::Pending,
            }
        })
        .await
    }

    async fn proceed(&mut self) {
        poll_fn(|context| match self.turn.checked_sub(1) {
            Some(left) => {
                self.turn = left;
                Poll::Ready(())
            }
            None => {
                self.turn = TURN;
                context.waker().wake_by_ref();
                Poll::Pending
            }
        })
        .await;
    }

    fn watch_another(&mut self, fd: BorrowedFd<'_>) -> io::Result<()> {
        *self = Self::watch(fd)?;
        Ok(())
    }
}
