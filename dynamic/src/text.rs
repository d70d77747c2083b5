//! Bytes as text, and text as bytes: hexadecimal, hardware addresses, UUIDs, IP addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use nlgen::model::Hint;
use nlgen_runtime::DecodeError;
use nlgen_runtime::wire::{Attr, DecodeAs, EncodeAs, Encoder, Natural};

/// Two digits for each byte, with `separator` in between.
pub(crate) fn hex(bytes: &[u8], separator: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| {
        DIGITS
            .get(usize::from(nibble))
            .map_or('0', |digit| char::from(*digit))
    };
    let mut text = String::with_capacity(bytes.len() * (2 + separator.len()));
    for byte in bytes {
        if !text.is_empty() {
            text.push_str(separator);
        }
        text.extend([digit(byte >> 4), digit(byte & 0xF)]);
    }
    text
}

/// Bytes as people read them.
pub(crate) fn shown(bytes: &[u8], hint: Option<Hint>) -> String {
    match hint {
        None => hex(bytes, ""),
        Some(Hint::Hex) => hex(bytes, " "),
        Some(Hint::Mac) => hex(bytes, ":"),
        Some(Hint::Uuid) => match bytes.len() {
            16 => uuid(bytes),
            _ => hex(bytes, ""),
        },
    }
}

fn uuid(bytes: &[u8]) -> String {
    let groups = [0..4, 4..6, 6..8, 8..10, 10..16];
    let parts = groups.map(|range| hex(bytes.get(range).unwrap_or_default(), ""));
    parts.join("-")
}

/// The bytes of hexadecimal digits: pairs, with white space, `:` or `-` between pairs, after `0x` or not.
/// Hardware addresses and UUIDs are such digits.
///
/// What is wrong is told in words.
pub(crate) fn from_hex(text: &str) -> Result<Vec<u8>, String> {
    let digits = text.trim();
    let digits = digits.strip_prefix("0x").unwrap_or(digits);
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    for group in digits.split(|c: char| c.is_whitespace() || c == ':' || c == '-') {
        let mut high = None;
        for c in group.chars() {
            let digit = c
                .to_digit(16)
                .and_then(|digit| u8::try_from(digit).ok())
                .ok_or_else(|| format!("`{}` is not a hexadecimal digit", c.escape_default()))?;
            match high.take() {
                None => high = Some(digit),
                Some(high) => bytes.push(high << 4 | digit),
            }
        }
        if high.is_some() {
            return Err("a byte has two hexadecimal digits, and here is one".to_owned());
        }
    }
    Ok(bytes)
}

/// The address of 4 or 16 bytes.
pub(crate) fn address(bytes: &[u8]) -> Option<IpAddr> {
    if let Ok(v4) = <[u8; 4]>::try_from(bytes) {
        return Some(Ipv4Addr::from(v4).into());
    }
    <[u8; 16]>::try_from(bytes)
        .ok()
        .map(|v6| Ipv6Addr::from(v6).into())
}

/// The bytes of an address in text, in network byte order.
pub(crate) fn from_address(text: &str) -> Option<Vec<u8>> {
    Some(match text.trim().parse().ok()? {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.octets().to_vec(),
    })
}

/// The address and port in a `struct sockaddr_in` or `struct sockaddr_in6`: `192.0.2.1:80`, `[2001:db8::1]:80`.
pub(crate) fn socket(bytes: &[u8]) -> Result<String, DecodeError> {
    let read = <Natural as DecodeAs<SocketAddr>>::read(&Attr::of_payload(bytes));
    read.map(|address| address.to_string())
}

/// The bytes of the address and port in a text.
pub(crate) fn from_socket(text: &str) -> Option<Vec<u8>> {
    let address: SocketAddr = text.trim().parse().ok()?;
    let mut bytes = Vec::new();
    Natural::append(&address, &mut Encoder::new(&mut bytes));
    Some(bytes)
}

/// The integer of a text: decimal or, after `0x`, hexadecimal; with `-` in front or not.
pub(crate) fn integer(text: &str) -> Option<i128> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    // `from_str_radix` would take another sign.
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let (digits, radix) = match digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0X"))
    {
        Some(digits) if !digits.starts_with(['+', '-']) => (digits, 16),
        Some(_) => return None,
        None => (digits, 10),
    };
    i128::from_str_radix(digits, radix)
        .ok()
        .map(|value| sign * value)
}

/// An integer in hexadecimal, as `ynl` has it: `0x1f`, `-0x1f`.
pub(crate) fn hex_integer(value: i128) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{:#x}", value.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_in_its_usual_forms() {
        for (text, bytes) in [
            ("", Ok(vec![])),
            ("0aFF", Ok(vec![10, 255])),
            ("0x0aff", Ok(vec![10, 255])),
            (" 0a ff\n01", Ok(vec![10, 255, 1])),
            ("02:00:5e:10:00:01", Ok(vec![2, 0, 0x5E, 0x10, 0, 1])),
            ("0a-ff", Ok(vec![10, 255])),
            (
                "0af",
                Err("a byte has two hexadecimal digits, and here is one".to_owned()),
            ),
            (
                "2:0",
                Err("a byte has two hexadecimal digits, and here is one".to_owned()),
            ),
            ("zz", Err("`z` is not a hexadecimal digit".to_owned())),
            ("0é", Err("`\\u{e9}` is not a hexadecimal digit".to_owned())),
        ] {
            assert_eq!(from_hex(text), bytes, "{text}");
        }
    }

    #[test]
    fn integers_in_text() {
        for (text, value) in [
            ("5", Some(5)),
            ("-5", Some(-5)),
            ("0xff", Some(255)),
            ("-0x10", Some(-16)),
            (" 18446744073709551615 ", Some(u64::MAX.into())),
            ("--5", None),
            ("0x-5", None),
            ("+5", None),
            ("", None),
            ("0x", None),
            ("5.5", None),
            ("five", None),
        ] {
            assert_eq!(integer(text), value, "{text}");
        }
        assert_eq!(hex_integer(-16), "-0x10");
        assert_eq!(hex_integer(0), "0x0");
    }

    #[test]
    fn hints() {
        let sixteen: Vec<u8> = (0..16).collect();
        for (hint, bytes, text) in [
            (None, &[1, 0xAB][..], "01ab"),
            (Some(Hint::Hex), &[1, 0xAB], "01 ab"),
            (Some(Hint::Mac), &[1, 0xAB, 0], "01:ab:00"),
            (
                Some(Hint::Uuid),
                &sixteen,
                "00010203-0405-0607-0809-0a0b0c0d0e0f",
            ),
            (Some(Hint::Uuid), &[1, 2], "0102"),
        ] {
            assert_eq!(shown(bytes, hint), text);
            assert_eq!(from_hex(text).as_deref(), Ok(bytes));
        }
        assert_eq!(from_address("::1").unwrap().len(), 16);
        assert_eq!(from_address("10.0.0.1"), Some(vec![10, 0, 0, 1]));
        assert_eq!(address(&[10, 0, 0, 1]).unwrap().to_string(), "10.0.0.1");
        assert_eq!(address(&[0; 5]), None);
    }

    #[test]
    fn addresses_of_sockets() {
        let family = |number: u16| number.to_ne_bytes();
        let mut v4 = family(2).to_vec();
        v4.extend([0x1F, 0x90, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(socket(&v4).unwrap(), "192.0.2.1:8080");
        assert_eq!(from_socket("192.0.2.1:8080"), Some(v4.clone()));
        let mut v6 = family(10).to_vec();
        v6.extend([0x1F, 0x90, 0, 0, 0, 0, 0xFE, 0x80]);
        v6.extend([0; 13]);
        v6.push(1);
        v6.extend(3_u32.to_ne_bytes());
        assert_eq!(socket(&v6).unwrap(), "[fe80::1%3]:8080");
        assert_eq!(from_socket("[fe80::1%3]:8080"), Some(v6.clone()));
        for wrong in [&v4[..15], &v6[..27], &[], &[1, 0][..], &[7; 28]] {
            let reason = socket(wrong).unwrap_err().reason();
            assert!(reason.to_string().contains("a socket address"), "{reason}");
        }
        assert_eq!(from_socket("192.0.2.1"), None);
    }
}
