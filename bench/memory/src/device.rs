//! The WireGuard device of workloads B and C, as a program that configures one would have it.

use std::net::SocketAddr;

use crate::sum::{Sum, field};

/// A device and its peers.
#[derive(Clone, Debug)]
pub(crate) struct Device {
    pub(crate) ifindex: u32,
    pub(crate) ifname: &'static str,
    pub(crate) private_key: [u8; 32],
    pub(crate) public_key: [u8; 32],
    pub(crate) listen_port: u16,
    pub(crate) fwmark: u32,
    pub(crate) peers: Vec<Peer>,
}

/// A peer.
#[derive(Clone, Debug)]
pub(crate) struct Peer {
    pub(crate) public_key: [u8; 32],
    pub(crate) preshared_key: [u8; 32],
    /// A `struct sockaddr_in`.
    pub(crate) endpoint: [u8; 16],
    pub(crate) keepalive: u16,
    /// Seconds and nanoseconds.
    pub(crate) handshake: (u64, u64),
    pub(crate) rx_bytes: u64,
    pub(crate) tx_bytes: u64,
    /// The IPv4 address that it may use, with 32 bits in common, and the IPv6 address with 128.
    pub(crate) address4: [u8; 4],
    pub(crate) address6: [u8; 16],
}

/// Numbers of the families of addresses.
pub(crate) const AF_INET: u16 = 2;
pub(crate) const AF_INET6: u16 = 10;

/// `WGPEER_F_REPLACE_ALLOWEDIPS`, for each peer of the request.
pub(crate) const REPLACE_ALLOWEDIPS: u32 = 2;

/// `WGDEVICE_F_REPLACE_PEERS`, for the request.
pub(crate) const REPLACE_PEERS: u32 = 1;

/// So many peers come in one message of a dump.
pub(crate) const PEERS_OF_A_MESSAGE: usize = 100;

/// `WG_CMD_GET_DEVICE` and `WG_CMD_SET_DEVICE`; the number of the family, which the kernel chooses.
pub(crate) const GET: u8 = 0;
pub(crate) const SET: u8 = 1;
pub(crate) const FAMILY: u16 = 30;

impl Device {
    /// One with 300 peers, no two of them alike.
    pub(crate) fn with_peers() -> Self {
        Self {
            ifindex: 7,
            ifname: "wg0",
            private_key: key(1000),
            public_key: key(2000),
            listen_port: 51820,
            fwmark: 0xca6c,
            peers: (0..300).map(Peer::numbered).collect(),
        }
    }
}

impl Peer {
    /// The endpoint, for those who write it as an address.
    pub(crate) fn endpoint(&self) -> SocketAddr {
        let [_, _, high, low, a, b, c, d, ..] = self.endpoint;
        SocketAddr::from(([a, b, c, d], u16::from_be_bytes([high, low])))
    }

    fn numbered(n: u32) -> Self {
        let [_, _, high, low] = n.to_be_bytes();
        let mut endpoint = [0; 16];
        endpoint[..2].copy_from_slice(&AF_INET.to_ne_bytes());
        endpoint[2..4].copy_from_slice(&51820u16.to_be_bytes());
        endpoint[4..8].copy_from_slice(&[198, 51, high, low]);
        let mut address6 = [0; 16];
        address6[..2].copy_from_slice(&[0xfd, 0x00]);
        address6[14..].copy_from_slice(&[high, low]);
        Self {
            public_key: key(n),
            preshared_key: key(n + 10_000),
            endpoint,
            keepalive: 25 + low as u16 % 3,
            handshake: (1_700_000_000 + u64::from(n), 500_000 + u64::from(n)),
            rx_bytes: u64::from(n) * 1_000_003,
            tx_bytes: u64::from(n) * 2_000_003,
            address4: [10, 0, high, low],
            address6,
        }
    }
}

/// 32 bytes that look like a key.
fn key(n: u32) -> [u8; 32] {
    let mut state = u64::from(n).wrapping_add(0x9e37_79b9_7f4a_7c15);
    std::array::from_fn(|_| {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        (state >> 56) as u8
    })
}

/// An endpoint comes as an address; on the wire it is a struct that begins with the number of its family.
pub(crate) fn add_endpoint(endpoint: SocketAddr, sum: &mut Sum) {
    let mut bytes = [0; 28];
    let (family, len) = match endpoint {
        SocketAddr::V4(_) => (AF_INET, 16),
        SocketAddr::V6(_) => (AF_INET6, 28),
    };
    bytes[..2].copy_from_slice(&family.to_ne_bytes());
    sum.bytes(field::ENDPOINT, &bytes[..len]);
}
