//! A netlink protocol of its own: rtnetlink, with fixed headers, structs and sub-messages.

use std::net::Ipv4Addr;

use nlgen_runtime::{Connection, Errno, Error, Events, Received, flags};
use nlgen_tests::ethtool;
use nlgen_tests::rt_link::{
    self, Bridge, Data, Dellink, Event, Getlink, GetlinkDump, Ifinfomsg, IflaVxlanPortRange,
    Linkinfo, Newlink, Vxlan,
};

use crate::namespace::fresh;
use crate::rtnetlink::connect;

fn create(conn: &mut Connection, request: &Newlink<'_>) -> Result<(), Error> {
    conn.call_with(flags::CREATE | flags::EXCL, request)
}

fn bridge(conn: &mut Connection, name: &str) {
    let bridge = Bridge::default().forward_delay(1500).hello_time(300);
    // Setting the data sets its kind.
    let info = Linkinfo::default().data(Data::Bridge((&bridge).into()));
    assert_eq!(info.kind.unwrap(), "bridge");
    create(
        conn,
        &Newlink::default().ifname(name).mtu(1400).linkinfo(&info),
    )
    .unwrap();
}

#[test]
fn a_link_is_made_read_back_and_taken_away() {
    fresh(|| {
        let mut conn = connect();
        bridge(&mut conn, "br0");
        let link = conn.call(&Getlink::default().ifname("br0")).unwrap();
        assert_eq!(
            (link.ifname.unwrap().to_str(), link.mtu),
            (Ok("br0"), Some(1400))
        );
        assert_eq!(link.header.ifi_type, 1);
        assert!(link.stats64.is_some());
        let info = link.linkinfo.unwrap().get().unwrap();
        let Some(Data::Bridge(data)) = info.data else {
            panic!("{info:?}")
        };
        let data = data.get().unwrap();
        assert_eq!(
            (data.forward_delay, data.hello_time),
            (Some(1500), Some(300))
        );
        assert_eq!(data.bridge_id.unwrap().prio, 0x8000);

        conn.call(&Dellink::default().ifname("br0")).unwrap();
        let error = conn.call(&Getlink::default().ifname("br0")).unwrap_err();
        assert_eq!(error.errno(), Some(Errno::ENODEV));
    });
}

#[test]
fn structs_and_addresses_go_both_ways() {
    fresh(|| {
        let mut conn = connect();
        let sent = Vxlan::default()
            .id(0x0012_3456)
            .local(Ipv4Addr::new(192, 0, 2, 1))
            .ttl(64)
            .learning(0)
            .port(4789)
            .port_range(IflaVxlanPortRange {
                low: 1000,
                high: 2000,
            });
        let info = Linkinfo::default().data(Data::Vxlan((&sent).into()));
        create(&mut conn, &Newlink::default().ifname("vx0").linkinfo(&info)).unwrap();

        let link = conn.call(&Getlink::default().ifname("vx0")).unwrap();
        let info = link.linkinfo.unwrap().get().unwrap();
        let Some(Data::Vxlan(read)) = info.data else {
            panic!("{info:?}")
        };
        let read = read.get().unwrap();
        assert_eq!(
            (read.local, read.port_range, read.port),
            (sent.local, sent.port_range, sent.port)
        );
        let shown = format!("{link:?}");
        assert!(
            shown.contains("port-range: ifla-vxlan-port-range { low: 1000, high: 2000 }"),
            "{shown}"
        );
    });
}

#[test]
fn a_dump_has_every_link() {
    fresh(|| {
        let mut conn = connect();
        for name in ["br0", "br1", "br2"] {
            bridge(&mut conn, name);
        }
        let links = conn.dump(&GetlinkDump::default()).unwrap();
        let names: Vec<String> = links
            .iter()
            .map(|link| link.unwrap().ifname.unwrap().to_string())
            .collect();
        assert_eq!(names, ["lo", "br0", "br1", "br2"]);
    });
}

#[test]
fn a_refusal_points_into_the_sub_message() {
    fresh(|| {
        let mut conn = connect();
        let vxlan = Vxlan::default().port(4789).id(1 << 24);
        let info = Linkinfo::default().data(Data::Vxlan((&vxlan).into()));
        let request = Newlink::default().ifname("vx0").linkinfo(&info);
        let error = create(&mut conn, &request).unwrap_err().to_string();
        assert!(
            error.starts_with("rt-link.newlink/linkinfo/data/id: ERANGE"),
            "{error}"
        );
    });
}

#[test]
fn events_carry_the_link() {
    fresh(|| {
        let mut events = Events::<Event<'_>>::open(&[rt_link::group::RTNLGRP_LINK]).unwrap();
        bridge(&mut connect(), "br0");
        match events.next_event().unwrap() {
            Received::Event(Event::NewlinkNtf(link)) => assert_eq!(link.ifname.unwrap(), "br0"),
            other => panic!("{other:?}"),
        }
    });
}

#[test]
fn a_connection_speaks_one_protocol() {
    let mut conn = connect();
    let error = conn.call(&ethtool::LinkstateGet::default()).unwrap_err();
    assert!(
        matches!(error, Error::WrongProtocol { family: "ethtool" }),
        "{error}"
    );
    let mut conn = Connection::open().unwrap();
    let header = Ifinfomsg::default();
    let error = conn.call(&Getlink::default().header(header)).unwrap_err();
    assert!(
        matches!(error, Error::WrongProtocol { family: "rt-link" }),
        "{error}"
    );
}
