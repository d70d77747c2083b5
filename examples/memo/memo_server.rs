//! Serves the family `memo` to other processes, in place of the kernel module: over `NETLINK_USERSOCK`.
//!
//! ```text
//! $ cargo run --bin memo_server &
//! port id 30412
//! $ cargo run --bin memo-send -- --peer 30412 README.md
//! memo 1: 10593 bytes
//! ```
//!
//! Clients open their connection with that port id: `Connection::builder().peer(30412)`. All else is as with the kernel.

mod memory;

/// What the spec says, both ends.
#[allow(dead_code, reason = "the server needs no setters")]
pub mod memo {
    include!(concat!(env!("OUT_DIR"), "/memo.rs"));
}

use std::process::ExitCode;

use memory::Memory;
use nlgen_runtime::Error;
use nlgen_runtime::server::PeerServer;

fn main() -> ExitCode {
    match serve() {
        Ok(never) => match never {},
        Err(error) => {
            eprintln!("memo_server: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve() -> Result<std::convert::Infallible, Error> {
    let mut server = PeerServer::open()?;
    server.add(memo::server::Service(Memory::default()))?;
    println!("port id {}", server.port_id());
    server.serve()
}
