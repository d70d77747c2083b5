//! Families whose module is loaded again: requests find them, subscriptions follow them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::family::Dump;
use crate::nlctrl;

/// A dump of the family `test`.
struct AskAll(Ask);

impl crate::wire::Encode for AskAll {
    const SET: &'static crate::describe::Set = Ask::SET;
    fn encode(&self, out: &mut crate::wire::Encoder<'_>) {
        self.0.encode(out);
    }
}

impl Dump for AskAll {
    const OP: &'static Operation = &Operation::new(&TEST, "ask-all", 7).replies(6);
    type Reply<'r> = GetpolicyReply<'r>;
}

#[test]
fn requests_find_the_family_again() {
    let kernel = kernel();
    kernel.answer_dump::<AskAll>(|asked| {
        for id in [1, 2] {
            asked.reply(&GetpolicyReply {
                family_id: Some(id),
                ..Default::default()
            })?;
        }
        Ok(())
    });
    let mut conn = kernel.connect().unwrap();
    let all = AskAll(asking(7));
    let ways: [fn(&mut Connection, &AskAll) -> usize; 5] = [
        |conn, all| usize::from(conn.call(&all.0).unwrap().family_id.is_some()),
        |conn, all| conn.call_collected(&all.0).unwrap().len(),
        |conn, all| conn.dump(all).unwrap().len(),
        |conn, all| {
            let mut stream = conn.dump_stream(all).unwrap();
            let mut count = 0;
            while stream.next_object().unwrap().is_some() {
                count += 1;
            }
            count
        },
        |conn, _| {
            let answers = conn.call_all(&[asking(1), asking(2)]).unwrap();
            answers.into_iter().map(|all| all.unwrap().len()).sum()
        },
    ];
    // The family is asked for before the first request, and after each reload.
    let mut asked = 1;
    let counts = [(1, 1), (1, 1), (1, 2), (1, 2), (2, 2)];
    for (way, (requests, objects)) in ways.into_iter().zip(counts) {
        for reload in [false, true] {
            let before = conn.family_id(&TEST).unwrap();
            if reload {
                kernel.reload(&TEST).unwrap();
                asked += 2;
            }
            assert_eq!(way(&mut conn, &all), objects);
            asked += requests;
            assert_eq!(conn.stats().sent, asked);
            let after = conn.family_id(&TEST).unwrap();
            assert_eq!(after != before, reload);
        }
    }
}

#[test]
fn what_a_family_does_not_have_is_asked_for_once() {
    let kernel = FakeKernel::new();
    let count = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&count);
    kernel.answer::<Ask>(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        Err(Refused::new(Errno::ENOENT))
    });
    let mut conn = kernel.connect().unwrap();
    let error = ask(&mut conn, 1).unwrap_err();
    assert!(matches!(&error, Error::Kernel(refusal) if refusal.errno() == Errno::ENOENT));
    assert_eq!(count.load(Ordering::Relaxed), 1);
}

fn told(kernel: &FakeKernel, id: u16) {
    let event = GetfamilyReply {
        family_id: Some(id),
        ..Default::default()
    };
    kernel.tell(NEWS, 9, &event).unwrap();
}

fn received(events: &mut Events<News>) -> Vec<String> {
    let mut met = Vec::new();
    while let Some(received) = events.next_within(Duration::ZERO).unwrap() {
        met.push(match received {
            Received::Event((_, id)) => format!("{}", id.unwrap()),
            Received::Overrun { lost } => format!("lost {lost}"),
            Received::Reloaded { family } => format!("{} reloaded", family.name()),
        });
    }
    met
}

#[test]
fn a_subscription_follows_its_family() {
    static OTHER: Family = Family::new("other", 1);
    let kernel = kernel();
    kernel.groups(&[NEWS, Group::new(&OTHER, "news")]);
    let open = Connection::builder().fake_kernel(&kernel);
    let mut events = Events::<News>::open_with(open, &[NEWS]).unwrap();
    for _ in 0..3 {
        told(&kernel, 1);
        kernel.reload(&TEST).unwrap();
        // Told to nobody: the group has not been joined again yet.
        told(&kernel, 2);
        assert_eq!(received(&mut events), ["1", "test reloaded"]);
    }
    told(&kernel, 3);
    kernel.reload(&OTHER).unwrap();
    told(&kernel, 4);
    assert_eq!(received(&mut events), ["3", "4"]);
    // What tells of families is no stray.
    assert_eq!(events.stats().stray, 0);
}

#[test]
fn a_reload_among_what_was_lost_is_found() {
    let kernel = kernel();
    kernel.groups(&[NEWS]);
    let open = Connection::builder().fake_kernel(&kernel);
    let mut events = Events::<News>::open_with(open, &[NEWS]).unwrap();
    for _ in 0..3 {
        kernel.lose(nlctrl::group::NOTIFY, 4);
        kernel.reload_untold(&TEST);
        assert!(matches!(
            events.next_event().unwrap(),
            Received::Overrun { lost: 4 }
        ));
        assert!(matches!(
            events.next_event().unwrap(),
            Received::Reloaded { .. }
        ));
        told(&kernel, 5);
        assert!(matches!(
            events.next_event().unwrap(),
            Received::Event((9, Some(5)))
        ));
    }
}
