//! Routes: set, read back equal, and seen by `ip` as they were set.

use std::net::{IpAddr, Ipv6Addr};

use nlgen_runtime::{Connection, Events, Received};
use nlgen_tests::rt_route::{
    self, Delroute, EncapType, Event, Getroute, GetrouteDump, Metrics, Newroute, Nexthop,
    RoutePref, RtProtocol, RtScope, RtaxFeatures, RtaxLockFlags, RtmFlags, RtmType, Rtmsg,
    Rtnexthop, Rtvia, ViaFamily,
};
use serde_json::json;

use crate::namespace::{fresh, ip, ip_json};
use crate::rtnetlink::{AF_INET, AF_INET6, connect, create, index_of};

/// Two links that are up and have addresses; the number of the first.
fn links(conn: &mut Connection) -> u32 {
    ip(
        "link set lo up\nlink add v0 type veth peer name v1\nlink set v0 up\nlink set v1 up\n\
        addr add 192.0.2.1/24 dev v0\naddr add 203.0.113.1/24 dev v1\n\
        addr add 2001:db8::1/64 dev v0 nodad\n",
    );
    index_of(conn, "v0")
}

fn header(family: u8, dst_len: u8) -> Rtmsg {
    Rtmsg {
        rtm_family: family,
        rtm_dst_len: dst_len,
        rtm_protocol: RtProtocol::Static,
        rtm_type: RtmType::Unicast,
        ..Rtmsg::default()
    }
}

/// Looks at the only route of a table.
macro_rules! only {
    ($conn:expr, $family:expr, $table:expr, |$read:ident| $look:block) => {{
        let request = GetrouteDump::default()
            .header(Rtmsg {
                rtm_family: $family,
                ..Rtmsg::default()
            })
            .table($table);
        let routes = $conn.dump(&request).unwrap();
        assert_eq!(routes.len(), 1);
        let $read = routes.iter().next().unwrap().unwrap();
        $look
    }};
}

#[test]
fn a_route_by_a_gateway_with_metrics() {
    fresh(|| {
        let mut conn = connect();
        let index = links(&mut conn);
        let metrics = Metrics::default()
            .lock(RtaxLockFlags::MTU)
            .mtu(1300)
            .window(60_000)
            .rtt(800)
            .advmss(1200)
            .hoplimit(9)
            .initcwnd(20)
            .initrwnd(30)
            .quickack(1)
            .rto_min(300)
            .features(RtaxFeatures::ECN)
            .cc_algo("reno");
        let sent = Newroute::default()
            .header(header(AF_INET, 24))
            .dst(IpAddr::from([198, 51, 100, 0]))
            .gateway(IpAddr::from([192, 0, 2, 9]))
            .oif(index)
            .prefsrc(IpAddr::from([192, 0, 2, 1]))
            .priority(50)
            .table(1000)
            .metrics(&metrics);
        create(&mut conn, &sent).unwrap();
        only!(conn, AF_INET, 1000, |read| {
            let kernels = Rtmsg {
                rtm_table: 252,
                ..header(AF_INET, 24)
            };
            assert_eq!(read.header, kernels);
            assert_eq!((read.dst, read.gateway), (sent.dst, sent.gateway));
            assert_eq!((read.oif, read.prefsrc), (sent.oif, sent.prefsrc));
            assert_eq!((read.priority, read.table), (sent.priority, sent.table));
            assert_eq!(read.metrics.unwrap().get().unwrap(), metrics);
        });
        let told = ip_json(&["-d", "route", "show", "table", "1000"])[0].take();
        let wanted = json!({
            "type": "unicast", "dst": "198.51.100.0/24", "gateway": "192.0.2.9", "dev": "v0",
            "protocol": "static", "prefsrc": "192.0.2.1", "metric": 50,
        });
        for (name, value) in wanted.as_object().unwrap() {
            assert_eq!(told.get(name), Some(value), "{name} of {told}");
        }
        let wanted = json!({
            "mtu": 1300, "window": 60000, "advmss": 1200, "hoplimit": 9, "initcwnd": 20,
            "initrwnd": 30, "quickack": 1,
        });
        for (name, value) in wanted.as_object().unwrap() {
            assert_eq!(
                told["metrics"][0].get(name),
                Some(value),
                "{name} of {told}"
            );
        }

        let gone = Delroute::default()
            .header(header(AF_INET, 24))
            .dst(IpAddr::from([198, 51, 100, 0]))
            .table(1000);
        conn.call(&gone).unwrap();
        assert_eq!(
            ip_json(&["route", "show", "table", "all", "198.51.100.0/24"]),
            json!([])
        );
    });
}

/// A nexthop by an interface, and its weight.
fn nexthop<'a>(index: u32, weight: u8) -> Nexthop<'a> {
    Nexthop::default().header(Rtnexthop {
        rtnh_ifindex: index.try_into().unwrap(),
        rtnh_hops: weight - 1,
        ..Rtnexthop::default()
    })
}

/// The nexthops of a route in JSON of the program `ip`.
fn told_nexthops(arguments: &[&str]) -> serde_json::Value {
    let arguments = [&["route", "show"], arguments].concat();
    ip_json(&arguments)[0]["nexthops"].take()
}

#[test]
fn a_route_by_several_gateways() {
    fresh(|| {
        let mut conn = connect();
        let first = links(&mut conn);
        let second = index_of(&mut conn, "v1");
        let other = Rtvia {
            rtvia_family: ViaFamily::Inet6,
            rtvia_addr: Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 9).into(),
        };
        let hops = [
            nexthop(first, 1).gateway([192, 0, 2, 9]),
            nexthop(second, 3).gateway([203, 0, 113, 9]).flow(5),
            nexthop(first, 200).via(other),
        ];
        let sent = Newroute::default()
            .header(header(AF_INET, 0))
            .table(77)
            .multipath(&hops);
        create(&mut conn, &sent).unwrap();
        only!(conn, AF_INET, 77, |read| {
            assert_eq!((read.dst, read.gateway), (None, None));
            let read: Vec<Nexthop<'_>> =
                read.multipath.unwrap().iter().map(Result::unwrap).collect();
            assert_eq!(read.len(), 3);
            for (read, sent) in read.iter().zip(&hops) {
                assert_eq!(read.header.rtnh_ifindex, sent.header.rtnh_ifindex);
                assert_eq!(read.header.rtnh_hops, sent.header.rtnh_hops);
                assert_eq!((read.gateway, read.flow), (sent.gateway, sent.flow));
                assert_eq!(read.via, sent.via);
            }
            assert!(read[1].header.rtnh_flags.is_empty());
        });
        let told = told_nexthops(&["table", "77"]);
        let wanted = json!([
            { "gateway": "192.0.2.9", "dev": "v0", "weight": 1 },
            { "gateway": "203.0.113.9", "dev": "v1", "weight": 3 },
            { "via": { "family": "inet6", "host": "2001:db8::9" }, "dev": "v0", "weight": 200 },
        ]);
        for (at, hop) in wanted.as_array().unwrap().iter().enumerate() {
            for (name, value) in hop.as_object().unwrap() {
                assert_eq!(told[at].get(name), Some(value), "{name} of {told}");
            }
        }
    });
}

#[test]
fn a_route_of_ipv6_by_several_gateways() {
    fresh(|| {
        let mut conn = connect();
        let index = links(&mut conn);
        let gateway = |last| IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last));
        let hops = [
            nexthop(index, 10).gateway(gateway(8)),
            nexthop(index, 20).gateway(gateway(9)),
        ];
        let sent = Newroute::default()
            .header(header(AF_INET6, 48))
            .dst(Ipv6Addr::new(0x2001, 0xdb8, 5, 0, 0, 0, 0, 0))
            .table(78)
            .multipath(&hops);
        create(&mut conn, &sent).unwrap();
        only!(conn, AF_INET6, 78, |read| {
            assert_eq!(read.dst, sent.dst);
            let rows = read.multipath.unwrap().iter();
            let read: Vec<_> = rows
                .map(Result::unwrap)
                .map(|hop| (hop.header.rtnh_ifindex, hop.header.rtnh_hops, hop.gateway))
                .collect();
            let link = i32::try_from(index).unwrap();
            let wanted = [(link, 9, Some(gateway(8))), (link, 19, Some(gateway(9)))];
            assert_eq!(read, wanted);
        });
        let told = ip_json(&["-6", "route", "show", "table", "78"])[0]["nexthops"].take();
        assert_eq!(told[0]["gateway"], "2001:db8::8");
        assert_eq!(
            (&told[0]["weight"], &told[1]["weight"]),
            (&json!(10), &json!(20))
        );
    });
}

/// The kernel tells which nexthop it refuses by an offset.
#[test]
fn a_refused_nexthop_has_its_place() {
    fresh(|| {
        let mut conn = connect();
        let index = links(&mut conn);
        let hops = [
            nexthop(index, 1).gateway([192, 0, 2, 9]),
            nexthop(index, 1).encap_type(EncapType::Unknown(999)),
        ];
        let sent = Newroute::default()
            .header(header(AF_INET, 0))
            .table(79)
            .multipath(&hops);
        let refused = create(&mut conn, &sent).map(|_| ()).unwrap_err();
        assert!(refused.errno().is_some(), "{refused}");
    });
}

#[test]
fn routes_of_ipv6() {
    fresh(|| {
        let mut conn = connect();
        let index = links(&mut conn);
        let address = |site, last| IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, site, 0, 0, 0, 0, last));
        let metrics = Metrics::default().mtu(1400).hoplimit(3);
        let sent = Newroute::default()
            .header(header(AF_INET6, 48))
            .dst(address(7, 0))
            .gateway(address(0, 9))
            .oif(index)
            .priority(5)
            .table(99)
            .pref(RoutePref::High)
            .expires(600)
            .metrics(&metrics);
        create(&mut conn, &sent).unwrap();
        only!(conn, AF_INET6, 99, |read| {
            assert_eq!((read.dst, read.gateway), (sent.dst, sent.gateway));
            assert_eq!((read.oif, read.priority), (sent.oif, sent.priority));
            assert_eq!((read.pref, read.table), (sent.pref, sent.table));
            assert_eq!(read.metrics.unwrap().get().unwrap(), metrics);
            let left = read.cacheinfo.unwrap().rta_expires;
            assert!((1..=60_000).contains(&left), "{left}");
        });
        let told = ip_json(&["-6", "route", "show", "table", "99"])[0].take();
        let wanted = json!({
            "dst": "2001:db8:7::/48", "gateway": "2001:db8::9", "dev": "v0", "metric": 5,
            "pref": "high", "protocol": "static",
        });
        for (name, value) in wanted.as_object().unwrap() {
            assert_eq!(told.get(name), Some(value), "{name} of {told}");
        }
    });
}

#[test]
fn a_question_is_answered_with_the_route() {
    fresh(|| {
        let mut conn = connect();
        let index = links(&mut conn);
        ip(
            "rule add sport 4000 dport 53 ipproto udp table 5\nroute add 198.51.100.7 dev v1 table 5\n\
            route add 198.51.100.0/24 via 192.0.2.9\nroute add blackhole 198.51.100.128/25\n",
        );
        let asked = |last| {
            let head = Rtmsg {
                rtm_family: AF_INET,
                rtm_dst_len: 32,
                ..Rtmsg::default()
            };
            let host = IpAddr::from([198, 51, 100, last]);
            Getroute::default().header(head).dst(host)
        };
        let found = conn.call(&asked(7)).unwrap();
        assert_eq!(found.gateway, Some(IpAddr::from([192, 0, 2, 9])));
        assert_eq!(found.oif, Some(index));
        assert!(found.header.rtm_flags.contains(RtmFlags::CLONED));
        // Ports are in network byte order.
        let found = asked(7).ip_proto(17).sport(4000).dport(53);
        let found = conn.call(&found).unwrap();
        assert_eq!((found.gateway, found.oif), (None, Some(index - 1)));
        assert_eq!(found.header.rtm_scope, RtScope::Universe);
        let refused = conn.call(&asked(200)).unwrap_err();
        assert_eq!(refused.errno(), Some(nlgen_runtime::Errno::EINVAL));
    });
}

#[test]
fn changes_of_routes_are_told_to_the_group_of_the_family() {
    fresh(|| {
        let mut conn = connect();
        links(&mut conn);
        let group = [rt_route::group::RTNLGRP_IPV4_ROUTE];
        let mut events = Events::<Event<'_>>::open(&group).unwrap();
        ip("route add 198.51.100.0/24 via 192.0.2.9\nroute del 198.51.100.0/24\n");
        let gateway = Some(IpAddr::from([192, 0, 2, 9]));
        match events.next_event().unwrap() {
            Received::Event(Event::NewrouteNtf(route)) => assert_eq!(route.gateway, gateway),
            other => panic!("{other:?}"),
        }
        match events.next_event().unwrap() {
            Received::Event(Event::DelrouteNtf(route)) => {
                assert_eq!(route.header.rtm_table, 254);
            }
            other => panic!("{other:?}"),
        }
    });
}
