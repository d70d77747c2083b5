//! The messages of an answer: replies, and what ends it.

use super::refused::{Refused, end_flags};
use crate::family::Lacks;
use crate::wire::{CommandHeader, Message, MessageHeader, control, flags};

/// An answer to a request.
pub(crate) struct Answer<'a> {
    pub(crate) request: Message<'a>,
    /// The port id of who is answered.
    pub(crate) port_id: u32,
    /// The command and the version of replies; `None` in a protocol of its own.
    pub(crate) command: Option<CommandHeader>,
    /// The type of replies.
    pub(crate) kind: u16,
    /// The request's fixed header and attributes.
    pub(crate) body: &'a [u8],
    pub(crate) replies: Vec<Vec<u8>>,
    pub(crate) result: Result<(), Refused>,
    /// The number that is returned in place of an error number.
    pub(crate) returned: u32,
    /// What the replies have 0 for.
    pub(crate) lacks: Lacks,
}

/// How much is put into one datagram.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parts {
    /// Objects, at most.
    pub(crate) objects: usize,
    /// Bytes, unless one object has more.
    pub(crate) bytes: usize,
}

impl<'a> Answer<'a> {
    /// One that has nothing yet. Of generic netlink, the request has a command.
    pub(crate) fn new(request: Message<'a>, port_id: u32, generic: bool) -> Self {
        let mut new = Self {
            request,
            port_id,
            command: None,
            kind: request.header.kind,
            body: request.payload,
            replies: Vec::new(),
            result: Ok(()),
            returned: 0,
            lacks: Lacks::default(),
        };
        if generic && let Some((head, body)) = CommandHeader::split(request.payload) {
            (new.command, new.body) = (Some(head), body);
        }
        new
    }

    /// The command of the request, which is its type in a protocol of its own.
    pub(crate) fn asked(&self) -> u16 {
        self.command.map_or(self.kind, |head| head.command.into())
    }

    /// Where the fixed header and the attributes begin in the request.
    pub(crate) fn start(&self) -> usize {
        MessageHeader::LEN + self.request.payload.len() - self.body.len()
    }

    pub(crate) fn is_dump(&self) -> bool {
        self.request.header.flags & flags::DUMP == flags::DUMP
    }

    /// Sets the command of the replies.
    pub(crate) fn reply_with(&mut self, command: Option<u16>) {
        match (&mut self.command, command) {
            (Some(head), Some(command)) => head.command = u8::try_from(command).unwrap_or(0),
            (None, Some(command)) => self.kind = command,
            (_, None) => {}
        }
    }

    /// The replies and what ends them, in datagrams. The flags of the first reply have `first` as well.
    pub(crate) fn datagrams(&self, parts: Parts, first: u16) -> Vec<Vec<u8>> {
        let mut datagrams: Vec<Vec<u8>> = Vec::new();
        let mut count = 0;
        for (at, reply) in self.replies.iter().enumerate() {
            let object = self.object(reply, if at == 0 { first } else { 0 });
            match datagrams.last_mut() {
                Some(last) if count < parts.objects && last.len() + object.len() <= parts.bytes => {
                    last.extend_from_slice(&object);
                    count += 1;
                }
                _ => {
                    datagrams.push(object);
                    count = 1;
                }
            }
        }
        let acknowledged = self.request.header.flags & flags::ACK != 0;
        if self.is_dump() || self.result.is_err() || acknowledged {
            let end = self.end(&self.result);
            // The end of a dump shares the last datagram, the answer to a request has its own.
            match datagrams.last_mut().filter(|_| self.is_dump()) {
                Some(last) => last.extend_from_slice(&end),
                None => datagrams.push(end),
            }
        }
        datagrams
    }

    /// The message of a reply.
    fn object(&self, body: &[u8], more: u16) -> Vec<u8> {
        let own = if self.is_dump() { flags::MULTI } else { 0 };
        let header = MessageHeader {
            kind: self.kind,
            flags: own | more,
            ..self.origin(self.lacks)
        };
        message(header, self.command, body)
    }

    /// Whose answer a message is, as far as it says so.
    fn origin(&self, lacks: Lacks) -> MessageHeader {
        MessageHeader {
            seq: if lacks.sequence {
                0
            } else {
                self.request.header.seq
            },
            port_id: if lacks.port_id { 0 } else { self.port_id },
            ..MessageHeader::default()
        }
    }

    /// The message that ends the answer.
    pub(crate) fn end(&self, result: &Result<(), Refused>) -> Vec<u8> {
        let (errno, ext_ack) = match result {
            Ok(()) => (0, Vec::new()),
            Err(refused) => (
                refused.errno.code(),
                refused.ext_ack(self.start(), self.body),
            ),
        };
        let returned = i32::try_from(self.returned).unwrap_or(i32::MAX);
        let code = match errno {
            0 => returned,
            errno => errno.saturating_neg(),
        };
        let code = code.to_ne_bytes();
        let end = |kind, flags| MessageHeader {
            kind,
            flags,
            ..self.origin(Lacks::default())
        };
        // A dump that fails before its first object ends with an error, as in the kernel.
        if self.is_dump() && (result.is_ok() || !self.replies.is_empty()) {
            let payload = [&code, &*ext_ack].concat();
            let own = flags::MULTI | (end_flags(&ext_ack) & flags::ACK_TLVS);
            return message(end(control::DONE, own), None, &payload);
        }
        let mut payload = code.to_vec();
        self.request.header.write(&mut payload);
        payload.extend_from_slice(&ext_ack);
        message(end(control::ERROR, end_flags(&ext_ack)), None, &payload)
    }
}

/// A whole message, padded.
pub(crate) fn message(
    header: MessageHeader,
    command: Option<CommandHeader>,
    body: &[u8],
) -> Vec<u8> {
    let head = command.map(CommandHeader::to_bytes);
    let head = head.as_ref().map_or(&[][..], |head| &head[..]);
    let len = MessageHeader::LEN + head.len() + body.len();
    let header = MessageHeader {
        len: u32::try_from(len).unwrap_or(u32::MAX),
        ..header
    };
    let mut bytes = Vec::with_capacity(len);
    header.write(&mut bytes);
    bytes.extend_from_slice(head);
    bytes.extend_from_slice(body);
    bytes.resize(crate::wire::align(bytes.len()), 0);
    bytes
}
