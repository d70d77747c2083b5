//! Requests that were sent together: that they were, which part of their answers came, and when no more will.

use std::time::Duration;

use super::Connection;
use crate::exchange::{Event, Row, Run, Verdict};
use crate::outgoing::Outgoing;
use crate::readiness::Readiness;
use crate::{Direction, Error, Messages, Operation, trace};

/// A part of the answers to a row of requests.
#[derive(Debug)]
pub(super) enum Part<'a> {
    /// An object of the answer to the request at this position.
    Object(usize, Run<'a>),
    /// The request at this position ended.
    Finished(usize, Verdict),
    /// A datagram of this length was longer than the buffer, and lost. It belonged to the request that ends
    /// next: the kernel takes requests one after another.
    Cut(usize),
}

/// Why no more answers are waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// All that was waited for is there.
    Whole,
    /// The queue for answers overflowed; what is missing is lost.
    Lost,
    /// Nothing came within the deadline.
    Late,
}

impl Connection {
    /// Notes that requests were sent in one datagram.
    pub(super) fn note_sent(&mut self, requests: &Outgoing) {
        self.exchange.stats.sent += requests.len() as u64;
        self.observer.show(Direction::Sent, requests.bytes());
        trace::datagram(Direction::Sent, requests.bytes());
    }

    /// Receives what answers the requests of `row`, and hands on each part until one is the last
    /// (`true`).
    ///
    /// The kernel carries out a request while it is sent. So when its queue has overflowed, all that was
    /// not lost is there already, and what is missing will not come.
    pub(super) async fn receive_row(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
        row: Row,
        mut part: impl FnMut(Part<'_>) -> bool,
    ) -> Result<Ended, Error> {
        let mut lost = false;
        loop {
            let patience = match lost {
                true => Some(Duration::ZERO),
                false => self.settings.deadline,
            };
            match self.receive_within(ready, operation, patience).await {
                Ok(()) => {}
                Err(Error::Overrun { .. }) => {
                    lost = true;
                    continue;
                }
                Err(Error::Truncated { needed, .. }) => {
                    part(Part::Cut(needed));
                    continue;
                }
                Err(Error::Timeout { .. }) if lost => return Ok(Ended::Lost),
                Err(Error::Timeout { .. }) => return Ok(Ended::Late),
                Err(error) => return Err(error),
            }
            let mut last = false;
            // Read whole: the end of a dump that was left may be in it.
            let mut messages = Messages::new(self.inbox.datagram());
            while let Some((message, alone)) = Run::next_of(&mut messages) {
                let event = self.exchange.read_row(&row, message);
                let position = row.position(message.header.seq);
                match (event, position) {
                    (Event::Object, Some(at)) if !last => {
                        last = part(Part::Object(at, alone));
                    }
                    (Event::Finished(verdict), Some(at)) if !last => {
                        last = part(Part::Finished(at, verdict));
                    }
                    (Event::Overrun, _) => lost = true,
                    _ => {}
                }
            }
            self.inbox.drop_datagram();
            if last {
                return Ok(Ended::Whole);
            }
        }
    }
}
