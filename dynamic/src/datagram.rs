//! Datagrams, message by message: what each is, and its JSON, as far as they go.

use std::fmt;

use nlgen_runtime::wire::{align, control};
use nlgen_runtime::{Message, MessageHeader};
use serde_json::Value;

use crate::reader::end;
use crate::{DecodeOptions, Known, Malformed, Problem, Reader};

/// A message of a datagram.
#[derive(Clone, Debug)]
pub struct Decoded<'f> {
    /// Its header.
    pub header: MessageHeader,
    /// What it is; `None` for netlink's own messages, and for families that are not known.
    pub known: Option<Known<'f>>,
    /// What it says. `None` when nothing is known of it.
    pub value: Option<Result<Value, Malformed>>,
}

/// A datagram, of whose messages a [`Reader`] has said what they are.
#[derive(Clone)]
pub struct Datagram<'a, 'f> {
    pub(crate) protocol: u16,
    pub(crate) bytes: &'a [u8],
    messages: Vec<Recognized<'a, 'f>>,
}

/// A message of a [`Datagram`], and what it is.
#[derive(Clone)]
pub struct Recognized<'a, 'f> {
    /// Its header; all zero where there are too few bytes for one, or where they are no message.
    pub header: MessageHeader,
    /// What it is; `None` for netlink's own messages, and for families that are not known.
    pub known: Option<Known<'f>>,
    /// Whether it is what was left behind a message, in a protocol whose families have secrets: the rest of that
    /// message, if it said too small a length.
    pub(crate) rest: bool,
    /// Whether the protocol has families with secrets.
    may_be_secret: bool,
    /// From its beginning to the end of the datagram.
    pub(crate) bytes: &'a [u8],
    /// How many of them are its own.
    pub(crate) len: usize,
    /// What is behind all headers but the fixed one, where it is known.
    pub(crate) body: &'a [u8],
}

impl<'f> Reader<'f> {
    /// Says what the messages of a datagram are, and learns from them. The datagram is in this machine's byte
    /// order ([`in_host_order`](Self::in_host_order)).
    ///
    /// A message that is cut short is there as far as it goes.
    pub fn recognize<'a>(&mut self, protocol: u16, datagram: &'a [u8]) -> Datagram<'a, 'f> {
        let mut messages = Vec::new();
        let mut rest = datagram;
        let may_be_secret = self.has_secrets(protocol);
        while !rest.is_empty() {
            let mut message = self.first(protocol, rest);
            let is_first = rest.len() == datagram.len();
            let named = message.known.is_some_and(|known| known.name.is_some());
            if may_be_secret && !is_first && !named && !message.is_whole() {
                message = Recognized::rest(rest);
            }
            message.may_be_secret = may_be_secret;
            rest = rest.get(align(message.len)..).unwrap_or_default();
            messages.push(message);
        }
        Datagram {
            protocol,
            bytes: datagram,
            messages,
        }
    }

    /// The messages of a datagram. One that is cut short is there as far as it goes, malformed; bytes that
    /// are too few for a header are a malformed message without a value.
    pub fn decode_datagram(
        &mut self,
        protocol: u16,
        datagram: &[u8],
        options: DecodeOptions,
    ) -> Vec<Decoded<'f>> {
        let datagram = self.in_host_order(protocol, datagram);
        let datagram = self.recognize(protocol, &datagram);
        let decoded = datagram.messages.into_iter().map(|message| Decoded {
            header: message.header,
            value: message.decode(options),
            known: message.known,
        });
        decoded.collect()
    }

    fn first<'a>(&mut self, protocol: u16, bytes: &'a [u8]) -> Recognized<'a, 'f> {
        let mut new = Recognized::at(bytes);
        if let Some(message) = new.message()
            && let Some((known, body)) = self.identify(protocol, &message)
        {
            new.known = Some(known);
            new.body = body;
        }
        new
    }
}

impl<'a, 'f> Datagram<'a, 'f> {
    /// The netlink protocol (`NETLINK_ROUTE` and others).
    #[must_use]
    pub fn protocol(&self) -> u16 {
        self.protocol
    }

    /// Its messages, in order.
    #[must_use]
    pub fn messages(&self) -> &[Recognized<'a, 'f>] {
        &self.messages
    }
}

impl<'a> Recognized<'a, '_> {
    /// The message at the beginning of `bytes`, of which nothing is known yet.
    pub(crate) fn at(bytes: &'a [u8]) -> Self {
        let header = MessageHeader::split(bytes).map(|(header, _)| header);
        let said = header.map_or(usize::MAX, |header| length(header.len));
        Self {
            header: header.unwrap_or_default(),
            known: None,
            rest: false,
            may_be_secret: false,
            bytes,
            len: match header {
                Some(_) => said.clamp(MessageHeader::LEN, bytes.len()),
                None => bytes.len(),
            },
            body: &[],
        }
    }

    /// Bytes that are no message.
    fn rest(bytes: &'a [u8]) -> Self {
        Self {
            header: MessageHeader::default(),
            rest: true,
            len: bytes.len(),
            ..Self::at(bytes)
        }
    }

    /// Whether it has a header, and the length that it says.
    fn is_whole(&self) -> bool {
        self.has_header() && length(self.header.len) == self.len
    }

    /// Whether it is a message at all: there are enough bytes for its header, and they are not the rest of another.
    #[must_use]
    pub fn has_header(&self) -> bool {
        self.bytes.len() >= MessageHeader::LEN && !self.rest
    }

    /// The message; `None` where there are too few bytes for its header.
    pub(crate) fn message(&self) -> Option<Message<'a>> {
        let (header, _) = MessageHeader::split(self.bytes).filter(|_| !self.rest)?;
        let payload = self.bytes.get(MessageHeader::LEN..self.len)?;
        Some(Message { header, payload })
    }

    /// What is wrong with bytes that are no message.
    pub(crate) fn no_message(&self) -> String {
        let (want, got) = (MessageHeader::LEN, self.bytes.len());
        match self.rest {
            true => format!("{got} bytes behind a message that are none"),
            false => format!("{got} bytes, where a message's header needs {want}"),
        }
    }

    /// Its JSON. An error, an acknowledgement or the end of a dump is an object with `error` and the
    /// attributes of its extended acknowledgement.
    ///
    /// `None` for messages that say nothing, and those of families that are not known.
    #[must_use]
    pub fn decode(&self, options: DecodeOptions) -> Option<Result<Value, Malformed>> {
        let Some(message) = self.message() else {
            return Some(Err(Problem::new(self.no_message()).into()));
        };
        let value = match (self.header.kind, &self.known) {
            (_, Some(known)) => Some(known.body.decode(self.body, options)),
            (control::ERROR | control::DONE, None) => {
                Some(end(&message, options, self.may_be_secret))
            }
            (_, None) => None,
        };
        if length(self.header.len) == self.len {
            return value;
        }
        let problem = Problem::new(format!(
            "the message says that it has {} bytes, and {} are there",
            self.header.len,
            self.bytes.len()
        ));
        let (partial, mut problems) = match value {
            Some(Err(malformed)) => (malformed.partial, malformed.problems),
            Some(Ok(whole)) => (whole, Vec::new()),
            None => (Value::Null, Vec::new()),
        };
        problems.insert(0, problem);
        Some(Err(Malformed { partial, problems }))
    }
}

fn length(said: u32) -> usize {
    usize::try_from(said).unwrap_or(usize::MAX)
}

/// Without the bytes, which may be secret.
impl fmt::Debug for Datagram<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Datagram")
            .field("protocol", &self.protocol)
            .field("len", &self.bytes.len())
            .field("messages", &self.messages)
            .finish()
    }
}

/// Without the bytes, which may be secret.
impl fmt::Debug for Recognized<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recognized")
            .field("header", &self.header)
            .field("known", &self.known)
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}
