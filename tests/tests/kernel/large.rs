//! What is large: a reply longer than a netlink attribute can be, and very many requests.

use std::collections::BTreeSet;

use nlgen_runtime::{Collected, Connection, ConnectionBuilder, Errno, Error, MacAddr};
use nlgen_tests::netdev;
use nlgen_tests::rt_link::{
    self, Data, Getlink, Linkinfo, Macvlan, MacvlanMacaddrMode, MacvlanMode, Newlink,
};

use crate::namespace::{fresh, interfaces, ip};
use crate::rtnetlink::{connect, create, has, index_of};

/// Source addresses of the macvlan.
const ADDRESSES: u32 = 12_000;

/// A macvlan with very many source addresses; false, after saying so, where the kernel has none.
fn macvlan(conn: &mut Connection) -> bool {
    ip("link add v0 type veth peer name v1\n");
    let below = index_of(conn, "v0");
    let source = Macvlan::default().mode(MacvlanMode::Source);
    let info = Linkinfo::default().data(Data::Macvlan((&source).into()));
    let link = Newlink::default().ifname("mv0").link(below).linkinfo(&info);
    if !has(create(conn, &link), "macvlan".into()) {
        return false;
    }
    // One at a time: no list of so many fits an attribute.
    let sources: Vec<_> = (0..ADDRESSES)
        .map(|n| {
            let [_, _, a, b] = n.to_be_bytes();
            let mode = MacvlanMacaddrMode::Add;
            source
                .macaddr_mode(mode)
                .macaddr(MacAddr([2, 0, 0, 0, a, b]))
        })
        .collect();
    let infos: Vec<_> = sources
        .iter()
        .map(|source| Linkinfo::default().data(Data::Macvlan(source.into())))
        .collect();
    let links: Vec<_> = infos
        .iter()
        .map(|info| Newlink::default().ifname("mv0").linkinfo(info))
        .collect();
    for answer in conn.call_all(&links).unwrap() {
        answer.unwrap();
    }
    true
}

fn with_buffer(bytes: usize, cap: usize) -> Connection {
    let builder = ConnectionBuilder::new().receive_buffer(bytes, cap);
    builder.family(&rt_link::FAMILY).open().unwrap()
}

/// How many bytes the only message of a reply has.
fn length<R>(reply: &Collected<R>) -> usize {
    assert_eq!(reply.len(), 1);
    reply.messages().next().unwrap().header.len as usize
}

/// Of a macvlan that has been asked for: all of its source addresses, and that is it.
fn addresses(reply: &Collected<Getlink<'_>>) -> usize {
    let link = reply.reply().unwrap();
    assert_eq!(link.ifname.unwrap(), "mv0");
    let info = link.linkinfo.unwrap().get().unwrap();
    let Some(Data::Macvlan(macvlan)) = info.data else {
        panic!("{:?}", info.kind);
    };
    let macvlan = macvlan.get().unwrap();
    assert_eq!(macvlan.macaddr_count, Some(ADDRESSES));
    let list = macvlan.macaddr_data.unwrap().get().unwrap();
    let found: BTreeSet<_> = list
        .macaddr
        .iter()
        .map(|address| address.unwrap().0)
        .collect();
    found.len()
}

/// The reply has nests that are longer than their 16-bit lengths say, three in one another, and what of them is left
/// over follows as if it were more attributes. They are read whole. A dump of links leaves this one out without a word;
/// that is the kernel's.
#[test]
fn a_reply_of_145_540_bytes() {
    fresh(|| {
        let mut conn = connect();
        if !macvlan(&mut conn) {
            return;
        }
        let request = Getlink::default().ifname("mv0");
        let reply = conn.call_collected(&request).unwrap();
        assert_eq!(addresses(&reply), ADDRESSES as usize);
        let whole = length(&reply);
        assert!(whole > 12 * ADDRESSES as usize, "{whole} bytes");
        assert_eq!(conn.stats().largest, whole);
        assert_eq!(conn.stats().lost, 0);

        // A short buffer grows up to its cap.
        let mut conn = with_buffer(0, 1 << 20);
        match conn.call_collected(&request) {
            Err(Error::Truncated { needed, .. }) => assert_eq!(needed, whole),
            other => panic!("{other:?}"),
        }
        assert_eq!(conn.stats().lost, 1);
        assert_eq!(length(&conn.call_collected(&request).unwrap()), whole);

        // Beyond the cap it is an error each time, and the connection goes on.
        let mut conn = with_buffer(0, 0);
        for _ in 0..2 {
            let error = conn.call_collected(&request).unwrap_err();
            assert!(matches!(error, Error::Truncated { .. }), "{error}");
            let link = conn.call(&Getlink::default().ifname("v1")).unwrap();
            assert_eq!(link.ifname.unwrap(), "v1");
        }
    });
}

#[test]
fn a_hundred_thousand_requests_at_once() {
    fresh(|| {
        interfaces(20);
        let mut conn = Connection::open().unwrap();
        // Some are refused, each for itself.
        let indices: Vec<u32> = (0..=21).cycle().take(100_000).collect();
        let request = |index: &u32| netdev::DevGet::default().ifindex(*index);
        let requests: Vec<_> = indices.iter().map(request).collect();
        let answers = conn.call_all(&requests).unwrap();
        assert_eq!(answers.len(), indices.len());
        for (index, answer) in indices.into_iter().zip(answers) {
            match answer {
                Ok(device) => assert_eq!(device.reply().unwrap().ifindex, Some(index)),
                Err(error) => assert_eq!((index, error.errno()), (0, Some(Errno::ERANGE))),
            }
        }
        // One more for the family's id.
        assert_eq!(conn.stats().sent, 100_001);
        assert_eq!((conn.stats().lost, conn.stats().stray), (0, 0));
    });
}
