//! What the benches tell and what is made of it.
//!
//! A program that measures prints one [`Record`] a line, as JSON:
//!
//! ```json
//! {"workload":"A","subject":"nlgen","measure":"ns","value":123.4}
//! ```
//!
//! - `workload` is a letter of docs/performance.md ([`title`]), with `/` and a size where it comes in sizes:
//!   `H/1000`.
//! - `subject` is what was measured: `nlgen`, or `nlgen-` and a way of using it; the name of another crate or
//!   library; [`LIMIT`] for the hand-written floor of the workload, with which the others are compared.
//! - `measure` is what was counted, in a unit of which less is better: `ns` (the least of the rounds),
//!   `ns-median`, `instructions`, `allocations`, `bytes`. One whose name ends in `-per-second` is better when
//!   there is more.
//!
//! `ratio-limit` and the like are not told: ratios are made here, of figures of one run.

mod chart;
mod compare;
mod gate;
mod number;
mod record;
mod results;
mod table;

pub use chart::chart;
pub use compare::compare;
pub use gate::{Budget, Verdict, budgets, gate};
pub use number::figure;
pub use record::{LIMIT, Record};
pub use results::{Results, title};
pub use table::table;
