//! The examples that have a kernel module, in the lab alone (`lab/test -p nlgen-examples --test lab`).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "lab/hello_module.rs"]
mod hello_module;
#[path = "lab/icmpwatch_module.rs"]
mod icmpwatch_module;
#[path = "lab/loaded.rs"]
mod loaded;
#[path = "lab/memo_module.rs"]
mod memo_module;
#[path = "lab/program.rs"]
mod program;

mod memo_client;

/// What the spec says.
pub mod hello {
    nlgen_runtime::family!("hello/hello.yaml");
}

/// What the spec says.
pub mod icmpwatch {
    nlgen_runtime::family!("icmpwatch/icmpwatch.yaml");
}

/// What the spec says.
#[allow(dead_code, reason = "not all setters are needed")]
pub mod memo {
    include!(concat!(env!("OUT_DIR"), "/memo.rs"));
}
