//! The module `hello` and its clients.

use std::process::Command;

use nlgen_runtime::{Connection, Errno, Error, Events, Received};

use crate::hello::{Event, FAMILY, Greet, Where};
use crate::loaded::{Loaded, run};
use crate::memo_client::refused;

const HELLO: &str = env!("CARGO_BIN_EXE_hello");
const ASYNC: &str = env!("CARGO_BIN_EXE_hello-async");
const RAW: &str = env!("CARGO_BIN_EXE_hello-raw");

fn connect() -> Connection {
    Connection::builder().family(&FAMILY).open().unwrap()
}

/// What a program says, without the times.
fn lines(program: &str, args: &[&str]) -> Vec<String> {
    let text = run(program, args);
    let lines = text.lines().map(|line| match line.split_once(" s: ") {
        Some((_, said)) => said.to_owned(),
        None => line.to_owned(),
    });
    lines.collect()
}

fn answers(name: &str) -> Vec<String> {
    (1..=10)
        .map(|at| format!("hello {name}, answer {at}"))
        .collect()
}

/// In the handler the call returns behind the last answer; from the work queue before it. The interval is 100 ms.
#[test]
fn a_call_is_held_by_the_handler_and_not_by_the_work_queue() {
    let Some(_module) = Loaded::new("hello") else {
        return;
    };
    let held = lines(HELLO, &["Ann"]);
    assert!(held[0].ends_with(" s, with 10 answers there"), "{held:?}");
    assert_eq!(held[1..], answers("Ann"));
    let free = lines(HELLO, &["Ann", "queue"]);
    assert!(free[0].starts_with("the call returned after "), "{free:?}");
    assert!(!free[0].ends_with("with 10 answers there"), "{free:?}");
    assert_eq!(free[1..], answers("Ann"));
}

#[test]
fn an_event_loop_hears_answers_while_its_call_is_held() {
    let Some(_module) = Loaded::new("hello") else {
        return;
    };
    let said = lines(ASYNC, &["Ann"]);
    let returned = said.iter().position(|line| line == "the call returned");
    assert!(returned.unwrap() > 0, "{said:?}");
    let mut heard = said;
    heard.remove(returned.unwrap());
    assert_eq!(heard, answers("Ann"));
}

#[test]
fn messages_go_by_sendto_and_several_at_once_by_sendmsg() {
    let Some(_module) = Loaded::new("hello") else {
        return;
    };
    let one = lines(RAW, &["4711", "handler", "Ann"]);
    assert_eq!(one[0], "port id 4711");
    assert!(one[1].starts_with("sendto returned after "), "{one:?}");
    let acknowledged = |at| vec![format!("greeting {at} was acknowledged")];
    assert_eq!(one[2..], [answers("Ann"), acknowledged(1)].concat());
    // The kernel carries them out one after the other.
    let three = lines(RAW, &["4711", "handler", "Ann", "Bob", "Eve"]);
    assert!(three[1].starts_with("sendmsg returned after "), "{three:?}");
    let expected = [("Ann", 1), ("Bob", 2), ("Eve", 3)];
    let expected = expected.map(|(name, at)| [answers(name), acknowledged(at)].concat());
    assert_eq!(three[2..], expected.concat());
    // On the work queue they go side by side, after the acknowledgements.
    let mut two = lines(RAW, &["0", "queue", "Ann", "Bob"]);
    assert_eq!(two[2..4], [acknowledged(1), acknowledged(2)].concat());
    two[4..].sort();
    let mut expected = [answers("Ann"), answers("Bob")].concat();
    expected.sort();
    assert_eq!(two[4..], expected);
    // One of several is refused: the others are carried out.
    let long = "a".repeat(64);
    let refused = lines(RAW, &["0", "handler", &long, "Bob"]);
    assert!(
        refused[2].starts_with("greeting 1 was refused: error 22"),
        "{refused:?}"
    );
    assert_eq!(refused[3..], [answers("Bob"), acknowledged(2)].concat());
    // Two sockets cannot have one port id.
    let conn = connect();
    let taken = conn.port_id().to_string();
    let output = Command::new(RAW).args([&taken, "queue", "Ann"]).output();
    let output = output.unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(errors.contains("in use"), "{errors}");
}

#[test]
fn greetings_that_break_rules_are_refused() {
    let Some(_module) = Loaded::new("hello") else {
        return;
    };
    let mut conn = connect();
    let at = |name: &str| Some(name.to_owned());
    match conn.call(&Greet::default()) {
        Err(Error::Kernel(refusal)) => {
            let missing = refusal.missing().map(|path| path.attributes());
            assert_eq!((refusal.errno(), missing), (Errno::EINVAL, at("name")));
        }
        other => panic!("{other:?}"),
    }
    let long = "a".repeat(64);
    let ann = || Greet::default().name("Ann");
    for (request, errno, attribute) in [
        // No NUL where the longest name has it.
        (Greet::default().name(&*long), Errno::EINVAL, at("name")),
        (ann().r#where(Where::Unknown(2)), Errno::ERANGE, at("where")),
        (ann().interval(2001), Errno::ERANGE, at("interval")),
        (ann().port_id(0), Errno::ERANGE, at("port-id")),
        (
            ann().interval(0).port_id(0x7fff_fff1),
            Errno::ECONNREFUSED,
            None,
        ),
    ] {
        assert_eq!(
            refused(conn.call(&request)),
            (errno, attribute),
            "{request:?}"
        );
    }
    // 64 greetings may wait.
    let mut events = Events::<Event>::open(&[]).unwrap();
    let waiting = ann()
        .r#where(Where::Queue)
        .interval(2000)
        .port_id(events.port_id());
    for _ in 0..64 {
        conn.call(&waiting).unwrap();
    }
    assert_eq!(refused(conn.call(&waiting)), (Errno::EBUSY, None));
    assert!(matches!(
        events.next_event().unwrap(),
        Received::Event(Event::AnswerNtf(_))
    ));
}

/// A socket holds the module of its protocol. Greetings that wait do not.
#[test]
fn the_module_is_loaded_a_hundred_times_while_greetings_wait() {
    let Some(module) = Loaded::new("hello") else {
        return;
    };
    for at in 0..100 {
        let mut conn = connect();
        let place = [Where::Queue, Where::Handler][at % 2];
        let greeting = Greet::default().name("Ann").interval(1).r#where(place);
        conn.call(&greeting).unwrap();
        assert!(
            !Command::new("rmmod")
                .arg("hello")
                .output()
                .unwrap()
                .status
                .success()
        );
        drop(conn);
        module.reload();
    }
}
