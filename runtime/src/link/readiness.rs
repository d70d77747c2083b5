//! Waiting for a socket, in one place for blocking and asynchronous code.
//!
//! What a connection does is written once, as `async` functions that only ever wait through
//! [`Readiness`]. Blocking code waits inside the call, so its futures are ready when they are first
//! polled; the others hand the wait to their runtime.

use std::future::Future;
use std::io;
use std::os::fd::BorrowedFd;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use crate::link::socket;

/// How a socket is waited for.
pub(crate) trait Readiness {
    /// Waits until `fd` may have a datagram; `false` when the deadline came first. Without a deadline it
    /// waits for ever. It may be wrong about a datagram, never about the deadline.
    fn readable(
        &mut self,
        fd: BorrowedFd<'_>,
        deadline: Option<Instant>,
    ) -> impl Future<Output = io::Result<bool>>;

    /// Comes between datagrams: lets others run who share a thread with this, when it has had its turn.
    fn proceed(&mut self) -> impl Future<Output = ()>;

    /// Waits for another socket from now on, and holds nothing of the one before.
    fn watch_another(&mut self, fd: BorrowedFd<'_>) -> io::Result<()>;
}

/// Waits in the calling thread (`ppoll`).
#[derive(Debug)]
pub(crate) struct Blocking;

impl Readiness for Blocking {
    async fn readable(
        &mut self,
        fd: BorrowedFd<'_>,
        deadline: Option<Instant>,
    ) -> io::Result<bool> {
        socket::wait(fd, deadline)
    }

    /// The thread is the caller's alone.
    #[inline]
    async fn proceed(&mut self) {}

    fn watch_another(&mut self, _: BorrowedFd<'_>) -> io::Result<()> {
        Ok(())
    }
}

/// The result of a future that waits through [`Blocking`] alone, and so is ready at once.
#[inline]
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}
