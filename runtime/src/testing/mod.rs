//! A kernel in the process, for tests without privileges, modules or luck (feature `testing`).
//!
//! A [`FakeKernel`] answers the requests of connections that are plugged into it, with typed values or
//! with refusals, and sends events. The connection under test runs what it always runs, down to the
//! `recvmsg` call: only the other end of its socket is another.
//!
//! ```
//! use nlgen_runtime::nlctrl::{GetpolicyDump, GetpolicyReply};
//! use nlgen_runtime::testing::{FakeKernel, Fault, Refused};
//! use nlgen_runtime::Errno;
//!
//! let kernel = FakeKernel::new();
//! kernel.answer_dump::<GetpolicyDump>(|asked| {
//!     let request: GetpolicyDump = asked.request()?;
//!     if request.family_id != Some(36) {
//!         return Err(Refused::new(Errno::ENOENT).attribute(&[1]));
//!     }
//!     asked.reply(&GetpolicyReply { family_id: Some(36), ..Default::default() })
//! });
//!
//! let mut conn = kernel.connect()?;
//! let policies = conn.dump(&GetpolicyDump { family_id: Some(36), ..Default::default() })?;
//! assert_eq!(policies.len(), 1);
//!
//! kernel.fault(Fault::Interrupted);
//! conn.dump(&GetpolicyDump { family_id: Some(36), ..Default::default() })?;
//! assert_eq!(conn.stats().retries, 1);
//! # Ok::<(), nlgen_runtime::Error>(())
//! ```
//!
//! What a real kernel has said can be recorded, with [`record_to`](crate::ConnectionBuilder::record_to), and
//! then plays it: see [`Replay`]. A [`Script`] is a wire without a kernel, for fuzzing.

mod asked;
mod difference;
mod fault;
mod kernel;
mod record;
mod recording;
mod reload;
mod replay;
mod script;
mod serve;
mod state;
#[cfg(test)]
mod tests;

pub use crate::server::Refused;

pub use fault::Fault;
pub use replay::Replay;
pub use script::Script;
pub use state::{Asked, FakeKernel};
