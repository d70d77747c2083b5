//! Requests without types: for tools that learn a family while they run.

use super::Connection;
use crate::family::Operation;
use crate::link::{Blocking, now};
use crate::session::{Collected, Error};
use crate::wire::Raw;

impl Connection {
    /// Makes a request whose fixed header and attributes are `body`, with more flags
    /// ([`call_with`](Self::call_with)), and keeps all replies.
    ///
    /// [`Collected::messages`] has them as they came. In a [refusal](crate::Refusal) attributes have no
    /// names, but their place is there: [`ExtAck::offset`](crate::ExtAck::offset).
    ///
    /// # Errors
    /// As for [`call_collected`](Self::call_collected).
    pub fn call_raw(
        &mut self,
        operation: &'static Operation,
        flags: u16,
        body: &[u8],
    ) -> Result<Collected<Raw<'static>>, Error> {
        now(self.collect(&mut Blocking, operation, flags, &Raw(body)))
    }

    /// Dumps all objects, with a request whose fixed header and attributes are `body`.
    ///
    /// # Errors
    /// As for [`dump`](Self::dump).
    pub fn dump_raw(
        &mut self,
        operation: &'static Operation,
        body: &[u8],
    ) -> Result<Collected<Raw<'static>>, Error> {
        now(self.collect_dump(&mut Blocking, operation, &Raw(body)))
    }
}
