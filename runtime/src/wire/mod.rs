//! Bytes and values: attributes and messages, without any I/O.

mod align;
mod any_addr;
mod append;
mod attr;
mod bitfield;
mod decode_error;
mod depth;
mod encode_error;
mod errno;
mod ext_ack;
mod fixed_str;
mod header;
mod items;
mod labels;
mod list;
mod mac;
mod message;
mod nest;
mod place;
mod raw;
mod rows;
mod scalars;
mod sock_addr;
mod structure;
mod sub_message;
mod text;

pub use align::{ALIGN, align};
pub use any_addr::AnyAddr;
#[cfg(feature = "server")]
pub(crate) use attr::HEADER;
pub(crate) use attr::MAX_DEPTH;
pub use attr::*;
pub use bitfield::Bitfield32;
pub use decode_error::{DecodeError, Decoded, Reason};
pub(crate) use depth::one_deeper;
pub use encode_error::{EncodeError, EncodeReason};
pub use errno::Errno;
pub use ext_ack::{ExtAck, Policy};
pub use fixed_str::FixedStr;
pub use header::{CommandHeader, MessageHeader, control, flags};
pub use items::{Each, Items, StructWithTail, Tail};
pub use labels::{Label, Labels};
pub use list::{
    Entries, Gather, Indexed, Iter, Key, Keyed, List, Multi, Scatter, Shape, WithIndex,
};
pub use mac::{MacAddr, ParseMacError};
pub(crate) use message::write_message;
pub use message::{Message, Messages};
pub use nest::Nest;
pub use place::Place;
pub use raw::Raw;
pub use rows::{AsRows, Cuts, Row, Rows, RowsIter};
pub use scalars::{AsArray, Scalars};
pub use sock_addr::SockAddr;
#[cfg(feature = "serde")]
pub(crate) use sock_addr::read as socket_address;
pub use structure::{MemberAs, Struct, prefix};
pub(crate) use sub_message::Decimal;
pub use sub_message::{Choose, Selector, SubMessage, Unselected};
pub use text::Str;

// What generated code calls: `codegen` has it.
#[doc(hidden)]
pub use items::{count, put_count, put_tail};
#[doc(hidden)]
pub use structure::{header, member, put_header};
#[doc(hidden)]
pub use sub_message::{put_selected, put_sub_message, select};
