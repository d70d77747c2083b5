//! A spec from what the kernel reports about a family: the start for a family that has none.
//!
//! ```text
//! live::Family ── merge ── skeleton ── names (from a C header's enums) ── unite ── beyond ── yaml
//! ```

mod beyond;
mod c_enums;
mod c_tokens;
mod merge;
mod names;
mod numbering;
mod skeleton;
#[cfg(test)]
mod tests;
mod unite;
mod yaml;

pub(crate) use c_enums::{Enum, scan};
pub(crate) use names::{Choices, Unnamed};
pub(crate) use skeleton::Skeleton;
