//! A request that sets a WireGuard device: bytes appended one after the other, lengths filled in when a nest ends.

use crate::device::{AF_INET, AF_INET6, Device, FAMILY, REPLACE_ALLOWEDIPS, REPLACE_PEERS, SET};

const NESTED: u16 = 1 << 15;

pub(crate) fn set_device(device: &Device, out: &mut Vec<u8>) {
    begin_message(out);
    put_string(out, 2, device.ifname);
    put(out, 3, device.private_key);
    put(out, 5, REPLACE_PEERS.to_ne_bytes());
    put(out, 6, device.listen_port.to_ne_bytes());
    put(out, 7, device.fwmark.to_ne_bytes());
    let peers = begin(out);
    for (at, peer) in device.peers.iter().enumerate() {
        let entry = begin(out);
        put(out, 1, peer.public_key);
        put(out, 2, peer.preshared_key);
        put(out, 3, REPLACE_ALLOWEDIPS.to_ne_bytes());
        put(out, 4, peer.endpoint);
        put(out, 5, peer.keepalive.to_ne_bytes());
        let addresses = begin(out);
        let address = begin(out);
        put(out, 1, AF_INET.to_ne_bytes());
        put(out, 2, peer.address4);
        put(out, 3, [32]);
        end(out, address, 0);
        let address = begin(out);
        put(out, 1, AF_INET6.to_ne_bytes());
        put(out, 2, peer.address6);
        put(out, 3, [128]);
        end(out, address, 1);
        end(out, addresses, 9);
        end(out, entry, at as u16);
    }
    end(out, peers, 8);
    end_message(out);
}

/// Writes the two headers over what is in `out`.
#[inline(always)]
pub(crate) fn begin_message(out: &mut Vec<u8>) {
    out.clear();
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(&FAMILY.to_ne_bytes());
    out.extend_from_slice(&[5, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    out.extend_from_slice(&[SET, 1, 0, 0]);
}

/// Fills in the length.
#[inline(always)]
pub(crate) fn end_message(out: &mut [u8]) {
    let len = out.len() as u32;
    out[..4].copy_from_slice(&len.to_ne_bytes());
}

/// An attribute of a length that is known when this is compiled, and its padding.
#[inline(always)]
fn put<const N: usize>(out: &mut Vec<u8>, kind: u16, payload: [u8; N]) {
    out.extend_from_slice(&head(N, kind));
    out.extend_from_slice(&payload);
    out.extend_from_slice(&[0; 3][..N.wrapping_neg() & 3]);
}

#[inline(always)]
fn put_string(out: &mut Vec<u8>, kind: u16, text: &str) {
    let len = text.len() + 1;
    out.extend_from_slice(&head(len, kind));
    out.extend_from_slice(text.as_bytes());
    out.extend_from_slice(&[0; 4][..1 + (len.wrapping_neg() & 3)]);
}

#[inline(always)]
fn begin(out: &mut Vec<u8>) -> usize {
    let at = out.len();
    out.extend_from_slice(&[0; 4]);
    at
}

#[inline(always)]
fn end(out: &mut [u8], at: usize, kind: u16) {
    let len = out.len() - at - 4;
    out[at..at + 4].copy_from_slice(&head(len, kind | NESTED));
}

#[inline(always)]
fn head(payload: usize, kind: u16) -> [u8; 4] {
    let ([a, b], [c, d]) = (((payload + 4) as u16).to_ne_bytes(), kind.to_ne_bytes());
    [a, b, c, d]
}
