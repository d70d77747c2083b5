//! A dump read one object at a time.

use std::fmt;
use std::marker::PhantomData;

use crate::connection::Connection;
use crate::family::Dump;
use crate::link::{Blocking, Readiness, now};
use crate::session::{
    Collected, Error, Event, Exchange, Interrupted, Wait, attributes_of, decode, trace,
};
use crate::wire::Messages;

/// The objects of a dump, received as they are asked for.
///
/// It needs no more memory than one datagram. It may be dropped at any point; the connection reads the
/// rest away before its next dump. A change of the objects meanwhile is told at the end, as
/// [`Error::Interrupted`], since objects given out cannot be taken back.
///
/// ```no_run
/// # use nlgen_runtime::{Connection, Dump, Error};
/// # fn all<D: Dump>(request: &D) -> Result<(), Error> where for<'r> D::Reply<'r>: std::fmt::Debug {
/// let mut conn = Connection::open()?;
/// let mut stream = conn.dump_stream(request)?;
/// while let Some(object) = stream.next_object()? {
///     println!("{object:?}");
/// }
/// # Ok(())
/// # }
/// ```
pub struct DumpStream<'c, D> {
    conn: &'c mut Connection,
    /// `None` once the dump has ended.
    wait: Option<Wait>,
    /// An object has been received.
    begun: bool,
    span: trace::Span,
    dump: PhantomData<fn() -> D>,
}

impl<'c, D: Dump> DumpStream<'c, D> {
    pub(crate) fn new(conn: &'c mut Connection, wait: Wait, span: trace::Span) -> Self {
        Self {
            conn,
            wait: Some(wait),
            begun: false,
            span,
            dump: PhantomData,
        }
    }

    /// The next object, borrowed until the next call; `None` at the dump's end.
    ///
    /// # Errors
    /// As for [`Connection::dump`]. After an error that ends the dump there are no more objects; one
    /// that only could not be decoded does not end it.
    pub fn next_object(&mut self) -> Result<Option<D::Reply<'_>>, Error> {
        // Most objects have come with the one before.
        if let Some(at) = self.received() {
            return self.object(at);
        }
        now(self.next_on(&mut Blocking))
    }

    /// [`next_object`](Self::next_object).
    pub(crate) async fn next_on(
        &mut self,
        ready: &mut impl Readiness,
    ) -> Result<Option<D::Reply<'_>>, Error> {
        if let Some(at) = self.received() {
            return self.object(at);
        }
        let span = self.span.clone();
        match trace::within(&span, self.find(ready)).await? {
            Some(at) => self.object(at),
            None => Ok(None),
        }
    }

    /// Where the message of the next object begins, if it is in the datagram received last.
    #[inline]
    fn received(&mut self) -> Option<usize> {
        let wait = self.wait.as_mut()?;
        let (inbox, exchange) = self.conn.stream_parts();
        let (at, message) = inbox.next_message_if(|next| exchange.is_object(wait, next))?;
        Exchange::note_object(wait, message.header);
        self.begun = true;
        Some(at)
    }

    /// The object whose message begins there in the datagram received last.
    #[inline]
    fn object(&self, at: usize) -> Result<Option<D::Reply<'_>>, Error> {
        let inbox = self.conn.stream_inbox();
        let bytes = inbox.datagram().get(at..).unwrap_or_default();
        let Some(message) = Messages::new(bytes).next() else {
            return Ok(None);
        };
        let attributes = attributes_of(D::OP, message)?;
        decode(D::OP, attributes).map(Some)
    }

    /// Where the next object's message begins in the datagram received last.
    async fn find(&mut self, ready: &mut impl Readiness) -> Result<Option<usize>, Error> {
        // For the object: what comes besides does not begin it anew.
        let mut patience = self.conn.patience();
        let mut unwanted = None;
        while let Some(mut wait) = self.wait {
            let (inbox, exchange) = self.conn.stream_parts();
            let Some((at, message)) = inbox.next_message() else {
                let received = self
                    .conn
                    .receive_part(ready, D::OP, &mut patience, unwanted)
                    .await;
                let (inbox, exchange) = self.conn.stream_parts();
                // A failure to receive leaves the dump unfinished, for the connection to end.
                received.inspect_err(|error| exchange.give_up_on(error))?;
                unwanted = Some(inbox.datagram().len());
                continue;
            };
            let event = exchange.read(&mut wait, message);
            self.wait = Some(wait);
            match event {
                Event::Stray => {}
                Event::Object => {
                    self.begun = true;
                    return Ok(Some(at));
                }
                Event::Overrun => return Err(Error::Overrun { operation: D::OP }),
                Event::Finished(verdict) => {
                    self.wait = None;
                    if let Err(error) = self.conn.conclude::<D>(D::OP, verdict) {
                        if !self.begun {
                            self.wait =
                                Box::pin(self.conn.send_to_new_id(ready, D::OP, &error, wait))
                                    .await?;
                        }
                        match self.wait {
                            Some(_) => continue,
                            None => return Err(error),
                        }
                    }
                    if wait.interrupted {
                        let given_out = Collected::<D>::new(D::OP);
                        return Err(Error::Interrupted(Box::new(Interrupted::new(1, given_out))));
                    }
                }
            }
        }
        Ok(None)
    }
}

impl<D: Dump> fmt::Debug for DumpStream<'_, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DumpStream")
            .field("operation", &format_args!("{}", D::OP))
            .field("ended", &self.wait.is_none())
            .finish_non_exhaustive()
    }
}
