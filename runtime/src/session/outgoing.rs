//! Messages to be sent: written, numbered, and what the refusal of one is told by.

use std::ops::Range;

use crate::describe::Set;
use crate::family::Operation;
use crate::session::error::Error;
use crate::session::exchange::Row;
use crate::session::refusal::Refusal;
use crate::wire::{
    CommandHeader, Encode, EncodeError, EncodeReason, Errno, ExtAck, MessageHeader, align,
    write_message,
};

/// What a message asks for: enough to name the attributes that a refusal speaks of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) operation: &'static Operation,
    set: &'static Set,
    /// Where the attributes begin, in bytes from the message's header.
    start: usize,
}

impl Asked {
    /// The operation, asked for by a message of the type `T`.
    pub(crate) fn of<T: Encode>(operation: &'static Operation) -> Self {
        let command = match operation.family().is_generic() {
            true => CommandHeader::LEN,
            false => 0,
        };
        let fixed = T::HEADER.map_or(0, |layout| align(layout.len()));
        Self {
            operation,
            set: T::SET,
            start: MessageHeader::LEN + command + fixed,
        }
    }

    /// The refusal of the message `request`.
    pub(crate) fn refusal(&self, request: &[u8], errno: Errno, ext_ack: ExtAck) -> Refusal {
        Refusal::new(self.operation, errno, ext_ack).locate(self.set, request, self.start)
    }
}

/// The command header of a request. The generator and the derives refuse commands of more than 8 bits; an
/// operation made by hand may have one.
fn command_of(operation: &'static Operation) -> Result<CommandHeader, Error> {
    match u8::try_from(operation.request()) {
        Ok(command) => Ok(CommandHeader {
            command,
            version: operation.family().version(),
        }),
        Err(_) => Err(Error::Encode {
            operation,
            error: EncodeError::new(EncodeReason::Range),
        }),
    }
}

/// Appends a request to `buf`. `header` has its flags, sequence number and port id; `family` is the id of
/// the operation's family, for those of generic netlink.
///
/// # Errors
/// [`Error::Encode`]; `buf` is then as it was.
pub(crate) fn write<T: Encode>(
    buf: &mut Vec<u8>,
    operation: &'static Operation,
    family: u16,
    header: MessageHeader,
    body: &T,
) -> Result<(), Error> {
    let (kind, command) = match operation.family().is_generic() {
        true => (family, Some(command_of(operation)?)),
        false => (operation.request(), None),
    };
    let header = MessageHeader { kind, ..header };
    write_message(buf, header, command, body).map_err(|error| Error::Encode { operation, error })
}

/// Messages one after another, as one `sendmsg` takes them.
#[derive(Clone, Default)]
pub(crate) struct Outgoing {
    bytes: Vec<u8>,
    parts: Vec<(Asked, Range<usize>)>,
}

impl Outgoing {
    /// Appends a request. Its sequence number and port id come later, by [`number`](Self::number).
    ///
    /// # Errors
    /// [`Error::Encode`]; nothing was appended.
    pub(crate) fn push<T: Encode>(
        &mut self,
        operation: &'static Operation,
        family: u16,
        flags: u16,
        body: &T,
    ) -> Result<(), Error> {
        let start = self.bytes.len();
        let header = MessageHeader {
            flags,
            ..MessageHeader::default()
        };
        write(&mut self.bytes, operation, family, header, body)?;
        let part = start..self.bytes.len();
        self.bytes.resize(align(self.bytes.len()), 0);
        self.parts.push((Asked::of::<T>(operation), part));
        Ok(())
    }

    /// Appends the messages of `other`.
    pub(crate) fn append(&mut self, other: &Self) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&other.bytes);
        let moved = other
            .parts
            .iter()
            .map(|(asked, part)| (*asked, start + part.start..start + part.end));
        self.parts.extend(moved);
    }

    /// How many messages there are.
    pub(crate) fn len(&self) -> usize {
        self.parts.len()
    }

    /// All messages.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Some of the messages.
    pub(crate) fn bytes_of(&self, messages: Range<usize>) -> &[u8] {
        let parts = self.parts.get(messages).unwrap_or_default();
        let (first, last) = match (parts.first(), parts.last()) {
            (Some((_, first)), Some((_, last))) => (first.start, last.end),
            _ => (0, 0),
        };
        self.bytes.get(first..align(last)).unwrap_or_default()
    }

    /// Gives some of the messages their sequence numbers and the port id that their answers go to.
    pub(crate) fn number(&mut self, messages: Range<usize>, row: Row, port_id: u32) {
        let parts = self.parts.get(messages).unwrap_or_default();
        for (position, (_, part)) in parts.iter().enumerate() {
            let message = self.bytes.get_mut(part.clone()).unwrap_or_default();
            put_origin(message, row.seq(position), port_id);
        }
    }

    /// The header of the message at `index`.
    pub(crate) fn header_of(&self, index: usize) -> MessageHeader {
        let part = self.parts.get(index).map_or(0..0, |(_, part)| part.clone());
        let message = self.bytes.get(part).unwrap_or_default();
        MessageHeader::split(message).map_or_else(MessageHeader::default, |(header, _)| header)
    }

    /// Sets flags of the last message.
    pub(crate) fn flag_last(&mut self, flags: u16) {
        let part = self.parts.last().map_or(0..0, |(_, part)| part.clone());
        let message = self.bytes.get_mut(part).unwrap_or_default();
        if let Some(field) = message.get_mut(6..).and_then(<[u8]>::first_chunk_mut) {
            *field = (u16::from_ne_bytes(*field) | flags).to_ne_bytes();
        }
    }

    /// The refusal of the message at `index`.
    pub(crate) fn refusal(&self, index: usize, errno: Errno, ext_ack: ExtAck) -> Option<Refusal> {
        let (asked, part) = self.parts.get(index)?;
        let message = self.bytes.get(part.clone()).unwrap_or_default();
        Some(asked.refusal(message, errno, ext_ack))
    }

    /// Takes all messages out.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.parts.clear();
    }
}

/// Writes `nlmsg_seq` and `nlmsg_pid`, bytes 8 to 16 of a message.
fn put_origin(message: &mut [u8], seq: u32, port_id: u32) {
    if let Some(origin) = message.get_mut(8..MessageHeader::LEN) {
        let fields = [seq.to_ne_bytes(), port_id.to_ne_bytes()];
        origin.copy_from_slice(fields.as_flattened());
    }
}
