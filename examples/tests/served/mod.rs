//! A program that serves a family, and says its port id in its first line.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A program whose lines are read as they come; it ends when this is dropped.
pub(crate) struct Talking {
    child: Child,
    input: ChildStdin,
    lines: Receiver<String>,
}

/// A server.
pub(crate) struct Served {
    #[allow(dead_code, reason = "not all tests talk to it")]
    pub(crate) program: Talking,
    pub(crate) port_id: u32,
}

impl Talking {
    pub(crate) fn start(mut command: Command) -> Self {
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = piped.spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (send, lines) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        Self {
            input: child.stdin.take().unwrap(),
            child,
            lines,
        }
    }

    /// The next line that it prints.
    pub(crate) fn line(&self) -> String {
        self.lines.recv_timeout(Duration::from_secs(60)).unwrap()
    }

    /// Types a line.
    #[allow(dead_code, reason = "not all tests type")]
    pub(crate) fn type_line(&mut self, line: &str) {
        writeln!(self.input, "{line}").unwrap();
    }
}

impl Served {
    pub(crate) fn start(command: Command) -> Self {
        let program = Talking::start(command);
        let line = program.line();
        let port_id = line.strip_prefix("port id ").and_then(|id| id.parse().ok());
        Self {
            port_id: port_id.unwrap_or_else(|| panic!("{line}")),
            program,
        }
    }
}

impl Drop for Talking {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
