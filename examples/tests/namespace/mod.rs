//! A network namespace of a test's own: the machine's interfaces are neither seen nor changed.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Output, Stdio};

/// A fresh network namespace, which is there until this is dropped.
pub(crate) struct Namespace {
    /// A process inside that waits for its standard input to end.
    keeper: Child,
}

impl Namespace {
    /// Makes a namespace for a test that configures it with `ip`. `None`, as for [`Namespace::new`], also without it.
    pub(crate) fn with_ip() -> Option<Self> {
        needs::program("ip", "iproute2").then(Self::new).flatten()
    }

    /// Makes a namespace. `None` when this process may not or programs are missing: then the test is skipped.
    pub(crate) fn new() -> Option<Self> {
        let programs = [("unshare", "util-linux"), ("nsenter", "util-linux")];
        let found = programs
            .iter()
            .all(|(name, package)| needs::program(name, package));
        if !found || !needs::network_namespace() {
            return None;
        }
        let mut keeper = Command::new("unshare")
            .args(["--net", "sh", "-c", "echo inside; exec cat"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(keeper.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        if line != "inside\n" {
            let refused = keeper.wait_with_output().unwrap();
            panic!("unshare: {}", String::from_utf8_lossy(&refused.stderr));
        }
        Some(Self { keeper })
    }

    /// The namespace as a file, for a connection.
    pub(crate) fn open(&self) -> OwnedFd {
        File::open(self.path()).unwrap().into()
    }

    /// A command that will run inside.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--net={}", self.path())).arg(program);
        command
    }

    /// Runs a program inside.
    pub(crate) fn run(&self, program: &str, args: &[&str]) -> Output {
        self.command(program).args(args).output().unwrap()
    }

    /// Runs a program inside that must succeed, and gives what it prints.
    pub(crate) fn print(&self, program: &str, args: &[&str]) -> String {
        let output = self.run(program, args);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {args:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Makes interfaces with `ip`: the words after `ip link add`.
    pub(crate) fn add_link(&self, words: &str) {
        let args: Vec<&str> = ["link", "add"]
            .into_iter()
            .chain(words.split(' '))
            .collect();
        self.print("ip", &args);
    }

    fn path(&self) -> String {
        format!("/proc/{}/ns/net", self.keeper.id())
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // It ends by itself when its input does; this only avoids waiting for it.
        self.keeper.kill().ok();
        self.keeper.wait().ok();
    }
}
