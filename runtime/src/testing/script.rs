//! A wire on which everything is there before it is asked for.

use std::io::{self, ErrorKind, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::Duration;

use crate::connection::{Connection, ConnectionBuilder};
use crate::family::Family;
use crate::link::{Envelope, Plug, Socket, StandIn};
use crate::session::Error;

/// The other end of a connection's socket: it answers nothing by itself, and says what it is told to say,
/// whoever is to have sent it. For fuzzing, where nothing may wait: no thread takes part.
///
/// What is said before a request is there when its answer is waited for. Requests are numbered from 1, one
/// after another ([`Stats::sent`](crate::Stats::sent)); a first dump of generic netlink has one before it.
///
/// ```
/// use nlgen_runtime::{Connection, Errno, MessageHeader};
/// use nlgen_runtime::wire::control;
/// use nlgen_runtime::nlctrl::{self, Getfamily};
/// use nlgen_runtime::testing::Script;
///
/// let (mut conn, mut script) = Script::begin(Connection::builder(), &nlctrl::FAMILY)?;
/// let mut refusal = Vec::new();
/// let header = MessageHeader {
///     len: 36,
///     kind: control::ERROR,
///     seq: 1,
///     port_id: conn.port_id(),
///     ..MessageHeader::default()
/// };
/// header.write(&mut refusal);
/// refusal.extend_from_slice(&(-1i32).to_ne_bytes());
/// refusal.resize(36, 0);
/// script.say(0, &refusal)?;
/// let error = conn.call(&Getfamily::default()).unwrap_err();
/// assert_eq!(error.errno(), Some(Errno::EPERM));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Script {
    end: UnixStream,
    plug: Arc<Plug>,
}

/// The port id of each connection to a script.
const PORT_ID: u32 = 1000;

/// The socket of a connection that is not open yet.
#[derive(Debug)]
struct Plugged(Socket);

impl StandIn for Plugged {
    fn doing(&self) -> &'static str {
        "plugging into a script"
    }

    fn plug_in(self: Box<Self>, _: i32) -> io::Result<Socket> {
        Ok(self.0)
    }
}

impl Script {
    /// A connection that speaks the protocol of `family` to a new script, with the settings of `builder` but
    /// for the timeout, which is zero: what is not there will not come.
    ///
    /// # Errors
    /// [`Error::Io`] when a socket pair cannot be made.
    pub fn begin(
        builder: ConnectionBuilder,
        family: &'static Family,
    ) -> Result<(Connection, Self), Error> {
        let (builder, script) = Self::plug(builder, family)?;
        Ok((builder.open()?, script))
    }

    /// The same before the connection is open: what is opened with the settings given back, a connection or
    /// a subscription, speaks to the script. So what is asked when it is opened can be answered.
    ///
    /// # Errors
    /// As for [`begin`](Self::begin).
    pub fn plug(
        builder: ConnectionBuilder,
        family: &'static Family,
    ) -> Result<(ConnectionBuilder, Self), Error> {
        let mut builder = builder.timeout(Some(Duration::ZERO));
        let plug = Arc::new(Plug::default());
        let made = Socket::pair(family.protocol().into(), PORT_ID, Arc::clone(&plug));
        let (socket, other) = made.map_err(Error::io("making a socket pair"))?;
        let end = UnixStream::from(other);
        end.set_nonblocking(true)
            .map_err(Error::io("making a socket pair"))?;
        builder.stand_in = Some(Box::new(Plugged(socket)));
        Ok((builder, Self { end, plug }))
    }

    /// Says a datagram as `sender`: 0 for the kernel, else the port id of another process. Whether there was
    /// room for it.
    ///
    /// # Errors
    /// When the connection is gone, or the datagram is longer than sockets take.
    pub fn say(&mut self, sender: u32, datagram: &[u8]) -> io::Result<bool> {
        let envelope = Envelope {
            sender,
            ..Envelope::default()
        };
        self.send(envelope, datagram)
    }

    /// Tells a datagram to the members of a multicast group, as the kernel does: a subscription is one whether
    /// it has joined or not. Whether there was room for it.
    ///
    /// # Errors
    /// As for [`say`](Self::say).
    pub fn tell(&mut self, group: u32, datagram: &[u8]) -> io::Result<bool> {
        let envelope = Envelope {
            group,
            ..Envelope::default()
        };
        self.send(envelope, datagram)
    }

    /// Tells that `count` datagrams were lost, since the queue was full (`ENOBUFS`). Whether there was room
    /// to tell it.
    ///
    /// # Errors
    /// When the connection is gone.
    pub fn lose(&mut self, count: u32) -> io::Result<bool> {
        let envelope = Envelope {
            errno: libc::ENOBUFS,
            ..Envelope::default()
        };
        let told = self.send(envelope, &[])?;
        if told {
            self.plug.lose(count);
        }
        Ok(told)
    }

    fn send(&mut self, envelope: Envelope, datagram: &[u8]) -> io::Result<bool> {
        match self.end.write(&envelope.seal(datagram)) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(error),
        }
    }
}
