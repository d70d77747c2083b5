//! Addresses of any family, to the end of a struct.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::describe::Kind;
use crate::wire::attr::{Describe, Encoder, Natural};
use crate::wire::items::Tail;
use crate::wire::mac::MacAddr;

/// The address that a C struct ends in, of a family that another member tells: of IPv4 in 4 bytes, of IPv6 in 16, of
/// hardware in any other number of them.
///
/// ```
/// use nlgen_runtime::AnyAddr;
/// use std::net::Ipv4Addr;
/// let gateway = AnyAddr::from(Ipv4Addr::LOCALHOST);
/// assert_eq!(gateway.ip(), Some(Ipv4Addr::LOCALHOST.into()));
/// assert_eq!(AnyAddr::from(&[2, 0, 0, 0, 0, 1][..]).to_string(), "02:00:00:00:00:01");
/// ```
#[derive(Clone, Copy)]
pub struct AnyAddr<'a>(Repr<'a>);

#[derive(Clone, Copy)]
enum Repr<'a> {
    Bytes(&'a [u8]),
    V4([u8; 4]),
    V6([u8; 16]),
    Mac([u8; 6]),
}

impl AnyAddr<'_> {
    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Repr::Bytes(bytes) => bytes,
            Repr::V4(bytes) => bytes,
            Repr::V6(bytes) => bytes,
            Repr::Mac(bytes) => bytes,
        }
    }

    /// The address of IPv4 or IPv6, by its length.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        let bytes = self.as_bytes();
        let v4 = || <[u8; 4]>::try_from(bytes).map(IpAddr::from);
        let v6 = || <[u8; 16]>::try_from(bytes).map(IpAddr::from);
        v4().or_else(|_| v6()).ok()
    }
}

impl<'a> From<&'a [u8]> for AnyAddr<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self(Repr::Bytes(bytes))
    }
}

impl From<Ipv4Addr> for AnyAddr<'_> {
    fn from(address: Ipv4Addr) -> Self {
        Self(Repr::V4(address.octets()))
    }
}

impl From<Ipv6Addr> for AnyAddr<'_> {
    fn from(address: Ipv6Addr) -> Self {
        Self(Repr::V6(address.octets()))
    }
}

impl From<IpAddr> for AnyAddr<'_> {
    fn from(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => address.into(),
        }
    }
}

impl From<MacAddr> for AnyAddr<'_> {
    fn from(address: MacAddr) -> Self {
        Self(Repr::Mac(address.0))
    }
}

/// No bytes.
impl Default for AnyAddr<'_> {
    fn default() -> Self {
        Self(Repr::Bytes(&[]))
    }
}

impl PartialEq for AnyAddr<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

/// As an IP address, or as bytes with colons between them.
impl fmt::Display for AnyAddr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(ip) = self.ip() {
            return ip.fmt(f);
        }
        for (at, byte) in self.as_bytes().iter().enumerate() {
            let separator = if at == 0 { "" } else { ":" };
            write!(f, "{separator}{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for AnyAddr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<'a> Tail<'a, Natural> for AnyAddr<'a> {
    const ITEM: usize = 1;
    const ALIGN: usize = 1;

    fn take(bytes: &'a [u8], count: usize) -> Self {
        bytes.get(..count).unwrap_or(bytes).into()
    }

    fn count(&self) -> usize {
        self.as_bytes().len()
    }

    fn append(&self, out: &mut Encoder<'_>) {
        out.bytes(self.as_bytes());
    }
}

impl Describe for AnyAddr<'_> {
    const KIND: Kind = Kind::AnyAddr;
}
