//! Datagrams of a machine with the other byte order, as they are in captures and listings.

use std::borrow::Cow;
use std::ops::Range;

use nlgen::model::{Attribute, Content, Family, Int, Order, Set, Struct};
use nlgen_runtime::wire::{CommandHeader, NESTED, align, control};
use nlgen_runtime::{Message, MessageHeader, flags};

use crate::decode::rows::cuts;
use crate::decode::{MAX_DEPTH, Scope};
use crate::reader::NLCTRL;
use crate::{Body, GENERIC, Reader, control as netlink};

/// Bytes of an attribute's header.
const HEADER: usize = 4;

impl Reader<'_> {
    /// A datagram in this machine's byte order: itself, or a copy when it comes from a machine with the other
    /// one, as a capture of a big-endian router does.
    ///
    /// The first length tells: it goes beyond the datagram, and with its bytes swapped it does not. The numbers
    /// of the headers are swapped, and of the contents those that the spec knows. What is behind an id or a
    /// number that is not known stays as it is.
    ///
    /// [`decode_datagram`](Self::decode_datagram) and [`explain`](Self::explain) do this by themselves,
    /// [`recognize`](Self::recognize) does not.
    ///
    /// ```
    /// use nlgen_dynamic::Reader;
    /// let length = if cfg!(target_endian = "big") { 17u32.to_le_bytes() } else { 17u32.to_be_bytes() };
    /// let mut foreign = length.to_vec();
    /// foreign.extend_from_slice(&[0; 13]);
    /// let native = Reader::new().in_host_order(0, &foreign);
    /// assert_eq!(native[..4], 17u32.to_ne_bytes());
    /// assert_eq!(Reader::new().in_host_order(0, &native), native);
    /// ```
    #[must_use]
    pub fn in_host_order<'a>(&self, protocol: u16, datagram: &'a [u8]) -> Cow<'a, [u8]> {
        if !is_foreign(datagram) {
            return Cow::Borrowed(datagram);
        }
        let mut own = datagram.to_vec();
        let mut rest = own.as_mut_slice();
        while rest.len() >= MessageHeader::LEN {
            let len = self.swap_message(protocol, rest, false);
            rest = rest.get_mut(align(len)..).unwrap_or_default();
        }
        Cow::Owned(own)
    }

    /// Swaps the message at the beginning of `bytes`, and gives its length. An `echo` is what an error repeats.
    fn swap_message(&self, protocol: u16, bytes: &mut [u8], echo: bool) -> usize {
        swap_header(bytes);
        let Some((header, _)) = MessageHeader::split(bytes) else {
            return bytes.len();
        };
        let len = usize::try_from(header.len).unwrap_or(usize::MAX);
        let len = len.clamp(MessageHeader::LEN, bytes.len());
        let Some(payload) = bytes.get_mut(MessageHeader::LEN..len) else {
            return len;
        };
        if protocol == GENERIC && header.kind >= control::MIN {
            // `reserved` of `struct genlmsghdr`.
            swap(payload, 2..CommandHeader::LEN);
        }
        let message = Message { header, payload };
        if let Some((known, body, _)) = self.look(protocol, &message) {
            let start = message.payload.len() - body.len();
            swap_body(&known.body, payload.get_mut(start..).unwrap_or_default());
        } else if matches!(header.kind, control::ERROR | control::DONE) && !echo {
            self.swap_end(protocol, header, payload);
        } else if protocol == GENERIC && header.kind == NLCTRL {
            // Ids are learned from what it says, whether its spec is there or not.
            if let Some(body) = netlink::family() {
                swap_body(
                    &body,
                    payload.get_mut(CommandHeader::LEN..).unwrap_or_default(),
                );
            }
        }
        len
    }

    /// What ends a request: the error number, the request's echo, the extended acknowledgement.
    fn swap_end(&self, protocol: u16, header: MessageHeader, payload: &mut [u8]) {
        swap(payload, 0..4);
        let mut start = 4;
        if header.kind == control::ERROR {
            let echo = payload.get_mut(start..).unwrap_or_default();
            start += match header.flags & flags::CAPPED {
                0 => align(self.swap_message(protocol, echo, true)),
                _ => {
                    swap_header(echo);
                    MessageHeader::LEN
                }
            };
        }
        if header.flags & flags::ACK_TLVS != 0
            && let (Some(body), Some(attributes)) = (netlink::ext_ack(), payload.get_mut(start..))
        {
            swap_body(&body, attributes);
        }
    }
}

/// Whether a datagram begins with the length of a machine of the other byte order.
fn is_foreign(datagram: &[u8]) -> bool {
    let Some((header, _)) = MessageHeader::split(datagram) else {
        return false;
    };
    let least = MessageHeader::LEN as u32;
    let fits =
        |len: u32| len >= least && usize::try_from(len).is_ok_and(|len| len <= datagram.len());
    // One that was cut short has a length beyond its end in either order, but none is long.
    let swapped = header.len.swap_bytes();
    let small = swapped >= least && swapped <= u32::from(u16::MAX);
    !fits(header.len) && (fits(swapped) || small)
}

/// Swaps the numbers of a message's header, as far as it is there.
fn swap_header(bytes: &mut [u8]) {
    for field in [0..4, 4..6, 6..8, 8..12, 12..16] {
        swap(bytes, field);
    }
}

/// Turns the bytes of a number around, if they are there.
fn swap(bytes: &mut [u8], number: Range<usize>) {
    if let Some(number) = bytes.get_mut(number) {
        number.reverse();
    }
}

/// The fixed header and the attributes.
fn swap_body(body: &Body<'_>, bytes: &mut [u8]) {
    let (family, attributes) = (body.family, bytes);
    if let Some(header) = body.header() {
        members(family, header, attributes);
    }
    behind(family, body.header(), body.set(), attributes, None);
}

/// An attribute of a level, whose header has been swapped.
struct Place {
    number: u16,
    nested: bool,
    payload: Range<usize>,
}

/// Swaps the headers of a level's attributes, up to the first that is malformed.
fn headers(bytes: &mut [u8]) -> Vec<Place> {
    let mut places = Vec::new();
    let mut at = 0;
    while bytes.len().saturating_sub(at) >= HEADER {
        swap(bytes, at..at + 2);
        swap(bytes, at + 2..at + HEADER);
        let Some([a, b, c, d]) = bytes.get(at..at + HEADER) else {
            break;
        };
        let (len, kind) = (u16::from_ne_bytes([*a, *b]), u16::from_ne_bytes([*c, *d]));
        let end = at + usize::from(len);
        if usize::from(len) < HEADER || end > bytes.len() {
            break;
        }
        places.push(Place {
            number: kind & !(NESTED | NET_BYTEORDER),
            nested: kind & NESTED != 0,
            payload: at + HEADER..end,
        });
        at = align(end);
    }
    places
}

/// The flag of attributes in network byte order (`NLA_F_NET_BYTEORDER`).
const NET_BYTEORDER: u16 = 1 << 14;

/// Swaps the attributes behind a struct that has been swapped.
fn behind(
    family: &Family,
    header: Option<&Struct>,
    set: Option<&Set>,
    bytes: &mut [u8],
    outer: Option<&Scope<'_>>,
) {
    let start = header
        .map_or(0, |header| align(header.len))
        .min(bytes.len());
    let (head, attributes) = bytes.split_at_mut(start);
    let header = header.map(|header| (header, &*head));
    level(family, header, set, attributes, outer);
}

/// Swaps a level of attributes, behind a struct or not.
fn level(
    family: &Family,
    header: Option<(&Struct, &[u8])>,
    set: Option<&Set>,
    bytes: &mut [u8],
    outer: Option<&Scope<'_>>,
) {
    let places = headers(bytes);
    let known = |place: &Place| -> Option<&Attribute> {
        let mut attributes = set?.attributes.iter();
        attributes.find(|known| known.number == place.number)
    };
    // Numbers first: they select what others contain.
    for place in &places {
        if let (Some(known), Some(payload)) = (known(place), bytes.get_mut(place.payload.clone())) {
            leaf(family, &known.content, payload);
        }
    }
    let read = bytes.to_vec();
    let scope = Scope::new(set, &read, outer);
    let scope = match header {
        Some((header, head)) => scope.behind(Some(header), head),
        None => scope,
    };
    if scope.depth > MAX_DEPTH {
        return;
    }
    for place in &places {
        let Some(payload) = bytes.get_mut(place.payload.clone()) else {
            continue;
        };
        match known(place) {
            Some(known) => inside(family, &known.content, payload, &scope),
            None if place.nested => unknown(payload, scope.depth),
            None => {}
        }
    }
}

/// Swaps what holds attributes.
fn inside(family: &Family, content: &Content, payload: &mut [u8], scope: &Scope<'_>) {
    match content {
        Content::Nest(set) => level(family, None, Some(family.set(*set)), payload, Some(scope)),
        Content::Array(inner) => {
            let deeper = scope.deeper();
            if deeper.depth > MAX_DEPTH {
                return;
            }
            for entry in headers(payload) {
                if let Some(payload) = payload.get_mut(entry.payload) {
                    leaf(family, inner, payload);
                    inside(family, inner, payload, &deeper);
                }
            }
        }
        Content::Keyed { keys, set } => keyed(family, keys, family.set(*set), payload, scope),
        Content::Rows {
            header,
            length,
            set,
            ..
        } => {
            let (header, set) = (family.structure(*header), family.set(*set));
            rows(family, header, length, set, payload, scope);
        }
        Content::SubMessage { id, selector } => {
            let Some(format) = scope.format(family, *id, selector) else {
                return;
            };
            if let Some(content) = &format.content {
                leaf(family, content, payload);
                return inside(family, content, payload, scope);
            }
            let header = format.header.map(|header| family.structure(header));
            if let Some(header) = header {
                members(family, header, payload);
            }
            if let Some(set) = format.set {
                let set = Some(family.set(set));
                behind(family, header, set, payload, Some(scope));
            }
        }
        _ => {}
    }
}

/// Swaps rows of a struct and the attributes behind each, up to the first whose length cannot be right.
fn rows(
    family: &Family,
    header: &Struct,
    length: &str,
    set: &Set,
    payload: &mut [u8],
    scope: &Scope<'_>,
) {
    let mut rest = payload;
    while rest.len() >= header.len && scope.depth <= MAX_DEPTH {
        members(family, header, rest);
        let Some(Ok(row)) = cuts(header, length, rest).next() else {
            return;
        };
        let len = row.len();
        let (row, _) = rest.split_at_mut(len);
        behind(family, Some(header), Some(set), row, Some(scope));
        rest = rest.get_mut(align(len)..).unwrap_or_default();
    }
}

/// Swaps levels of numbers, and the attributes inside.
fn keyed(family: &Family, keys: &[String], set: &Set, payload: &mut [u8], scope: &Scope<'_>) {
    let deeper = scope.deeper();
    let Some((_, rest)) = keys.split_first() else {
        return level(family, None, Some(set), payload, Some(&deeper));
    };
    for entry in headers(payload) {
        if let Some(payload) = payload.get_mut(entry.payload) {
            keyed(family, rest, set, payload, &deeper);
        }
    }
}

/// Swaps the headers of what says that it is a nest, if it looks like one.
fn unknown(payload: &mut [u8], depth: u8) {
    let mut trial = payload.to_vec();
    let places = headers(&mut trial);
    let end = places.last().map_or(0, |last| align(last.payload.end));
    if depth > MAX_DEPTH || end < trial.len() {
        return;
    }
    for place in places.iter().filter(|place| place.nested) {
        if let Some(payload) = trial.get_mut(place.payload.clone()) {
            unknown(payload, depth + 1);
        }
    }
    payload.copy_from_slice(&trial);
}

/// Swaps the numbers of a payload that holds no attributes.
fn leaf(family: &Family, content: &Content, payload: &mut [u8]) {
    match content {
        Content::Int(int, _) => swap_int(*int, payload),
        Content::Scalars(int) => {
            for item in payload.chunks_mut(usize::from(int.bytes.max(1))) {
                swap_int(*int, item);
            }
        }
        Content::Bitfield32(_) => {
            swap(payload, 0..4);
            swap(payload, 4..8);
        }
        Content::Struct(id) => members(family, family.structure(*id), payload),
        Content::Items { item, len, .. } => {
            for own in payload.chunks_mut((*len).max(1)) {
                leaf(family, item, own);
            }
        }
        // The family, and the scope of an IPv6 address.
        Content::Socket { .. } => {
            const INET6: [u8; 2] = 10_u16.to_ne_bytes();
            swap(payload, 0..2);
            if payload.starts_with(&INET6) {
                swap(payload, 24..28);
            }
        }
        // Bytes in an order of their own, and what holds attributes.
        Content::Unused
        | Content::Pad
        | Content::Flag
        | Content::String
        | Content::Text { .. }
        | Content::Bytes { .. }
        | Content::Labels
        | Content::AnyAddr
        | Content::Ipv4
        | Content::Ipv6
        | Content::Ip
        | Content::Mac
        | Content::SubMessage { .. }
        | Content::Nest(_)
        | Content::Array(_)
        | Content::Rows { .. }
        | Content::Keyed { .. } => {}
    }
}

/// Swaps an integer that is in the machine's order, if it has its length.
fn swap_int(int: Int, payload: &mut [u8]) {
    let fits = match int.bytes {
        0 => matches!(payload.len(), 4 | 8),
        bytes => payload.len() == usize::from(bytes),
    };
    if int.order == Order::Host && fits {
        payload.reverse();
    }
}

/// Swaps the members of a struct, as far as they are there.
fn members(family: &Family, structure: &Struct, bytes: &mut [u8]) {
    for member in &structure.members {
        let end = match member.is_tail() {
            true => bytes.len(),
            false => member.offset.saturating_add(member.len),
        };
        if let Some(own) = bytes.get_mut(member.offset..end) {
            leaf(family, &member.content, own);
        }
    }
}
