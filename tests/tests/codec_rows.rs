//! Rows of a struct with attributes behind each, against the bytes that they stand for: the nexthops of a route.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::net::Ipv4Addr;

use nlgen_runtime::anomalies;
use nlgen_runtime::describe::Path;
use nlgen_runtime::wire::{EncodeReason, Reason};
use nlgen_runtime::{Decode, DecodeError, Encode};
use nlgen_tests::rt_route::{Newroute, Nexthop, Rtmsg, Rtnexthop, RtnexthopFlags};

/// A `struct rtnexthop`.
fn hop(len: u16, flags: u8, hops: u8, ifindex: i32) -> Vec<u8> {
    let (len, ifindex) = (len.to_ne_bytes(), ifindex.to_ne_bytes());
    [&len[..], &[flags, hops], &ifindex].concat()
}

/// An attribute of 4 bytes.
fn attr(kind: u16, payload: [u8; 4]) -> Vec<u8> {
    [&8u16.to_ne_bytes()[..], &kind.to_ne_bytes(), &payload].concat()
}

/// A message whose only attribute is `multipath`, with this payload.
fn route(rows: &[u8]) -> Vec<u8> {
    let mut bytes = vec![2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    bytes.extend((rows.len() as u16 + 4).to_ne_bytes());
    bytes.extend(9u16.to_ne_bytes());
    bytes.extend(rows);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn read(bytes: &[u8]) -> Vec<Result<Nexthop<'_>, DecodeError>> {
    Newroute::decode(bytes)
        .unwrap()
        .multipath
        .unwrap()
        .iter()
        .collect()
}

fn two() -> Vec<u8> {
    let first = [hop(16, 0, 0, 1), attr(5, [10, 0, 0, 1])].concat();
    let second = [
        hop(24, 4, 9, 2),
        attr(5, [10, 0, 0, 2]),
        attr(11, 7u32.to_ne_bytes()),
    ];
    route(&[first, second.concat()].concat())
}

#[test]
fn rows_are_read_and_written() {
    let head = |hops, ifindex, flags| Rtnexthop {
        rtnh_hops: hops,
        rtnh_ifindex: ifindex,
        rtnh_flags: flags,
        ..Rtnexthop::default()
    };
    let hops = [
        Nexthop::default()
            .header(head(0, 1, RtnexthopFlags::empty()))
            .gateway(Ipv4Addr::new(10, 0, 0, 1)),
        Nexthop::default()
            .header(head(9, 2, RtnexthopFlags::ONLINK))
            .gateway(Ipv4Addr::new(10, 0, 0, 2))
            .flow(7),
    ];
    let request = Newroute::default()
        .header(Rtmsg {
            rtm_family: 2,
            ..Rtmsg::default()
        })
        .multipath(&hops);
    assert_eq!(request.to_bytes().unwrap(), two());

    let bytes = two();
    let rows = read(&bytes);
    let rows: Vec<&Nexthop<'_>> = rows.iter().map(|row| row.as_ref().unwrap()).collect();
    assert_eq!(rows[0].gateway, Some(Ipv4Addr::new(10, 0, 0, 1).into()));
    assert_eq!(rows[0].header.rtnh_len, 16);
    assert_eq!(rows[1].header.rtnh_flags, RtnexthopFlags::ONLINK);
    assert_eq!((rows[1].header.rtnh_hops, rows[1].flow), (9, Some(7)));
    // Sent on as they came.
    assert_eq!(Newroute::decode(&bytes).unwrap().to_bytes().unwrap(), bytes);
}

#[test]
fn rows_are_shown() {
    let bytes = two();
    let shown = format!("{:?}", Newroute::decode(&bytes).unwrap());
    let rows = "multipath: [nexthop { rtnexthop: rtnexthop { rtnh-len: 16, rtnh-flags: 0, rtnh-hops: 0, \
                rtnh-ifindex: 1 }, gateway: 10.0.0.1 }, nexthop { rtnexthop: rtnexthop { rtnh-len: 24, \
                rtnh-flags: onlink, rtnh-hops: 9, rtnh-ifindex: 2 }, gateway: 10.0.0.2, flow: 7 }]";
    assert!(shown.contains(rows), "{shown}");
    let json = serde_json::to_value(Newroute::decode(&bytes).unwrap()).unwrap();
    assert_eq!(json["multipath"][0]["gateway"], "10.0.0.1");
    assert_eq!(json["multipath"][1]["rtnh-flags"][0], "onlink");
}

/// The padding behind a row is not in its length.
#[test]
fn a_row_may_end_before_its_padding() {
    let string = [
        &6u16.to_ne_bytes()[..],
        &99u16.to_ne_bytes(),
        b"ab",
        &[0; 2],
    ]
    .concat();
    let rows = [hop(14, 0, 0, 1), string, hop(8, 0, 0, 2)].concat();
    let bytes = route(&rows);
    let rows = read(&bytes);
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1].as_ref().unwrap().header.rtnh_ifindex, 2);
}

#[test]
fn what_cannot_be_a_row_is_an_error_with_its_place() {
    let good = hop(8, 0, 0, 1);
    for (bad, reason, text) in [
        (
            hop(7, 0, 0, 2),
            Reason::Row {
                len: 7,
                least: 8,
                left: 8,
            },
            "[1]: a row says that it has 7 bytes where its struct needs 8",
        ),
        (
            hop(0, 0, 0, 2),
            Reason::Row {
                len: 0,
                least: 8,
                left: 8,
            },
            "[1]: a row says that it has 0 bytes where its struct needs 8",
        ),
        (
            hop(12, 0, 0, 2),
            Reason::Row {
                len: 12,
                least: 8,
                left: 8,
            },
            "[1]: a row says that it has 12 bytes where 8 are left",
        ),
        (
            vec![0; 4],
            Reason::AfterRows { left: 4, least: 8 },
            "[1]: 4 bytes after the last row; another one has 8 at least",
        ),
        (
            vec![0; 1],
            Reason::AfterRows { left: 1, least: 8 },
            "[1]: 1 bytes after the last row; another one has 8 at least",
        ),
    ] {
        let bytes = route(&[good.clone(), bad].concat());
        let rows = read(&bytes);
        assert_eq!(rows.len(), 2, "{text}");
        assert!(rows[0].is_ok());
        let error = rows[1].as_ref().unwrap_err();
        assert_eq!(error.reason(), reason);
        assert_eq!(error.to_string(), text);
        assert!(serde_json::to_value(Newroute::decode(&bytes).unwrap()).is_err());
        let shown = format!("{:?}", Newroute::decode(&bytes).unwrap());
        assert!(shown.contains(&text[5..]), "{shown}");
    }
    // Malformed attributes inside.
    let bytes = route(&[hop(12, 0, 0, 1), vec![9, 0, 5, 0]].concat());
    let text = read(&bytes)[0].as_ref().unwrap_err().to_string();
    assert!(text.starts_with("nexthop[0]"), "{text}");
    assert!(read(&route(&[])).is_empty());
}

/// The kernel says by an offset what it refuses.
#[test]
fn an_offset_into_a_row_becomes_its_path() {
    let bytes = two();
    let attributes = &bytes[12..];
    let set = <Newroute<'_> as Encode>::SET;
    for (offset, path) in [
        (0, Some("route/multipath")),
        (12, Some("route/multipath[0]/gateway")),
        (28, Some("route/multipath[1]/gateway")),
        (36, Some("route/multipath[1]/flow")),
        (4, None),
        (20, None),
    ] {
        let found = Path::to_offset(set, attributes, offset).map(|path| path.to_string());
        assert_eq!(found.as_deref(), path, "offset {offset}");
    }
    let gateway = attr(5, [10, 0, 0, 1]);
    let twice = [hop(24, 0, 0, 1), gateway.clone(), gateway].concat();
    let found = anomalies(set, &route(&twice)[12..]);
    assert_eq!(found[0].path().to_string(), "route/multipath[0]/gateway");
}

#[test]
fn what_cannot_be_written_in_a_row_has_its_place() {
    let long = vec![b'x'; 70_000];
    let encap = nlgen_tests::rt_route::EncapMsg::Unknown(&long);
    let hops = [Nexthop::default(), Nexthop::default().encap(encap)];
    let error = Newroute::default().multipath(&hops).to_bytes().unwrap_err();
    assert_eq!(error.reason(), EncodeReason::TooLong { len: 70_000 });
    assert!(error.to_string().contains("multipath[1]/encap"), "{error}");
}
