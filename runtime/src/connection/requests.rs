//! What a connection does, written once: the blocking and the asynchronous connections call it with their
//! own way to wait.
//!
//! A future of these may be dropped at any point where it waits. Then its request is given up: what still
//! arrives for it is a stray, and a dump is read to its end before the next.

use super::Connection;
use super::receive::Begun;
use crate::connection::dump_stream::DumpStream;
use crate::family::{Dump, Operation, Request};
use crate::link::{Blocking, Readiness, now};
use crate::nlctrl;
use crate::session::{
    Collected, Direction, Error, Expected, Interrupted, Keep, Run, Wait, outgoing, reply, trace,
};
use crate::wire::{Encode, Errno, MessageHeader, Messages, flags};

/// The replies to a request that is to have one. The first is kept.
#[derive(Debug)]
pub(super) struct Replies {
    count: usize,
    bytes: usize,
    cap: usize,
}

impl Replies {
    pub(super) const fn new(cap: usize) -> Self {
        Self {
            count: 0,
            bytes: 0,
            cap,
        }
    }

    #[inline]
    pub(super) fn count(&mut self, run: Run<'_>) -> Keep {
        let first = self.count == 0;
        self.count += run.count;
        self.bytes = self.bytes.saturating_add(run.bytes.len());
        if self.bytes > self.cap {
            return Keep::Full;
        }
        if first { Keep::Yes } else { Keep::No }
    }
}

impl Connection {
    /// [`call_with`](Connection::call_with) for code that may block: a future is entered only when something is
    /// waited for.
    pub(super) fn call_at_once<R: Request>(
        &mut self,
        flags: u16,
        request: &R,
    ) -> Result<R::Reply<'_>, Error> {
        let known = self.known_id(R::OP.family())?;
        let Some(family) = known.filter(|_| !R::OP.lacks().sequence) else {
            return now(self.call_on(&mut Blocking, flags, request));
        };
        let span = trace::request(R::OP, flags);
        let mut replies = Replies::new(self.settings.answer_cap);
        let (mut begun, whole) = trace::inside(&span, || {
            let wait = self.write(family, R::OP, request, flags)?;
            let mut begun = Begun::new(wait, self.patience());
            let whole = self.begin_answer::<R>(R::OP, &mut begun, |run| replies.count(run));
            Ok::<_, Error>((begun, whole))
        })?;
        if !matches!(whole, Ok(true)) {
            let mut ready = Blocking;
            let rest = async {
                if let Err(error) = whole {
                    self.ask_again(&mut ready, R::OP, &mut begun, error).await?;
                }
                let objects = |run: Run<'_>| replies.count(run);
                self.rest_of::<R>(&mut ready, R::OP, &mut begun, objects)
                    .await
            };
            now(trace::within(&span, rest))?;
        }
        self.only_reply::<R>(begun.wait(), &replies)
    }

    /// [`call_with`](Connection::call_with).
    pub(crate) async fn call_on<R: Request>(
        &mut self,
        ready: &mut impl Readiness,
        flags: u16,
        request: &R,
    ) -> Result<R::Reply<'_>, Error> {
        let mut replies = Replies::new(self.settings.answer_cap);
        let asked = async {
            let wait = self.send(ready, R::OP, request, flags).await?;
            let objects = |run: Run<'_>| replies.count(run);
            self.answer::<R>(ready, R::OP, wait, objects).await
        };
        let wait = trace::within(&trace::request(R::OP, flags), asked).await?;
        self.only_reply::<R>(wait, &replies)
    }

    /// The reply to a request of `R`, which was kept. Of an operation with a reply there must be one.
    pub(super) fn only_reply<R: Request>(
        &self,
        wait: Wait,
        replies: &Replies,
    ) -> Result<R::Reply<'_>, Error> {
        let operation = R::OP;
        if replies.count > 1 && operation.reply().is_some() {
            let count = replies.count;
            return Err(Error::SeveralReplies { operation, count });
        }
        let first = Messages::new(self.inbox.kept())
            .find(|message| self.exchange.is_object(&wait, message));
        reply(operation, first)
    }

    /// [`call_collected`](Connection::call_collected).
    pub(crate) async fn call_collected_on<R: Request>(
        &mut self,
        ready: &mut impl Readiness,
        request: &R,
    ) -> Result<Collected<R>, Error> {
        self.collect(ready, R::OP, 0, request).await
    }

    /// All replies to a request.
    pub(crate) async fn collect<R, T: Encode>(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
        flags: u16,
        request: &T,
    ) -> Result<Collected<R>, Error> {
        let mut collected = Collected::new(operation);
        let cap = self.settings.answer_cap;
        let asked = async {
            let wait = self.send(ready, operation, request, flags).await?;
            let objects = |run: Run<'_>| collected.push(run, cap);
            self.answer::<T>(ready, operation, wait, objects).await
        };
        trace::within(&trace::request(operation, flags), asked).await?;
        collected.returns(self.returned);
        Ok(collected)
    }

    /// [`dump`](Connection::dump).
    pub(crate) async fn dump_on<D: Dump>(
        &mut self,
        ready: &mut impl Readiness,
        request: &D,
    ) -> Result<Collected<D>, Error> {
        self.collect_dump(ready, D::OP, request).await
    }

    /// All objects of a dump.
    pub(crate) async fn collect_dump<D, T: Encode>(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
        request: &T,
    ) -> Result<Collected<D>, Error> {
        let span = trace::request(operation, flags::DUMP);
        trace::within(&span, self.dump_whole(ready, operation, request)).await
    }

    /// Dumps until one is complete, or often enough.
    async fn dump_whole<D, T: Encode>(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
        request: &T,
    ) -> Result<Collected<D>, Error> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let mut collected = Collected::new(operation);
            let cap = self.settings.answer_cap;
            let wait = self.start_dump(ready, operation, request).await?;
            let objects = |run: Run<'_>| collected.push(run, cap);
            let end = self.answer::<T>(ready, operation, wait, objects).await;
            let again = match end {
                Ok(wait) if !wait.interrupted => return Ok(collected),
                Ok(_) => Error::Interrupted(Box::new(Interrupted::new(attempts, collected))),
                // The buffer has grown meanwhile; a dump changes nothing, so it may be repeated.
                Err(error @ Error::Truncated { needed, .. })
                    if needed <= self.settings.receive_cap =>
                {
                    error
                }
                // An object did not fit the part that the kernel made before it knew what is offered to
                // receives. Now it knows.
                Err(error) if attempts == 1 && error.errno() == Some(Errno::EMSGSIZE) => error,
                Err(error) => {
                    self.exchange.give_up_on(&error);
                    return Err(error);
                }
            };
            if attempts >= self.settings.dump_attempts {
                return Err(again);
            }
            self.exchange.stats.retries += 1;
            trace::retry(attempts, &again);
        }
    }

    /// [`dump_stream`](Connection::dump_stream).
    pub(crate) async fn dump_stream_on<D: Dump>(
        &mut self,
        ready: &mut impl Readiness,
        request: &D,
    ) -> Result<DumpStream<'_, D>, Error> {
        let span = trace::request(D::OP, flags::DUMP);
        let wait = trace::within(&span, self.start_dump(ready, D::OP, request)).await?;
        Ok(DumpStream::new(self, wait, span))
    }

    async fn start_dump<T: Encode>(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
        request: &T,
    ) -> Result<Wait, Error> {
        self.end_dump(ready, operation).await?;
        if self.exchange.stats.datagrams == 0 && operation.family().is_generic() {
            // The kernel makes the first part of a dump while the request is sent, no larger than
            // what earlier receives offered: there must be one.
            Box::pin(self.resolve(ready, &nlctrl::FAMILY)).await?;
        }
        let mut wait = self.send(ready, operation, request, flags::DUMP).await?;
        self.exchange.dump_begins(&mut wait);
        Ok(wait)
    }

    /// Makes room for the next answers. The end of a dump may lie in a datagram that a stream has not read to
    /// its end.
    pub(super) fn leave_answers(&mut self) {
        self.pass_datagram();
        if std::mem::take(&mut self.congested) {
            self.drop_queued();
        }
        self.inbox.forget();
    }

    /// Reads what is left of the last datagram, which nobody waits for.
    pub(super) fn pass_datagram(&mut self) {
        while let Some((_, message)) = self.inbox.next_message() {
            self.exchange.pass(message);
        }
        self.inbox.drop_datagram();
    }

    /// Reads away what is left of a dump that was not read to its end, or goes on with another socket where there
    /// is no end to be seen.
    pub(super) async fn end_dump(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
    ) -> Result<(), Error> {
        // What is read away is no answer: it does not begin the time of quiet anew.
        let mut patience = self.patience();
        let begun = self.exchange.stats.bytes;
        loop {
            self.leave_answers();
            if !self.exchange.dump_goes_on() {
                return Ok(());
            }
            let read = self.exchange.stats.bytes - begun;
            let endless = self.exchange.dump_is_given_up() || read > READ_AWAY;
            if endless && self.renew(ready) {
                return Ok(());
            }
            let limit = self.settings.answer_cap;
            if read > limit as u64 {
                self.exchange.forget_dump();
                return Err(Error::TooLarge { operation, limit });
            }
            let received = match self.receive_queued(ready, operation, &mut patience).await {
                // The kernel queues a part while the one before it is received. So when nothing is there, the end
                // was in what was cut.
                Ok(false) if self.exchange.dump_is_cut() => {
                    self.exchange.forget_dump();
                    return Ok(());
                }
                Ok(false) => self.wait(ready, operation, &mut patience).await,
                received => received.map(drop),
            };
            ready.proceed().await;
            match received {
                // Objects that are lost here have no reader. A full queue delays the end and does not lose it.
                Ok(()) | Err(Error::Truncated { .. } | Error::Overrun { .. }) => {}
                Err(Error::Timeout { .. }) if self.renew(ready) => return Ok(()),
                Err(error) => {
                    if matches!(error, Error::Timeout { .. }) {
                        self.exchange.forget_dump();
                    }
                    self.exchange.give_up_on(&error);
                    return Err(error);
                }
            }
        }
    }

    /// Sends a request to its family, whose id is asked for if it is not known.
    async fn send<T: Encode>(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
        body: &T,
        extra: u16,
    ) -> Result<Wait, Error> {
        let family = self.family_id_on(ready, operation.family()).await?;
        if operation.lacks().sequence && self.exchange.dump_goes_on() {
            // Its objects cannot be told from the answer.
            Box::pin(self.end_dump(ready, operation)).await?;
        }
        // Before, so that an answer that is queued is read in the same turn.
        ready.proceed().await;
        self.write(family, operation, body, extra)
    }

    /// Sends a request to the family with the id `family`. Sending does not wait.
    pub(super) fn write<T: Encode>(
        &mut self,
        family: u16,
        operation: &'static Operation,
        body: &T,
        extra: u16,
    ) -> Result<Wait, Error> {
        if self.patience().is_past_deadline() {
            return Err(Error::Deadline { operation });
        }
        let wait = self.exchange.begin(Expected::of(operation, family));
        let header = MessageHeader {
            flags: flags::REQUEST | flags::ACK | extra,
            seq: wait.seq,
            port_id: self.exchange.port_id(),
            ..MessageHeader::default()
        };
        self.warning = None;
        self.returned = 0;
        self.leave_answers();
        self.request.clear();
        outgoing::write(&mut self.request, operation, family, header, body)?;
        trace::numbered(wait.seq);
        self.send_written()?;
        Ok(wait)
    }

    /// Sends the request that is written.
    pub(super) fn send_written(&mut self) -> Result<(), Error> {
        self.socket
            .send(&self.request)
            .map_err(Error::io("sending a request"))?;
        self.exchange.stats.sent += 1;
        self.observer.show(Direction::Sent, &self.request);
        trace::datagram(Direction::Sent, &self.request);
        Ok(())
    }
}

/// How many bytes of a dump that was left are read away before the socket is given up instead: to open another takes
/// as long as some 100 kilobytes.
const READ_AWAY: u64 = 16 * 1024 * 1024;
