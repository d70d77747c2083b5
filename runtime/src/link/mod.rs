//! Sockets: system calls, and waiting for them.

mod features;
mod forked;
mod plug;
mod readiness;
mod relay;
pub(crate) mod socket;

pub use features::Features;
pub(crate) use forked::Forked;
#[cfg(feature = "testing")]
pub(crate) use plug::{Envelope, Plug};
pub(crate) use readiness::{Blocking, Readiness, now};
#[cfg(feature = "testing")]
pub(crate) use socket::Datagram;
pub(crate) use socket::{Socket, enter_namespace};
