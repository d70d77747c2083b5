//! The runtime against the running kernel, each test in a fresh network namespace.
//!
//! They need root, for the namespaces; without it they say so and pass.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod addresses;
mod asynchronous;
mod churn;
mod conntrack;
mod descriptors;
mod dumps;
mod events;
mod large;
mod left;
mod limits;
mod links;
mod namespace;
mod namespaces;
mod neighbours;
mod nftables;
// Of the processors that nlgen builds for, seccompiler knows these.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
mod older;
mod own_thread;
mod peers;
mod raw;
mod recordings;
mod refusals;
mod replies;
mod routes;
mod rows;
mod rtnetlink;
mod rules;
mod signals;
mod tc;
mod trust;
mod vlans;
