//! A request as a server sees it, and what is said in answer.

use std::fmt;
use std::marker::PhantomData;

use super::answer::message;
use super::refused::Refused;
use crate::family::{Dump, Group, Request};
use crate::wire::{CommandHeader, Decode, Encode, EncodeError, Errno, MessageHeader};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    /// By the socket's address.
    pub(crate) port_id: u32,
    pub(crate) header: MessageHeader,
}

/// What is to be sent.
#[derive(Default)]
pub(crate) struct Out {
    /// The fixed header and the attributes of each reply.
    pub(crate) replies: Vec<Vec<u8>>,
    pub(crate) events: Vec<Announcement>,
    /// The number that is returned in place of an error number.
    pub(crate) returned: u32,
}

/// Without the bytes: they may hold keys.
impl fmt::Debug for Out {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Out")
            .field("replies", &self.replies.len())
            .field("events", &self.events.len())
            .field("returned", &self.returned)
            .finish()
    }
}

/// An event on its way.
#[derive(Clone)]
pub(crate) struct Announcement {
    pub(crate) family: &'static crate::family::Family,
    pub(crate) to: To,
    pub(crate) command: u16,
    pub(crate) body: Vec<u8>,
}

/// Who is to hear an event.
#[derive(Clone, Copy, Debug)]
pub(crate) enum To {
    Group(Group),
    Port(u32),
}

/// The notifications and events of a family, to be sent: the enum `Event` of generated code.
pub trait Announce: crate::family::EventSet {
    /// The command.
    fn command(&self) -> u16;

    /// The group that the specification says, if it does.
    fn group(&self) -> Option<Group>;

    /// The fixed header, if any, and the attributes.
    ///
    /// # Errors
    /// When an attribute cannot be encoded.
    fn body(&self) -> Result<Body, EncodeError>;
}

/// The fixed header and the attributes of a message.
pub type Body = Vec<u8>;

impl Announcement {
    /// An event for the group of the specification, or for `to`.
    pub(crate) fn new<E: Announce>(event: &E, to: Option<To>) -> Result<Self, Refused> {
        let Some(to) = to.or_else(|| event.group().map(To::Group)) else {
            let text = "the specification has no group for the event; send it to one by name";
            return Err(Refused::new(Errno::EINVAL).message(text));
        };
        Ok(Self {
            family: E::FAMILY,
            to,
            command: event.command(),
            body: event.body()?,
        })
    }
}

impl Announcement {
    /// The message, with the id of the family, or in a protocol of its own the command, as its type.
    pub(crate) fn message(&self, kind: u16) -> Vec<u8> {
        let header = MessageHeader {
            kind,
            ..MessageHeader::default()
        };
        let command = u8::try_from(self.command)
            .ok()
            .filter(|_| self.family.is_generic());
        let command = command.map(|command| CommandHeader {
            command,
            version: self.family.version(),
        });
        message(header, command, &self.body)
    }
}

/// A request before it is decoded: what generated code makes a [`Call`] of.
pub struct Asked<'a> {
    pub(crate) caller: Caller,
    pub(crate) body: &'a [u8],
    pub(crate) out: &'a mut Out,
}

/// Without the bytes of the request: they may hold keys.
impl fmt::Debug for Asked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked")
            .field("caller", &self.caller)
            .field("len", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl<'a> Asked<'a> {
    /// Answers a request that has a reply.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn call<R: Request + Decode<'a>>(
        &mut self,
        answer: impl FnOnce(&R, Call<'_, R>) -> Result<Replied, Refused>,
    ) -> Result<(), Refused> {
        self.with::<R, R, _>(answer).map(|Replied(())| ())
    }

    /// Answers a request that is acknowledged.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn act<R: Request + Decode<'a>>(
        &mut self,
        answer: impl FnOnce(&R, Call<'_>) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        self.with::<R, (), _>(answer)
    }

    /// Answers a request that is acknowledged with a number ([`Operation::returns`](crate::Operation::returns)).
    ///
    /// # Errors
    /// Why it is refused.
    pub fn returning<R: Request + Decode<'a>>(
        &mut self,
        answer: impl FnOnce(&R, Call<'_>) -> Result<u32, Refused>,
    ) -> Result<(), Refused> {
        self.out.returned = self.with::<R, (), _>(answer)?;
        Ok(())
    }

    /// Answers a dump.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn dump<D: Dump + Decode<'a>>(
        &mut self,
        answer: impl FnOnce(&D, Call<'_, D>) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        self.with::<D, D, _>(answer)
    }

    /// The refusal of an operation that nobody answers.
    #[must_use]
    pub fn unknown(&self) -> Refused {
        Refused::new(Errno::EOPNOTSUPP)
    }

    fn with<T: Decode<'a> + Encode, R, A>(
        &mut self,
        answer: impl FnOnce(&T, Call<'_, R>) -> Result<A, Refused>,
    ) -> Result<A, Refused> {
        let request = T::decode(self.body)?;
        let call = Call {
            caller: self.caller,
            out: self.out,
            kind: PhantomData,
        };
        answer(&request, call).map_err(|refused| refused.of(<T as Encode>::SET))
    }
}

/// A request that is being answered: who asks, and the way of the answer.
///
/// What a handler sends goes out when it returns: events first, then the reply or the objects, then the
/// acknowledgement. Where it refuses the request, its events are sent all the same, and of its replies only the objects
/// of a dump.
pub struct Call<'c, R = ()> {
    caller: Caller,
    out: &'c mut Out,
    kind: PhantomData<fn() -> R>,
}

/// The proof that a request was replied to: [`Call::reply`] gives it.
#[derive(Debug)]
#[must_use = "it is what the handler returns"]
pub struct Replied(());

impl<R> fmt::Debug for Call<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("caller", &self.caller)
            .field("out", &self.out)
            .finish()
    }
}

impl<R> Call<'_, R> {
    /// The refusal of an operation that is not served.
    #[must_use]
    pub fn unknown(&self) -> Refused {
        Refused::new(Errno::EOPNOTSUPP)
    }

    /// The port id of the socket that asks, by the kernel's word (`nl_pid` of the sender's address).
    #[must_use]
    pub fn port_id(&self) -> u32 {
        self.caller.port_id
    }

    /// The header of the request, as the sender wrote it.
    #[must_use]
    pub fn header(&self) -> MessageHeader {
        self.caller.header
    }

    /// Sends an event to the group that the specification says.
    ///
    /// # Errors
    /// When the specification says none, or the event cannot be encoded.
    pub fn event<E: Announce>(&mut self, event: &E) -> Result<(), Refused> {
        self.announce(event, None)
    }

    /// Sends an event to a group.
    ///
    /// # Errors
    /// When the event cannot be encoded.
    pub fn event_to<E: Announce>(&mut self, group: Group, event: &E) -> Result<(), Refused> {
        self.announce(event, Some(To::Group(group)))
    }

    /// Sends an event to one socket, by its port id.
    ///
    /// # Errors
    /// When the event cannot be encoded.
    pub fn event_for<E: Announce>(&mut self, port_id: u32, event: &E) -> Result<(), Refused> {
        self.announce(event, Some(To::Port(port_id)))
    }

    fn announce<E: Announce>(&mut self, event: &E, to: Option<To>) -> Result<(), Refused> {
        let event = Announcement::new(event, to)?;
        self.out.events.push(event);
        Ok(())
    }

    fn send<T: Encode>(&mut self, reply: &T) -> Result<(), Refused> {
        self.out.replies.push(reply.to_bytes()?);
        Ok(())
    }
}

impl<R: Request> Call<'_, R> {
    /// Replies. What it gives is what the handler returns.
    ///
    /// Clients expect one reply ([`Error::SeveralReplies`](crate::Error::SeveralReplies)), unless they use
    /// [`call_collected`](crate::Connection::call_collected).
    ///
    /// # Errors
    /// When the reply cannot be encoded.
    pub fn reply<'r>(&mut self, reply: &R::Reply<'r>) -> Result<Replied, Refused>
    where
        R::Reply<'r>: Encode,
    {
        self.send(reply)?;
        Ok(Replied(()))
    }
}

impl<D: Dump> Call<'_, D> {
    /// Answers with one more object.
    ///
    /// # Errors
    /// When the object cannot be encoded.
    pub fn object<'r>(&mut self, object: &D::Reply<'r>) -> Result<(), Refused>
    where
        D::Reply<'r>: Encode,
    {
        self.send(object)
    }

    /// Answers with all objects of an iterator.
    ///
    /// Objects that hold nests made of values of their own are better given one by one
    /// ([`object`](Self::object)): an iterator cannot lend what it has just made.
    ///
    /// # Errors
    /// When an object cannot be encoded.
    pub fn objects<'r>(
        &mut self,
        objects: impl IntoIterator<Item = D::Reply<'r>>,
    ) -> Result<(), Refused>
    where
        D::Reply<'r>: Encode,
    {
        let mut objects = objects.into_iter();
        objects.try_for_each(|object| self.send(&object))
    }
}
