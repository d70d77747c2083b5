//! The limit: what a person would write by hand for these very messages, in safe Rust. One pass over the bytes,
//! one 32-bit load for each attribute's header, lengths checked, nothing kept.

use std::ffi::CStr;

mod device;
mod ethtool;
mod family;
mod netdev;
mod set_device;

pub(crate) use device::device;
pub(crate) use ethtool::{features, strset};
pub(crate) use family::family;
pub(crate) use netdev::dump;
pub(crate) use set_device::set_device;
#[cfg(feature = "peers")]
pub(crate) use set_device::{begin_message, end_message};

/// The next attribute of a level, without the flags of its type; `None` at the end and for what is malformed,
/// which is then left in `rest`.
#[inline(always)]
fn next<'a>(rest: &mut &'a [u8]) -> Option<(u16, &'a [u8])> {
    let (head, after) = rest.split_first_chunk::<4>()?;
    let word = u32::from_ne_bytes(*head);
    let (len, kind) = match cfg!(target_endian = "little") {
        true => (word & 0xffff, word >> 16),
        false => (word >> 16, word & 0xffff),
    };
    // A length below 4 wraps to one that no message has.
    let payload = after.get(..(len as usize).wrapping_sub(4))?;
    *rest = match after.get((payload.len() + 3) & !3..) {
        Some(rest) => rest,
        None => unpadded(),
    };
    Some((kind as u16 & 0x3fff, payload))
}

/// What is behind a last attribute without padding. That is rare, and a branch to here is faster than to choose.
#[cold]
#[inline(never)]
fn unpadded() -> &'static [u8] {
    &[]
}

/// The attributes of the next message of a datagram: what is behind the two headers.
#[inline(always)]
pub(crate) fn message<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let len = u32::from_ne_bytes(*rest.first_chunk()?) as usize;
    let attributes = rest.get(20..len)?;
    *rest = rest.get((len + 3) & !3..).unwrap_or_default();
    Some(attributes)
}

/// Whether all of a level or datagram was read.
#[inline(always)]
fn ended(rest: &[u8]) -> Option<()> {
    rest.is_empty().then_some(())
}

#[inline(always)]
fn u16_of(payload: &[u8]) -> Option<u16> {
    payload.try_into().ok().map(u16::from_ne_bytes)
}

#[inline(always)]
fn u32_of(payload: &[u8]) -> Option<u32> {
    payload.try_into().ok().map(u32::from_ne_bytes)
}

#[inline(always)]
fn u64_of(payload: &[u8]) -> Option<u64> {
    payload.try_into().ok().map(u64::from_ne_bytes)
}

/// A string: up to the first NUL. Where that should be, at the end, is looked first.
#[inline(always)]
fn string_of(payload: &[u8]) -> &[u8] {
    match payload.split_last() {
        Some((0, text)) if is_short_text(text) => text,
        _ => payload.get(..first_nul(payload)).unwrap_or(payload),
    }
}

#[inline(never)]
fn first_nul(payload: &[u8]) -> usize {
    let text = CStr::from_bytes_until_nul(payload);
    text.map_or(payload.len(), CStr::count_bytes)
}

/// Whether text is as short as names are and has no NUL, by one look at both ends.
#[inline(always)]
fn is_short_text(text: &[u8]) -> bool {
    match text.len() {
        4..8 => !ends_have_nul::<4>(text),
        8..=16 => !ends_have_nul::<8>(text),
        17..=32 => !ends_have_nul::<16>(text),
        _ => false,
    }
}

#[inline(always)]
fn ends_have_nul<const N: usize>(text: &[u8]) -> bool {
    let (Some(first), Some(last)) = (text.first_chunk::<N>(), text.last_chunk::<N>()) else {
        return true;
    };
    let pairs = first.iter().zip(last);
    pairs.fold(false, |found, (&a, &b)| found | (a == 0) | (b == 0))
}
