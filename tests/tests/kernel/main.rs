//! The runtime against the running kernel, each test in a fresh network namespace.
//!
//! They need root, for the namespaces; without it they say so and pass.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod asynchronous;
mod descriptors;
mod dumps;
mod events;
mod namespace;
mod namespaces;
mod nftables;
mod raw;
mod refusals;
mod replies;
mod signals;
mod trust;
