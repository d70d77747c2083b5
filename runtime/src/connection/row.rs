//! Requests that were sent together: that they were, which part of their answers came, and when no more will.

use std::io;

use super::Connection;
use crate::family::Operation;
use crate::link::{Forked, Readiness};
use crate::session::{Direction, Error, Event, Over, Patience, Row, Run, Verdict, trace};
use crate::wire::Messages;

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

/// What is to become of the parts that follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// They are waited for.
    Wait,
    /// As before: this one belonged to what had ended.
    Ignore,
    /// This one was the last.
    Last,
    /// There are more bytes than may be collected.
    Full,
}

/// Why no more answers are waited for.
#[derive(Debug)]
pub(super) enum Ended {
    /// All that was waited for is there.
    Whole,
    /// The queue for answers overflowed; what is missing is lost.
    Lost,
    /// Nothing came in time: within the time of quiet, or by the deadline.
    Late(Over),
    /// There are more bytes than may be collected.
    Full,
    /// Answers cannot be received.
    Failed {
        doing: &'static str,
        source: io::Error,
    },
}

impl Ended {
    /// Why, when receiving failed.
    fn of(error: Error, patience: &Patience) -> Self {
        match error {
            Error::Io { doing, source } => Self::Failed { doing, source },
            Error::Forked { doing } => {
                let source = io::Error::other(Forked);
                Self::Failed { doing, source }
            }
            // Of the errors of receiving, those of time are left.
            _ => Self::Late(patience.over()),
        }
    }

    /// Why the outcome of a request is unknown to whom no answer came; `None` where that is no reason.
    pub(super) fn cause(&self, operation: &'static Operation) -> Option<Error> {
        match self {
            Self::Whole | Self::Full => None,
            Self::Lost => Some(Error::Overrun { operation }),
            Self::Late(Over::Quiet(after)) => {
                let after = *after;
                Some(Error::Timeout { operation, after })
            }
            Self::Late(Over::Deadline) => Some(Error::Deadline { operation }),
            Self::Failed { doing, source } => Some(Error::io(doing)(same_error(source))),
        }
    }
}

/// An error like `error`: each of several requests has its own.
pub(super) fn same_error(error: &io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(number) => io::Error::from_raw_os_error(number),
        None if Forked::is(error) => io::Error::other(Forked),
        None => io::Error::new(error.kind(), error.to_string()),
    }
}

impl Connection {
    /// Notes that `count` requests were sent in one datagram.
    pub(super) fn note_sent(&mut self, count: usize, datagram: &[u8]) {
        self.exchange.stats.sent += count as u64;
        self.observer.show(Direction::Sent, datagram);
        trace::datagram(Direction::Sent, datagram);
    }

    /// Receives what answers the requests of `row`, and hands on each part until one is the last.
    ///
    /// The kernel carries out a request while it is sent. So when its queue has overflowed, all that was
    /// not lost is there already, and what is missing will not come.
    pub(super) async fn receive_row(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
        row: Row,
        mut part: impl FnMut(Part<'_>) -> Next,
    ) -> Ended {
        let mut patience = self.patience();
        let mut lost = false;
        loop {
            let received = self.receive_queued(ready, operation, &mut patience).await;
            let unwanted = match received {
                Ok(true) => {
                    let len = self.inbox.datagram().len();
                    match self.read_row(row, &mut lost, &mut part) {
                        Read::Nothing => Some(len),
                        Read::Some => None,
                        Read::Last => return Ended::Whole,
                        Read::Full => return Ended::Full,
                    }
                }
                Ok(false) if lost => return Ended::Lost,
                Ok(false) => match self.wait(ready, operation, &mut patience).await {
                    Ok(()) => continue,
                    Err(error) => return Ended::of(error, &patience),
                },
                Err(Error::Overrun { .. }) => {
                    lost = true;
                    continue;
                }
                Err(Error::Truncated { needed, .. }) => {
                    part(Part::Cut(needed));
                    Some(needed)
                }
                Err(error) => return Ended::of(error, &patience),
            };
            let over = match unwanted {
                Some(len) => patience.is_over_after(len, &self.socket),
                None => {
                    patience.renew();
                    patience.is_past_deadline()
                }
            };
            if over {
                return Ended::Late(patience.over());
            }
            ready.proceed().await;
        }
    }

    /// Hands on the parts in the last datagram.
    fn read_row(
        &mut self,
        row: Row,
        lost: &mut bool,
        part: &mut impl FnMut(Part<'_>) -> Next,
    ) -> Read {
        let mut read = Read::Nothing;
        // Read whole: the end of a dump that was left may be in it.
        let mut messages = Messages::new(self.inbox.datagram());
        while let Some((message, alone)) = Run::next_of(&mut messages) {
            let part_of = match self.exchange.read_row(&row, message) {
                (Event::Object, Some(at)) => Part::Object(at, alone),
                (Event::Finished(verdict), Some(at)) => Part::Finished(at, verdict),
                (Event::Overrun, _) => {
                    *lost = true;
                    continue;
                }
                _ => continue,
            };
            if matches!(read, Read::Nothing | Read::Some) {
                read = match part(part_of) {
                    Next::Wait => Read::Some,
                    Next::Ignore => read,
                    Next::Last => Read::Last,
                    Next::Full => Read::Full,
                };
            }
        }
        self.inbox.drop_datagram();
        read
    }
}

/// What a datagram had of the answers to a row.
enum Read {
    Nothing,
    Some,
    Last,
    Full,
}
