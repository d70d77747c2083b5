//! Prints each ICMP packet that arrives, as the kernel module `icmpwatch` reports it.
//!
//! ```text
//! # cargo run --bin icmpwatch
//! listening
//! 127.0.0.1 > 127.0.0.1: type 8, code 0, 84 bytes
//! 127.0.0.1 > 127.0.0.1: type 0, code 0, 84 bytes
//! ^C
//! 2 reports, 0 dropped
//! ```
//!
//! It registers with the module, which one process at a time can do. With `--group` it joins a group instead, as many
//! can at the same time. Both need `CAP_NET_ADMIN`.

use std::io::Write;
use std::process::ExitCode;

use nlgen_runtime::Received;
use nlgen_runtime::tokio::{Connection, Events};
use tokio::signal::unix::{SignalKind, signal};

/// What the spec says.
pub mod icmpwatch {
    nlgen_runtime::family!("icmpwatch/icmpwatch.yaml");
}

use icmpwatch::{Event, PacketNtf, Register, Unregister, group};

type Outcome = Result<(), Box<dyn std::error::Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let watched = match std::env::args().nth(1).as_deref() {
        None => watch_registered().await,
        Some("--group") => watch_group().await,
        Some(_) => {
            eprintln!("usage: icmpwatch [--group]");
            return ExitCode::from(2);
        }
    };
    match watched {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("icmpwatch: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Has reports sent to this process, until Ctrl-C.
async fn watch_registered() -> Outcome {
    let mut events = Events::open(&[]).await?;
    let mut conn = Connection::open()?;
    // Requests have another socket than reports, so the port id says where reports go.
    let register = Register::default().port_id(events.port_id());
    conn.call(&register).await?;
    print_until_interrupted(&mut events).await?;
    // Its own word. Without it the registration ends when the socket is closed, however the process ends.
    let counts = conn.call(&Unregister::default()).await?;
    let (sent, dropped) = (counts.sent, counts.dropped);
    let (sent, dropped) = (sent.unwrap_or_default(), dropped.unwrap_or_default());
    eprintln!("{sent} reports, {dropped} dropped");
    Ok(())
}

/// Joins the group, until Ctrl-C.
async fn watch_group() -> Outcome {
    let mut events = Events::open(&[group::PACKETS]).await?;
    print_until_interrupted(&mut events).await
}

async fn print_until_interrupted(events: &mut Events<Event<'static>>) -> Outcome {
    let mut interrupts = signal(SignalKind::interrupt())?;
    eprintln!("listening");
    loop {
        tokio::select! {
            biased;
            // First, so that a flood of packets does not keep the program running.
            _ = interrupts.recv() => return Ok(()),
            received = events.next_event() => match received? {
                Received::Event(Event::PacketNtf(packet)) => print_packet(&packet),
                // The queue was full. What was queued before is still there.
                Received::Overrun { lost } => eprintln!("{lost} reports were dropped"),
                Received::Reloaded { .. } => eprintln!("the module was loaded again"),
                Received::Event(_) => {}
            },
        }
    }
}

/// Prints a packet at once, also where it is not a terminal. Nobody need read it.
fn print_packet(packet: &PacketNtf) {
    let PacketNtf {
        source: Some(source),
        destination: Some(destination),
        r#type: Some(kind),
        code: Some(code),
        length: Some(length),
        ..
    } = packet
    else {
        eprintln!("a report that lacks something: {packet:?}");
        return;
    };
    let mut out = std::io::stdout().lock();
    let line = format!("{source} > {destination}: type {kind}, code {code}, {length} bytes");
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
