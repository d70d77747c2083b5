//! What can go wrong between a kernel and a program.

use std::fmt;
use std::time::Duration;

/// A fault in the answer to one request: [`FakeKernel::fault`](super::FakeKernel::fault).
#[derive(Clone)]
#[non_exhaustive]
pub enum Fault {
    /// The answer comes late.
    Delay(Duration),
    /// No answer comes. The operation has been carried out.
    Silence,
    /// The answer is lost, since the socket's queue was full (`ENOBUFS`).
    Overrun,
    /// What a dump reads has changed meanwhile (`NLM_F_DUMP_INTR` on its first object).
    Interrupted,
    /// A datagram of so many bytes or more: its messages get an attribute that no one knows.
    Long(usize),
    /// Before the answer comes one that another process has forged: the port id and the sequence
    /// number are right, its sender is this port id.
    Forged(u32),
    /// Before the answer comes a datagram with these bytes, from the kernel.
    Garbage(Vec<u8>),
}

/// Without the bytes of `Garbage`: they may be a recorded answer, with keys.
impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delay(time) => f.debug_tuple("Delay").field(time).finish(),
            Self::Silence => f.write_str("Silence"),
            Self::Overrun => f.write_str("Overrun"),
            Self::Interrupted => f.write_str("Interrupted"),
            Self::Long(len) => f.debug_tuple("Long").field(len).finish(),
            Self::Forged(sender) => f.debug_tuple("Forged").field(sender).finish(),
            Self::Garbage(bytes) => write!(f, "Garbage({} bytes)", bytes.len()),
        }
    }
}
