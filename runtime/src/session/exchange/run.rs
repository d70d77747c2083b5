//! Which objects of an answer came together in a datagram.

use super::{Exchange, Wait};
use crate::session::run::Run;
use crate::wire::Messages;

impl Exchange {
    /// The objects of the answer to `wait` that come next, up to a message that is none.
    #[inline]
    pub(crate) fn objects<'a>(&self, wait: &mut Wait, messages: &mut Messages<'a>) -> Run<'a> {
        let bytes = messages.leftover();
        let mut count = 0;
        let mut ahead = *messages;
        while let Some(message) = ahead.next() {
            if !self.is_object(wait, &message) {
                break;
            }
            Self::note_object(wait, message.header);
            *messages = ahead;
            count += 1;
        }
        let len = bytes.len() - messages.leftover().len();
        Run {
            bytes: bytes.get(..len).unwrap_or_default(),
            count,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::exchange::expected::Expected;
    use crate::wire::{MessageHeader, control, flags};

    /// A message for port id 9, without the padding behind it.
    fn message(kind: u16, flags: u16, seq: u32, payload: &[u8]) -> Vec<u8> {
        let header = MessageHeader {
            len: 16 + payload.len() as u32,
            kind,
            flags,
            seq,
            port_id: 9,
        };
        let mut bytes = Vec::new();
        header.write(&mut bytes);
        bytes.extend_from_slice(payload);
        bytes
    }

    #[test]
    fn a_run_ends_where_something_else_begins() {
        let object = message(20, 0, 1, b"abcd");
        let changed = message(20, flags::DUMP_INTR, 1, b"ef\0\0");
        let unpadded = message(20, 0, 1, b"ghi");
        let other = message(20, flags::DUMP_INTR, 7, b"abcd");
        let done = message(control::DONE, 0, 1, &[0; 4]);
        for (name, datagram, lengths, interrupted) in [
            ("nothing", vec![], vec![], false),
            ("one", object.clone(), vec![(20, 1)], false),
            (
                "the last without padding",
                [&object[..], &unpadded].concat(),
                vec![(39, 2)],
                false,
            ),
            (
                "the end behind them",
                [&object[..], &changed, &done].concat(),
                vec![(40, 2)],
                true,
            ),
            (
                "another request's between them",
                [&object[..], &other, &object].concat(),
                vec![(20, 1), (20, 1)],
                false,
            ),
            (
                "a stump behind them",
                [&object[..], &object[..9]].concat(),
                vec![(20, 1)],
                false,
            ),
        ] {
            let mut exchange = Exchange::new(9, 0, 0);
            let mut wait = exchange.begin(Expected::default());
            let mut messages = Messages::new(&datagram);
            let mut runs = Vec::new();
            loop {
                let run = exchange.objects(&mut wait, &mut messages);
                if run.count != 0 {
                    runs.push((run.bytes.len(), run.count));
                }
                if messages.next().is_none() {
                    break;
                }
            }
            assert_eq!((runs, wait.interrupted), (lengths, interrupted), "{name}");
        }
    }

    #[test]
    fn what_is_kept_is_padded() {
        let datagram = [message(20, 0, 1, b"abcd"), message(20, 0, 1, b"e")].concat();
        let mut exchange = Exchange::new(9, 0, 0);
        let run = {
            let mut wait = exchange.begin(Expected::default());
            exchange.objects(&mut wait, &mut Messages::new(&datagram))
        };
        let mut kept = Vec::new();
        run.append_to(&mut kept);
        run.append_to(&mut kept);
        assert_eq!((kept.len(), Messages::new(&kept).count()), (80, 4));
    }
}
