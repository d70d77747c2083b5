//! The feature `tracing`: what a connection does, told to the crate of this name; without the feature nothing,
//! at no cost.
//!
//! What attributes hold is never told: it may be secret.

pub(crate) use told::*;

/// What a subscriber of `tracing` is told.
#[cfg(feature = "tracing")]
mod told {
    use tracing::field::Empty;
    use tracing::{Instrument, debug, debug_span, trace, warn};

    use crate::family::{Family, Operation};
    use crate::session::direction::Direction;
    use crate::session::error::Error;
    use crate::wire::{Errno, MessageHeader, Messages, control};

    /// All spans and events.
    const TARGET: &str = "nlgen_runtime";

    /// What is being done, in a span of its own.
    pub(crate) type Span = tracing::Span;

    /// A request, with all that is sent and received for it. Its sequence number is known later.
    pub(crate) fn request(operation: &'static Operation, flags: u16) -> Span {
        let family = operation.family().name();
        let operation = operation.name();
        debug_span!(target: TARGET, "request", family, operation, flags, seq = Empty)
    }

    /// A subscription to the groups of families.
    pub(crate) fn subscription(families: &[&'static Family]) -> Span {
        let names: Vec<_> = families.iter().map(|family| family.name()).collect();
        debug_span!(target: TARGET, "subscription", family = names.join(" "))
    }

    /// What is done inside `span`: it is entered each time that the future is polled.
    pub(crate) fn within<F: Future>(span: &Span, future: F) -> impl Future<Output = F::Output> {
        future.instrument(span.clone())
    }

    /// What is done inside `span`, without waiting.
    pub(crate) fn inside<T>(span: &Span, done: impl FnOnce() -> T) -> T {
        span.in_scope(done)
    }

    /// The request of the span that is entered has got a number; asked again, another one.
    pub(crate) fn numbered(seq: u32) {
        let span = Span::current();
        // The user's own span may be the one, when ours are not wanted.
        if span
            .metadata()
            .is_some_and(|known| known.target() == TARGET)
        {
            span.record("seq", seq);
        }
    }

    /// An event for each message of a datagram.
    pub(crate) fn datagram(direction: Direction, bytes: &[u8]) {
        if !tracing::enabled!(target: TARGET, tracing::Level::TRACE) {
            return;
        }
        for message in Messages::new(bytes) {
            let MessageHeader {
                len,
                kind,
                flags,
                seq,
                ..
            } = message.header;
            let code = message
                .payload
                .first_chunk()
                .map(|code| i32::from_ne_bytes(*code));
            let errno = code
                .filter(|code| matches!(kind, control::ERROR | control::DONE) && *code < 0)
                .map(|code| tracing::field::display(Errno::from(code.saturating_neg())));
            let what = match kind {
                control::NOOP => "nothing",
                control::ERROR if code == Some(0) => "acknowledgement",
                control::ERROR => "error",
                control::DONE => "done",
                control::OVERRUN => "overrun",
                _ => "message",
            };
            match direction {
                Direction::Sent => trace!(target: TARGET, kind, what, len, seq, flags, "sent"),
                Direction::Received => {
                    trace!(target: TARGET, kind, what, len, seq, flags, errno, "received");
                }
            }
        }
    }

    /// A message that belongs to no request of ours.
    pub(crate) fn stray(header: MessageHeader) {
        let MessageHeader { kind, seq, .. } = header;
        debug!(target: TARGET, kind, seq, port_id = header.port_id, "stray");
    }

    /// A datagram that another process sent.
    pub(crate) fn foreign(sender: u32, len: usize) {
        debug!(target: TARGET, sender, len, "foreign");
    }

    /// A dump that is made again.
    pub(crate) fn retry(attempts: u32, why: &Error) {
        debug!(target: TARGET, attempts, %why, "retry");
    }

    /// A request that goes to the family's new id.
    pub(crate) fn moved(id: u16) {
        debug!(target: TARGET, id, "family moved");
    }

    /// A dump would not end: the connection goes on with another socket, whose port id this is.
    pub(crate) fn renewed(port_id: u32) {
        warn!(target: TARGET, port_id, "another socket");
    }

    /// The queue for answers overflowed.
    pub(crate) fn overrun() {
        warn!(target: TARGET, "overrun");
    }

    /// Events were lost.
    pub(crate) fn lost(lost: u32) {
        warn!(target: TARGET, lost, "overrun");
    }
}

/// Nobody is told anything.
#[cfg(not(feature = "tracing"))]
mod told {
    use crate::family::{Family, Operation};
    use crate::session::direction::Direction;
    use crate::session::error::Error;
    use crate::wire::MessageHeader;

    #[derive(Clone, Debug)]
    pub(crate) struct Span;

    #[inline(always)]
    pub(crate) fn request(_operation: &'static Operation, _flags: u16) -> Span {
        Span
    }

    #[inline(always)]
    pub(crate) fn subscription(_families: &[&'static Family]) -> Span {
        Span
    }

    #[inline(always)]
    pub(crate) fn within<F: Future>(_span: &Span, future: F) -> F {
        future
    }

    #[inline(always)]
    pub(crate) fn inside<T>(_span: &Span, done: impl FnOnce() -> T) -> T {
        done()
    }

    macro_rules! silent {
        ($($name:ident($($kind:ty),*);)*) => {$(
            #[inline(always)]
            pub(crate) fn $name($(_: $kind),*) {}
        )*};
    }

    silent! {
        numbered(u32);
        datagram(Direction, &[u8]);
        stray(MessageHeader);
        foreign(u32, usize);
        retry(u32, &Error);
        moved(u16);
        renewed(u32);
        overrun();
        lost(u32);
    }
}
