//! A server for other processes, over `NETLINK_USERSOCK`.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use super::pending::{Pending, Sent};
use super::{
    Announce, Announcement, Answer, NEWFAMILY, Parts, Refused, Registered, Serve, To,
    answer_nlctrl, serve,
};
use crate::family::Group;
use crate::link::{Blocking, Readiness, now, socket};
use crate::nlctrl;
use crate::peers::{PeerSocket, Senders};
use crate::session::{Error, NLCTRL, Patience};
use crate::subscription::Received;
use crate::wire::{Errno, Message, MessageHeader, control, flags};

/// The least id of a family that is not nlctrl, as in the kernel (`GENL_START_ALLOC`).
const FIRST_ID: u16 = 19;

/// How much is in one datagram of a dump. A client of this crate has room for more.
const PARTS: Parts = Parts {
    objects: usize::MAX,
    bytes: 32 << 10,
};

/// How long a datagram that is sent may be, if the process may say so.
const LONGEST: usize = 4 << 20;

/// When datagrams that found no room are tried again: nothing says when a receiver has made some.
const AGAIN: Duration = Duration::from_millis(5);

/// Serves families to other processes of the network namespace, in the kernel's place (`NETLINK_USERSOCK`).
///
/// Clients are ordinary: a [`Connection`](crate::Connection) or [`Events`](crate::Events), opened with
/// [`peer`](crate::ConnectionBuilder::peer) and the server's [port id](Self::port_id). It answers their requests for
/// families (nlctrl's GETFAMILY) itself, hands out ids and groups, and checks requests by the specification as the
/// kernel does. Anybody in the namespace may ask it, so its handlers decide what they do for whom
/// ([`Call::port_id`](super::Call::port_id)); operations that need `CAP_NET_ADMIN` are refused with `EPERM` unless the
/// user id of who asks is 0 or the server's own.
///
/// It serves in the thread that calls one of its `serve` methods, one request at a time. A client that does not read its
/// answers holds up nobody: they wait, up to 16 MiB; then its requests are refused with `ENOBUFS`.
///
/// Of protocols of their own it serves none: their messages cannot be told from those of generic netlink.
pub struct PeerServer {
    socket: PeerSocket,
    families: Vec<Registered>,
    services: Vec<Box<dyn Serve>>,
    pending: Pending,
    /// The user id of the server.
    own: u32,
}

/// What has come.
struct Request {
    sender: u32,
    uid: Option<u32>,
    header: MessageHeader,
    payload: Vec<u8>,
}

impl PeerServer {
    /// Opens a server in the calling thread's network namespace, with a port id that the kernel chooses.
    ///
    /// # Errors
    /// [`Error::Io`] when the socket cannot be made.
    pub fn open() -> Result<Self, Error> {
        Ok(Self::over(PeerSocket::open(Senders::Any)?))
    }

    /// Opens a server with a port id of your choice, which clients know beforehand.
    ///
    /// Port ids are no secret and no property: another process may be there first.
    ///
    /// # Errors
    /// [`Error::Io`] when the socket cannot be made, or another has the port id (`EADDRINUSE`).
    pub fn open_at(port_id: u32) -> Result<Self, Error> {
        Ok(Self::over(PeerSocket::open_at(Senders::Any, port_id)?))
    }

    fn over(mut socket: PeerSocket) -> Self {
        socket.serve(LONGEST);
        Self {
            socket,
            families: vec![Registered {
                family: &nlctrl::FAMILY,
                id: NLCTRL,
                groups: vec![(nlctrl::group::NOTIFY, NLCTRL.into())],
            }],
            services: Vec::new(),
            pending: Pending::default(),
            own: socket::user(),
        }
    }

    /// What clients open their connections with.
    #[must_use]
    pub fn port_id(&self) -> u32 {
        self.socket.port_id()
    }

    /// Serves a family from now on: what generated code makes a `Service` of.
    ///
    /// # Errors
    /// [`Error::Io`] for a protocol of its own, for a family that is served already (`EEXIST`), and when more groups are
    /// served than the 31 that there are (`ENOSPC`).
    pub fn add(&mut self, service: impl Serve + 'static) -> Result<(), Error> {
        let served = service.served();
        let failed = Error::io("serving a family");
        let same = |known: &Registered| known.family.name() == served.family.name();
        if !served.family.is_generic() {
            let text = "it has a protocol of its own, and is not one of generic netlink";
            return Err(failed(io::Error::new(io::ErrorKind::InvalidInput, text)));
        }
        if self.families.iter().any(same) {
            return Err(failed(io::Error::from_raw_os_error(libc::EEXIST)));
        }
        let mut groups = Vec::new();
        for group in served.groups {
            let taken = |number: &u32| {
                let mut known = self.families.iter().flat_map(|known| &known.groups);
                known.any(|(_, taken)| taken == number)
                    || groups.iter().any(|(_, taken)| taken == number)
            };
            // A socket can send to the first 32 groups alone.
            match (1..=32).find(|number| !taken(number)) {
                Some(number) => groups.push((*group, number)),
                None => return Err(failed(io::Error::from_raw_os_error(libc::ENOSPC))),
            }
        }
        let count = u16::try_from(self.services.len()).unwrap_or(u16::MAX);
        self.families.push(Registered {
            family: served.family,
            id: FIRST_ID.saturating_add(1).saturating_add(count),
            groups,
        });
        self.services.push(Box::new(service));
        Ok(())
    }

    /// Serves for ever.
    ///
    /// # Errors
    /// [`Error::Io`] when receiving fails. What a single client does is no error.
    pub fn serve(&mut self) -> Result<Infallible, Error> {
        loop {
            now(self.serve_on(&mut Blocking, Patience::endless()))?;
        }
    }

    /// Serves for a time. A zero time serves what is queued.
    ///
    /// # Errors
    /// As for [`serve`](Self::serve).
    pub fn serve_within(&mut self, timeout: Duration) -> Result<(), Error> {
        now(self.serve_on(&mut Blocking, Patience::within(timeout)))
    }

    /// Serves until a point in time.
    ///
    /// # Errors
    /// As for [`serve`](Self::serve).
    pub fn serve_until(&mut self, deadline: Instant) -> Result<(), Error> {
        now(self.serve_on(&mut Blocking, Patience::until(deadline)))
    }

    /// Sends an event to the group that the specification says, whether anybody has joined it or not.
    ///
    /// # Errors
    /// [`Error::Io`] when the specification says no group, the event cannot be encoded, or its family is not served.
    pub fn event<E: Announce>(&mut self, event: &E) -> Result<(), Error> {
        self.announce(event, None)
    }

    /// Sends an event to a group.
    ///
    /// # Errors
    /// As for [`event`](Self::event).
    pub fn event_to<E: Announce>(&mut self, group: Group, event: &E) -> Result<(), Error> {
        self.announce(event, Some(To::Group(group)))
    }

    /// Sends an event to one socket, by its port id.
    ///
    /// # Errors
    /// As for [`event`](Self::event).
    pub fn event_for<E: Announce>(&mut self, port_id: u32, event: &E) -> Result<(), Error> {
        self.announce(event, Some(To::Port(port_id)))
    }

    fn announce<E: Announce>(&mut self, event: &E, to: Option<To>) -> Result<(), Error> {
        let made = Announcement::new(event, to);
        let made = made.map_err(|refused| io::Error::new(io::ErrorKind::InvalidInput, refused));
        made.and_then(|event| self.send_event(&event))
            .map_err(Error::io("sending an event"))
    }

    /// Serves until `patience` ends.
    pub(crate) async fn serve_on(
        &mut self,
        ready: &mut impl Readiness,
        mut patience: Patience,
    ) -> Result<(), Error> {
        loop {
            while let Some(request) = self.next_queued()? {
                self.answer(&request);
                ready.proceed().await;
            }
            self.pending.flush(&self.socket);
            let end = patience.ends();
            let again = (!self.pending.is_empty()).then(|| Instant::now() + AGAIN);
            let until = match (end, again) {
                (Some(end), Some(again)) => Some(end.min(again)),
                (end, again) => end.or(again),
            };
            let come = ready.readable(self.socket.as_fd(), until).await;
            if !come.map_err(Error::io("waiting for requests"))? && patience.is_past_deadline() {
                return Ok(());
            }
        }
    }

    /// The next message of another process, if one is queued.
    fn next_queued(&mut self) -> Result<Option<Request>, Error> {
        loop {
            match self.socket.next_within(Duration::ZERO) {
                Ok(Some(Received::Event(heard))) if heard.group.is_none() => {
                    let (sender, Message { header, payload }) = (heard.sender, heard.message);
                    let payload = payload.to_vec();
                    return Ok(Some(Request {
                        sender,
                        uid: self.socket.uid(),
                        header,
                        payload,
                    }));
                }
                Ok(Some(_)) => {}
                Ok(None) => return Ok(None),
                // It was too long, and is lost.
                Err(Error::Io { source, .. }) if source.kind() == io::ErrorKind::InvalidData => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn answer(&mut self, request: &Request) {
        let header = request.header;
        let message = Message {
            header,
            payload: &request.payload,
        };
        let mut answer = Answer::new(message, request.sender, true);
        let mut events = Vec::new();
        if header.flags & flags::REQUEST != 0 && header.kind >= control::MIN {
            events = self.carry_out(&mut answer, self.may_all(request.uid));
        }
        for event in &events {
            // A service can send events of its own family alone, which is served.
            let _ = self.send_event(event);
        }
        for datagram in answer.datagrams(PARTS, 0) {
            match self.pending.send(&self.socket, request.sender, datagram) {
                Sent::Done => {}
                Sent::Gone => return,
                Sent::TooLong => {
                    let text = "the reply is longer than the server may send";
                    let refused = Refused::new(Errno::EMSGSIZE).message(text);
                    let end = answer.end(&Err(refused));
                    self.pending.send(&self.socket, request.sender, end);
                    return;
                }
            }
        }
    }

    /// Whether a user may ask for what needs a capability.
    fn may_all(&self, uid: Option<u32>) -> bool {
        uid.is_some_and(|uid| uid == 0 || uid == self.own)
    }

    /// Has the request's family answer, and gives the events that it sends.
    fn carry_out(&mut self, answer: &mut Answer<'_>, privileged: bool) -> Vec<Announcement> {
        if self.pending.is_full(answer.port_id) {
            let text = "the answers to earlier requests have not been read";
            answer.result = Err(Refused::new(Errno::ENOBUFS).message(text));
            return Vec::new();
        }
        if answer.kind == NLCTRL {
            let (command, dump) = (answer.asked(), answer.is_dump());
            match answer_nlctrl(self.families.iter(), command, dump, answer.body) {
                Ok(replies) => answer.replies = replies,
                Err(refused) => {
                    answer.result = Err(refused.unwrap_or(Refused::new(Errno::EOPNOTSUPP)));
                }
            }
            answer.reply_with(Some(NEWFAMILY));
            return Vec::new();
        }
        // The first family is nlctrl.
        let mut served = self.families.iter().skip(1);
        let at = served.position(|known| known.id == answer.kind);
        match at.and_then(|at| self.services.get_mut(at)) {
            Some(service) => serve(&mut **service, answer, privileged),
            None => {
                answer.result = Err(Refused::new(Errno::ENOENT));
                Vec::new()
            }
        }
    }

    fn send_event(&mut self, event: &Announcement) -> io::Result<()> {
        let same = |known: &&Registered| known.family.name() == event.family.name();
        let known = self.families.iter().find(same);
        let unknown = || io::Error::new(io::ErrorKind::InvalidInput, "its family is not served");
        let known = known.ok_or_else(unknown)?;
        let datagram = event.message(known.id);
        match event.to {
            To::Port(port_id) => {
                // Whether it is there, and hears it, is the receiver's business, as with a group.
                self.pending.send(&self.socket, port_id, datagram);
                Ok(())
            }
            To::Group(group) => {
                let mut groups = known.groups.iter();
                let found = groups.find(|(of, _)| of.name() == group.name());
                let unknown =
                    || io::Error::new(io::ErrorKind::InvalidInput, "its family has no such group");
                let (_, number) = found.ok_or_else(unknown)?;
                self.socket.send_datagram_to_group(*number, &datagram)
            }
        }
    }
}

/// What becomes readable when a request has come.
impl AsFd for PeerServer {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

impl fmt::Debug for PeerServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let families = self.families.iter().map(|known| known.family.name());
        f.debug_struct("PeerServer")
            .field("port_id", &self.port_id())
            .field("families", &families.collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
