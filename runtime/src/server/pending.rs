//! Answers that found no room in their receivers' queues.

use std::collections::VecDeque;
use std::io;

use crate::peers::PeerSocket;

/// Bytes that wait for one receiver, at most, when it makes another request.
const MOST: usize = 16 << 20;

/// Datagrams that wait for room, for each receiver in order.
#[derive(Debug, Default)]
pub(super) struct Pending(Vec<Queue>);

#[derive(Debug)]
struct Queue {
    port_id: u32,
    datagrams: VecDeque<Vec<u8>>,
    bytes: usize,
}

/// What became of a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// It was sent, or waits.
    Done,
    /// Nobody has the port id any more.
    Gone,
    /// It is longer than the process may send.
    TooLong,
}

impl Pending {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether so much waits for a receiver that it must read first.
    pub(super) fn is_full(&self, port_id: u32) -> bool {
        let mut queues = self.0.iter();
        queues.any(|queue| queue.port_id == port_id && queue.bytes > MOST)
    }

    /// Sends a datagram behind those that wait.
    pub(super) fn send(&mut self, socket: &PeerSocket, port_id: u32, datagram: Vec<u8>) -> Sent {
        let waiting = self.0.iter_mut().find(|queue| queue.port_id == port_id);
        if let Some(queue) = waiting {
            queue.push(datagram);
            return Sent::Done;
        }
        match socket.send_datagram(port_id, &datagram) {
            Ok(()) => Sent::Done,
            Err(error) if has_no_room(&error) => {
                let mut queue = Queue {
                    port_id,
                    datagrams: VecDeque::new(),
                    bytes: 0,
                };
                queue.push(datagram);
                self.0.push(queue);
                Sent::Done
            }
            Err(error) if error.raw_os_error() == Some(libc::EMSGSIZE) => Sent::TooLong,
            Err(_) => Sent::Gone,
        }
    }

    /// Sends what there is room for now.
    pub(super) fn flush(&mut self, socket: &PeerSocket) {
        self.0.retain_mut(|queue| queue.flush(socket));
    }
}

impl Queue {
    fn push(&mut self, datagram: Vec<u8>) {
        self.bytes = self.bytes.saturating_add(datagram.len());
        self.datagrams.push_back(datagram);
    }

    /// Sends what there is room for; whether something is left.
    fn flush(&mut self, socket: &PeerSocket) -> bool {
        while let Some(datagram) = self.datagrams.front() {
            match socket.send_datagram(self.port_id, datagram) {
                Ok(()) => {}
                Err(error) if has_no_room(&error) => return true,
                Err(error) if error.raw_os_error() == Some(libc::EMSGSIZE) => {}
                // The receiver is gone.
                Err(_) => return false,
            }
            self.bytes = self.bytes.saturating_sub(datagram.len());
            self.datagrams.pop_front();
        }
        false
    }
}

/// Whether the receiver's queue is full, or the kernel has no memory now.
fn has_no_room(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error(),
        Some(libc::EAGAIN | libc::ENOBUFS | libc::ENOMEM)
    )
}
