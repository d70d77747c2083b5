//! Batches of netfilter: several messages that the kernel carries out whole or not at all.

use std::fmt;

use crate::describe::{Attribute, Int, Kind, Set};
use crate::family::{EventSet, Family, Operation, Request};
use crate::session::error::Error;
use crate::session::outgoing::Outgoing;
use crate::session::run::Run;
use crate::wire::{Be, Encode, Encoder, Messages, Raw, flags};

/// Messages of one subsystem of netfilter that are carried out together: all or, when one is refused, none
/// (`NFNL_MSG_BATCH_BEGIN`, `NFNL_MSG_BATCH_END`).
///
/// nftables takes every change of its rules in a batch. A batch is filled without a connection, and then
/// sent by [`Connection::commit`](crate::Connection::commit), as often as wanted.
///
/// ```no_run
/// # use nlgen_runtime::{Batch, Connection, Error, Request, flags};
/// # fn example<T: Request, C: Request>(conn: &mut Connection, table: &T, chain: &C) -> Result<(), Error> {
/// let mut batch = Batch::new();
/// batch.push(flags::CREATE, table)?.push(flags::CREATE, chain)?;
/// match conn.commit(&batch) {
///     Ok(_) => println!("both are there"),
///     Err(Error::Batch(refused)) => {
///         for (index, refusal) in refused.refusals() {
///             println!("message {index}: {refusal}");
///         }
///     }
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Batch {
    requests: Outgoing,
    subsystem: Option<u16>,
    generation: Option<u32>,
}

impl Batch {
    /// A batch without messages.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Has the kernel refuse the batch, with `ERESTART`, when its rules are not of this generation any more
    /// (`NFNL_BATCH_GENID`): when somebody else has changed them since they were read.
    #[must_use]
    pub fn for_generation(mut self, generation: u32) -> Self {
        self.generation = Some(generation);
        self
    }

    /// Adds a message, with flags as those of [`call_with`](crate::Connection::call_with). With
    /// [`ECHO`](flags::ECHO) the kernel tells what the message made; see [`Committed`].
    ///
    /// # Errors
    /// [`Error::Encode`] when the message cannot be written, [`Error::WrongProtocol`] when it is not one of
    /// netfilter's. The batch is then as it was.
    pub fn push<R: Request>(&mut self, flags: u16, request: &R) -> Result<&mut Self, Error> {
        self.add(R::OP, flags, request)
    }

    /// Adds a message whose fixed header and attributes are `body`, as
    /// [`call_raw`](crate::Connection::call_raw) sends one. In its refusal attributes have no names, but their
    /// place is there: [`ExtAck::offset`](crate::ExtAck::offset).
    ///
    /// # Errors
    /// As for [`push`](Self::push).
    pub fn push_raw(
        &mut self,
        operation: &'static Operation,
        flags: u16,
        body: &[u8],
    ) -> Result<&mut Self, Error> {
        self.add(operation, flags, &Raw(body))
    }

    fn add<T: Encode>(
        &mut self,
        operation: &'static Operation,
        flags: u16,
        body: &T,
    ) -> Result<&mut Self, Error> {
        let family = operation.family();
        if family.is_generic() || family.protocol() != NFNETLINK.protocol() {
            return Err(Error::WrongProtocol {
                family: family.name(),
            });
        }
        self.requests
            .push(operation, 0, flags::REQUEST | flags, body)?;
        // A type is the number of a subsystem and that of a message in it.
        self.subsystem.get_or_insert(operation.request() >> 8);
        Ok(self)
    }

    /// How many messages there are. The one pushed next has this index.
    #[must_use]
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.requests.len() == 0
    }

    /// The whole batch: its begin, its messages, its end.
    ///
    /// An acknowledgement is asked for of the last message only. The kernel tells the messages that it
    /// refuses in their order, so with the last one's answer all are there; and one for each could
    /// overflow the queue.
    pub(crate) fn whole(&self) -> Result<Outgoing, Error> {
        let head = Head {
            subsystem: self.subsystem.unwrap_or_default(),
            generation: self.generation,
        };
        let mut whole = Outgoing::default();
        whole.push(BEGIN, 0, flags::REQUEST, &head)?;
        whole.append(&self.requests);
        whole.flag_last(flags::ACK);
        let head = Head {
            generation: None,
            ..head
        };
        whole.push(END, 0, flags::REQUEST, &head)?;
        Ok(whole)
    }
}

/// Without the messages' bytes: they may hold keys.
impl fmt::Debug for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("len", &self.len())
            .field("subsystem", &self.subsystem)
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}

/// Netfilter's protocol (`NETLINK_NETFILTER`), for what all its subsystems have.
static NFNETLINK: Family = Family::raw("nfnetlink", libc::NETLINK_NETFILTER as u16);

/// `NFNL_MSG_BATCH_BEGIN`; a batch as a whole goes by its name.
pub(crate) static BEGIN: &Operation = &Operation::new(&NFNETLINK, "batch", 0x10);

/// `NFNL_MSG_BATCH_END`.
static END: &Operation = &Operation::new(&NFNETLINK, "batch-end", 0x11);

/// What begins and ends a batch: `struct nfgenmsg`, whose `res_id` is the subsystem.
struct Head {
    subsystem: u16,
    generation: Option<u32>,
}

impl Encode for Head {
    const SET: &'static Set = &Set::new(
        "batch",
        // NFNL_BATCH_GENID
        &[Attribute::new(1, "genid", Kind::Int(Int::U32.be()))],
    );

    fn encode(&self, out: &mut Encoder<'_>) {
        out.bytes(&[0, 0]);
        out.bytes(&self.subsystem.to_be_bytes());
        out.put_as::<Be<u32>, _>(1, &self.generation);
    }
}

/// A batch that was carried out: what the kernel told of its messages with [`ECHO`](flags::ECHO), such as
/// the handle that a new rule was given.
#[derive(Clone, Default)]
pub struct Committed {
    bytes: Vec<u8>,
}

/// Without the messages' bytes: they may hold keys.
impl fmt::Debug for Committed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Committed")
            .field("echoes", &Messages::new(&self.bytes).count())
            .finish_non_exhaustive()
    }
}

impl Committed {
    pub(crate) fn push(&mut self, object: Run<'_>) {
        object.append_to(&mut self.bytes);
    }

    /// What was made, in order, as the messages that came.
    #[must_use]
    pub fn messages(&self) -> Messages<'_> {
        Messages::new(&self.bytes)
    }

    /// What was made, in order, as the notifications that others get of it.
    ///
    /// # Errors
    /// Each is an [`Error::Decode`] when it cannot be read.
    pub fn echoes<F: EventSet>(&self) -> impl Iterator<Item = Result<F::Event<'_>, Error>> {
        Messages::new(&self.bytes).map(|message| {
            F::decode_event(message.header.kind, message.payload).map_err(Error::from)
        })
    }
}
