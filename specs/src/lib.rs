//! Netlink families, ready to use.
//!
//! Each family is a module that `nlgen` generates from the YAML spec beside this crate, behind a
//! Cargo feature of its name. No feature is enabled by default: a family costs time to compile.
//!
//! ```toml
//! [dependencies]
//! nlgen-families = { version = "0.1", features = ["ethtool"] }
//! nlgen-runtime = "0.1"
//! ```
//!
//! A request is a struct; `Connection` sends it and gives its reply, or all objects of a dump.
//!
#![cfg_attr(feature = "ethtool", doc = "```no_run")]
#![cfg_attr(not(feature = "ethtool"), doc = "```ignore")]
//! use nlgen_families::ethtool;
//! use nlgen_runtime::Connection;
//!
//! let mut conn = Connection::open()?;
//! let header = ethtool::Header::default().dev_name("eth0");
//! let rings = conn.call(&ethtool::RingsGet::default().header(&header))?;
//! println!("{:?} of {:?} descriptors", rings.rx, rings.rx_max);
//!
//! for link in &conn.dump(&ethtool::LinkstateGetDump::default())? {
//!     let link = link?;
//!     if let Some(header) = link.header {
//!         println!("{:?}: link {:?}", header.get()?.dev_name, link.link);
//!     }
//! }
//! # Ok::<(), nlgen_runtime::Error>(())
//! ```
//!
//! Each module has
//!
//! - a struct for the request and the reply of each operation, named after it: `RingsGet`,
//!   `RingsGetReply`, `RingsGetDump`;
//! - a struct for each nest, an enum or flags for each set of values, the constants;
//! - `FAMILY`, the groups in `group`, and with them the enum `Event` for
//!   [`Events`](nlgen_runtime::Events).
//!
//! | feature | module | what it is about |
//! |---|---|---|
//! | `conntrack` | `conntrack` | the connections that netfilter follows |
//! | `ethtool` | `ethtool` | settings, state and counters of network interfaces |
//! | `mptcp_pm` | `mptcp_pm` | addresses and subflows of Multipath TCP |
//! | `netdev` | `netdev` | XDP features, queues, NAPI instances, page pools |
//! | `nftables` | `nftables` | tables, chains, rules, sets and named objects of netfilter |
//! | `nlctrl` | `nlctrl` | the families of the kernel, and the attributes that they accept |
//! | `rt-addr` | `rt_addr` | addresses of network interfaces |
//! | `rt-link` | `rt_link` | network interfaces: kinds, settings, state, counters |
//! | `rt-neigh` | `rt_neigh` | neighbours: ARP, neighbour discovery, forwarding databases |
//! | `rt-route` | `rt_route` | routes of IPv4, IPv6 and MPLS |
//! | `rt-rule` | `rt_rule` | rules that choose a routing table |
//! | `tc` | `tc` | queues, classes, filters and actions of network devices |
//! | `tcp_metrics` | `tcp_metrics` | what TCP remembers about other hosts |
//! | `wireguard` | `wireguard` | devices of the WireGuard tunnel, their keys and peers |
//! | `exam` | `exam`, `exam_directional` | made up: every construct of the spec language, for tests |
//!
//! The modules `rt_…` are parts of rtnetlink, a protocol of its own: a connection for them is opened with
//! `Connection::builder().family(&rt_link::FAMILY)`, and serves all of them.
//!
//! A family that is not here needs a spec of its own, and one of the doors of `nlgen`: a build script,
//! the macro `family!` or the derives. The specs themselves are in [`SPECS`], for programs that read
//! them when they run.

/// The README's examples, to be compiled as those of this crate. The path of its macro begins here.
#[cfg(all(doctest, feature = "ethtool", feature = "nlctrl"))]
#[doc = include_str!("../../README.md")]
mod readme {}

/// The example of the package's own README, to be compiled as those of this crate.
#[cfg(all(doctest, feature = "ethtool"))]
#[doc = include_str!("../README.md")]
mod package_readme {}

mod shipped;

pub use shipped::{SPECS, Spec};

// Each is made and formatted by nlgen from the spec of its name; a test compares it with what nlgen makes now.

/// The connections that netfilter follows.
///
/// For a connection that is opened for [`FAMILY`](conntrack::FAMILY).
#[cfg(feature = "conntrack")]
#[rustfmt::skip]
pub mod conntrack;

/// Settings, state and counters of network interfaces.
///
/// Every request has a [`Header`](ethtool::Header) that says which interface is meant. Most sets of
/// bits are a [`Bitset`](ethtool::Bitset), which names its bits unless
/// [`HeaderFlags::COMPACT_BITSETS`](ethtool::HeaderFlags::COMPACT_BITSETS) asks for bitmaps.
#[cfg(feature = "ethtool")]
#[rustfmt::skip]
pub mod ethtool;

/// Made up: every construct of the spec language. No kernel has it.
#[cfg(feature = "exam")]
#[rustfmt::skip]
pub mod exam;

/// Made up: requests and replies are numbered separately. No kernel has it.
#[cfg(feature = "exam")]
#[rustfmt::skip]
pub mod exam_directional;

/// Addresses and subflows of Multipath TCP connections.
#[cfg(feature = "mptcp_pm")]
#[rustfmt::skip]
pub mod mptcp_pm;

/// XDP features, page pools, queues, NAPI instances and queue statistics of network devices.
#[cfg(feature = "netdev")]
#[rustfmt::skip]
pub mod netdev;

/// Tables, chains, rules, sets and named objects of netfilter.
///
/// Changes go in a [`Batch`](nlgen_runtime::Batch), on a connection that is opened for
/// [`FAMILY`](nftables::FAMILY).
#[cfg(feature = "nftables")]
#[rustfmt::skip]
pub mod nftables;

/// The families of the kernel, their operations, groups and policies.
///
/// The runtime has the same module, which it resolves families with:
/// [`nlgen_runtime::nlctrl`].
#[cfg(feature = "nlctrl")]
#[rustfmt::skip]
pub mod nlctrl;

/// Addresses of network interfaces, over rtnetlink.
///
/// IPv4 has an address twice, as `local` and, but for links with one peer, as `address`; IPv6 has
/// `local` only where it has a peer.
#[cfg(feature = "rt-addr")]
#[rustfmt::skip]
pub mod rt_addr;

/// Network interfaces, over rtnetlink.
///
/// What is special about a kind of interface is in [`Linkinfo`](rt_link::Linkinfo), as one of
/// [`Data`](rt_link::Data), or [`SlaveData`](rt_link::SlaveData) for what it is a port of.
#[cfg(feature = "rt-link")]
#[rustfmt::skip]
pub mod rt_link;

/// Neighbours and their tables, over rtnetlink.
///
/// With the family `AF_BRIDGE` (7) in the header, entries of the forwarding databases of bridges and
/// VXLAN tunnels.
#[cfg(feature = "rt-neigh")]
#[rustfmt::skip]
pub mod rt_neigh;

/// Routes, over rtnetlink.
///
/// `multipath` holds nexthops as bytes, one behind the other at multiples of 4: length (2 bytes, what
/// follows included), flags, weight less 1, number of the interface (4 bytes), then attributes of a
/// route, such as the gateway.
#[cfg(feature = "rt-route")]
#[rustfmt::skip]
pub mod rt_route;

/// Rules that choose a routing table, over rtnetlink.
///
/// A rule that looks in a table has the action [`FrAct::ToTbl`](rt_rule::FrAct::ToTbl).
#[cfg(feature = "rt-rule")]
#[rustfmt::skip]
pub mod rt_rule;

/// Queues, classes, filters and actions of network devices.
///
/// For a connection that is opened for [`FAMILY`](tc::FAMILY). Lists of actions count from 1, so make them by
/// [`List::with_keys`](nlgen_runtime::List::with_keys).
#[cfg(feature = "tc")]
#[rustfmt::skip]
pub mod tc;

/// What TCP remembers about other hosts.
#[cfg(feature = "tcp_metrics")]
#[rustfmt::skip]
pub mod tcp_metrics;

/// Devices of the WireGuard tunnel, their keys and peers.
///
/// Private and preshared keys are secret: neither `Debug` nor an error shows them. A device with many
/// peers comes in several messages of one dump.
#[cfg(feature = "wireguard")]
#[rustfmt::skip]
pub mod wireguard;
