//! Opening messages whole: every field, every nest, every entry of every list.

use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use nlgen_runtime::wire::{DecodeAs, Key, Row, Shape, Unselected};
use nlgen_runtime::{
    AnyAddr, Bitfield32, Decode, Encode, Labels, List, MacAddr, Nest, Rows, Scalars, Str,
};

use serde::Serialize;

/// How many levels of nests are opened. Sets may contain themselves.
pub const DEPTH: u32 = 12;

/// A value whose parts can be opened: closed nests are decoded, lists iterated over.
pub trait Open {
    /// Opens all parts, `depth` levels of nests down, and says whether all could be decoded.
    fn open(&self, depth: u32) -> bool;
}

impl<T: Open> Open for Option<T> {
    fn open(&self, depth: u32) -> bool {
        self.as_ref().is_none_or(|value| value.open(depth))
    }
}

impl<'a, T: Open + Decode<'a> + Clone> Open for Nest<'a, T> {
    fn open(&self, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return true;
        };
        self.get().is_ok_and(|value| value.open(depth))
    }
}

impl<'a, T: Open + Clone, S: Shape> Open for List<'a, T, S>
where
    S::Key: Key,
    S::Format: DecodeAs<'a, T>,
{
    fn open(&self, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return true;
        };
        // An error inside an entry does not end the list; one of the list itself does.
        self.iter().fold(true, |whole, entry| {
            whole & entry.is_ok_and(|entry| entry.open(depth))
        })
    }
}

impl<'a, T: Open + Row + Decode<'a> + Clone> Open for Rows<'a, T> {
    fn open(&self, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return true;
        };
        self.iter().all(|row| row.is_ok_and(|row| row.open(depth)))
    }
}

/// Only the caller can name its format.
impl<T> Open for Unselected<'_, T> {
    fn open(&self, _depth: u32) -> bool {
        true
    }
}

/// Values without parts.
macro_rules! leaves {
    ($($ty:ty)*) => {$(
        impl Open for $ty {
            fn open(&self, _depth: u32) -> bool {
                true
            }
        }
    )*};
}

leaves! {
    u8 u16 u32 u64 i8 i16 i32 i64 bool
    Str<'_> &[u8] MacAddr IpAddr Ipv4Addr Ipv6Addr SocketAddr Bitfield32
    Labels<'_> AnyAddr<'_>
}

impl<T> Open for Scalars<'_, T> {
    fn open(&self, _depth: u32) -> bool {
        true
    }
}

impl<const N: usize> Open for &[u8; N] {
    fn open(&self, _depth: u32) -> bool {
        true
    }
}

/// A message struct, as a visit sees it.
pub trait Message<'a>: Open + Decode<'a> + Encode + PartialEq + Debug + Serialize {}

impl<'a, T: Open + Decode<'a> + Encode + PartialEq + Debug + Serialize> Message<'a> for T {}

/// What a test does with each kind of message.
pub trait Visit {
    /// Looks at `bytes` as the message `T`, and may give what that message is written as.
    fn message<'a, T: Message<'a>>(&mut self, bytes: &'a [u8]) -> Option<Vec<u8>>;

    /// Looks at what [`message`](Self::message) gave, as the same message.
    fn written<'a, T: Message<'a>>(&mut self, bytes: &'a [u8]);
}

/// Decodes, opens, shows and writes each message.
///
/// It panics when what was written does not decode, or is written in another way the next time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Check {
    /// Nothing is shown: text takes longer than all else.
    pub quiet: bool,
    /// How many messages could be decoded.
    pub decoded: u64,
    /// How many of those were written again.
    pub encoded: u64,
}

impl Visit for Check {
    fn message<'a, T: Message<'a>>(&mut self, bytes: &'a [u8]) -> Option<Vec<u8>> {
        let message = match T::decode(bytes) {
            Ok(message) => message,
            Err(error) => {
                assert!(self.quiet || !error.to_string().is_empty());
                return None;
            }
        };
        self.decoded += 1;
        message.open(DEPTH);
        assert!(self.quiet || !format!("{message:?}").is_empty());
        // Text without its NUL becomes longer: where that fills its attribute, it cannot be written.
        let written = message.to_bytes().ok()?;
        self.encoded += 1;
        Some(written)
    }

    fn written<'a, T: Message<'a>>(&mut self, bytes: &'a [u8]) {
        let message = T::decode(bytes);
        let again = message.map(|message| message.to_bytes());
        assert!(
            matches!(&again, Ok(Ok(again)) if again == bytes),
            "{again:?} of {bytes:?}"
        );
    }
}
