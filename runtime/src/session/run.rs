//! Objects that came together: what is kept of an answer is copied at once, not message by message.

use std::fmt;

use crate::wire::{Message, Messages, align};

/// Objects of an answer that follow one another in a datagram.
#[derive(Clone, Copy)]
pub(crate) struct Run<'a> {
    /// Their messages, whole; the last one's padding may be missing.
    pub(crate) bytes: &'a [u8],
    pub(crate) count: usize,
}

/// Without the bytes: they may hold keys.
impl fmt::Debug for Run<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run")
            .field("len", &self.bytes.len())
            .field("count", &self.count)
            .finish()
    }
}

impl<'a> Run<'a> {
    /// A message by itself.
    pub(crate) const fn of(message: &'a [u8]) -> Self {
        Self {
            bytes: message,
            count: 1,
        }
    }

    /// The next message, and it as a run by itself.
    pub(crate) fn next_of(messages: &mut Messages<'a>) -> Option<(Message<'a>, Self)> {
        let ahead = messages.leftover();
        let message = messages.next()?;
        let len = ahead.len() - messages.leftover().len();
        let bytes = ahead.get(..len)?;
        Some((message, Self { bytes, count: 1 }))
    }

    /// Appends the messages to `buf`, padded, so that others may follow.
    pub(crate) fn append_to(&self, buf: &mut Vec<u8>) {
        buf.extend_from_slice(self.bytes);
        buf.resize(align(buf.len()), 0);
    }
}
