//! Families that a library does not know, read with its iterator of attributes and its readers of values: one
//! `match` for each level, as its users write it.

use crate::sum::{Sum, field};

use super::messages;

/// What a library has for reading attributes.
pub(super) trait Reader {
    /// Its error.
    type Error: std::fmt::Display;

    /// Calls `read` with the number and the payload of each attribute.
    fn each(
        bytes: &[u8],
        read: impl FnMut(u16, &[u8]) -> Result<(), Self::Error>,
    ) -> Result<(), Self::Error>;

    fn u8(payload: &[u8]) -> Result<u8, Self::Error>;
    fn u16(payload: &[u8]) -> Result<u16, Self::Error>;
    fn u32(payload: &[u8]) -> Result<u32, Self::Error>;
    fn u64(payload: &[u8]) -> Result<u64, Self::Error>;

    /// Calls `read` with a string, without the NUL.
    fn string(payload: &[u8], read: impl FnOnce(&[u8])) -> Result<(), Self::Error>;
}

type Read<R> = Result<u64, <R as Reader>::Error>;
type Done<R> = Result<(), <R as Reader>::Error>;

pub(super) fn family<R: Reader>(bytes: &[u8]) -> Read<R> {
    let mut sum = Sum::default();
    messages(bytes, |attributes| {
        R::each(attributes, |kind, payload| {
            match kind {
                1 => sum.int(field::FAMILY_ID, R::u16(payload)?),
                2 => R::string(payload, |name| sum.bytes(field::FAMILY_NAME, name))?,
                3 => sum.int(field::VERSION, R::u32(payload)?),
                4 => sum.int(field::HEADER_SIZE, R::u32(payload)?),
                5 => sum.int(field::MAX_ATTRIBUTE, R::u32(payload)?),
                6 => entries::<R>(payload, |kind, payload| {
                    match kind {
                        1 => sum.int(field::OPERATION, R::u32(payload)?),
                        2 => sum.int(field::OPERATION_FLAGS, R::u32(payload)?),
                        _ => {}
                    }
                    Ok(())
                })?,
                7 => entries::<R>(payload, |kind, payload| {
                    match kind {
                        1 => R::string(payload, |name| sum.bytes(field::GROUP_NAME, name))?,
                        2 => sum.int(field::GROUP, R::u32(payload)?),
                        _ => {}
                    }
                    Ok(())
                })?,
                _ => {}
            }
            Ok(())
        })
    })?;
    Ok(sum.total())
}

/// The attributes of each nest in an array.
fn entries<R: Reader>(array: &[u8], mut read: impl FnMut(u16, &[u8]) -> Done<R>) -> Done<R> {
    R::each(array, |_, nest| R::each(nest, &mut read))
}

pub(super) fn device<R: Reader>(bytes: &[u8]) -> Read<R> {
    let mut sum = Sum::default();
    messages(bytes, |attributes| {
        R::each(attributes, |kind, payload| {
            match kind {
                1 => sum.int(field::IFINDEX, R::u32(payload)?),
                2 => R::string(payload, |name| sum.bytes(field::IFNAME, name))?,
                3 => sum.bytes(field::PRIVATE_KEY, payload),
                4 => sum.bytes(field::PUBLIC_KEY, payload),
                5 => sum.int(field::DEVICE_FLAGS, R::u32(payload)?),
                6 => sum.int(field::LISTEN_PORT, R::u16(payload)?),
                7 => sum.int(field::FWMARK, R::u32(payload)?),
                8 => entries::<R>(payload, |kind, payload| peer::<R>(kind, payload, &mut sum))?,
                _ => {}
            }
            Ok(())
        })
    })?;
    Ok(sum.total())
}

fn peer<R: Reader>(kind: u16, payload: &[u8], sum: &mut Sum) -> Done<R> {
    match kind {
        1 => sum.bytes(field::PEER_KEY, payload),
        2 => sum.bytes(field::PRESHARED_KEY, payload),
        3 => sum.int(field::PEER_FLAGS, R::u32(payload)?),
        4 => sum.bytes(field::ENDPOINT, payload),
        5 => sum.int(field::KEEPALIVE, R::u16(payload)?),
        6 => {
            let (seconds, nanoseconds) = payload.split_at(payload.len().min(8));
            sum.int(field::HANDSHAKE_SECONDS, R::u64(seconds)?);
            sum.int(field::HANDSHAKE_NANOSECONDS, R::u64(nanoseconds)?);
        }
        7 => sum.int(field::RX_BYTES, R::u64(payload)?),
        8 => sum.int(field::TX_BYTES, R::u64(payload)?),
        9 => entries::<R>(payload, |kind, payload| {
            match kind {
                1 => sum.int(field::ADDRESS_FAMILY, R::u16(payload)?),
                2 => sum.bytes(field::ADDRESS, payload),
                3 => sum.int(field::MASK, R::u8(payload)?),
                _ => {}
            }
            Ok(())
        })?,
        10 => sum.int(field::PROTOCOL, R::u32(payload)?),
        _ => {}
    }
    Ok(())
}

pub(super) fn strset<R: Reader>(bytes: &[u8]) -> Read<R> {
    let mut sum = Sum::default();
    messages(bytes, |attributes| {
        R::each(attributes, |kind, payload| match kind {
            1 => header::<R>(payload, &mut sum),
            2 => entries::<R>(payload, |kind, payload| {
                match kind {
                    1 => sum.int(field::SET, R::u32(payload)?),
                    2 => sum.int(field::COUNT, R::u32(payload)?),
                    3 => entries::<R>(payload, |kind, payload| {
                        match kind {
                            1 => sum.int(field::STRING_INDEX, R::u32(payload)?),
                            2 => R::string(payload, |text| sum.bytes(field::STRING, text))?,
                            _ => {}
                        }
                        Ok(())
                    })?,
                    _ => {}
                }
                Ok(())
            }),
            _ => Ok(()),
        })
    })?;
    Ok(sum.total())
}

pub(super) fn features<R: Reader>(bytes: &[u8]) -> Read<R> {
    let mut sum = Sum::default();
    messages(bytes, |attributes| {
        R::each(attributes, |kind, payload| match kind {
            1 => header::<R>(payload, &mut sum),
            2..=5 => R::each(payload, |kind, payload| {
                bitset::<R>(kind, payload, &mut sum)
            }),
            _ => Ok(()),
        })
    })?;
    Ok(sum.total())
}

fn header<R: Reader>(bytes: &[u8], sum: &mut Sum) -> Done<R> {
    R::each(bytes, |kind, payload| {
        match kind {
            1 => sum.int(field::IFINDEX, R::u32(payload)?),
            2 => R::string(payload, |name| sum.bytes(field::IFNAME, name))?,
            _ => {}
        }
        Ok(())
    })
}

fn bitset<R: Reader>(kind: u16, payload: &[u8], sum: &mut Sum) -> Done<R> {
    match kind {
        1 => sum.int(field::NO_MASK, 1u32),
        2 => sum.int(field::SIZE, R::u32(payload)?),
        3 => entries::<R>(payload, |kind, payload| {
            match kind {
                1 => sum.int(field::BIT_INDEX, R::u32(payload)?),
                2 => R::string(payload, |name| sum.bytes(field::BIT_NAME, name))?,
                3 => sum.int(field::BIT_VALUE, 1u32),
                _ => {}
            }
            Ok(())
        })?,
        4 => sum.bytes(field::BITMAP, payload),
        5 => sum.bytes(field::BITMASK, payload),
        _ => {}
    }
    Ok(())
}

pub(super) fn dump<R: Reader>(bytes: &[u8]) -> Read<R> {
    let mut sum = Sum::default();
    messages(bytes, |attributes| {
        R::each(attributes, |kind, payload| {
            match kind {
                1 => sum.int(field::IFINDEX, R::u32(payload)?),
                3 => sum.int(field::XDP_FEATURES, R::u64(payload)?),
                4 => sum.int(field::ZERO_COPY_SEGMENTS, R::u32(payload)?),
                5 => sum.int(field::RX_METADATA, R::u64(payload)?),
                6 => sum.int(field::XSK_FEATURES, R::u64(payload)?),
                _ => {}
            }
            Ok(())
        })
    })?;
    Ok(sum.total())
}
