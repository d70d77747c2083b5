//! Datagrams to JSON, message by message, as far as they go.

use nlgen_runtime::{Message, MessageHeader, align};
use serde_json::Value;

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

impl<'f> Reader<'f> {
    /// The messages of a datagram. One that is cut short is there as far as it goes, malformed; bytes that
    /// are too few for a header are a malformed message without a value.
    pub fn decode_datagram(
        &mut self,
        protocol: u16,
        datagram: &[u8],
        options: DecodeOptions,
    ) -> Vec<Decoded<'f>> {
        let mut messages = Vec::new();
        let mut rest = datagram;
        while !rest.is_empty() {
            let (message, len) = self.first(protocol, rest, options);
            messages.push(message);
            rest = rest.get(align(len)..).unwrap_or_default();
        }
        messages
    }

    /// The first message, and how many bytes it takes.
    fn first(
        &mut self,
        protocol: u16,
        bytes: &[u8],
        options: DecodeOptions,
    ) -> (Decoded<'f>, usize) {
        let Some((header, after)) = MessageHeader::split(bytes) else {
            let (want, got) = (MessageHeader::LEN, bytes.len());
            let problem = Problem::new(format!(
                "{got} bytes, where a message's header needs {want}"
            ));
            let nothing = Decoded {
                header: MessageHeader::default(),
                known: None,
                value: Some(Err(problem.into())),
            };
            return (nothing, got);
        };
        let said = usize::try_from(header.len).unwrap_or(usize::MAX);
        let len = said.clamp(MessageHeader::LEN, bytes.len());
        let payload = after.get(..len - MessageHeader::LEN).unwrap_or(after);
        let message = Message { header, payload };
        let known = self.identify(protocol, &message).map(|(known, _)| known);
        let mut value = self.decode(protocol, &message, options);
        if said != len {
            let problem = Problem::new(format!(
                "the message says that it has {said} bytes, and {} are there",
                bytes.len()
            ));
            let (partial, mut problems) = match value {
                Some(Err(malformed)) => (malformed.partial, malformed.problems),
                Some(Ok(whole)) => (whole, Vec::new()),
                None => (Value::Null, Vec::new()),
            };
            problems.insert(0, problem);
            value = Some(Err(Malformed { partial, problems }));
        }
        let message = Decoded {
            header,
            known,
            value,
        };
        (message, len)
    }
}
