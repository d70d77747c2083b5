//! Requests without types: for tools that learn a family while they run.

use crate::connection::Connection;
use crate::connection::Observer;
use crate::family::Operation;
use crate::link::{Blocking, now};
use crate::session::collected::Collected;
use crate::session::error::Error;
use crate::wire::{Encode, Encoder, Set};

/// A request whose fixed header and attributes are bytes already.
///
/// ```
/// use nlgen_runtime::{Encode, Raw};
/// assert_eq!(Raw(&[8, 0, 1, 0, 7, 0, 0, 0]).to_bytes()?.len(), 8);
/// # Ok::<(), nlgen_runtime::EncodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Raw<'a>(pub &'a [u8]);

/// What an untyped request calls its attributes: nothing.
static UNKNOWN: Set = Set::new("request", &[]);

impl Encode for Raw<'_> {
    const SET: &'static Set = &UNKNOWN;

    fn encode(&self, out: &mut Encoder<'_>) {
        out.bytes(self.0);
    }
}

/// Without the bytes: they may hold keys.
impl std::fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Raw({} bytes)", self.0.len())
    }
}

/// Which way a datagram went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the kernel.
    Sent,
    /// From the kernel.
    Received,
}

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

    /// Shows each datagram that is sent or believed to `observer`, whole, from now on: for traces and
    /// captures. [`call_all`](Self::call_all) sends many requests in one, [`commit`](Self::commit) a whole
    /// batch. The bytes may hold keys.
    ///
    /// ```no_run
    /// # use nlgen_runtime::{Connection, Direction};
    /// let mut conn = Connection::open()?;
    /// conn.observe(|direction, datagram| eprintln!("{direction:?} {} bytes", datagram.len()));
    /// # Ok::<(), nlgen_runtime::Error>(())
    /// ```
    pub fn observe(&mut self, observer: impl FnMut(Direction, &[u8]) + Send + Sync + 'static) {
        self.observer = Observer(Some(Box::new(observer)));
    }
}
