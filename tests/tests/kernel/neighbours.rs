//! Neighbours, rules and tables: set, read back equal, and seen by `ip` as they were set.

use std::net::{IpAddr, Ipv6Addr};

use nlgen_runtime::{Connection, Events, Received, flags};
use nlgen_tests::rt_neigh::{
    self, Delneigh, Event, Getneigh, GetneighDump, GetneightblDump, NdaCacheinfo, Ndmsg,
    NeighParams, Newneigh, NtfFlags, NudState, Setneightbl,
};
use serde_json::json;

use crate::namespace::{fresh, ip, ip_json};
use crate::rtnetlink::{AF_BRIDGE, AF_INET, AF_INET6, connect, create, index_of};

const HARDWARE: &[u8] = &[2, 0, 0, 0, 0, 0x0a];

/// Two links that are up, and the number of the first.
fn links(conn: &mut Connection) -> u32 {
    ip("link add v0 type veth peer name v1\nlink set v0 up\nlink set v1 up\n");
    index_of(conn, "v0")
}

fn header(family: u8, index: u32) -> Ndmsg {
    Ndmsg {
        ndm_family: family,
        ndm_ifindex: index.try_into().unwrap(),
        ..Ndmsg::default()
    }
}

#[test]
fn permanent_neighbours_of_both_families() {
    fresh(|| {
        let mut conn = connect();
        let index = links(&mut conn);
        let hosts = [
            (AF_INET, IpAddr::from([192, 0, 2, 9])),
            (
                AF_INET6,
                IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 9)),
            ),
        ];
        for (family, host) in hosts {
            let head = Ndmsg {
                ndm_state: NudState::PERMANENT,
                ndm_flags: NtfFlags::ROUTER,
                ..header(family, index)
            };
            let sent = Newneigh::default()
                .header(head)
                .dst(host)
                .lladdr(HARDWARE)
                .protocol(42);
            create(&mut conn, &sent).unwrap();
            let asked = Getneigh::default().header(header(family, index)).dst(host);
            let read = conn.call(&asked).unwrap();
            assert_eq!(read.header.ndm_state, NudState::PERMANENT);
            assert!(read.header.ndm_flags.contains(NtfFlags::ROUTER));
            assert_eq!((read.dst, read.lladdr), (sent.dst, sent.lladdr));
            assert_eq!((read.protocol, read.probes), (Some(42), Some(0)));
            assert_ne!(read.cacheinfo, None::<NdaCacheinfo>);
            let told = ip_json(&["neigh", "show", &host.to_string(), "dev", "v0"])[0].take();
            let wanted = (json!("02:00:00:00:00:0a"), json!(["PERMANENT"]));
            assert_eq!((&told["lladdr"], &told["state"]), (&wanted.0, &wanted.1));
            assert_eq!(told["protocol"], "babel");

            let gone = Delneigh::default().header(header(family, index)).dst(host);
            conn.call(&gone).unwrap();
        }
        assert_eq!(ip_json(&["neigh", "show", "nud", "permanent"]), json!([]));
    });
}

#[test]
fn a_proxy_entry_and_a_dump_of_one_link() {
    fresh(|| {
        let mut conn = connect();
        let index = links(&mut conn);
        let proxy = Ndmsg {
            ndm_flags: NtfFlags::PROXY,
            ..header(AF_INET, index)
        };
        let host = IpAddr::from([192, 0, 2, 7]);
        let sent = Newneigh::default().header(proxy).dst(host);
        create(&mut conn, &sent).unwrap();
        let asked = GetneighDump::default().header(Ndmsg {
            ndm_flags: NtfFlags::PROXY,
            ..Ndmsg::default()
        });
        let proxies = conn.dump(&asked).unwrap();
        let read = proxies.iter().next().unwrap().unwrap();
        assert_eq!((read.dst, read.lladdr), (Some(host), None));
        assert!(read.header.ndm_flags.contains(NtfFlags::PROXY));
        let told = ip_json(&["neigh", "show", "proxy"]);
        assert_eq!(
            (&told[0]["dst"], told.as_array().unwrap().len()),
            (&json!("192.0.2.7"), 1)
        );

        ip("neigh add 192.0.2.1 lladdr 02:00:00:00:00:01 dev v0\n\
            neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev v1\n");
        let request = GetneighDump::default()
            .header(Ndmsg {
                ndm_family: AF_INET,
                ..Ndmsg::default()
            })
            .ifindex(index);
        let neighbours = conn.dump(&request).unwrap();
        let hosts: Vec<_> = neighbours
            .iter()
            .map(|one| one.unwrap().dst.unwrap())
            .collect();
        assert_eq!(hosts, [IpAddr::from([192, 0, 2, 1])]);
    });
}

#[test]
fn an_entry_of_a_forwarding_database() {
    fresh(|| {
        let mut conn = connect();
        ip("link add vx0 type vxlan id 5 dstport 4789 local 192.0.2.1\n");
        let index = index_of(&mut conn, "vx0");
        let head = Ndmsg {
            ndm_flags: NtfFlags::SELF,
            ndm_state: NudState::NOARP | NudState::PERMANENT,
            ..header(AF_BRIDGE, index)
        };
        let sent = Newneigh::default()
            .header(head)
            .lladdr(HARDWARE)
            .dst(IpAddr::from([192, 0, 2, 2]))
            .port(4790)
            .vni(77);
        create(&mut conn, &sent).unwrap();
        let request = GetneighDump::default().header(header(AF_BRIDGE, index));
        let entries = conn.dump(&request).unwrap();
        let read = entries.iter().next().unwrap().unwrap();
        assert_eq!((read.lladdr, read.dst), (sent.lladdr, sent.dst));
        assert_eq!((read.port, read.vni), (sent.port, sent.vni));
        assert_eq!(read.header.ndm_flags, NtfFlags::SELF);
    });
}

#[test]
fn how_neighbours_of_a_link_are_asked() {
    fresh(|| {
        let mut conn = connect();
        let index = links(&mut conn);
        let sent = NeighParams::default()
            .ifindex(index)
            .base_reachable_time(12_000)
            .ucast_probes(5)
            .queue_lenbytes(9_999)
            .retrans_time(700);
        let change = Setneightbl::default()
            .header(rt_neigh::Ndtmsg { family: AF_INET })
            .name("arp_cache")
            .parms(&sent);
        conn.call(&change).unwrap();
        let tables = conn.dump(&GetneightblDump::default()).unwrap();
        let mut config = 0;
        let mut found = false;
        for table in &tables {
            let table = table.unwrap();
            config += u32::from(table.config.is_some() && table.stats.is_some());
            let params = table.parms.unwrap().get().unwrap();
            if table.name.unwrap() == "arp_cache" && params.ifindex == Some(index) {
                found = true;
                assert_eq!(params.base_reachable_time, sent.base_reachable_time);
                assert_eq!(
                    (
                        params.ucast_probes,
                        params.queue_lenbytes,
                        params.retrans_time
                    ),
                    (sent.ucast_probes, sent.queue_lenbytes, sent.retrans_time)
                );
            }
        }
        assert!(found && config == 2, "{tables:?}");
    });
}

#[test]
fn changes_of_neighbours_are_told() {
    fresh(|| {
        let group = [rt_neigh::group::RTNLGRP_NEIGH];
        let mut conn = connect();
        links(&mut conn);
        let mut events = Events::<Event<'_>>::open(&group).unwrap();
        ip("neigh add 192.0.2.1 lladdr 02:00:00:00:00:01 dev v0\nneigh del 192.0.2.1 dev v0\n");
        let host = Some(IpAddr::from([192, 0, 2, 1]));
        let mut made = false;
        loop {
            match events.next_event().unwrap() {
                // The links' own, of IPv6, come in between.
                Received::Event(Event::NewneighNtf(one)) => {
                    made |= one.dst == host && one.header.ndm_state == NudState::PERMANENT;
                }
                Received::Event(Event::DelneighNtf(one)) if one.dst == host => break,
                Received::Event(Event::DelneighNtf(_)) => {}
                other => panic!("{other:?}"),
            }
        }
        assert!(made);
        // With `flags::REPLACE` an entry that is not there is not made.
        let host = Newneigh::default()
            .header(header(AF_INET, 1))
            .dst(IpAddr::from([127, 0, 0, 9]));
        assert!(conn.call_with(flags::REPLACE, &host).is_err());
    });
}
