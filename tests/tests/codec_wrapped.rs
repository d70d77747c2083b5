//! Nests that are longer than their 16-bit length can say: the kernel sends them so, with all of their bytes.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what the tests themselves write"
)]

use nlgen_runtime::wire::Encoder;
use nlgen_runtime::{Decode, Encode, Str};
use nlgen_tests::rt_link::{GetlinkReply, IflaVfVlan, Vfinfo};

/// `IFLA_VFINFO_LIST` and `IFLA_VF_INFO`.
const LIST: u16 = 22;
const INFO: u16 = 1;

/// An attribute as the kernel makes it: its length is cut to 16 bits.
fn nest(number: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = ((payload.len() + 4) as u16).to_ne_bytes().to_vec();
    bytes.extend(number.to_ne_bytes());
    bytes.extend(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// The virtual functions 0 to `count`, each of `size` bytes.
fn functions(count: u32, size: usize) -> Vec<u8> {
    let mut list = Vec::new();
    for vf in 0..count {
        let vlan = IflaVfVlan {
            vf,
            vlan: 7,
            qos: 0,
        };
        let mut payload = Vec::new();
        let mut out = Encoder::new(&mut payload);
        Vfinfo::default().vlan(vlan).encode(&mut out);
        // Zeros, as most of what the kernel tells of them.
        out.attr(99, |out| out.zeros(size - 4 - 16 - 4));
        out.finish().unwrap();
        list.extend(nest(INFO, &payload));
    }
    list
}

/// A link with these virtual functions, and attributes before and behind them.
fn link(list: &[u8]) -> Vec<u8> {
    let before = GetlinkReply {
        address: Some(&[2, 0, 0, 0, 0, 1]),
        ifname: Some(Str::from("eth0")),
        mtu: Some(1500),
        num_vf: Some(230),
        ..GetlinkReply::default()
    };
    let behind = GetlinkReply {
        group: Some(5),
        link: Some(9),
        ..GetlinkReply::default()
    };
    // Each with the fixed header, of which one is wanted.
    let mut bytes = before.to_bytes().unwrap();
    bytes.extend(nest(LIST, list));
    bytes.extend(&behind.to_bytes().unwrap()[16..]);
    bytes
}

/// From 222 virtual functions on the rest of the list was taken for attributes of the link: its name and address were
/// those of a virtual function, or the link could not be read at all.
#[test]
fn a_list_that_is_longer_than_its_length_is_read_whole() {
    for (count, size) in [
        (10, 296),
        (221, 296),
        (222, 296),
        (230, 296),
        (500, 296),
        (2000, 296),
        // The length says that the list ends behind an entry.
        (300, 256),
        (256, 256),
        (257, 256),
        (700, 512),
        // Or behind an attribute inside an entry.
        (400, 40),
        (3000, 44),
        (6000, 36),
    ] {
        let bytes = link(&functions(count, size));
        let link = GetlinkReply::decode(&bytes)
            .unwrap_or_else(|error| panic!("{count} of {size} bytes: {error}"));
        let name = link.ifname.unwrap();
        assert_eq!((name.as_bytes(), link.mtu), (&b"eth0"[..], Some(1500)));
        assert_eq!(
            link.address,
            Some(&[2, 0, 0, 0, 0, 1][..]),
            "{count} of {size}"
        );
        assert_eq!(
            (link.group, link.link),
            (Some(5), Some(9)),
            "{count} of {size}"
        );
        let list = link.vfinfo_list.unwrap().get().unwrap();
        let mut found = 0;
        for (vf, info) in (0..).zip(list.info.iter()) {
            let vlan = info.unwrap().vlan.unwrap();
            assert_eq!((vlan.vf, vlan.vlan), (vf, 7));
            found += 1;
        }
        assert_eq!(found, count, "of {size} bytes");
    }
}
