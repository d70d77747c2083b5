//! Requests as a state machine. Whatever arrives, from whomever and in whatever order, each request ends
//! exactly once: with its own answer, its own error, a loss that is told, or the end of its time.
//!
//! The model says in few words what must come of each request. The connection and the model are given the
//! same requests and the same arrivals, drawn at random, and must agree; and what a request is given must
//! have been said by the kernel to that request.

mod draw;
mod oracle;
mod rows;
mod wire;

use std::collections::{HashSet, VecDeque};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use proptest::prelude::*;

use super::*;
use crate::describe::{Attribute, Int, Kind, Set};
use crate::family::{EventSet, Request};
use crate::session::Batch;

use draw::{Step, quiet, steps};
use oracle::Oracle;
use wire::{Said, Wire};

/// An object, or a request for one, of a protocol that has a do, a dump and batches.
struct Thing {
    id: Option<u32>,
}

static THINGS: Family = Family::raw("things", libc::NETLINK_NETFILTER as u16);
static THING: Set = Set::new("thing", &[Attribute::new(1, "id", Kind::Int(Int::U32))]);
crate::message!(Thing, &THING, { 1 => value id, });

impl Request for Thing {
    const OP: &'static Operation = &Operation::new(&THINGS, "get", 0x4d06).replies(0x4d06);
    type Reply<'r> = Thing;
}

impl Dump for Thing {
    const OP: &'static Operation = &Operation::new(&THINGS, "get", 0x4d06).replies(0x4d06);
    type Reply<'r> = Thing;
}

impl EventSet for Thing {
    const FAMILY: &'static Family = &THINGS;
    type Event<'r> = Thing;

    fn decode_event(_command: u16, attributes: &[u8]) -> Result<Thing, crate::wire::DecodeError> {
        crate::wire::Decode::decode(attributes)
    }
}

/// What a program asks for.
#[derive(Clone, Copy, Debug)]
enum Ask {
    Call,
    Collect,
    Dump,
    /// A dump of which so many objects are asked for.
    Stream(usize),
    /// So many requests at once.
    All(usize),
    /// A batch of so many messages.
    Batch(usize),
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq)]
enum Outcome {
    /// It succeeded and brought these.
    Objects(Vec<u32>),
    NoReply,
    Several(usize),
    Refused(i32),
    RefusedBatch {
        refused: Vec<(usize, i32)>,
        whole: Option<i32>,
        lost: bool,
    },
    Interrupted(u32),
    Overrun,
    /// Something was dropped that seems to be the answer.
    Unaddressed,
    Truncated,
    Timeout,
    Unknown,
    NotSent,
    /// Its future was dropped while it waited.
    Dropped,
}

impl Outcome {
    fn failed(error: &Error) -> Self {
        match error {
            Error::Kernel(refusal) => Self::Refused(refusal.errno().code()),
            Error::Batch(refused) => Self::RefusedBatch {
                refused: refused
                    .refusals()
                    .map(|(index, refusal)| (index, refusal.errno().code()))
                    .collect(),
                whole: refused.whole().map(|refusal| refusal.errno().code()),
                lost: refused.is_cut(),
            },
            Error::NoReply { .. } => Self::NoReply,
            Error::SeveralReplies { count, .. } => Self::Several(*count),
            Error::Interrupted(dump) => Self::Interrupted(dump.attempts()),
            Error::Overrun { .. } => Self::Overrun,
            Error::Unaddressed { .. } => Self::Unaddressed,
            Error::Truncated { .. } => Self::Truncated,
            Error::Timeout { .. } => Self::Timeout,
            Error::OutcomeUnknown { .. } => Self::Unknown,
            Error::NotSent { .. } => Self::NotSent,
            other => panic!("{other}"),
        }
    }

    fn of(things: Result<impl Iterator<Item = Result<Thing, Error>>, &Error>) -> Self {
        match things {
            Ok(things) => Self::Objects(things.map(|thing| id(thing.unwrap())).collect()),
            Err(error) => Self::failed(error),
        }
    }
}

fn id(thing: Thing) -> u32 {
    thing.id.unwrap()
}

/// Runs a future until it waits for what will not come, and drops it there; whether it ended before.
fn ends(future: impl Future<Output = ()>) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    pin!(future).poll(&mut context) == Poll::Ready(())
}

/// Makes a request and tells what came of it, a stream's objects one by one.
fn ask(conn: &mut Connection, wire: &mut Wire, ask: Ask) -> Vec<Outcome> {
    let mut outcomes = Vec::new();
    let thing = Thing::default();
    let ended = ends(async {
        match ask {
            Ask::Call => {
                let reply = conn.call_on(wire, 0, &thing).await;
                outcomes.push(match reply {
                    Ok(reply) => Outcome::Objects(vec![id(reply)]),
                    Err(error) => Outcome::failed(&error),
                });
            }
            Ask::Collect => {
                let replies = conn.call_collected_on(wire, &thing).await;
                outcomes.push(Outcome::of(replies.as_ref().map(|all| all.replies())));
            }
            Ask::Dump => {
                let objects = conn.dump_on(wire, &thing).await;
                outcomes.push(Outcome::of(objects.as_ref().map(|all| all.iter())));
            }
            Ask::Stream(count) => match conn.dump_stream_on(wire, &thing).await {
                Err(error) => outcomes.push(Outcome::failed(&error)),
                Ok(mut stream) => {
                    for _ in 0..count {
                        outcomes.push(match stream.next_on(wire).await {
                            Ok(object) => Outcome::Objects(object.into_iter().map(id).collect()),
                            Err(error) => Outcome::failed(&error),
                        });
                    }
                }
            },
            Ask::All(count) => match conn.call_all_on(wire, 0, &vec![thing; count]).await {
                Err(error) => outcomes.push(Outcome::failed(&error)),
                Ok(answers) => outcomes.extend(
                    answers
                        .iter()
                        .map(|answer| Outcome::of(answer.as_ref().map(|all| all.replies()))),
                ),
            },
            Ask::Batch(count) => {
                let mut batch = Batch::new();
                for _ in 0..count {
                    batch.push(0, &thing).unwrap();
                }
                let committed = conn.commit_on(wire, &batch).await;
                outcomes.push(Outcome::of(
                    committed.as_ref().map(|all| all.echoes::<Thing>()),
                ));
            }
        }
    });
    if !ended {
        outcomes.push(Outcome::Dropped);
    }
    outcomes
}

/// What the kernel said to whom, by the numbers of the objects.
type Told = Vec<Said>;

/// What a request was given was said by the kernel to one of `asked`, and is given once.
fn own_answers(outcomes: &[Outcome], told: &Told, asked: &[u32], given: &mut HashSet<u32>) {
    for outcome in outcomes {
        let Outcome::Objects(objects) = outcome else {
            continue;
        };
        for object in objects {
            let said = told.iter().find(|said| said.object == *object).unwrap();
            assert_eq!(said.sender, KERNEL, "{said:?}");
            assert_eq!(said.port_id, PORT_ID, "{said:?}");
            assert!(asked.contains(&said.seq), "{said:?} to one of {asked:?}");
            assert!(given.insert(*object), "{object} was given twice");
        }
    }
}

/// Runs steps on a connection and on the model, and compares.
fn check(steps: &[Step], begin: u32) {
    let builder = Connection::builder()
        .receive_buffer(SMALL, SMALL)
        .dump_attempts(3)
        .timeout(None);
    let (socket, kernel) = pair(libc::NETLINK_NETFILTER, KERNEL);
    let mut conn = Connection::with(socket, builder.settings);
    conn.exchange.skip_to(begin);
    let mut wire = Wire::new(kernel);
    let mut oracle = Oracle::new(begin);
    let mut given = HashSet::new();
    for step in steps.iter().chain(&quiet()) {
        if step.ends_noise {
            wire.bursts.clear();
            oracle.bursts.clear();
        }
        wire.expect(step);
        let before = wire.asked.len();
        let outcomes = ask(&mut conn, &mut wire, step.ask);
        wire.hear();
        let rows = wire.rows_since(before);
        let asked: Vec<u32> = rows.concat();
        assert_eq!(outcomes, oracle.ask(step, &rows), "{step:?} of {steps:?}");
        own_answers(&outcomes, &wire.told, &asked, &mut given);
        if step.must_succeed {
            assert!(
                matches!(&outcomes[..], [Outcome::Objects(objects)] if objects.len() == 1),
                "{outcomes:?} after {steps:?}"
            );
        }
    }
    let stats = conn.stats();
    assert_eq!(
        (stats.datagrams, stats.foreign, stats.retries),
        (oracle.datagrams, oracle.foreign, oracle.retries)
    );
    assert_eq!(stats.sent as usize, wire.asked.iter().flatten().count());
}

/// Runs steps whose futures are dropped after so many turns each, wherever that is. What they are given is their own,
/// and afterwards the connection answers as ever.
fn leave(steps: &[Step], turns: &[usize], begin: u32) {
    let builder = Connection::builder()
        .receive_buffer(SMALL, SMALL)
        .dump_attempts(3)
        .timeout(None);
    let (socket, kernel) = pair(libc::NETLINK_NETFILTER, KERNEL);
    let mut conn = Connection::with(socket, builder.settings);
    conn.exchange.skip_to(begin);
    let mut wire = Wire::new(kernel);
    let mut given = HashSet::new();
    let left = turns
        .iter()
        .copied()
        .map(Some)
        .chain(std::iter::repeat(None));
    for (step, turns) in steps.iter().chain(&quiet()).zip(left) {
        if step.ends_noise {
            wire.bursts.clear();
        }
        wire.turns = turns.filter(|_| !step.ends_noise);
        wire.expect(step);
        let before = wire.asked.len();
        let outcomes = ask(&mut conn, &mut wire, step.ask);
        wire.hear();
        let asked: Vec<u32> = wire.rows_since(before).concat();
        own_answers(&outcomes, &wire.told, &asked, &mut given);
        if step.must_succeed {
            assert!(
                matches!(&outcomes[..], [Outcome::Objects(objects)] if objects.len() == 1),
                "{outcomes:?} after {steps:?}, left after {turns:?}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: ProptestConfig::default().cases.max(1000),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn every_request_ends_once_with_what_is_its_own(
        steps in steps(),
        begin in prop_oneof![Just(0), Just(u32::MAX - 5), any::<u32>()],
    ) {
        check(&steps, begin);
    }

    #[test]
    fn a_future_may_be_dropped_at_each_of_its_turns(
        steps in steps(),
        turns in prop::collection::vec(0usize..6, 8),
        begin in any::<u32>(),
    ) {
        leave(&steps, &turns, begin);
    }
}
