//! The blocking connection: requests in, typed answers out.

mod ids;
#[cfg(test)]
mod tests;

use std::fmt;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Instant;

use crate::answer::{Keep, attributes_of, decode};
use crate::builder::{ConnectionBuilder, Settings};
use crate::exchange::{Event, Exchange, Stats, Verdict, Wait};
use crate::inbox::{Inbox, Receipt};
use crate::resolve::Families;
use crate::socket::Socket;
use crate::{
    Collected, CommandHeader, Dump, DumpStream, Encode, EncodeError, EncodeReason, Errno, Error,
    ExtAck, Family, Message, MessageHeader, Messages, Operation, Refusal, Request, flags, message,
    nlctrl,
};

/// A connection to the kernel's generic netlink families.
///
/// It has a socket of its own, on which it only makes requests: events come through
/// [`Events`](crate::Events). Only what the kernel itself sends is believed; see
/// [`Stats`](crate::Stats) for what was not.
///
/// Each request is answered or fails within the deadline
/// ([`ConnectionBuilder::deadline`]). It can be sent to another thread; to share it, put it behind a
/// mutex or open one for each thread: opening costs a few system calls.
pub struct Connection {
    socket: Socket,
    exchange: Exchange,
    settings: Settings,
    families: Families,
    request: Vec<u8>,
    inbox: Inbox,
    warning: Option<ExtAck>,
}

/// The command header of a request. The generator and the derives refuse commands of more than 8 bits; an
/// operation made by hand may have one.
fn command_of(operation: &'static Operation) -> Result<CommandHeader, Error> {
    match u8::try_from(operation.request()) {
        Ok(command) => Ok(CommandHeader {
            command,
            version: operation.family().version(),
        }),
        Err(_) => Err(Error::Encode {
            operation,
            error: EncodeError::new(EncodeReason::Range),
        }),
    }
}

/// Bytes of the headers before the fixed header and the attributes of a message.
fn headers_len(family: &Family) -> usize {
    match family.is_generic() {
        true => MessageHeader::LEN + CommandHeader::LEN,
        false => MessageHeader::LEN,
    }
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

    pub(crate) fn with(socket: Socket, settings: Settings) -> Self {
        Self {
            exchange: Exchange::new(socket.port_id()),
            inbox: Inbox::new(settings.receive_size, settings.receive_cap),
            socket,
            settings,
            families: Families::default(),
            request: Vec::new(),
            warning: None,
        }
    }

    /// Makes a request and waits for its reply, which borrows the connection's buffer.
    ///
    /// Of several replies the first is given; [`call_collected`](Self::call_collected) keeps them all
    /// and leaves the connection free. For an operation without a reply the result is `()`, once the
    /// kernel has acknowledged.
    ///
    /// # Errors
    /// [`Error::Kernel`] when the kernel refuses, [`Error::NoReply`] when it only acknowledges, and
    /// the other kinds of [`Error`] by name.
    pub fn call<R: Request>(&mut self, request: &R) -> Result<R::Reply<'_>, Error> {
        self.call_with(0, request)
    }

    /// Makes a request with more flags (`nlmsg_flags`): [`CREATE`](flags::CREATE),
    /// [`EXCL`](flags::EXCL), [`REPLACE`](flags::REPLACE), [`APPEND`](flags::APPEND),
    /// [`ECHO`](flags::ECHO).
    ///
    /// # Errors
    /// As for [`call`](Self::call).
    pub fn call_with<R: Request>(
        &mut self,
        flags: u16,
        request: &R,
    ) -> Result<R::Reply<'_>, Error> {
        let operation = R::OP;
        let wait = self.send(operation, request, flags)?;
        let wait = self.answer::<R>(operation, wait, |_| Keep::Yes)?;
        let first = Messages::new(self.inbox.kept())
            .find(|message| self.exchange.is_object(&wait, message));
        let attributes = match first {
            Some(message) => attributes_of(operation, message)?,
            None if operation.reply().is_none() => &[],
            None => return Err(Error::NoReply { operation }),
        };
        decode(operation, attributes)
    }

    /// Makes a request and keeps all of its replies, which do not borrow the connection.
    ///
    /// # Errors
    /// As for [`call`](Self::call), but for [`Error::NoReply`]: no reply is an empty collection.
    pub fn call_collected<R: Request>(&mut self, request: &R) -> Result<Collected<R>, Error> {
        let mut collected = Collected::new(R::OP);
        let wait = self.send(R::OP, request, 0)?;
        self.answer::<R>(R::OP, wait, |message| collected.push(message))?;
        Ok(collected)
    }

    /// Dumps all objects. They are kept, and do not borrow the connection.
    ///
    /// A dump during which its objects change is made again, up to
    /// [`ConnectionBuilder::dump_attempts`] times.
    ///
    /// # Errors
    /// [`Error::Kernel`] when the kernel refuses or the dump ends with an error,
    /// [`Error::Interrupted`] when each attempt met a change, and the other kinds by name.
    pub fn dump<D: Dump>(&mut self, request: &D) -> Result<Collected<D>, Error> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let mut collected = Collected::new(D::OP);
            let wait = self.start_dump(request)?;
            let again = match self.answer::<D>(D::OP, wait, |message| collected.push(message)) {
                Ok(wait) if !wait.interrupted => return Ok(collected),
                Ok(_) => Error::Interrupted {
                    operation: D::OP,
                    attempts,
                },
                // The buffer has grown meanwhile; a dump changes nothing, so it may be repeated.
                Err(error @ Error::Truncated { needed, .. })
                    if needed <= self.settings.receive_cap =>
                {
                    error
                }
                // An object did not fit the part that the kernel made before it knew what is offered to
                // receives. Now it knows.
                Err(error) if attempts == 1 && error.errno() == Some(Errno::EMSGSIZE) => error,
                Err(error) => return Err(error),
            };
            if attempts >= self.settings.dump_attempts {
                return Err(again);
            }
            self.exchange.stats.retries += 1;
        }
    }

    /// Dumps all objects, one at a time as they are asked for: for dumps too large to keep.
    ///
    /// # Errors
    /// As for [`dump`](Self::dump), here and from the stream.
    pub fn dump_stream<D: Dump>(&mut self, request: &D) -> Result<DumpStream<'_, D>, Error> {
        let wait = self.start_dump(request)?;
        Ok(DumpStream::new(self, wait))
    }

    /// What the kernel said beside acknowledging the last request: a warning, or a cookie.
    #[must_use]
    pub fn warning(&self) -> Option<&ExtAck> {
        self.warning.as_ref()
    }

    /// What was sent and received since the connection was opened.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.exchange.stats
    }

    /// The port id of the connection's socket.
    #[must_use]
    pub fn port_id(&self) -> u32 {
        self.exchange.port_id()
    }

    fn start_dump<D: Dump>(&mut self, request: &D) -> Result<Wait, Error> {
        self.end_dump(D::OP)?;
        if self.exchange.stats.datagrams == 0 && D::OP.family().is_generic() {
            // The kernel makes the first part of a dump while the request is sent, no larger than
            // what earlier receives offered: there must be one.
            self.resolve(&nlctrl::FAMILY)?;
        }
        let wait = self.send(D::OP, request, flags::DUMP)?;
        self.exchange.dump_begins(wait);
        Ok(wait)
    }

    /// Reads away what is left of a dump that was not read to its end.
    fn end_dump(&mut self, operation: &'static Operation) -> Result<(), Error> {
        while self.exchange.dump_goes_on() {
            match self.receive(operation) {
                Ok(()) => Messages::new(self.inbox.datagram())
                    .for_each(|message| self.exchange.pass(message)),
                // What is lost is nobody's. The end is not: a full queue delays a dump.
                Err(Error::Truncated { .. } | Error::Overrun { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    fn send<T: Encode>(
        &mut self,
        operation: &'static Operation,
        body: &T,
        extra: u16,
    ) -> Result<Wait, Error> {
        let family = self.family_id(operation.family())?;
        let wait = self.exchange.begin();
        let generic = operation.family().is_generic();
        let header = MessageHeader {
            len: 0,
            kind: if generic { family } else { operation.request() },
            flags: flags::REQUEST | flags::ACK | extra,
            seq: wait.seq,
            port_id: self.exchange.port_id(),
        };
        let command = match generic {
            true => Some(command_of(operation)?),
            false => None,
        };
        self.warning = None;
        self.inbox.forget();
        self.request.clear();
        message::write(&mut self.request, header, command, body)
            .map_err(|error| Error::Encode { operation, error })?;
        self.socket
            .send(&self.request)
            .map_err(Error::io("sending a request"))?;
        self.exchange.stats.sent += 1;
        Ok(wait)
    }

    /// Receives until the answer is complete, and hands each message of it to `object`.
    fn answer<T: Encode>(
        &mut self,
        operation: &'static Operation,
        mut wait: Wait,
        mut object: impl FnMut(Message<'_>) -> Keep,
    ) -> Result<Wait, Error> {
        loop {
            self.receive(operation)?;
            let mut keep = false;
            let mut end = None;
            for message in Messages::new(self.inbox.datagram()) {
                match self.exchange.read(&mut wait, message) {
                    Event::Object(message) => keep |= object(message) == Keep::Yes,
                    Event::Finished(verdict) => {
                        end = Some(verdict);
                        break;
                    }
                    Event::Overrun => return Err(Error::Overrun { operation }),
                    Event::Stray => {}
                }
            }
            if keep {
                self.inbox.keep();
            }
            if let Some(verdict) = end {
                self.conclude::<T>(operation, verdict)?;
                return Ok(wait);
            }
        }
    }

    /// Receives the next datagram from the kernel into the inbox; what others send is dropped.
    pub(crate) fn receive(&mut self, operation: &'static Operation) -> Result<(), Error> {
        let after = self.settings.deadline;
        // Answers are usually there when a request returns, so the clock is read only after a miss.
        let mut deadline = None;
        loop {
            let nothing = match self.inbox.receive(&self.socket) {
                Ok(Receipt::Datagram { sender, len }) => {
                    if self.exchange.accept(sender, len) {
                        return Ok(());
                    }
                    self.inbox.drop_datagram();
                    false
                }
                Ok(Receipt::Truncated { sender, needed }) => {
                    if self.exchange.accept(sender, needed) {
                        self.inbox.grow(needed);
                        return Err(Error::Truncated { operation, needed });
                    }
                    false
                }
                Ok(Receipt::Nothing) => true,
                Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => {
                    return Err(Error::Overrun { operation });
                }
                Err(error) => return Err(Error::io("receiving an answer")(error)),
            };
            // A deadline too far for the clock is none.
            let deadline = *deadline.get_or_insert_with(|| Instant::now().checked_add(after?));
            let in_time = match nothing {
                true => self
                    .socket
                    .wait(deadline)
                    .map_err(Error::io("waiting for an answer"))?,
                // Foreign datagrams do not move the deadline, however many there are.
                false => deadline.is_none_or(|deadline| Instant::now() < deadline),
            };
            if !in_time {
                let after = after.unwrap_or_default();
                return Err(Error::Timeout { operation, after });
            }
        }
    }

    /// What a verdict means to the caller.
    pub(crate) fn conclude<T: Encode>(
        &mut self,
        operation: &'static Operation,
        verdict: Verdict,
    ) -> Result<(), Error> {
        match verdict.errno {
            None => {
                self.warning = (!verdict.ext_ack.is_empty()).then_some(verdict.ext_ack);
                Ok(())
            }
            Some(errno) => {
                let refusal = Refusal::new(operation, errno, verdict.ext_ack);
                let fixed = T::HEADER.map_or(0, |layout| crate::align(layout.len()));
                let start = headers_len(operation.family()) + fixed;
                let located = refusal.locate(T::SET, &self.request, start);
                Err(Error::Kernel(Box::new(located)))
            }
        }
    }

    /// Gives up the connection, but for its socket.
    pub(crate) fn into_socket(self) -> Socket {
        self.socket
    }

    /// The parts that a stream of a dump works with.
    pub(crate) fn stream_parts(&mut self) -> (&Inbox, &mut Exchange) {
        (&self.inbox, &mut self.exchange)
    }
}

/// Without the requests' bytes: they may hold keys.
impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("socket", &self.socket)
            .field("settings", &self.settings)
            .field("stats", &self.exchange.stats)
            .finish_non_exhaustive()
    }
}

impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}
