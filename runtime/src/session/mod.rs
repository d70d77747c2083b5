//! The protocol: which message answers which request, what an answer holds, and how it fails.

mod answer;
mod batch;
mod collected;
mod error;
mod exchange;
mod families;
mod inbox;
mod interrupted;
pub(crate) mod outgoing;
mod patience;
mod raw;
mod refusal;
pub(crate) mod returned;
pub(crate) mod trace;

pub(crate) use answer::{Keep, attributes_of, decode, reply};
pub(crate) use batch::BEGIN;
pub use batch::{Batch, Committed, RefusedBatch};
pub use collected::{Collected, Objects};
pub use error::Error;
pub use exchange::Stats;
pub(crate) use exchange::{Event, Exchange, Expected, Row, Run, Verdict, Wait};
pub(crate) use families::{Families, Followed, Following, NLCTRL, Resolved};
pub(crate) use inbox::{Inbox, Receipt};
pub use interrupted::Interrupted;
pub(crate) use outgoing::{Asked, Outgoing};
pub(crate) use patience::{Over, Patience};
pub use raw::{Direction, Raw};
pub use refusal::Refusal;
