//! Routes of MPLS, and routes of IP that put labels before packets: set, read back, and seen the same by `ip`.

use std::net::Ipv4Addr;

use nlgen_runtime::{Connection, Labels, flags};
use nlgen_tests::rt_link::Getlink;
use nlgen_tests::rt_route::{
    Destination, EncapMpls, EncapMsg, EncapType, FAMILY, GetrouteDump, Newroute, Nexthop,
    RtProtocol, RtScope, RtmType, Rtmsg, Rtnexthop, Rtvia, ViaFamily,
};
use serde_json::{Value, json};

use crate::run;

const AF_INET: u8 = 2;
const AF_MPLS: u8 = 28;

fn header(family: u8, dst_len: u8) -> Rtmsg {
    Rtmsg {
        rtm_family: family,
        rtm_dst_len: dst_len,
        rtm_table: 254,
        rtm_protocol: RtProtocol::Static,
        rtm_scope: RtScope::Universe,
        rtm_type: RtmType::Unicast,
        ..Rtmsg::default()
    }
}

fn via(last: u8) -> Rtvia<'static> {
    Rtvia {
        rtvia_family: ViaFamily::Inet,
        rtvia_addr: Ipv4Addr::new(192, 0, 2, last).into(),
    }
}

fn told(arguments: &str) -> Value {
    serde_json::from_str(&run(&format!("ip -j {arguments}"))).unwrap()
}

/// The number of a link of two that are up.
fn links(conn: &mut Connection) -> u32 {
    run("modprobe -a mpls_router mpls_iptunnel veth");
    run("ip link add mpls0 type veth peer name mpls1");
    run("ip link set mpls0 up");
    run("ip link set mpls1 up");
    run("ip addr add 192.0.2.1/24 dev mpls0");
    run("sysctl -q net.mpls.platform_labels=1000");
    let link = conn.call(&Getlink::default().ifname("mpls0")).unwrap();
    link.header.ifi_index.try_into().unwrap()
}

#[test]
fn labels_are_set_read_and_seen_by_ip() {
    if !needs::lab() {
        return;
    }
    let mut conn = Connection::builder().family(&FAMILY).open().unwrap();
    let index = links(&mut conn);

    let swap = Newroute::default()
        .header(header(AF_MPLS, 20))
        .dst(Destination::Mpls(Labels::from(&[100])))
        .newdst(&[200, 300])
        .via(via(9))
        .oif(index);
    conn.call_with(flags::CREATE | flags::EXCL, &swap).unwrap();

    let hop = |weight, label| {
        let head = Rtnexthop {
            rtnh_ifindex: index.try_into().unwrap(),
            rtnh_hops: weight,
            ..Rtnexthop::default()
        };
        Nexthop::default().header(head).via(via(8)).newdst(label)
    };
    let hops = [hop(0, &[500]), hop(0, &[600])];
    let several = Newroute::default()
        .header(header(AF_MPLS, 20))
        .dst(Destination::Mpls(Labels::from(&[101])))
        .multipath(&hops);
    conn.call_with(flags::CREATE | flags::EXCL, &several)
        .unwrap();

    let pushed = EncapMpls::default().dst(&[400, 401]);
    let push = Newroute::default()
        .header(header(AF_INET, 24))
        .dst(Ipv4Addr::new(198, 51, 100, 0))
        .gateway(Ipv4Addr::new(192, 0, 2, 9))
        .oif(index)
        .encap_type(EncapType::Mpls)
        .encap(EncapMsg::Mpls((&pushed).into()));
    conn.call_with(flags::CREATE | flags::EXCL, &push).unwrap();

    let dump = |family| GetrouteDump::default().header(header(family, 0));
    let routes = conn.dump(&dump(AF_MPLS)).unwrap();
    let routes: Vec<_> = routes.iter().map(Result::unwrap).collect();
    assert_eq!(routes.len(), 2);
    assert_eq!(routes[0].dst, swap.dst);
    assert_eq!(routes[0].newdst, swap.newdst);
    assert_eq!(routes[0].via, swap.via);
    assert_eq!(routes[0].oif, Some(index));
    assert_eq!(routes[1].dst, several.dst);
    let rows: Vec<_> = routes[1]
        .multipath
        .unwrap()
        .iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(rows.len(), 2);
    for (read, sent) in rows.iter().zip(&hops) {
        assert_eq!((read.newdst, read.via), (sent.newdst, sent.via));
        assert_eq!(read.header.rtnh_ifindex, sent.header.rtnh_ifindex);
    }

    let seen = told("-f mpls route show");
    let first = json!({
        "dst": "100", "to": "200/300", "via": { "family": "inet", "host": "192.0.2.9" },
        "dev": "mpls0", "protocol": "static",
    });
    for (name, value) in first.as_object().unwrap() {
        assert_eq!(seen[0].get(name), Some(value), "{name} of {seen}");
    }
    assert_eq!(seen[1]["dst"], "101");
    for (at, label) in ["500", "600"].into_iter().enumerate() {
        let hop = &seen[1]["nexthops"][at];
        assert_eq!(hop["to"], label, "{seen}");
        assert_eq!(hop["via"]["host"], "192.0.2.8");
        assert_eq!(hop["dev"], "mpls0");
    }

    let routes = conn.dump(&dump(AF_INET)).unwrap();
    let read = routes
        .iter()
        .map(Result::unwrap)
        .find(|route| route.dst == push.dst)
        .unwrap();
    assert_eq!(read.encap_type, Some(EncapType::Mpls));
    let Some(EncapMsg::Mpls(encap)) = read.encap else {
        panic!("{read:?}")
    };
    assert_eq!(encap.get().unwrap().dst, pushed.dst);
    // Both the route and its encapsulation have a `dst` in this JSON.
    let seen = run("ip route show 198.51.100.0/24");
    assert!(seen.contains("encap mpls  400/401"), "{seen}");

    run("ip link del mpls0");
}
