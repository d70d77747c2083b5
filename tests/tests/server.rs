//! Servers in user space: what they check is what the kernel checks, in the process and between processes. The same tables
//! of requests run against kernel modules in `lab/tables.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::mpsc::channel;

use needs::Need;
use nlgen_runtime::server::{Call, PeerServer, Refused, Replied, Serve};
use nlgen_runtime::testing::FakeKernel;
use nlgen_runtime::{Connection, Decode, Encode, Errno, Error, PeerSocket, Raw, Senders};
use nlgen_tests::checks::{self, Case};
use nlgen_tests::{exam, memo};

/// Answers with what it is asked.
#[derive(Default)]
struct Echo;

impl exam::server::Server for Echo {
    fn echo(
        &mut self,
        request: &exam::Echo<'_>,
        mut call: Call<'_, exam::Echo<'_>>,
    ) -> Result<Replied, Refused> {
        let bytes = request.to_bytes()?;
        call.reply(&exam::EchoReply::decode(&bytes)?)
    }

    fn set(&mut self, _: &exam::Set<'_>, _: Call<'_>) -> Result<(), Refused> {
        Ok(())
    }
}

struct Nothing;

impl memo::server::Server for Nothing {}

/// A server in a thread of its own, and its port id.
fn served(service: impl Serve + 'static) -> u32 {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        let mut server = PeerServer::open().unwrap();
        server.add(service).unwrap();
        send.send(server.port_id()).unwrap();
        server.serve()
    });
    receive.recv().unwrap()
}

/// A connection to a server in a thread of its own.
fn connected(service: impl Serve + 'static) -> Connection {
    Connection::builder().peer(served(service)).open().unwrap()
}

fn in_the_process(service: impl Serve + 'static) -> Connection {
    let kernel = FakeKernel::new();
    kernel.serve(service);
    kernel.connect().unwrap()
}

fn all_are_refused_as_said(mut conn: Connection, cases: &[Case]) {
    let wrong = checks::run(&mut conn, cases).unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn checks_of_exam_in_the_process() {
    all_are_refused_as_said(in_the_process(exam::server::Service(Echo)), &checks::exam());
}

#[test]
fn checks_of_requests_without_attributes() {
    let cases = checks::exam_without_attributes();
    all_are_refused_as_said(in_the_process(exam::server::Service(Echo)), &cases);
}

#[test]
fn checks_of_exam_between_processes() {
    all_are_refused_as_said(connected(exam::server::Service(Echo)), &checks::exam());
}

#[test]
fn checks_of_memo() {
    let service = || memo::server::Service(Nothing);
    for cases in [checks::memo(), checks::memo_without_attributes()] {
        all_are_refused_as_said(in_the_process(service()), &cases);
        all_are_refused_as_said(connected(service()), &cases);
    }
}

/// A table that could not fail would show nothing.
#[test]
fn a_server_without_checks_fails_the_table() {
    let kernel = FakeKernel::new();
    kernel.answer::<exam::Echo<'_>>(|_| Ok(()));
    let mut conn = kernel.connect().unwrap();
    let wrong = checks::run(&mut conn, &checks::exam()).unwrap();
    assert!(wrong.len() > 50, "{wrong:?}");
    let line = "id of 0: accepted".to_owned();
    assert!(wrong.contains(&line), "{wrong:?}");
}

#[test]
fn what_is_asked_comes_back() {
    for mut conn in [
        in_the_process(exam::server::Service(Echo)),
        connected(exam::server::Service(Echo)),
    ] {
        let scalars = exam::Scalars::default().u64(1 << 40).s8(-3).be16(0x1234);
        let request = exam::Echo::default().id(7).name("seven").scalars(&scalars);
        let reply = conn.call(&request).unwrap();
        assert_eq!(
            (reply.id, reply.name.unwrap().to_string()),
            (Some(7), "seven".to_owned())
        );
        let back = reply.scalars.unwrap().get().unwrap();
        assert_eq!(
            (back.u64, back.s8, back.be16),
            (Some(1 << 40), Some(-3), Some(0x1234))
        );
        conn.call(&exam::Set::default().id(1)).unwrap();
        // Not written.
        let refused = conn.call(&exam::Get::default().id(1)).unwrap_err();
        assert_eq!(errno(&refused), Errno::EOPNOTSUPP);
        let none: Vec<_> = families(&mut conn);
        assert!(none.contains(&"exam".to_owned()), "{none:?}");
    }
}

/// The names of the families that nlctrl tells of.
fn families(conn: &mut Connection) -> Vec<String> {
    let families = conn
        .dump(&nlgen_runtime::nlctrl::GetfamilyDump::default())
        .unwrap();
    families
        .iter()
        .map(|family| family.unwrap().family_name.unwrap().to_string())
        .collect()
}

fn errno(error: &Error) -> Errno {
    match error {
        Error::Kernel(refusal) => refusal.errno(),
        error => panic!("{error}"),
    }
}

/// The families of a server and nothing else: another that is asked for is not there.
#[test]
fn a_family_that_is_not_served_is_not_found() {
    let mut conn = connected(memo::server::Service(Nothing));
    match conn.call(&exam::Get::default().id(1)) {
        Err(Error::FamilyNotFound { .. }) => {}
        other => panic!("{other:?}"),
    }
    assert_eq!(families(&mut conn), ["nlctrl", "memo"]);
}

/// What another process sends is not taken for the server's, though its header says that it is.
#[test]
fn a_forged_answer_is_not_believed() {
    let mut conn = connected(memo::server::Service(Nothing));
    let forger = PeerSocket::open(Senders::Any).unwrap();
    // The kernel refuses it to the forger.
    match forger.send(conn.port_id(), 2, 1, &Raw(&[0; 20])) {
        Err(Error::Io { source, .. }) => {
            assert_eq!(source.kind(), std::io::ErrorKind::ConnectionRefused);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(
        errno(&conn.call(&memo::Clear {}).unwrap_err()),
        Errno::EOPNOTSUPP
    );
    assert_eq!(conn.stats().foreign, 0);
}

/// Requests that are no requests, and those that are too short, end nothing.
#[test]
fn a_server_goes_on_whatever_is_sent_to_it() {
    let server = served(exam::server::Service(Echo));
    let mut conn = Connection::builder().peer(server).open().unwrap();
    let family = conn.family_id(&exam::FAMILY).unwrap();
    let any = PeerSocket::open(Senders::Any).unwrap();
    for (kind, body) in [
        (family, &[][..]),
        (family, &[7]),
        (1, &[0; 4]),
        (9999, &[0; 8]),
    ] {
        any.send(server, kind, 1, &Raw(body)).unwrap();
    }
    conn.call(&exam::Set::default().id(1)).unwrap();
}

/// The port id of the server, for the test below that runs as another user.
const SERVER: &str = "NLGEN_TEST_SERVER";

/// `set` needs `CAP_NET_ADMIN` in the spec. Between processes the user id stands for it.
#[test]
fn what_needs_a_capability_is_refused_to_other_users() {
    const OTHER: u32 = 65534;
    if !nix::unistd::getuid().is_root() {
        needs::missing(
            Need::Capability("CAP_SETUID"),
            "starting a process as another user needs root",
        );
        return;
    }
    let server = served(exam::server::Service(Echo));
    // As the server's own user it is allowed.
    let mut conn = Connection::builder().peer(server).open().unwrap();
    conn.call(&exam::Set::default().id(1)).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "as_another_user", "--ignored", "--nocapture"])
        .env(SERVER, server.to_string())
        .uid(OTHER)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("1 passed"), "{text}");
}

#[test]
#[ignore = "what_needs_a_capability_is_refused_to_other_users runs it"]
fn as_another_user() {
    let server = std::env::var(SERVER).unwrap().parse().unwrap();
    let mut conn = Connection::builder().peer(server).open().unwrap();
    conn.call(&exam::Echo::default().id(1)).unwrap();
    let refused = conn.call(&exam::Set::default().id(1)).unwrap_err();
    assert_eq!(errno(&refused), Errno::EPERM);
}
