//! Netlink's own messages: errors, acknowledgements, the ends of dumps.

use std::sync::LazyLock;

use nlgen::span::Source;
use nlgen_runtime::wire::{align, control};
use nlgen_runtime::{Errno, MessageHeader, flags};

use crate::{Body, Family};

/// What netlink itself says, as a spec.
static NETLINK: LazyLock<Option<Family>> = LazyLock::new(|| {
    let source = Source::new("netlink.yaml", include_str!("netlink.yaml"));
    nlgen::load(source).ok().map(Family::new)
});

/// The attributes of an extended acknowledgement.
pub(crate) fn ext_ack() -> Option<Body<'static>> {
    let family: &'static Family = NETLINK.as_ref()?;
    family.notifications().next().map(|event| event.body())
}

/// What `nlctrl` says of a family, as far as ids are learned from it.
pub(crate) fn family() -> Option<Body<'static>> {
    let family: &'static Family = NETLINK.as_ref()?;
    family.notifications().nth(1).map(|event| event.body())
}

/// What netlink's own message types are called.
pub(crate) fn name(kind: u16) -> Option<&'static str> {
    Some(match kind {
        control::NOOP => "NLMSG_NOOP",
        control::ERROR => "NLMSG_ERROR",
        control::DONE => "NLMSG_DONE",
        control::OVERRUN => "NLMSG_OVERRUN",
        _ => return None,
    })
}

/// The parts of the message that ends a request.
pub(crate) struct End<'a> {
    /// The error number, negative or 0; a dump's end may lack it.
    pub(crate) code: Option<i32>,
    /// The request as it is echoed: its header at least.
    pub(crate) echo: &'a [u8],
    /// Where the attributes begin in the payload.
    pub(crate) start: usize,
    /// The attributes of the extended acknowledgement.
    pub(crate) ext_ack: &'a [u8],
}

impl<'a> End<'a> {
    /// The parts of an `NLMSG_ERROR` or an `NLMSG_DONE`.
    pub(crate) fn of(header: MessageHeader, payload: &'a [u8]) -> Self {
        let (code, rest) = match payload.split_first_chunk() {
            Some((code, rest)) => (Some(i32::from_ne_bytes(*code)), rest),
            None => (None, &[][..]),
        };
        let echoed = match (header.kind, MessageHeader::split(rest)) {
            (control::ERROR, Some((request, _))) if header.flags & flags::CAPPED == 0 => {
                align(usize::try_from(request.len).unwrap_or(usize::MAX))
            }
            (control::ERROR, _) => MessageHeader::LEN,
            _ => 0,
        };
        let echoed = echoed.min(rest.len());
        let (echo, after) = rest.split_at(echoed);
        let told = header.flags & flags::ACK_TLVS != 0;
        Self {
            code,
            echo,
            start: payload.len() - after.len(),
            ext_ack: if told { after } else { &[] },
        }
    }
}

/// What an error number means; older dumps end with a count.
pub(crate) fn meaning(code: i32) -> String {
    match code {
        0 => "0, success".to_owned(),
        code if code < 0 => format!("{code}, {}", Errno::from(code.saturating_neg())),
        code => code.to_string(),
    }
}

/// The names of a message's flags. Some bits mean something else on requests and on answers.
pub(crate) fn flag_names(header: MessageHeader) -> String {
    let request = header.flags & flags::REQUEST != 0;
    let error = matches!(header.kind, control::ERROR | control::DONE);
    let mut rest = header.flags;
    let mut names = Vec::new();
    let mut take = |mask: u16, name: &str| {
        if rest & mask == mask {
            names.push(name.to_owned());
            rest &= !mask;
        }
    };
    take(flags::REQUEST, "REQUEST");
    take(flags::MULTI, "MULTI");
    take(flags::ACK, "ACK");
    take(flags::ECHO, "ECHO");
    take(flags::DUMP_INTR, "DUMP_INTR");
    if error {
        take(flags::CAPPED, "CAPPED");
        take(flags::ACK_TLVS, "ACK_TLVS");
    } else if request {
        // The bits of DUMP mean REPLACE and EXCL on requests that make something.
        if header.flags & (flags::CREATE | flags::APPEND) == 0 {
            take(flags::DUMP, "DUMP");
        }
        take(flags::REPLACE, "REPLACE");
        take(flags::EXCL, "EXCL");
        take(flags::CREATE, "CREATE");
        take(flags::APPEND, "APPEND");
    }
    if rest != 0 {
        names.push(format!("{rest:#x}"));
    }
    match names.is_empty() {
        true => "0".to_owned(),
        false => names.join("|"),
    }
}
