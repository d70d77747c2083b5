//! Notifications: they arrive, losses are told and counted, and the subscription goes on.

use std::time::Duration;

use nlgen_runtime::{Connection, ConnectionBuilder, Error, Events, Group, Received};
use nlgen_tests::ethtool::{self, Bitset, BitsetBit, BitsetBits, Header};

use crate::namespace::{fresh, interfaces};

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
