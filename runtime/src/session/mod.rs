//! The protocol: which message answers which request, what an answer holds, and how it fails.

mod answer;
mod batch;
mod collected;
mod direction;
mod error;
mod exchange;
mod families;
mod inbox;
mod interrupted;
mod objects;
pub(crate) mod outgoing;
mod patience;
mod refusal;
mod refused_batch;
pub(crate) mod returned;
mod run;
#[cfg(feature = "serde")]
mod serialize;
pub(crate) mod trace;

pub(crate) use answer::{attributes_of, decode, reply};
pub(crate) use batch::BEGIN;
pub use batch::{Batch, Committed};
pub use collected::Collected;
pub(crate) use collected::Keep;
pub use direction::Direction;
pub use error::Error;
pub use exchange::Stats;
pub(crate) use exchange::{Event, Exchange, Expected, Row, Verdict, Wait};
pub(crate) use families::{Families, Followed, Following, NLCTRL, Resolved};
pub(crate) use inbox::{Inbox, Receipt};
pub use interrupted::Interrupted;
pub use objects::Objects;
pub(crate) use outgoing::{Asked, Outgoing};
pub(crate) use patience::{Over, Patience};
pub use refusal::Refusal;
pub use refused_batch::RefusedBatch;
pub(crate) use run::Run;
