//! Extended acknowledgements: what the kernel says beside an error number (`enum nlmsgerr_attrs`).

use std::fmt;

use crate::describe::{Attribute, Int, Kind, Set};
use crate::wire::align::align;
use crate::wire::attr::{Attr, DecodeAs, Natural, Uint, attributes};
use crate::wire::decode_error::DecodeError;
use crate::wire::header::{MessageHeader, control, flags};
use crate::wire::message::Message;

/// What the kernel adds to an error or an acknowledgement (`NLMSGERR_ATTR_*`).
///
/// On an acknowledgement a message is a warning: the request was carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExtAck {
    /// A text for people (`NLMSGERR_ATTR_MSG`).
    pub message: Option<String>,
    /// Where the offending attribute begins, in bytes from the request's header
    /// (`NLMSGERR_ATTR_OFFS`).
    pub offset: Option<u32>,
    /// Bytes that the operation hands to the caller (`NLMSGERR_ATTR_COOKIE`).
    pub cookie: Vec<u8>,
    /// The policy that the offending attribute broke (`NLMSGERR_ATTR_POLICY`).
    pub policy: Option<Policy>,
    /// The number of a required attribute that the request lacks (`NLMSGERR_ATTR_MISS_TYPE`).
    pub missing_type: Option<u32>,
    /// Where the nest begins that lacks it, in bytes from the request's header
    /// (`NLMSGERR_ATTR_MISS_NEST`); without it the attribute is missing at the top.
    pub missing_nest: Option<u32>,
}

/// What the kernel accepts for an attribute (`enum netlink_policy_type_attr`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// The attribute's type (`enum netlink_attribute_type`).
    pub attr_type: Option<u32>,
    /// The least value of a signed integer.
    pub min_signed: Option<i64>,
    /// The greatest value of a signed integer.
    pub max_signed: Option<i64>,
    /// The least value of an unsigned integer.
    pub min_unsigned: Option<u64>,
    /// The greatest value of an unsigned integer.
    pub max_unsigned: Option<u64>,
    /// The shortest payload, in bytes.
    pub min_length: Option<u32>,
    /// The longest payload, in bytes.
    pub max_length: Option<u32>,
    /// The bits that may be set.
    pub mask: Option<u64>,
    /// The bits that a `bitfield32` may have.
    pub bitfield32_mask: Option<u32>,
}

impl ExtAck {
    /// Whether the kernel added nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What a message ends a request with: the error number, negative or 0, and what comes with it.
    /// `None` for a message that ends nothing.
    ///
    /// A [`Connection`](crate::Connection) does this by itself; it is for messages that came another
    /// way.
    ///
    /// ```
    /// use nlgen_runtime::{ExtAck, Message, MessageHeader};
    /// use nlgen_runtime::wire::control;
    /// let header = MessageHeader { kind: control::DONE, ..Default::default() };
    /// let payload = &(-19i32).to_ne_bytes();
    /// let (code, ack) = ExtAck::from_message(&Message { header, payload }).unwrap();
    /// assert_eq!((code, ack.is_empty()), (-19, true));
    /// ```
    #[must_use]
    pub fn from_message(message: &Message<'_>) -> Option<(i32, Self)> {
        let Message { header, payload } = message;
        match header.kind {
            control::ERROR => Some(Self::of_error(header.flags, payload)),
            control::DONE => Some(Self::of_done(header.flags, payload)),
            _ => None,
        }
    }

    /// Reads the payload of an error message: the error number, negative or 0, and what comes with it.
    ///
    /// Malformed attributes leave what was read before them: an error is told all the same.
    pub(crate) fn of_error(message_flags: u16, payload: &[u8]) -> (i32, Self) {
        let Some((code, echo)) = payload.split_first_chunk() else {
            return (-libc::EBADMSG, Self::default());
        };
        let echoed = match MessageHeader::split(echo) {
            Some((request, _)) if message_flags & flags::CAPPED == 0 => {
                align(usize::try_from(request.len).unwrap_or(usize::MAX))
            }
            _ => MessageHeader::LEN,
        };
        let attrs = echo.get(echoed..).unwrap_or_default();
        (i32::from_ne_bytes(*code), Self::of(message_flags, attrs))
    }

    /// Reads the payload of the message that ends a dump. Some families leave out the number.
    pub(crate) fn of_done(message_flags: u16, payload: &[u8]) -> (i32, Self) {
        match payload.split_first_chunk() {
            Some((code, attrs)) => (i32::from_ne_bytes(*code), Self::of(message_flags, attrs)),
            None => (0, Self::default()),
        }
    }

    fn of(message_flags: u16, attrs: &[u8]) -> Self {
        let mut new = Self::default();
        if message_flags & flags::ACK_TLVS != 0 {
            // The result is dropped on purpose: see of_error.
            let _ = attributes(attrs, 0, &SET, |attr| new.attr(attr));
        }
        new
    }

    fn attr(&mut self, attr: &Attr<'_>) -> Result<(), DecodeError> {
        match attr.kind() {
            1 => {
                let text = crate::wire::text::Str::from_payload(attr.payload());
                self.message = Some(text.to_string_lossy().trim_end().to_owned());
                Ok(())
            }
            2 => attr.get(&mut self.offset),
            3 => {
                self.cookie = attr.payload().to_vec();
                Ok(())
            }
            4 => {
                self.policy = Some(Policy::decode(attr)?);
                Ok(())
            }
            5 => attr.get(&mut self.missing_type),
            6 => attr.get(&mut self.missing_nest),
            _ => Ok(()),
        }
    }
}

impl Policy {
    fn decode(policy: &Attr<'_>) -> Result<Self, DecodeError> {
        let mut new = Self::default();
        attributes(policy.payload(), 0, &POLICY, |attr| match attr.kind() {
            1 => attr.get(&mut new.attr_type),
            2 => attr.get(&mut new.min_signed),
            3 => attr.get(&mut new.max_signed),
            4 => wide(attr, &mut new.min_unsigned),
            5 => wide(attr, &mut new.max_unsigned),
            6 => attr.get(&mut new.min_length),
            7 => attr.get(&mut new.max_length),
            10 => attr.get(&mut new.bitfield32_mask),
            12 => wide(attr, &mut new.mask),
            _ => Ok(()),
        })?;
        Ok(new)
    }
}

fn wide<'a>(attr: &Attr<'a>, slot: &mut Option<u64>) -> Result<(), DecodeError>
where
    Uint: DecodeAs<'a, u64>,
    Natural: DecodeAs<'a, u64>,
{
    attr.get_as::<Uint, u64>(slot)
}

static SET: Set = Set::new(
    "ext-ack",
    &[
        Attribute::new(1, "msg", Kind::String),
        Attribute::new(2, "offs", Kind::Int(Int::U32)),
        Attribute::new(3, "cookie", Kind::Binary),
        Attribute::new(4, "policy", Kind::Nest(|| &POLICY)),
        Attribute::new(5, "miss-type", Kind::Int(Int::U32)),
        Attribute::new(6, "miss-nest", Kind::Int(Int::U32)),
    ],
);

static POLICY: Set = Set::new("policy", &[]);

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        let mut add = |what: &str, value: Option<String>| {
            if let Some(value) = value {
                parts.push(format!("{what} {value}"));
            }
        };
        add("at least", self.min_signed.map(|value| value.to_string()));
        add("at most", self.max_signed.map(|value| value.to_string()));
        add("at least", self.min_unsigned.map(|value| value.to_string()));
        add("at most", self.max_unsigned.map(|value| value.to_string()));
        add(
            "length at least",
            self.min_length.map(|value| value.to_string()),
        );
        add(
            "length at most",
            self.max_length.map(|value| value.to_string()),
        );
        add("bits within", self.mask.map(|value| format!("{value:#x}")));
        add(
            "bits within",
            self.bitfield32_mask.map(|value| format!("{value:#x}")),
        );
        add("type", self.attr_type.map(type_name));
        f.write_str(&parts.join(", "))
    }
}

/// Names of `enum netlink_attribute_type`.
fn type_name(kind: u32) -> String {
    const NAMES: [&str; 17] = [
        "invalid",
        "flag",
        "u8",
        "u16",
        "u32",
        "u64",
        "s8",
        "s16",
        "s32",
        "s64",
        "binary",
        "string",
        "nul-string",
        "nested",
        "nested-array",
        "bitfield32",
        "sint",
    ];
    let known = usize::try_from(kind).ok().and_then(|kind| NAMES.get(kind));
    match (kind, known) {
        (17, _) => "uint".to_owned(),
        (_, Some(name)) => (*name).to_owned(),
        (_, None) => kind.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::attr::Encoder;

    const REQUEST: usize = 36;

    /// An error message's payload, as the kernel writes it with each of the two socket options.
    fn error(capped: bool, tlvs: bool) -> (u16, Vec<u8>) {
        let mut bytes = (-libc::ERANGE).to_ne_bytes().to_vec();
        let header = MessageHeader {
            len: REQUEST as u32,
            ..MessageHeader::default()
        };
        header.write(&mut bytes);
        if !capped {
            bytes.resize(4 + REQUEST, 0xEE);
        }
        let mut out = Encoder::new(&mut bytes);
        if tlvs {
            out.put(1, &Some("integer out of range"));
            out.put(2, &Some(20u32));
            out.nest(4, |out| {
                out.put(4, &Some(1u64));
                out.put(1, &Some(4u32));
            });
        }
        out.finish().unwrap();
        let flag = |set: bool, bit| if set { bit } else { 0 };
        (
            flag(capped, flags::CAPPED) | flag(tlvs, flags::ACK_TLVS),
            bytes,
        )
    }

    #[test]
    fn all_four_option_combinations_are_read() {
        for (capped, tlvs) in [(true, true), (true, false), (false, true), (false, false)] {
            let (flags, bytes) = error(capped, tlvs);
            let (code, ack) = ExtAck::of_error(flags, &bytes);
            assert_eq!(code, -libc::ERANGE);
            assert_eq!(ack.is_empty(), !tlvs);
            if tlvs {
                assert_eq!(ack.message.as_deref(), Some("integer out of range"));
                assert_eq!(ack.offset, Some(20));
                assert_eq!(ack.policy.unwrap().to_string(), "at least 1, type u32");
            }
        }
    }

    #[test]
    fn short_and_hostile_payloads() {
        let (flags, bytes) = error(false, true);
        for len in 0..bytes.len() {
            ExtAck::of_error(flags, &bytes[..len]);
            ExtAck::of_done(flags, &bytes[..len]);
        }
        assert_eq!(ExtAck::of_error(0, &[]).0, -libc::EBADMSG);
        assert_eq!(ExtAck::of_done(flags::ACK_TLVS, &[]).0, 0);
    }
}
