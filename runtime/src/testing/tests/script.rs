//! Subscriptions to a script.

use super::*;
use crate::{MessageHeader, Subscription, control};

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
    // What others send, and what is no event.
    assert!(script.say(4711, &datagram(50, 16)).unwrap());
    assert!(script.tell(3, &datagram(control::NOOP, 16)).unwrap());
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

#[test]
fn a_script_is_told_that_its_connection_is_gone() {
    let (builder, mut script) = Script::plug(Connection::builder(), &PLAIN).unwrap();
    let conn = builder.open().unwrap();
    assert_eq!(conn.port_id(), 1000);
    drop(conn);
    assert!(script.tell(3, &datagram(50, 16)).is_err());
}
