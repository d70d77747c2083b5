//! The other end of a family: what answers its requests, in user space (feature `server`).
//!
//! `nlgen::Builder::server` and `family!("memo.yaml", server)` generate a module `server` for a family: a trait
//! `Server` with a method for each operation over the same structs that clients use, and `Service`, which makes an
//! implementation of it something that [serves](Serve). What serves it is a kernel in the process, for tests
//! (`FakeKernel::serve`, feature `testing`), or a [`PeerServer`] for other processes, over `NETLINK_USERSOCK`. Clients
//! use the ordinary connection, opened with `fake_kernel` or [`peer`](crate::ConnectionBuilder::peer).
//!
//! A request gets to its method when it has passed the checks of the specification, which are those that the kernel
//! makes of a module with the same specification: the same error number, text, place of the attribute, and policy.

mod answer;
mod call;
mod peer;
mod pending;
mod policy;
mod refused;
mod registered;
mod service;
#[cfg(test)]
mod tests;
mod validate;

pub(crate) use answer::{Answer, Parts};
pub use call::{Announce, Asked, Body, Call, Replied};
pub(crate) use call::{Announcement, To};
pub use peer::PeerServer;
pub use policy::{Function, Policies, Rule};
pub use refused::Refused;
pub(crate) use registered::{NEWFAMILY, Registered, answer as answer_nlctrl};
pub(crate) use service::serve;
pub use service::{Entry, Serve, Served};
pub use validate::{Strictness, validate};
