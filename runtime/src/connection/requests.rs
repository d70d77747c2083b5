//! What a connection does, written once: the blocking and the asynchronous connections call it with their
//! own way to wait.
//!
//! A future of these may be dropped at any point where it waits. Then its request is given up: what still
//! arrives for it is a stray, and a dump is read to its end before the next.

use std::time::Duration;

use super::Connection;
use crate::answer::{Keep, reply};
use crate::exchange::Wait;
use crate::outgoing;
use crate::readiness::{Blocking, Readiness, now};
use crate::{
    Collected, Direction, Dump, DumpStream, Encode, Errno, Error, Interrupted, MessageHeader,
    Messages, Operation, Request, flags, nlctrl, trace,
};

impl Connection {
    /// [`call_with`](Connection::call_with) for code that may block: a future is entered only when something is
    /// waited for.
    pub(super) fn call_at_once<R: Request>(
        &mut self,
        flags: u16,
        request: &R,
    ) -> Result<R::Reply<'_>, Error> {
        let Some(family) = self.known_id(R::OP.family())? else {
            return now(self.call_on(&mut Blocking, flags, request));
        };
        let span = trace::request(R::OP, flags);
        let begun = trace::inside(&span, || {
            let wait = self.write(family, R::OP, request, flags)?;
            Ok::<_, Error>(self.begin_answer::<R>(R::OP, wait, |_| Keep::Yes))
        })?;
        let wait = match begun.end {
            Ok(true) => begun.wait,
            _ => {
                let mut ready = Blocking;
                let rest = self.rest_of::<R>(&mut ready, R::OP, begun, |_| Keep::Yes);
                now(trace::within(&span, rest))?
            }
        };
        self.first_reply::<R>(wait)
    }

    /// [`call_with`](Connection::call_with).
    pub(crate) async fn call_on<R: Request>(
        &mut self,
        ready: &mut impl Readiness,
        flags: u16,
        request: &R,
    ) -> Result<R::Reply<'_>, Error> {
        let asked = async {
            let wait = self.send(ready, R::OP, request, flags).await?;
            self.answer::<R>(ready, R::OP, wait, |_| Keep::Yes).await
        };
        let wait = trace::within(&trace::request(R::OP, flags), asked).await?;
        self.first_reply::<R>(wait)
    }

    /// The first reply to a request of `R`, of those that were kept.
    pub(super) fn first_reply<R: Request>(&self, wait: Wait) -> Result<R::Reply<'_>, Error> {
        let operation = R::OP;
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
        let asked = async {
            let wait = self.send(ready, operation, request, flags).await?;
            self.answer::<T>(ready, operation, wait, |run| collected.push(run))
                .await
        };
        trace::within(&trace::request(operation, flags), asked).await?;
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
            let wait = self.start_dump(ready, operation, request).await?;
            let end = self
                .answer::<T>(ready, operation, wait, |run| collected.push(run))
                .await;
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
                Err(error) => return Err(error),
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
        while let Some((_, message)) = self.inbox.next_message() {
            self.exchange.pass(message);
        }
        self.inbox.forget();
    }

    /// Reads away what is left of a dump that was not read to its end.
    pub(super) async fn end_dump(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
    ) -> Result<(), Error> {
        loop {
            self.leave_answers();
            if !self.exchange.dump_goes_on() {
                return Ok(());
            }
            // The kernel queues a part while the one before it is received. So when nothing is there, the end
            // was in what was cut.
            let cut = self.exchange.dump_is_cut();
            let patience = match cut {
                true => Some(Duration::ZERO),
                false => self.settings.deadline,
            };
            match self.receive_within(ready, operation, patience).await {
                Ok(()) => {}
                // What is lost is nobody's. The end is not: a full queue delays a dump.
                Err(Error::Truncated { .. } | Error::Overrun { .. }) => {}
                Err(error @ Error::Timeout { .. }) => {
                    self.exchange.give_up_dump();
                    return if cut { Ok(()) } else { Err(error) };
                }
                Err(error) => return Err(error),
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
        let wait = self.exchange.begin();
        let header = MessageHeader {
            flags: flags::REQUEST | flags::ACK | extra,
            seq: wait.seq,
            port_id: self.exchange.port_id(),
            ..MessageHeader::default()
        };
        self.warning = None;
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
