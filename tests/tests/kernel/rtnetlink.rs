//! What the tests of rtnetlink's families share.

use needs::Need;
use nlgen_runtime::{Connection, Errno, Error, Request, Str, flags};
use nlgen_tests::rt_link::{self, Getlink};

use crate::namespace::connection;

/// The numbers of address families.
pub(crate) const AF_INET: u8 = 2;
pub(crate) const AF_BRIDGE: u8 = 7;
pub(crate) const AF_INET6: u8 = 10;

/// A connection to rtnetlink: all its families share it.
pub(crate) fn connect() -> Connection {
    connection(&rt_link::FAMILY)
}

/// Makes something that is not there yet.
pub(crate) fn create<'c, R: Request>(
    conn: &'c mut Connection,
    request: &R,
) -> Result<R::Reply<'c>, Error> {
    conn.call_with(flags::CREATE | flags::EXCL, request)
}

/// Whether the kernel has a kind of link, by its answer when one is made; if not, the test is skipped.
pub(crate) fn has(made: Result<(), Error>, kind: Str<'_>) -> bool {
    match made {
        Ok(()) => true,
        Err(error) if error.errno() == Some(Errno::EOPNOTSUPP) => {
            let reason = format!("this kernel has no links of the kind {kind}");
            needs::missing(Need::Kernel(&kind.to_string_lossy()), reason);
            false
        }
        Err(error) => panic!("{error}"),
    }
}

/// The number of a link.
pub(crate) fn index_of(conn: &mut Connection, name: &str) -> u32 {
    let link = conn.call(&Getlink::default().ifname(name)).unwrap();
    link.header.ifi_index.try_into().unwrap()
}
