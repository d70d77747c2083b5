//! What a subscription brings: by which group, of which family, and the types that it is read as.

use std::marker::PhantomData;

use crate::family::operation::{Family, Group};
use crate::wire::{DecodeError, Decoded, Message};

/// A message that came without being asked for.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// The family that told it. Families of one protocol of their own, such as those of rtnetlink, are told
    /// apart by the group.
    pub family: &'static Family,
    /// The group it came by (`NETLINK_PKTINFO`), of those that were joined.
    pub group: Option<Group>,
    /// The message.
    pub message: Message<'a>,
}

impl<'a> Arrival<'a> {
    /// The command, or the message's type in a protocol of its own; and what follows: fixed header and
    /// attributes.
    ///
    /// # Errors
    /// When a message of generic netlink has no room for a command.
    pub fn command(&self) -> Decoded<(u16, &'a [u8])> {
        if !self.family.is_generic() {
            return Ok((self.message.header.kind, self.message.payload));
        }
        let (header, attributes) = self.message.command()?;
        Ok((header.command.into(), attributes))
    }

    /// Reads it as an event of `F`.
    ///
    /// # Errors
    /// When the attributes are malformed.
    pub fn decode<F: EventSet>(&self) -> Decoded<F::Event<'a>> {
        let (command, attributes) = self.command()?;
        F::decode_event(command, attributes)
    }
}

/// The notifications and events of a family.
pub trait EventSet {
    /// The family.
    const FAMILY: &'static Family;
    /// One event, borrowed from the message.
    type Event<'r>;

    /// Reads an event. Commands that the specification does not know give the event `Unknown`.
    ///
    /// # Errors
    /// When the attributes are malformed.
    fn decode_event(command: u16, attributes: &[u8]) -> Result<Self::Event<'_>, DecodeError>;
}

/// What a subscription is read as: the events of a family ([`EventSet`]), or of several that share a protocol.
///
/// Those of several are an enum, with `#[derive(EventSets)]` (feature `derive`) or with what that writes:
///
/// ```
/// use nlgen_runtime::{Arrival, EventSet, EventSets, Family};
/// use nlgen_runtime::wire::Decoded;
/// # static LINKS: Family = Family::raw("links", 0);
/// # static ROUTES: Family = Family::raw("routes", 0);
/// # enum LinkEvent<'a> { Unknown(u16, &'a [u8]) }
/// # enum RouteEvent<'a> { Unknown(u16, &'a [u8]) }
/// # impl EventSet for LinkEvent<'_> {
/// #     const FAMILY: &'static Family = &LINKS;
/// #     type Event<'r> = LinkEvent<'r>;
/// #     fn decode_event(command: u16, attributes: &[u8]) -> Decoded<LinkEvent<'_>> {
/// #         Ok(LinkEvent::Unknown(command, attributes))
/// #     }
/// # }
/// # impl EventSet for RouteEvent<'_> {
/// #     const FAMILY: &'static Family = &ROUTES;
/// #     type Event<'r> = RouteEvent<'r>;
/// #     fn decode_event(command: u16, attributes: &[u8]) -> Decoded<RouteEvent<'_>> {
/// #         Ok(RouteEvent::Unknown(command, attributes))
/// #     }
/// # }
/// enum News<'a> {
///     Link(LinkEvent<'a>),
///     Route(RouteEvent<'a>),
/// }
///
/// impl EventSets for News<'_> {
///     const FAMILIES: &'static [&'static Family] = &[LinkEvent::FAMILY, RouteEvent::FAMILY];
///     type Event<'r> = News<'r>;
///
///     fn decode_arrival(arrival: Arrival<'_>) -> Decoded<News<'_>> {
///         match arrival.family == LinkEvent::FAMILY {
///             true => arrival.decode::<LinkEvent<'_>>().map(News::Link),
///             false => arrival.decode::<RouteEvent<'_>>().map(News::Route),
///         }
///     }
/// }
/// // Events::<News>::open(&[link::group::LINK, route::group::IPV4_ROUTE])? brings them.
/// ```
pub trait EventSets {
    /// The families: all of generic netlink, or all of one other protocol.
    const FAMILIES: &'static [&'static Family];
    /// One event, borrowed from the message.
    type Event<'r>;

    /// Reads an event of one of the families.
    ///
    /// # Errors
    /// When the attributes are malformed.
    fn decode_arrival(arrival: Arrival<'_>) -> Decoded<Self::Event<'_>>;
}

impl<F: EventSet> EventSets for F {
    const FAMILIES: &'static [&'static Family] = &[F::FAMILY];
    type Event<'r> = F::Event<'r>;

    fn decode_arrival(arrival: Arrival<'_>) -> Decoded<Self::Event<'_>> {
        arrival.decode::<F>()
    }
}

/// The events `F`, each with the group that it came by.
///
/// ```no_run
/// # use nlgen_runtime::{Error, EventSets, Events, Group, Grouped, Received};
/// # fn watch<F: EventSets>(up: Group, down: Group) -> Result<(), Error>
/// # where for<'r> F::Event<'r>: std::fmt::Debug {
/// let mut events = Events::<Grouped<F>>::open(&[up, down])?;
/// if let Received::Event(arrived) = events.next_event()? {
///     println!("{:?}, up: {}", arrived.event, arrived.group == Some(up));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Grouped<F>(PhantomData<fn() -> F>);

/// An event and its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrived<T> {
    /// The group it came by, of those that were joined. `None` only when the kernel names another.
    pub group: Option<Group>,
    /// The event.
    pub event: T,
}

impl<F: EventSets> EventSets for Grouped<F> {
    const FAMILIES: &'static [&'static Family] = F::FAMILIES;
    type Event<'r> = Arrived<F::Event<'r>>;

    fn decode_arrival(arrival: Arrival<'_>) -> Decoded<Self::Event<'_>> {
        let group = arrival.group;
        F::decode_arrival(arrival).map(|event| Arrived { group, event })
    }
}
