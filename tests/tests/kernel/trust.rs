//! Only the kernel is believed, whoever else sends to our port id or group.

use std::collections::BTreeSet;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, getsockname,
    sendto, socket,
};
use nlgen_runtime::wire::{CommandHeader, control};
use nlgen_runtime::{Connection, Direction, Encode, Events, MessageHeader, Received};
use nlgen_tests::{ethtool, netdev};

use crate::events::toggle;
use crate::namespace::{fresh, interfaces};

/// A generic netlink socket of somebody else's.
pub(crate) fn generic() -> OwnedFd {
    let kind = (SockType::Raw, SockFlag::SOCK_CLOEXEC);
    let protocol = SockProtocol::NetlinkGeneric;
    socket(AddressFamily::Netlink, kind.0, kind.1, protocol).unwrap()
}

fn send(forger: &OwnedFd, message: &[u8], port_id: u32, groups: u32) -> Result<usize, Errno> {
    let address = NetlinkAddr::new(port_id, groups);
    // A full queue is an error then, not a wait.
    sendto(
        forger.as_raw_fd(),
        message,
        &address,
        MsgFlags::MSG_DONTWAIT,
    )
}

/// A message as the kernel would answer: the port id and sequence number are the forger's choice.
fn forged(kind: u16, seq: u32, port_id: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let header = MessageHeader {
        len: (MessageHeader::LEN + payload.len()) as u32,
        kind,
        flags: 0,
        seq,
        port_id,
    };
    header.write(&mut bytes);
    bytes.extend_from_slice(payload);
    bytes
}

#[test]
fn nobody_else_can_send_to_a_connection() {
    fresh(|| {
        let mut conn = Connection::open().unwrap();
        let forger = generic();
        let message = forged(control::ERROR, 1, conn.port_id(), &[0; 20]);
        assert_eq!(
            send(&forger, &message, conn.port_id(), 0),
            Err(Errno::ECONNREFUSED)
        );
        assert!(conn.call(&netdev::DevGet::default().ifindex(1)).is_ok());
        assert_eq!(conn.stats().foreign, 0);
    });
}

/// A descriptor may hold messages from before it was ours.
#[test]
fn forged_answers_that_were_queued_are_not_believed() {
    fresh(|| {
        let ours = generic();
        bind(ours.as_raw_fd(), &NetlinkAddr::new(0, 0)).unwrap();
        let port_id = getsockname::<NetlinkAddr>(ours.as_raw_fd()).unwrap().pid();
        let forger = generic();
        let lie = netdev::DevGetReply {
            ifindex: Some(666),
            ..Default::default()
        };
        let reply = [vec![1, 1, 0, 0], lie.to_bytes().unwrap()].concat();
        let mut sent = 0;
        for seq in 0..10 {
            for (kind, payload) in [
                (0x15, &reply[..]),
                (control::ERROR, &[0; 20]),
                (control::DONE, &[0; 4]),
                (control::OVERRUN, &[]),
            ] {
                let message = forged(kind, seq, port_id, payload);
                send(&forger, &message, port_id, 0).unwrap();
                sent += 1;
            }
        }
        // Longer than the buffer.
        let message = forged(0x15, 1, port_id, &[0xFF; 40_000]);
        send(&forger, &message, port_id, 0).unwrap();
        sent += 1;
        let mut conn = Connection::builder()
            .fd(ours)
            .receive_buffer(0, 0)
            .open()
            .unwrap();
        assert_eq!(conn.port_id(), port_id);
        let device = conn.call(&netdev::DevGet::default().ifindex(1)).unwrap();
        assert_eq!(device.ifindex, Some(1));
        assert_eq!(conn.stats().foreign, sent);
        assert_eq!(conn.stats().stray, 0);
    });
}

#[test]
fn forged_events_are_not_believed() {
    fresh(|| {
        interfaces(2);
        let mut conn = Connection::open().unwrap();
        let family = conn.family_id(&ethtool::FAMILY).unwrap();
        let group = conn.group_id(ethtool::group::MONITOR).unwrap();
        assert!(group <= 32, "a socket address can name the first 32 groups");
        let mut events = Events::<ethtool::Event<'_>>::open(&[ethtool::group::MONITOR]).unwrap();
        let header = CommandHeader {
            command: 17,
            version: 1,
        };
        let message = forged(family, 0, 0, &header.to_bytes());
        send(&generic(), &message, 0, 1 << (group - 1)).unwrap();
        toggle(&mut conn, "v0", true);
        match events.next_within(Duration::ZERO).unwrap().unwrap() {
            Received::Event(ethtool::Event::FeaturesNtf(_)) => {}
            other => panic!("{other:?}"),
        }
        assert_eq!(events.stats().foreign, 1);
        // What is left are the kernel's own.
        while let Some(received) = events.next_within(Duration::ZERO).unwrap() {
            assert!(matches!(
                received,
                Received::Event(ethtool::Event::FeaturesNtf(_))
            ));
        }
    });
}

/// Forged by one that knows our port id, and guesses well which requests are next.
fn forge(forger: &OwnedFd, port_id: u32, group: u32, round: u32) -> (u32, u32) {
    let (mut refused, mut told) = (0, 0);
    for ahead in 0..10 {
        let (kind, payload) = match ahead % 4 {
            0 => (0x15, &[1, 1, 0, 0][..]),
            1 => (control::ERROR, &[0; 20][..]),
            2 => (control::DONE, &[0; 4][..]),
            _ => (control::OVERRUN, &[][..]),
        };
        let message = forged(kind, round.wrapping_add(ahead), port_id, payload);
        assert_eq!(send(forger, &message, port_id, 0), Err(Errno::ECONNREFUSED));
        refused += 1;
        send(forger, &message, 0, 1 << (group - 1)).unwrap();
        told += 1;
    }
    (refused, told)
}

/// A socket that was handed over may have joined a group, where anybody may send.
#[test]
fn ten_thousand_forged_datagrams_of_each_kind_during_a_thousand_dumps() {
    fresh(|| {
        interfaces(40);
        let group = Connection::open()
            .unwrap()
            .group_id(ethtool::group::MONITOR);
        let group = group.unwrap();
        assert!(group <= 32, "a socket address can name the first 32 groups");
        let ours = generic();
        bind(ours.as_raw_fd(), &NetlinkAddr::new(0, 1 << (group - 1))).unwrap();
        let mut conn = Connection::builder().fd(ours).open().unwrap();
        let port_id = conn.port_id();
        // Where numbers begin nobody can know, so the forger is told.
        let seq = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&seq);
        conn.observe(move |direction, datagram| {
            if direction == Direction::Sent {
                let (header, _) = MessageHeader::split(datagram).unwrap();
                seen.store(header.seq, Ordering::Relaxed);
            }
        });
        let (begin, begun) = mpsc::sync_channel(0);
        std::thread::scope(|scope| {
            let forging = scope.spawn(move || {
                let forger = generic();
                let (mut refused, mut told) = (0, 0);
                for round in begun {
                    let more = forge(&forger, port_id, group, round);
                    refused += more.0;
                    told += more.1;
                }
                (refused, told)
            });
            for _ in 0..1000 {
                // Sent while the dump is made.
                begin.send(seq.load(Ordering::Relaxed)).unwrap();
                let devices = conn.dump(&netdev::DevGetDump::default()).unwrap();
                let indices = devices
                    .iter()
                    .map(|device| device.unwrap().ifindex.unwrap());
                assert_eq!(indices.collect::<BTreeSet<_>>().len(), 41);
                assert_eq!(devices.len(), 41);
            }
            drop(begin);
            assert_eq!(forging.join().unwrap(), (10_000, 10_000));
        });
        conn.call(&netdev::DevGet::default().ifindex(1)).unwrap();
        assert_eq!(conn.stats().foreign, 10_000);
        assert_eq!(conn.stats().stray, 0);
    });
}
