//! Prints the texts that `memo-send` sends to the kernel: what is there already, and then each piece as it comes.
//!
//! ```text
//! $ cargo run --bin memo-recv -- --once
//! listening
//! ```
//!
//! `--once` ends the program after a whole text. `--pause 100` makes it a slow reader, which sleeps for 100
//! milliseconds after each piece. The kernel does not wait for it: the pieces that its queue cannot hold are lost. The
//! program says how many, and reads them again from the text that the kernel keeps.

mod receiver;

use std::process::ExitCode;
use std::time::Duration;

/// What the spec says.
#[allow(dead_code, reason = "receivers do not write")]
pub mod memo {
    include!(concat!(env!("OUT_DIR"), "/memo.rs"));
}

use receiver::Receiver;

fn main() -> ExitCode {
    let Some((once, pause)) = options(std::env::args().skip(1)) else {
        eprintln!("usage: memo-recv [--once] [--pause MILLISECONDS]");
        return ExitCode::from(2);
    };
    match receive(once, pause) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("memo-recv: {error}");
            ExitCode::FAILURE
        }
    }
}

fn options(mut words: impl Iterator<Item = String>) -> Option<(bool, Duration)> {
    let (mut once, mut pause) = (false, Duration::ZERO);
    while let Some(word) = words.next() {
        match &*word {
            "--once" => once = true,
            "--pause" => pause = Duration::from_millis(words.next()?.parse().ok()?),
            _ => return None,
        }
    }
    Some((once, pause))
}

fn receive(once: bool, pause: Duration) -> Result<(), Box<dyn std::error::Error>> {
    let mut receiver = Receiver::open()?;
    eprintln!("listening");
    // For whoever comes late: what was written before.
    receiver.read()?;
    while !(once && receiver.has_whole_text()) {
        receiver.hear()?;
        std::thread::sleep(pause);
    }
    Ok(())
}
