//! Replies of `ethtool`: tables of strings, and sets of bits.

use super::{ended, message, next, string_of, u32_of};
use crate::sum::{Sum, field};

pub(crate) fn strset(bytes: &[u8]) -> Option<u64> {
    let mut sum = Sum::default();
    let mut rest = bytes;
    let mut level = message(&mut rest)?;
    while let Some((kind, payload)) = next(&mut level) {
        match kind {
            1 => header(payload, &mut sum)?,
            2 => sets(payload, &mut sum)?,
            _ => {}
        }
    }
    ended(level)?;
    Some(sum.total())
}

pub(crate) fn features(bytes: &[u8]) -> Option<u64> {
    let mut sum = Sum::default();
    let mut rest = bytes;
    let mut level = message(&mut rest)?;
    while let Some((kind, payload)) = next(&mut level) {
        match kind {
            1 => header(payload, &mut sum)?,
            2..=5 => bitset(payload, &mut sum)?,
            _ => {}
        }
    }
    ended(level)?;
    Some(sum.total())
}

#[inline(always)]
fn header(mut level: &[u8], sum: &mut Sum) -> Option<()> {
    while let Some((kind, payload)) = next(&mut level) {
        match kind {
            1 => sum.int(field::IFINDEX, u32_of(payload)?),
            2 => sum.bytes(field::IFNAME, string_of(payload)),
            _ => {}
        }
    }
    ended(level)
}

#[inline(always)]
fn sets(mut entries: &[u8], sum: &mut Sum) -> Option<()> {
    while let Some((kind, mut level)) = next(&mut entries) {
        if kind != 1 {
            continue;
        }
        while let Some((kind, payload)) = next(&mut level) {
            match kind {
                1 => sum.int(field::SET, u32_of(payload)?),
                2 => sum.int(field::COUNT, u32_of(payload)?),
                3 => strings(payload, sum)?,
                _ => {}
            }
        }
        ended(level)?;
    }
    ended(entries)
}

#[inline(always)]
fn strings(mut entries: &[u8], sum: &mut Sum) -> Option<()> {
    while let Some((kind, mut level)) = next(&mut entries) {
        if kind != 1 {
            continue;
        }
        while let Some((kind, payload)) = next(&mut level) {
            match kind {
                1 => sum.int(field::STRING_INDEX, u32_of(payload)?),
                2 => sum.bytes(field::STRING, string_of(payload)),
                _ => {}
            }
        }
        ended(level)?;
    }
    ended(entries)
}

#[inline(always)]
fn bitset(mut level: &[u8], sum: &mut Sum) -> Option<()> {
    while let Some((kind, payload)) = next(&mut level) {
        match kind {
            1 => sum.int(field::NO_MASK, 1u32),
            2 => sum.int(field::SIZE, u32_of(payload)?),
            3 => bits(payload, sum)?,
            4 => sum.bytes(field::BITMAP, payload),
            5 => sum.bytes(field::BITMASK, payload),
            _ => {}
        }
    }
    ended(level)
}

#[inline(always)]
fn bits(mut entries: &[u8], sum: &mut Sum) -> Option<()> {
    while let Some((kind, mut level)) = next(&mut entries) {
        if kind != 1 {
            continue;
        }
        while let Some((kind, payload)) = next(&mut level) {
            match kind {
                1 => sum.int(field::BIT_INDEX, u32_of(payload)?),
                2 => sum.bytes(field::BIT_NAME, string_of(payload)),
                3 => sum.int(field::BIT_VALUE, 1u32),
                _ => {}
            }
        }
        ended(level)?;
    }
    ended(entries)
}
