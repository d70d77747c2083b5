//! WireGuard with a thousand peers: set, read back whole, and seen the same by `wg`.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use nlgen_runtime::Connection;
use nlgen_tests::wireguard::{
    GetDeviceDump, SetDevice, Wgallowedip, WgdeviceFlags, Wgpeer, WgpeerFlags,
};

use crate::run;

const PEERS: u16 = 1000;
/// So many that their nest is well below what an attribute holds.
const AT_ONCE: usize = 100;

/// A key that tells its number. Its bits that the kernel sets in private keys are set.
fn key(kind: u8, number: u16) -> [u8; 32] {
    let [low, high] = number.to_le_bytes();
    let mut key = [kind; 32];
    (key[1], key[2], key[0], key[31]) = (low, high, kind & 0xf8, 0x40 | (kind & 0x3f));
    key
}

fn address(number: u16) -> Ipv4Addr {
    let [high, low] = number.to_be_bytes();
    Ipv4Addr::new(10, high, low, 0)
}

/// What is set of a peer.
#[derive(Default, PartialEq)]
struct Peer {
    preshared: [u8; 32],
    keepalive: u16,
    allowed: Vec<(IpAddr, u8)>,
}

fn set_all(conn: &mut Connection, private: &[u8; 32]) -> BTreeMap<[u8; 32], Peer> {
    let numbers: Vec<u16> = (0..PEERS).collect();
    let mut all = BTreeMap::new();
    for some in numbers.chunks(AT_ONCE) {
        let keys: Vec<_> = some.iter().map(|n| (key(2, *n), key(3, *n))).collect();
        let addresses: Vec<_> = some
            .iter()
            .map(|n| {
                [Wgallowedip::default()
                    .family(2)
                    .ipaddr(IpAddr::from(address(*n)))
                    .cidr_mask(24)]
            })
            .collect();
        let mut peers = Vec::new();
        for (at, number) in some.iter().enumerate() {
            let (public, preshared) = &keys[at];
            peers.push(
                Wgpeer::default()
                    .public_key(public)
                    .preshared_key(preshared)
                    .persistent_keepalive_interval(number + 1)
                    .flags(WgpeerFlags::REPLACE_ALLOWEDIPS)
                    .allowedips(&addresses[at]),
            );
            let peer = Peer {
                preshared: *preshared,
                keepalive: number + 1,
                allowed: vec![(address(*number).into(), 24)],
            };
            all.insert(*public, peer);
        }
        let mut request = SetDevice::default().ifname("wg0").peers(&peers);
        if some.first() == Some(&0) {
            request = request
                .private_key(private)
                .listen_port(51820)
                .flags(WgdeviceFlags::REPLACE_PEERS);
        }
        conn.call(&request).unwrap();
    }
    all
}

#[test]
fn a_thousand_peers_there_and_back() {
    if !needs::lab() {
        return;
    }
    run("ip link add wg0 type wireguard");
    let mut conn = Connection::open().unwrap();
    let private = key(0x48, 0);
    let set = set_all(&mut conn, &private);

    let parts = conn.dump(&GetDeviceDump::default().ifname("wg0")).unwrap();
    assert!(parts.len() > 1, "the device takes several messages");
    let mut read = BTreeMap::<[u8; 32], Peer>::new();
    let mut shown = String::new();
    for (at, part) in parts.iter().enumerate() {
        let part = part.unwrap();
        // The first message alone has more than peers.
        let own = (part.ifname, part.private_key, part.listen_port);
        match at {
            0 => assert_eq!(own, (Some("wg0".into()), Some(&private), Some(51820))),
            _ => assert_eq!(own, (None, None, None)),
        }
        for peer in part.peers.iter() {
            let peer = peer.unwrap();
            // One whose addresses are in the next message comes there by its public key alone.
            let entry: &mut Peer = read.entry(*peer.public_key.unwrap()).or_default();
            if let Some(preshared) = peer.preshared_key {
                entry.preshared = *preshared;
                entry.keepalive = peer.persistent_keepalive_interval.unwrap();
            }
            for allowed in peer.allowedips.iter() {
                let allowed = allowed.unwrap();
                let range = (allowed.ipaddr.unwrap(), allowed.cidr_mask.unwrap());
                entry.allowed.push(range);
            }
        }
        shown += &format!("{part:?}");
    }
    assert!(read == set, "{} peers of {}", read.len(), set.len());

    // What is shown has the peers, and no secret.
    assert!(shown.contains(&hex(&key(2, 7))), "{}", &shown[..2000]);
    for secret in [&private, &key(3, 7), &key(3, 999)] {
        assert!(!shown.contains(&hex(secret)));
        assert!(!shown.contains(&format!("{secret:?}")));
    }

    let dump = run("wg show wg0 dump");
    assert_eq!(dump.lines().count(), 1 + set.len());
    let told: Vec<(String, String)> = dump
        .lines()
        .skip(1)
        .map(|line| {
            let words: Vec<&str> = line.split('\t').collect();
            (words[3].to_owned(), words[7].to_owned())
        })
        .collect();
    for peer in set.values() {
        let (ip, mask) = peer.allowed[0];
        assert!(told.contains(&(format!("{ip}/{mask}"), peer.keepalive.to_string())));
    }
    run("ip link del wg0");
}

/// Bytes as `Debug` of a message shows them.
fn hex(bytes: &[u8]) -> String {
    let bytes: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(" ")
}
