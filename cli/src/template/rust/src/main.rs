//! The client of the family `@name@`.

use std::process::ExitCode;

use nlgen_runtime::{Connection, ConnectionBuilder, Error, Events, Received};
use @ident@::family::{Event, Get, GetDump, GetReply, Set, group};

const USAGE: &str = "\
usage: @name@ list
       @name@ get NAME
       @name@ set NAME VALUE
       @name@ watch

The kernel answers, or with @IDENT@_SERVER=PORT_ID in the environment the process with that port id.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["list"] => list(),
        ["get", name] => get(name),
        ["set", name, value] => match value.parse() {
            Ok(value) => set(name, value),
            Err(error) => {
                eprintln!("@name@: `{value}` is no value: {error}");
                return ExitCode::from(2);
            }
        },
        ["watch"] => watch(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        // What was refused, which attribute was the reason, and what is allowed.
        Err(error) => {
            eprintln!("@name@: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Who answers: the kernel, or a process that plays it.
fn builder() -> ConnectionBuilder {
    let server = std::env::var("@IDENT@_SERVER").ok();
    match server.and_then(|port_id| port_id.parse().ok()) {
        Some(port_id) => Connection::builder().peer(port_id),
        None => Connection::builder(),
    }
}

fn list() -> Result<(), Error> {
    for item in &builder().open()?.dump(&GetDump::default())? {
        print(&item?)?;
    }
    Ok(())
}

fn get(name: &str) -> Result<(), Error> {
    print(&builder().open()?.call(&Get::default().name(name))?)
}

fn set(name: &str, value: u32) -> Result<(), Error> {
    builder().open()?.call(&Set::default().name(name).value(value))
}

fn watch() -> Result<(), Error> {
    let mut events = Events::<Event>::open_with(builder(), &[group::CHANGES])?;
    eprintln!("@name@: waiting for changes");
    loop {
        match events.next_event()? {
            Received::Event(Event::ChangedNtf(item)) => print(&item)?,
            // The process was too slow, and the kernel dropped events.
            Received::Overrun { lost } => eprintln!("@name@: {lost} events were lost"),
            _ => {}
        }
    }
}

fn print(item: &GetReply<'_>) -> Result<(), Error> {
    let name = item.name.unwrap_or_default();
    let value = item.value.unwrap_or_default();
    print!("{name}: {value}");
    if let Some(stats) = item.stats {
        let stats = stats.get()?;
        let (reads, writes) = (stats.reads.unwrap_or(0), stats.writes.unwrap_or(0));
        print!(" (read {reads} times, written {writes} times)");
    }
    println!();
    Ok(())
}
