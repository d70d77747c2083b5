//! netlink-bindings, over the attributes in their order; and for workload B by its getters, each of which looks
//! for its attribute from the beginning.

use std::ffi::CString;
use std::net::IpAddr;

use netlink_bindings::traits::Pusher as _;
use netlink_bindings::utils::ErrorContext;
use netlink_bindings::wireguard::{Wgallowedip, Wgdevice, Wgpeer};
use netlink_bindings::{ethtool, netdev, nlctrl, wireguard};

use super::messages;
use crate::device::{AF_INET, AF_INET6, Device, REPLACE_ALLOWEDIPS, REPLACE_PEERS, add_endpoint};
use crate::limit;
use crate::sum::{Sum, field};

pub(super) fn family(bytes: &[u8]) -> Result<u64, ErrorContext> {
    use nlctrl::{CtrlAttrs, McastGroupAttrs, OpAttrs};
    let mut sum = Sum::default();
    messages(bytes, |attributes| {
        for attribute in CtrlAttrs::new(attributes) {
            match attribute? {
                CtrlAttrs::FamilyId(id) => sum.int(field::FAMILY_ID, id),
                CtrlAttrs::FamilyName(name) => sum.bytes(field::FAMILY_NAME, name.to_bytes()),
                CtrlAttrs::Version(version) => sum.int(field::VERSION, version),
                CtrlAttrs::Hdrsize(size) => sum.int(field::HEADER_SIZE, size),
                CtrlAttrs::Maxattr(number) => sum.int(field::MAX_ATTRIBUTE, number),
                CtrlAttrs::Ops(operations) => {
                    for operation in operations {
                        for attribute in operation? {
                            match attribute? {
                                OpAttrs::Id(id) => sum.int(field::OPERATION, id),
                                OpAttrs::Flags(flags) => sum.int(field::OPERATION_FLAGS, flags),
                            }
                        }
                    }
                }
                CtrlAttrs::McastGroups(groups) => {
                    for group in groups {
                        for attribute in group? {
                            match attribute? {
                                McastGroupAttrs::Name(name) => {
                                    sum.bytes(field::GROUP_NAME, name.to_bytes())
                                }
                                McastGroupAttrs::Id(id) => sum.int(field::GROUP, id),
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    })?;
    Ok(sum.total())
}

pub(super) fn device(bytes: &[u8]) -> Result<u64, ErrorContext> {
    let mut sum = Sum::default();
    messages(bytes, |attributes| {
        for attribute in Wgdevice::new(attributes) {
            match attribute? {
                Wgdevice::Ifindex(index) => sum.int(field::IFINDEX, index),
                Wgdevice::Ifname(name) => sum.bytes(field::IFNAME, name.to_bytes()),
                Wgdevice::PrivateKey(key) => sum.bytes(field::PRIVATE_KEY, key),
                Wgdevice::PublicKey(key) => sum.bytes(field::PUBLIC_KEY, key),
                Wgdevice::Flags(flags) => sum.int(field::DEVICE_FLAGS, flags),
                Wgdevice::ListenPort(port) => sum.int(field::LISTEN_PORT, port),
                Wgdevice::Fwmark(mark) => sum.int(field::FWMARK, mark),
                Wgdevice::Peers(peers) => {
                    for peer in peers {
                        add_peer(peer?, &mut sum)?;
                    }
                }
            }
        }
        Ok(())
    })?;
    Ok(sum.total())
}

fn add_peer(peer: wireguard::IterableWgpeer<'_>, sum: &mut Sum) -> Result<(), ErrorContext> {
    for attribute in peer {
        match attribute? {
            Wgpeer::PublicKey(key) => sum.bytes(field::PEER_KEY, key),
            Wgpeer::PresharedKey(key) => sum.bytes(field::PRESHARED_KEY, key),
            Wgpeer::Flags(flags) => sum.int(field::PEER_FLAGS, flags),
            Wgpeer::Endpoint(endpoint) => add_endpoint(endpoint, sum),
            Wgpeer::PersistentKeepaliveInterval(seconds) => sum.int(field::KEEPALIVE, seconds),
            Wgpeer::LastHandshakeTime(time) => {
                sum.int(field::HANDSHAKE_SECONDS, time.sec);
                sum.int(field::HANDSHAKE_NANOSECONDS, time.nsec);
            }
            Wgpeer::RxBytes(count) => sum.int(field::RX_BYTES, count),
            Wgpeer::TxBytes(count) => sum.int(field::TX_BYTES, count),
            Wgpeer::ProtocolVersion(version) => sum.int(field::PROTOCOL, version),
            Wgpeer::Allowedips(addresses) => {
                for address in addresses {
                    for attribute in address? {
                        match attribute? {
                            Wgallowedip::Family(family) => sum.int(field::ADDRESS_FAMILY, family),
                            Wgallowedip::Ipaddr(ip) => add_address(ip, sum),
                            Wgallowedip::CidrMask(bits) => sum.int(field::MASK, bits),
                            Wgallowedip::Flags(_) => {}
                        }
                    }
                }
            }
        }
    }
    Ok(())
}

pub(super) fn device_by_getters(bytes: &[u8]) -> Result<u64, ErrorContext> {
    let mut sum = Sum::default();
    messages(bytes, |attributes| {
        let device = Wgdevice::new(attributes);
        sum.some_int(field::IFINDEX, device.get_ifindex().ok());
        if let Ok(name) = device.get_ifname() {
            sum.bytes(field::IFNAME, name.to_bytes());
        }
        if let Ok(key) = device.get_private_key() {
            sum.bytes(field::PRIVATE_KEY, key);
        }
        if let Ok(key) = device.get_public_key() {
            sum.bytes(field::PUBLIC_KEY, key);
        }
        sum.some_int(field::LISTEN_PORT, device.get_listen_port().ok());
        sum.some_int(field::FWMARK, device.get_fwmark().ok());
        for peer in device.get_peers()? {
            sum.bytes(field::PEER_KEY, peer.get_public_key()?);
            sum.bytes(field::PRESHARED_KEY, peer.get_preshared_key()?);
            add_endpoint(peer.get_endpoint()?, &mut sum);
            sum.int(field::KEEPALIVE, peer.get_persistent_keepalive_interval()?);
            let time = peer.get_last_handshake_time()?;
            sum.int(field::HANDSHAKE_SECONDS, time.sec);
            sum.int(field::HANDSHAKE_NANOSECONDS, time.nsec);
            sum.int(field::RX_BYTES, peer.get_rx_bytes()?);
            sum.int(field::TX_BYTES, peer.get_tx_bytes()?);
            sum.int(field::PROTOCOL, peer.get_protocol_version()?);
            for address in peer.get_allowedips()? {
                sum.int(field::ADDRESS_FAMILY, address.get_family()?);
                add_address(address.get_ipaddr()?, &mut sum);
                sum.int(field::MASK, address.get_cidr_mask()?);
            }
        }
        Ok(())
    })?;
    Ok(sum.total())
}

fn add_address(ip: IpAddr, sum: &mut Sum) {
    match ip {
        IpAddr::V4(ip) => sum.bytes(field::ADDRESS, &ip.octets()),
        IpAddr::V6(ip) => sum.bytes(field::ADDRESS, &ip.octets()),
    }
}

pub(super) fn strset(bytes: &[u8]) -> Result<u64, ErrorContext> {
    use ethtool::{String, Strings, Stringset, Stringsets, Strset};
    let mut sum = Sum::default();
    messages(bytes, |attributes| {
        for attribute in Strset::new(attributes) {
            match attribute? {
                Strset::Header(header) => add_header(header, &mut sum)?,
                Strset::Stringsets(sets) => {
                    for set in sets {
                        let Stringsets::Stringset(set) = set?;
                        for attribute in set {
                            match attribute? {
                                Stringset::Id(id) => sum.int(field::SET, id),
                                Stringset::Count(count) => sum.int(field::COUNT, count),
                                Stringset::Strings(strings) => {
                                    for string in strings {
                                        let Strings::String(string) = string?;
                                        for attribute in string {
                                            match attribute? {
                                                String::Index(index) => {
                                                    sum.int(field::STRING_INDEX, index)
                                                }
                                                String::Value(value) => {
                                                    sum.bytes(field::STRING, value.to_bytes())
                                                }
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
                Strset::CountsOnly(()) => {}
            }
        }
        Ok(())
    })?;
    Ok(sum.total())
}

pub(super) fn features(bytes: &[u8]) -> Result<u64, ErrorContext> {
    use ethtool::Features;
    let mut sum = Sum::default();
    messages(bytes, |attributes| {
        for attribute in Features::new(attributes) {
            match attribute? {
                Features::Header(header) => add_header(header, &mut sum)?,
                Features::Hw(set)
                | Features::Wanted(set)
                | Features::Active(set)
                | Features::Nochange(set) => {
                    add_bitset(set, &mut sum)?;
                }
            }
        }
        Ok(())
    })?;
    Ok(sum.total())
}

fn add_header(header: ethtool::IterableHeader<'_>, sum: &mut Sum) -> Result<(), ErrorContext> {
    for attribute in header {
        match attribute? {
            ethtool::Header::DevIndex(index) => sum.int(field::IFINDEX, index),
            ethtool::Header::DevName(name) => sum.bytes(field::IFNAME, name.to_bytes()),
            _ => {}
        }
    }
    Ok(())
}

fn add_bitset(set: ethtool::IterableBitset<'_>, sum: &mut Sum) -> Result<(), ErrorContext> {
    use ethtool::{Bitset, BitsetBit, BitsetBits};
    for attribute in set {
        match attribute? {
            Bitset::Nomask(()) => sum.int(field::NO_MASK, 1u32),
            Bitset::Size(size) => sum.int(field::SIZE, size),
            Bitset::Value(bytes) => sum.bytes(field::BITMAP, bytes),
            Bitset::Mask(bytes) => sum.bytes(field::BITMASK, bytes),
            Bitset::Bits(bits) => {
                for bit in bits {
                    let BitsetBits::Bit(bit) = bit?;
                    for attribute in bit {
                        match attribute? {
                            BitsetBit::Index(index) => sum.int(field::BIT_INDEX, index),
                            BitsetBit::Name(name) => sum.bytes(field::BIT_NAME, name.to_bytes()),
                            BitsetBit::Value(()) => sum.int(field::BIT_VALUE, 1u32),
                        }
                    }
                }
            }
        }
    }
    Ok(())
}

pub(super) fn dump(bytes: &[u8]) -> Result<u64, ErrorContext> {
    use netdev::Dev;
    let mut sum = Sum::default();
    messages(bytes, |attributes| {
        for attribute in Dev::new(attributes) {
            match attribute? {
                Dev::Ifindex(index) => sum.int(field::IFINDEX, index),
                Dev::XdpFeatures(features) => sum.int(field::XDP_FEATURES, features),
                Dev::XdpZcMaxSegs(count) => sum.int(field::ZERO_COPY_SEGMENTS, count),
                Dev::XdpRxMetadataFeatures(features) => sum.int(field::RX_METADATA, features),
                Dev::XskFeatures(features) => sum.int(field::XSK_FEATURES, features),
                Dev::Pad(_) => {}
            }
        }
        Ok(())
    })?;
    Ok(sum.total())
}

pub(super) fn set_device(device: &Device, out: &mut Vec<u8>) {
    let name = CString::new(device.ifname).expect("the name has no NUL");
    limit::begin_message(out);
    let mut peers = wireguard::PushWgdevice::new(&mut *out)
        .push_ifname(&name)
        .push_private_key(&device.private_key)
        .push_flags(REPLACE_PEERS)
        .push_listen_port(device.listen_port)
        .push_fwmark(device.fwmark)
        .array_peers();
    for peer in &device.peers {
        peers = peers
            .entry_nested()
            .push_public_key(&peer.public_key)
            .push_preshared_key(&peer.preshared_key)
            .push_flags(REPLACE_ALLOWEDIPS)
            .push_endpoint(peer.endpoint())
            .push_persistent_keepalive_interval(peer.keepalive)
            .array_allowedips()
            .entry_nested()
            .push_family(AF_INET)
            .push_ipaddr(peer.address4.into())
            .push_cidr_mask(32)
            .end_nested()
            .entry_nested()
            .push_family(AF_INET6)
            .push_ipaddr(peer.address6.into())
            .push_cidr_mask(128)
            .end_nested()
            .end_array()
            .end_nested();
    }
    peers.end_array().end_nested();
    limit::end_message(out.as_vec_mut());
}
