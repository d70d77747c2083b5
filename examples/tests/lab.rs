//! The examples that have a kernel module, in the lab alone (`lab/test -p nlgen-examples --test lab`).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "lab/loaded.rs"]
mod loaded;
#[path = "lab/memo_module.rs"]
mod memo_module;
#[path = "lab/program.rs"]
mod program;

mod memo_client;

/// What the spec says.
#[allow(dead_code, reason = "not all setters are needed")]
pub mod memo {
    include!(concat!(env!("OUT_DIR"), "/memo.rs"));
}
