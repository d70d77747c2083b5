//! The buffer for answers: where datagrams land, stay while they are needed, and make room.

use std::io;

use crate::link::Socket;
use crate::wire::{Message, Messages, align};

/// A buffer for datagrams. Those kept lie one after another at its start; the last one received
/// follows them.
pub(crate) struct Inbox {
    buf: Vec<u8>,
    /// How many bytes are offered to a receive.
    size: usize,
    kept: usize,
    last: usize,
    /// How far the last one has been read.
    read: usize,
    cap: usize,
}

/// What a receive brought.
pub(crate) enum Receipt {
    /// A whole datagram: its sender's port id by the socket address, its multicast group, its length.
    Datagram { sender: u32, group: u32, len: usize },
    /// A datagram longer than the buffer, and lost.
    Truncated { sender: u32, needed: usize },
    /// Nothing was there.
    Nothing,
}

/// Bytes of datagrams that are kept before the buffer becomes longer.
const KEPT: usize = 64 * 1024;

impl Inbox {
    pub(crate) fn new(size: usize, cap: usize) -> Self {
        Self {
            // With room for most replies before what is offered.
            buf: vec![0; size.saturating_add(KEPT)],
            size,
            kept: 0,
            last: 0,
            read: 0,
            cap,
        }
    }

    /// Receives a datagram behind the kept ones.
    #[inline]
    pub(crate) fn receive(&mut self, socket: &Socket) -> io::Result<Receipt> {
        self.drop_datagram();
        // As much as without those that are kept: what is offered must not become less.
        let end = self.kept.saturating_add(self.size);
        if self.buf.len() < end {
            self.buf.resize(end, 0);
        }
        let room = self.buf.get_mut(self.kept..end).unwrap_or_default();
        let size = room.len();
        match socket.receive(room) {
            Ok(datagram) if datagram.len > size => Ok(Receipt::Truncated {
                sender: datagram.sender,
                needed: datagram.len,
            }),
            Ok(datagram) => {
                self.last = datagram.len;
                Ok(Receipt::Datagram {
                    sender: datagram.sender,
                    group: datagram.group,
                    len: datagram.len,
                })
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Receipt::Nothing),
            Err(error) => Err(error),
        }
    }

    /// Makes room for datagrams of `needed` bytes and somewhat more, up to the limit.
    pub(crate) fn grow(&mut self, needed: usize) {
        if needed <= self.cap {
            let size = needed.next_power_of_two().min(self.cap);
            self.size = self.size.max(size);
        }
    }

    /// How many bytes are offered to a receive.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// The last datagram.
    pub(crate) fn datagram(&self) -> &[u8] {
        let end = self.kept.saturating_add(self.last);
        self.buf.get(self.kept..end).unwrap_or_default()
    }

    /// Where the next unread message of the last datagram begins, and the message; it is read now.
    pub(crate) fn next_message(&mut self) -> Option<(usize, Message<'_>)> {
        self.next_message_if(|_| true)
    }

    /// The same if the next message is wanted; it stays unread otherwise.
    #[inline]
    pub(crate) fn next_message_if(
        &mut self,
        wanted: impl FnOnce(&Message<'_>) -> bool,
    ) -> Option<(usize, Message<'_>)> {
        let at = self.read;
        let end = self.kept.saturating_add(self.last);
        let start = self.kept.saturating_add(at);
        let mut messages = Messages::new(self.buf.get(start..end)?);
        let message = messages.next().filter(wanted)?;
        self.read = self.last - messages.leftover().len();
        Some((at, message))
    }

    /// The last datagram is nobody's.
    pub(crate) fn drop_datagram(&mut self) {
        self.last = 0;
        self.read = 0;
    }

    /// Keeps the last datagram until [`forget`](Self::forget).
    pub(crate) fn keep(&mut self) {
        self.kept = align(self.kept.saturating_add(self.last));
        if self.buf.len() < self.kept {
            self.buf.resize(self.kept, 0);
        }
        self.drop_datagram();
    }

    /// Keeps a message that was not received, as if it had been the last datagram.
    pub(crate) fn keep_copy(&mut self, message: &[u8]) {
        let end = self.kept.saturating_add(message.len());
        if self.buf.len() < end {
            self.buf.resize(end, 0);
        }
        if let Some(room) = self.buf.get_mut(self.kept..end) {
            room.copy_from_slice(message);
            self.last = message.len();
            self.keep();
        }
    }

    /// The datagrams kept, one after another.
    pub(crate) fn kept(&self) -> &[u8] {
        self.buf.get(..self.kept).unwrap_or_default()
    }

    /// Makes room: nothing is kept any more.
    pub(crate) fn forget(&mut self) {
        self.kept = 0;
        self.drop_datagram();
    }
}

impl std::fmt::Debug for Inbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inbox")
            .field("size", &self.size)
            .field("cap", &self.cap)
            .finish_non_exhaustive()
    }
}
