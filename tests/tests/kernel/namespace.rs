//! A network namespace of one's own.

use std::io::Write;
use std::process::{Command, Stdio};

use needs::{Need, Skipped};
use nix::sched::{CloneFlags, unshare};
use nlgen_runtime::{Connection, Family};

/// Runs a test in a thread whose network namespace is new: with `lo` and nothing else. The namespace
/// goes when the thread and its sockets do. Where there can be no such namespace, or the test comes to need what the
/// machine lacks ([`command`], [`ip`]), it is skipped.
pub(crate) fn fresh(test: impl FnOnce() + Send) {
    fresh_with(CloneFlags::empty(), test);
}

/// The same, with other namespaces of its own besides.
pub(crate) fn fresh_with(others: CloneFlags, test: impl FnOnce() + Send) {
    if !needs::network_namespace() {
        return;
    }
    // The test's name, for what is said of it.
    let name = std::thread::current().name().map(str::to_owned);
    let ended = std::thread::scope(|scope| {
        let entered = || {
            unshare(CloneFlags::CLONE_NEWNET | others).unwrap();
            test();
        };
        let thread = std::thread::Builder::new().name(name.unwrap_or_default());
        thread.spawn_scoped(scope, entered).unwrap().join()
    });
    if let Err(panic) = ended
        && !panic.is::<Skipped>()
    {
        std::panic::resume_unwind(panic);
    }
}

/// A program to run in the thread's namespace, and the Debian package that has it. Within [`fresh`].
pub(crate) fn command(program: &str, package: &str) -> Command {
    if !needs::program(program, package) {
        std::panic::resume_unwind(Box::new(Skipped));
    }
    Command::new(program)
}

/// A connection to the protocol of a family that is not generic.
pub(crate) fn connection(family: &'static Family) -> Connection {
    Connection::builder().family(family).open().unwrap()
}

/// Runs commands of `ip`, one a line, in the thread's namespace.
pub(crate) fn ip(commands: &str) {
    let mut ip = command("ip", "iproute2")
        .args(["-batch", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    ip.stdin
        .take()
        .unwrap()
        .write_all(commands.as_bytes())
        .unwrap();
    let output = ip.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    // As the kernel refuses a kind of link that it does not know, with and without an extended acknowledgement.
    if errors.contains("Unknown device type") || errors.contains("Operation not supported") {
        let reason = format!("this kernel lacks what ip asks for: {commands}{errors}");
        needs::stop(Need::Kernel("link"), reason.replace('\n', " "));
    }
    assert!(output.status.success(), "ip: {commands}{errors}");
}

/// What `ip -json` tells in the thread's namespace.
pub(crate) fn ip_json(arguments: &[&str]) -> serde_json::Value {
    let mut ip = command("ip", "iproute2");
    let output = ip.arg("-json").args(arguments).output().unwrap();
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
