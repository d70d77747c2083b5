//! Answers that are not as most: without port id or sequence number, of another command, or a number alone.

#![cfg(all(feature = "testing", feature = "tokio"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use nlgen_runtime::describe::Set;
use nlgen_runtime::nlctrl::{GetpolicyDump, GetpolicyReply};
use nlgen_runtime::testing::{Asked, FakeKernel, Refused, Script};
use nlgen_runtime::wire::{Decoded, Encoder, control};
use nlgen_runtime::{
    Connection, Decode, Dump, Encode, Error, EventSet, Family, MessageHeader, Operation, Request,
    flags, tokio as on_tokio,
};

static TEST: Family = Family::new("test", 1);

/// Requests of the family `test` with the attributes of one of nlctrl's, as a do and as a dump of the same operation.
macro_rules! asks {
    ($($name:ident $operation:expr;)*) => {$(
        #[derive(Clone, Copy, Default)]
        struct $name(GetpolicyDump<'static>);

        impl Encode for $name {
            const SET: &'static Set = <GetpolicyDump<'_> as Encode>::SET;
            fn encode(&self, out: &mut Encoder<'_>) {
                self.0.encode(out);
            }
        }

        impl Request for $name {
            const OP: &'static Operation = &$operation;
            type Reply<'r> = GetpolicyReply<'r>;
        }

        impl Dump for $name {
            const OP: &'static Operation = &$operation;
            type Reply<'r> = GetpolicyReply<'r>;
        }
    )*};
}

const GET: Operation = Operation::new(&TEST, "get", 5).replies(6);

asks! {
    Plain GET;
    NoPort GET.without_port_id();
    NoSequence GET.without_sequence();
    Neither GET.without_port_id().without_sequence();
    OtherCommand Operation::new(&TEST, "get", 5).replies(7);
    NoReply Operation::new(&TEST, "get", 5);
    Number GET.returns(1);
}

/// The id that is asked for, so many times.
fn replies(asked: &mut Asked<'_>, count: usize) -> Result<(), Refused> {
    let request: GetpolicyDump<'_> = asked.request()?;
    (0..count).try_for_each(|_| {
        asked.reply(&GetpolicyReply {
            family_id: request.family_id,
            ..Default::default()
        })
    })
}

/// A kernel that answers as the operation of `R` says: requests once, dumps 40 times.
fn kernel<R: Request + Dump>() -> FakeKernel {
    let kernel = FakeKernel::new();
    kernel.answer::<R>(|asked| replies(asked, 1));
    kernel.answer_dump::<R>(|asked| replies(asked, 40));
    kernel
}

fn id(id: u16) -> GetpolicyDump<'static> {
    GetpolicyDump::default().family_id(id)
}

/// Everything that a program can ask, answered.
fn all_is_answered<R>(kernel: &FakeKernel, request: impl Fn(u16) -> R)
where
    R: Request + Dump + Copy,
    for<'r> R: Request<Reply<'r> = GetpolicyReply<'r>> + Dump<Reply<'r> = GetpolicyReply<'r>>,
{
    let mut conn = kernel.connect().unwrap();
    for _ in 0..2 {
        assert_eq!(conn.call(&request(7)).unwrap().family_id, Some(7));
        let all = conn.call_collected(&request(8)).unwrap();
        assert_eq!((all.len(), all.reply().unwrap().family_id), (1, Some(8)));
        let all = conn.dump(&request(9)).unwrap();
        let ids = all.iter().map(|one| one.unwrap().family_id);
        assert_eq!(ids.collect::<Vec<_>>(), [Some(9); 40]);
        let mut stream = conn.dump_stream(&request(10)).unwrap();
        let mut count = 0;
        while let Some(one) = stream.next_object().unwrap() {
            assert_eq!(one.family_id, Some(10));
            count += 1;
        }
        assert_eq!(count, 40);
        // One that is left half way: what is left of it answers nothing else.
        let mut left = conn.dump_stream(&request(11)).unwrap();
        left.next_object().unwrap();
        assert_eq!(conn.call(&request(12)).unwrap().family_id, Some(12));
        let mut left = conn.dump_stream(&request(13)).unwrap();
        left.next_object().unwrap();
        let many: Vec<R> = (1..=100).map(&request).collect();
        for (at, answer) in (1..).zip(conn.call_all(&many).unwrap()) {
            let answer = answer.unwrap();
            assert_eq!(
                (answer.len(), answer.reply().unwrap().family_id),
                (1, Some(at))
            );
        }
    }
}

#[test]
fn answers_that_lack_what_the_specification_says() {
    all_is_answered(&kernel::<NoPort>(), |number| NoPort(id(number)));
    all_is_answered(&kernel::<NoSequence>(), |number| NoSequence(id(number)));
    all_is_answered(&kernel::<Neither>(), |number| Neither(id(number)));
    // What may lack something need not.
    all_is_answered(&kernel::<Plain>(), |number| Neither(id(number)));
    all_is_answered(&kernel::<NoPort>(), |number| Neither(id(number)));
}

/// What was dropped, as the error says it: how many messages, and the text behind the operation.
fn dropped(error: Error) -> (usize, String) {
    let text = error.to_string();
    match error {
        Error::Unaddressed { count, .. } => (count, text.replacen("test.get: ", "", 1)),
        other => panic!("{other}"),
    }
}

fn nothing_is_an_empty_success(kernel: &FakeKernel, lacks: &str) {
    let mut conn = kernel.connect().unwrap();
    let plain = Plain(id(7));
    let one = |error: Error| {
        let (count, text) = dropped(error);
        assert_eq!(count, 1, "{text}");
        assert!(
            text.starts_with("a message that seems to be the answer was dropped: it has "),
            "{text}"
        );
        assert!(
            text.ends_with(&format!("has to say `replies-lack: [{lacks}]`")),
            "{text}"
        );
    };
    for _ in 0..2 {
        one(conn.call(&plain).map(drop).unwrap_err());
        one(conn.call_collected(&plain).map(drop).unwrap_err());
        let (count, text) = dropped(conn.dump(&plain).map(drop).unwrap_err());
        assert_eq!(count, 40, "{text}");
        assert!(text.starts_with("messages that seem"), "{text}");
        let mut stream = conn.dump_stream(&plain).unwrap();
        assert_eq!(dropped(stream.next_object().map(drop).unwrap_err()).0, 40);
        assert!(stream.next_object().unwrap().is_none());
        for answer in conn.call_all(&[plain; 20]).unwrap() {
            one(answer.map(drop).unwrap_err());
        }
        let raw = conn.call_raw(<Plain as Request>::OP, 0, &plain.to_bytes().unwrap());
        one(raw.map(drop).unwrap_err());
        assert_eq!(
            dropped(
                conn.dump_raw(<Plain as Dump>::OP, &[])
                    .map(drop)
                    .unwrap_err()
            )
            .0,
            40
        );
        // An operation without a reply misses none.
        conn.call_collected(&NoReply(id(7))).unwrap();
    }
}

#[test]
fn answers_that_were_dropped_are_reported() {
    nothing_is_an_empty_success(&kernel::<NoPort>(), "port-id");
    nothing_is_an_empty_success(&kernel::<NoSequence>(), "sequence");
    nothing_is_an_empty_success(&kernel::<Neither>(), "port-id, sequence");
    // Half a word is not enough.
    let mut conn = kernel::<Neither>().connect().unwrap();
    let error = conn.dump(&NoPort(id(7))).map(drop).unwrap_err();
    assert_eq!(dropped(error).0, 40);
}

#[test]
fn asynchronous_connections_do_the_same() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let kernel = kernel::<Neither>();
        let builder = || Connection::builder().fake_kernel(&kernel);
        let mut conn = on_tokio::Connection::open_with(builder()).unwrap();
        let neither = Neither(id(7));
        assert_eq!(conn.call(&neither).await.unwrap().family_id, Some(7));
        assert_eq!(conn.dump(&neither).await.unwrap().len(), 40);
        assert_eq!(conn.call_all(&[neither; 9]).await.unwrap().len(), 9);
        let mut stream = conn.dump_stream(&neither).await.unwrap();
        assert!(stream.next_object().await.unwrap().is_some());
        drop(stream);

        let plain = Plain(id(7));
        assert_eq!(dropped(conn.call(&plain).await.map(drop).unwrap_err()).0, 1);
        assert_eq!(
            dropped(conn.dump(&plain).await.map(drop).unwrap_err()).0,
            40
        );
        let mut stream = conn.dump_stream(&plain).await.unwrap();
        assert_eq!(
            dropped(stream.next_object().await.map(drop).unwrap_err()).0,
            40
        );
        for answer in conn.call_all(&[plain; 9]).await.unwrap() {
            assert_eq!(dropped(answer.map(drop).unwrap_err()).0, 1);
        }
        assert_eq!(conn.call(&neither).await.unwrap().family_id, Some(7));
    });
}

static THINGS: Family = Family::raw("things", 12);

/// A dump of a protocol of its own, whose objects have the type 21.
struct Things;

impl Encode for Things {
    const SET: &'static Set = <GetpolicyDump<'_> as Encode>::SET;
    fn encode(&self, _out: &mut Encoder<'_>) {}
}

impl Dump for Things {
    const OP: &'static Operation = &Operation::new(&THINGS, "get", 20).replies(21);
    type Reply<'r> = GetpolicyReply<'r>;
}

/// A message of this type, addressed so.
fn message(kind: u16, seq: u32, port_id: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let header = MessageHeader {
        len: 20,
        kind,
        flags: flags::MULTI,
        seq,
        port_id,
    };
    header.write(&mut bytes);
    bytes.extend_from_slice(&[0; 4]);
    bytes
}

/// Messages to this socket alone that are no answers: an event, as of radios or of the exits of tasks, one that came
/// by a group, one for somebody else. The first request has the number 1.
#[test]
fn events_to_this_socket_are_no_answers() {
    const OWN: u32 = 1000;
    for (name, sent, group, expected) in [
        ("nothing", &[][..], 0, Ok(0)),
        ("an event", &[(20, 0, 0)], 0, Ok(0)),
        ("one like a reply", &[(21, 0, 0)], 0, Err(1)),
        (
            "two without a number",
            &[(21, 0, OWN), (21, 0, OWN)],
            0,
            Err(2),
        ),
        (
            "one like a reply beside an answer",
            &[(21, 0, 0), (21, 1, OWN)],
            0,
            Ok(1),
        ),
        ("one with our number", &[(20, 1, 0)], 0, Err(1)),
        (
            "one with our number beside an answer",
            &[(21, 1, OWN), (21, 1, 0)],
            0,
            Err(1),
        ),
        ("one by a group", &[(21, 1, 0)], 33, Ok(0)),
        ("one for somebody else", &[(21, 1, 4711)], 0, Ok(0)),
        ("one of another number", &[(21, 9, 0)], 0, Ok(0)),
    ] {
        let (mut conn, mut script) = Script::begin(Connection::builder(), &THINGS).unwrap();
        assert_eq!(conn.port_id(), OWN);
        for (kind, seq, port_id) in sent {
            // Without content, but for its length.
            let mut bytes = message(*kind, *seq, *port_id);
            bytes.truncate(16);
            bytes[..4].copy_from_slice(&16u32.to_ne_bytes());
            match group {
                0 => script.say(0, &bytes).unwrap(),
                group => script.tell(group, &bytes).unwrap(),
            };
        }
        script.say(0, &message(control::DONE, 1, OWN)).unwrap();
        let got = match conn.dump(&Things) {
            Ok(all) => Ok(all.len()),
            Err(Error::Unaddressed { count, .. }) => Err(count),
            Err(other) => panic!("{name}: {other}"),
        };
        assert_eq!(got, expected, "{name}");
    }
}

#[test]
fn a_reply_of_another_command_is_not_taken_for_the_answer() {
    let kernel = kernel::<OtherCommand>();
    let mut conn = kernel.connect().unwrap();
    let other = |error: Error| {
        assert_eq!(
            error.to_string(),
            "test.get: the kernel answered with the command 7, not with 6"
        );
        assert!(matches!(error, Error::OtherReply { command: 7, .. }));
    };
    other(conn.call(&Plain(id(7))).map(drop).unwrap_err());
    let all = conn.call_collected(&Plain(id(7))).unwrap();
    other(all.reply().map(drop).unwrap_err());
    other(all.replies().next().unwrap().map(drop).unwrap_err());
    let dump = conn.dump(&Plain(id(7))).unwrap();
    assert_eq!(dump.len(), 40);
    dump.iter()
        .for_each(|object| other(object.map(drop).unwrap_err()));
    let mut stream = conn.dump_stream(&Plain(id(7))).unwrap();
    for _ in 0..40 {
        other(stream.next_object().map(drop).unwrap_err());
    }
    assert!(stream.next_object().unwrap().is_none());
    for answer in conn.call_all(&[Plain(id(7)); 3]).unwrap() {
        other(answer.unwrap().reply().map(drop).unwrap_err());
    }
    // They can be read as what they are.
    let events: Vec<_> = dump.events::<News>().map(Result::unwrap).collect();
    assert_eq!(events, [(7, Some(7)); 40]);
    // Whoever expects no certain command gets all.
    assert_eq!(
        conn.call_collected(&NoReply(id(9)))
            .unwrap()
            .reply()
            .unwrap()
            .family_id,
        Some(9)
    );
}

struct News;

impl EventSet for News {
    const FAMILY: &'static Family = &TEST;
    type Event<'r> = (u16, Option<u16>);
    fn decode_event(command: u16, attributes: &[u8]) -> Decoded<Self::Event<'_>> {
        let read: GetpolicyReply<'_> = Decode::decode(attributes)?;
        Ok((command, read.family_id))
    }
}

/// The attribute 1 of a reply of nlctrl has 16 bits, so numbers are read as this instead.
#[derive(Debug, PartialEq)]
struct Radio(Option<u32>);

impl<'a> Decode<'a> for Radio {
    const SET: &'static Set = <GetpolicyDump<'_> as Encode>::SET;
    fn decode_at(bytes: &'a [u8], _depth: u8) -> Decoded<Self> {
        let mut number = None;
        for attr in nlgen_runtime::wire::Attrs::new(bytes) {
            attr?.get(&mut number)?;
        }
        Ok(Self(number))
    }
}

/// A request that is answered by a number, with and without the word for it.
struct New(u16);
struct NewUnsaid;

impl Encode for New {
    const SET: &'static Set = <GetpolicyDump<'_> as Encode>::SET;
    fn encode(&self, out: &mut Encoder<'_>) {
        id(self.0).encode(out);
    }
}

impl Request for New {
    const OP: &'static Operation = <Number as Request>::OP;
    type Reply<'r> = Radio;
}

impl Encode for NewUnsaid {
    const SET: &'static Set = <GetpolicyDump<'_> as Encode>::SET;
    fn encode(&self, out: &mut Encoder<'_>) {
        id(300).encode(out);
    }
}

impl Request for NewUnsaid {
    const OP: &'static Operation = <NoReply as Request>::OP;
    type Reply<'r> = ();
}

#[test]
fn a_number_in_place_of_an_error_is_a_result() {
    let kernel = FakeKernel::new();
    kernel.answer::<New>(|asked| {
        let request: GetpolicyDump<'_> = asked.request()?;
        asked.returns(request.family_id.unwrap_or_default().into());
        Ok(())
    });
    let mut conn = kernel.connect().unwrap();
    // Nothing is the number 0.
    for number in [5, 0, 1, 34, u16::MAX] {
        let expected = u32::from(number);
        assert_eq!(conn.call(&New(number)).unwrap(), Radio(Some(expected)));
        assert_eq!(conn.returned(), expected);
        assert!(conn.warning().is_none());
        let all = conn.call_collected(&New(number)).unwrap();
        assert_eq!((all.returned(), all.len()), (expected, 1));
        assert_eq!(all.reply().unwrap(), Radio(Some(expected)));
    }
    let requests: Vec<New> = (0..50).map(New).collect();
    for (number, answer) in (0..).zip(conn.call_all(&requests).unwrap()) {
        let answer = answer.unwrap();
        assert_eq!(answer.returned(), number);
        assert_eq!(answer.reply().unwrap(), Radio(Some(number)));
    }
    // Where no specification says it, the number is beside the acknowledgement.
    conn.call(&NewUnsaid).unwrap();
    assert_eq!(conn.returned(), 300);
    let all = conn.call_collected(&NewUnsaid).unwrap();
    assert_eq!((all.returned(), all.is_empty()), (300, true));
    // The next request has its own.
    kernel.answer::<Plain>(|asked| replies(asked, 1));
    conn.call(&Plain(id(7))).unwrap();
    assert_eq!(conn.returned(), 0);
}

/// One that is answered by a message after all has that alone.
#[test]
fn a_reply_is_not_replaced_by_the_number() {
    let kernel = kernel::<Plain>();
    let mut conn = kernel.connect().unwrap();
    let all = conn.call_collected(&Number(id(7))).unwrap();
    assert_eq!((all.len(), all.reply().unwrap().family_id), (1, Some(7)));
}
