//! The natural formats of bytes, strings and addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Attr, DecodeAs, EncodeAs, Encoder, Natural};
use crate::wire::bitfield::Bitfield32;
use crate::wire::decode_error::{DecodeError, Reason};
use crate::wire::encode_error::EncodeReason;
use crate::wire::mac::MacAddr;
use crate::wire::text::Str;

/// Reads a payload of exactly `N` bytes.
#[inline]
fn exact<'a, const N: usize>(attr: &Attr<'a>) -> Result<&'a [u8; N], DecodeError> {
    let payload = attr.payload();
    payload
        .try_into()
        .map_err(|_| DecodeError::length(N, payload.len()))
}

/// Formats whose payload is a fixed number of bytes.
macro_rules! fixed_bytes {
    ($($ty:ty, $len:literal, $from:expr, $to:expr;)*) => {$(
        impl<'a> DecodeAs<'a, $ty> for Natural {
            #[inline]
            fn read(attr: &Attr<'a>) -> Result<$ty, DecodeError> {
                let from: fn([u8; $len]) -> $ty = $from;
                exact::<$len>(attr).map(|bytes| from(*bytes))
            }
        }

        impl EncodeAs<$ty> for Natural {
            #[inline]
            fn append(value: &$ty, out: &mut Encoder<'_>) {
                let to: fn(&$ty) -> [u8; $len] = $to;
                out.bytes(&to(value));
            }

            #[inline]
            fn put(kind: u16, value: &$ty, out: &mut Encoder<'_>) {
                let to: fn(&$ty) -> [u8; $len] = $to;
                out.array(kind, &to(value));
            }
        }
    )*};
}

fixed_bytes! {
    Ipv4Addr, 4, Ipv4Addr::from, Ipv4Addr::octets;
    Ipv6Addr, 16, Ipv6Addr::from, Ipv6Addr::octets;
    MacAddr, 6, MacAddr, |mac| mac.0;
    Bitfield32, 8, Bitfield32::from_bytes, |field| field.to_bytes();
}

/// Formats whose payload is bytes as they are: of any length, or of one that the type has.
macro_rules! slice_bytes {
    ($([$($generics:tt)*] $ty:ty, |$attr:ident| $read:expr, $put:ident |$value:ident| $slice:expr;)*) => {$(
        impl<'a, $($generics)*> DecodeAs<'a, $ty> for Natural {
            #[inline]
            fn read($attr: &Attr<'a>) -> Result<$ty, DecodeError> {
                $read
            }
        }

        impl<'a, $($generics)*> EncodeAs<$ty> for Natural {
            #[inline]
            fn append($value: &$ty, out: &mut Encoder<'_>) {
                out.bytes($slice);
            }

            #[inline]
            fn put(kind: u16, $value: &$ty, out: &mut Encoder<'_>) {
                out.$put(kind, $slice);
            }
        }
    )*};
}

slice_bytes! {
    [] &'a [u8], |attr| Ok(attr.payload()), slice |value| value;
    [] Vec<u8>, |attr| Ok(attr.payload().to_vec()), slice |value| value;
    [const N: usize] &'a [u8; N], |attr| exact::<N>(attr), array |value| *value;
    [const N: usize] [u8; N], |attr| exact::<N>(attr).copied(), array |value| value;
}

/// 4 bytes are an IPv4 address, 16 an IPv6 one.
impl<'a> DecodeAs<'a, IpAddr> for Natural {
    #[inline]
    fn read(attr: &Attr<'a>) -> Result<IpAddr, DecodeError> {
        match attr.payload().len() {
            4 => Self::read(attr).map(IpAddr::V4),
            16 => Self::read(attr).map(IpAddr::V6),
            got => Err(DecodeError::new(Reason::IpLength { got })),
        }
    }
}

impl EncodeAs<IpAddr> for Natural {
    #[inline]
    fn append(value: &IpAddr, out: &mut Encoder<'_>) {
        match value {
            IpAddr::V4(ip) => out.bytes(&ip.octets()),
            IpAddr::V6(ip) => out.bytes(&ip.octets()),
        }
    }

    #[inline]
    fn put(kind: u16, value: &IpAddr, out: &mut Encoder<'_>) {
        match value {
            IpAddr::V4(ip) => out.array(kind, &ip.octets()),
            IpAddr::V6(ip) => out.array(kind, &ip.octets()),
        }
    }
}

impl<'a> DecodeAs<'a, Str<'a>> for Natural {
    #[inline(always)]
    fn read(attr: &Attr<'a>) -> Result<Str<'a>, DecodeError> {
        Ok(Str::from_payload(attr.payload()))
    }
}

impl<'a> EncodeAs<Str<'a>> for Natural {
    #[inline]
    fn append(value: &Str<'a>, out: &mut Encoder<'_>) {
        append_text(value.as_bytes(), out);
    }
}

impl<'a> DecodeAs<'a, String> for Natural {
    #[inline]
    fn read(attr: &Attr<'a>) -> Result<String, DecodeError> {
        Str::from_payload(attr.payload())
            .to_str()
            .map(str::to_owned)
            .map_err(|_| DecodeError::new(Reason::Utf8))
    }
}

impl EncodeAs<String> for Natural {
    #[inline]
    fn append(value: &String, out: &mut Encoder<'_>) {
        append_text(value.as_bytes(), out);
    }
}

impl<'a> DecodeAs<'a, &'a str> for Natural {
    #[inline]
    fn read(attr: &Attr<'a>) -> Result<&'a str, DecodeError> {
        Str::from_payload(attr.payload())
            .to_str()
            .map_err(|_| DecodeError::new(Reason::Utf8))
    }
}

impl<'a> EncodeAs<&'a str> for Natural {
    #[inline]
    fn append(value: &&'a str, out: &mut Encoder<'_>) {
        append_text(value.as_bytes(), out);
    }
}

/// A string and its NUL. A NUL inside would cut the string short on the other side.
#[inline]
fn append_text(text: &[u8], out: &mut Encoder<'_>) {
    if let Some(at) = text.iter().position(|&byte| byte == 0) {
        return out.fail(EncodeReason::Nul { at });
    }
    out.bytes(text);
    out.bytes(&[0]);
}
