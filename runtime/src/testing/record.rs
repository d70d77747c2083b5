//! Writing down what a socket does.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use super::recording::{Entry, head};
use crate::ConnectionBuilder;
use crate::socket::Datagram;

/// A recording that is being made.
#[derive(Debug)]
pub(crate) struct Tape {
    file: Mutex<File>,
}

impl Tape {
    /// Begins a recording of a socket in a new file.
    pub(crate) fn begin(path: &PathBuf, protocol: i32, port_id: u32) -> io::Result<Self> {
        let mut file = File::create(path)?;
        file.write_all(head(protocol, port_id).as_bytes())?;
        Ok(Self {
            file: Mutex::new(file),
        })
    }

    /// The socket sent a datagram.
    pub(crate) fn sent(&self, bytes: &[u8]) -> io::Result<()> {
        self.write(&Entry::Sent(bytes.to_vec()))
    }

    /// A receive into `buf` came to an end. Nothing to be received is no event.
    pub(crate) fn received(&self, received: &io::Result<Datagram>, buf: &[u8]) -> io::Result<()> {
        match received {
            Ok(datagram) => {
                let bytes = buf.get(..datagram.len).unwrap_or(buf).to_vec();
                let datagram = *datagram;
                self.write(&Entry::Received { datagram, bytes })
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            Err(error) => self.write(&Entry::Failed(error.raw_os_error().unwrap_or(libc::EIO))),
        }
    }

    /// The socket was asked how many datagrams it has lost.
    pub(crate) fn asked(&self, lost: u32) -> io::Result<()> {
        self.write(&Entry::Lost(lost))
    }

    fn write(&self, entry: &Entry) -> io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        // At once, so that a program that ends early leaves what it did.
        file.write_all(format!("{entry}\n").as_bytes())
    }
}

impl ConnectionBuilder {
    /// Records everything that the socket sends and receives to a new file, from its opening on, for
    /// [`Replay`](super::Replay). It holds all bytes as they are, keys among them.
    #[must_use]
    pub fn record_to(mut self, path: impl Into<PathBuf>) -> Self {
        self.tape = Some(path.into());
        self
    }
}
