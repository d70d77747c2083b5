//! Greets the kernel and prints its ten answers: an asynchronous client, which is not held by the kernel's handler.
//!
//! ```text
//! $ cargo run --bin hello-async Ann
//! 0.11 s: hello Ann, answer 1
//! …
//! 1.08 s: hello Ann, answer 10
//! 1.09 s: the call returned
//! ```
//!
//! The handler sleeps in the system call that sends the greeting, and so would the thread of the event loop with all
//! its tasks. A connection with a thread of its own (`own_thread`) sends in that one.

use std::process::ExitCode;
use std::time::Instant;

use nlgen_runtime::tokio::{Connection, Events};
use nlgen_runtime::{ConnectionBuilder, Error, Received};

/// What the spec says.
pub mod hello {
    nlgen_runtime::family!("hello/hello.yaml");
}

use hello::{ANSWERS, Event, FAMILY, Greet, Where};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Some(name) = std::env::args().nth(1) else {
        eprintln!("usage: hello-async NAME");
        return ExitCode::from(2);
    };
    match greet(&name).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("hello-async: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn greet(name: &str) -> Result<(), Error> {
    let begun = Instant::now();
    let mut events = Events::<Event<'static>>::open(&[]).await?;
    let builder = ConnectionBuilder::new().family(&FAMILY).own_thread(true);
    let mut conn = Connection::open_with(builder)?;
    let request = Greet::default()
        .name(name)
        .r#where(Where::Handler)
        .port_id(events.port_id());
    let greeted = async {
        conn.call(&request).await?;
        println!("{:.2} s: the call returned", begun.elapsed().as_secs_f64());
        Ok(())
    };
    let answered = async {
        let mut answers = 0;
        while answers < ANSWERS {
            match events.next_event().await? {
                Received::Event(Event::AnswerNtf(answer)) => {
                    let text = answer.text.unwrap_or_default();
                    let text = text.to_string_lossy();
                    println!("{:.2} s: {text}", begun.elapsed().as_secs_f64());
                    answers += 1;
                }
                Received::Overrun { lost } => answers += lost,
                _ => {}
            }
        }
        Ok(())
    };
    tokio::try_join!(greeted, answered).map(|_| ())
}
