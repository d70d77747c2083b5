//! Addresses of sockets: `struct sockaddr_in` and `struct sockaddr_in6`.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use crate::describe::Kind;
use crate::wire::attr::{Attr, DecodeAs, Describe, EncodeAs, Encoder, Natural};
use crate::wire::decode_error::{DecodeError, Reason};
use crate::wire::encode_error::EncodeReason;
use crate::wire::structure::{MemberAs, prefix};

/// `AF_INET`, of addresses of 16 bytes.
const INET: u16 = 2;

/// `AF_INET6`, of addresses of 28 bytes.
const INET6: u16 = 10;

/// The address in the bytes of a `struct sockaddr`, of IPv4 or IPv6. Bytes behind it are passed over.
///
/// # Errors
/// [`Reason::SocketAddress`] for another family, or when bytes are missing.
#[inline]
pub(crate) fn read(bytes: &[u8]) -> Result<SocketAddr, DecodeError> {
    match bytes.first_chunk() {
        Some([f, g, p, q, a, b, c, d, _, _, _, _, _, _, _, _])
            if u16::from_ne_bytes([*f, *g]) == INET =>
        {
            let ip = Ipv4Addr::new(*a, *b, *c, *d);
            Ok(SocketAddrV4::new(ip, u16::from_be_bytes([*p, *q])).into())
        }
        _ => read_v6(bytes),
    }
}

fn read_v6(bytes: &[u8]) -> Result<SocketAddr, DecodeError> {
    let family = bytes
        .first_chunk()
        .map(|family| u16::from_ne_bytes(*family));
    if family != Some(INET6) || bytes.len() < 28 {
        let got = bytes.len();
        return Err(DecodeError::new(Reason::SocketAddress { family, got }));
    }
    let [_, _, p, q, flow @ ..] = prefix::<8>(bytes);
    let ip = prefix::<16>(bytes.get(8..).unwrap_or_default());
    let scope = prefix(bytes.get(24..).unwrap_or_default());
    let port = u16::from_be_bytes([p, q]);
    let flow = u32::from_be_bytes(flow);
    let address = SocketAddrV6::new(ip.into(), port, flow, u32::from_ne_bytes(scope));
    Ok(address.into())
}

/// The bytes of an address of IPv4.
#[inline]
fn v4_bytes(address: &SocketAddrV4) -> [u8; 16] {
    let ([f, g], [p, q]) = (INET.to_ne_bytes(), address.port().to_be_bytes());
    let [a, b, c, d] = address.ip().octets();
    [f, g, p, q, a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0]
}

/// The bytes of an address of IPv6.
fn v6_bytes(address: &SocketAddrV6) -> [u8; 28] {
    let mut bytes = [0; 28];
    let mut put = |at: usize, part: &[u8]| {
        if let Some(place) = bytes.get_mut(at..at + part.len()) {
            place.copy_from_slice(part);
        }
    };
    put(0, &INET6.to_ne_bytes());
    put(2, &address.port().to_be_bytes());
    put(4, &address.flowinfo().to_be_bytes());
    put(8, &address.ip().octets());
    put(24, &address.scope_id().to_ne_bytes());
    bytes
}

impl<'a> DecodeAs<'a, SocketAddr> for Natural {
    #[inline]
    fn read(attr: &Attr<'a>) -> Result<SocketAddr, DecodeError> {
        read(attr.payload())
    }
}

impl EncodeAs<SocketAddr> for Natural {
    #[inline]
    fn append(value: &SocketAddr, out: &mut Encoder<'_>) {
        match value {
            SocketAddr::V4(v4) => out.bytes(&v4_bytes(v4)),
            SocketAddr::V6(v6) => out.bytes(&v6_bytes(v6)),
        }
    }

    #[inline]
    fn put(kind: u16, value: &SocketAddr, out: &mut Encoder<'_>) {
        match value {
            SocketAddr::V4(v4) => out.array(kind, &v4_bytes(v4)),
            SocketAddr::V6(v6) => out.array(kind, &v6_bytes(v6)),
        }
    }
}

impl Describe for SocketAddr {
    const KIND: Kind = Kind::Socket;
}

/// An address of a socket in a C struct: `N` bytes, 16 for a `struct sockaddr_in`, 28 for a
/// `struct sockaddr_in6`, 128 for a `struct sockaddr_storage`.
///
/// An address of another family than IPv4 and IPv6, or none, keeps its bytes.
///
/// ```
/// use nlgen_runtime::SockAddr;
/// use std::net::SocketAddr;
/// let peer: SocketAddr = "[2001:db8::1]:51820".parse().unwrap();
/// assert_eq!(SockAddr::<28>::try_from(peer)?.get(), Some(peer));
/// assert_eq!(SockAddr::<28>::default().get(), None);
/// assert!(SockAddr::<16>::try_from(peer).is_err());
/// # Ok::<(), nlgen_runtime::wire::EncodeReason>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SockAddr<const N: usize>([u8; N]);

impl<const N: usize> SockAddr<N> {
    /// The address, if it is one of IPv4 or IPv6.
    #[must_use]
    pub fn get(&self) -> Option<SocketAddr> {
        read(&self.0).ok()
    }

    /// All `N` bytes.
    #[inline]
    #[must_use]
    pub const fn as_array(&self) -> &[u8; N] {
        &self.0
    }
}

/// # Errors
/// [`EncodeReason::Long`] when the address has more than `N` bytes.
impl<const N: usize> TryFrom<SocketAddr> for SockAddr<N> {
    type Error = EncodeReason;

    fn try_from(address: SocketAddr) -> Result<Self, EncodeReason> {
        let (bytes, len) = match &address {
            SocketAddr::V4(v4) => (prefix(&v4_bytes(v4)), 16),
            SocketAddr::V6(v6) => (prefix(&v6_bytes(v6)), 28),
        };
        match len > N {
            true => Err(EncodeReason::Long { len, most: N }),
            false => Ok(Self(bytes)),
        }
    }
}

/// The bytes as they are.
impl<const N: usize> From<[u8; N]> for SockAddr<N> {
    #[inline]
    fn from(bytes: [u8; N]) -> Self {
        Self(bytes)
    }
}

/// No address.
impl<const N: usize> Default for SockAddr<N> {
    #[inline]
    fn default() -> Self {
        Self([0; N])
    }
}

impl<const N: usize> fmt::Debug for SockAddr<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.get() {
            Some(address) => fmt::Debug::fmt(&address, f),
            None => f.debug_list().entries(self.0).finish(),
        }
    }
}

impl<const N: usize> MemberAs<SockAddr<N>> for Natural {
    const LEN: usize = N;
    // The address has 4 bytes; the storage for all families is aligned as a pointer may be.
    const ALIGN: usize = if N <= 28 { 4 } else { 8 };

    #[inline]
    fn load(bytes: &[u8]) -> SockAddr<N> {
        SockAddr(prefix(bytes))
    }

    #[inline]
    fn store(value: &SockAddr<N>, out: &mut Encoder<'_>) {
        out.bytes(&value.0);
    }
}

impl<const N: usize> Describe for SockAddr<N> {
    const KIND: Kind = Kind::Socket;
}
