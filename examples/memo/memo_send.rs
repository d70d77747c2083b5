//! Sends a text to the kernel, which keeps it and passes it on to whoever runs `memo-recv`.
//!
//! ```text
//! $ cargo run --bin memo-send README.md
//! memo 1: 10593 bytes
//! $ cat /proc/nlgen_memo
//! ```
//!
//! The text goes in pieces, so it may be of any length, and may come from a pipe: `memo-send /dev/stdin`. With `--peer` it goes
//! to the process that has this port id, in place of the kernel: `memo_server` prints its own.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::process::ExitCode;

use nlgen_runtime::{Connection, Error};

/// What the spec says.
#[allow(dead_code, reason = "senders do not read")]
pub mod memo {
    include!(concat!(env!("OUT_DIR"), "/memo.rs"));
}

use memo::{PIECE_MAX, Put};

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    let mut path = args.next();
    let mut peer = None;
    if path.as_deref() == Some(OsStr::new("--peer")) {
        peer = args.next().and_then(|id| id.to_str()?.parse().ok());
        path = args.next().filter(|_| peer.is_some());
    }
    let (Some(path), None) = (path, args.next()) else {
        eprintln!("usage: memo-send [--peer PORT-ID] FILE");
        return ExitCode::from(2);
    };
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) => {
            eprintln!("memo-send: {}: {error}", path.display());
            return ExitCode::FAILURE;
        }
    };
    match send(file, peer) {
        Ok((memo, length)) => {
            println!("memo {memo}: {length} bytes");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("memo-send: {}: {error}", path.display());
            ExitCode::FAILURE
        }
    }
}

/// Sends all that can be read to the kernel or to another process, and gives the number of the text and its length in bytes.
fn send(mut file: impl Read, peer: Option<u32>) -> Result<(u32, u64), Box<dyn std::error::Error>> {
    let mut conn = match peer {
        Some(port_id) => Connection::builder().peer(port_id).open()?,
        None => Connection::open()?,
    };
    let mut piece = vec![0; usize::try_from(PIECE_MAX)?];
    // The first piece names no text: the reply says which one it has begun, and how long that is now.
    let mut text = None;
    loop {
        let size = match file.read(&mut piece) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            read => read?,
        };
        let bytes = piece.get(..size).unwrap_or_default();
        let (memo, length) = put(&mut conn, text, bytes)?;
        text = Some((memo, length));
        if bytes.is_empty() {
            return Ok((memo, length));
        }
    }
}

/// Sends a piece. An empty one ends the text.
fn put(conn: &mut Connection, text: Option<(u32, u64)>, piece: &[u8]) -> Result<(u32, u64), Error> {
    let mut request = Put::default();
    if let Some((memo, length)) = text {
        request = request.memo(memo).offset(length);
    }
    request = match piece {
        [] => request.last(true),
        bytes => request.text(bytes),
    };
    let written = conn.call(&request)?;
    Ok((
        written.memo.unwrap_or_default(),
        written.length.unwrap_or_default(),
    ))
}
