//! A dump of `netdev`: a message for each device.

use super::{ended, message, next, u32_of, u64_of};
use crate::sum::{Sum, field};

pub(crate) fn dump(bytes: &[u8]) -> Option<u64> {
    let mut sum = Sum::default();
    let mut rest = bytes;
    while let Some(mut level) = message(&mut rest) {
        while let Some((kind, payload)) = next(&mut level) {
            match kind {
                1 => sum.int(field::IFINDEX, u32_of(payload)?),
                3 => sum.int(field::XDP_FEATURES, u64_of(payload)?),
                4 => sum.int(field::ZERO_COPY_SEGMENTS, u32_of(payload)?),
                5 => sum.int(field::RX_METADATA, u64_of(payload)?),
                6 => sum.int(field::XSK_FEATURES, u64_of(payload)?),
                _ => {}
            }
        }
        ended(level)?;
    }
    ended(rest)?;
    Some(sum.total())
}
