//! A spec from what the kernel tells of a family: the start for a family that has none.
//!
//! ```text
//! live::Family ── merge ── skeleton ── names (from a C header's enums) ── unite ── yaml
//! ```

mod c_enums;
mod merge;
mod names;
mod numbering;
mod skeleton;
mod unite;
mod yaml;

pub(crate) use c_enums::{Enum, scan};
pub(crate) use names::Choices;
pub(crate) use skeleton::Skeleton;
