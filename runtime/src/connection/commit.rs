//! Sending a batch, and what became of it.

use super::Connection;
use super::row::{Ended, Next, Part};
use crate::link::{Blocking, Readiness, now};
use crate::session::{
    BEGIN, Batch, Committed, Error, Expected, Outgoing, Refusal, RefusedBatch, trace,
};

impl Connection {
    /// Has the kernel carry out a batch, whole or not at all. One without messages is not sent.
    ///
    /// The connection must be one of netfilter's: opened with
    /// [`builder().family(…)`](crate::ConnectionBuilder::family) and a family of that protocol.
    ///
    /// # Errors
    /// [`Error::Batch`] when the kernel refuses: it names each message that was refused and why, and nothing
    /// of the batch was carried out. [`Error::OutcomeUnknown`] when the answer was lost or did not come in
    /// time, and the other kinds of [`Error`] by name.
    pub fn commit(&mut self, batch: &Batch) -> Result<Committed, Error> {
        now(self.commit_on(&mut Blocking, batch))
    }

    /// [`commit`](Connection::commit).
    pub(crate) async fn commit_on(
        &mut self,
        ready: &mut impl Readiness,
        batch: &Batch,
    ) -> Result<Committed, Error> {
        let span = trace::request(BEGIN, 0);
        trace::within(&span, self.commit_whole(ready, batch)).await
    }

    async fn commit_whole(
        &mut self,
        ready: &mut impl Readiness,
        batch: &Batch,
    ) -> Result<Committed, Error> {
        if batch.is_empty() {
            return Ok(Committed::default());
        }
        // It fails on a connection of another protocol.
        self.family_id_on(ready, BEGIN.family()).await?;
        if self.patience().is_past_deadline() {
            return Err(Error::Deadline { operation: BEGIN });
        }
        ready.proceed().await;
        let mut requests = batch.whole()?;
        let row = self.exchange.begin_row(requests.len(), Expected::default());
        requests.number(0..requests.len(), row, self.exchange.port_id());
        self.warning = None;
        self.leave_answers();
        self.send_whole(&requests)?;

        // The batch's begin is at position 0, its last message before its end.
        let last = batch.len();
        let mut committed = Committed::default();
        let mut refused = RefusedBatch {
            len: batch.len(),
            ..RefusedBatch::default()
        };
        let mut cut = None;
        let mut warning = None;
        let limit = self.settings.answer_cap;
        let mut room = limit;
        let ended = self.receive_row(ready, BEGIN, row, |part| match part {
            Part::Object(_, object) if room < object.bytes.len() => Next::Full,
            Part::Object(_, object) => {
                room -= object.bytes.len();
                committed.push(object);
                Next::Wait
            }
            Part::Cut(needed) => {
                cut = Some(needed);
                Next::Wait
            }
            Part::Finished(at, verdict) => {
                // The begin and the end stand for the whole.
                let index = at.checked_sub(1).filter(|index| *index < last);
                match (verdict.errno, index) {
                    (None, _) => warning = verdict.ext_ack,
                    // Each message is refused once.
                    (Some(_), Some(_)) if refused.refusals.len() >= last => return Next::Ignore,
                    (Some(errno), Some(index)) => refused.refusals.extend(
                        requests
                            .refusal(at, errno, verdict.into_ext_ack())
                            .map(|refusal| (index, refusal)),
                    ),
                    (Some(errno), None) => {
                        refused.whole = Some(Refusal::new(BEGIN, errno, verdict.into_ext_ack()));
                    }
                }
                match at == last || refused.whole.is_some() {
                    true => Next::Last,
                    false => Next::Wait,
                }
            }
        });
        let ended = ended.await;
        let whole = matches!(ended, Ended::Whole);
        if !refused.is_empty() {
            refused.lost = !whole;
            return Err(Error::Batch(Box::new(refused)));
        }
        let operation = BEGIN;
        if let Some(cause) = ended.cause(operation).map(Box::new) {
            return Err(Error::OutcomeUnknown { operation, cause });
        }
        if !whole {
            return Err(Error::TooLarge { operation, limit });
        }
        self.warning = warning;
        match cut {
            None => Ok(committed),
            Some(needed) => Err(Error::Truncated { operation, needed }),
        }
    }

    /// Sends requests in one datagram, however long it is: the kernel takes a batch in no other way.
    fn send_whole(&mut self, requests: &Outgoing) -> Result<(), Error> {
        let bytes = requests.bytes();
        let sent = match self.socket.send(bytes) {
            Err(error) if error.raw_os_error() == Some(libc::EMSGSIZE) => self
                .socket
                .set_send_buffer(bytes.len().saturating_add(SEND_SLACK))
                .and_then(|()| self.socket.send(bytes)),
            sent => sent,
        };
        sent.map_err(Error::io("sending a batch"))?;
        self.note_sent(requests.len(), bytes);
        Ok(())
    }
}

/// What the kernel's limit has to have beyond a datagram's bytes; 32 are enough.
const SEND_SLACK: usize = 4096;
