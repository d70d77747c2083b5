//! What the running kernel says of a generic netlink family, and how it differs from a spec.

mod compare;
mod family;
mod finding;
mod limits;
mod report;
#[cfg(test)]
mod tests;

pub(crate) use family::{Accepts, Family, Operation, Policy};
pub(crate) use report::Comparison;
