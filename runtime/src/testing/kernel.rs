//! The fake kernel: what a test tells it.

use std::io;
use std::os::unix::net::UnixStream;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::state::{Asked, End, FakeKernel};
use super::{Fault, Refused, serve};
use crate::connection::{Connection, ConnectionBuilder};
use crate::family::{Dump, Family, Group, Request};
use crate::link::{Plug, Socket, StandIn};
use crate::server::{Announce, Announcement, Serve, To};
use crate::session::Error;
use crate::wire::{Encode, EncodeError};

/// How long a datagram for a program that does not read is held back.
const PATIENCE: Duration = Duration::from_secs(10);

impl FakeKernel {
    /// A kernel that knows of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers requests `R` from now on.
    pub fn answer<R: Request>(
        &self,
        mut answer: impl FnMut(&mut Asked<'_>) -> Result<(), Refused> + Send + 'static,
    ) {
        let named = move |asked: &mut Asked<'_>| answer(asked).map_err(|no| no.of(R::SET));
        self.state().register(R::OP, false, Box::new(named));
    }

    /// Answers dumps `D` from now on: a reply for each object.
    pub fn answer_dump<D: Dump>(
        &self,
        mut answer: impl FnMut(&mut Asked<'_>) -> Result<(), Refused> + Send + 'static,
    ) {
        let named = move |asked: &mut Asked<'_>| answer(asked).map_err(|no| no.of(D::SET));
        self.state().register(D::OP, true, Box::new(named));
    }

    /// Serves a family from now on, with its groups: what generated code makes a `Service` of. Operations that the kernel
    /// was told [how to answer](Self::answer) are answered so all the same.
    ///
    /// What a service sends to a group or a socket arrives before its reply.
    pub fn serve(&self, service: impl Serve + 'static) {
        let served = service.served();
        let mut state = self.state();
        state.known(served.family);
        for group in served.groups {
            state.group(*group);
        }
        let same = |known: &'static Family| known.name() == served.family.name();
        state.services.retain(|(known, _)| !same(known));
        let service = Arc::new(Mutex::new(service));
        state.services.push((served.family, service));
    }

    /// Registers multicast groups, to be joined by their names.
    pub fn groups(&self, groups: &[Group]) {
        let mut state = self.state();
        for group in groups {
            state.group(*group);
        }
    }

    /// Lets something go wrong with the answer to the next request. Several faults wait for as many
    /// requests, in order. Requests for families' ids are none of them.
    pub fn fault(&self, fault: Fault) {
        self.state().faults.push_back(fault);
    }

    /// A connection to this kernel, with the default settings.
    ///
    /// # Errors
    /// [`Error::Io`] when a socket pair cannot be made.
    pub fn connect(&self) -> Result<Connection, Error> {
        Connection::builder().fake_kernel(self).open()
    }

    /// Tells an event to all sockets that have joined the group: the command of the notification or
    /// event, and what it carries.
    ///
    /// # Errors
    /// When the message cannot be encoded.
    pub fn tell<T: Encode>(
        &self,
        group: Group,
        command: u16,
        event: &T,
    ) -> Result<(), EncodeError> {
        self.send_event(&Announcement {
            family: group.family(),
            to: To::Group(group),
            command,
            body: event.to_bytes()?,
        });
        Ok(())
    }

    /// Sends an event of generated code to the group that its specification says.
    ///
    /// # Errors
    /// When the specification says none, or the event cannot be encoded.
    pub fn event<E: Announce>(&self, event: &E) -> Result<(), Refused> {
        self.send_event(&Announcement::new(event, None)?);
        Ok(())
    }

    /// Loses events: the sockets that have joined the group are told of a full queue (`ENOBUFS`), and
    /// that `count` datagrams were lost.
    pub fn lose(&self, group: Group, count: u32) {
        let mut state = self.state();
        let number = state.group(group);
        let ends = state.joined(number);
        drop(state);
        for end in ends {
            end.plug.lose(count);
            end.tell_overrun();
        }
    }

    /// A socket that is plugged in, and a thread that serves it.
    fn socket(&self, protocol: i32) -> io::Result<Socket> {
        let plug = Arc::new(Plug::default());
        let mut state = self.state();
        let port_id = 1000 + u32::try_from(state.sockets.len()).unwrap_or(0);
        let (socket, other) = Socket::pair(protocol, port_id, Arc::clone(&plug))?;
        let stream = UnixStream::from(other);
        stream.set_write_timeout(Some(PATIENCE))?;
        let end = Arc::new(End {
            stream,
            protocol,
            port_id,
            plug,
            overrun: AtomicBool::new(false),
        });
        state.sockets.push(Arc::clone(&end));
        let kernel = self.clone();
        std::thread::Builder::new()
            .name("fake kernel".to_owned())
            .spawn(move || serve::serve(&kernel, &end))?;
        Ok(socket)
    }
}

impl StandIn for FakeKernel {
    fn doing(&self) -> &'static str {
        "plugging into a fake kernel"
    }

    fn plug_in(self: Box<Self>, protocol: i32) -> io::Result<Socket> {
        self.socket(protocol)
    }
}

impl ConnectionBuilder {
    /// Opens sockets on a fake kernel instead of the running one. Namespaces, descriptors and the size
    /// of the socket's buffer mean nothing then.
    #[must_use]
    pub fn fake_kernel(mut self, kernel: &FakeKernel) -> Self {
        self.stand_in = Some(Box::new(kernel.clone()));
        self
    }
}
