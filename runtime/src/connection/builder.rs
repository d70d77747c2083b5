//! Opening connections: settings, namespaces, descriptors.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::connection::Connection;
use crate::connection::settings::{MIN_RECEIVE, Settings};
use crate::link::{Features, Socket, enter_namespace};
#[cfg(feature = "testing")]
use crate::link::{Recorder, StandIn};
use crate::session::Error;

/// Settings of a connection, and the way to open one with them.
///
/// ```no_run
/// use std::time::{Duration, Instant};
/// use nlgen_runtime::Connection;
/// let mut conn = Connection::builder()
///     .namespace_name("blue")
///     .timeout(Some(Duration::from_secs(2)))
///     .open()?;
/// # Ok::<(), nlgen_runtime::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct ConnectionBuilder {
    namespace: Option<Namespace>,
    fd: Option<OwnedFd>,
    socket_buffer: Option<usize>,
    protocol: Option<u16>,
    peer: Option<u32>,
    /// What sockets are opened on instead of the kernel.
    #[cfg(feature = "testing")]
    pub(crate) stand_in: Option<Box<dyn StandIn>>,
    /// Where to record what the socket does.
    #[cfg(feature = "testing")]
    pub(crate) recorder: Option<Box<dyn Recorder>>,
    pub(crate) settings: Settings,
}

#[derive(Debug)]
enum Namespace {
    Fd(OwnedFd),
    Name(String),
}

impl Connection {
    /// Opens a connection with the default settings, in the calling thread's network namespace.
    ///
    /// # Errors
    /// [`Error::Io`] when the socket cannot be made.
    pub fn open() -> Result<Self, Error> {
        Self::builder().open()
    }

    /// Opens a connection with other settings.
    #[must_use]
    pub fn builder() -> ConnectionBuilder {
        ConnectionBuilder::new()
    }
}

impl ConnectionBuilder {
    /// The defaults: this namespace, 10 seconds of quiet, five attempts for a dump, answers of up to 1 GiB.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens the socket in the network namespace that `namespace` refers to: a file under
    /// `/proc/PID/ns/net` or `/run/netns`. Needs `CAP_SYS_ADMIN`. The calling thread stays where it
    /// is.
    #[must_use]
    pub fn namespace(mut self, namespace: OwnedFd) -> Self {
        self.namespace = Some(Namespace::Fd(namespace));
        self
    }

    /// Opens the socket in the network namespace that `ip netns` calls `name`, or that the absolute
    /// path `name` leads to. Needs `CAP_SYS_ADMIN`.
    #[must_use]
    pub fn namespace_name(mut self, name: impl Into<String>) -> Self {
        self.namespace = Some(Namespace::Name(name.into()));
        self
    }

    /// Uses a generic netlink socket that is already open, instead of opening one. It is bound if it
    /// is not. The namespace settings do not matter then.
    #[must_use]
    pub fn fd(mut self, fd: OwnedFd) -> Self {
        self.fd = Some(fd);
        self
    }

    /// Speaks the protocol of `family`, instead of generic netlink.
    #[must_use]
    pub fn family(mut self, family: &'static crate::family::Family) -> Self {
        self.protocol = Some(family.protocol());
        self
    }

    /// Speaks to the process whose socket has this port id instead of the kernel, over `NETLINK_USERSOCK`: a
    /// `PeerServer` (feature `server`). Families and groups are then those that it serves.
    ///
    /// It is trusted as the kernel is, and nobody else: what other processes send is not taken. A port id
    /// is free again when its socket is closed, and anybody in the network namespace may take it then. So get it from
    /// the server itself, such as its standard output or a file that only it can write.
    ///
    /// A server that has ended refuses requests with `ECONNREFUSED` ([`Error::Io`]). Joining a group needs
    /// `CAP_NET_ADMIN` in the network namespace. Descriptors that are [handed over](Self::fd) are sockets of
    /// `NETLINK_USERSOCK` then.
    ///
    /// ```no_run
    /// # use nlgen_runtime::{Connection, Error};
    /// # fn open(port_id: u32) -> Result<Connection, Error> {
    /// Connection::builder().peer(port_id).open()
    /// # }
    /// ```
    #[must_use]
    pub fn peer(mut self, port_id: u32) -> Self {
        self.peer = Some(port_id);
        self
    }

    /// The size in bytes of the kernel's queue for this socket (`SO_RCVBUF`; `SO_RCVBUFFORCE` when
    /// the process may). The default is the system's, which stays where the process may set neither
    /// ([`Features::SOCKET_BUFFER`]).
    #[must_use]
    pub fn socket_buffer(mut self, bytes: usize) -> Self {
        self.socket_buffer = Some(bytes);
        self
    }

    /// How long each part of an answer is waited for: a time of quiet, which only what belongs to the answer begins
    /// anew. The default is 10 seconds; `None` waits for ever.
    ///
    /// A dump whose parts keep coming goes on beyond it: [`deadline`](Self::deadline) bounds the whole.
    #[must_use]
    pub fn timeout(mut self, timeout: Option<Duration>) -> Self {
        self.settings.timeout = timeout;
        self
    }

    /// When each request ends at the latest, complete or not ([`Error::Deadline`]): a point in time, which nothing
    /// moves. The default is `None`, none; [`Connection::set_deadline`] sets another later.
    ///
    /// It is looked at whenever something is received. The kernel carries out a request inside the system call that
    /// sends it, and may hold that up, for a lock such as rtnl or a slow device: then the call ends later, unless it is
    /// made in [a thread of its own](Self::own_thread). An answer that is complete by then is given; the kernel has done
    /// what was asked.
    ///
    /// ```no_run
    /// use std::time::{Duration, Instant};
    /// # use nlgen_runtime::{Connection, Error, nlctrl::GetfamilyDump};
    /// let mut conn = Connection::open()?;
    /// conn.set_deadline(Some(Instant::now() + Duration::from_secs(5)));
    /// match conn.dump(&GetfamilyDump::default()) {
    ///     Err(Error::Deadline { .. }) => println!("not within five seconds"),
    ///     families => println!("{} families", families?.len()),
    /// }
    /// # Ok::<(), Error>(())
    /// ```
    #[must_use]
    pub fn deadline(mut self, deadline: Option<Instant>) -> Self {
        self.settings.deadline = deadline;
        self
    }

    /// How many bytes of messages one call collects at most; an answer that has more is [`Error::TooLarge`]. The
    /// default is 1 GiB.
    ///
    /// It bounds [`dump`](Connection::dump), [`call_collected`](Connection::call_collected), their forms without
    /// types, [`commit`](Connection::commit), and all answers of a [`call_all`](Connection::call_all) together. A
    /// [`dump_stream`](Connection::dump_stream) collects nothing.
    #[must_use]
    pub fn answer_cap(mut self, bytes: usize) -> Self {
        self.settings.answer_cap = bytes;
        self
    }

    /// Lets a thread of the connection's own make its system calls, which ends with it. The default is `false`.
    ///
    /// The kernel carries out a request inside the system call that sends it, and makes parts of a dump inside the one
    /// that receives. While it waits there for a lock such as rtnl, or for a slow device, nothing ends that call. In a
    /// thread of its own it holds up nobody: bounds in time are then met whatever the kernel does, and asynchronous
    /// code is not blocked. Each request takes two switches of threads more, some 70 microseconds on a small virtual machine. A request that was given up before the kernel had
    /// it is not sent any more.
    ///
    /// Its descriptor ([`AsFd`](std::os::fd::AsFd)) is then good for polling alone. Subscriptions have no such thread: nothing in
    /// the kernel holds them up.
    #[must_use]
    pub fn own_thread(mut self, own: bool) -> Self {
        self.settings.own_thread = own;
        self
    }

    /// How often a dump is made, at most, when what it reads changes meanwhile. The default is 5, the
    /// least 1.
    #[must_use]
    pub fn dump_attempts(mut self, attempts: u32) -> Self {
        self.settings.dump_attempts = attempts.max(1);
        self
    }

    /// The size in bytes of the buffer for answers and the size up to which it may grow when a
    /// datagram is longer. The defaults are 1 MiB and 16 MiB, the least is 32 KiB.
    #[must_use]
    pub fn receive_buffer(mut self, bytes: usize, cap: usize) -> Self {
        self.settings.receive_size = bytes.max(MIN_RECEIVE);
        self.settings.receive_cap = cap.max(self.settings.receive_size);
        self
    }

    /// Opens the connection.
    ///
    /// # Errors
    /// [`Error::Namespace`] when the network namespace cannot be entered, [`Error::Io`] when the socket cannot be
    /// made or set up.
    pub fn open(self) -> Result<Connection, Error> {
        let settings = self.settings;
        let socket = self.socket()?;
        let socket = match settings.own_thread {
            true => socket.relayed(settings.receive_size),
            false => Ok(socket),
        };
        let socket = socket.map_err(Error::io("starting a thread for a netlink socket"))?;
        Ok(Connection::with(socket, settings))
    }

    /// A socket that talks to the kernel, or to what stands in for it.
    #[cfg(feature = "testing")]
    pub(crate) fn socket(mut self) -> Result<Socket, Error> {
        let protocol = self.protocol();
        let recorder = self.recorder.take();
        let mut socket = match self.stand_in.take() {
            None => self.kernel_socket()?,
            Some(stand_in) => {
                let failed = Error::io(stand_in.doing());
                stand_in.plug_in(protocol).map_err(failed)?
            }
        };
        if let Some(recorder) = recorder {
            let begun = recorder.begin(protocol, socket.port_id());
            socket.record(begun.map_err(Error::io("making a recording"))?);
        }
        Ok(socket)
    }

    /// A socket that talks to the kernel.
    #[cfg(not(feature = "testing"))]
    pub(crate) fn socket(self) -> Result<Socket, Error> {
        self.kernel_socket()
    }

    fn protocol(&self) -> i32 {
        self.protocol.map_or(libc::NETLINK_GENERIC, i32::from)
    }

    /// A socket that talks to the kernel, set up as all are.
    fn kernel_socket(self) -> Result<Socket, Error> {
        let spoken = self.protocol();
        let protocol = match self.peer {
            None => spoken,
            Some(_) => libc::NETLINK_USERSOCK,
        };
        let opening = Error::io("opening a netlink socket");
        let socket = match (self.fd, self.namespace) {
            (Some(fd), _) => Socket::adopt(fd, protocol).map_err(opening),
            (None, None) => Socket::open(protocol).map_err(opening),
            (None, Some(namespace)) => namespace.open(protocol),
        }?;
        if let Some(bytes) = self.socket_buffer {
            socket.set_receive_buffer(bytes);
        }
        let socket = match self.peer {
            None => Ok(socket),
            Some(peer) => socket.played_by(spoken, peer, self.settings.timeout),
        };
        let socket = socket.map_err(Error::io("opening a socket to another process"))?;
        set_up(&socket);
        Ok(socket)
    }
}

/// Asks for what every connection needs, and talks to the kernel alone.
fn set_up(socket: &Socket) {
    socket.ask_for(Features::EXT_ACK | Features::CAP_ACK);
    if socket.protocol() != libc::NETLINK_GENERIC && socket.peer().is_none() {
        // Otherwise rtnetlink passes over what a dump is limited by.
        socket.ask_for(Features::STRICT_CHECK);
    }
    socket.connect_to_kernel();
}

/// Another socket that can do what `socket` can, in the same network namespace; `size` bytes are offered to each
/// receive.
///
/// # Errors
/// [`Error::Io`] when the namespace is another than that of the calling thread and cannot be entered, or a socket not
/// be made.
pub(crate) fn successor(socket: &Socket, size: usize) -> Result<Socket, Error> {
    let protocol = match socket.peer() {
        None => socket.protocol(),
        Some(_) => libc::NETLINK_USERSOCK,
    };
    let opened = || {
        let new = Socket::open(protocol)?;
        match (socket.namespace_cookie(), new.namespace_cookie()) {
            (Ok(old), Ok(new)) if old == new => {}
            _ => {
                let opened = open_in(&socket.namespace()?, protocol);
                return opened.map_err(|(Closed::Namespace(error) | Closed::Socket(error))| error);
            }
        }
        Ok(new)
    };
    let made = || match socket.peer() {
        None => opened(),
        Some(peer) => opened()?.played_by(socket.protocol(), peer, socket.send_timeout()),
    };
    let new = made().map_err(Error::io("opening another netlink socket"))?;
    if let (Ok(old), Ok(other)) = (socket.receive_buffer(), new.receive_buffer())
        && old != other
    {
        // The kernel doubles what it is told.
        new.set_receive_buffer(old / 2);
    }
    set_up(&new);
    match socket.is_relayed() {
        true => new.relayed(size),
        false => Ok(new),
    }
    .map_err(Error::io("starting a thread for a netlink socket"))
}

impl Namespace {
    /// Opens a socket in the namespace.
    fn open(self, protocol: i32) -> Result<Socket, Error> {
        let (fd, name) = match self {
            Self::Fd(fd) => (fd, None),
            Self::Name(name) => {
                // An absolute name replaces the folder.
                let opened = namespace_file(&PathBuf::from("/run/netns").join(&name));
                let name = Some(name.into_boxed_str());
                match opened {
                    Ok(file) => (OwnedFd::from(file), name),
                    Err(source) => return Err(Error::Namespace { name, source }),
                }
            }
        };
        match open_in(&fd, protocol) {
            Ok(socket) => Ok(socket),
            Err(Closed::Namespace(source)) => Err(Error::Namespace { name, source }),
            Err(Closed::Socket(source)) => Err(Error::io("opening a netlink socket")(source)),
        }
    }
}

/// Opens the file of a namespace, which is a regular one. Opening a FIFO waits for a writer, and what opening a
/// device does nobody can say.
fn namespace_file(path: &Path) -> io::Result<File> {
    if !path.metadata()?.is_file() {
        let wrong = "it is no file of a network namespace";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, wrong));
    }
    let mut options = File::options();
    options.read(true).custom_flags(libc::O_NONBLOCK);
    options.open(path)
}

/// Why there is no socket of another namespace.
enum Closed {
    /// It cannot be entered.
    Namespace(io::Error),
    /// A socket cannot be opened there.
    Socket(io::Error),
}

/// Opens a socket in another namespace. A thread of its own goes there: a socket stays where it was
/// made, and the caller never leaves its namespace.
fn open_in(namespace: &OwnedFd, protocol: i32) -> Result<Socket, Closed> {
    std::thread::scope(|scope| {
        let opened = std::thread::Builder::new().spawn_scoped(scope, || {
            enter_namespace(namespace.as_fd()).map_err(Closed::Namespace)?;
            Socket::open(protocol).map_err(Closed::Socket)
        });
        let ended = || Closed::Socket(io::Error::other("the opening thread ended early"));
        opened
            .map_err(Closed::Socket)?
            .join()
            .unwrap_or_else(|_| Err(ended()))
    })
}
