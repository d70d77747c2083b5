//! Events for a state that is kept by them: where some were missed, it is read anew.

use std::time::Duration;

use super::{Found, Subscription};
use crate::family::Arrival;
use crate::link::Readiness;
use crate::session::{Error, Patience};

/// Why a state that is kept by events must be read anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gap {
    /// How many datagrams were lost, since the queue was full; 0 where the kernel does not count them
    /// ([`Features::LOSS_COUNT`](crate::Features::LOSS_COUNT)).
    pub lost: u32,
    /// The module of a family was loaded again.
    pub reloaded: bool,
}

/// How many bytes of messages a queue may hold where the kernel does not say: more than most systems allow.
const UNKNOWN_QUEUE: usize = 8 << 20;

impl Subscription {
    /// Waits for the next message. Where some were missed before it, what is queued is dropped, since it is
    /// older than what `read` reads then.
    ///
    /// A gap is forgotten when `read` has done its work, not when it fails or its future is dropped.
    pub(crate) async fn next_synced_on<E: From<Error>>(
        &mut self,
        ready: &mut impl Readiness,
        mut read: impl AsyncFnMut(Gap) -> Result<(), E>,
    ) -> Result<Arrival<'_>, E> {
        let at = loop {
            if let Some(gap) = self.gap {
                read(gap).await?;
                self.gap = None;
            }
            match self.wait_on(ready).await? {
                Found::At(at) => break at,
                missed => {
                    self.miss(&missed);
                    self.drop_queued(ready).await?;
                }
            }
        };
        Ok(self.arrival(at))
    }

    /// Notes what was missed, if anything was.
    fn miss(&mut self, found: &Found) {
        let gap = self.gap.unwrap_or_default();
        match found {
            Found::At(_) => {}
            Found::Overrun { lost } => {
                let lost = gap.lost.saturating_add(*lost);
                self.gap = Some(Gap { lost, ..gap });
            }
            Found::Reloaded { .. } => {
                let reloaded = true;
                self.gap = Some(Gap { reloaded, ..gap });
            }
        }
    }

    /// Drops what is queued: until nothing is, or more has come than the queue held.
    async fn drop_queued(&mut self, ready: &mut impl Readiness) -> Result<(), Error> {
        let queue = self.socket.receive_buffer().unwrap_or(UNKNOWN_QUEUE);
        let begun = self.exchange.stats.bytes;
        while let Some(found) = self.find(ready, Patience::within(Duration::ZERO)).await? {
            self.miss(&found);
            if self.exchange.stats.bytes - begun > queue as u64 {
                break;
            }
        }
        Ok(())
    }
}
