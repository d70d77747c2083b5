//! Speaks generic netlink to the Linux kernel, for code that nlgen generates or derives.
//!
//! - [`Connection`] makes requests: [`call`](Connection::call), [`dump`](Connection::dump).
//! - [`call_all`](Connection::call_all) makes many requests at once; a [`Batch`] of netfilter's is carried out
//!   whole or not at all.
//! - [`Events`] receives what families tell without being asked.
//! - Message structs implement [`Encode`] and [`Decode`], and [`Request`] or [`Dump`] when they are
//!   requests. They come from a YAML specification (`nlgen::Builder` in build.rs, or the macro
//!   `family!`), or from `#[derive(Encode, Decode, Request)]`.
//! - Their fields are plain values, and [`Nest`] and [`List`] for what is decoded when it is opened.
//!
//! Asynchronous code has the same connection and events on its own event loop: the features `tokio` and
//! `async-io` bring the modules of these names. Tests have a kernel in the process, which answers as they
//! say: the feature `testing`. With the feature `serde` messages, events and whole dumps
//! ([`Collected`]) serialize: `serde_json::to_string(&reply)` is the JSON that the tool `nlgen` prints.
//! With the feature `server` there is the other end as well: what answers the requests of a family.
//! With the feature `tracing` each request is a span of the crate of this name, and each message sent and received
//! an event, without what its attributes hold.
//!
//! Decoding borrows from the received bytes and allocates nothing. No bytes make it panic, loop or
//! read out of bounds. All `unsafe` code is in the file `link/socket.rs`.
//!
//! With the feature `derive` the derives of the crate `nlgen-macros` are here too, and with `macros` also `family!`.

// On docs.rs, what needs a feature says so.
#![cfg_attr(docsrs, feature(doc_cfg))]

/// The README's example, to be compiled as those of this crate.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

#[cfg(any(feature = "async-io", feature = "tokio"))]
pub mod asynchronous;
#[doc(hidden)]
pub mod codegen;
mod connection;
pub mod describe;
mod family;
mod link;
// Formatted by nlgen; a test compares it with what nlgen makes now.
#[rustfmt::skip]
pub mod nlctrl;
mod peers;
#[cfg(feature = "server")]
pub mod server;
mod session;
mod show;
mod subscription;
#[cfg(feature = "testing")]
pub mod testing;
pub mod wire;

// Requests.
pub use connection::{Connection, ConnectionBuilder, DumpStream};
pub use family::{Dump, Family, Operation, Permission, Request};
pub use link::Features;
pub use session::{Batch, Collected, Committed, Direction, Objects, Stats};
// How they fail.
pub use session::{Error, Interrupted, Refusal, RefusedBatch};
pub use wire::{DecodeError, EncodeError, Errno, ExtAck};
// Events.
pub use family::{Arrival, Arrived, EventSet, EventSets, Group, Grouped};
pub use subscription::{Events, Gap, Received, Subscription};
// What a message has beyond its description.
pub use show::{Anomaly, anomalies};
// Other processes.
pub use peers::{Heard, PeerSocket, Senders};
// Messages and their fields.
pub use wire::{
    AnyAddr, Bitfield32, Decode, Encode, FixedStr, Label, Labels, List, MacAddr, Message,
    MessageHeader, Nest, Raw, Rows, Scalar, Scalars, SockAddr, Str, Struct, SubMessage, flags,
};

#[cfg(feature = "async-io")]
#[doc(inline)]
pub use asynchronous::async_io;
#[cfg(feature = "tokio")]
#[doc(inline)]
pub use asynchronous::tokio;
#[cfg(feature = "macros")]
pub use nlgen_macros::family;
#[cfg(feature = "derive")]
pub use nlgen_macros::{
    Decode, Dump, Encode, EventSet, EventSets, Request, Scalar, Show, Struct, SubMessage,
};
