//! Many requests at once.

use std::io;

use super::Connection;
use super::row::{Ended, Part};
use crate::exchange::Verdict;
use crate::forked::Forked;
use crate::outgoing::Outgoing;
use crate::readiness::{Blocking, Readiness, now};
use crate::{Collected, Error, Operation, Request, flags, trace};

impl Connection {
    /// Makes many requests of one kind, several in each datagram, and gives each one's answer, in their
    /// order. It takes fewer system calls than one [`call`](Self::call) for each.
    ///
    /// As many are sent before their answers are read as the kernel's queue for this socket holds
    /// ([`ConnectionBuilder::socket_buffer`](crate::ConnectionBuilder::socket_buffer)), reckoned by the
    /// answers seen so far. What is lost nonetheless is told.
    ///
    /// ```no_run
    /// # use nlgen_runtime::{Connection, Error, nlctrl::Getfamily};
    /// let mut conn = Connection::open()?;
    /// let requests = ["ethtool", "netdev"].map(|name| Getfamily::default().family_name(name));
    /// for answer in conn.call_all(&requests)? {
    ///     println!("{:?}", answer?.reply()?.family_id);
    /// }
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// As for [`call`](Self::call), for each request by itself; [`Error::OutcomeUnknown`] for one whose
    /// answer was lost or did not come within the deadline, and [`Error::NotSent`] for those behind it that
    /// were not sent for that. The call itself fails, without anything sent, when the family is not found.
    pub fn call_all<R: Request>(
        &mut self,
        requests: &[R],
    ) -> Result<Vec<Result<Collected<R>, Error>>, Error> {
        self.call_all_with(0, requests)
    }

    /// The same with more flags, as for [`call_with`](Self::call_with).
    ///
    /// # Errors
    /// As for [`call_all`](Self::call_all).
    pub fn call_all_with<R: Request>(
        &mut self,
        flags: u16,
        requests: &[R],
    ) -> Result<Vec<Result<Collected<R>, Error>>, Error> {
        now(self.call_all_on(&mut Blocking, flags, requests))
    }

    /// [`call_all_with`](Connection::call_all_with).
    pub(crate) async fn call_all_on<R: Request>(
        &mut self,
        ready: &mut impl Readiness,
        flags: u16,
        requests: &[R],
    ) -> Result<Vec<Result<Collected<R>, Error>>, Error> {
        let span = trace::request(R::OP, flags);
        trace::within(&span, self.call_rows(ready, flags, requests)).await
    }

    /// Sends one row of requests after the other.
    async fn call_rows<R: Request>(
        &mut self,
        ready: &mut impl Readiness,
        flags: u16,
        requests: &[R],
    ) -> Result<Vec<Result<Collected<R>, Error>>, Error> {
        let mut family = self.family_id_on(ready, R::OP.family()).await?;
        // What is left of a dump would take its part of the queue.
        self.end_dump(ready, R::OP).await?;
        // Where the kernel does not say how much it queues, one request at a time is sure.
        let mut window = Window::new(self.socket.receive_buffer().unwrap_or(0));
        let mut answers = Vec::with_capacity(requests.len());
        let mut rest = requests.iter();
        let mut row = Outgoing::default();
        while !rest.as_slice().is_empty() {
            let mut sheet = Sheet::new(R::OP);
            row.clear();
            while row.len() < window.size && row.bytes().len() < SEND_BYTES {
                let Some(request) = rest.next() else { break };
                let flags = flags::REQUEST | flags::ACK | flags;
                sheet.enter(row.push(R::OP, family, flags, request));
            }
            let ended = self.call_row(ready, &mut row, &mut sheet).await;
            window.after(ended, sheet.longest());
            answers.extend(sheet.close());
            // The first request, which goes alone, finds out whether the family was loaded again.
            if let [Err(error)] = &*answers
                && let Some(id) = self.moved(ready, R::OP, error).await?
            {
                family = id;
                answers.clear();
                rest = requests.iter();
                continue;
            }
            if ended == Ended::Late {
                break;
            }
        }
        answers.extend(rest.map(|_| Err(Error::NotSent { operation: R::OP })));
        Ok(answers)
    }

    /// Sends a row of requests and enters their answers.
    async fn call_row<R: Request>(
        &mut self,
        ready: &mut impl Readiness,
        requests: &mut Outgoing,
        sheet: &mut Sheet<R>,
    ) -> Ended {
        if requests.len() == 0 {
            return Ended::Whole;
        }
        let row = self.exchange.begin_row(requests.len());
        requests.number(row, self.exchange.port_id());
        self.warning = None;
        self.leave_answers();
        if let Err(error) = self.socket.send(requests.bytes()) {
            sheet.not_sent(&error);
            return Ended::Whole;
        }
        self.note_sent(requests);
        let ended = self.receive_row(ready, R::OP, row, |part| sheet.take(requests, part));
        // A socket that cannot be received from tells nothing of what was sent.
        ended.await.unwrap_or(Ended::Late)
    }
}

/// How many bytes of requests begin another datagram: well below the least that systems allow for one.
const SEND_BYTES: usize = 64 * 1024;

/// What an answer takes of the kernel's queue beyond twice the bytes of its objects: the objects'
/// `struct sk_buff` with what goes with it, and an acknowledgement.
const ANSWER_COST: usize = 4096;

/// How many requests are sent before their answers are read.
#[derive(Debug)]
struct Window {
    size: usize,
    /// Bytes that the kernel's queue holds.
    queue: usize,
    /// The most bytes that the objects of an answer had.
    longest: usize,
}

impl Window {
    /// The first request goes alone, to tell how long answers are.
    fn new(queue: usize) -> Self {
        Self {
            size: 1,
            queue,
            longest: 0,
        }
    }

    /// Becomes larger as long as the queue holds it, and begins anew after a loss.
    fn after(&mut self, ended: Ended, longest: usize) {
        self.longest = self.longest.max(longest);
        let cost = self.longest.saturating_mul(2).saturating_add(ANSWER_COST);
        self.size = match ended {
            Ended::Whole => self.size.saturating_mul(4).min(self.queue / cost).max(1),
            Ended::Lost | Ended::Late => 1,
        };
    }
}

/// The answers to the requests of one row, some of which could not be written and are not in the row.
struct Sheet<R> {
    operation: &'static Operation,
    answers: Vec<Answer<R>>,
    /// Of each request that was sent, the index of its answer.
    sent: Vec<usize>,
    waiting: usize,
    cut: Option<usize>,
}

/// What came for a request.
enum Answer<R> {
    Open(Collected<R>),
    Closed(Result<Collected<R>, Error>),
}

impl<R: Request> Sheet<R> {
    fn new(operation: &'static Operation) -> Self {
        Self {
            operation,
            answers: Vec::new(),
            sent: Vec::new(),
            waiting: 0,
            cut: None,
        }
    }

    /// Enters the next request: one that is in the row, or why it is not.
    fn enter(&mut self, written: Result<(), Error>) {
        match written {
            Ok(()) => {
                self.sent.push(self.answers.len());
                self.waiting += 1;
                self.answers
                    .push(Answer::Open(Collected::new(self.operation)));
            }
            Err(error) => self.answers.push(Answer::Closed(Err(error))),
        }
    }

    /// Enters a part of the answers; whether it was the last.
    fn take(&mut self, requests: &Outgoing, part: Part<'_>) -> bool {
        match part {
            Part::Cut(needed) => self.cut = Some(needed),
            Part::Object(at, object) => {
                if let Some(Answer::Open(collected)) = self.answer(at) {
                    collected.push(object);
                }
            }
            Part::Finished(at, verdict) => {
                let refused = self.refused(requests, at, verdict);
                if let Some(answer @ Answer::Open(_)) = self.answer(at) {
                    answer.finish(refused);
                    self.waiting -= 1;
                }
            }
        }
        self.waiting == 0
    }

    fn answer(&mut self, at: usize) -> Option<&mut Answer<R>> {
        let index = *self.sent.get(at)?;
        self.answers.get_mut(index)
    }

    /// Why the request at `at` failed, if it did.
    fn refused(&mut self, requests: &Outgoing, at: usize, verdict: Verdict) -> Option<Error> {
        let operation = self.operation;
        let cut = self.cut.take();
        match verdict.errno {
            Some(errno) => requests
                .refusal(at, errno, verdict.into_ext_ack())
                .map(|refusal| Error::Kernel(Box::new(refusal))),
            None => cut.map(|needed| Error::Truncated { operation, needed }),
        }
    }

    /// Nothing of the row could be sent.
    fn not_sent(&mut self, error: &io::Error) {
        for answer in &mut self.answers {
            let error = match error.raw_os_error() {
                Some(number) => io::Error::from_raw_os_error(number),
                None if Forked::is(error) => io::Error::other(Forked),
                None => io::Error::new(error.kind(), error.to_string()),
            };
            answer.finish(Some(Error::io("sending requests")(error)));
        }
    }

    /// The most bytes that the objects of an answer had.
    fn longest(&self) -> usize {
        let sizes = self.answers.iter().map(|answer| match answer {
            Answer::Open(collected) | Answer::Closed(Ok(collected)) => collected.size(),
            Answer::Closed(Err(Error::Truncated { needed, .. })) => *needed,
            Answer::Closed(Err(_)) => 0,
        });
        sizes.max().unwrap_or(0)
    }

    /// The answers, with those that did not come.
    fn close(self) -> impl Iterator<Item = Result<Collected<R>, Error>> {
        let operation = self.operation;
        self.answers.into_iter().map(move |answer| match answer {
            Answer::Closed(answer) => answer,
            Answer::Open(_) => Err(Error::OutcomeUnknown { operation }),
        })
    }
}

impl<R> Answer<R> {
    /// Ends an answer that has not ended.
    fn finish(&mut self, failed: Option<Error>) {
        if let Self::Open(collected) = self {
            let collected = std::mem::replace(collected, Collected::new(collected.operation()));
            *self = Self::Closed(match failed {
                None => Ok(collected),
                Some(error) => Err(error),
            });
        }
    }
}
