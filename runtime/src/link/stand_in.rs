//! What takes the kernel's place, and who writes down what a socket does. The feature `testing` has both.

use std::fmt::Debug;
use std::io;
use std::sync::Arc;

use crate::link::record::Record;
use crate::link::socket::Socket;

/// What sockets are opened on instead of the kernel.
pub(crate) trait StandIn: Debug + Send + Sync {
    /// What is being done, for errors.
    fn doing(&self) -> &'static str;

    /// A socket that speaks `protocol` to it.
    fn plug_in(self: Box<Self>, protocol: i32) -> io::Result<Socket>;
}

/// Where a recording is to be made.
pub(crate) trait Recorder: Debug + Send + Sync {
    /// Begins a recording of a socket.
    fn begin(&self, protocol: i32, port_id: u32) -> io::Result<Arc<dyn Record>>;
}
