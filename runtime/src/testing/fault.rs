//! What can go wrong between a kernel and a program.

use std::time::Duration;

/// A fault in the answer to one request: [`FakeKernel::fault`](super::FakeKernel::fault).
#[derive(Clone, Debug)]
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
