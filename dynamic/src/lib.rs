//! Requests and replies of a netlink family without generated code: JSON to bytes, bytes to JSON.
//!
//! A spec that [`nlgen`] has loaded says what the messages of a family contain. This crate follows it at
//! run time, over the wire codec of [`nlgen_runtime`]: for tools that take the family from a user, and
//! for trying things out. The JSON is that of the kernel's own `ynl` tool; `docs/json.md` in the
//! repository has all its rules.
//!
//! ```
//! use nlgen_dynamic::{EncodeOptions, DecodeOptions, Family, Mode};
//! use serde_json::json;
//!
//! let spec = "
//! name: ping
//! attribute-sets:
//!   - name: ping
//!     attributes:
//!       - { name: id, type: u32 }
//!       - { name: ports, type: u16, byte-order: big-endian, multi-attr: true }
//! operations:
//!   list:
//!     - name: echo
//!       attribute-set: ping
//!       do: { request: { attributes: [ id, ports ] }, reply: { attributes: [ id ] } }
//! ";
//! let family = Family::new(nlgen::load(nlgen::span::Source::new("ping.yaml", spec))?);
//! let echo = family.operation("echo")?;
//!
//! let bytes = echo.encode(Mode::Do, &json!({ "id": 7, "ports": [80] }), EncodeOptions::default())?;
//! assert_eq!(bytes[4..8], 7u32.to_ne_bytes());
//! assert_eq!(bytes[12..14], [0, 80]);
//!
//! let reply = [&8u16.to_ne_bytes()[..], &1u16.to_ne_bytes(), &9u32.to_ne_bytes()].concat();
//! let reply = echo.decode_reply(Mode::Do, &reply, DecodeOptions::default())?;
//! assert_eq!(reply, json!({ "id": 9 }));
//!
//! let wrong = echo.encode(Mode::Do, &json!({ "ports": [80, "http"] }), EncodeOptions::default());
//! assert_eq!(wrong.unwrap_err().to_string(), "ports[1]: \"http\" is not a number (u16)");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

/// The README's example, to be compiled as those of this crate.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod asked;
mod body;
mod control;
mod datagram;
mod decode;
mod encode;
mod explain;
mod family;
mod foreign;
mod integer;
mod problem;
mod reader;
mod secret;
mod text;

pub use body::Body;
pub use datagram::{Datagram, Decoded, Recognized};
pub use decode::{DecodeOptions, Malformed};
pub use encode::{EncodeOptions, path};
pub use explain::{Picture, Piece};
pub use family::{Family, Mode, Notification, Operation};
pub use problem::{Problem, Step, Unknown};
pub use reader::{GENERIC, Known, Reader, Role};
