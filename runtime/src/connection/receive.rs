//! Receiving the answer to a request.
//!
//! Answers are usually there when a request returns. So what comes is read by plain functions, and a future is
//! entered only to wait.

use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use super::Connection;
use crate::answer::Keep;
use crate::exchange::{Event, Run, Verdict, Wait};
use crate::inbox::Receipt;
use crate::outgoing::Asked;
use crate::readiness::Readiness;
use crate::{Direction, Encode, Error, Messages, Operation, trace};

/// How long something is waited for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    after: Option<Duration>,
    /// When it ends, once somebody had to know: the clock is not read before.
    until: Option<Option<Instant>>,
}

impl Patience {
    /// It ends after that time, which begins with the first miss; never for `None`.
    pub(super) const fn new(after: Option<Duration>) -> Self {
        Self { after, until: None }
    }

    /// When it ends. A time too far for the clock is never.
    fn until(&mut self) -> Option<Instant> {
        let after = self.after;
        *self
            .until
            .get_or_insert_with(|| Instant::now().checked_add(after?))
    }

    fn is_over(&mut self) -> bool {
        self.until().is_some_and(|until| Instant::now() >= until)
    }

    fn timeout(&self, operation: &'static Operation) -> Error {
        let after = self.after.unwrap_or_default();
        Error::Timeout { operation, after }
    }
}

/// An answer of which was read what is there.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) wait: Wait,
    patience: Patience,
    /// A refusal is final: objects came before it, or this was asked for again.
    last_try: bool,
    /// Whether it is complete, or why it never will be.
    pub(super) end: Result<bool, Error>,
}

impl Connection {
    /// How long each part of an answer is waited for.
    pub(super) fn patience(&self) -> Patience {
        Patience::new(self.settings.deadline)
    }

    /// Receives until the answer is complete, and hands the objects in it to `objects`. What was asked of a
    /// family that has got another id is asked again, once.
    pub(super) async fn answer<T: Encode>(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
        wait: Wait,
        mut objects: impl FnMut(Run<'_>) -> Keep,
    ) -> Result<Wait, Error> {
        let begun = self.begin_answer::<T>(operation, wait, &mut objects);
        self.rest_of::<T>(ready, operation, begun, objects).await
    }

    /// Reads what is there of an answer. Most of the time it is all.
    #[inline]
    pub(super) fn begin_answer<T: Encode>(
        &mut self,
        operation: &'static Operation,
        wait: Wait,
        objects: impl FnMut(Run<'_>) -> Keep,
    ) -> Begun {
        let mut begun = Begun {
            wait,
            patience: self.patience(),
            last_try: false,
            end: Ok(false),
        };
        self.go_on::<T>(operation, &mut begun, objects);
        begun
    }

    /// Reads what is there by now.
    #[inline]
    fn go_on<T: Encode>(
        &mut self,
        operation: &'static Operation,
        begun: &mut Begun,
        mut objects: impl FnMut(Run<'_>) -> Keep,
    ) {
        let Begun {
            wait,
            patience,
            last_try,
            end,
        } = begun;
        *end = self.answer_at_once::<T>(operation, wait, patience, |run| {
            *last_try = true;
            objects(run)
        });
    }

    /// The rest of an [`answer`](Self::answer).
    pub(super) async fn rest_of<T: Encode>(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
        mut begun: Begun,
        mut objects: impl FnMut(Run<'_>) -> Keep,
    ) -> Result<Wait, Error> {
        loop {
            match std::mem::replace(&mut begun.end, Ok(false)) {
                Ok(true) => return Ok(begun.wait),
                Ok(false) => self.wait(ready, operation, &mut begun.patience).await?,
                Err(error) if begun.last_try => return Err(error),
                // What is rare goes into a future of its own, which need not be moved with every request.
                Err(error) => {
                    let again = self.send_to_new_id(ready, operation, &error, begun.wait);
                    begun.wait = match Box::pin(again).await? {
                        Some(again) => again,
                        None => return Err(error),
                    };
                    begun.last_try = true;
                    begun.patience = self.patience();
                }
            }
            self.go_on::<T>(operation, &mut begun, &mut objects);
        }
    }

    /// Receives until the answer to what was sent is complete.
    pub(super) async fn answer_to<T: Encode>(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
        mut wait: Wait,
        mut objects: impl FnMut(Run<'_>) -> Keep,
    ) -> Result<Wait, Error> {
        let mut patience = self.patience();
        while !self.answer_at_once::<T>(operation, &mut wait, &mut patience, &mut objects)? {
            self.wait(ready, operation, &mut patience).await?;
        }
        Ok(wait)
    }

    /// Reads what is there of an answer, and says whether it is complete.
    #[inline]
    fn answer_at_once<T: Encode>(
        &mut self,
        operation: &'static Operation,
        wait: &mut Wait,
        patience: &mut Patience,
        mut objects: impl FnMut(Run<'_>) -> Keep,
    ) -> Result<bool, Error> {
        while self.look(operation, patience)? {
            *patience = self.patience();
            if let Some(verdict) = self.read_answer(operation, wait, &mut objects)? {
                self.conclude::<T>(operation, verdict)?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Reads the last datagram, which may end the answer.
    #[inline]
    fn read_answer(
        &mut self,
        operation: &'static Operation,
        wait: &mut Wait,
        mut objects: impl FnMut(Run<'_>) -> Keep,
    ) -> Result<Option<Verdict>, Error> {
        let mut keep = false;
        let mut end = None;
        let mut overrun = false;
        let mut messages = Messages::new(self.inbox.datagram());
        // Read whole, whatever it holds: the end of a dump that was left may be in it.
        loop {
            let run = self.exchange.objects(wait, &mut messages);
            if run.count != 0 && end.is_none() {
                keep |= objects(run) == Keep::Yes;
            }
            let Some(message) = messages.next() else {
                break;
            };
            match self.exchange.read(wait, message) {
                Event::Finished(verdict) if end.is_none() => end = Some(verdict),
                Event::Overrun => overrun = true,
                Event::Object | Event::Finished(_) | Event::Stray => {}
            }
        }
        match keep {
            true => self.inbox.keep(),
            false => self.inbox.drop_datagram(),
        }
        match overrun {
            true => Err(Error::Overrun { operation }),
            false => Ok(end),
        }
    }

    /// Receives the next datagram from the kernel into the inbox; what others send is dropped.
    pub(crate) async fn receive(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
    ) -> Result<(), Error> {
        let after = self.settings.deadline;
        self.receive_within(ready, operation, after).await
    }

    /// The same with a deadline of its own, `None` for none; at zero it only looks.
    pub(super) async fn receive_within(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
        after: Option<Duration>,
    ) -> Result<(), Error> {
        let mut patience = Patience::new(after);
        while !self.look(operation, &mut patience)? {
            self.wait(ready, operation, &mut patience).await?;
        }
        Ok(())
    }

    /// Receives the next datagram from the kernel into the inbox, if one is there; what others send is dropped.
    #[inline]
    fn look(
        &mut self,
        operation: &'static Operation,
        patience: &mut Patience,
    ) -> Result<bool, Error> {
        loop {
            match self.inbox.receive(&self.socket) {
                Ok(Receipt::Datagram { sender, len, .. }) => {
                    if self.exchange.accept(sender, len) {
                        self.observer
                            .show(Direction::Received, self.inbox.datagram());
                        trace::datagram(Direction::Received, self.inbox.datagram());
                        return Ok(true);
                    }
                    self.inbox.drop_datagram();
                }
                Ok(Receipt::Truncated { sender, needed }) => {
                    if self.exchange.accept(sender, needed) {
                        self.inbox.grow(needed);
                        self.exchange.cut();
                        return Err(Error::Truncated { operation, needed });
                    }
                }
                Ok(Receipt::Nothing) => return Ok(false),
                Err(error) => return Err(self.not_received(operation, error)),
            }
            // Foreign datagrams do not move the deadline, however many there are.
            if patience.is_over() {
                return Err(patience.timeout(operation));
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
        if let Ok(drops) = self.socket.drops() {
            self.exchange.lost_since(drops);
        }
        Error::Overrun { operation }
    }

    /// Waits for a datagram.
    async fn wait(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
        patience: &mut Patience,
    ) -> Result<(), Error> {
        const DOING: &str = "waiting for an answer";
        let until = patience.until();
        if until.is_none() {
            // Nothing may come any more.
            self.socket.may_wait().map_err(Error::io(DOING))?;
        }
        let in_time = ready.readable(self.socket.as_fd(), until).await;
        match in_time.map_err(Error::io(DOING))? {
            true => Ok(()),
            false => Err(patience.timeout(operation)),
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
                Ok(())
            }
            Some(errno) => {
                let refusal =
                    Asked::of::<T>(operation).refusal(&self.request, errno, verdict.into_ext_ack());
                Err(Error::Kernel(Box::new(refusal)))
            }
        }
    }
}
