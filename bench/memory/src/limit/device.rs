//! A WireGuard device: a dump of several messages, or a request.

use super::{ended, message, next, string_of, u16_of, u32_of, u64_of};
use crate::sum::{Sum, field};

pub(crate) fn device(bytes: &[u8]) -> Option<u64> {
    let mut sum = Sum::default();
    let mut rest = bytes;
    while let Some(mut level) = message(&mut rest) {
        while let Some((kind, payload)) = next(&mut level) {
            match kind {
                1 => sum.int(field::IFINDEX, u32_of(payload)?),
                2 => sum.bytes(field::IFNAME, string_of(payload)),
                3 => sum.bytes(field::PRIVATE_KEY, key_of(payload)?),
                4 => sum.bytes(field::PUBLIC_KEY, key_of(payload)?),
                5 => sum.int(field::DEVICE_FLAGS, u32_of(payload)?),
                6 => sum.int(field::LISTEN_PORT, u16_of(payload)?),
                7 => sum.int(field::FWMARK, u32_of(payload)?),
                8 => peers(payload, &mut sum)?,
                _ => {}
            }
        }
        ended(level)?;
    }
    ended(rest)?;
    Some(sum.total())
}

#[inline(always)]
fn peers(mut entries: &[u8], sum: &mut Sum) -> Option<()> {
    while let Some((_, mut level)) = next(&mut entries) {
        while let Some((kind, payload)) = next(&mut level) {
            match kind {
                1 => sum.bytes(field::PEER_KEY, key_of(payload)?),
                2 => sum.bytes(field::PRESHARED_KEY, key_of(payload)?),
                3 => sum.int(field::PEER_FLAGS, u32_of(payload)?),
                4 => sum.bytes(field::ENDPOINT, payload),
                5 => sum.int(field::KEEPALIVE, u16_of(payload)?),
                6 => handshake(payload, sum)?,
                7 => sum.int(field::RX_BYTES, u64_of(payload)?),
                8 => sum.int(field::TX_BYTES, u64_of(payload)?),
                9 => addresses(payload, sum)?,
                10 => sum.int(field::PROTOCOL, u32_of(payload)?),
                _ => {}
            }
        }
        ended(level)?;
    }
    ended(entries)
}

#[inline(always)]
fn addresses(mut entries: &[u8], sum: &mut Sum) -> Option<()> {
    while let Some((_, mut level)) = next(&mut entries) {
        while let Some((kind, payload)) = next(&mut level) {
            match kind {
                1 => sum.int(field::ADDRESS_FAMILY, u16_of(payload)?),
                2 if matches!(payload.len(), 4 | 16) => sum.bytes(field::ADDRESS, payload),
                2 => return None,
                3 => sum.int(
                    field::MASK,
                    *payload.first().filter(|_| payload.len() == 1)?,
                ),
                _ => {}
            }
        }
        ended(level)?;
    }
    ended(entries)
}

/// A `struct __kernel_timespec`.
#[inline(always)]
fn handshake(payload: &[u8], sum: &mut Sum) -> Option<()> {
    let (seconds, nanoseconds) = payload.split_first_chunk::<8>()?;
    sum.int(field::HANDSHAKE_SECONDS, u64::from_ne_bytes(*seconds));
    sum.int(field::HANDSHAKE_NANOSECONDS, u64_of(nanoseconds)?);
    Some(())
}

#[inline(always)]
fn key_of(payload: &[u8]) -> Option<&[u8; 32]> {
    payload.try_into().ok()
}
