//! Families, operations and groups as constants, and the traits of their requests and events.

mod arrival;
mod operation;
mod permission;
mod request;

pub use arrival::{Arrival, Arrived, EventSet, EventSets, Grouped};
pub(crate) use operation::Lacks;
pub use operation::{Family, Group, Operation};
pub use permission::Permission;
pub use request::{Dump, Request};
