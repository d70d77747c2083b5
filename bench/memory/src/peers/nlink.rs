//! nlink: its iterator of attributes, and its builder of messages.

use nlink::netlink::attr::get;
use nlink::netlink::{AttrIter, Error, MessageBuilder};

use super::by_hand::Reader;
use crate::device::{AF_INET, AF_INET6, Device, FAMILY, REPLACE_ALLOWEDIPS, REPLACE_PEERS, SET};

pub(super) enum Nlink {}

impl Reader for Nlink {
    type Error = Error;

    #[inline]
    fn each(
        bytes: &[u8],
        mut read: impl FnMut(u16, &[u8]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        for (kind, payload) in AttrIter::new(bytes) {
            read(kind, payload)?;
        }
        Ok(())
    }

    #[inline]
    fn u8(payload: &[u8]) -> Result<u8, Error> {
        get::u8(payload)
    }

    #[inline]
    fn u16(payload: &[u8]) -> Result<u16, Error> {
        get::u16_ne(payload)
    }

    #[inline]
    fn u32(payload: &[u8]) -> Result<u32, Error> {
        get::u32_ne(payload)
    }

    #[inline]
    fn u64(payload: &[u8]) -> Result<u64, Error> {
        get::u64_ne(payload)
    }

    #[inline]
    fn string(payload: &[u8], read: impl FnOnce(&[u8])) -> Result<(), Error> {
        get::string(payload).map(|text| read(text.as_bytes()))
    }
}

/// Its builder has a buffer of its own; the message replaces what is in `out`.
pub(super) fn set_device(device: &Device, out: &mut Vec<u8>) {
    let mut message = MessageBuilder::new(FAMILY, 5);
    message.append_bytes(&[SET, 1, 0, 0]);
    message.append_attr_str(2, device.ifname);
    message.append_attr(3, &device.private_key);
    message.append_attr_u32(5, REPLACE_PEERS);
    message.append_attr_u16(6, device.listen_port);
    message.append_attr_u32(7, device.fwmark);
    let peers = message.nest_start(8);
    for (at, peer) in device.peers.iter().enumerate() {
        let entry = message.nest_start(at as u16);
        message.append_attr(1, &peer.public_key);
        message.append_attr(2, &peer.preshared_key);
        message.append_attr_u32(3, REPLACE_ALLOWEDIPS);
        message.append_attr(4, &peer.endpoint);
        message.append_attr_u16(5, peer.keepalive);
        let addresses = message.nest_start(9);
        let address = message.nest_start(0);
        message.append_attr_u16(1, AF_INET);
        message.append_attr(2, &peer.address4);
        message.append_attr_u8(3, 32);
        message.nest_end(address);
        let address = message.nest_start(1);
        message.append_attr_u16(1, AF_INET6);
        message.append_attr(2, &peer.address6);
        message.append_attr_u8(3, 128);
        message.nest_end(address);
        message.nest_end(addresses);
        message.nest_end(entry);
    }
    message.nest_end(peers);
    *out = message.finish();
}
