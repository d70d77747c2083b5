//! Addresses: set, read back equal, and seen by `ip` as they were set.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use nlgen_runtime::{Connection, Events, Received, flags};
use nlgen_tests::rt_addr::{
    self, Deladdr, Event, GetaddrDump, GetaddrReply, IfaCacheinfo, IfaFlags, IfaProto, Ifaddrmsg,
    Newaddr, RtScope,
};
use serde_json::json;

use crate::namespace::{fresh, ip, ip_json};
use crate::rtnetlink::{AF_INET, AF_INET6, connect, create, index_of};

/// Two links, and the number of the first.
fn links(conn: &mut Connection) -> u32 {
    ip("link add v0 type veth peer name v1\n");
    index_of(conn, "v0")
}

fn header(family: u8, prefix: u8, index: u32) -> Ifaddrmsg {
    Ifaddrmsg {
        ifa_family: family,
        ifa_prefixlen: prefix,
        ifa_index: index,
        ..Ifaddrmsg::default()
    }
}

/// The only address of a family on an interface.
macro_rules! only {
    ($conn:expr, $family:expr, $index:expr, |$read:ident| $look:block) => {{
        let request = GetaddrDump::default().header(header($family, 0, $index));
        let addresses = $conn.dump(&request).unwrap();
        assert_eq!(addresses.len(), 1);
        let $read: GetaddrReply<'_> = addresses.iter().next().unwrap().unwrap();
        $look
    }};
}

#[test]
fn an_ipv4_address_with_all_its_attributes() {
    fresh(|| {
        let mut conn = connect();
        let index = links(&mut conn);
        let local = IpAddr::from([192, 0, 2, 1]);
        let life = IfaCacheinfo {
            ifa_prefered: 1000,
            ifa_valid: 2000,
            ..IfaCacheinfo::default()
        };
        let sent = Newaddr::default()
            .header(Ifaddrmsg {
                ifa_scope: RtScope::Site,
                ..header(AF_INET, 24, index)
            })
            .local(local)
            .address(IpAddr::from([192, 0, 2, 1]))
            .label("v0:web")
            .broadcast(Ipv4Addr::new(192, 0, 2, 255))
            .cacheinfo(life)
            .flags(IfaFlags::NOPREFIXROUTE)
            .rt_priority(77)
            .proto(IfaProto::Unknown(99));
        create(&mut conn, &sent).unwrap();

        // The other link has none, and the dump has only the first one's.
        ip("addr add 198.51.100.1/32 dev v1\n");
        only!(conn, AF_INET, index, |read| {
            assert_eq!(read.header.ifa_scope, RtScope::Site);
            assert_eq!(
                (read.header.ifa_prefixlen, read.header.ifa_index),
                (24, index)
            );
            assert_eq!((read.local, read.address), (sent.local, sent.address));
            assert_eq!((read.label, read.broadcast), (sent.label, sent.broadcast));
            assert_eq!(read.flags, sent.flags);
            assert_eq!(
                (read.rt_priority, read.proto),
                (sent.rt_priority, sent.proto)
            );
            let read = read.cacheinfo.unwrap();
            assert_eq!((read.ifa_prefered, read.ifa_valid), (1000, 2000));
        });
        let told = ip_json(&["addr", "show", "v0"])[0]["addr_info"][0].take();
        let wanted = json!({
            "family": "inet", "local": "192.0.2.1", "prefixlen": 24, "metric": 77,
            "broadcast": "192.0.2.255", "scope": "site", "dynamic": true, "noprefixroute": true,
            "label": "v0:web", "valid_life_time": 2000, "preferred_life_time": 1000,
        });
        for (name, value) in wanted.as_object().unwrap() {
            assert_eq!(&told[name], value, "{name}");
        }

        // Changed, then taken away.
        let life = IfaCacheinfo {
            ifa_prefered: u32::MAX,
            ifa_valid: u32::MAX,
            ..IfaCacheinfo::default()
        };
        conn.call_with(flags::REPLACE, &sent.cacheinfo(life))
            .unwrap();
        only!(conn, AF_INET, index, |read| {
            assert_eq!(read.cacheinfo.unwrap().ifa_valid, u32::MAX);
            assert!(read.flags.unwrap().contains(IfaFlags::PERMANENT));
        });
        let gone = Deladdr::default()
            .header(header(AF_INET, 24, index))
            .local(local);
        conn.call(&gone).unwrap();
        let request = GetaddrDump::default().header(header(AF_INET, 0, index));
        assert!(conn.dump(&request).unwrap().is_empty());
    });
}

#[test]
fn an_ipv6_address_and_that_of_a_peer() {
    fresh(|| {
        let mut conn = connect();
        let index = links(&mut conn);
        let local = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
        let peer = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 2);
        let wanted = IfaFlags::NODAD | IfaFlags::NOPREFIXROUTE;
        let sent = Newaddr::default()
            .header(header(AF_INET6, 64, index))
            .local(IpAddr::V6(local))
            .address(IpAddr::V6(peer))
            .flags(wanted)
            .rt_priority(5)
            .proto(IfaProto::KernelRa);
        create(&mut conn, &sent).unwrap();
        only!(conn, AF_INET6, index, |read| {
            assert_eq!((read.local, read.address), (sent.local, sent.address));
            assert!(read.flags.unwrap().contains(wanted | IfaFlags::PERMANENT));
            assert_eq!(
                (read.rt_priority, read.proto),
                (sent.rt_priority, sent.proto)
            );
            assert_eq!(read.header.ifa_scope, RtScope::Universe);
        });
        let told = ip_json(&["addr", "show", "v0"])[0]["addr_info"][0].take();
        let wanted = json!({
            "family": "inet6", "local": "2001:db8::1", "address": "2001:db8::2", "prefixlen": 64,
            "metric": 5, "scope": "global", "nodad": true, "noprefixroute": true,
        });
        for (name, value) in wanted.as_object().unwrap() {
            assert_eq!(&told[name], value, "{name}");
        }
    });
}

#[test]
fn multicast_groups_of_a_link_are_told() {
    fresh(|| {
        let mut conn = connect();
        let index = links(&mut conn);
        ip("link set v0 up\n");
        let request = rt_addr::GetmulticastDump::default().header(header(AF_INET6, 0, index));
        let groups = conn.dump(&request).unwrap();
        let groups: Vec<IpAddr> = groups
            .iter()
            .filter_map(|group| group.unwrap().multicast)
            .collect();
        let all_nodes = IpAddr::V6(Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1));
        assert!(groups.contains(&all_nodes), "{groups:?}");
    });
}

#[test]
fn changes_of_addresses_are_told_to_the_group_of_the_family() {
    fresh(|| {
        let group = [rt_addr::group::RTNLGRP_IPV4_IFADDR];
        let mut events = Events::<Event<'_>>::open(&group).unwrap();
        let mut conn = connect();
        let index = links(&mut conn);
        ip(
            "addr add 2001:db8::1/64 dev v0 nodad\naddr add 192.0.2.1/24 dev v0\n\
            addr del 192.0.2.1/24 dev v0\n",
        );
        let local = Some(IpAddr::from([192, 0, 2, 1]));
        match events.next_event().unwrap() {
            Received::Event(Event::NewaddrNtf(address)) => {
                assert_eq!((address.header.ifa_index, address.local), (index, local));
            }
            other => panic!("{other:?}"),
        }
        match events.next_event().unwrap() {
            Received::Event(Event::DeladdrNtf(address)) => assert_eq!(address.local, local),
            other => panic!("{other:?}"),
        }
    });
}
