//! Subscriptions to a script.

use std::time::Instant;

use super::*;
use crate::subscription::Subscription;
use crate::wire::{MessageHeader, control};

static PLAIN: Family = Family::raw("plain", 31);
const GROUP: Group = Group::numbered(&PLAIN, "all", 3);

/// A message of the type `kind`, in a datagram of `len` bytes.
fn datagram(kind: u16, len: u32) -> Vec<u8> {
    let header = MessageHeader {
        len,
        kind,
        ..MessageHeader::default()
    };
    let mut bytes = Vec::new();
    header.write(&mut bytes);
    bytes.resize(len as usize, 0);
    bytes
}

fn next(subscription: &mut Subscription) -> Option<Received<u16>> {
    let next = subscription.next_within(Duration::ZERO).unwrap();
    next.map(|received| match received {
        Received::Event(arrival) => Received::Event(arrival.message.header.kind),
        Received::Overrun { lost } => Received::Overrun { lost },
        Received::Reloaded { family } => Received::Reloaded { family },
    })
}

#[test]
fn an_event_that_does_not_fit_is_lost_and_told_and_the_next_one_fits() {
    let builder = Connection::builder().receive_buffer(0, 40_000);
    let (builder, mut script) = Script::plug(builder, &PLAIN).unwrap();
    let mut subscription = Subscription::open(builder, &[&PLAIN], &[GROUP]).unwrap();
    for len in [60, 35_000, 35_000] {
        assert!(script.tell(3, &datagram(50, len)).unwrap());
    }
    // What others send, and what came by no group and so is no event.
    assert!(script.say(4711, &datagram(50, 16)).unwrap());
    assert!(script.say(0, &datagram(control::NOOP, 16)).unwrap());
    assert!(matches!(next(&mut subscription), Some(Received::Event(50))));
    assert!(matches!(
        next(&mut subscription),
        Some(Received::Overrun { lost: 1 })
    ));
    assert!(matches!(next(&mut subscription), Some(Received::Event(50))));
    assert!(next(&mut subscription).is_none());
    let stats = subscription.stats();
    assert_eq!((stats.lost, stats.largest), (1, 35_000));
    assert_eq!((stats.foreign, stats.stray), (1, 1));
    assert!(format!("{subscription:?}").contains("plain"));
}

/// The clock was not looked at as long as something came.
#[test]
fn what_is_no_event_does_not_move_the_end_of_a_wait() {
    for (what, sender, datagram) in [
        ("one of others", 4711, datagram(50, 16)),
        ("a long one of others", 4711, datagram(50, 60_000)),
        ("no event", 0, datagram(control::NOOP, 16)),
        ("nothing", 0, vec![]),
    ] {
        let builder = Connection::builder().receive_buffer(0, 40_000);
        let (builder, mut script) = Script::plug(builder, &PLAIN).unwrap();
        let mut subscription = Subscription::open(builder, &[&PLAIN], &[GROUP]).unwrap();
        let flood = std::thread::spawn(move || while script.say(sender, &datagram).is_ok() {});
        let soon = Duration::from_millis(50);
        let begun = Instant::now();
        for _ in 0..2 {
            assert!(subscription.next_within(soon).unwrap().is_none(), "{what}");
            let deadline = Instant::now() + soon;
            let next = subscription.next_until(deadline).unwrap();
            assert!(next.is_none(), "{what}");
        }
        // Without an end of the flood there was none of the wait.
        assert!(begun.elapsed() < Duration::from_secs(30), "{what}");
        drop(subscription);
        flood.join().unwrap();
    }
}

/// A time of zero looks at all that is queued, not only at what comes first.
#[test]
fn an_event_behind_others_is_seen_at_once() {
    let (builder, mut script) = Script::plug(Connection::builder(), &PLAIN).unwrap();
    let mut subscription = Subscription::open(builder, &[&PLAIN], &[GROUP]).unwrap();
    for _ in 0..50 {
        assert!(script.say(4711, &datagram(50, 16)).unwrap());
    }
    assert!(script.tell(3, &datagram(50, 16)).unwrap());
    assert!(matches!(next(&mut subscription), Some(Received::Event(50))));
    assert!(next(&mut subscription).is_none());
}

#[test]
fn a_script_is_told_that_its_connection_is_gone() {
    let (builder, mut script) = Script::plug(Connection::builder(), &PLAIN).unwrap();
    let conn = builder.open().unwrap();
    assert_eq!(conn.port_id(), 1000);
    drop(conn);
    assert!(script.tell(3, &datagram(50, 16)).is_err());
}
