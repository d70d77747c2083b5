//! Rules: set, read back equal, and seen by `ip` as they were set.

use std::net::{IpAddr, Ipv6Addr};

use nlgen_runtime::{Connection, Events, Received};
use nlgen_tests::rt_rule::{
    self, Delrule, Event, FibRuleFlags, FibRuleHdr, FibRulePortRange, FibRuleUidRange, FrAct,
    GetruleDump, Newrule, RtProtocol,
};
use serde_json::json;

use crate::namespace::{fresh, ip, ip_json};
use crate::rtnetlink::{AF_INET, AF_INET6, connect, create};

/// Looks at the rule of a priority.
macro_rules! rule {
    ($conn:expr, $family:expr, $priority:expr, |$read:ident| $look:block) => {{
        let request = GetruleDump::default().header(FibRuleHdr {
            family: $family,
            ..FibRuleHdr::default()
        });
        let rules = $conn.dump(&request).unwrap();
        let mut rules = rules.iter().map(Result::unwrap);
        let $read = rules
            .find(|rule| rule.priority == Some($priority))
            .expect("a rule of the priority");
        $look
    }};
}

/// What `ip` tells of the rule of a priority; null when there is none.
fn seen(family: &str, priority: u32) -> serde_json::Value {
    let priority = priority.to_string();
    let mut rules = ip_json(&[family, "-d", "rule", "show", "priority", &priority]);
    rules
        .get_mut(0)
        .map(serde_json::Value::take)
        .unwrap_or_default()
}

#[test]
fn a_rule_with_its_selectors() {
    fresh(|| {
        let mut conn = connect();
        let header = FibRuleHdr {
            family: AF_INET,
            dst_len: 24,
            src_len: 32,
            tos: 0x10,
            action: FrAct::ToTbl,
            flags: FibRuleFlags::INVERT,
            ..FibRuleHdr::default()
        };
        let ports = |start, end| FibRulePortRange { start, end };
        let sent = Newrule::default()
            .header(header)
            .dst(IpAddr::from([198, 51, 100, 0]))
            .src(IpAddr::from([192, 0, 2, 1]))
            .iifname("v0")
            .oifname("v1")
            .priority(500)
            .fwmark(0x17)
            .fwmask(0xff)
            .table(1000)
            .tun_id(0x0123_4567_89ab_cdef)
            .suppress_prefixlen(8)
            .suppress_ifgroup(3)
            .uid_range(FibRuleUidRange {
                start: 1000,
                end: 2000,
            })
            .protocol(RtProtocol::Static)
            .ip_proto(6)
            .sport_range(ports(1000, 2000))
            .dport_range(ports(80, 80));
        create(&mut conn, &sent).unwrap();
        rule!(conn, AF_INET, 500, |read| {
            let kernels = FibRuleHdr {
                // The table does not fit the header; there are no such interfaces.
                table: 252,
                flags: FibRuleFlags::INVERT
                    | FibRuleFlags::IIF_DETACHED
                    | FibRuleFlags::OIF_DETACHED,
                ..header
            };
            assert_eq!(read.header, kernels);
            assert_eq!((read.dst, read.src), (sent.dst, sent.src));
            assert_eq!((read.iifname, read.oifname), (sent.iifname, sent.oifname));
            assert_eq!((read.fwmark, read.fwmask), (sent.fwmark, sent.fwmask));
            assert_eq!((read.table, read.tun_id), (sent.table, sent.tun_id));
            assert_eq!(
                (read.suppress_prefixlen, read.suppress_ifgroup),
                (sent.suppress_prefixlen, sent.suppress_ifgroup)
            );
            assert_eq!(
                (read.uid_range, read.protocol),
                (sent.uid_range, sent.protocol)
            );
            assert_eq!(
                (read.ip_proto, read.sport_range, read.dport_range),
                (sent.ip_proto, sent.sport_range, sent.dport_range)
            );
        });
        let told = seen("-4", 500);
        let wanted = json!({
            "priority": 500, "not": null, "src": "192.0.2.1", "dst": "198.51.100.0",
            "dstlen": 24, "tos": "0x10", "fwmark": "0x17", "fwmask": "0xff", "iif": "v0",
            "oif": "v1", "uid_start": 1000, "uid_end": 2000, "ipproto": "tcp",
            "sport_start": 1000, "sport_end": 2000, "dport": 80, "table": "1000",
            "suppress_prefixlen": 8, "protocol": "static",
        });
        for (name, value) in wanted.as_object().unwrap() {
            assert_eq!(told.get(name), Some(value), "{name} of {told}");
        }

        let gone = Delrule::default()
            .header(FibRuleHdr {
                family: AF_INET,
                ..FibRuleHdr::default()
            })
            .priority(500);
        conn.call(&gone).unwrap();
        assert_eq!(seen("-4", 500), json!(null));
    });
}

#[test]
fn rules_of_ipv6_and_to_go_on_with() {
    fresh(|| {
        let mut conn: Connection = connect();
        let header = FibRuleHdr {
            family: AF_INET6,
            src_len: 48,
            action: FrAct::Goto,
            ..FibRuleHdr::default()
        };
        let site = IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 1, 0, 0, 0, 0, 0));
        let sent = Newrule::default()
            .header(header)
            .src(site)
            .priority(10)
            .goto(20);
        create(&mut conn, &sent).unwrap();
        rule!(conn, AF_INET6, 10, |read| {
            assert_eq!((read.src, read.goto), (sent.src, sent.goto));
            assert_eq!(read.header.action, FrAct::Goto);
            assert!(read.header.flags.contains(FibRuleFlags::UNRESOLVED));
        });
        let header = FibRuleHdr {
            family: AF_INET6,
            action: FrAct::Prohibit,
            ..FibRuleHdr::default()
        };
        let last = Newrule::default().header(header).priority(20);
        create(&mut conn, &last).unwrap();
        rule!(conn, AF_INET6, 10, |read| {
            assert!(!read.header.flags.contains(FibRuleFlags::UNRESOLVED));
        });
        let told = seen("-6", 10);
        assert_eq!(
            (&told["src"], &told["srclen"]),
            (&json!("2001:db8:1::"), &json!(48))
        );
        assert_eq!(told["goto"], 20);
        assert_eq!(seen("-6", 20)["action"], "prohibit");
    });
}

#[test]
fn changes_of_rules_are_told_to_the_group_of_the_family() {
    fresh(|| {
        let group = [rt_rule::group::RTNLGRP_IPV4_RULE];
        let mut events = Events::<Event<'_>>::open(&group).unwrap();
        let header = FibRuleHdr {
            family: AF_INET6,
            action: FrAct::ToTbl,
            ..FibRuleHdr::default()
        };
        let other = Newrule::default().header(header).priority(7).table(7);
        create(&mut connect(), &other).unwrap();
        ip("rule add priority 8 table 7\nrule del priority 8\n");
        match events.next_event().unwrap() {
            Received::Event(Event::NewruleNtf(rule)) => assert_eq!(rule.priority, Some(8)),
            other => panic!("{other:?}"),
        }
        match events.next_event().unwrap() {
            Received::Event(Event::DelruleNtf(rule)) => assert_eq!(rule.table, Some(7)),
            other => panic!("{other:?}"),
        }
    });
}
