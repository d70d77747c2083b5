//! What a storm is over.

use crate::attributes::{self, Work};
use crate::{decode, exchange, messages, spec};

/// A fuzz target, as storms go over it.
#[derive(Debug)]
pub enum Target {
    /// One message of one family in each execution.
    Decode,
    /// A connection with all that happens to it in each execution.
    Exchange,
    /// A whole datagram in each execution.
    Messages,
    /// One way to read attributes in each execution.
    Attributes(Work),
    /// A datagram and a message of two families in each execution.
    Dynamic,
    /// A spec in each execution.
    Spec,
}

/// One execution in so many shows what it read: text takes longer than all else.
const SHOWN: u64 = 64;

impl Target {
    /// The target with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "decode" => Some(Self::Decode),
            "dynamic" => Some(Self::Dynamic),
            "exchange" => Some(Self::Exchange),
            "messages" => Some(Self::Messages),
            "spec" => Some(Self::Spec),
            "attributes" => Some(Self::Attributes(Work::default())),
            _ => None,
        }
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Exchange => "exchange",
            Self::Messages => "messages",
            Self::Attributes(_) => "attributes",
            Self::Dynamic => "dynamic",
            Self::Spec => "spec",
        }
    }

    /// What a seed can be read as, where that is to be chosen.
    pub(super) fn fitting(&self, seed: &[u8]) -> Vec<usize> {
        match self {
            Self::Decode => decode::fitting(seed),
            _ => Vec::new(),
        }
    }

    /// Reads an input. Random bits choose as what, mostly from `fits`.
    pub(super) fn execute(&mut self, input: &[u8], bits: u64, fits: &[usize]) {
        let shown = (bits >> 32).is_multiple_of(SHOWN);
        let choice = (bits as u32 >> 2) as usize;
        match self {
            Self::Decode => {
                let likely = fits.get(choice % fits.len().max(1));
                let choice = likely
                    .filter(|_| !bits.is_multiple_of(4))
                    .unwrap_or(&choice);
                decode::one(input, *choice, shown);
            }
            Self::Exchange => exchange::all(input),
            Self::Messages => messages::all(input, shown),
            Self::Attributes(work) => attributes::one(work, input, choice, shown),
            Self::Dynamic => crate::dynamic(input),
            Self::Spec => spec::all(input),
        }
    }
}
