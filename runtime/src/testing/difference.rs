//! Where a request differs from another.

use crate::attr::HEADER;
use crate::{Attrs, MessageHeader, Messages, NESTED, align::align};

/// Says where and how `sent` differs from what was `recorded`.
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
    let shown = |byte: Option<&u8>| match byte {
        Some(byte) => format!("{byte:02x}"),
        None => "the end".to_owned(),
    };
    let mut text = format!(
        "byte {same}, {place}, is {}, was {}",
        shown(sent.get(same)),
        shown(recorded.get(same))
    );
    if sent.len() != recorded.len() {
        text += &format!("; it has {} bytes, had {}", sent.len(), recorded.len());
    }
    text
}

/// What stands at a byte of a datagram.
fn place(protocol: i32, datagram: &[u8], at: usize) -> String {
    let mut start = 0;
    for (number, message) in (1..).zip(Messages::new(datagram)) {
        let whole = MessageHeader::LEN + message.payload.len();
        if at < start + whole {
            return format!(
                "{} of message {number}",
                part(protocol, message.payload, at - start)
            );
        }
        start += align(whole);
    }
    "behind the last message".to_owned()
}

/// What stands at a byte of a message.
fn part(protocol: i32, payload: &[u8], at: usize) -> String {
    let Some(at) = at.checked_sub(MessageHeader::LEN) else {
        let field = match at {
            0..4 => "the length",
            4..6 => "the type",
            6..8 => "the flags",
            8..12 => "the sequence number",
            _ => "the port id",
        };
        return field.to_owned();
    };
    if protocol != libc::NETLINK_GENERIC {
        // How long a fixed header is, the bytes do not tell.
        return format!("byte {at} behind the header");
    }
    match at {
        0 => "the command".to_owned(),
        1 => "the version".to_owned(),
        2..4 => "the reserved bytes".to_owned(),
        _ => attribute(payload.get(4..).unwrap_or_default(), at - 4),
    }
}

/// The attribute at a byte of a level, by the numbers that lead to it.
fn attribute(mut level: &[u8], mut at: usize) -> String {
    let mut numbers: Vec<String> = Vec::new();
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
            break;
        };
        if attribute.raw_kind() & NESTED == 0 || inside >= attribute.payload().len() {
            break;
        }
        (level, at) = (attribute.payload(), inside);
    }
    match &*numbers {
        [] => "behind the attributes".to_owned(),
        numbers => format!("attribute {}", numbers.join(" > ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CommandHeader, flags};

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

    #[test]
    fn each_byte_has_a_place() {
        // A number, and a nest with a text of two bytes.
        let attributes = [
            8, 0, 1, 0, 7, 0, 0, 0, 10, 0, 2, 0x80, 6, 0, 3, 0, 65, 66, 0, 0,
        ];
        let recorded = [message(1, &attributes), message(2, &attributes)].concat();
        for (at, place) in [
            (0, "byte 0, the length of message 1, is ff, was 28"),
            (5, "byte 5, the type of message 1,"),
            (6, "byte 6, the flags of message 1,"),
            (9, "byte 9, the sequence number of message 1,"),
            (12, "byte 12, the port id of message 1,"),
            (16, "byte 16, the command of message 1,"),
            (17, "byte 17, the version of message 1,"),
            (19, "byte 19, the reserved bytes of message 1,"),
            (20, "byte 20, attribute 1 of message 1,"),
            (24, "byte 24, attribute 1 of message 1, is ff, was 07"),
            (28, "byte 28, attribute 2 of message 1,"),
            (36, "byte 36, attribute 2 > 3 of message 1, is ff, was 41"),
            (
                40 + 37,
                "byte 77, attribute 2 > 3 of message 2, is ff, was 42",
            ),
        ] {
            let mut sent = recorded.clone();
            sent[at] = 0xff;
            let text = difference(libc::NETLINK_GENERIC, &recorded, &sent);
            assert!(text.starts_with(place), "{at}: {text}");
        }
        let text = difference(libc::NETLINK_GENERIC, &recorded, &recorded[..60]);
        assert_eq!(
            text,
            "byte 60, attribute 1 of message 2, is the end, was 08; it has 60 bytes, had 80"
        );
        let mut sent = recorded.clone();
        sent[20] = 0;
        let text = difference(libc::NETLINK_ROUTE, &recorded, &sent);
        assert!(
            text.starts_with("byte 20, byte 4 behind the header of message 1,"),
            "{text}"
        );
    }
}
