//! Attributes: a 4-byte header (`struct nlattr`: length, type), a payload, and padding to 4 bytes.
//!
//! [`Attrs`] walks one level of attributes, [`Encoder`] appends one. How a payload becomes a value is
//! a *format*, a type without data such as [`Be<u32>`](Be): see [`DecodeAs`] and [`EncodeAs`].

mod describe;
mod format;
mod get;
mod int;
mod level;
mod put;
mod read;
mod scalar;
mod value;
pub(crate) mod wrapped;
mod write;

pub use describe::{Describe, DescribeAs};
pub use format::{AsStruct, Boxed, DecodeAs, EncodeAs, Natural, Nested};
pub use int::{Be, Host, IntFormat, Le, Scalar, Sint, Uint, WireInt};
pub use level::{Decode, Encode, attributes, attributes_with, require};
pub use read::{Attr, Attrs};
pub use scalar::Bits;
// Not for programs: nlgen-dynamic walks levels as generated code does.
#[doc(hidden)]
pub use wrapped::{Level, Nesting};
pub use write::Encoder;

/// Set on the type of an attribute whose payload is attributes (`NLA_F_NESTED`).
///
/// Old kernel code leaves it out, so it is ignored when reading and always set when writing.
pub const NESTED: u16 = 1 << 15;

/// Set on the type of an attribute whose payload is in network byte order (`NLA_F_NET_BYTEORDER`).
///
/// Hardly any family uses it: byte order is part of the family's specification.
pub const NET_BYTE_ORDER: u16 = 1 << 14;

/// The bits of an attribute's type that are its number (`NLA_TYPE_MASK`).
pub const TYPE_MASK: u16 = !(NESTED | NET_BYTE_ORDER);

/// The longest payload of one attribute, in bytes: `nla_len` counts the header too and has 16 bits.
pub const MAX_PAYLOAD: usize = u16::MAX as usize - HEADER;

/// Bytes of an attribute's header (`NLA_HDRLEN`).
pub(crate) const HEADER: usize = 4;

/// How deep values that own their data may nest before decoding stops.
///
/// Borrowed nests ([`Nest`](crate::Nest)) are opened one level at a time and need no limit.
pub(crate) const MAX_DEPTH: u8 = 64;
