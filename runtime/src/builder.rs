//! Opening connections: settings, namespaces, descriptors.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;
use std::time::Duration;

use crate::{Connection, Error, Features, socket::Socket, socket::enter_namespace};

/// Settings of a connection, and the way to open one with them.
///
/// ```no_run
/// use std::time::Duration;
/// use nlgen_runtime::Connection;
/// let mut conn = Connection::builder()
///     .namespace_name("blue")
///     .deadline(Some(Duration::from_secs(2)))
///     .open()?;
/// # Ok::<(), nlgen_runtime::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct ConnectionBuilder {
    namespace: Option<Namespace>,
    fd: Option<OwnedFd>,
    socket_buffer: Option<usize>,
    protocol: Option<u16>,
    #[cfg(feature = "testing")]
    pub(crate) fake_kernel: Option<crate::testing::FakeKernel>,
    #[cfg(feature = "testing")]
    pub(crate) replay: Option<crate::testing::Replay>,
    /// Where to record.
    #[cfg(feature = "testing")]
    pub(crate) tape: Option<PathBuf>,
    /// A socket that is plugged into a script.
    #[cfg(feature = "testing")]
    pub(crate) plugged: Option<Socket>,
    pub(crate) settings: Settings,
}

#[derive(Debug)]
enum Namespace {
    Fd(OwnedFd),
    Name(String),
}

/// What a connection goes by once it is open.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) deadline: Option<Duration>,
    pub(crate) dump_attempts: u32,
    pub(crate) receive_size: usize,
    pub(crate) receive_cap: usize,
}

/// The least that is offered to each receive, in bytes: the kernel shapes the parts of a dump by it,
/// and fails when one object does not fit.
pub(crate) const MIN_RECEIVE: usize = 32 * 1024;

impl Default for Settings {
    fn default() -> Self {
        Self {
            deadline: Some(Duration::from_secs(10)),
            dump_attempts: 5,
            // Zeroed memory costs nothing until a datagram touches it.
            receive_size: 1024 * 1024,
            receive_cap: 16 * 1024 * 1024,
        }
    }
}

impl ConnectionBuilder {
    /// The defaults: this namespace, 10 seconds, five attempts for a dump.
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
    pub fn family(mut self, family: &'static crate::Family) -> Self {
        self.protocol = Some(family.protocol());
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

    /// How long each part of an answer is waited for. The default is 10 seconds; `None` waits for
    /// ever.
    #[must_use]
    pub fn deadline(mut self, deadline: Option<Duration>) -> Self {
        self.settings.deadline = deadline;
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
    /// [`Error::Io`] when the namespace cannot be entered, or the socket not be made or set up.
    pub fn open(self) -> Result<Connection, Error> {
        let settings = self.settings;
        let socket = self.socket()?;
        Ok(Connection::with(socket, settings))
    }

    /// A socket that talks to the kernel, or to what stands in for it.
    #[cfg(feature = "testing")]
    pub(crate) fn socket(mut self) -> Result<Socket, Error> {
        let protocol = self.protocol();
        let tape = self.tape.take();
        let mut socket = if let Some(socket) = self.plugged.take() {
            socket
        } else if let Some(kernel) = &self.fake_kernel {
            let plugged = kernel.plug_in(protocol);
            plugged.map_err(Error::io("plugging into a fake kernel"))?
        } else if let Some(replay) = &self.replay {
            let plugged = replay.plug_in(protocol);
            plugged.map_err(Error::io("replaying a recording"))?
        } else {
            self.kernel_socket()?
        };
        if let Some(path) = tape {
            let begun = crate::testing::Tape::begin(&path, protocol, socket.port_id());
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
        let protocol = self.protocol();
        let socket = match (self.fd, self.namespace) {
            (Some(fd), _) => Socket::from_fd(fd, protocol),
            (None, None) => Socket::open(protocol),
            (None, Some(namespace)) => open_in(&namespace.open()?, protocol),
        }
        .map_err(Error::io("opening a netlink socket"))?;
        if let Some(bytes) = self.socket_buffer {
            socket.set_receive_buffer(bytes);
        }
        socket.ask_for(Features::EXT_ACK | Features::CAP_ACK);
        if protocol != libc::NETLINK_GENERIC {
            // Otherwise rtnetlink passes over what a dump is limited by.
            socket.ask_for(Features::STRICT_CHECK);
        }
        socket.connect_to_kernel();
        Ok(socket)
    }
}

impl Namespace {
    fn open(self) -> Result<OwnedFd, Error> {
        match self {
            Self::Fd(fd) => Ok(fd),
            Self::Name(name) => {
                // An absolute name replaces the folder.
                let path = PathBuf::from("/run/netns").join(name);
                File::open(path)
                    .map(OwnedFd::from)
                    .map_err(Error::io("opening the network namespace"))
            }
        }
    }
}

/// Opens a socket in another namespace. A thread of its own goes there: a socket stays where it was
/// made, and the caller never leaves its namespace.
fn open_in(namespace: &OwnedFd, protocol: i32) -> io::Result<Socket> {
    std::thread::scope(|scope| {
        let opened = std::thread::Builder::new().spawn_scoped(scope, || {
            enter_namespace(namespace.as_fd())?;
            Socket::open(protocol)
        })?;
        opened
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the opening thread ended early")))
    })
}
