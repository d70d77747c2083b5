//! The kernel's end: hears requests, and says what was drawn when the connection waits.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::time::Instant;

use super::draw::{Arrival, To, What};
use super::*;
use crate::link::Readiness;
use crate::wire::Messages;

/// Beyond the limit of these connections, also when they have made room for more than it.
const LONG: usize = 80_000;

/// An object, and to whom it was said.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    pub(super) object: u32,
    pub(super) sender: u32,
    pub(super) port_id: u32,
    pub(super) seq: u32,
}

pub(super) struct Wire {
    kernel: Kernel,
    /// After so many turns the future is dropped where the next begins.
    pub(super) turns: Option<usize>,
    pub(super) bursts: VecDeque<Vec<Arrival>>,
    dropped: bool,
    objects: u32,
    /// The sequence numbers of the requests that were heard, by datagram.
    pub(super) asked: Vec<Vec<u32>>,
    pub(super) told: Told,
}

/// The sequence number that `to` means after the requests `asked`.
pub(super) fn number(to: To, asked: &[u32]) -> u32 {
    match to {
        To::Number(number) => number,
        To::Earlier(count) => asked.iter().rev().nth(count).copied().unwrap_or(0),
    }
}

impl Wire {
    pub(super) fn new(kernel: Kernel) -> Self {
        let end = OwnedFd::from(kernel.file.try_clone().unwrap());
        UnixStream::from(end).set_nonblocking(true).unwrap();
        Self {
            kernel,
            turns: None,
            bursts: VecDeque::new(),
            dropped: false,
            objects: 0,
            asked: Vec::new(),
            told: Vec::new(),
        }
    }

    /// Draws what arrives from a step from now on; what is left of earlier ones comes first.
    pub(super) fn expect(&mut self, step: &Step) {
        self.bursts.extend(step.bursts.iter().cloned());
        self.dropped = step.dropped;
    }

    /// Hears what has been asked.
    pub(super) fn hear(&mut self) {
        let mut bytes = [0; 4096];
        while let Ok(len) = self.kernel.file.read(&mut bytes) {
            let requests = Messages::new(&bytes[..len]);
            self.asked
                .push(requests.map(|request| request.header.seq).collect());
        }
    }

    /// The numbers of the requests in each datagram after the first `count`.
    pub(super) fn rows_since(&self, count: usize) -> Vec<Vec<u32>> {
        self.asked[count..].to_vec()
    }

    fn say(&mut self, arrival: Arrival) {
        let (sender, datagram) = match arrival {
            Arrival::Full => {
                self.kernel.loses(1);
                return;
            }
            Arrival::Long(sender) => (sender, large(1, LONG)),
            Arrival::Datagram(sender, messages) => {
                let asked = self.asked.concat();
                let mut datagram = Vec::new();
                for told in messages {
                    let seq = number(told.to, &asked);
                    let mut bytes = match told.what {
                        What::Object { interrupted } => {
                            self.object(sender, told.port_id, seq, interrupted)
                        }
                        What::End(errno) => end(seq, errno),
                        What::Done(errno) => done(seq, errno),
                        What::Noop => message(control::NOOP, 0, seq, &[]),
                        What::Overrun => message(control::OVERRUN, 0, seq, &[]),
                    };
                    bytes[12..16].copy_from_slice(&told.port_id.to_ne_bytes());
                    datagram.extend(bytes);
                }
                (sender, datagram)
            }
        };
        let envelope = Envelope {
            sender,
            ..Envelope::default()
        };
        self.kernel.send(envelope, &datagram);
    }

    /// An object that differs from all others.
    fn object(&mut self, sender: u32, port_id: u32, seq: u32, interrupted: bool) -> Vec<u8> {
        self.objects += 1;
        let object = self.objects;
        self.told.push(Said {
            object,
            sender,
            port_id,
            seq,
        });
        let flags = match interrupted {
            true => flags::DUMP_INTR,
            false => 0,
        };
        let thing = Thing { id: Some(object) };
        message(0x4d06, flags, seq, &thing.to_bytes().unwrap())
    }
}

impl Readiness for Wire {
    async fn readable(&mut self, _: BorrowedFd<'_>, _: Option<Instant>) -> io::Result<bool> {
        self.hear();
        match self.bursts.pop_front() {
            Some(burst) => {
                burst.into_iter().for_each(|arrival| self.say(arrival));
                Ok(true)
            }
            None if self.dropped => std::future::pending().await,
            None => Ok(false),
        }
    }

    async fn proceed(&mut self) {
        self.turns = match self.turns {
            Some(0) => std::future::pending().await,
            turns => turns.map(|turns| turns - 1),
        };
    }

    fn watch_another(&mut self, _: BorrowedFd<'_>) -> io::Result<()> {
        Ok(())
    }
}
