//! Requests to a family whose module was loaded again: the kernel has given it another id, and does not know
//! the one that is remembered.

use super::Connection;
use crate::family::Operation;
use crate::link::Readiness;
use crate::session::{Error, Expected, Wait, trace};
use crate::wire::{Errno, MessageHeader};

/// Whether a refusal may come from generic netlink itself, which does not know the family's id and says
/// nothing beside (`genl_rcv_msg`).
fn may_be_unknown_id(operation: &'static Operation, error: &Error) -> bool {
    match error {
        Error::Kernel(refusal) => {
            operation.family().can_move()
                && refusal.errno() == Errno::ENOENT
                && refusal.ext_ack().is_empty()
        }
        _ => false,
    }
}

impl Connection {
    /// The id that a family has by now, when a request failed because it went to the id before. `None` when the
    /// family is where it was: then the refusal is the family's own.
    ///
    /// # Errors
    /// [`Error::FamilyNotFound`] when the family is gone, or why the kernel could not be asked.
    pub(super) async fn moved(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
        error: &Error,
    ) -> Result<Option<u16>, Error> {
        if !may_be_unknown_id(operation, error) {
            return Ok(None);
        }
        let old = self.families.get(operation.family());
        let id = self.resolve(ready, operation.family()).await?;
        Ok((old != Some(id)).then_some(id))
    }

    /// Sends the last request again, as what `wait` was, when it failed because its family has another id by
    /// now. `None` when that is not why. The first time it was not carried out: nobody knew the id.
    ///
    /// # Errors
    /// As for [`moved`](Self::moved).
    pub(crate) async fn send_to_new_id(
        &mut self,
        ready: &mut impl Readiness,
        operation: &'static Operation,
        error: &Error,
        wait: Wait,
    ) -> Result<Option<Wait>, Error> {
        if !may_be_unknown_id(operation, error) {
            return Ok(None);
        }
        let request = self.request.clone();
        let Some(id) = self.moved(ready, operation, error).await? else {
            return Ok(None);
        };
        let Some((header, body)) = MessageHeader::split(&request) else {
            return Ok(None);
        };
        let mut again = self.exchange.begin(Expected::of(operation, id));
        let header = MessageHeader {
            kind: id,
            seq: again.seq,
            ..header
        };
        self.leave_answers();
        self.request.clear();
        header.write(&mut self.request);
        self.request.extend_from_slice(body);
        trace::moved(id);
        trace::numbered(again.seq);
        self.send_written()?;
        if wait.dump {
            self.exchange.dump_begins(&mut again);
        }
        Ok(Some(again))
    }
}
