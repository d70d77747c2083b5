//! neli: each level is read into a list of attributes with payloads of their own.

use std::io::Cursor;

use neli::err::DeError;
use neli::genl::Nlattr;
use neli::types::{Buffer, GenlBuffer};
use neli::{FromBytes, FromBytesWithInput as _};

use super::by_hand::Reader;

pub(super) enum Neli {}

fn int<T: FromBytes>(payload: &[u8]) -> Result<T, DeError> {
    T::from_bytes(&mut Cursor::new(payload))
}

impl Reader for Neli {
    type Error = DeError;

    #[inline]
    fn each(
        bytes: &[u8],
        mut read: impl FnMut(u16, &[u8]) -> Result<(), DeError>,
    ) -> Result<(), DeError> {
        let level: GenlBuffer<u16, Buffer> =
            GenlBuffer::from_bytes_with_input(&mut Cursor::new(bytes), bytes.len())?;
        for attribute in level.iter() {
            let attribute: &Nlattr<u16, Buffer> = attribute;
            read(
                *attribute.nla_type().nla_type(),
                attribute.nla_payload().as_ref(),
            )?;
        }
        Ok(())
    }

    #[inline]
    fn u8(payload: &[u8]) -> Result<u8, DeError> {
        int(payload)
    }

    #[inline]
    fn u16(payload: &[u8]) -> Result<u16, DeError> {
        int(payload)
    }

    #[inline]
    fn u32(payload: &[u8]) -> Result<u32, DeError> {
        int(payload)
    }

    #[inline]
    fn u64(payload: &[u8]) -> Result<u64, DeError> {
        int(payload)
    }

    #[inline]
    fn string(payload: &[u8], read: impl FnOnce(&[u8])) -> Result<(), DeError> {
        let text = String::from_bytes_with_input(&mut Cursor::new(payload), payload.len())?;
        read(text.as_bytes());
        Ok(())
    }
}
