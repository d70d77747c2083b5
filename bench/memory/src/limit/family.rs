//! A reply of `nlctrl`.

use super::{ended, message, next, string_of, u16_of, u32_of};
use crate::sum::{Sum, field};

pub(crate) fn family(bytes: &[u8]) -> Option<u64> {
    let mut sum = Sum::default();
    let mut rest = bytes;
    let mut level = message(&mut rest)?;
    while let Some((kind, payload)) = next(&mut level) {
        match kind {
            1 => sum.int(field::FAMILY_ID, u16_of(payload)?),
            2 => sum.bytes(field::FAMILY_NAME, string_of(payload)),
            3 => sum.int(field::VERSION, u32_of(payload)?),
            4 => sum.int(field::HEADER_SIZE, u32_of(payload)?),
            5 => sum.int(field::MAX_ATTRIBUTE, u32_of(payload)?),
            6 => operations(payload, &mut sum)?,
            7 => groups(payload, &mut sum)?,
            _ => {}
        }
    }
    ended(level)?;
    Some(sum.total())
}

#[inline(always)]
fn operations(mut entries: &[u8], sum: &mut Sum) -> Option<()> {
    while let Some((_, mut level)) = next(&mut entries) {
        while let Some((kind, payload)) = next(&mut level) {
            match kind {
                1 => sum.int(field::OPERATION, u32_of(payload)?),
                2 => sum.int(field::OPERATION_FLAGS, u32_of(payload)?),
                _ => {}
            }
        }
        ended(level)?;
    }
    ended(entries)
}

#[inline(always)]
fn groups(mut entries: &[u8], sum: &mut Sum) -> Option<()> {
    while let Some((_, mut level)) = next(&mut entries) {
        while let Some((kind, payload)) = next(&mut level) {
            match kind {
                1 => sum.bytes(field::GROUP_NAME, string_of(payload)),
                2 => sum.int(field::GROUP, u32_of(payload)?),
                _ => {}
            }
        }
        ended(level)?;
    }
    ended(entries)
}
