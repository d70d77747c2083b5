//! Sockets: system calls, and waiting for them.

mod datagram;
mod features;
mod forked;
mod plug;
mod readiness;
#[cfg(feature = "testing")]
mod record;
mod relay;
pub(crate) mod socket;
#[cfg(feature = "testing")]
mod stand_in;

#[cfg(feature = "testing")]
pub(crate) use datagram::Datagram;
pub use features::Features;
pub(crate) use forked::Forked;
#[cfg(feature = "testing")]
pub(crate) use plug::{Envelope, Player, Plug};
pub(crate) use readiness::{Blocking, Readiness, now};
#[cfg(feature = "testing")]
pub(crate) use record::Record;
pub(crate) use socket::{Socket, enter_namespace};
#[cfg(feature = "testing")]
pub(crate) use stand_in::{Recorder, StandIn};
