//! The protocol without I/O: which message answers which request, and when an answer is whole.
//!
//! Three things decide that a message is an answer: the sender's socket address is the kernel's, the
//! port id is ours, and the sequence number is the request's. Its command does not: some replies carry
//! another command than the request, and some notifications the same as a reply. For families that answer without
//! port id or sequence number, see `session/exchange/expected.rs`.

mod expected;
mod row;
mod run;

pub(crate) use {
    expected::{Dropped, Expected},
    row::Row,
};

use crate::session::error::Error;
use crate::session::trace;
use crate::wire::{Errno, ExtAck, Message, MessageHeader, control, flags};

/// What has been sent and received on a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Messages sent.
    pub sent: u64,
    /// Datagrams received.
    pub datagrams: u64,
    /// Bytes received.
    pub bytes: u64,
    /// Datagrams that did not come from the kernel; they were dropped whole.
    pub foreign: u64,
    /// Messages of the kernel that belonged to no request of ours, or to one given up before.
    pub stray: u64,
    /// Dumps made again because what they read had changed.
    pub retries: u64,
    /// How often the connection went on with another socket, since there was no end to be seen of a dump on the one
    /// before. Its port id is another then.
    pub renewed: u64,
    /// Datagrams that were lost: those that the kernel had no room to queue, counted when it tells
    /// (`SK_MEMINFO_DROPS`), and those of the kernel that were longer than the buffer.
    pub lost: u64,
    /// The longest datagram, in bytes.
    pub largest: usize,
}

/// Sequence numbers, and what arrives for them.
#[derive(Debug)]
pub(crate) struct Exchange {
    port_id: u32,
    seq: u32,
    /// The dump whose end has not been seen. Until it ends the kernel refuses another.
    dump: Option<Dumping>,
    /// How many datagrams the socket had lost when that was last asked.
    drops: u32,
    /// What the answers to the last requests are like.
    expected: Expected,
    /// What was dropped, and seems to be a part of the answer that is waited for.
    dropped: Option<Dropped>,
    /// The last datagram came by a multicast group, so it answers nothing.
    multicast: bool,
    /// Of the row that is waited for: the position of the request that ends next, and whether it has got an object.
    next: usize,
    answered: bool,
    pub(crate) stats: Stats,
}

/// A dump that goes on in the kernel.
#[derive(Clone, Copy, Debug)]
struct Dumping {
    seq: u32,
    /// A datagram was cut meanwhile, in which its end may have been.
    cut: bool,
    /// It was longer than its reader had time or room for. It may have no end.
    given_up: bool,
}

/// A request whose answer is not complete.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Wait {
    pub(crate) seq: u32,
    /// A message of the dump said that its state had changed.
    pub(crate) interrupted: bool,
    /// It asks for a dump.
    pub(crate) dump: bool,
    /// An object of its answer has come.
    pub(crate) answered: bool,
}

/// What a message means to a waiting request.
#[derive(Debug)]
pub(crate) enum Event {
    /// One object of the answer.
    Object,
    /// The answer is complete.
    Finished(Verdict),
    /// Messages were lost.
    Overrun,
    /// It belongs to another request, or to none.
    Stray,
}

/// How a request ended.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) errno: Option<Errno>,
    /// What the kernel added. Most acknowledgements have nothing, and are on the way of every request.
    pub(crate) ext_ack: Option<Box<ExtAck>>,
    /// The number that the kernel returned in place of an error number, 0 for most.
    pub(crate) returned: u32,
    /// What was dropped of the answer.
    pub(crate) dropped: Option<Box<Dropped>>,
}

impl Verdict {
    /// What ends a request with `message`; `None` for one that ends nothing.
    #[inline]
    fn of(message: &Message<'_>) -> Option<Self> {
        let header = message.header;
        if header.kind == control::ERROR
            && header.flags & flags::ACK_TLVS == 0
            && message.payload.starts_with(&[0; 4])
        {
            return Some(Self::default());
        }
        let (code, ext_ack) = ExtAck::from_message(message)?;
        Some(Self {
            // The kernel writes error numbers negative.
            errno: (code < 0).then(|| Errno::from(code.saturating_neg())),
            ext_ack: (!ext_ack.is_empty()).then(|| Box::new(ext_ack)),
            // A positive one that ends a dump is a count: older dumps end with the length of their last part.
            returned: match header.kind {
                control::ERROR => u32::try_from(code).unwrap_or(0),
                _ => 0,
            },
            dropped: None,
        })
    }

    /// What the kernel added, which may be nothing.
    pub(crate) fn into_ext_ack(self) -> ExtAck {
        self.ext_ack
            .map_or_else(ExtAck::default, |ext_ack| *ext_ack)
    }
}

impl Exchange {
    /// `drops` is how many datagrams the socket has lost by now, `seq` the number before the first.
    pub(crate) fn new(port_id: u32, drops: u32, seq: u32) -> Self {
        Self {
            port_id,
            seq,
            dump: None,
            drops,
            expected: Expected::default(),
            dropped: None,
            multicast: false,
            next: 0,
            answered: false,
            stats: Stats::default(),
        }
    }

    /// The port id that answers must carry.
    pub(crate) fn port_id(&self) -> u32 {
        self.port_id
    }

    /// Begins a request whose answers are like `expected`. 0 is never used: notifications of the kernel carry it.
    pub(crate) fn begin(&mut self, expected: Expected) -> Wait {
        self.seq = Row::after(self.seq).seq(0);
        self.expected = expected;
        self.dropped = None;
        Wait {
            seq: self.seq,
            interrupted: false,
            dump: false,
            answered: false,
        }
    }

    /// Begins `count` requests, whose numbers follow one another and whose answers are like `expected`.
    pub(crate) fn begin_row(&mut self, count: usize, expected: Expected) -> Row {
        let row = Row::after(self.seq).of(count);
        self.seq = row.last();
        self.expected = expected;
        self.dropped = None;
        (self.next, self.answered) = (0, false);
        row
    }

    /// The sequence number that was used last.
    pub(crate) fn last(&self) -> u32 {
        self.seq
    }

    /// Goes on as if `seq` had been used last.
    #[cfg(test)]
    pub(crate) fn skip_to(&mut self, seq: u32) {
        self.seq = seq;
    }

    /// Notes that what has been asked for is a dump.
    pub(crate) fn dump_begins(&mut self, wait: &mut Wait) {
        wait.dump = true;
        self.dump = Some(Dumping {
            seq: wait.seq,
            cut: false,
            given_up: false,
        });
    }

    /// Whether a dump is going on in the kernel.
    pub(crate) fn dump_goes_on(&self) -> bool {
        self.dump.is_some()
    }

    /// Whether the end of the dump that goes on may have been in a datagram that was cut.
    pub(crate) fn dump_is_cut(&self) -> bool {
        self.dump.is_some_and(|dump| dump.cut)
    }

    /// Whether the dump that goes on was longer than its reader had time or room for.
    pub(crate) fn dump_is_given_up(&self) -> bool {
        self.dump.is_some_and(|dump| dump.given_up)
    }

    /// Notes that a dump was left for this error.
    pub(crate) fn give_up_on(&mut self, error: &Error) {
        if let Some(dump) = &mut self.dump {
            dump.given_up |= matches!(error, Error::Deadline { .. } | Error::TooLarge { .. });
        }
    }

    /// Waits no more for the end of a dump. If it goes on after all, the kernel refuses the next (`EBUSY`).
    pub(crate) fn forget_dump(&mut self) {
        self.dump = None;
    }

    /// Goes on with another socket, which has lost `drops` datagrams by now. Nothing of the one before is waited for.
    pub(crate) fn renew(&mut self, port_id: u32, drops: u32) {
        (self.port_id, self.drops) = (port_id, drops);
        self.dump = None;
        self.stats.renewed += 1;
    }

    /// Notes that a datagram of the kernel was longer than the buffer.
    pub(crate) fn cut(&mut self) {
        self.stats.lost += 1;
        if let Some(dump) = &mut self.dump {
            dump.cut = true;
        }
    }

    /// How many datagrams were lost since this was last asked, when the socket has lost `drops` by now.
    pub(crate) fn lost_since(&mut self, drops: u32) -> u32 {
        let lost = drops.wrapping_sub(self.drops);
        self.drops = drops;
        self.stats.lost += u64::from(lost);
        lost
    }

    /// Counts a datagram and says whether to look into it: only what the kernel's own socket address
    /// (port id 0) sent. `group` is the multicast group that it came by, or 0.
    #[inline]
    pub(crate) fn accept(&mut self, sender: u32, group: u32, len: usize) -> bool {
        self.multicast = group != 0;
        self.stats.datagrams += 1;
        self.stats.bytes += len as u64;
        self.stats.largest = self.stats.largest.max(len);
        if sender != 0 {
            self.stats.foreign += 1;
            trace::foreign(sender, len);
        }
        sender == 0
    }

    /// Whether `message` is an object of the answer to `wait`.
    #[inline]
    pub(crate) fn is_object(&self, wait: &Wait, message: &Message<'_>) -> bool {
        let header = message.header;
        let awaited = header.seq == wait.seq;
        let own = awaited && header.port_id == self.port_id && header.kind >= control::MIN;
        own || self.expected.may_lack() && self.is_lacking(awaited, message)
    }

    /// Notes an object of the answer to `wait`.
    #[inline]
    pub(crate) fn note_object(wait: &mut Wait, header: MessageHeader) {
        wait.interrupted |= header.flags & flags::DUMP_INTR != 0;
        wait.answered = true;
    }

    /// What `message` means to the request `wait`.
    #[inline]
    pub(crate) fn read(&mut self, wait: &mut Wait, message: Message<'_>) -> Event {
        let awaited = message.header.seq == wait.seq;
        let mut event = self.event(awaited, message);
        match &mut event {
            Event::Overrun | Event::Stray => {}
            Event::Object => Self::note_object(wait, message.header),
            Event::Finished(verdict) => {
                wait.interrupted |= message.header.flags & flags::DUMP_INTR != 0;
                if self.dropped.is_some() {
                    verdict.dropped = self.take_dropped(wait, wait.answered);
                }
            }
        }
        event
    }

    /// What `message` means to the requests of `row`, and the position of the one that it means it to. An object
    /// without a sequence number belongs to the request that ends next: the kernel takes them one after another.
    pub(crate) fn read_row(&mut self, row: &Row, message: Message<'_>) -> (Event, Option<usize>) {
        let position = row.position(message.header.seq);
        let mut event = self.event(position.is_some(), message);
        match &mut event {
            Event::Overrun | Event::Stray => {}
            Event::Object => self.answered = true,
            Event::Finished(verdict) => {
                let wait = Wait::default();
                if self.dropped.is_some() {
                    verdict.dropped = self.take_dropped(&wait, self.answered);
                }
                self.answered = false;
                self.next = position.map_or(self.next, |position| position + 1);
            }
        }
        (event, position.or(Some(self.next)))
    }

    /// What `message` means, whose sequence number is one that is waited for or not.
    #[inline]
    fn event(&mut self, awaited: bool, message: Message<'_>) -> Event {
        let header = message.header;
        let ours = awaited && header.port_id == self.port_id;
        if ours && header.kind >= control::MIN
            || self.expected.may_lack() && self.is_lacking(awaited, &message)
        {
            return Event::Object;
        }
        if header.kind == control::OVERRUN {
            trace::overrun();
            return Event::Overrun;
        }
        self.note_end(header);
        if !ours {
            self.note_dropped(awaited, &message);
            self.stats.stray += 1;
            trace::stray(header);
            return Event::Stray;
        }
        // The end of a dump ends some plain requests, too.
        match Verdict::of(&message) {
            Some(verdict) => Event::Finished(verdict),
            None => Event::Stray,
        }
    }

    /// Reads a message that nobody waits for.
    pub(crate) fn pass(&mut self, message: Message<'_>) {
        self.stats.stray += 1;
        trace::stray(message.header);
        self.note_end(message.header);
    }

    /// Any request may meet the end of a dump that was left before it.
    #[inline]
    fn note_end(&mut self, header: MessageHeader) {
        let end = matches!(header.kind, control::ERROR | control::DONE);
        let dump = self.dump.map(|dump| dump.seq);
        if end && header.port_id == self.port_id && dump == Some(header.seq) {
            self.dump = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u16, flags: u16, seq: u32, port_id: u32, payload: &[u8]) -> Message<'_> {
        Message {
            header: MessageHeader {
                len: 16 + payload.len() as u32,
                kind,
                flags,
                seq,
                port_id,
            },
            payload,
        }
    }

    #[test]
    fn each_message_has_one_meaning() {
        let ok = 0i32.to_ne_bytes();
        let nodev = (-libc::ENODEV).to_ne_bytes();
        let count = 52i32.to_ne_bytes();
        for (name, message, expected) in [
            ("reply", message(30, 0, 1, 9, &[]), "Object"),
            (
                "reply of a dump without MULTI",
                message(30, flags::MULTI, 1, 9, &[]),
                "Object",
            ),
            (
                "acknowledgement",
                message(control::ERROR, 0, 1, 9, &ok),
                "Finished None",
            ),
            (
                "error",
                message(control::ERROR, 0, 1, 9, &nodev),
                "Finished Some(ENODEV)",
            ),
            (
                "error without a number",
                message(control::ERROR, 0, 1, 9, &[]),
                "Finished Some(EBADMSG)",
            ),
            (
                "done",
                message(control::DONE, 0, 1, 9, &ok),
                "Finished None",
            ),
            (
                "done with an error",
                message(control::DONE, 0, 1, 9, &nodev),
                "Finished Some(ENODEV)",
            ),
            (
                "done with a count",
                message(control::DONE, 0, 1, 9, &count),
                "Finished None",
            ),
            (
                "done without room",
                message(control::DONE, 0, 1, 9, &[]),
                "Finished None",
            ),
            ("another request's", message(30, 0, 2, 9, &[]), "Stray"),
            ("a notification's", message(30, 0, 1, 0, &[]), "Stray"),
            (
                "another socket's",
                message(control::ERROR, 0, 1, 8, &ok),
                "Stray",
            ),
            ("nothing", message(control::NOOP, 0, 1, 9, &[]), "Stray"),
            ("loss", message(control::OVERRUN, 0, 0, 0, &[]), "Overrun"),
        ] {
            let mut exchange = Exchange::new(9, 0, 0);
            let mut wait = exchange.begin(Expected::default());
            let met = match exchange.read(&mut wait, message) {
                Event::Object => "Object".to_owned(),
                Event::Finished(verdict) => format!("Finished {:?}", verdict.errno),
                Event::Overrun => "Overrun".to_owned(),
                Event::Stray => "Stray".to_owned(),
            };
            assert_eq!(met, expected, "{name}");
        }
    }

    #[test]
    fn an_interruption_on_any_object_is_remembered() {
        let mut exchange = Exchange::new(9, 0, 0);
        let mut wait = exchange.begin(Expected::default());
        exchange.read(&mut wait, message(30, 0, 1, 9, &[]));
        assert!(!wait.interrupted);
        exchange.read(&mut wait, message(30, flags::DUMP_INTR, 2, 9, &[]));
        assert!(!wait.interrupted, "another request's message");
        exchange.read(&mut wait, message(30, flags::DUMP_INTR, 1, 9, &[]));
        exchange.read(&mut wait, message(30, 0, 1, 9, &[]));
        assert!(wait.interrupted);
    }

    #[test]
    fn sequence_numbers_skip_zero() {
        let mut exchange = Exchange::new(9, 0, 0);
        exchange.seq = u32::MAX;
        assert_eq!(exchange.begin(Expected::default()).seq, 1);
    }

    #[test]
    fn only_the_kernel_is_believed() {
        let mut exchange = Exchange::new(9, 0, 0);
        assert!(exchange.accept(0, 0, 100));
        assert!(!exchange.accept(9, 0, 50));
        assert!(!exchange.accept(4711, 0, 200));
        assert_eq!((exchange.stats.foreign, exchange.stats.largest), (2, 200));
    }
}
