//! What tests need of the machine that they run on: a program, a capability, a feature of the kernel, a download.
//!
//! A test asks for what it needs and returns where that is missing:
//!
//! ```no_run
//! # fn main() {
//! if !needs::program("nft", "nftables") {
//!     return;
//! }
//! # }
//! ```
//!
//! The test then counts as skipped. The reason goes to standard error, also where the test runner captures output,
//! as one line, which `.ci/run` counts:
//!
//! ```text
//! skipped: nftables::a_set_of_addresses: there is no nft (Debian: nftables) [program:nft]
//! ```
//!
//! Two environment variables change that, for machines that should have everything:
//!
//! - `NLGEN_NO_SKIP=1`: the test fails with the reason instead.
//! - `NLGEN_MAY_SKIP`: exceptions from this, separated by spaces. Each is a need as it is printed in brackets
//!   (`program:nft`) or a kind of needs (`kernel`).
#![allow(clippy::panic, reason = "a test fails by panicking")]

mod kernel_log;
mod machine;

use std::fmt;
use std::io::Write;
use std::panic::resume_unwind;

pub use kernel_log::KernelLog;
pub use machine::{lab, network_namespace, program, python};

/// Something that a test needs and a machine may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need<'a> {
    /// A program in one of the folders of `PATH`.
    Program(&'a str),
    /// A module of Python.
    Python(&'a str),
    /// What only a process with a capability may do.
    Capability(&'a str),
    /// A feature of the running kernel.
    Kernel(&'a str),
    /// Files that a script of this repository downloads.
    Download(&'a str),
    /// An environment variable that gives a test its input.
    Variable(&'a str),
    /// The virtual machine of `lab/run`.
    Lab,
}

impl Need<'_> {
    /// The need's kind and its name.
    fn parts(&self) -> (&str, &str) {
        match self {
            Self::Program(name) => ("program", name),
            Self::Python(name) => ("python", name),
            Self::Capability(name) => ("capability", name),
            Self::Kernel(name) => ("kernel", name),
            Self::Download(name) => ("download", name),
            Self::Variable(name) => ("variable", name),
            Self::Lab => ("lab", ""),
        }
    }

    /// Whether a list of exceptions has it, or its kind.
    fn is_in(&self, list: &str) -> bool {
        let name = self.to_string();
        let (kind, _) = self.parts();
        list.split_ascii_whitespace()
            .any(|word| word == kind || word == name)
    }
}

impl fmt::Display for Need<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parts() {
            (kind, "") => f.write_str(kind),
            (kind, name) => write!(f, "{kind}:{name}"),
        }
    }
}

/// Reports that the test of this thread is skipped, and why. The caller then returns from the test.
///
/// # Panics
/// With `NLGEN_NO_SKIP=1`, unless `NLGEN_MAY_SKIP` has the need.
pub fn missing(need: Need<'_>, reason: impl fmt::Display) {
    let variable = |name| std::env::var(name).unwrap_or_default();
    if variable("NLGEN_NO_SKIP") == "1" && !need.is_in(&variable("NLGEN_MAY_SKIP")) {
        panic!("NLGEN_NO_SKIP is set, but {reason} [{need}]");
    }
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    // One write, so that lines of several threads stay whole. Not `eprintln!`, which the test runner captures.
    let line = format!("skipped: {test}: {reason} [{need}]\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
}

/// The value that a thread unwinds with after [`stop`].
#[derive(Clone, Copy, Debug)]
pub struct Skipped;

/// Reports the same as [`missing`] from below a test's own function, and unwinds the thread with [`Skipped`]. The
/// code that started the thread does not take that for a failure.
///
/// # Panics
/// As [`missing`].
pub fn stop(need: Need<'_>, reason: impl fmt::Display) -> ! {
    missing(need, reason);
    resume_unwind(Box::new(Skipped))
}
