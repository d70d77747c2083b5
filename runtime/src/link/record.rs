//! Who is told what a socket does, to write it down.

use std::fmt::Debug;
use std::io;

use crate::link::datagram::Datagram;

/// A recording that is being made of a socket.
pub(crate) trait Record: Debug + Send + Sync {
    /// The socket sent a datagram.
    fn sent(&self, bytes: &[u8]) -> io::Result<()>;

    /// A receive into `buf` came to an end. Nothing to be received is no event.
    fn received(&self, received: &io::Result<Datagram>, buf: &[u8]) -> io::Result<()>;

    /// The socket was asked how many datagrams it has lost.
    fn asked(&self, lost: u32) -> io::Result<()>;
}
