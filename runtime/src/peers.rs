//! Messages between processes, for which the kernel is only the way (`NETLINK_USERSOCK`).

use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use crate::family::{Family, Operation};
use crate::link::{Features, Socket, socket};
use crate::session::{Error, Inbox, Patience, Receipt};
use crate::subscription::Received;
use crate::wire::{Encode, Message, MessageHeader, Messages, write_message};

/// What errors call it.
static FAMILY: Family = Family::raw("usersock", libc::NETLINK_USERSOCK as u16);
static MESSAGE: Operation = Operation::new(&FAMILY, "message", 0);

/// Bytes that a datagram may have, at first and at most.
const ROOM: (usize, usize) = (64 << 10, 16 << 20);

/// A socket to other processes of the network namespace (`NETLINK_USERSOCK`): to one, by its port id, or to all
/// that joined a group.
///
/// Anybody in the namespace may send to it. Who sent a message is the kernel's word, from the socket's address;
/// what stands in the message's header is the sender's. Whose messages are taken is the caller's choice
/// ([`Senders`]); those of others are dropped and counted.
///
/// ```
/// use nlgen_runtime::{PeerSocket, Raw, Received, Senders};
/// use std::time::Duration;
///
/// let server = PeerSocket::open(Senders::Any)?;
/// let mut client = PeerSocket::open(Senders::Only(vec![server.port_id()]))?;
/// server.send(client.port_id(), 16, 1, &Raw(&[8, 0, 1, 0, 7, 0, 0, 0]))?;
/// match client.next_within(Duration::from_secs(1))? {
///     Some(Received::Event(heard)) => assert_eq!(heard.sender, server.port_id()),
///     other => panic!("{other:?}"),
/// }
/// # Ok::<(), nlgen_runtime::Error>(())
/// ```
pub struct PeerSocket {
    socket: Socket,
    inbox: Inbox,
    senders: Senders,
    /// Of the last datagram.
    sender: u32,
    group: u32,
    #[cfg(feature = "server")]
    uid: Option<u32>,
    /// How many datagrams the socket had lost when it was told last.
    lost: u32,
    /// The queue was full and has not been empty since: what groups are sent meanwhile is lost, too.
    congested: bool,
    foreign: u64,
}

/// Whose messages a [`PeerSocket`] takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Senders {
    /// Everybody's.
    Any,
    /// Those of sockets with these port ids. A port id is free again when its socket is closed, and anybody may
    /// take it.
    Only(Vec<u32>),
}

/// A message of another process.
#[derive(Clone, Copy, Debug)]
pub struct Heard<'a> {
    /// The sender's port id, as the kernel tells it (`nl_pid` of the address).
    pub sender: u32,
    /// The multicast group by which it came, if it did.
    pub group: Option<u32>,
    /// The message.
    pub message: Message<'a>,
}

impl Senders {
    fn have(&self, sender: u32) -> bool {
        match self {
            Self::Any => true,
            Self::Only(ports) => ports.contains(&sender),
        }
    }
}

impl PeerSocket {
    /// Opens a socket in the calling thread's network namespace, with a port id that the kernel chooses.
    ///
    /// # Errors
    /// [`Error::Io`] when the socket cannot be made.
    pub fn open(senders: Senders) -> Result<Self, Error> {
        let opening = "opening a socket to other processes";
        let socket = Socket::open(libc::NETLINK_USERSOCK).map_err(Error::io(opening))?;
        Ok(Self::over(socket, senders))
    }

    /// Opens a socket with a port id of the caller's choice.
    #[cfg(feature = "server")]
    pub(crate) fn open_at(senders: Senders, port_id: u32) -> Result<Self, Error> {
        let opening = "opening a socket to other processes, with a chosen port id";
        let socket =
            Socket::open_at(libc::NETLINK_USERSOCK, port_id).map_err(Error::io(opening))?;
        Ok(Self::over(socket, senders))
    }

    fn over(socket: Socket, senders: Senders) -> Self {
        Self {
            lost: socket.drops().unwrap_or(0),
            congested: false,
            inbox: Inbox::new(ROOM.0, ROOM.1),
            socket,
            senders,
            sender: 0,
            group: 0,
            #[cfg(feature = "server")]
            uid: None,
            foreign: 0,
        }
    }

    /// Sets the socket up for a server: the kernel says which user sent a datagram, and datagrams may be `longest` bytes
    /// long where the process may say so.
    #[cfg(feature = "server")]
    pub(crate) fn serve(&mut self, longest: usize) {
        self.inbox = Inbox::new(longest, ROOM.1);
        // Without it the system's limit holds, and sending says so.
        let _ = self.socket.set_send_buffer(longest);
        self.socket.ask_for_users();
    }

    /// Which user sent the last datagram, if the kernel said so.
    #[cfg(feature = "server")]
    pub(crate) fn uid(&self) -> Option<u32> {
        self.uid
    }

    /// Sends a datagram to a socket, if there is room for it.
    #[cfg(feature = "server")]
    pub(crate) fn send_datagram(&self, to: u32, datagram: &[u8]) -> io::Result<()> {
        self.socket.send_to(to, 0, datagram)
    }

    /// Sends a datagram to a group, from 1 to 32.
    #[cfg(feature = "server")]
    pub(crate) fn send_datagram_to_group(&self, group: u32, datagram: &[u8]) -> io::Result<()> {
        self.to_group(group, datagram)
    }

    /// By what others send to this socket.
    #[must_use]
    pub fn port_id(&self) -> u32 {
        self.socket.port_id()
    }

    /// What the kernel grants this socket. What an older kernel lacks is done without.
    #[must_use]
    pub fn features(&self) -> Features {
        self.socket.features()
    }

    /// Takes messages of others from now on.
    pub fn set_senders(&mut self, senders: Senders) {
        self.senders = senders;
    }

    /// How many datagrams of senders that are not wanted were dropped.
    #[must_use]
    pub fn foreign(&self) -> u64 {
        self.foreign
    }

    /// Joins a multicast group, from 1 to 32.
    ///
    /// # Errors
    /// [`Error::Io`]: without `CAP_NET_ADMIN` (`EPERM`).
    pub fn join(&mut self, group: u32) -> Result<(), Error> {
        self.socket.ask_for(Features::GROUP_INFO);
        self.socket
            .join(group)
            .map_err(Error::io("joining a group"))
    }

    /// Sends a message to the socket with the port id `to`. `kind` (`nlmsg_type`, from 16) and `seq` are for the
    /// receiver to make sense of.
    ///
    /// # Errors
    /// [`Error::Encode`], or [`Error::Io`]: nobody has the port id (`ECONNREFUSED`), or its queue is full
    /// (`EAGAIN`).
    pub fn send<T: Encode>(&self, to: u32, kind: u16, seq: u32, body: &T) -> Result<(), Error> {
        let sent = self.socket.send_to(to, 0, &self.encoded(kind, seq, body)?);
        sent.map_err(Error::io("sending to another process"))
    }

    /// Sends a message to all sockets that joined a group, from 1 to 32, whether there are any or not.
    ///
    /// # Errors
    /// [`Error::Encode`], or [`Error::Io`] for a group that there cannot be (`EINVAL`).
    pub fn send_to_group<T: Encode>(
        &self,
        group: u32,
        kind: u16,
        seq: u32,
        body: &T,
    ) -> Result<(), Error> {
        let sent = self.to_group(group, &self.encoded(kind, seq, body)?);
        sent.map_err(Error::io("sending to a group"))
    }

    fn to_group(&self, group: u32, datagram: &[u8]) -> io::Result<()> {
        let bit = group.checked_sub(1).and_then(|bit| 1u32.checked_shl(bit));
        let bit = bit.ok_or(io::ErrorKind::InvalidInput)?;
        match self.socket.send_to(0, bit, datagram) {
            // The kernel sends to the port id as well, and no kernel listens there.
            Err(error) if error.raw_os_error() == Some(libc::ECONNREFUSED) => Ok(()),
            sent => sent,
        }
    }

    fn encoded<T: Encode>(&self, kind: u16, seq: u32, body: &T) -> Result<Vec<u8>, Error> {
        let header = MessageHeader {
            kind,
            seq,
            port_id: self.port_id(),
            ..MessageHeader::default()
        };
        let mut bytes = Vec::new();
        let written = write_message(&mut bytes, header, None, body);
        written.map_err(|error| Error::Encode {
            operation: &MESSAGE,
            error,
        })?;
        Ok(bytes)
    }

    /// Waits for the next message of a sender that is wanted, but not longer than `timeout`, whatever others send;
    /// `None` when none came. A zero timeout looks at what is queued. What was lost since the queue was full is told
    /// before what follows.
    ///
    /// # Errors
    /// [`Error::Io`] when receiving fails, or when a datagram of such a sender was longer than there was room for: it
    /// is lost, and there is room for the next.
    pub fn next_within(&mut self, timeout: Duration) -> Result<Option<Received<Heard<'_>>>, Error> {
        self.next_in_time(Patience::within(timeout))
    }

    /// Waits for the next message of a sender that is wanted, but not beyond the point in time `deadline`; `None`
    /// when none came.
    ///
    /// # Errors
    /// As for [`next_within`](Self::next_within).
    pub fn next_until(&mut self, deadline: Instant) -> Result<Option<Received<Heard<'_>>>, Error> {
        self.next_in_time(Patience::until(deadline))
    }

    fn next_in_time(
        &mut self,
        mut patience: Patience,
    ) -> Result<Option<Received<Heard<'_>>>, Error> {
        let mut unwanted = None;
        loop {
            if let Some((at, _)) = self.inbox.next_message() {
                return Ok(Some(Received::Event(self.heard(at))));
            }
            if let Some(len) = unwanted.take()
                && patience.is_over_after(len, &self.socket)
            {
                return Ok(None);
            }
            match self.receive() {
                Ok(Some(len)) => unwanted = Some(len),
                Ok(None) if std::mem::take(&mut self.congested) => {
                    let lost = self.lost_since();
                    if lost != 0 {
                        return Ok(Some(Received::Overrun { lost }));
                    }
                }
                Ok(None) => {
                    let waited = socket::wait(self.socket.as_fd(), patience.ends());
                    if !waited.map_err(Error::io("waiting for a message"))? {
                        return Ok(None);
                    }
                }
                Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => {
                    self.congested = true;
                    let lost = self.lost_since();
                    return Ok(Some(Received::Overrun { lost }));
                }
                Err(error) => return Err(Error::io("receiving a message")(error)),
            }
        }
    }

    /// How many datagrams were lost since that was told last.
    fn lost_since(&mut self) -> u32 {
        let all = self.socket.drops().unwrap_or(self.lost);
        all.wrapping_sub(std::mem::replace(&mut self.lost, all))
    }

    /// Receives a datagram, if one is queued: its length. One of a sender that is not wanted is dropped, however long
    /// it is.
    fn receive(&mut self) -> io::Result<Option<usize>> {
        let (sender, len) = match self.inbox.receive(&self.socket)? {
            Receipt::Nothing => return Ok(None),
            Receipt::Datagram { sender, group, len } => {
                self.group = group;
                (sender, len)
            }
            Receipt::Truncated { sender, needed } if self.senders.have(sender) => {
                self.inbox.grow(needed);
                let text = format!("a datagram of {needed} bytes was longer than the buffer");
                return Err(io::Error::new(io::ErrorKind::InvalidData, text));
            }
            Receipt::Truncated { sender, needed } => (sender, needed),
        };
        self.sender = sender;
        #[cfg(feature = "server")]
        {
            self.uid = self.socket.user();
        }
        if !self.senders.have(sender) {
            self.inbox.drop_datagram();
            self.foreign += 1;
        }
        Ok(Some(len))
    }

    fn heard(&self, at: usize) -> Heard<'_> {
        let bytes = self.inbox.datagram().get(at..).unwrap_or_default();
        let message = Messages::new(bytes).next().unwrap_or(Message {
            header: MessageHeader::default(),
            payload: &[],
        });
        Heard {
            sender: self.sender,
            group: (self.group != 0).then_some(self.group),
            message,
        }
    }
}

impl AsFd for PeerSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl fmt::Debug for PeerSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PeerSocket")
            .field("port_id", &self.port_id())
            .field("senders", &self.senders)
            .finish_non_exhaustive()
    }
}
