//! The least that talking to the kernel can cost: a loop of `send` and `recv` that looks into nothing.

use std::os::fd::OwnedFd;

use nlgen_runtime::{Connection, Family};
use rustix::net::netlink::{self, SocketAddrNetlink};
use rustix::net::{
    AddressFamily, Protocol, RecvFlags, SendFlags, SocketFlags, SocketType, bind, connect, recv,
    send, socket_with,
};

use crate::turn::Outcome;

/// What is offered to each `recv`, in bytes.
const RECEIVE: usize = 64 * 1024;

/// `NLMSG_NOOP`
const NOOP: u16 = 1;
/// `NLM_F_REQUEST | NLM_F_ACK`
pub(crate) const ACKNOWLEDGED: u16 = 5;
/// The same with `NLM_F_DUMP`, as others ask for dumps.
pub(crate) const DUMP: u16 = 0x305;

/// A socket and a buffer.
pub(crate) struct Bare {
    fd: OwnedFd,
    buf: Vec<u8>,
}

impl Bare {
    /// A socket of generic netlink.
    pub(crate) fn generic() -> Outcome<Self> {
        Self::open(Some(netlink::GENERIC))
    }

    /// A socket of rtnetlink.
    pub(crate) fn route() -> Outcome<Self> {
        // Its number, 0, is what none stands for.
        Self::open(None)
    }

    fn open(protocol: Option<Protocol>) -> Outcome<Self> {
        let fd = socket_with(
            AddressFamily::NETLINK,
            SocketType::RAW,
            SocketFlags::CLOEXEC,
            protocol,
        )?;
        bind(&fd, &SocketAddrNetlink::new(0, 0))?;
        connect(&fd, &SocketAddrNetlink::new(0, 0))?;
        let mut bare = Self {
            fd,
            buf: vec![0; RECEIVE],
        };
        // The kernel makes the first part of a dump no larger than what earlier receives offered.
        bare.send(&message(NOOP, ACKNOWLEDGED, 1, &[]))?;
        bare.receive()?;
        Ok(bare)
    }

    /// Sends a datagram.
    pub(crate) fn send(&self, bytes: &[u8]) -> Outcome<()> {
        send(&self.fd, bytes, SendFlags::empty())?;
        Ok(())
    }

    /// Receives a datagram and tells its length.
    pub(crate) fn receive(&mut self) -> Outcome<usize> {
        let (_, len) = recv(&self.fd, &mut self.buf[..], RecvFlags::empty())?;
        Ok(len)
    }

    /// Makes a request that has one reply, once, to know that it is right.
    pub(crate) fn try_request(&mut self, request: &[u8]) -> Outcome<()> {
        self.send(request)?;
        let len = self.receive()?;
        match self.buf[..len].get(4..6) {
            Some([2, 0]) | None => Err("the kernel refuses the request".into()),
            Some(_) => self.receive().map(|_| ()),
        }
    }

    /// Sends a request for a dump and receives as many bytes as it has.
    pub(crate) fn dump(&mut self, request: &[u8], size: usize) -> Outcome<()> {
        self.send(request)?;
        let mut received = 0;
        while received < size {
            received += self.receive()?;
        }
        Ok(())
    }

    /// The size of a dump in bytes: made once, to know when the others are at their end.
    pub(crate) fn size(&mut self, request: &[u8]) -> Outcome<usize> {
        self.send(request)?;
        let mut size = 0;
        loop {
            let len = self.receive()?;
            size += len;
            let mut rest = &self.buf[..len];
            while let Some(head) = rest.first_chunk::<6>() {
                let len = u32::from_ne_bytes([head[0], head[1], head[2], head[3]]) as usize;
                match u16::from_ne_bytes([head[4], head[5]]) {
                    2 => return Err("the kernel refuses the dump".into()),
                    3 => return Ok(size),
                    _ => rest = rest.get(len.next_multiple_of(4)..).unwrap_or_default(),
                }
            }
        }
    }
}

/// A message of the type `kind`, with `flags` and a sequence number.
pub(crate) fn message(kind: u16, flags: u16, seq: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = (16 + payload.len() as u32).to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(flags.to_ne_bytes());
    bytes.extend(seq.to_ne_bytes());
    bytes.extend(0u32.to_ne_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

/// The id of a family of generic netlink.
pub(crate) fn family_id(family: &'static Family) -> Outcome<u16> {
    Ok(Connection::open()?.family_id(family)?)
}
