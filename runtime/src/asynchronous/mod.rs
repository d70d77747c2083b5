//! Connections and subscriptions for asynchronous code.
//!
//! They have the methods of the blocking [`Connection`](crate::Connection),
//! [`DumpStream`](crate::DumpStream) and [`Events`](crate::Events), to be awaited, and run the same code.
//! Use them by the names that they have for an event loop: [`tokio`] behind the feature
//! `tokio`, [`async_io`] (smol and others) behind the feature `async-io`.
//!
//! No threads are started unless one is asked for. Each future may be dropped at any point: its request is then given up, what
//! still arrives for it is skipped, and the connection goes on to be of use. Whether the kernel carried
//! out a request that was given up is not known.
//!
//! The kernel carries out a request inside the system call that sends it: where that takes long, it holds up the event
//! loop, unless the connection has [a thread of its own](crate::ConnectionBuilder::own_thread).
//!
//! A future that always finds something queued lets others run all the same: each datagram that it sends or receives
//! costs it a part of its turn, as with the sockets of the event loop.

#[cfg(feature = "async-io")]
pub mod async_io;
mod connection;
mod events;
#[cfg(feature = "server")]
mod server;
#[cfg(test)]
mod tests;
#[cfg(feature = "tokio")]
pub mod tokio;

pub use connection::{Connection, DumpStream};
pub use events::Events;
#[cfg(feature = "server")]
pub use server::PeerServer;

use std::io;
use std::os::fd::BorrowedFd;

use crate::link::Readiness;

/// An event loop that can wait for sockets. Sealed: the ones there are stand behind features.
#[allow(private_bounds, reason = "this is what seals it")]
pub trait Reactor: Readiness + Sized {
    #[doc(hidden)]
    fn watch(fd: BorrowedFd<'_>) -> io::Result<Self>;
}
