//! Requests that the kernel cannot check strictly.

use super::CFamily;
use crate::emit::policies;
use crate::model::Operation;
use crate::model::kernel::DontValidate;

impl CFamily<'_> {
    /// What the kernel does not check of an operation.
    pub(crate) fn skips(&self, op: &Operation) -> DontValidate {
        policies::skips(self.family, op)
    }
}
