//! Connections on a descriptor that somebody else opened.

use std::fs::File;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::process::Command;

use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, recv, setsockopt,
    socket, sockopt::RcvBuf,
};
use nlgen_runtime::{Connection, Errno, Error, Events, Received, async_io};
use nlgen_tests::{ethtool, netdev};

use crate::events::toggle;
use crate::namespace::{fresh, interfaces};
use crate::trust::generic;

#[test]
fn a_generic_netlink_socket_is_taken_over() {
    fresh(|| {
        let mut conn = Connection::builder().fd(generic()).open().unwrap();
        assert_ne!(conn.port_id(), 0, "it was not bound, and is now");
        assert!(conn.call(&netdev::DevGet::default().ifindex(1)).is_ok());
    });
}

/// While a queue that was full is not empty, the kernel drops answers too, and reports it once.
#[test]
fn a_socket_whose_queue_was_full_is_taken_over() {
    fresh(|| {
        interfaces(2);
        let mut other = Connection::open().unwrap();
        let group = other.group_id(ethtool::group::MONITOR).unwrap();
        assert!(group <= 32, "a socket address can name the first 32 groups");
        let full = || {
            let fd = generic();
            bind(fd.as_raw_fd(), &NetlinkAddr::new(0, 1 << (group - 1))).unwrap();
            setsockopt(&fd, RcvBuf, &4096).unwrap();
            fd
        };
        let fds = [full(), full(), full()];
        for round in 0..200 {
            toggle(&mut other, "v0", round % 2 == 0);
        }
        let [reported, unreported, subscribed] = fds;
        for fd in [&reported, &subscribed] {
            let met = recv(fd.as_raw_fd(), &mut [0; 16], MsgFlags::MSG_DONTWAIT);
            assert_eq!(met, Err(nix::errno::Errno::ENOBUFS));
        }
        for fd in [reported, unreported] {
            let mut conn = Connection::builder().fd(fd).open().unwrap();
            let device = conn.call(&netdev::DevGet::default().ifindex(1)).unwrap();
            assert_eq!(device.ifindex, Some(1));
            assert!(conn.stats().stray > 0, "{:?}", conn.stats());
            // So it is when it happens later.
            for round in 0..200 {
                toggle(&mut other, "v0", round % 2 == 0);
            }
            let error = conn
                .call(&netdev::DevGet::default().ifindex(1))
                .unwrap_err();
            assert!(matches!(error, Error::Overrun { .. }), "{error}");
            conn.call(&netdev::DevGet::default().ifindex(1)).unwrap();
        }
        // What comes from now on is told.
        let builder = Connection::builder().fd(subscribed);
        let groups = [ethtool::group::MONITOR];
        let mut events = Events::<ethtool::Event<'_>>::open_with(builder, &groups).unwrap();
        toggle(&mut other, "v0", true);
        assert!(matches!(events.try_next(), Ok(Some(Received::Event(_)))));
        assert!(matches!(events.try_next(), Ok(None)));
    });
}

#[test]
fn any_other_descriptor_is_refused() {
    fresh(|| {
        let open = |family, protocol| {
            let flags = SockFlag::SOCK_CLOEXEC;
            socket(family, SockType::Datagram, flags, protocol).unwrap()
        };
        for (fd, text) in [
            (
                open(AddressFamily::Netlink, Some(SockProtocol::NetlinkRoute)),
                "address family 16, protocol 0, not a netlink socket of protocol 16",
            ),
            (
                open(AddressFamily::Unix, None),
                "address family 1, protocol 0, not a netlink socket of protocol 16",
            ),
        ] {
            let error = Connection::builder().fd(fd).open().unwrap_err();
            assert!(matches!(error, Error::Io { .. }));
            assert!(error.to_string().ends_with(text), "{error}");
        }
        let file = OwnedFd::from(File::open("/dev/null").unwrap());
        let error = Connection::builder().fd(file).open().unwrap_err();
        assert_eq!(error.errno(), Some(Errno::ENOTSOCK));
    });
}

/// What a program has open that is started now, by the names in `/proc`.
fn open_in_a_program() -> String {
    let listed = Command::new("ls").args(["-l", "/proc/self/fd"]).output();
    String::from_utf8(listed.unwrap().stdout).unwrap()
}

#[test]
fn programs_that_are_started_inherit_no_socket() {
    fresh(|| {
        let name = |fd: BorrowedFd<'_>| {
            let link = std::fs::read_link(format!("/proc/self/fd/{}", fd.as_raw_fd())).unwrap();
            link.to_str().unwrap().to_owned()
        };
        let conn = Connection::open().unwrap();
        let here = File::open("/proc/thread-self/ns/net").unwrap();
        let there = Connection::builder().namespace(here.into()).open().unwrap();
        let groups = [netdev::group::MGMT];
        let events = Events::<netdev::Event<'_>>::open(&groups).unwrap();
        let waiting = async_io::Connection::open().unwrap();
        let ours = [conn.as_fd(), there.as_fd(), events.as_fd(), waiting.as_fd()].map(name);
        // Such a one is inherited, and seen.
        let flags = SockFlag::empty();
        let protocol = SockProtocol::NetlinkGeneric;
        let open = socket(AddressFamily::Netlink, SockType::Datagram, flags, protocol).unwrap();
        let seen = open_in_a_program();
        assert!(seen.contains(&name(open.as_fd())), "{seen}");
        for socket in ours {
            assert!(socket.starts_with("socket:["), "{socket}");
            assert!(!seen.contains(&socket), "{socket} in {seen}");
        }
    });
}
