//! Notifications: they arrive, losses are told and counted, and the subscription goes on.

use std::os::fd::AsFd;
use std::time::Duration;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nlgen_macros::EventSets;
use nlgen_runtime::{
    Connection, ConnectionBuilder, Error, Events, Group, Grouped, Received, Subscription,
};
use nlgen_tests::ethtool::{self, Bitset, BitsetBit, BitsetBits, Header, HeaderFlags};
use nlgen_tests::{mptcp_pm, netdev, rt_addr, rt_link, rt_route, tcp_metrics};

use crate::namespace::{command, fresh, interfaces, ip};

/// Turns a feature of an interface on or off. A change makes a notification, before the call returns;
/// the feature is off at first.
pub(crate) fn toggle(conn: &mut Connection, interface: &str, on: bool) {
    let bit = [BitsetBit::default().name("rx-gro").value(on)];
    let bits = BitsetBits::default().bit(&bit);
    let wanted = Bitset::default().bits(&bits);
    let header = Header::default().dev_name(interface);
    let request = ethtool::FeaturesSet::default()
        .header(&header)
        .wanted(&wanted);
    conn.call(&request).unwrap();
}

fn subscribe(builder: ConnectionBuilder) -> Events<ethtool::Event<'static>> {
    Events::open_with(builder, &[ethtool::group::MONITOR]).unwrap()
}

/// What is there: events, and the losses that were told.
fn drain(events: &mut Events<ethtool::Event<'static>>) -> (u32, Vec<u32>) {
    let (mut count, mut losses) = (0, Vec::new());
    while let Some(received) = events.next_within(Duration::ZERO).unwrap() {
        match received {
            Received::Event(ethtool::Event::FeaturesNtf(_)) => count += 1,
            Received::Overrun { lost } => losses.push(lost),
            other => panic!("{other:?}"),
        }
    }
    (count, losses)
}

#[test]
fn a_change_is_told_with_the_interface() {
    fresh(|| {
        interfaces(2);
        let mut conn = Connection::open().unwrap();
        let mut events = subscribe(Connection::builder());
        assert!(events.next_within(Duration::ZERO).unwrap().is_none());
        toggle(&mut conn, "v0", true);
        toggle(&mut conn, "v0", false);
        // The second time is for ever; what is there comes at once.
        for time in [Duration::ZERO, Duration::MAX] {
            match events.next_within(time).unwrap().unwrap() {
                Received::Event(ethtool::Event::FeaturesNtf(features)) => {
                    let header = features.header.unwrap().get().unwrap();
                    assert_eq!(header.dev_name.unwrap(), "v0");
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(events.stats().foreign, 0);
    });
}

#[test]
fn what_is_lost_is_told_and_counted_and_events_go_on() {
    fresh(|| {
        interfaces(2);
        let mut conn = Connection::open().unwrap();
        let mut all = subscribe(Connection::builder().socket_buffer(8 << 20));
        let mut few = subscribe(Connection::builder().socket_buffer(4096));
        for round in 0..200 {
            toggle(&mut conn, "v0", round % 2 == 0);
        }
        // The first overrun is told at once. What is lost while the old events are read is, too.
        let first = few.next_event().unwrap();
        assert!(
            matches!(first, Received::Overrun { lost } if lost > 0),
            "{first:?}"
        );
        let Received::Overrun { lost } = first else {
            return;
        };
        for round in 0..50 {
            toggle(&mut conn, "v0", round % 2 == 0);
        }
        let (got, losses) = drain(&mut few);
        let (made, none) = drain(&mut all);
        assert!(none.is_empty(), "{none:?}");
        assert!(made >= 250, "{made}");
        assert!(got > 0);
        assert_eq!(losses.len(), 1, "those of the 50 that followed");
        assert_eq!(got + lost + losses[0], made);

        toggle(&mut conn, "v0", true);
        assert_eq!(drain(&mut few), (1, vec![]));
        assert_eq!(drain(&mut all), (1, vec![]));
    });
}

/// Counts events and losses, up to `most` times that something came; whether nothing more is there.
fn count(subscription: &mut Subscription, most: usize, met: &mut (u32, u32)) -> bool {
    for _ in 0..most {
        match subscription.try_next().unwrap() {
            Some(Received::Event(_)) => met.0 += 1,
            Some(Received::Overrun { lost }) => met.1 += lost,
            Some(other) => panic!("{other:?}"),
            None => return true,
        }
    }
    false
}

/// After a loss it asks after each of its families, and the answers come by the same queue: they overflowed it, which
/// was a loss, after which it asked, for ever.
#[test]
fn own_questions_are_no_loss() {
    fresh(|| {
        interfaces(2);
        let mut conn = Connection::open().unwrap();
        let mut all = subscribe(Connection::builder().socket_buffer(8 << 20));
        let families = [
            &ethtool::FAMILY,
            &netdev::FAMILY,
            &mptcp_pm::FAMILY,
            &tcp_metrics::FAMILY,
        ];
        for bytes in [2500, 4096, 10_000] {
            let builder = Connection::builder().socket_buffer(bytes);
            let groups = [ethtool::group::MONITOR];
            let mut few = Subscription::open(builder, &families, &groups).unwrap();
            let mut met = (0, 0);
            for round in 0..200 {
                toggle(&mut conn, "v0", round % 2 == 0);
                // Losses while questions are open, too.
                if round % 16 == 0 {
                    count(&mut few, 3, &mut met);
                }
            }
            let (made, _) = drain(&mut all);
            assert!(count(&mut few, 1000, &mut met), "{met:?} {:?}", few.stats());
            let (come, lost) = met;
            assert!(come > 0 && lost > 0, "{bytes}: {come}, {lost}");
            assert_eq!(come + lost, made, "{bytes}: {come} + {lost}");
            toggle(&mut conn, "v0", true);
            assert!(matches!(few.try_next(), Ok(Some(Received::Event(_)))));
            assert!(matches!(few.try_next(), Ok(None)));
            drain(&mut all);
        }
    });
}

/// What two families of generic netlink tell.
#[derive(Debug, EventSets)]
enum Changes<'a> {
    Settings(Box<ethtool::Event<'a>>),
    Device(netdev::Event<'a>),
}

#[test]
fn families_share_a_subscription() {
    fresh(|| {
        let groups = [ethtool::group::MONITOR, netdev::group::MGMT];
        let mut events = Events::<Grouped<Changes<'_>>>::open(&groups).unwrap();
        interfaces(2);
        toggle(&mut Connection::open().unwrap(), "v0", true);
        let (mut added, mut set) = (0, 0);
        while let Some(received) = events.try_next().unwrap() {
            let Received::Event(arrived) = received else {
                panic!("{received:?}");
            };
            let group = arrived.group.unwrap();
            match arrived.event {
                Changes::Settings(event) => {
                    assert_eq!(group, ethtool::group::MONITOR);
                    set += usize::from(matches!(*event, ethtool::Event::FeaturesNtf(_)));
                }
                // Settings that bear on XDP are told here, too.
                Changes::Device(event) => {
                    assert_eq!(group, netdev::group::MGMT);
                    added += usize::from(matches!(event, netdev::Event::DevAddNtf(_)));
                }
            }
        }
        assert_eq!((added, set), (2, 1));
    });
}

/// What families of rtnetlink tell.
#[derive(Debug, EventSets)]
enum News<'a> {
    Link(Box<rt_link::Event<'a>>),
    Address(rt_addr::Event<'a>),
    Route(Box<rt_route::Event<'a>>),
}

#[test]
fn families_of_rtnetlink_share_a_subscription() {
    let groups = [
        rt_link::group::RTNLGRP_LINK,
        rt_addr::group::RTNLGRP_IPV4_IFADDR,
        rt_route::group::RTNLGRP_IPV4_ROUTE,
    ];
    fresh(|| {
        interfaces(2);
        let mut events = Events::<News<'_>>::open(&groups).unwrap();
        ip("link set v0 up\naddr add 10.1.0.1/24 dev v0\nroute add 10.2.0.0/16 dev v0\n");
        let (mut links, mut addresses, mut routes) = (0, 0, 0);
        while let Some(received) = events.try_next().unwrap() {
            let Received::Event(event) = received else {
                panic!("{received:?}");
            };
            match event {
                News::Link(event) => {
                    assert!(matches!(*event, rt_link::Event::NewlinkNtf(_)), "{event:?}");
                    links += 1;
                }
                News::Address(rt_addr::Event::NewaddrNtf(address)) => {
                    assert_eq!(address.local, Some([10, 1, 0, 1].into()));
                    addresses += 1;
                }
                News::Route(event) => {
                    assert!(
                        matches!(*event, rt_route::Event::NewrouteNtf(_)),
                        "{event:?}"
                    );
                    routes += 1;
                }
                other => panic!("{other:?}"),
            }
        }
        assert!(links >= 1 && routes >= 1, "{links} {routes}");
        assert_eq!(addresses, 1);
    });
}

/// The kernel says 0 for those above 32 in the sender's address; the control message has the number.
#[test]
fn groups_above_32_are_told() {
    // RTNLGRP_TUNNEL, and the type RTM_NEWTUNNEL of what it brings.
    const TUNNELS: Group = Group::numbered(&rt_link::FAMILY, "tunnel", 35);
    const NEWTUNNEL: u16 = 120;
    fresh(|| {
        let builder = Connection::builder();
        let groups = [rt_link::group::RTNLGRP_LINK, TUNNELS];
        let mut messages = Subscription::open(builder, &[&rt_link::FAMILY], &groups).unwrap();
        ip("link add vx0 type vxlan dstport 4789 external vnifilter\nlink set vx0 up\n");
        let mut bridge = command("bridge", "iproute2");
        let added = bridge.args(["vni", "add", "vni", "100", "dev", "vx0"]);
        assert!(added.status().unwrap().success());
        let (mut links, mut tunnels) = (0, 0);
        while let Some(Received::Event(arrival)) = messages.try_next().unwrap() {
            let (group, count) = match arrival.message.header.kind {
                NEWTUNNEL => (TUNNELS, &mut tunnels),
                _ => (groups[0], &mut links),
            };
            assert_eq!(arrival.group, Some(group), "{arrival:?}");
            *count += 1;
        }
        assert!(links > 0);
        assert_eq!(tunnels, 1);
    });
}

#[test]
fn a_subscription_can_be_polled() {
    fresh(|| {
        interfaces(2);
        let mut conn = Connection::open().unwrap();
        let mut events = subscribe(Connection::builder());
        let ready = |events: &Events<_>| {
            let mut fds = [PollFd::new(events.as_fd(), PollFlags::POLLIN)];
            poll(&mut fds, PollTimeout::ZERO).unwrap() == 1
        };
        for on in [true, false] {
            assert!(!ready(&events));
            toggle(&mut conn, "v0", on);
            assert!(ready(&events));
            assert!(events.try_next().unwrap().is_some());
            assert!(events.try_next().unwrap().is_none());
        }
    });
}

/// The state of the feature is kept by events; most of them are lost.
#[test]
fn a_state_kept_by_events_survives_their_loss() {
    fresh(|| {
        interfaces(2);
        let mut conn = Connection::open().unwrap();
        let mut events = subscribe(Connection::builder().socket_buffer(4096));
        let mut read = 0;
        for round in 0..5 {
            for change in 0..100 {
                toggle(&mut conn, "v0", (change + round) % 2 == 0);
            }
            let mut other = Connection::open().unwrap();
            let event = events.next_synced(|gap| {
                assert!(gap.lost > 0 && !gap.reloaded, "{gap:?}");
                read += 1;
                // The last of all, after what was queued has been dropped.
                toggle(&mut other, "v0", round % 2 == 0);
                Ok::<(), Error>(())
            });
            let ethtool::Event::FeaturesNtf(features) = event.unwrap() else {
                panic!("features have changed");
            };
            let told = features
                .active
                .unwrap()
                .get()
                .unwrap()
                .value
                .unwrap()
                .to_vec();
            let header = Header::default()
                .dev_name("v0")
                .flags(HeaderFlags::COMPACT_BITSETS);
            let now = ethtool::FeaturesGet::default().header(&header);
            let now = other.call(&now).unwrap().active.unwrap().get().unwrap();
            assert_eq!(told, now.value.unwrap());
            assert!(events.try_next().unwrap().is_none());
        }
        assert_eq!(read, 5);
    });
}

#[test]
fn a_group_that_is_not_there_is_an_error() {
    const NOWHERE: Group = Group::new(&ethtool::FAMILY, "nowhere");
    fresh(|| {
        let error = Events::<ethtool::Event<'_>>::open(&[NOWHERE]).unwrap_err();
        assert!(
            matches!(
                error,
                Error::GroupNotFound {
                    group: "nowhere",
                    ..
                }
            ),
            "{error}"
        );
    });
}
