//! A family of our own in modules of our own, of which the spec alone is known here: one written by hand (`lab/demo`), and one
//! whose tables and messages are generated (`lab/shelf`).

use std::time::Duration;

use nlgen_runtime::{Connection, Errno, Events, Received};

use crate::{module, run};

#[allow(missing_docs, reason = "a spec of the tests")]
mod shelf {
    nlgen_macros::family!("specs/shelf.yaml");
}

use shelf::{Event, ListDump, Put};

/// Long enough for a busy machine.
const PATIENT: Duration = Duration::from_secs(60);

/// As many as there is room for: their list takes several parts.
const ROOM: u32 = 2000;

fn thing(number: u32) -> (String, u32) {
    (format!("thing {number}"), number % 1000 + 1)
}

#[test]
fn things_are_put_listed_and_told_of() {
    if !needs::lab() {
        return;
    }
    // By folder and file.
    for name in ["demo/shelf", "shelf/shelf"] {
        let Some(file) = module(name) else { return };
        put_list_and_tell(&file);
    }
}

fn put_list_and_tell(file: &str) {
    run(&format!("insmod {file}"));
    let mut conn = Connection::open().unwrap();
    let mut events = Events::<Event<'_>>::open(&[shelf::group::STOCK]).unwrap();
    assert_eq!(conn.dump(&ListDump::default()).unwrap().len(), 0);

    refused(&mut conn);
    for number in 1..=3 {
        let (name, amount) = thing(number);
        let put = Put::default().name(&name).amount(amount);
        let reply = conn.call(&put).unwrap();
        assert_eq!((reply.id, reply.amount), (Some(number), Some(amount)));
        match events.next_within(PATIENT).unwrap().unwrap() {
            Received::Event(Event::Stored(told)) => {
                assert_eq!((told.id, told.amount), (Some(number), Some(amount)));
                assert_eq!(told.name.unwrap(), *name);
            }
            other => panic!("{other:?}"),
        }
    }
    drop(events);

    let things: Vec<_> = (4..=ROOM + 1).map(thing).collect();
    let puts: Vec<_> = things
        .iter()
        .map(|(name, amount)| Put::default().name(name).amount(*amount))
        .collect();
    let answers = conn.call_all(&puts).unwrap();
    let (last, stored) = answers.split_last().unwrap();
    for (number, answer) in (4..).zip(stored) {
        let reply = answer.as_ref().unwrap().reply().unwrap();
        assert_eq!(reply.id, Some(number));
    }
    let full = last.as_ref().unwrap_err();
    assert_eq!(full.errno(), Some(Errno::ENOSPC));
    assert!(full.to_string().contains("the shelf is full"), "{full}");

    let list = conn.dump(&ListDump::default()).unwrap();
    assert_eq!(list.len(), ROOM as usize);
    assert!(conn.stats().largest < list.len() * 32, "several parts");
    for (number, told) in (1..).zip(&list) {
        let (told, (name, amount)) = (told.unwrap(), thing(number));
        assert_eq!((told.id, told.amount), (Some(number), Some(amount)));
        assert_eq!(told.name.unwrap(), *name);
    }
    run("rmmod shelf");
}

/// What the module's policy does not allow, and what is missing, is told by its name in the spec.
fn refused(conn: &mut Connection) {
    for (put, errno, words) in [
        (
            Put::default().name("x").amount(1001),
            Errno::ERANGE,
            "amount",
        ),
        (
            Put::default().name("sixteen letters!").amount(1),
            Errno::EINVAL,
            "name",
        ),
        (Put::default().name("x"), Errno::EINVAL, "amount"),
        (Put::default().amount(1), Errno::EINVAL, "name"),
    ] {
        let error = conn.call(&put).unwrap_err();
        assert_eq!(error.errno(), Some(errno), "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
}
