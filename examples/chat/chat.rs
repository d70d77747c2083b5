//! Takes part in a chat that another process hosts. It is an ordinary client: only how it is opened is another.
//!
//! ```text
//! $ cargo run --bin chat 30412 ann
//! good morning
//! ann: good morning
//! bob (to you): hello
//! ```
//!
//! Each line that is typed is said to all, `@bob TEXT` to bob alone. To hear what is said to all, it joins a group, which
//! needs `CAP_NET_ADMIN`; without it the program hears what is said to it alone, and says so.

use std::io::{BufRead, Write};
use std::process::ExitCode;

use nlgen_runtime::{Connection, ConnectionBuilder, Errno, Error, Events, Received};

/// What the spec says.
pub mod chat {
    nlgen_runtime::family!("chat/chat.yaml");
}

use chat::{Event, Join, Say, group};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let port_id = arguments.next().and_then(|port_id| port_id.parse().ok());
    let (Some(port_id), Some(name)) = (port_id, arguments.next()) else {
        eprintln!("usage: chat PORT-ID NAME");
        return ExitCode::from(2);
    };
    match take_part(port_id, &name) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("chat: {error}");
            ExitCode::FAILURE
        }
    }
}

fn take_part(host: u32, name: &str) -> Result<(), Error> {
    let mut events = listen(host)?;
    let mut conn = Connection::builder().peer(host).open()?;
    conn.call(&Join::default().name(name).port_id(events.port_id()))?;
    std::thread::spawn(move || speak(conn));
    loop {
        match events.next_event()? {
            Received::Event(Event::SaidNtf(said)) => {
                let to = if said.to.is_some() { " (to you)" } else { "" };
                let speaker = said.name.unwrap_or_default();
                print_line(&format!("{speaker}{to}: {}", said.text.unwrap_or_default()));
            }
            Received::Overrun { lost } => print_line(&format!("({lost} messages were lost)")),
            _ => {}
        }
    }
}

/// Hears all, or what is said to this process alone.
fn listen(host: u32) -> Result<Events<Event<'static>>, Error> {
    let open = |groups: &[_]| Events::open_with(ConnectionBuilder::new().peer(host), groups);
    match open(&[group::ROOM]) {
        Err(error) if error.errno() == Some(Errno::EPERM) => {
            print_line("(no CAP_NET_ADMIN: only what is said to you is heard)");
            open(&[])
        }
        opened => opened,
    }
}

/// Says what is typed, and ends the program with it.
fn speak(mut conn: Connection) {
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let said = match line.strip_prefix('@').and_then(|line| line.split_once(' ')) {
            Some((to, text)) => conn.call(&Say::default().to(to).text(text)),
            None => conn.call(&Say::default().text(&*line)),
        };
        if let Err(error) = said {
            print_line(&format!("({error})"));
        }
    }
    std::process::exit(0);
}

/// Prints a line at once, also where it is not a terminal. Nobody need read it.
fn print_line(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
