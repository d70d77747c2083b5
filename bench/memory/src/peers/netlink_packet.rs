//! netlink-packet-generic for `nlctrl`, which it knows; netlink-packet-core's iterator of attributes for others.

use netlink_packet_core::{DecodeError, NetlinkMessage, NetlinkPayload, NlasIterator};
use netlink_packet_core::{parse_string, parse_u8, parse_u16, parse_u32, parse_u64};
use netlink_packet_generic::GenlMessage;
use netlink_packet_generic::ctrl::GenlCtrl;
use netlink_packet_generic::ctrl::nlas::{GenlCtrlAttrs, McastGrpAttrs, OpAttrs};

use super::by_hand::Reader;
use crate::sum::{Sum, field};

pub(super) fn family(bytes: &[u8]) -> Result<u64, DecodeError> {
    let mut sum = Sum::default();
    let message = NetlinkMessage::<GenlMessage<GenlCtrl>>::deserialize(bytes)?;
    let NetlinkPayload::InnerMessage(message) = message.payload else {
        return Err(DecodeError::from("not a message of a family"));
    };
    for attribute in &message.payload.nlas {
        match attribute {
            GenlCtrlAttrs::FamilyId(id) => sum.int(field::FAMILY_ID, *id),
            GenlCtrlAttrs::FamilyName(name) => sum.bytes(field::FAMILY_NAME, name.as_bytes()),
            GenlCtrlAttrs::Version(version) => sum.int(field::VERSION, *version),
            GenlCtrlAttrs::HdrSize(size) => sum.int(field::HEADER_SIZE, *size),
            GenlCtrlAttrs::MaxAttr(number) => sum.int(field::MAX_ATTRIBUTE, *number),
            GenlCtrlAttrs::Ops(operations) => {
                for attribute in operations.iter().flatten() {
                    match attribute {
                        OpAttrs::Id(id) => sum.int(field::OPERATION, *id),
                        OpAttrs::Flags(flags) => sum.int(field::OPERATION_FLAGS, *flags),
                    }
                }
            }
            GenlCtrlAttrs::McastGroups(groups) => {
                for attribute in groups.iter().flatten() {
                    match attribute {
                        McastGrpAttrs::Name(name) => sum.bytes(field::GROUP_NAME, name.as_bytes()),
                        McastGrpAttrs::Id(id) => sum.int(field::GROUP, *id),
                    }
                }
            }
            _ => {}
        }
    }
    Ok(sum.total())
}

pub(super) enum Core {}

impl Reader for Core {
    type Error = DecodeError;

    #[inline]
    fn each(
        bytes: &[u8],
        mut read: impl FnMut(u16, &[u8]) -> Result<(), DecodeError>,
    ) -> Result<(), DecodeError> {
        for attribute in NlasIterator::new(bytes) {
            let attribute = attribute?;
            read(attribute.kind(), attribute.value())?;
        }
        Ok(())
    }

    #[inline]
    fn u8(payload: &[u8]) -> Result<u8, DecodeError> {
        parse_u8(payload)
    }

    #[inline]
    fn u16(payload: &[u8]) -> Result<u16, DecodeError> {
        parse_u16(payload)
    }

    #[inline]
    fn u32(payload: &[u8]) -> Result<u32, DecodeError> {
        parse_u32(payload)
    }

    #[inline]
    fn u64(payload: &[u8]) -> Result<u64, DecodeError> {
        parse_u64(payload)
    }

    #[inline]
    fn string(payload: &[u8], read: impl FnOnce(&[u8])) -> Result<(), DecodeError> {
        parse_string(payload).map(|text| read(text.as_bytes()))
    }
}
