//! Programs of the examples that run while a test goes on.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};

use crate::loaded::run;

/// A running program. Its output goes into a file, so that it never waits for the test to read it.
pub(crate) struct Program {
    child: Child,
    errors: BufReader<ChildStderr>,
    output: PathBuf,
}

impl Program {
    /// Starts a program and waits until it says on standard error that it listens.
    pub(crate) fn listening(program: &str, args: &[&str], output: &Path) -> Self {
        let mut child = Command::new(program)
            .args(args)
            .stdin(Stdio::null())
            .stdout(File::create(output).unwrap())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        errors.read_line(&mut line).unwrap();
        assert!(line.starts_with("listening"), "{program}: {line}");
        Self {
            child,
            errors,
            output: output.to_owned(),
        }
    }

    /// Sends a signal: `STOP`, `CONT`, `INT`, `KILL`.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        run("kill", &["-s", name, &id]);
    }

    /// Waits for its end. Gives whether it succeeded, its output, and what else it said on standard error.
    pub(crate) fn end(mut self) -> (bool, Vec<u8>, String) {
        let mut errors = String::new();
        self.errors.read_to_string(&mut errors).unwrap();
        let status = self.child.wait().unwrap();
        let output = std::fs::read(&self.output).unwrap();
        (status.success(), output, errors)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
