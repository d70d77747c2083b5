//! Where a request differs from another.

use crate::wire::{Attrs, HEADER, MessageHeader, Messages, NESTED, align};

/// Says where `sent` differs from what was `recorded`.
///
/// Of headers it says how, too. What an attribute or a fixed header holds is not said: without a specification
/// nobody knows whether it is secret.
pub(super) fn difference(protocol: i32, recorded: &[u8], sent: &[u8]) -> String {
    let same = recorded
        .iter()
        .zip(sent)
        .take_while(|(a, b)| a == b)
        .count();
    let longer = match same < recorded.len() {
        true => recorded,
        false => sent,
    };
    let place = place(protocol, longer, same);
    let mut text = format!("byte {same}, {}, differs", place.text);
    if place.header
        && let (Some(now), Some(before)) = (sent.get(same), recorded.get(same))
    {
        text = format!(
            "byte {same}, {}, is {now:02x}, was {before:02x}",
            place.text
        );
    }
    if sent.len() != recorded.len() {
        text += &format!("; it has {} bytes, had {}", sent.len(), recorded.len());
    }
    text
}

/// A byte of a datagram.
struct Place {
    text: String,
    /// It is one of a header of netlink, generic netlink or an attribute, which holds no secret.
    header: bool,
}

impl Place {
    fn header(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            header: true,
        }
    }

    fn content(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            header: false,
        }
    }
}

/// Which byte of a datagram it is.
fn place(protocol: i32, datagram: &[u8], at: usize) -> Place {
    let mut start = 0;
    for (number, message) in (1..).zip(Messages::new(datagram)) {
        let whole = MessageHeader::LEN + message.payload.len();
        if at < start + whole {
            let mut place = part(protocol, message.payload, at - start);
            place.text += &format!(" of message {number}");
            return place;
        }
        start += align(whole);
    }
    Place::content("behind the last message")
}

/// Which byte of a message it is.
fn part(protocol: i32, payload: &[u8], at: usize) -> Place {
    let Some(at) = at.checked_sub(MessageHeader::LEN) else {
        return Place::header(match at {
            0..4 => "the length",
            4..6 => "the type",
            6..8 => "the flags",
            8..12 => "the sequence number",
            _ => "the port id",
        });
    };
    if protocol != libc::NETLINK_GENERIC {
        // The bytes do not say how long a fixed header is.
        return Place::content(format!("byte {at} behind the header"));
    }
    match at {
        0 => Place::header("the command"),
        1 => Place::header("the version"),
        2..4 => Place::header("the reserved bytes"),
        _ => attribute(payload.get(4..).unwrap_or_default(), at - 4),
    }
}

/// The attribute at a byte of a level, by the numbers that lead to it.
fn attribute(mut level: &[u8], mut at: usize) -> Place {
    let mut numbers: Vec<String> = Vec::new();
    let mut header = false;
    loop {
        let mut attributes = Attrs::new(level).map_while(Result::ok);
        let found = attributes.find_map(|attribute| {
            let start = level.len() - attribute.level().len();
            let end = start + align(HEADER + attribute.payload().len());
            (at < end).then_some((start, attribute))
        });
        let Some((start, attribute)) = found else {
            break;
        };
        numbers.push(attribute.kind().to_string());
        let Some(inside) = at.checked_sub(start + HEADER) else {
            header = true;
            break;
        };
        if attribute.raw_kind() & NESTED == 0 || inside >= attribute.payload().len() {
            break;
        }
        (level, at) = (attribute.payload(), inside);
    }
    let text = match (&*numbers, header) {
        ([], _) => "behind the attributes".to_owned(),
        (numbers, true) => format!("the header of attribute {}", numbers.join(" > ")),
        (numbers, false) => format!("attribute {}", numbers.join(" > ")),
    };
    Place { text, header }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{CommandHeader, flags};

    /// A message of generic netlink with these attributes.
    fn message(seq: u32, attributes: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let len = MessageHeader::LEN + CommandHeader::LEN + attributes.len();
        let header = MessageHeader {
            len: len as u32,
            kind: 19,
            flags: flags::REQUEST,
            seq,
            port_id: 9,
        };
        header.write(&mut bytes);
        bytes.extend_from_slice(&[1, 2, 0, 0]);
        bytes.extend_from_slice(attributes);
        bytes
    }

    /// An attribute that says that it has `len` bytes.
    fn attribute(len: u16, number: u16, payload: &[u8]) -> Vec<u8> {
        [&len.to_ne_bytes()[..], &number.to_ne_bytes(), payload].concat()
    }

    /// Where the lowest byte of a number of `len` bytes is.
    const fn low(len: usize) -> usize {
        match cfg!(target_endian = "big") {
            true => len - 1,
            false => 0,
        }
    }

    #[test]
    fn each_byte_has_a_place() {
        // A number, and a nest with a text of two bytes.
        let text = attribute(6, 3, &[65, 66, 0, 0]);
        let attributes = [
            attribute(8, 1, &[7, 7, 7, 7]),
            attribute(10, 2 | NESTED, &text),
        ]
        .concat();
        let recorded = [message(1, &attributes), message(2, &attributes)].concat();
        let length = format!("byte {}, the length of message 1, is ff, was 28", low(4));
        let number = format!(
            "byte {}, the header of attribute 1 of message 1, is ff, was 08",
            20 + low(2)
        );
        for (at, place) in [
            (low(4), &*length),
            (5, "byte 5, the type of message 1,"),
            (6, "byte 6, the flags of message 1,"),
            (9, "byte 9, the sequence number of message 1,"),
            (12, "byte 12, the port id of message 1,"),
            (16, "byte 16, the command of message 1,"),
            (17, "byte 17, the version of message 1,"),
            (19, "byte 19, the reserved bytes of message 1,"),
            (20 + low(2), &*number),
            (24, "byte 24, attribute 1 of message 1, differs"),
            (28, "byte 28, the header of attribute 2 of message 1,"),
            (36, "byte 36, attribute 2 > 3 of message 1, differs"),
            (40 + 37, "byte 77, attribute 2 > 3 of message 2, differs"),
        ] {
            let mut sent = recorded.clone();
            sent[at] = 0xff;
            let text = difference(libc::NETLINK_GENERIC, &recorded, &sent);
            assert!(text.starts_with(place), "{at}: {text}");
        }
        let text = difference(libc::NETLINK_GENERIC, &recorded, &recorded[..60]);
        assert_eq!(
            text,
            "byte 60, the header of attribute 1 of message 2, differs; it has 60 bytes, had 80"
        );
        let mut sent = recorded.clone();
        sent[20] = 0xff;
        let text = difference(libc::NETLINK_ROUTE, &recorded, &sent);
        assert!(
            text.starts_with("byte 20, byte 4 behind the header of message 1, differs"),
            "{text}"
        );
    }
}
