//! The kernel's refusal of a batch.

use std::fmt;

use super::refusal::Refusal;
use crate::wire::Errno;

/// The kernel's refusal of a batch: nothing of it was carried out.
///
/// `Debug` is one line, as `Display`; `{:#?}` shows the parts.
#[derive(Clone, Default)]
pub struct RefusedBatch {
    pub(crate) len: usize,
    pub(crate) whole: Option<Refusal>,
    pub(crate) refusals: Vec<(usize, Refusal)>,
    pub(crate) lost: bool,
}

impl RefusedBatch {
    /// The messages that were refused, by their index, and why. The others the kernel had nothing against.
    pub fn refusals(&self) -> impl Iterator<Item = (usize, &Refusal)> {
        self.refusals
            .iter()
            .map(|(index, refusal)| (*index, refusal))
    }

    /// The refusal of the batch as a whole: the rules are of another generation, the subsystem knows no
    /// batches, a change could not be carried out after all.
    #[must_use]
    pub fn whole(&self) -> Option<&Refusal> {
        self.whole.as_ref()
    }

    /// Whether refusals of further messages were lost, since the queue for them overflowed.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.lost
    }

    /// The first error number.
    #[must_use]
    pub fn errno(&self) -> Errno {
        let first = self.refusals.first().map(|(_, refusal)| refusal);
        let first = first.or(self.whole.as_ref());
        first.map_or(Errno::from(0), Refusal::errno)
    }

    /// Nobody would make one without a refusal.
    pub(crate) fn is_empty(&self) -> bool {
        self.whole.is_none() && self.refusals.is_empty()
    }
}

impl fmt::Debug for RefusedBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        f.debug_struct("RefusedBatch")
            .field("len", &self.len)
            .field("whole", &self.whole)
            .field("refusals", &self.refusals)
            .field("lost", &self.lost)
            .finish()
    }
}

impl std::error::Error for RefusedBatch {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let first = self.refusals.first().map(|(_, refusal)| refusal);
        let first = first.or(self.whole.as_ref())?;
        Some(first)
    }
}

impl fmt::Display for RefusedBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(whole) = &self.whole {
            write!(f, "{whole}; ")?;
        }
        for (index, refusal) in self.refusals.iter().take(SHOWN) {
            write!(f, "message {index} of {}: {refusal}; ", self.len)?;
        }
        if let Some(more @ 1..) = self.refusals.len().checked_sub(SHOWN) {
            write!(f, "{more} more were refused; ")?;
        }
        write!(f, "nothing of the batch was carried out")
    }
}

/// How many refusals an error text has.
const SHOWN: usize = 3;
