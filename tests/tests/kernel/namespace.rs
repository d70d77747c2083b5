//! A network namespace of one's own.

use std::io::Write;
use std::process::{Command, Stdio};

use nix::sched::{CloneFlags, unshare};
use nix::unistd::geteuid;
use nlgen_runtime::{Connection, Family};

/// Runs a test in a thread whose network namespace is new: with `lo` and nothing else. The namespace
/// goes when the thread and its sockets do.
pub(crate) fn fresh(test: impl FnOnce() + Send) {
    fresh_with(CloneFlags::empty(), test);
}

/// The same, with other namespaces of its own besides.
pub(crate) fn fresh_with(others: CloneFlags, test: impl FnOnce() + Send) {
    if !geteuid().is_root() {
        // Not by a macro: those print only for tests that fail.
        let _ = writeln!(
            std::io::stderr(),
            "skipped: a fresh network namespace needs root"
        );
        return;
    }
    let ended = std::thread::scope(|scope| {
        let entered = || {
            unshare(CloneFlags::CLONE_NEWNET | others).unwrap();
            test();
        };
        scope.spawn(entered).join()
    });
    if let Err(panic) = ended {
        std::panic::resume_unwind(panic);
    }
}

/// A connection to the protocol of a family that is not generic.
pub(crate) fn connection(family: &'static Family) -> Connection {
    Connection::builder().family(family).open().unwrap()
}

/// Runs commands of `ip`, one a line, in the thread's namespace.
pub(crate) fn ip(commands: &str) {
    let mut ip = Command::new("ip")
        .args(["-batch", "-"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("these tests need iproute2's ip");
    ip.stdin
        .take()
        .unwrap()
        .write_all(commands.as_bytes())
        .unwrap();
    assert!(ip.wait().unwrap().success(), "ip: {commands}");
}

/// What `ip -json` tells in the thread's namespace.
pub(crate) fn ip_json(arguments: &[&str]) -> serde_json::Value {
    let mut ip = Command::new("ip");
    let output = ip.arg("-json").args(arguments).output();
    let output = output.expect("these tests need iproute2's ip");
    assert!(
        output.status.success(),
        "ip -json {arguments:?}: {output:?}"
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Makes `count` interfaces, an even number.
pub(crate) fn interfaces(count: u32) {
    let pair = |n| format!("link add v{n} type veth peer name w{n}\n");
    ip(&(0..count / 2).map(pair).collect::<String>());
}
