//! Notifications.

use std::fmt;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use super::Reactor;
use crate::connection::ConnectionBuilder;
use crate::family::{EventSets, Group};
use crate::link::Features;
use crate::session::{Error, Patience, Stats};
use crate::subscription::{Gap, Received};

/// A subscription to multicast groups, for asynchronous code.
///
/// See [`crate::Events`] for what its methods do: they are the same.
pub struct Events<W, F> {
    // Dropped before the socket that it watches.
    reactor: W,
    inner: crate::subscription::Events<F>,
}

impl<W: Reactor, F: EventSets> Events<W, F> {
    /// Joins groups of the families of `F`: [`crate::Events::open`].
    ///
    /// # Errors
    /// As there.
    pub async fn open(groups: &[Group]) -> Result<Self, Error> {
        Self::open_with(ConnectionBuilder::new(), groups).await
    }

    /// Joins groups with other settings: [`crate::Events::open_with`].
    ///
    /// # Errors
    /// As there.
    pub async fn open_with(builder: ConnectionBuilder, groups: &[Group]) -> Result<Self, Error> {
        let (inner, reactor) =
            crate::subscription::Events::open_on(W::watch, builder, groups).await?;
        Ok(Self { reactor, inner })
    }

    /// Waits for the next event: [`crate::Events::next_event`].
    ///
    /// # Errors
    /// As there.
    pub async fn next_event(&mut self) -> Result<Received<F::Event<'_>>, Error> {
        self.inner.next_on(&mut self.reactor).await
    }

    /// Waits for the next event, but not longer than `timeout`: [`crate::Events::next_within`].
    ///
    /// # Errors
    /// As there.
    pub async fn next_within(
        &mut self,
        timeout: Duration,
    ) -> Result<Option<Received<F::Event<'_>>>, Error> {
        let patience = Patience::within(timeout);
        self.inner.next_in_time(&mut self.reactor, patience).await
    }

    /// Waits for the next event, but not beyond the point in time `deadline`: [`crate::Events::next_until`].
    ///
    /// # Errors
    /// As there.
    pub async fn next_until(
        &mut self,
        deadline: Instant,
    ) -> Result<Option<Received<F::Event<'_>>>, Error> {
        let patience = Patience::until(deadline);
        self.inner.next_in_time(&mut self.reactor, patience).await
    }

    /// The next event if one is there: [`crate::Events::try_next`].
    ///
    /// # Errors
    /// As there.
    pub fn try_next(&mut self) -> Result<Option<Received<F::Event<'_>>>, Error> {
        self.inner.try_next()
    }

    /// Waits for the next event of a state that is kept by events: [`crate::Events::next_synced`]. When the
    /// future is dropped while `read` is at work, the next call begins with it.
    ///
    /// # Errors
    /// As there.
    pub async fn next_synced<E: From<Error>>(
        &mut self,
        read: impl AsyncFnMut(Gap) -> Result<(), E>,
    ) -> Result<F::Event<'_>, E> {
        self.inner.next_synced_on(&mut self.reactor, read).await
    }

    /// The port id of the subscription's socket (`nl_pid`): what is sent to it alone arrives here, too.
    #[must_use]
    pub fn port_id(&self) -> u32 {
        self.inner.port_id()
    }

    /// What was received since the subscription began.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.inner.stats()
    }

    /// What the kernel grants the subscription's socket. What an older kernel lacks is done without.
    #[must_use]
    pub fn features(&self) -> Features {
        self.inner.features()
    }
}

impl<W, F: EventSets> fmt::Debug for Events<W, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<W, F> AsFd for Events<W, F> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.inner.as_fd()
    }
}
