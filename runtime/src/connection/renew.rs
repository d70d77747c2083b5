//! Going on with another socket, where a dump on the one before has no end to be seen.
//!
//! The kernel makes one dump at a time for a socket and ends it only by itself, or with the socket. So after a dump
//! that never ends, or not in time, the socket is of no use for others; but a connection is more than its socket.

use std::os::fd::AsFd;

use super::Connection;
use crate::connection::builder::successor;
use crate::link::Readiness;
use crate::session::trace;

impl Connection {
    /// Goes on with another socket. `false` when it has to be this one: somebody else opened it, or another cannot be
    /// had.
    #[cold]
    pub(super) fn renew(&mut self, ready: &mut impl Readiness) -> bool {
        if !self.socket.can_be_renewed() {
            return false;
        }
        let Ok(socket) = successor(&self.socket, self.inbox.size()) else {
            return false;
        };
        // Who waits for the one before has a descriptor of it, which would keep its dump alive.
        if ready.watch_another(socket.as_fd()).is_err() {
            return false;
        }
        self.exchange
            .renew(socket.port_id(), socket.drops().unwrap_or(0));
        trace::renewed(socket.port_id());
        self.inbox.forget();
        self.socket = socket;
        true
    }
}
