//! The headers of messages: `struct nlmsghdr` and `struct genlmsghdr`.

use crate::wire::align::ALIGN;

/// Flags of a message, `nlmsg_flags`. Some bits mean different things by kind of request.
pub mod flags {
    /// A request to the kernel (`NLM_F_REQUEST`). Without it nothing is run.
    pub const REQUEST: u16 = 0x01;
    /// One part of an answer of several messages (`NLM_F_MULTI`). Its absence does not end a dump.
    pub const MULTI: u16 = 0x02;
    /// Asks for an acknowledgement (`NLM_F_ACK`).
    pub const ACK: u16 = 0x04;
    /// Asks for the notification that the request causes (`NLM_F_ECHO`).
    pub const ECHO: u16 = 0x08;
    /// The state changed during the dump: what was read may not fit together (`NLM_F_DUMP_INTR`).
    pub const DUMP_INTR: u16 = 0x10;
    /// Asks for all objects (`NLM_F_DUMP`, which is `NLM_F_ROOT | NLM_F_MATCH`).
    pub const DUMP: u16 = 0x300;
    /// Replaces an object that exists (`NLM_F_REPLACE`).
    pub const REPLACE: u16 = 0x100;
    /// Fails when the object exists (`NLM_F_EXCL`).
    pub const EXCL: u16 = 0x200;
    /// Creates an object that does not exist (`NLM_F_CREATE`).
    pub const CREATE: u16 = 0x400;
    /// Adds to the end of a list (`NLM_F_APPEND`).
    pub const APPEND: u16 = 0x800;
    /// In an error message: the request is not echoed whole (`NLM_F_CAPPED`).
    pub const CAPPED: u16 = 0x100;
    /// In an error message: extended acknowledgement attributes follow (`NLM_F_ACK_TLVS`).
    pub const ACK_TLVS: u16 = 0x200;
}

/// Types of messages that netlink itself has, `nlmsg_type`.
pub mod control {
    /// Nothing to do (`NLMSG_NOOP`).
    pub const NOOP: u16 = 1;
    /// An error or, with errno 0, an acknowledgement (`NLMSG_ERROR`).
    pub const ERROR: u16 = 2;
    /// The end of a dump (`NLMSG_DONE`).
    pub const DONE: u16 = 3;
    /// Data was lost (`NLMSG_OVERRUN`).
    pub const OVERRUN: u16 = 4;
    /// The first type that is not netlink's own (`NLMSG_MIN_TYPE`).
    pub const MIN: u16 = 0x10;
}

/// A message's header (`struct nlmsghdr`). All fields are in the machine's byte order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MessageHeader {
    /// The message's length in bytes, header included (`nlmsg_len`).
    pub len: u32,
    /// The family's id, or one of netlink's own types (`nlmsg_type`).
    pub kind: u16,
    /// [`flags`] (`nlmsg_flags`).
    pub flags: u16,
    /// The sequence number of the request that this belongs to (`nlmsg_seq`).
    pub seq: u32,
    /// The port of the request's socket; the sender's choice, so nothing to trust (`nlmsg_pid`).
    pub port_id: u32,
}

impl MessageHeader {
    /// Bytes of the header (`NLMSG_HDRLEN`).
    pub const LEN: usize = 16;

    /// Reads a header and gives the bytes after it; `None` when there are fewer than 16.
    #[inline]
    #[must_use]
    pub fn split(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (head, rest) = bytes.split_first_chunk::<{ Self::LEN }>()?;
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *head;
        let header = Self {
            len: u32::from_ne_bytes([a, b, c, d]),
            kind: u16::from_ne_bytes([e, f]),
            flags: u16::from_ne_bytes([g, h]),
            seq: u32::from_ne_bytes([i, j, k, l]),
            port_id: u32::from_ne_bytes([m, n, o, p]),
        };
        Some((header, rest))
    }

    /// Appends the header.
    #[inline]
    pub fn write(&self, buf: &mut Vec<u8>) {
        let ([k0, k1], [f0, f1]) = (self.kind.to_ne_bytes(), self.flags.to_ne_bytes());
        let words = [
            self.len.to_ne_bytes(),
            [k0, k1, f0, f1],
            self.seq.to_ne_bytes(),
            self.port_id.to_ne_bytes(),
        ];
        buf.extend_from_slice(words.as_flattened());
    }
}

/// The header of a generic netlink message (`struct genlmsghdr`). Two reserved bytes follow it on the
/// wire: written as zero, not looked at when read, since the kernel may give them a meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CommandHeader {
    /// The command (`cmd`).
    pub command: u8,
    /// The version of the family's interface (`version`).
    pub version: u8,
}

impl CommandHeader {
    /// Bytes of the header (`GENL_HDRLEN`).
    pub const LEN: usize = 4;

    /// Reads a header and gives the bytes after it; `None` when there are fewer than 4.
    #[inline]
    #[must_use]
    pub fn split(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let ([command, version, _, _], rest) = bytes.split_first_chunk::<{ Self::LEN }>()?;
        let header = Self {
            command: *command,
            version: *version,
        };
        Some((header, rest))
    }

    /// The header's bytes.
    #[inline]
    #[must_use]
    pub const fn to_bytes(self) -> [u8; ALIGN] {
        [self.command, self.version, 0, 0]
    }
}
