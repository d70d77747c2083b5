//! Messages that are like the kernel's.

use nlgen_families::{ethtool, netdev, wireguard};
use nlgen_runtime::nlctrl::{GetfamilyReply, McastGroupAttrs, OpAttrs, OpFlags};
use nlgen_runtime::wire::CommandHeader;
use nlgen_runtime::{Encode, List, flags};

use super::{Inputs, append};
use crate::device::{self, AF_INET, AF_INET6, Device, PEERS_OF_A_MESSAGE};

pub(super) fn inputs() -> Inputs {
    Inputs {
        family: family(),
        device: wireguard_device(),
        strset: strset(),
        features: features(),
        dump: dump(),
    }
}

/// The number of a family, where it is not that of another.
const FAMILY: u16 = 21;

/// A message of one family or another.
fn message<T: Encode>(out: &mut Vec<u8>, kind: u16, flags: u16, command: u8, body: &T) {
    let attributes = body.to_bytes().expect("they are short enough");
    append(
        out,
        kind,
        flags,
        CommandHeader {
            command,
            version: 1,
        },
        &attributes,
    );
}

/// ethtool: 50 operations and a group.
fn family() -> Vec<u8> {
    let operations: Vec<(u16, OpAttrs)> = (1..=50)
        .map(|number| {
            let flags = OpFlags::CMD_CAP_DO | OpFlags::CMD_CAP_DUMP | OpFlags::CMD_CAP_HASPOL;
            (
                number,
                OpAttrs {
                    id: Some(u32::from(number)),
                    flags: Some(flags),
                },
            )
        })
        .collect();
    let groups = [(
        1,
        McastGroupAttrs {
            id: Some(6),
            name: Some("monitor".into()),
        },
    )];
    let reply = GetfamilyReply {
        family_name: Some("ethtool".into()),
        family_id: Some(FAMILY),
        version: Some(1),
        hdrsize: Some(0),
        maxattr: Some(0),
        ops: List::with_keys(&operations),
        mcast_groups: List::with_keys(&groups),
    };
    let mut out = Vec::new();
    message(&mut out, 16, 0, 1, &reply);
    out
}

/// The names of bits, of different lengths.
fn names(count: u32) -> Vec<String> {
    let suffix = ["", "-offload", "-segmentation", "-checksum-ip-generic"];
    let name = |index| format!("bit-{index}{}", suffix[index as usize % suffix.len()]);
    (0..count).map(name).collect()
}

fn strset() -> Vec<u8> {
    let names = names(100);
    let string = |(index, name)| ethtool::StringAttrs::default().index(index).value(name);
    let table: Vec<ethtool::StringAttrs<'_>> = (0..).zip(&names).map(string).collect();
    // Sets of 5, 10, 20, 40 and 100 strings: as in the kernel, most are short.
    let tables =
        [5, 10, 20, 40, 100].map(|count| ethtool::Strings::default().string(&table[..count]));
    let set = |(id, strings)| {
        ethtool::Stringset::default()
            .id(ethtool::StringsetId::Unknown(id))
            .count(id)
            .strings(strings)
    };
    let sets: Vec<ethtool::Stringset<'_>> = (3..).zip(&tables).map(set).collect();
    let sets = ethtool::Stringsets::default().stringset(&sets);
    let reply = ethtool::StrsetGetReply {
        header: None,
        stringsets: Some((&sets).into()),
    };
    let mut out = Vec::new();
    message(&mut out, FAMILY, 0, 1, &reply);
    out
}

fn features() -> Vec<u8> {
    let names = names(64);
    let bit = |(index, name)| ethtool::BitsetBit::default().index(index).name(name);
    let bits: Vec<ethtool::BitsetBit<'_>> = (0..).zip(&names).map(bit).collect();
    let set_bits: Vec<ethtool::BitsetBit<'_>> = bits.iter().map(|bit| bit.value(true)).collect();
    let hw = ethtool::BitsetBits::default().bit(&set_bits[..20]);
    let active = ethtool::BitsetBits::default().bit(&set_bits[..30]);
    let nochange = ethtool::BitsetBits::default().bit(&set_bits[40..]);
    let set = ethtool::Bitset::default().nomask(true).size(64);
    let (hw, active, nochange) = (set.bits(&hw), set.bits(&active), set.bits(&nochange));
    let header = ethtool::Header::default().dev_index(1).dev_name("lo");
    let reply = ethtool::FeaturesGetReply {
        header: Some((&header).into()),
        hw: Some((&hw).into()),
        wanted: Some((&active).into()),
        active: Some((&active).into()),
        nochange: Some((&nochange).into()),
    };
    let mut out = Vec::new();
    message(&mut out, FAMILY, 0, 11, &reply);
    out
}

/// 1,000 devices.
fn dump() -> Vec<u8> {
    let mut out = Vec::new();
    for ifindex in 1..=1000 {
        let device = netdev::DevGetReply {
            ifindex: Some(ifindex),
            xdp_features: Some(netdev::XdpAct::from_bits_retain(u64::from(ifindex % 3))),
            xdp_rx_metadata_features: Some(netdev::XdpRxMetadata::empty()),
            xsk_features: Some(netdev::XskFlags::empty()),
            ..netdev::DevGetReply::default()
        };
        message(&mut out, 20, 0, 1, &device);
    }
    out
}

fn wireguard_device() -> Vec<u8> {
    let device = Device::with_peers();
    let v4 = wireguard::Wgallowedip::default()
        .cidr_mask(32)
        .family(AF_INET);
    let v6 = wireguard::Wgallowedip::default()
        .cidr_mask(128)
        .family(AF_INET6);
    let addresses = |peer: &device::Peer| [v4.ipaddr(peer.address4), v6.ipaddr(peer.address6)];
    let addresses: Vec<[wireguard::Wgallowedip; 2]> = device.peers.iter().map(addresses).collect();
    let peers = device
        .peers
        .iter()
        .zip(&addresses)
        .map(|(peer, addresses)| {
            let (sec, nsec) = peer.handshake;
            wireguard::Wgpeer::default()
                .public_key(&peer.public_key)
                .preshared_key(&peer.preshared_key)
                .endpoint(peer.endpoint())
                .persistent_keepalive_interval(peer.keepalive)
                .last_handshake_time(wireguard::KernelTimespec { sec, nsec })
                .rx_bytes(peer.rx_bytes)
                .tx_bytes(peer.tx_bytes)
                .allowedips(addresses)
                .protocol_version(1)
        });
    let peers: Vec<wireguard::Wgpeer<'_>> = peers.collect();
    let mut out = Vec::new();
    for (at, peers) in peers.chunks(PEERS_OF_A_MESSAGE).enumerate() {
        let peers = List::from(peers);
        let reply = match at {
            0 => wireguard::GetDeviceReply {
                ifindex: Some(device.ifindex),
                ifname: Some(device.ifname.into()),
                private_key: Some(&device.private_key),
                public_key: Some(&device.public_key),
                listen_port: Some(device.listen_port),
                fwmark: Some(device.fwmark),
                peers,
            },
            _ => wireguard::GetDeviceReply {
                peers,
                ..wireguard::GetDeviceReply::default()
            },
        };
        message(&mut out, device::FAMILY, flags::MULTI, device::GET, &reply);
    }
    out
}
