//! Greets the kernel and prints its ten answers: a blocking client.
//!
//! ```text
//! $ cargo run --bin hello Ann
//! the call returned after 1.01 s, with 10 answers there
//! 1.01 s: hello Ann, answer 1
//! …
//! $ cargo run --bin hello Ann queue
//! the call returned after 0.00 s, with 0 answers there
//! 0.11 s: hello Ann, answer 1
//! …
//! ```
//!
//! The first greeting is answered within the request's handler, which runs in this program's own system call. With
//! `queue` the answers come from a work queue.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use nlgen_runtime::{Connection, Error, Events, Received};

/// What the spec says.
pub mod hello {
    nlgen_runtime::family!("hello/hello.yaml");
}

use hello::{ANSWERS, Event, FAMILY, Greet, Where};

/// An answer, and when it was received.
type Answer = (Duration, String);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let greeted = match *arguments {
        [name] => greet(name, Where::Handler),
        [name, "queue"] => greet(name, Where::Queue),
        _ => {
            eprintln!("usage: hello NAME [queue]");
            return ExitCode::from(2);
        }
    };
    match greeted {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hello: {error}");
            ExitCode::FAILURE
        }
    }
}

fn greet(name: &str, place: Where) -> Result<(), Error> {
    // Answers are events, which have a socket of their own. The greeting says which.
    let mut events = Events::<Event<'static>>::open(&[])?;
    let mut conn = Connection::builder().family(&FAMILY).open()?;
    let request = Greet::default()
        .name(name)
        .r#where(place)
        .port_id(events.port_id());

    let begun = Instant::now();
    conn.call(&request)?;
    let returned = begun.elapsed().as_secs_f64();

    let mut answers = 0;
    let mut there = Vec::new();
    while let Some(received) = events.try_next()? {
        answers += print_later(received, begun, &mut there);
    }
    println!("the call returned after {returned:.2} s, with {answers} answers there");
    print(&mut there);
    while answers < ANSWERS {
        answers += print_later(events.next_event()?, begun, &mut there);
        print(&mut there);
    }
    Ok(())
}

/// Takes an answer to print it. Gives how many answers it was, the lost ones included.
fn print_later(received: Received<Event<'_>>, begun: Instant, later: &mut Vec<Answer>) -> u32 {
    match received {
        Received::Event(Event::AnswerNtf(answer)) => {
            let text = answer.text.unwrap_or_default();
            later.push((begun.elapsed(), text.to_string_lossy().into_owned()));
            1
        }
        Received::Overrun { lost } => lost,
        _ => 0,
    }
}

fn print(answers: &mut Vec<Answer>) {
    for (after, text) in answers.drain(..) {
        println!("{:.2} s: {text}", after.as_secs_f64());
    }
}
