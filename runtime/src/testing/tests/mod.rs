//! What a fake kernel was told is what a connection gets.

mod events;
mod reload;
mod replay;
mod script;

use std::time::Duration;

use super::*;
use crate::connection::Connection;
use crate::family::{EventSet, Family, Group, Operation, Request};
use crate::nlctrl::{Getfamily, GetfamilyDump, GetfamilyReply, GetpolicyDump, GetpolicyReply};
use crate::session::Error;
use crate::subscription::{Events, Received};
use crate::wire::{Decoded, Errno};

static TEST: Family = Family::new("test", 3);
const NEWS: Group = Group::new(&TEST, "news");

/// A request of the family `test`, with the attributes of one of nlctrl's.
#[derive(Default)]
struct Ask(GetpolicyDump<'static>);

impl crate::wire::Encode for Ask {
    const SET: &'static crate::describe::Set = <GetpolicyDump<'_> as crate::wire::Encode>::SET;
    fn encode(&self, out: &mut crate::wire::Encoder<'_>) {
        self.0.encode(out);
    }
}

impl Request for Ask {
    const OP: &'static Operation = &Operation::new(&TEST, "ask", 5).replies(6);
    type Reply<'r> = GetpolicyReply<'r>;
}

#[derive(Debug)]
struct News;

impl EventSet for News {
    const FAMILY: &'static Family = &TEST;
    type Event<'r> = (u16, Option<u16>);
    fn decode_event(command: u16, attributes: &[u8]) -> Decoded<Self::Event<'_>> {
        let family: GetfamilyReply<'_> = crate::wire::Decode::decode(attributes)?;
        Ok((command, family.family_id))
    }
}

fn asking(id: u16) -> Ask {
    Ask(GetpolicyDump {
        family_id: Some(id),
        ..Default::default()
    })
}

/// Answers with the id that is asked for; refuses 0.
fn kernel() -> FakeKernel {
    let kernel = FakeKernel::new();
    kernel.answer::<Ask>(|asked| {
        let request: GetpolicyDump<'_> = asked.request()?;
        match request.family_id {
            Some(0) => Err(Refused::new(Errno::ERANGE)
                .message("too small")
                .attribute(&[1])
                .missing(2)),
            id => asked.reply(&GetpolicyReply {
                family_id: id,
                ..Default::default()
            }),
        }
    });
    kernel
}

fn ask(conn: &mut Connection, id: u16) -> Result<Option<u16>, Error> {
    Ok(conn.call(&asking(id))?.family_id)
}

#[test]
fn typed_answers() {
    let kernel = kernel();
    let mut conn = kernel.connect().unwrap();
    assert_eq!(ask(&mut conn, 7).unwrap(), Some(7));
    assert_eq!(ask(&mut conn, 8).unwrap(), Some(8));
    // The family's id was asked for once.
    assert_eq!(conn.stats().sent, 3);
}

/// An answer may do with its kernel whatever a test does.
#[test]
fn an_answer_may_use_its_kernel() {
    let kernel = kernel();
    kernel.groups(&[NEWS]);
    kernel.answer::<Ask>(|asked| {
        let request: GetpolicyDump<'_> = asked.request()?;
        let kernel = asked.kernel();
        assert!(format!("{kernel:?} {asked:?}").contains("test"));
        // It sets something and tells of it.
        let family_id = request.family_id;
        let event = GetfamilyReply {
            family_id,
            ..Default::default()
        };
        kernel.tell(NEWS, 9, &event)?;
        kernel.lose(NEWS, 2);
        // It asks for something else, on a connection of its own.
        kernel.answer_dump::<GetpolicyDump<'_>>(|asked| asked.reply(&GetpolicyReply::default()));
        let mut conn = kernel.connect().unwrap();
        assert_eq!(conn.dump(&GetpolicyDump::default()).unwrap().len(), 1);
        kernel.reload(&TEST)?;
        kernel.answer::<Ask>(|asked| asked.reply(&GetpolicyReply::default()));
        kernel.fault(Fault::Delay(Duration::ZERO));
        asked.reply(&GetpolicyReply {
            family_id,
            ..Default::default()
        })
    });
    let builder = Connection::builder().fake_kernel(&kernel);
    let mut events = Events::<News>::open_with(builder, &[NEWS]).unwrap();
    let mut conn = kernel.connect().unwrap();
    assert_eq!(ask(&mut conn, 7).unwrap(), Some(7));
    let event = events.next_event().unwrap();
    assert!(matches!(event, Received::Event((9, Some(7)))), "{event:?}");
    let event = events.next_event().unwrap();
    assert!(matches!(event, Received::Overrun { lost: 2 }), "{event:?}");
    let event = events.next_event().unwrap();
    assert!(matches!(event, Received::Reloaded { .. }), "{event:?}");
    // The answer that it gave itself.
    assert_eq!(ask(&mut conn, 7).unwrap(), None);
}

/// One that panics, or asks for itself, ends its own connection alone.
#[test]
fn an_answer_that_fails_leaves_the_kernel_as_it_was() {
    let kernel = FakeKernel::new();
    kernel.answer::<Ask>(|asked| {
        let request: GetpolicyDump<'_> = asked.request()?;
        if request.family_id == Some(1) {
            let builder = Connection::builder().fake_kernel(asked.kernel());
            let mut conn = builder.timeout(Some(Duration::from_millis(1))).open();
            let error = ask(conn.as_mut().unwrap(), 2).unwrap_err();
            assert!(matches!(error, Error::Timeout { .. }), "{error}");
        }
        asked.reply(&GetpolicyReply::default())
    });
    let mut conn = kernel.connect().unwrap();
    assert_eq!(ask(&mut conn, 1).unwrap(), None);
    assert_eq!(ask(&mut conn, 2).unwrap(), None);
}

#[test]
fn refusals_name_attributes() {
    let mut conn = kernel().connect().unwrap();
    let error = ask(&mut conn, 0).unwrap_err();
    let Error::Kernel(refusal) = error else {
        panic!("{error}");
    };
    assert_eq!(refusal.errno(), Errno::ERANGE);
    assert_eq!(refusal.ext_ack().message.as_deref(), Some("too small"));
    assert_eq!(
        refusal.attribute().unwrap().to_string(),
        "ctrl-attrs/family-id"
    );
    assert_eq!(
        refusal.missing().unwrap().to_string(),
        "ctrl-attrs/family-name"
    );
}

#[test]
fn what_was_not_told_is_refused_with_a_text() {
    let kernel = FakeKernel::new();
    let mut conn = kernel.connect().unwrap();
    let error = ask(&mut conn, 1).unwrap_err();
    assert!(matches!(error, Error::FamilyNotFound { family: "test" }));
    let error = conn.dump(&GetpolicyDump::default()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("the fake kernel was given no answer to the dump 10 of nlctrl"),
        "{error}"
    );
}

#[test]
fn families_are_resolved_and_listed() {
    let kernel = kernel();
    kernel.groups(&[NEWS]);
    let mut conn = kernel.connect().unwrap();
    let families = conn.dump(&GetfamilyDump::default()).unwrap();
    let names: Vec<_> = families
        .iter()
        .map(|family| family.unwrap().family_name.unwrap().to_string())
        .collect();
    assert_eq!(names, ["test", "nlctrl"]);
    let id = conn.family_id(&TEST).unwrap();
    let one = conn.call(&Getfamily {
        family_id: Some(id),
        ..Default::default()
    });
    let group = one.unwrap().mcast_groups.iter().next().unwrap().unwrap();
    assert_eq!(group.name.unwrap(), "news");
}

#[test]
fn dumps_of_many_objects() {
    let kernel = FakeKernel::new();
    kernel.answer_dump::<GetpolicyDump<'_>>(|asked| {
        for id in 0..100 {
            asked.reply(&GetpolicyReply {
                family_id: Some(id),
                ..Default::default()
            })?;
        }
        match asked.request::<GetpolicyDump<'_>>()?.family_id {
            None => Ok(()),
            Some(_) => Err(Refused::new(Errno::ENODEV)),
        }
    });
    let mut conn = kernel.connect().unwrap();
    assert_eq!(conn.dump(&GetpolicyDump::default()).unwrap().len(), 100);
    assert!(conn.stats().datagrams > 6, "{:?}", conn.stats());
    let error = conn.dump(&asking(1).0).unwrap_err();
    assert_eq!(error.errno(), Some(Errno::ENODEV));
}

#[test]
fn each_fault_does_what_it_says() {
    /// What a request meets, and what the next one does.
    fn meet(fault: Fault) -> (String, Connection) {
        let kernel = kernel();
        let builder = Connection::builder()
            .receive_buffer(0, 0)
            .fake_kernel(&kernel);
        let mut conn = builder.open().unwrap();
        conn.family_id(&TEST).unwrap();
        let patient = matches!(fault, Fault::Delay(_));
        let silent = matches!(fault, Fault::Silence);
        kernel.fault(fault);
        if silent {
            conn.set_timeout(Some(Duration::from_millis(1)));
        } else if patient {
            conn.set_timeout(None);
        }
        let met = match ask(&mut conn, 7) {
            Ok(id) => format!("{id:?}"),
            Err(error) => error.to_string(),
        };
        conn.set_timeout(None);
        assert_eq!(ask(&mut conn, 8).unwrap(), Some(8), "{met}");
        (met, conn)
    }
    for (fault, expected, foreign) in [
        (Fault::Delay(Duration::from_millis(5)), "Some(7)", 0),
        (Fault::Silence, "no answer", 0),
        (Fault::Overrun, "lost", 0),
        (Fault::Interrupted, "Some(7)", 0),
        (Fault::Long(100_000), "did not fit", 0),
        (Fault::Forged(4711), "Some(7)", 1),
        (Fault::Garbage(vec![0xff; 50]), "Some(7)", 0),
    ] {
        let name = format!("{fault:?}");
        let (met, conn) = meet(fault);
        assert!(met.contains(expected), "{name}: {met}");
        assert_eq!(conn.stats().foreign, foreign, "{name}");
    }
}

#[test]
fn an_interrupted_dump_is_made_again() {
    let kernel = FakeKernel::new();
    kernel.answer_dump::<GetpolicyDump<'_>>(|asked| asked.reply(&GetpolicyReply::default()));
    let mut conn = kernel.connect().unwrap();
    for _ in 0..2 {
        kernel.fault(Fault::Interrupted);
    }
    assert_eq!(conn.dump(&GetpolicyDump::default()).unwrap().len(), 1);
    assert_eq!(conn.stats().retries, 2);
}

#[test]
fn requests_without_types_have_the_same_answers() {
    let kernel = kernel();
    let mut conn = kernel.connect().unwrap();
    let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = std::sync::Arc::clone(&seen);
    conn.family_id(&TEST).unwrap();
    conn.observe(move |direction, datagram| log.lock().unwrap().push((direction, datagram.len())));
    // The attribute 1, a u16.
    let id = |id: u16| [6, 1, id, 0].map(u16::to_ne_bytes).concat();
    let replies = conn.call_raw(Ask::OP, 0, &id(7)).unwrap();
    let payloads: Vec<_> = replies.messages().map(|message| message.payload).collect();
    assert_eq!(payloads, [[&[6, 3, 0, 0], &*id(7)].concat()]);
    let error = conn.call_raw(Ask::OP, 0, &id(0)).unwrap_err();
    let Error::Kernel(refusal) = error else {
        panic!("{error}");
    };
    assert_eq!(refusal.ext_ack().offset, Some(20));
    let (out, back) = (
        crate::session::Direction::Sent,
        crate::session::Direction::Received,
    );
    let seen = seen.lock().unwrap();
    let directions: Vec<_> = seen.iter().map(|(direction, _)| *direction).collect();
    assert_eq!(directions, [out, back, back, out, back]);
    assert!(seen.iter().all(|(_, len)| *len >= 28), "{seen:?}");
}

#[test]
fn an_answer_that_panics_ends_its_connection_alone() {
    let kernel = kernel();
    let mut other = kernel.connect().unwrap();
    kernel.answer_dump::<GetpolicyDump<'_>>(|_| panic!("on purpose"));
    let mut conn = kernel.connect().unwrap();
    let error = conn.dump(&GetpolicyDump::default()).unwrap_err();
    assert!(
        error.to_string().contains("did one of its answers panic"),
        "{error}"
    );
    assert_eq!(ask(&mut other, 3).unwrap(), Some(3));
}

#[test]
fn a_socket_goes_with_its_connection() {
    let kernel = kernel();
    for _ in 0..10 {
        let mut conn = kernel.connect().unwrap();
        ask(&mut conn, 1).unwrap();
        assert!(kernel.state().sockets() > 0);
    }
    // The threads see it when they come to it.
    while kernel.state().sockets() > 0 {
        std::thread::yield_now();
    }
}
