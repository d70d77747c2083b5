//! The connection against a fake kernel: answers that the real one gives rarely, or only when busy.
//!
//! The other end of a socket pair holds the answers before they are asked for. Sequence numbers count
//! from 1, so they are known. A timeout of zero makes every wait that would block a failure at once.

pub(crate) mod batches;
mod cut;
mod dumps;
mod endings;
mod forks;
mod model;
mod replies;
mod rows;
mod time;
mod unsent;

use std::fs::File;
use std::io::{Read, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::*;
use crate::family::{Family, Operation};
use crate::link::{Envelope, Plug};
use crate::nlctrl;
use crate::nlctrl::{Getfamily, GetfamilyDump, GetfamilyReply};
use crate::wire::{Encode, EncodeReason, Errno, MessageHeader, control, flags};

const PORT_ID: u32 = 9;
pub(crate) const KERNEL: u32 = 0;
pub(crate) const SMALL: usize = 32 * 1024;

pub(crate) struct Kernel {
    file: File,
    sender: u32,
    plug: Arc<Plug>,
}

impl Kernel {
    /// Queues messages as one datagram.
    pub(crate) fn says(&mut self, messages: &[Vec<u8>]) -> &mut Self {
        let envelope = Envelope {
            sender: self.sender,
            ..Envelope::default()
        };
        self.send(envelope, &messages.concat())
    }

    /// Loses datagrams, of which the receive tells that comes next.
    fn loses(&mut self, count: u32) -> &mut Self {
        self.plug.lose(count);
        let envelope = Envelope {
            errno: libc::ENOBUFS,
            ..Envelope::default()
        };
        self.send(envelope, &[])
    }

    /// Lets the next receive fail.
    fn fails(&mut self, errno: i32) -> &mut Self {
        let envelope = Envelope {
            errno,
            ..Envelope::default()
        };
        self.send(envelope, &[])
    }

    fn send(&mut self, envelope: Envelope, datagram: &[u8]) -> &mut Self {
        let sealed = envelope.seal(datagram);
        assert_eq!(self.file.write(&sealed).unwrap(), sealed.len());
        self
    }

    /// The header of the next request.
    pub(crate) fn hears(&mut self) -> MessageHeader {
        let mut bytes = [0; 4096];
        let len = self.file.read(&mut bytes).unwrap();
        MessageHeader::split(&bytes[..len]).unwrap().0
    }
}

fn pair(protocol: i32, sender: u32) -> (Socket, Kernel) {
    let plug = Arc::new(Plug::default());
    let (socket, other) = Socket::pair(protocol, PORT_ID, Arc::clone(&plug)).unwrap();
    let file = File::from(other);
    let kernel = Kernel { file, sender, plug };
    (socket, kernel)
}

/// A connection with a small receive buffer that never waits, and its kernel.
pub(crate) fn connection(sender: u32, cap: usize) -> (Connection, Kernel) {
    let builder = Connection::builder()
        .receive_buffer(SMALL, cap)
        .dump_attempts(3)
        .timeout(Some(Duration::ZERO));
    let (socket, mut kernel) = pair(libc::NETLINK_GENERIC, sender);
    let mut conn = Connection::with(socket, builder.settings);
    if sender == KERNEL {
        // The request that comes before a first dump.
        kernel.says(&[reply(1, 0x10), end(1, 0)]);
        conn.call(&Getfamily::default()).unwrap();
        kernel.hears();
    }
    (conn, kernel)
}

fn message(kind: u16, flags: u16, seq: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let header = MessageHeader {
        len: (MessageHeader::LEN + payload.len()) as u32,
        kind,
        flags,
        seq,
        port_id: PORT_ID,
    };
    header.write(&mut bytes);
    bytes.extend_from_slice(payload);
    bytes
}

pub(crate) fn object(seq: u32, flags: u16, id: u16) -> Vec<u8> {
    let body = GetfamilyReply {
        family_id: Some(id),
        ..Default::default()
    };
    let payload = [vec![1, 2, 0, 0], body.to_bytes().unwrap()].concat();
    message(0x10, flags, seq, &payload)
}

pub(crate) fn reply(seq: u32, id: u16) -> Vec<u8> {
    object(seq, 0, id)
}

/// An object of a whole `size` bytes.
fn large(seq: u32, size: usize) -> Vec<u8> {
    let mut payload = vec![1, 2, 0, 0];
    // Attribute 99 is unknown to the family.
    let mut left = size - MessageHeader::LEN - payload.len();
    while left > 0 {
        let len = left.min(60_000);
        payload.extend_from_slice(&(len as u16).to_ne_bytes());
        payload.extend_from_slice(&99u16.to_ne_bytes());
        payload.resize(payload.len() + len - 4, 0);
        left -= len;
    }
    message(0x10, 0, seq, &payload)
}

/// An acknowledgement, or an error.
pub(crate) fn end(seq: u32, errno: i32) -> Vec<u8> {
    let mut payload = (-errno).to_ne_bytes().to_vec();
    payload.resize(20, 0);
    message(control::ERROR, flags::CAPPED, seq, &payload)
}

pub(crate) fn done(seq: u32, errno: i32) -> Vec<u8> {
    message(control::DONE, flags::MULTI, seq, &(-errno).to_ne_bytes())
}

/// The sequence numbers in each datagram that an observer is shown.
type Seen = Arc<Mutex<Vec<(Direction, Vec<u32>)>>>;

fn watch(conn: &mut Connection) -> Seen {
    let seen = Seen::default();
    let log = Arc::clone(&seen);
    conn.observe(move |direction, datagram| {
        let messages = crate::wire::Messages::new(datagram);
        let numbers = messages.map(|message| message.header.seq).collect();
        log.lock().unwrap().push((direction, numbers));
    });
    seen
}

fn dumped(conn: &mut Connection) -> Result<Vec<u16>, Error> {
    conn.dump(&GetfamilyDump::default())?
        .iter()
        .map(|family| Ok(family?.family_id.unwrap()))
        .collect()
}
