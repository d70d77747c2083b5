//! A thread that makes the system calls of a socket, so that none of them holds up who waits for an answer.
//!
//! The kernel carries out a request inside the call that sends it, and makes parts of a dump inside the one that
//! receives. Where it waits there for a lock, such as rtnl, or for a slow device, no signal and no time-out ends that
//! call. So another thread makes it: requests and datagrams go through memory, and a pair of sockets wakes who waits.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::link::datagram::Datagram;

/// Bytes that the thread receives ahead; then it lets the kernel queue.
const AHEAD: usize = 4 * 1024 * 1024;

/// The system calls that the thread makes: those of a socket.
pub(crate) trait Calls: Send + 'static {
    /// Sends a datagram.
    fn send(&self, bytes: &[u8]) -> io::Result<()>;

    /// Receives a datagram if one is queued; `WouldBlock` when none is.
    fn receive(&self, buf: &mut [u8]) -> io::Result<Datagram>;

    /// Waits until `woken` can be read from or, if `receives` is true, something can be received. Returns which of
    /// the two it was.
    fn wait(&self, woken: BorrowedFd<'_>, receives: bool) -> io::Result<(bool, bool)>;
}

/// The end of who makes requests. Without it the thread ends, as soon as the kernel lets it.
#[derive(Debug)]
pub(crate) struct Relay {
    shared: Arc<Shared>,
    /// Readable when something has arrived.
    arrivals: UnixStream,
    /// Wakes the thread.
    wake: UnixStream,
}

#[derive(Default)]
struct Shared(Mutex<State>);

#[derive(Default)]
struct State {
    /// What is to be sent. There is one request at a time, so what has not been sent when the next one comes was
    /// given up.
    request: Option<Vec<u8>>,
    arrived: VecDeque<Arrived>,
    /// How many bytes have arrived and have not been taken.
    ahead: usize,
    /// How many bytes are offered to a receive.
    size: usize,
}

/// What the thread has met.
struct Arrived {
    met: Result<Datagram, i32>,
    /// As many of the datagram as fitted.
    bytes: Vec<u8>,
}

impl Relay {
    /// Starts a thread that makes the system calls of `socket`, and offers `size` bytes to each receive at first.
    pub(crate) fn start(socket: impl Calls, size: usize) -> io::Result<Self> {
        let (arrivals, arrive) = UnixStream::pair()?;
        let (wake, woken) = UnixStream::pair()?;
        for end in [&arrivals, &arrive, &wake, &woken] {
            end.set_nonblocking(true)?;
        }
        let shared = Arc::new(Shared(Mutex::new(State {
            size,
            ..State::default()
        })));
        let work = Work {
            shared: Arc::clone(&shared),
            socket,
            arrive,
            woken,
        };
        std::thread::Builder::new()
            .name("netlink".to_owned())
            .spawn(move || work.run())?;
        Ok(Self {
            shared,
            arrivals,
            wake,
        })
    }

    /// Has a datagram sent.
    pub(crate) fn send(&self, bytes: &[u8]) -> io::Result<()> {
        self.shared.state().request = Some(bytes.to_vec());
        self.wake()
    }

    /// Takes a datagram, if one has arrived.
    pub(crate) fn receive(&self, buf: &mut [u8]) -> io::Result<Datagram> {
        let mut state = self.shared.state();
        state.size = buf.len();
        let arrived = state.arrived.pop_front();
        if state.arrived.is_empty() {
            // Nothing can arrive meanwhile: who tells of it holds the state.
            self.forget_wakes()?;
        }
        let Arrived { met, bytes } = arrived.ok_or(ErrorKind::WouldBlock)?;
        let full = state.ahead >= AHEAD;
        state.ahead -= bytes.len();
        let resumes = full && state.ahead < AHEAD;
        drop(state);
        if resumes {
            self.wake()?;
        }
        let datagram = met.map_err(io::Error::from_raw_os_error)?;
        if let Some(part) = buf.get_mut(..bytes.len()) {
            part.copy_from_slice(&bytes);
        }
        // Less may have been offered to it than there is room for now.
        let cut = bytes.len() < datagram.len;
        let len = match cut {
            true => datagram.len.max(buf.len() + 1),
            false => datagram.len,
        };
        Ok(Datagram { len, ..datagram })
    }

    fn wake(&self) -> io::Result<()> {
        match (&self.wake).write(&[0]) {
            // It has been woken more often than it has looked.
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            woken => woken.map(drop),
        }
    }

    fn forget_wakes(&self) -> io::Result<()> {
        let mut bytes = [0; 256];
        loop {
            match (&self.arrivals).read(&mut bytes) {
                Ok(0) => return Err(io::Error::other("the thread of the socket has ended")),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Readable when something has arrived.
impl AsFd for Relay {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.arrivals.as_fd()
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // Each change of it is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What arrives may hold keys.
impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

/// The thread's end.
struct Work<S> {
    shared: Arc<Shared>,
    socket: S,
    arrive: UnixStream,
    woken: UnixStream,
}

impl<S: Calls> Work<S> {
    /// Sends and receives until the other end is closed.
    fn run(mut self) {
        let mut buf = Vec::new();
        while self.step(&mut buf).is_ok() {}
    }

    fn step(&mut self, buf: &mut Vec<u8>) -> io::Result<()> {
        let (room, size) = {
            let state = self.shared.state();
            (state.ahead < AHEAD, state.size)
        };
        buf.resize(size.max(buf.len()), 0);
        let (woken, queued) = self.socket.wait(self.woken.as_fd(), room)?;
        if woken {
            self.send()?;
        }
        if queued {
            self.receive(buf)?;
        }
        Ok(())
    }

    fn send(&mut self) -> io::Result<()> {
        let mut bytes = [0; 256];
        match self.woken.read(&mut bytes) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Err(error) if error.kind() != ErrorKind::WouldBlock => return Err(error),
            _ => {}
        }
        let request = self.shared.state().request.take();
        let sent = request.map_or(Ok(()), |request| self.socket.send(&request));
        match sent {
            Ok(()) => Ok(()),
            Err(error) => {
                let errno = error.raw_os_error().unwrap_or(libc::EIO);
                // Of a receive it says that something was lost.
                let errno = if errno == libc::ENOBUFS {
                    libc::ENOMEM
                } else {
                    errno
                };
                self.tell(Err(errno), &[])
            }
        }
    }

    fn receive(&mut self, buf: &mut [u8]) -> io::Result<()> {
        match self.socket.receive(buf) {
            Ok(datagram) => {
                let bytes = buf.get(..datagram.len).unwrap_or(buf);
                self.tell(Ok(datagram), bytes)
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            Err(error) => self.tell(Err(error.raw_os_error().unwrap_or(libc::EIO)), &[]),
        }
    }

    fn tell(&self, met: Result<Datagram, i32>, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.shared.state();
        state.ahead += bytes.len();
        state.arrived.push_back(Arrived {
            met,
            bytes: bytes.to_vec(),
        });
        // While the state is held, so that nobody forgets it.
        match (&self.arrive).write(&[0]) {
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(()),
            told => told.map(drop),
        }
    }
}
