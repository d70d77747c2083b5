//! C for both sides of the interface: the header that programs and the kernel share, and the kernel's tables of
//! policies and operations.
//!
//! What C cannot hold is found before anything is written: see [`Loaded::c`](crate::Loaded::c).

mod check;
#[allow(dead_code, reason = "the kernel's tables use the rest")]
pub(crate) mod names;
#[allow(dead_code, reason = "the kernel's tables use the rest")]
pub(crate) mod text;
#[allow(dead_code, reason = "the kernel's tables use the rest")]
mod uapi;

pub use uapi::uapi;

use crate::diagnostic::Report;
use crate::model::Family;
use names::Names;

/// A family that C can hold: [`Loaded::c`](crate::Loaded::c) makes it.
#[derive(Clone, Debug)]
pub struct CFamily<'f> {
    pub(crate) family: &'f Family,
    pub(crate) names: Names<'f>,
    /// What C does otherwise than the spec looks like.
    pub warnings: Report,
}

pub(crate) use check::{check, is_error};
