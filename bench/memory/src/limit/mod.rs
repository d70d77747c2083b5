//! The limit: what a person would write by hand for these very messages, in safe Rust. One pass over the bytes,
//! one 32-bit load for each attribute's header, lengths checked, nothing kept.

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
    let len = (len as usize).checked_sub(4)?;
    let payload = after.get(..len)?;
    *rest = after.get((len + 3) & !3..).unwrap_or_default();
    Some((kind as u16 & 0x3fff, payload))
}

/// The attributes of the next message of a datagram: what is behind the two headers.
#[inline(always)]
fn message<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
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

/// A string without the NUL that ends it.
#[inline(always)]
fn string_of(payload: &[u8]) -> &[u8] {
    payload.strip_suffix(&[0]).unwrap_or(payload)
}
