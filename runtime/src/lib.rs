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
//! read out of bounds. All `unsafe` code is in the file `socket.rs`.
//!
//! With the feature `derive` the derives of the crate `nlgen-macros` are here too, and with `macros` also `family!`.

// On docs.rs, what needs a feature says so.
#![cfg_attr(docsrs, feature(doc_cfg))]

/// The README's example, to be compiled as those of this crate.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod align;
mod anomaly;
mod answer;
mod arrival;
#[cfg(feature = "async-io")]
pub mod async_io;
#[cfg(any(feature = "async-io", feature = "tokio"))]
pub mod asynchronous;
mod attr;
mod batch;
mod bitfield;
mod builder;
mod collected;
mod connection;
mod decode_error;
mod depth;
mod describe;
mod dump_stream;
mod encode_error;
mod errno;
mod error;
mod events;
mod exchange;
mod ext_ack;
mod family;
mod features;
mod fixed_str;
mod flag_set;
mod follow;
mod forked;
mod generated;
mod header;
mod inbox;
mod int;
mod interrupted;
mod items;
mod list;
mod mac;
mod message;
mod nest;
// Formatted by nlgen; a test compares it with what nlgen makes now.
#[rustfmt::skip]
pub mod nlctrl;
mod outgoing;
mod path;
mod patience;
mod peers;
mod permission;
mod place;
mod plug;
pub mod put;
mod raw;
mod readiness;
mod refusal;
mod relay;
mod resolve;
mod returned;
mod scalars;
mod serialize;
#[cfg(feature = "server")]
pub mod server;
mod setters;
mod show;
mod sock_addr;
mod socket;
mod structure;
mod sub_message;
mod subscription;
pub mod take;
#[cfg(feature = "testing")]
pub mod testing;
mod text;
#[cfg(feature = "tokio")]
pub mod tokio;
mod trace;

pub use align::{ALIGN, align};
pub use anomaly::{Anomaly, anomalies};
pub use arrival::{Arrival, Arrived, EventSets, Grouped};
pub use attr::*;
pub use batch::{Batch, Committed, RefusedBatch};
pub use bitfield::Bitfield32;
pub use builder::ConnectionBuilder;
pub use collected::{Collected, Objects};
pub use connection::Connection;
pub use decode_error::{DecodeError, Decoded, Reason};
pub use describe::{Attribute, Format, Kind, Names, Set, Shown};
pub use dump_stream::DumpStream;
pub use encode_error::{EncodeError, EncodeReason};
pub use errno::Errno;
pub use error::Error;
pub use events::{Events, Received};
pub use exchange::Stats;
pub use ext_ack::{ExtAck, Policy};
pub use family::{Dump, EventSet, Family, Group, Operation, Request};
pub use features::Features;
pub use fixed_str::FixedStr;
pub use flag_set::show_flags;
pub use header::{CommandHeader, MessageHeader, control, flags};
pub use int::{Int, Order};
pub use interrupted::Interrupted;
pub use items::{Each, Items, StructWithTail, Tail, count, put_count, put_tail};
pub use list::{
    Entries, Gather, Indexed, Iter, Key, Keyed, List, Multi, Scatter, Shape, WithIndex,
};
pub use mac::{MacAddr, ParseMacError};
pub use message::{Message, Messages};
pub use nest::Nest;
pub use path::{Path, Step};
pub use peers::{Heard, PeerSocket, Senders};
pub use permission::Permission;
pub use place::Place;
pub use raw::{Direction, Raw};
pub use refusal::Refusal;
pub use scalars::{AsArray, Scalars};
#[cfg(feature = "serde")]
pub use serialize::{
    serialize_event, serialize_message, serialize_secret_event, serialize_struct,
    serialize_struct_with_tail, serialize_unknown_event, serialize_value,
};
pub use show::{name_of, same, show, show_name, show_struct, show_struct_with_tail};
pub use sock_addr::SockAddr;
pub use structure::{Layout, Member, MemberAs, Struct, header, member, prefix, put_header};
pub use sub_message::{Selector, SubMessage, Unselected, put_selected, put_sub_message, select};
pub use subscription::{Gap, Subscription};
pub use text::Str;

pub use bitflags;
#[cfg(feature = "macros")]
pub use nlgen_macros::family;
#[cfg(feature = "derive")]
pub use nlgen_macros::{
    Decode, Dump, Encode, EventSet, EventSets, Request, Scalar, Show, Struct, SubMessage,
};
#[cfg(feature = "serde")]
pub use serde;
