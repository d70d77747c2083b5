//! A WireGuard device: a dump of several messages, and a request.

use std::net::IpAddr;

use nlgen_families::wireguard::{
    GetDeviceReply, SetDevice, Wgallowedip, WgdeviceFlags, Wgpeer, WgpeerFlags,
};
use nlgen_runtime::wire::{CommandHeader, Encoder, Messages};
use nlgen_runtime::{Decode as _, DecodeError, Encode as _, EncodeError, MessageHeader, flags};

use crate::device::{AF_INET, AF_INET6, Device, FAMILY, SET, add_endpoint};
use crate::sum::{Sum, field};

pub(crate) fn device(bytes: &[u8]) -> Result<u64, DecodeError> {
    let mut sum = Sum::default();
    for message in Messages::new(bytes) {
        let (_, attributes) = message.command()?;
        let device = GetDeviceReply::decode(attributes)?;
        sum.some_int(field::IFINDEX, device.ifindex);
        if let Some(name) = device.ifname {
            sum.bytes(field::IFNAME, name.as_bytes());
        }
        if let Some(key) = device.private_key {
            sum.bytes(field::PRIVATE_KEY, key);
        }
        if let Some(key) = device.public_key {
            sum.bytes(field::PUBLIC_KEY, key);
        }
        sum.some_int(field::LISTEN_PORT, device.listen_port);
        sum.some_int(field::FWMARK, device.fwmark);
        for peer in device.peers {
            add_peer(&peer?, &mut sum)?;
        }
    }
    Ok(sum.total())
}

#[inline]
fn add_peer(peer: &Wgpeer<'_>, sum: &mut Sum) -> Result<(), DecodeError> {
    if let Some(key) = peer.public_key {
        sum.bytes(field::PEER_KEY, key);
    }
    if let Some(key) = peer.preshared_key {
        sum.bytes(field::PRESHARED_KEY, key);
    }
    sum.some_int(field::PEER_FLAGS, peer.flags.map(|flags| flags.bits()));
    if let Some(endpoint) = peer.endpoint {
        add_endpoint(endpoint, sum);
    }
    sum.some_int(field::KEEPALIVE, peer.persistent_keepalive_interval);
    if let Some(time) = peer.last_handshake_time {
        sum.int(field::HANDSHAKE_SECONDS, time.sec);
        sum.int(field::HANDSHAKE_NANOSECONDS, time.nsec);
    }
    sum.some_int(field::RX_BYTES, peer.rx_bytes);
    sum.some_int(field::TX_BYTES, peer.tx_bytes);
    for address in peer.allowedips {
        let address = address?;
        sum.some_int(field::ADDRESS_FAMILY, address.family);
        match address.ipaddr {
            Some(IpAddr::V4(ip)) => sum.bytes(field::ADDRESS, &ip.octets()),
            Some(IpAddr::V6(ip)) => sum.bytes(field::ADDRESS, &ip.octets()),
            None => {}
        }
        sum.some_int(field::MASK, address.cidr_mask);
    }
    sum.some_int(field::PROTOCOL, peer.protocol_version);
    Ok(())
}

/// The structs of a request that are borrowed by others: addresses of each peer.
pub(crate) struct Prepared<'d> {
    device: &'d Device,
    addresses: Vec<[Wgallowedip; 2]>,
}

impl<'d> Prepared<'d> {
    pub(crate) fn new(device: &'d Device) -> Self {
        let v4 = Wgallowedip::default().family(AF_INET).cidr_mask(32);
        let v6 = Wgallowedip::default().family(AF_INET6).cidr_mask(128);
        let addresses = device
            .peers
            .iter()
            .map(|peer| [v4.ipaddr(peer.address4), v6.ipaddr(peer.address6)]);
        Self {
            device,
            addresses: addresses.collect(),
        }
    }

    pub(crate) fn peers(&self) -> Vec<Wgpeer<'_>> {
        let peers = self.device.peers.iter().zip(&self.addresses);
        peers
            .map(|(peer, addresses)| {
                Wgpeer::default()
                    .public_key(&peer.public_key)
                    .preshared_key(&peer.preshared_key)
                    .flags(WgpeerFlags::REPLACE_ALLOWEDIPS)
                    .endpoint(peer.endpoint())
                    .persistent_keepalive_interval(peer.keepalive)
                    .allowedips(addresses)
            })
            .collect()
    }

    pub(crate) fn request<'p>(&'p self, peers: &'p [Wgpeer<'p>]) -> SetDevice<'p> {
        SetDevice::default()
            .ifname(self.device.ifname)
            .private_key(&self.device.private_key)
            .flags(WgdeviceFlags::REPLACE_PEERS)
            .listen_port(self.device.listen_port)
            .fwmark(self.device.fwmark)
            .peers(peers)
    }
}

/// Writes the message over what is in `out`.
pub(crate) fn set_device(request: &SetDevice<'_>, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    out.clear();
    let header = MessageHeader {
        kind: FAMILY,
        flags: flags::REQUEST | flags::ACK,
        seq: 1,
        ..MessageHeader::default()
    };
    header.write(out);
    out.extend_from_slice(
        &CommandHeader {
            command: SET,
            version: 1,
        }
        .to_bytes(),
    );
    let mut encoder = Encoder::new(out);
    request.encode(&mut encoder);
    encoder.finish()?;
    let len = out.len() as u32;
    out[..4].copy_from_slice(&len.to_ne_bytes());
    Ok(())
}
