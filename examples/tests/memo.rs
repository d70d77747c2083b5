//! The family `memo` in user space: in the process, and served by another.
//!
//! What clients do is one function, which a kernel module answers as well.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod memo_client;
#[path = "../memo/memory.rs"]
mod memory;
mod served;

/// What the spec says, both ends.
#[allow(dead_code, reason = "not all setters are needed")]
pub mod memo {
    include!(concat!(env!("OUT_DIR"), "/memo.rs"));
}

use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use memo::server::Service;
use memo::{Event, Get, GetDump, Put, group};
use memo_client::{is_refused_what_does_not_fit, write_and_read};
use memory::Memory;
use nlgen_runtime::server::PeerServer;
use nlgen_runtime::testing::FakeKernel;
use nlgen_runtime::{Connection, ConnectionBuilder, Error, Events, Received};
use served::Served;

const TEXT: &[u8] = "Alle meine Entchen schwimmen auf dem See.\n".as_bytes();

#[test]
fn memo_is_served_in_the_process() {
    let kernel = FakeKernel::new();
    let memory = Arc::new(Mutex::new(Service(Memory::default())));
    kernel.serve(Arc::clone(&memory));
    let builder = ConnectionBuilder::new().fake_kernel(&kernel);
    let mut events = Events::<Event>::open_with(builder, &[group::PIECES]).unwrap();
    let mut conn = kernel.connect().unwrap();
    write_and_read(&mut conn, TEXT, 10);
    let mut heard = Vec::new();
    loop {
        match events.next_within(Duration::from_secs(10)).unwrap() {
            Some(Received::Event(Event::PieceNtf(piece))) => {
                assert_eq!(piece.offset, Some(heard.len() as u64));
                heard.extend_from_slice(piece.text.unwrap());
                if piece.last {
                    break;
                }
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(heard, TEXT);
    is_refused_what_does_not_fit(&mut conn);
    // What serves can be looked at.
    assert!(format!("{:?}", memory.lock().unwrap()).contains("memo: 3"));
}

#[test]
fn memo_is_served_by_another_process() {
    let server = Served::start(Command::new(env!("CARGO_BIN_EXE_memo_server")));
    let mut conn = Connection::builder().peer(server.port_id).open().unwrap();
    write_and_read(&mut conn, TEXT, 10);
    // A long text, in long pieces: more than a queue holds.
    let long: Vec<u8> = TEXT.iter().copied().cycle().take(1_000_000).collect();
    write_and_read(&mut conn, &long, 16384);
    is_refused_what_does_not_fit(&mut conn);
    // The sender of the kernel's texts.
    let sent = Command::new(env!("CARGO_BIN_EXE_memo-send"))
        .args(["--peer", &server.port_id.to_string(), "memo/memo.yaml"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let length = std::fs::read("memo/memo.yaml").unwrap().len();
    let said = String::from_utf8(sent.stdout).unwrap();
    assert!(
        said.ends_with(&format!(": {length} bytes\n")),
        "{said}{:?}",
        sent.stderr
    );
    let usage = Command::new(env!("CARGO_BIN_EXE_memo-send"))
        .args(["--peer", "nobody", "memo/memo.yaml"])
        .output()
        .unwrap();
    assert_eq!(usage.status.code(), Some(2));
    // It has ended.
    drop(server);
    match conn.call(&Get::default()) {
        Err(Error::Io { source, .. }) => {
            assert_eq!(source.kind(), std::io::ErrorKind::ConnectionRefused);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn memo_is_served_on_an_event_loop() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut server = PeerServer::open().unwrap();
        server.add(Service(Memory::default())).unwrap();
        let port_id = server.port_id();
        let mut server = nlgen_runtime::tokio::PeerServer::over(server).unwrap();
        let builder = ConnectionBuilder::new().peer(port_id);
        let mut conn = nlgen_runtime::tokio::Connection::open_with(builder).unwrap();
        let served = tokio::spawn(async move { server.serve().await });
        let put = Put::default().text(TEXT).last(true);
        let written = conn.call(&put).await.unwrap();
        assert_eq!(written.length, Some(TEXT.len() as u64));
        let pieces = conn.dump(&GetDump::default().room(1)).await.unwrap();
        assert_eq!(pieces.len(), TEXT.len());
        served.abort();
    });
}
