//! What a connection goes by once it is open.

use std::time::{Duration, Instant};

/// Bounds in time and in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) timeout: Option<Duration>,
    pub(crate) deadline: Option<Instant>,
    pub(crate) answer_cap: usize,
    pub(crate) own_thread: bool,
    pub(crate) dump_attempts: u32,
    pub(crate) receive_size: usize,
    pub(crate) receive_cap: usize,
}

/// The least that is offered to each receive, in bytes: the kernel shapes the parts of a dump by it,
/// and fails when one object does not fit.
pub(crate) const MIN_RECEIVE: usize = 32 * 1024;

impl Default for Settings {
    fn default() -> Self {
        Self {
            timeout: Some(Duration::from_secs(10)),
            deadline: None,
            // Beyond what a million routes take.
            answer_cap: 1024 * 1024 * 1024,
            own_thread: false,
            dump_attempts: 5,
            // Zeroed memory costs nothing until a datagram touches it.
            receive_size: 1024 * 1024,
            receive_cap: 16 * 1024 * 1024,
        }
    }
}
