//! How long something is waited for: a time of quiet (`timeout`) and a point in time (`deadline`).
//!
//! Only what is waited for begins the time of quiet anew, and nothing moves the deadline. The clock is read when
//! somebody must know: an answer that is queued already costs no look at it.

use std::time::{Duration, Instant};

use crate::family::Operation;
use crate::link::Socket;
use crate::session::error::Error;

/// The bounds of one wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    timeout: Option<Duration>,
    deadline: Option<Instant>,
    /// When the time of quiet ends, once it has begun. A time too far for the clock is never.
    quiet_until: Option<Option<Instant>>,
    /// What was dropped since the time of quiet began, in bytes of the kernel's queue.
    dropped: usize,
}

/// Which bound was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    /// Nothing that was waited for came within the time of quiet.
    Quiet(Duration),
    /// The point in time is there.
    Deadline,
}

/// Bytes that a datagram takes of the kernel's queue beside its own: its `struct sk_buff` and what goes with it.
const DATAGRAM_COST: usize = 512;

impl Patience {
    /// The time of quiet begins with the first miss. `None` is no bound.
    pub(crate) const fn new(timeout: Option<Duration>, deadline: Option<Instant>) -> Self {
        Self {
            timeout,
            deadline,
            quiet_until: None,
            dropped: 0,
        }
    }

    /// Not longer than `timeout` from now on, whatever comes.
    pub(crate) fn within(timeout: Duration) -> Self {
        // A time too far for the clock is for ever.
        Self::new(None, Instant::now().checked_add(timeout))
    }

    /// Until that point in time, whatever comes.
    pub(crate) const fn until(deadline: Instant) -> Self {
        Self::new(None, Some(deadline))
    }

    /// For ever.
    pub(crate) const fn endless() -> Self {
        Self::new(None, None)
    }

    /// A part of what is waited for has come.
    #[inline]
    pub(crate) fn renew(&mut self) {
        self.quiet_until = None;
        self.dropped = 0;
    }

    /// When the first of the bounds is met.
    pub(crate) fn ends(&mut self) -> Option<Instant> {
        let timeout = self.timeout;
        let quiet = *self
            .quiet_until
            .get_or_insert_with(|| Instant::now().checked_add(timeout?));
        match (quiet, self.deadline) {
            (Some(quiet), Some(deadline)) => Some(quiet.min(deadline)),
            (quiet, deadline) => quiet.or(deadline),
        }
    }

    /// Whether the deadline has passed.
    #[inline]
    pub(crate) fn is_past_deadline(&self) -> bool {
        self.deadline
            .is_some_and(|deadline| Instant::now() >= deadline)
    }

    /// Whether to wait no longer after a datagram of `len` bytes that was not waited for.
    ///
    /// What was queued when the wait began is passed over first, however short the time is: behind it may be what
    /// is waited for. No more than the queue holds can have been there.
    pub(crate) fn is_over_after(&mut self, len: usize, socket: &Socket) -> bool {
        self.drop(len);
        if self.ends().is_none_or(|until| Instant::now() < until) {
            return false;
        }
        self.dropped > socket.receive_buffer().unwrap_or(0)
    }

    /// Counts a datagram of `len` bytes that was dropped; how much of the queue all took since the last part came.
    pub(crate) fn drop(&mut self, len: usize) -> usize {
        self.dropped = self
            .dropped
            .saturating_add(len)
            .saturating_add(DATAGRAM_COST);
        self.dropped
    }

    /// Which bound was met, for who has waited until one was.
    pub(crate) fn over(&self) -> Over {
        match self.is_past_deadline() {
            true => Over::Deadline,
            false => Over::Quiet(self.timeout.unwrap_or_default()),
        }
    }

    /// The error of a request for which this was all the time.
    pub(crate) fn error(&self, operation: &'static Operation) -> Error {
        match self.over() {
            Over::Quiet(after) => Error::Timeout { operation, after },
            Over::Deadline => Error::Deadline { operation },
        }
    }
}
