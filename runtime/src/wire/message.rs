//! Messages: splitting a datagram into them, and building one.

use std::fmt;

use crate::wire::align::align;
use crate::wire::attr::{Encode, Encoder};
use crate::wire::decode_error::{DecodeError, Reason};
use crate::wire::encode_error::{EncodeError, EncodeReason};
use crate::wire::header::{CommandHeader, MessageHeader};

/// One message of a datagram.
///
/// `Debug` tells how long it is and not what is in it, which may be secret.
#[derive(Clone, Copy)]
pub struct Message<'a> {
    /// The header as the sender wrote it.
    pub header: MessageHeader,
    /// What follows the header, without padding.
    pub payload: &'a [u8],
}

impl<'a> Message<'a> {
    /// The command header of a generic netlink message and the attributes after it.
    ///
    /// # Errors
    /// [`Reason::Short`] when the message is too short for the header.
    #[inline]
    pub fn command(&self) -> Result<(CommandHeader, &'a [u8]), DecodeError> {
        CommandHeader::split(self.payload).ok_or_else(|| {
            DecodeError::new(Reason::Short {
                want: CommandHeader::LEN,
                got: self.payload.len(),
            })
        })
    }
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("header", &self.header)
            .field("len", &self.payload.len())
            .finish()
    }
}

/// Splits a datagram into messages.
///
/// Lengths are hostile: one that is below a header's or beyond the datagram ends the iteration, and
/// [`leftover`](Self::leftover) tells. The padding of the last message may be missing.
#[derive(Clone, Copy)]
pub struct Messages<'a> {
    rest: &'a [u8],
}

impl fmt::Debug for Messages<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Messages")
            .field("left", &self.rest.len())
            .finish()
    }
}

impl<'a> Messages<'a> {
    /// Starts at the first message of a datagram.
    #[inline]
    #[must_use]
    pub const fn new(datagram: &'a [u8]) -> Self {
        Self { rest: datagram }
    }

    /// The bytes after the last message that could be read; empty when all could.
    #[inline]
    #[must_use]
    pub const fn leftover(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Message<'a>;

    #[inline]
    fn next(&mut self) -> Option<Message<'a>> {
        // What cannot be read stays where it is, and cannot be read the next time either.
        let (header, after) = MessageHeader::split(self.rest)?;
        // A length below the header's wraps to one that no datagram has: one comparison for both.
        let len = usize::try_from(header.len).ok()?;
        let payload = after.get(..len.wrapping_sub(MessageHeader::LEN))?;
        self.rest = match after.get(align(payload.len())..) {
            Some(rest) => rest,
            None => unpadded(),
        };
        Some(Message { header, payload })
    }
}

/// What is behind a last message whose padding is missing. A call, so that a branch and not the message's bytes
/// decides where the next message is.
#[cold]
#[inline(never)]
const fn unpadded() -> &'static [u8] {
    &[]
}

/// Appends a message to `buf`: header, command header when there is one, attributes; and fills in its
/// length.
///
/// # Errors
/// When an attribute does not encode; `buf` is then as it was.
pub(crate) fn write_message<T: Encode>(
    buf: &mut Vec<u8>,
    header: MessageHeader,
    command: Option<CommandHeader>,
    body: &T,
) -> Result<(), EncodeError> {
    let start = buf.len();
    header.write(buf);
    if let Some(command) = command {
        buf.extend_from_slice(&command.to_bytes());
    }
    let mut out = Encoder::new(buf);
    body.encode(&mut out);
    let result = out.finish().and_then(|()| patch_len(buf, start));
    if result.is_err() {
        buf.truncate(start);
    }
    result.map_err(|error| error.of(T::SET))
}

fn patch_len(buf: &mut [u8], start: usize) -> Result<(), EncodeError> {
    let len = buf.len() - start;
    let too_long = || EncodeError::new(EncodeReason::Message { len });
    let bytes = u32::try_from(len).map_err(|_| too_long())?.to_ne_bytes();
    match buf.get_mut(start..start + bytes.len()) {
        Some(head) => {
            head.copy_from_slice(&bytes);
            Ok(())
        }
        None => Err(too_long()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(len: u32, body: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let header = MessageHeader {
            len,
            kind: 20,
            ..MessageHeader::default()
        };
        header.write(&mut bytes);
        bytes.extend_from_slice(body);
        bytes
    }

    #[test]
    fn lengths_are_not_believed() {
        for (name, bytes, count, leftover) in [
            ("empty", vec![], 0, 0),
            ("zero length", message(0, &[]), 0, 16),
            ("below the header", message(15, &[]), 0, 16),
            ("beyond the datagram", message(21, &[0; 4]), 0, 20),
            ("largest", message(u32::MAX, &[0; 4]), 0, 20),
            ("no padding at the end", message(17, &[1]), 1, 0),
            ("one and a stump", message(20, &[0; 7]), 1, 3),
            (
                "two",
                [message(20, &[0; 4]), message(16, &[])].concat(),
                2,
                0,
            ),
        ] {
            let mut messages = Messages::new(&bytes);
            assert_eq!(messages.by_ref().count(), count, "{name}");
            assert_eq!(messages.leftover().len(), leftover, "{name}");
        }
    }
}
