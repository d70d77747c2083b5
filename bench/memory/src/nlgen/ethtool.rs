//! Replies of `ethtool`: tables of strings, and sets of bits.

use nlgen_families::ethtool::{Bitset, FeaturesGetReply, Header, StrsetGetReply};
use nlgen_runtime::wire::Messages;
use nlgen_runtime::{Decode as _, DecodeError, Nest, Scalar as _};

use crate::sum::{Sum, field};

pub(crate) fn strset(bytes: &[u8]) -> Result<u64, DecodeError> {
    let mut sum = Sum::default();
    for message in Messages::new(bytes) {
        let (_, attributes) = message.command()?;
        let reply = StrsetGetReply::decode(attributes)?;
        add_header(reply.header, &mut sum)?;
        let Some(sets) = reply.stringsets else {
            continue;
        };
        for set in sets.get()?.stringset {
            let set = set?;
            sum.some_int(field::SET, set.id.map(|id| id.to_repr()));
            sum.some_int(field::COUNT, set.count);
            let Some(strings) = set.strings else {
                continue;
            };
            for string in strings.get()?.string {
                let string = string?;
                sum.some_int(field::STRING_INDEX, string.index);
                if let Some(value) = string.value {
                    sum.bytes(field::STRING, value.as_bytes());
                }
            }
        }
    }
    Ok(sum.total())
}

pub(crate) fn features(bytes: &[u8]) -> Result<u64, DecodeError> {
    let mut sum = Sum::default();
    for message in Messages::new(bytes) {
        let (_, attributes) = message.command()?;
        let reply = FeaturesGetReply::decode(attributes)?;
        add_header(reply.header, &mut sum)?;
        for set in [reply.hw, reply.wanted, reply.active, reply.nochange]
            .into_iter()
            .flatten()
        {
            add_bitset(&set.get()?, &mut sum)?;
        }
    }
    Ok(sum.total())
}

#[inline]
fn add_header(header: Option<Nest<'_, Header<'_>>>, sum: &mut Sum) -> Result<(), DecodeError> {
    if let Some(header) = header {
        let header = header.get()?;
        sum.some_int(field::IFINDEX, header.dev_index);
        if let Some(name) = header.dev_name {
            sum.bytes(field::IFNAME, name.as_bytes());
        }
    }
    Ok(())
}

#[inline]
fn add_bitset(set: &Bitset<'_>, sum: &mut Sum) -> Result<(), DecodeError> {
    sum.int(field::NO_MASK, set.nomask);
    sum.some_int(field::SIZE, set.size);
    if let Some(bits) = set.bits {
        for bit in bits.get()?.bit {
            let bit = bit?;
            sum.some_int(field::BIT_INDEX, bit.index);
            if let Some(name) = bit.name {
                sum.bytes(field::BIT_NAME, name.as_bytes());
            }
            sum.int(field::BIT_VALUE, bit.value);
        }
    }
    if let Some(value) = set.value {
        sum.bytes(field::BITMAP, value);
    }
    if let Some(mask) = set.mask {
        sum.bytes(field::BITMASK, mask);
    }
    Ok(())
}
