//! Receiving the answer to a request.
//!
//! Answers are usually there when a request returns. So what comes is read by plain functions, and a future is
//! entered only to wait, or to let others run.

use std::os::fd::AsFd;

use super::Connection;
use crate::family::Operation;
use crate::link::Readiness;
use crate::session::{
    Asked, Direction, Error, Event, Keep, Patience, Receipt, Run, Verdict, Wait, returned, trace,
};
use crate::wire::{Encode, MessageHeader, Messages};

/// An answer that is being received.
#[derive(Debug)]
pub(super) struct Begun {
    wait: Wait,
    patience: Patience,
    /// A refusal is final: objects came before it, or this was asked for again.
    last_try: bool,
}

/// How far an answer has got.
#[derive(Debug)]
pub(super) enum Progress {
    /// It is complete.
    Whole,
    /// A datagram was read. Another may be queued.
    Some,
    /// Nothing is queued.
    None,
}

/// What a look into the queue brought.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Look {
    /// The inbox has a datagram of the kernel.
    Datagram,
    /// A datagram of this length that somebody else had sent was dropped.
    Foreign(usize),
    /// Nothing was queued.
    Nothing,
}

impl Begun {
    pub(super) fn new(wait: Wait, patience: Patience) -> Self {
        Self {
            wait,
            patience,
            last_try: false,
        }
    }

    /// What the answer answers.
    pub(super) fn wait(&self) -> Wait {
        self.wait
    }
}

impl Connection {
    /// How long each part of an answer is waited for, and until when all of it.
    pub(crate) fn patience(&self) -> Patience {
        Patience::new(self.settings.timeout, self.settings.deadline)
    }

    /// Receives until the answer is complete, and hands the objects in it to `objects`. What was asked of a
    /// family that has got another id is asked again, once.
    pub(super) async fn answer<T: Encode>(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
        wait: Wait,
        objects: impl FnMut(Run<'_>) -> Keep,
    ) -> Result<Wait, Error> {
        let mut begun = Begun::new(wait, self.patience());
        self.rest_of::<T>(ready, operation, &mut begun, objects)
            .await?;
        Ok(begun.wait)
    }

    /// Reads what is queued of an answer, and says whether it is complete. Most of the time it is.
    #[inline]
    pub(super) fn begin_answer<T: Encode>(
        &mut self,
        operation: &'static Operation,
        begun: &mut Begun,
        mut objects: impl FnMut(Run<'_>) -> Keep,
    ) -> Result<bool, Error> {
        loop {
            match self.step::<T>(operation, begun, &mut objects)? {
                Progress::Whole => return Ok(true),
                Progress::Some => {}
                Progress::None => return Ok(false),
            }
        }
    }

    /// The rest of an [`answer`](Self::answer).
    pub(super) async fn rest_of<T: Encode>(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
        begun: &mut Begun,
        mut objects: impl FnMut(Run<'_>) -> Keep,
    ) -> Result<(), Error> {
        loop {
            match self.step::<T>(operation, begun, &mut objects) {
                Ok(Progress::Whole) => return Ok(()),
                Ok(Progress::Some) => ready.proceed().await,
                Ok(Progress::None) => self.wait(ready, operation, &mut begun.patience).await?,
                // What is rare goes into a future of its own, which need not be moved with every request.
                Err(error) => Box::pin(self.ask_again(ready, operation, begun, error)).await?,
            }
        }
    }

    /// Asks again for what was refused because the family has got another id.
    ///
    /// # Errors
    /// `error` where that is not why.
    pub(super) async fn ask_again(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
        begun: &mut Begun,
        error: Error,
    ) -> Result<(), Error> {
        if begun.last_try {
            return Err(error);
        }
        match self
            .send_to_new_id(ready, operation, &error, begun.wait)
            .await?
        {
            Some(again) => begun.wait = again,
            None => return Err(error),
        }
        begun.last_try = true;
        begun.patience.renew();
        Ok(())
    }

    /// Receives until the answer to what was sent is complete.
    pub(super) async fn answer_to<T: Encode>(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
        wait: Wait,
        objects: impl FnMut(Run<'_>) -> Keep,
    ) -> Result<Wait, Error> {
        let mut begun = Begun::new(wait, self.patience());
        begun.last_try = true;
        self.rest_of::<T>(ready, operation, &mut begun, objects)
            .await?;
        Ok(begun.wait)
    }

    /// Receives a datagram, if one is queued, and reads what it has of an answer.
    #[inline]
    fn step<T: Encode>(
        &mut self,
        operation: &'static Operation,
        begun: &mut Begun,
        mut objects: impl FnMut(Run<'_>) -> Keep,
    ) -> Result<Progress, Error> {
        let unwanted = match self.look(operation)? {
            Look::Nothing => return Ok(Progress::None),
            Look::Foreign(len) => len,
            Look::Datagram => {
                let len = self.inbox.datagram().len();
                let (part, verdict) = self.read_answer(operation, begun, &mut objects)?;
                if let Some(verdict) = verdict {
                    self.conclude::<T>(operation, verdict)?;
                    if operation.returned().is_some() && !begun.wait.answered {
                        self.reply_returned(operation, objects);
                    }
                    return Ok(Progress::Whole);
                }
                match part {
                    false => len,
                    true if begun.patience.is_past_deadline() => {
                        return Err(Error::Deadline { operation });
                    }
                    true => {
                        begun.patience.renew();
                        return Ok(Progress::Some);
                    }
                }
            }
        };
        match begun.patience.is_over_after(unwanted, &self.socket) {
            true => Err(begun.patience.error(operation)),
            false => Ok(Progress::Some),
        }
    }

    /// Reads the last datagram: whether it has a part of the answer, and how that ends if it does.
    #[inline]
    fn read_answer(
        &mut self,
        operation: &'static Operation,
        begun: &mut Begun,
        mut objects: impl FnMut(Run<'_>) -> Keep,
    ) -> Result<(bool, Option<Verdict>), Error> {
        let (mut keep, mut full) = (false, false);
        let mut part = false;
        let mut end = None;
        let mut overrun = false;
        let mut messages = Messages::new(self.inbox.datagram());
        // Read whole, whatever it holds: the end of a dump that was left may be in it.
        loop {
            let run = self.exchange.objects(&mut begun.wait, &mut messages);
            if run.count != 0 {
                part = true;
                begun.last_try = true;
                if end.is_none() && !full {
                    match objects(run) {
                        Keep::Yes => keep = true,
                        Keep::No => {}
                        Keep::Full => full = true,
                    }
                }
            }
            let Some(message) = messages.next() else {
                break;
            };
            match self.exchange.read(&mut begun.wait, message) {
                Event::Finished(verdict) if end.is_none() => end = Some(verdict),
                Event::Overrun => overrun = true,
                Event::Object | Event::Finished(_) | Event::Stray => {}
            }
        }
        match keep {
            true => self.inbox.keep(),
            false => self.inbox.drop_datagram(),
        }
        if overrun {
            return Err(Error::Overrun { operation });
        }
        if full {
            let limit = self.settings.answer_cap;
            return Err(Error::TooLarge { operation, limit });
        }
        Ok((part, end))
    }

    /// Receives the next datagram from the kernel into the inbox, for who reads it message by message and has found
    /// in one of `unwanted` bytes nothing of what is waited for.
    pub(crate) async fn receive_part(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
        patience: &mut Patience,
        unwanted: Option<usize>,
    ) -> Result<(), Error> {
        let over = match unwanted {
            Some(len) => patience.is_over_after(len, &self.socket),
            None => patience.is_past_deadline(),
        };
        if over {
            return Err(patience.error(operation));
        }
        ready.proceed().await;
        while !self.receive_queued(ready, operation, patience).await? {
            self.wait(ready, operation, patience).await?;
        }
        Ok(())
    }

    /// Receives the next datagram from the kernel into the inbox, if one is queued; what others send is dropped.
    pub(super) async fn receive_queued(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
        patience: &mut Patience,
    ) -> Result<bool, Error> {
        loop {
            match self.look(operation)? {
                Look::Datagram => return Ok(true),
                Look::Nothing => return Ok(false),
                Look::Foreign(len) if patience.is_over_after(len, &self.socket) => {
                    return Err(patience.error(operation));
                }
                Look::Foreign(_) => ready.proceed().await,
            }
        }
    }

    /// Receives a datagram, if one is queued.
    #[inline]
    fn look(&mut self, operation: &'static Operation) -> Result<Look, Error> {
        match self.inbox.receive(&self.socket) {
            Ok(Receipt::Datagram { sender, group, len }) => {
                if !self.exchange.accept(sender, group, len) {
                    self.inbox.drop_datagram();
                    return Ok(Look::Foreign(len));
                }
                self.observer
                    .show(Direction::Received, self.inbox.datagram());
                trace::datagram(Direction::Received, self.inbox.datagram());
                Ok(Look::Datagram)
            }
            Ok(Receipt::Truncated { sender, needed }) => {
                if !self.exchange.accept(sender, 0, needed) {
                    return Ok(Look::Foreign(needed));
                }
                self.inbox.grow(needed);
                self.exchange.cut();
                Err(Error::Truncated { operation, needed })
            }
            Ok(Receipt::Nothing) => Ok(Look::Nothing),
            Err(error) => Err(self.not_received(operation, error)),
        }
    }

    /// Drops what is queued between two requests, when the queue was full or may have been: none of it is an answer. As
    /// long as a queue that was full is not empty, the kernel queues no answers, either, and does not say so again.
    pub(super) fn drop_queued(&mut self) {
        let queue = self.socket.receive_buffer().unwrap_or(0);
        let mut dropped = Patience::endless();
        loop {
            let len = match self.inbox.receive(&self.socket) {
                Ok(Receipt::Datagram { sender, group, len }) => {
                    match self.exchange.accept(sender, group, len) {
                        true => self.pass_datagram(),
                        false => self.inbox.drop_datagram(),
                    }
                    len
                }
                Ok(Receipt::Truncated { sender, needed }) => {
                    if self.exchange.accept(sender, 0, needed) {
                        self.exchange.cut();
                    }
                    needed
                }
                Ok(Receipt::Nothing) => return,
                Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => {
                    self.count_losses();
                    0
                }
                // The next request will meet it.
                Err(_) => return,
            };
            if dropped.drop(len) > queue {
                return;
            }
        }
    }

    /// What a failure to receive means.
    #[cold]
    fn not_received(&mut self, operation: &'static Operation, error: std::io::Error) -> Error {
        if error.raw_os_error() != Some(libc::ENOBUFS) {
            return Error::io("receiving an answer")(error);
        }
        trace::overrun();
        self.congested = true;
        self.count_losses();
        Error::Overrun { operation }
    }

    fn count_losses(&mut self) {
        if let Ok(drops) = self.socket.drops() {
            self.exchange.lost_since(drops);
        }
    }

    /// Waits for a datagram.
    pub(super) async fn wait(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
        patience: &mut Patience,
    ) -> Result<(), Error> {
        const DOING: &str = "waiting for an answer";
        let until = patience.ends();
        if until.is_none() {
            // Nothing may come any more.
            self.socket.may_wait().map_err(Error::io(DOING))?;
        }
        let in_time = ready.readable(self.socket.as_fd(), until).await;
        match in_time.map_err(Error::io(DOING))? {
            true => Ok(()),
            false => Err(patience.error(operation)),
        }
    }

    /// What a verdict means to the caller.
    #[inline]
    pub(crate) fn conclude<T: Encode>(
        &mut self,
        operation: &'static Operation,
        verdict: Verdict,
    ) -> Result<(), Error> {
        match verdict.errno {
            None => {
                self.warning = verdict.ext_ack;
                self.returned = verdict.returned;
                match verdict.dropped {
                    None => Ok(()),
                    Some(dropped) => Err(dropped.error(operation)),
                }
            }
            Some(errno) => {
                let refusal =
                    Asked::of::<T>(operation).refusal(&self.request, errno, verdict.into_ext_ack());
                Err(Error::Kernel(Box::new(refusal)))
            }
        }
    }

    /// Makes a reply of the number that the kernel returned.
    #[cold]
    fn reply_returned(
        &mut self,
        operation: &'static Operation,
        mut objects: impl FnMut(Run<'_>) -> Keep,
    ) {
        let Some((header, _)) = MessageHeader::split(&self.request) else {
            return;
        };
        if let Some(reply) = returned::reply(operation, header, self.returned)
            && objects(Run::of(&reply)) == Keep::Yes
        {
            self.inbox.keep_copy(&reply);
        }
    }
}
