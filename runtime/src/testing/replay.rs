//! Recordings that play the kernel.

use std::collections::VecDeque;
use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::difference::difference;
use super::recording::{Entry, Recording};
use crate::connection::ConnectionBuilder;
use crate::link::{self, Envelope, Player as _, Plug, Socket, StandIn};
use crate::session::Error;
use crate::wire::MessageHeader;

/// A recording of real exchanges that stands in for the kernel: what a socket did once, with
/// [`record_to`](ConnectionBuilder::record_to), answers another that does the same.
///
/// Each request must be the recorded one to the byte; one that differs is not answered, and fails with
/// [`Error::Io`] and the place where it does. The connection under test runs what it always runs, and nothing is
/// there before it was: the answers to a request come when it has been sent. No thread takes part.
///
/// ```no_run
/// use nlgen_runtime::nlctrl::GetfamilyDump;
/// use nlgen_runtime::testing::Replay;
/// use nlgen_runtime::Connection;
///
/// // Once, on the real kernel:
/// let mut conn = Connection::builder().record_to("families.recording").open()?;
/// conn.dump(&GetfamilyDump::default())?;
///
/// // In tests, wherever they run:
/// let replay = Replay::load("families.recording")?;
/// let mut conn = Connection::builder().replay(&replay).open()?;
/// conn.dump(&GetfamilyDump::default())?;
/// replay.finish()?;
/// # Ok::<(), nlgen_runtime::Error>(())
/// ```
///
/// # Format
/// Text, of which people can read and change each line:
///
/// ```text
/// nlgen-recording 1
/// socket protocol=16 port-id=4711
/// # Comments and empty lines mean nothing.
/// sent 2400000010000500 …
/// received 7800000010000000 …
/// received group=33 …
/// failed errno=105
/// lost count=3
/// ```
///
/// The first line is the format's name and version, the second the netlink protocol and the port id of the
/// socket, which answers carry. Each other line is something that the socket did, in their order. Bytes are
/// pairs of hexadecimal digits, between which spaces may stand; a line with bytes is one datagram.
///
/// | line | meaning |
/// |---|---|
/// | `sent BYTES` | It sent a datagram. |
/// | `received BYTES` | It received a datagram: from the kernel unless `from=` says another port id, by the multicast group `group=` if there is one. `length=` is how long it was when it did not fit the buffer: the bytes are its beginning, and a buffer that it would fit is an error. |
/// | `failed errno=NUMBER` | A receive failed; 105 (`ENOBUFS`) says that datagrams were lost. |
/// | `lost count=NUMBER` | How many datagrams the socket had lost in all, each time that it was asked. |
///
/// # Secrets
/// A recording holds all that was sent and received: keys of WireGuard or MACsec, addresses, names. Look at it
/// before you give it away.
#[derive(Clone)]
pub struct Replay(Arc<Mutex<Player>>);

/// How far a recording has been played.
struct Player {
    /// Where it comes from, for messages.
    name: String,
    protocol: i32,
    port_id: u32,
    /// The kernel's end of the socket, once there is one.
    end: Option<UnixStream>,
    entries: VecDeque<(usize, Entry)>,
    /// The line that was played last.
    line: usize,
    /// How many requests were made.
    requests: usize,
    lost: u32,
    differs: bool,
}

impl Replay {
    /// Reads a recording from a file.
    ///
    /// # Errors
    /// [`Error::Io`] when the file cannot be read, or a line of it not be understood.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path)
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))
            .map_err(Error::io("reading a recording"))?;
        Self::named(&path.display().to_string(), &text)
    }

    /// Takes the text of a recording, such as of `include_str!`.
    ///
    /// # Errors
    /// [`Error::Io`] when a line cannot be understood.
    pub fn of(text: &str) -> Result<Self, Error> {
        Self::named("the recording", text)
    }

    fn named(name: &str, text: &str) -> Result<Self, Error> {
        let read = Recording::read(text);
        let in_file = |error: io::Error| io::Error::new(error.kind(), format!("{name}, {error}"));
        let read = read
            .map_err(in_file)
            .map_err(Error::io("reading a recording"))?;
        Ok(Self(Arc::new(Mutex::new(Player {
            name: name.to_owned(),
            protocol: read.protocol,
            port_id: read.port_id,
            end: None,
            entries: read.entries.into(),
            line: 0,
            requests: 0,
            lost: 0,
            differs: false,
        }))))
    }

    /// Checks that every recorded request has been made.
    ///
    /// # Errors
    /// [`Error::Io`], which names the line of the first that was not, or says that one differed.
    pub fn finish(&self) -> Result<(), Error> {
        let player = self.player();
        let sent = |(_, entry): &&(usize, Entry)| matches!(entry, Entry::Sent(_));
        let text = match player.entries.iter().find(sent) {
            _ if player.differs => "a request differed from the recorded one".to_owned(),
            Some((line, _)) => format!("the request of line {line} was not made"),
            None => return Ok(()),
        };
        Err(Error::io("replaying a recording")(player.failed(&text)))
    }

    fn player(&self) -> MutexGuard<'_, Player> {
        lock(&self.0)
    }

    /// The socket that the recording is played to.
    fn socket(&self, protocol: i32) -> io::Result<Socket> {
        let mut player = self.player();
        if player.end.is_some() {
            return Err(player.failed("a connection has it already; each needs its own"));
        }
        if player.protocol != protocol {
            let text = format!(
                "it is one of the netlink protocol {}, not of {protocol}",
                player.protocol
            );
            return Err(player.failed(&text));
        }
        let plug = Arc::new(Plug::of_player(Arc::<Mutex<Player>>::clone(&self.0)));
        let (socket, other) = Socket::pair(protocol, player.port_id, plug)?;
        let end = UnixStream::from(other);
        end.set_nonblocking(true)?;
        player.end = Some(end);
        player.play()?;
        Ok(socket)
    }
}

/// A recording is whole whatever panicked meanwhile.
fn lock(player: &Mutex<Player>) -> MutexGuard<'_, Player> {
    player.lock().unwrap_or_else(PoisonError::into_inner)
}

impl link::Player for Player {
    fn play(&mut self) -> io::Result<()> {
        while let Some((line, entry)) = self.entries.front() {
            let sealed = match entry {
                Entry::Sent(_) | Entry::Lost(_) => break,
                Entry::Failed(errno) => {
                    let errno = *errno;
                    Envelope {
                        errno,
                        ..Envelope::default()
                    }
                    .seal(&[])
                }
                Entry::Received { datagram, bytes } => {
                    let missing = datagram.len.saturating_sub(bytes.len());
                    let envelope = Envelope {
                        sender: datagram.sender,
                        group: datagram.group,
                        errno: 0,
                        missing: u32::try_from(missing).unwrap_or(u32::MAX),
                    };
                    envelope.seal(bytes)
                }
            };
            let Some(mut end) = self.end.as_ref() else {
                break;
            };
            match end.write(&sealed) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => {
                    let text = format!("line {line} cannot be told: {error}");
                    return Err(self.failed(&text));
                }
            }
            self.line = *line;
            self.entries.pop_front();
        }
        Ok(())
    }

    fn heard(&mut self, protocol: i32) -> io::Result<()> {
        let Some(mut end) = self.end.as_ref() else {
            return Ok(());
        };
        // Room for one byte more than was recorded, so that a longer request differs.
        let recorded = match self.entries.front() {
            Some((_, Entry::Sent(recorded))) => recorded.len() + 1,
            _ => 0,
        };
        let mut request = vec![0; recorded.max(LONGEST)];
        let len = end.read(&mut request)?;
        request.truncate(len);
        self.requests += 1;
        let (number, line) = (self.requests, self.line);
        let wrong = match self.entries.pop_front() {
            Some((line, Entry::Sent(recorded))) if recorded == request => {
                self.line = line;
                return self.play();
            }
            Some((line, Entry::Sent(recorded))) => {
                let place = difference(protocol, &recorded, &request);
                format!("request {number} differs from the recorded one of line {line}: {place}")
            }
            Some((line, _)) => format!("request {number} comes before what line {line} tells"),
            None => format!("request {number} comes after the recording's end, line {line}"),
        };
        self.differs = true;
        // What follows would answer something else.
        self.entries.clear();
        Err(self.failed(&wrong))
    }

    fn seq(&self) -> u32 {
        let first = self.entries.iter().find_map(|(_, entry)| match entry {
            Entry::Sent(request) => MessageHeader::split(request),
            _ => None,
        });
        first.map_or(0, |(header, _)| header.seq.wrapping_sub(1))
    }

    fn lost(&mut self) -> io::Result<u32> {
        if let Some((line, Entry::Lost(count))) = self.entries.front() {
            (self.line, self.lost) = (*line, *count);
            self.entries.pop_front();
            self.play()?;
        }
        Ok(self.lost)
    }

    fn may_wait(&self) -> io::Result<()> {
        match self.entries.front() {
            Some((_, Entry::Received { .. } | Entry::Failed(_))) => Ok(()),
            Some((line, _)) => {
                let text = format!("nothing comes before line {line}");
                Err(self.failed(&text))
            }
            None => Err(self.failed(&format!("nothing comes after its end, line {}", self.line))),
        }
    }
}

impl Player {
    fn failed(&self, text: &str) -> io::Error {
        io::Error::new(ErrorKind::InvalidData, format!("{}: {text}", self.name))
    }
}

/// The longest request, in bytes.
const LONGEST: usize = 1 << 20;

impl StandIn for Replay {
    fn doing(&self) -> &'static str {
        "replaying a recording"
    }

    fn plug_in(self: Box<Self>, protocol: i32) -> io::Result<Socket> {
        self.socket(protocol)
    }
}

impl ConnectionBuilder {
    /// Lets a recording play the kernel. Namespaces, descriptors and the size of the socket's buffer mean
    /// nothing then.
    #[must_use]
    pub fn replay(mut self, recording: &Replay) -> Self {
        self.stand_in = Some(Box::new(recording.clone()));
        self
    }
}

/// Without the bytes: they may hold keys.
impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.player().fmt(f)
    }
}

impl fmt::Debug for Player {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay")
            .field("name", &self.name)
            .field("line", &self.line)
            .field("left", &self.entries.len())
            .finish_non_exhaustive()
    }
}
