//! The feature `tracing`: what subscribers are told of requests, subscriptions and faults, and what not.

#![cfg(all(feature = "testing", feature = "tokio", feature = "tracing"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{self, Write};
use std::sync::{Arc, Mutex, Once};
use std::time::Duration;

use nlgen_runtime::describe::Set;
use nlgen_runtime::nlctrl::{Getfamily, GetfamilyReply, GetpolicyDump, GetpolicyReply};
use nlgen_runtime::testing::{FakeKernel, Fault, Refused};
use nlgen_runtime::wire::{Decoded, Encoder};
use nlgen_runtime::{
    Connection, Encode, Errno, EventSet, Events, Family, Group, Operation, Request,
    tokio as on_tokio,
};
use tracing::instrument::WithSubscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

/// What the subscriber has written.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Log {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

impl Log {
    fn subscriber(&self) -> impl tracing::Subscriber + Send + Sync + use<> {
        want_everything();
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_writer(self.clone())
            .with_ansi(false)
            .without_time()
            .finish()
    }

    /// The lines, each event with the spans that it is in.
    fn lines(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| line.trim().to_owned()).collect()
    }
}

/// A subscriber of the process that wants every event and writes none. Tests run in parallel, and `tracing` remembers
/// for each place in the code whether anyone wants its events: a thread without a subscriber, which comes to a place
/// first while another thread sets its own, could make that "nobody".
fn want_everything() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let nowhere = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_writer(io::sink)
            .finish();
        tracing::subscriber::set_global_default(nowhere).unwrap();
    });
}

/// What is told while `run` does something on the kernel.
fn told(run: impl FnOnce()) -> Vec<String> {
    let log = Log::default();
    tracing::subscriber::with_default(log.subscriber(), run);
    log.lines()
}

static TEST: Family = Family::new("test", 3);
const NEWS: Group = Group::new(&TEST, "news");

/// Requests of the family `test`, with the attributes of one of nlctrl's.
macro_rules! asks {
    ($($name:ident $operation:literal $command:literal;)*) => {$(
        struct $name(u16);

        impl Encode for $name {
            const SET: &'static Set = <GetpolicyDump<'_> as Encode>::SET;
            fn encode(&self, out: &mut Encoder<'_>) {
                GetpolicyDump::default().family_id(self.0).family_name("topsecret").encode(out);
            }
        }

        impl Request for $name {
            const OP: &'static Operation = &Operation::new(&TEST, $operation, $command);
            type Reply<'r> = GetpolicyReply<'r>;
        }
    )*};
}

asks! {
    Ask "ask" 5;
    AskSlowly "ask-slowly" 6;
}

#[derive(Debug)]
struct News;

impl EventSet for News {
    const FAMILY: &'static Family = &TEST;
    type Event<'r> = u16;
    fn decode_event(command: u16, _: &[u8]) -> Decoded<u16> {
        Ok(command)
    }
}

/// Answers with the id that is asked for; refuses 0.
fn kernel() -> FakeKernel {
    let kernel = FakeKernel::new();
    kernel.groups(&[NEWS]);
    kernel.answer::<Ask>(
        |asked| match asked.request::<GetpolicyDump<'_>>()?.family_id {
            Some(0) => Err(Refused::new(Errno::ERANGE)),
            id => asked.reply(&GetpolicyReply {
                family_id: id,
                ..Default::default()
            }),
        },
    );
    kernel.answer::<AskSlowly>(|asked| {
        std::thread::sleep(Duration::from_millis(20));
        asked.reply(&GetpolicyReply::default())
    });
    kernel.answer_dump::<GetpolicyDump<'_>>(|asked| asked.reply(&GetpolicyReply::default()));
    kernel
}

fn connected(kernel: &FakeKernel) -> Connection {
    let mut conn = kernel.connect().unwrap();
    conn.family_id(&TEST).unwrap();
    conn
}

#[test]
fn a_request_is_a_span_with_its_messages() {
    let mut conn = connected(&kernel());
    let lines = told(|| {
        conn.call(&Ask(7)).unwrap();
    });
    let span = r#"request{family="test" operation="ask" flags=0 seq=2}: nlgen_runtime:"#;
    assert_eq!(
        lines,
        [
            format!(r#"TRACE {span} sent kind=20 what="message" len=44 seq=2 flags=5"#),
            format!(r#"TRACE {span} received kind=20 what="message" len=28 seq=2 flags=0"#),
            format!(
                r#"TRACE {span} received kind=2 what="acknowledgement" len=36 seq=2 flags=256"#
            ),
        ]
    );
    let lines = told(|| {
        conn.call(&Ask(0)).unwrap_err();
    });
    let end = lines.last().unwrap();
    assert!(end.contains(r#"received kind=2 what="error""#), "{end}");
    assert!(end.contains("errno=ERANGE"), "{end}");
}

#[test]
fn resolving_a_family_is_a_request_inside_the_first_one() {
    let mut conn = kernel().connect().unwrap();
    let lines = told(|| {
        conn.call(&Ask(7)).unwrap();
    });
    let first = lines.first().unwrap();
    let spans = r#"TRACE request{family="test" operation="ask" flags=0}:request{family="nlctrl" operation="getfamily" flags=0 seq=1}: nlgen_runtime: sent"#;
    assert!(first.starts_with(spans), "{first}");
}

#[test]
fn faults_are_told() {
    for (fault, expected) in [
        (Fault::Interrupted, "retry attempts=1 why="),
        (Fault::Forged(4711), "foreign sender=4711"),
        (Fault::Overrun, "WARN request{"),
    ] {
        let name = format!("{fault:?}");
        let kernel = kernel();
        let mut conn = connected(&kernel);
        kernel.fault(fault);
        let lines = told(|| {
            let _ = conn.dump(&GetpolicyDump::default());
        });
        let found = lines.iter().any(|line| line.contains(expected));
        assert!(found, "{name}: {lines:#?}");
    }
}

#[test]
fn what_comes_for_a_request_given_up_is_a_stray() {
    let kernel = kernel();
    let mut conn = connected(&kernel);
    conn.set_timeout(Some(Duration::ZERO));
    let _ = conn.call(&AskSlowly(1));
    conn.set_timeout(None);
    let lines = told(|| {
        conn.call(&Ask(7)).unwrap();
    });
    let stray = r#"seq=3}: nlgen_runtime: stray kind=20 seq=2"#;
    assert!(lines.iter().any(|line| line.contains(stray)), "{lines:#?}");
}

#[test]
fn subscriptions_have_a_span() {
    let kernel = kernel();
    let builder = Connection::builder().fake_kernel(&kernel);
    let lines = told(|| {
        let mut events = Events::<News>::open_with(builder, &[NEWS]).unwrap();
        kernel.tell(NEWS, 9, &GetfamilyReply::default()).unwrap();
        events.next_event().unwrap();
        kernel.lose(NEWS, 3);
        events.next_event().unwrap();
    });
    let span = r#"subscription{family="test"}: nlgen_runtime:"#;
    for expected in [
        format!(r#"TRACE {span} received kind=20 what="message""#),
        format!("WARN {span} overrun lost=3"),
    ] {
        let found = lines.iter().any(|line| line.starts_with(&expected));
        assert!(found, "{expected}: {lines:#?}");
    }
}

/// Two requests of one thread, whose waits alternate: each message is told in the span of its own.
#[test]
fn spans_are_left_while_a_future_waits() {
    let log = Log::default();
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    runtime.block_on(
        async {
            let kernel = kernel();
            let mut slow = on_tokio::Connection::over(connected(&kernel)).unwrap();
            let mut fast = on_tokio::Connection::over(connected(&kernel)).unwrap();
            let (slow, fast) = tokio::join!(slow.call(&AskSlowly(1)), async {
                for id in 1..10 {
                    fast.call(&Ask(id)).await?;
                }
                Ok::<(), nlgen_runtime::Error>(())
            });
            slow.unwrap();
            fast.unwrap();
        }
        .with_subscriber(log.subscriber()),
    );
    let lines = log.lines();
    let of = |operation: &str| {
        let span = format!(r#"TRACE request{{family="test" operation="{operation}" flags=0 seq="#);
        lines
            .iter()
            .filter(move |line| line.starts_with(&span))
            .count()
    };
    assert_eq!((of("ask-slowly"), of("ask")), (3, 27), "{lines:#?}");
    let mixed = lines
        .iter()
        .any(|line| line.matches(r#"family="test""#).count() > 1);
    assert!(!mixed, "{lines:#?}");
}

#[test]
fn what_attributes_hold_is_not_told() {
    let lines = told(|| {
        let mut conn = connected(&kernel());
        conn.call(&Ask(7)).unwrap();
        conn.call_all(&[Ask(7), Ask(8)])
            .unwrap()
            .into_iter()
            .for_each(|answer| drop(answer.unwrap()));
        conn.call_collected(&Getfamily::default().family_name("topsecret"))
            .unwrap_err();
    });
    assert!(lines.len() > 10, "{lines:#?}");
    assert!(!lines.concat().contains("topsecret"), "{lines:#?}");
}
