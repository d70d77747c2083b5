//! Reading bytes as requests and datagrams.

use nlgen_runtime::{MessageHeader, flags};
use nlgen_runtime::wire::{CommandHeader, control};

/// Longer than the buffer is at first, and longer than it may become.
const LONG: [usize; 2] = [33_000, 60_000];

/// A datagram, or the loss of some.
#[derive(Debug)]
pub(super) enum Record {
    Kernel(Vec<u8>),
    Forged(Vec<u8>),
    Loss(u32),
}

/// What is to be done next.
#[derive(Debug)]
pub(super) enum Step {
    Record(Record),
    /// A request of this kind, and a number for it.
    Ask(u8, usize),
}

/// To whom messages that look right are addressed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Address {
    pub(super) port_id: u32,
    /// The sequence number of the last request.
    pub(super) seq: u32,
    /// The type of objects.
    pub(super) kind: u16,
    /// What stands before their attributes.
    pub(super) head: [u8; CommandHeader::LEN],
}

/// The bytes that are left.
#[derive(Debug)]
pub(super) struct Source<'a>(&'a [u8]);

impl<'a> Source<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next byte, or 0.
    pub(super) fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    fn take(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// The next step; `None` at the end.
    pub(super) fn step(&mut self, address: Address) -> Option<Step> {
        if self.0.is_empty() {
            return None;
        }
        let what = self.byte();
        Some(match what & 3 {
            0 => Step::Ask(what >> 2 & 7, usize::from(what >> 5)),
            1 => Step::Record(Record::Loss(u32::from(what >> 2))),
            _ => {
                let mut datagram = Vec::new();
                // Several messages in a datagram.
                while self.message(address, &mut datagram) {}
                if what & 0x40 != 0 {
                    datagram.resize(LONG[usize::from(what >> 7)], 0);
                }
                match what & 0x3c {
                    0 => Step::Record(Record::Forged(datagram)),
                    _ => Step::Record(Record::Kernel(datagram)),
                }
            }
        })
    }

    /// Appends a message, or bytes as they come, and says whether another follows.
    fn message(&mut self, address: Address, datagram: &mut Vec<u8>) -> bool {
        let (how, flag, len) = (self.byte(), self.byte(), self.byte());
        let body = self.take(len.into());
        let kind = match how & 3 {
            0 => {
                datagram.extend_from_slice(body);
                return how & 0x80 != 0 && !self.0.is_empty();
            }
            1 => address.kind,
            2 => control::ERROR,
            _ => control::DONE,
        };
        let begin = datagram.len();
        let header = MessageHeader {
            len: 0,
            kind,
            flags: own_flags(flag),
            // To the last request, or to one that is still to be made.
            seq: address.seq.wrapping_add(u32::from(how >> 2 & 7)),
            port_id: match how & 0x20 {
                0 => address.port_id,
                _ => u32::from(flag),
            },
        };
        header.write(datagram);
        match kind == address.kind {
            true => datagram.extend_from_slice(&address.head),
            // An acknowledgement, unless the bytes say more.
            false if how & 0x40 == 0 => datagram.extend_from_slice(&[0; 4]),
            false => {}
        }
        datagram.extend_from_slice(body);
        let len = u32::try_from(datagram.len() - begin).unwrap_or(u32::MAX);
        datagram[begin..begin + 4].copy_from_slice(&len.to_ne_bytes());
        datagram.resize(datagram.len().next_multiple_of(4), 0);
        how & 0x80 != 0 && !self.0.is_empty()
    }
}

fn own_flags(bits: u8) -> u16 {
    let all = [
        flags::MULTI,
        flags::DUMP_INTR,
        flags::ACK_TLVS,
        flags::CAPPED,
    ];
    let set = all.iter().enumerate().filter(|(at, _)| bits >> at & 1 != 0);
    set.fold(0, |flags, (_, flag)| flags | flag)
}
