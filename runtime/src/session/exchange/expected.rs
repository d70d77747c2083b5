//! Answers that lack the port id or the sequence number of their request.
//!
//! A few families write 0 in their place. Where the specification says so, such messages are answers. Where it does
//! not, they are dropped as all messages are that belong to nobody; but an answer of which something was dropped is
//! not complete, and its request fails with what it was.

use super::{Exchange, Wait};
use crate::family::{Lacks, Operation};
use crate::session::error::Error;
use crate::wire::{Message, MessageHeader, control};

/// What the answers to a request are like, beside having its port id and its sequence number.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Expected {
    /// The type of its messages: the id of a family of generic netlink; 0 for a protocol of its own.
    family: u16,
    /// The command of its replies, or their type in a protocol of its own.
    reply: Option<u16>,
    lacks: Lacks,
}

/// Messages that were dropped, and seem to be a part of the answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dropped {
    count: usize,
    /// The header of the first.
    first: MessageHeader,
    /// One of them had the request's sequence number, so it was a part of the answer. Without it a message may be an
    /// event that is sent to this socket alone.
    certain: bool,
}

impl Expected {
    /// The answers to `operation` of the family with the id `family`.
    pub(crate) fn of(operation: &'static Operation, family: u16) -> Self {
        let generic = operation.family().is_generic();
        Self {
            family: if generic { family } else { 0 },
            reply: operation.reply(),
            lacks: operation.lacks(),
        }
    }

    /// Whether its answers may lack something.
    #[inline]
    pub(super) const fn may_lack(&self) -> bool {
        self.lacks.port_id || self.lacks.sequence
    }

    /// Whether the request is to be answered by more than an acknowledgement.
    fn objects(&self, wait: &Wait) -> bool {
        wait.dump || self.reply.is_some()
    }

    /// Whether a message is one of the family.
    fn is_family(&self, header: MessageHeader) -> bool {
        header.kind >= control::MIN && (self.family == 0 || self.family == header.kind)
    }

    /// Whether a message is like the replies by its command.
    fn is_reply(&self, message: &Message<'_>) -> bool {
        let command = match self.family {
            0 => Some(message.header.kind),
            _ => message.payload.first().copied().map(u16::from),
        };
        self.reply.is_some() && self.reply == command
    }
}

impl Dropped {
    /// What it means for a request of `operation` that has succeeded.
    pub(crate) fn error(self, operation: &'static Operation) -> Error {
        Error::Unaddressed {
            operation,
            count: self.count,
            first: self.first,
        }
    }
}

impl Exchange {
    /// Whether `message` is an object of an answer that may lack what others have; `awaited` says whether its
    /// sequence number is that of a request.
    #[cold]
    pub(super) fn is_lacking(&self, awaited: bool, message: &Message<'_>) -> bool {
        let (header, lacks) = (message.header, self.expected.lacks);
        !self.multicast
            && self.expected.is_family(header)
            && (awaited || lacks.sequence && header.seq == 0)
            && (header.port_id == self.port_id || lacks.port_id && header.port_id == 0)
    }

    /// Notes a message that is dropped, when it seems to be a part of the answer.
    #[cold]
    pub(super) fn note_dropped(&mut self, awaited: bool, message: &Message<'_>) {
        let header = message.header;
        let ours = header.port_id == self.port_id || header.port_id == 0;
        if self.multicast || !ours || !self.expected.is_family(header) {
            return;
        }
        // What is left of a dump before it may look like an answer to this request.
        let own = self.dump.is_none_or(|dump| dump.seq == self.seq);
        let likely = own && header.seq == 0 && self.expected.is_reply(message);
        if !awaited && !likely {
            return;
        }
        let dropped = self.dropped.get_or_insert(Dropped {
            count: 0,
            first: header,
            certain: false,
        });
        dropped.count += 1;
        dropped.certain |= awaited;
    }

    /// What was dropped of the answer that ends now. `answered` says whether it has objects.
    pub(super) fn take_dropped(&mut self, wait: &Wait, answered: bool) -> Option<Box<Dropped>> {
        let dropped = self.dropped.take()?;
        let missing = dropped.certain || !answered;
        (missing && self.expected.objects(wait)).then(|| Box::new(dropped))
    }
}
