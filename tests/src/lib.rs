//! What the tests across nlgen's crates share: all families of the folder `specs`, as code; a way to
//! open a message whole; and a network namespace of one's own.
//!
//! The tests are in `tests/tests`, one file for each thing shown. Those named `kernel_*` talk to the
//! running kernel, in fresh network namespaces only; they need root, and say so and pass without it.

pub mod checks;
mod open;

pub use open::{Check, DEPTH, Message, Open, Visit};

include!(concat!(env!("OUT_DIR"), "/families.rs"));
