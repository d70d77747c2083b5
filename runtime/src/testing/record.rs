//! Writing down what a socket does.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::recording::{Entry, head};
use crate::connection::ConnectionBuilder;
use crate::link::{Datagram, Record, Recorder};

/// A recording that is being made.
#[derive(Debug)]
struct Tape {
    file: Mutex<File>,
}

impl Tape {
    /// Begins a recording of a socket in a new file.
    fn begin(path: &Path, protocol: i32, port_id: u32) -> io::Result<Self> {
        let mut file = private(path)?;
        file.write_all(head(protocol, port_id).as_bytes())?;
        Ok(Self {
            file: Mutex::new(file),
        })
    }

    fn write(&self, entry: &Entry) -> io::Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        // At once, so that a program that ends early leaves what it did.
        file.write_all(format!("{entry}\n").as_bytes())
    }
}

impl Record for Tape {
    fn sent(&self, bytes: &[u8]) -> io::Result<()> {
        self.write(&Entry::Sent(bytes.to_vec()))
    }

    fn received(&self, received: &io::Result<Datagram>, buf: &[u8]) -> io::Result<()> {
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

    fn asked(&self, lost: u32) -> io::Result<()> {
        self.write(&Entry::Lost(lost))
    }
}

/// The file that a recording is made in.
#[derive(Debug)]
struct NewFile(PathBuf);

impl Recorder for NewFile {
    fn begin(&self, protocol: i32, port_id: u32) -> io::Result<Arc<dyn Record>> {
        Ok(Arc::new(Tape::begin(&self.0, protocol, port_id)?))
    }
}

/// The bits of a file's mode that let its owner read and write it, and nobody else.
const PRIVATE: u32 = 0o600;

/// A file without content that only its owner can read.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let file = options.write(true).create(true).mode(PRIVATE).open(path)?;
    // Terminals and pipes have no content to replace, and their mode is not ours to change.
    if file.metadata()?.is_file() {
        // A file that existed before has the mode that it had.
        file.set_permissions(Permissions::from_mode(PRIVATE))?;
        file.set_len(0)?;
    }
    Ok(file)
}

impl ConnectionBuilder {
    /// Records everything that the socket sends and receives to a file, from its opening on, for
    /// [`Replay`](super::Replay). The recording replaces what the file held.
    ///
    /// It holds all bytes as they are, keys among them. So only the file's owner can read it (mode 0600), also
    /// when others could read the file before; [`open`](Self::open) fails with [`Error::Io`](crate::Error::Io)
    /// when the file belongs to another user.
    #[must_use]
    pub fn record_to(mut self, path: impl Into<PathBuf>) -> Self {
        self.recorder = Some(Box::new(NewFile(path.into())));
        self
    }
}
