//! What a message looks like on the wire: headers with their places, then attributes.

use super::words::{self, Kind, Target};
use crate::model::{Attribute, Content, Family, Message, Protocol, SetId};

/// How deep the picture of a message shows what is inside nests.
const DEPTH: usize = 1;

/// A message, in the order of its bytes.
pub(super) struct Picture<'f> {
    pub(super) headers: Vec<Header<'f>>,
    pub(super) attributes: Vec<Slot<'f>>,
}

/// A header, at a fixed place.
pub(super) struct Header<'f> {
    pub(super) name: &'f str,
    /// Its first byte in the message.
    pub(super) offset: usize,
    pub(super) len: usize,
    /// What stands in it.
    pub(super) note: String,
    pub(super) target: Option<Target>,
}

/// An attribute: 4 bytes of header, the payload, and zeros up to a multiple of 4.
pub(super) struct Slot<'f> {
    pub(super) set: SetId,
    pub(super) attribute: &'f Attribute,
    pub(super) kind: Kind,
    /// The payload's bytes, where they are always as many.
    pub(super) len: Option<usize>,
    /// What is inside a nest; empty when that is not shown here.
    pub(super) inside: Vec<Slot<'f>>,
}

impl<'f> Picture<'f> {
    /// A message with a command.
    pub(super) fn of(family: &'f Family, message: Option<&'f Message>, command: u16) -> Self {
        let mut headers = vec![Header {
            name: "nlmsghdr",
            offset: 0,
            len: 16,
            note: match family.protocol {
                Protocol::Generic { .. } => "type: the family's id".to_owned(),
                Protocol::Raw { .. } => format!("type: {command}"),
            },
            target: None,
        }];
        if let Protocol::Generic { version } = family.protocol {
            headers.push(Header {
                name: "genlmsghdr",
                offset: 16,
                len: 4,
                note: format!("cmd: {command}, version: {version}"),
                target: None,
            });
        }
        let end = headers.iter().map(|header| header.len).sum();
        if let Some((id, _)) = message.and_then(|message| message.header.as_ref()) {
            let layout = family.structure(*id);
            headers.push(Header {
                name: &layout.name,
                offset: end,
                len: layout.len,
                note: "the family's header".to_owned(),
                target: Some(Target::Struct(*id)),
            });
        }
        let attributes = message.map(|message| {
            let fields = family.fields(message);
            fields
                .map(|attribute| Slot::of(family, message.set, attribute, DEPTH))
                .collect()
        });
        Self {
            headers,
            attributes: attributes.unwrap_or_default(),
        }
    }
}

impl<'f> Slot<'f> {
    fn of(family: &'f Family, set: SetId, attribute: &'f Attribute, depth: usize) -> Self {
        let inside = match (&attribute.content, depth.checked_sub(1)) {
            (Content::Nest(inner), Some(depth)) => {
                let attributes = family.set(*inner).attributes.iter();
                let data = attributes.filter(|attribute| attribute.is_data());
                data.map(|attribute| Self::of(family, *inner, attribute, depth))
                    .collect()
            }
            _ => Vec::new(),
        };
        Self {
            set,
            attribute,
            kind: words::kind(attribute),
            len: payload_len(family, &attribute.content),
            inside,
        }
    }
}

/// The bytes of a payload, where they are always as many.
fn payload_len(family: &Family, content: &Content) -> Option<usize> {
    match content {
        Content::Flag => Some(0),
        Content::Int(int, _) => Some(usize::from(int.bytes)).filter(|bytes| *bytes != 0),
        Content::Bytes { exact, .. } => *exact,
        Content::Ipv4 => Some(4),
        Content::Ipv6 => Some(16),
        Content::Mac => Some(6),
        Content::Bitfield32(_) => Some(8),
        Content::Struct(id) => {
            let structure = family.structure(*id);
            Some(structure.len).filter(|_| structure.tail().is_none())
        }
        _ => None,
    }
}
