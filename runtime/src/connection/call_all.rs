//! Many requests at once.

use std::io;
use std::ops::Range;

use super::Connection;
use super::row::{Ended, Next, Part, same_error};
use crate::family::{Operation, Request};
use crate::link::{Blocking, Readiness, now};
use crate::session::{Collected, Error, Expected, Outgoing, Row, Run, Verdict, returned, trace};
use crate::wire::flags;

impl Connection {
    /// Makes many requests of one kind, several in each datagram, and gives each one's answer, in their
    /// order. It takes fewer system calls than one [`call`](Self::call) for each.
    ///
    /// As many are sent before their answers are read as the kernel's queue for this socket holds
    /// ([`ConnectionBuilder::socket_buffer`](crate::ConnectionBuilder::socket_buffer)), reckoned by the
    /// answers seen so far. What is lost nonetheless is reported. One request that is too long for a datagram to the
    /// kernel fails by itself (`EMSGSIZE`).
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
    /// answer was lost, did not come in time or could not be received, with the cause; [`Error::TooLarge`] for one
    /// whose answer did not fit what may be collected
    /// ([`answer_cap`](crate::ConnectionBuilder::answer_cap)) any more; and [`Error::NotSent`] for those behind that
    /// were not sent for that. The call itself fails, without anything sent, when the family is not found or the
    /// deadline has passed.
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
        let limit = self.settings.answer_cap;
        let mut room = limit;
        let mut rest = requests.iter();
        let mut row = Outgoing::default();
        let mut probed = false;
        while !rest.as_slice().is_empty() {
            ready.proceed().await;
            if self.patience().is_past_deadline() {
                if answers.is_empty() {
                    return Err(Error::Deadline { operation: R::OP });
                }
                break;
            }
            let mut sheet = Sheet::new(R::OP, Expected::of(R::OP, family), room);
            row.clear();
            while row.len() < window.size
                && row.bytes().len() < SEND_BYTES
                && sheet.unsent() < UNSENT
            {
                let Some(request) = rest.next() else { break };
                let flags = flags::REQUEST | flags::ACK | flags;
                sheet.enter(row.push(R::OP, family, flags, request));
            }
            let ended = self.call_row(ready, &mut row, &mut sheet).await;
            window.after(&ended, sheet.longest());
            room = sheet.room;
            answers.extend(sheet.close(&ended, limit));
            // The first request that is sent goes alone, and finds out whether the family was loaded again.
            if row.len() != 0
                && !std::mem::replace(&mut probed, true)
                && let Some(Err(error)) = answers.last()
                && let Some(id) = self.moved(ready, R::OP, error).await?
            {
                family = id;
                answers.clear();
                rest = requests.iter();
                continue;
            }
            if !matches!(ended, Ended::Whole | Ended::Lost) {
                break;
            }
        }
        answers.extend(rest.map(|_| Err(Error::NotSent { operation: R::OP })));
        Ok(answers)
    }

    /// Sends a row of requests and enters their answers. Where they are too long for one datagram, each goes alone.
    async fn call_row<R: Request>(
        &mut self,
        ready: &mut impl Readiness,
        requests: &mut Outgoing,
        sheet: &mut Sheet<R>,
    ) -> Ended {
        let all = 0..requests.len();
        if all.is_empty() {
            return Ended::Whole;
        }
        match self.send_part(requests, all.clone(), sheet.expected) {
            Ok(row) => return self.receive_answers(ready, requests, all, row, sheet).await,
            Err(error) if all.len() == 1 || error.raw_os_error() != Some(libc::EMSGSIZE) => {
                sheet.not_sent(all, &error);
                return Ended::Whole;
            }
            Err(_) => {}
        }
        for at in all {
            ready.proceed().await;
            let one = at..at + 1;
            let row = match self.send_part(requests, one.clone(), sheet.expected) {
                Ok(row) => row,
                Err(error) => {
                    sheet.not_sent(one, &error);
                    continue;
                }
            };
            let ended = self.receive_answers(ready, requests, one, row, sheet).await;
            if !matches!(ended, Ended::Whole) {
                sheet.leave(at + 1..requests.len());
                return ended;
            }
        }
        Ended::Whole
    }

    /// Sends some requests of a row in one datagram.
    fn send_part(
        &mut self,
        requests: &mut Outgoing,
        part: Range<usize>,
        expected: Expected,
    ) -> io::Result<Row> {
        let row = self.exchange.begin_row(part.len(), expected);
        requests.number(part.clone(), row, self.exchange.port_id());
        self.warning = None;
        self.returned = 0;
        self.leave_answers();
        let bytes = requests.bytes_of(part.clone());
        self.socket.send(bytes)?;
        self.note_sent(part.len(), bytes);
        Ok(row)
    }

    /// Receives the answers to some requests of a row, which were sent as `row`, and enters them.
    async fn receive_answers<R: Request>(
        &mut self,
        ready: &mut impl Readiness,
        requests: &Outgoing,
        part: Range<usize>,
        row: Row,
        sheet: &mut Sheet<R>,
    ) -> Ended {
        let first = part.start;
        let mut waiting = part.len();
        let enter = |part: Part<'_>| match part {
            Part::Cut(needed) => {
                sheet.cut = Some(needed);
                Next::Wait
            }
            Part::Object(at, object) => sheet.push(first + at, object),
            Part::Finished(at, verdict) => {
                if !sheet.finish(requests, first + at, verdict) {
                    return Next::Ignore;
                }
                waiting -= 1;
                if waiting == 0 { Next::Last } else { Next::Wait }
            }
        };
        self.receive_row(ready, R::OP, row, enter).await
    }
}

/// How many bytes of requests begin another datagram: well below the least that systems allow for one.
const SEND_BYTES: usize = 64 * 1024;

/// How many requests that cannot be written end a row: others have their turn then.
const UNSENT: usize = 64;

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
    fn after(&mut self, ended: &Ended, longest: usize) {
        self.longest = self.longest.max(longest);
        let cost = self.longest.saturating_mul(2).saturating_add(ANSWER_COST);
        self.size = match ended {
            Ended::Whole => self.size.saturating_mul(4).min(self.queue / cost).max(1),
            _ => 1,
        };
    }
}

/// The answers to the requests of one row, some of which could not be written and are not in the row.
struct Sheet<R> {
    operation: &'static Operation,
    expected: Expected,
    answers: Vec<Answer<R>>,
    /// Of each request in the row, the index of its answer.
    sent: Vec<usize>,
    cut: Option<usize>,
    /// How many bytes of answers there may be still.
    room: usize,
}

/// What came for a request.
enum Answer<R> {
    Open(Collected<R>),
    Closed(Result<Collected<R>, Error>),
}

impl<R: Request> Sheet<R> {
    /// A sheet with room for so many bytes of answers.
    fn new(operation: &'static Operation, expected: Expected, room: usize) -> Self {
        Self {
            operation,
            expected,
            answers: Vec::new(),
            sent: Vec::new(),
            cut: None,
            room,
        }
    }

    /// How many requests could not be written.
    fn unsent(&self) -> usize {
        self.answers.len() - self.sent.len()
    }

    /// Enters the next request: one that is in the row, or why it is not.
    fn enter(&mut self, written: Result<(), Error>) {
        self.answers.push(match written {
            Ok(()) => {
                self.sent.push(self.answers.len());
                Answer::Open(Collected::new(self.operation))
            }
            Err(error) => Answer::Closed(Err(error)),
        });
    }

    /// Enters an object of the answer to the request at `at` in the row.
    fn push(&mut self, at: usize, object: Run<'_>) -> Next {
        let (len, room) = (object.bytes.len(), self.room);
        let Some(Answer::Open(collected)) = self.answer(at) else {
            return Next::Ignore;
        };
        if room < len {
            return Next::Full;
        }
        collected.push(object, usize::MAX);
        self.room -= len;
        Next::Wait
    }

    /// Enters how the request at `at` in the row ended; `false` when it had ended before.
    fn finish(&mut self, requests: &Outgoing, at: usize, verdict: Verdict) -> bool {
        let (operation, number) = (self.operation, verdict.returned);
        let refused = self.refused(requests, at, verdict);
        match self.answer(at) {
            Some(answer @ Answer::Open(_)) => {
                if let (Answer::Open(collected), None) = (&mut *answer, &refused) {
                    collected.returns(number);
                    let header = requests.header_of(at);
                    if collected.is_empty()
                        && let Some(reply) = returned::reply(operation, header, number)
                    {
                        collected.push(Run::of(&reply), usize::MAX);
                    }
                }
                answer.finish(refused);
                true
            }
            _ => false,
        }
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
            None => match (cut, verdict.dropped) {
                (Some(needed), _) => Some(Error::Truncated { operation, needed }),
                (None, dropped) => dropped.map(|dropped| dropped.error(operation)),
            },
        }
    }

    /// Some requests of the row could not be sent.
    fn not_sent(&mut self, part: Range<usize>, error: &io::Error) {
        for at in part {
            if let Some(answer) = self.answer(at) {
                answer.finish(Some(Error::io("sending requests")(same_error(error))));
            }
        }
    }

    /// Some requests of the row are not sent, for what became of one before.
    fn leave(&mut self, part: Range<usize>) {
        let operation = self.operation;
        for at in part {
            if let Some(answer) = self.answer(at) {
                answer.finish(Some(Error::NotSent { operation }));
            }
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

    /// The answers, with those that did not come for what ended the row. `limit` is how many bytes of all answers
    /// together are collected.
    fn close(
        self,
        ended: &Ended,
        limit: usize,
    ) -> impl Iterator<Item = Result<Collected<R>, Error>> {
        let operation = self.operation;
        self.answers.into_iter().map(move |answer| match answer {
            Answer::Closed(answer) => answer,
            Answer::Open(_) => Err(match ended.cause(operation).map(Box::new) {
                Some(cause) => Error::OutcomeUnknown { operation, cause },
                None => Error::TooLarge { operation, limit },
            }),
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
