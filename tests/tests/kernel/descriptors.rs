//! Connections on a descriptor that somebody else opened.

use std::fs::File;
use std::os::fd::OwnedFd;

use nix::sys::socket::{AddressFamily, SockFlag, SockProtocol, SockType, socket};
use nlgen_runtime::{Connection, Errno, Error};
use nlgen_tests::netdev;

use crate::namespace::fresh;
use crate::trust::generic;

#[test]
fn a_generic_netlink_socket_is_taken_over() {
    fresh(|| {
        let mut conn = Connection::builder().fd(generic()).open().unwrap();
        assert_ne!(conn.port_id(), 0, "it was not bound, and is now");
        assert!(conn.call(&netdev::DevGet::default().ifindex(1)).is_ok());
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
