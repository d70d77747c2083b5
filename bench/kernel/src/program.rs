//! Subjects that are not Rust: programs, which take turns as they are told on their standard input.
//!
//! They read lines of a workload and how often to do its work; they answer with the time in nanoseconds that
//! it took, the number of objects that they saw and the sum of their values; or `?` for a workload that they
//! do not have.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use crate::turn::{Outcome, Seen, Subject};

/// A running program.
pub(crate) struct Program {
    name: &'static str,
    pipes: RefCell<Pipes>,
}

struct Pipes {
    // Ends when its input does.
    _child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Program {
    /// Starts the program `name` in `folder`; none where it was not built.
    pub(crate) fn start(folder: &Path, name: &'static str) -> Outcome<Option<Self>> {
        let path = folder.join(name);
        if !path.is_file() {
            return Ok(None);
        }
        let mut child = Command::new(path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take().ok_or("no standard input")?;
        let output = child.stdout.take().ok_or("no standard output")?;
        let pipes = RefCell::new(Pipes {
            _child: child,
            input,
            output: BufReader::new(output),
        });
        Ok(Some(Self { name, pipes }))
    }

    /// The program as a subject of `workload`; none where it does not have it.
    pub(crate) fn subject<'p>(&'p self, workload: &'p str) -> Outcome<Option<Subject<'p>>> {
        let known = self.turn(workload, 0)?.is_some();
        let turn = move |times| {
            let (time, seen) = self.turn(workload, times)?.ok_or("it is not known")?;
            Ok((time, Some(seen)))
        };
        Ok(known.then(|| Subject::timed(self.name, turn)))
    }

    fn turn(&self, workload: &str, times: u32) -> Outcome<Option<(Duration, Seen)>> {
        let mut pipes = self.pipes.borrow_mut();
        writeln!(pipes.input, "{workload} {times}")?;
        let mut line = String::new();
        pipes.output.read_line(&mut line)?;
        if line.trim() == "?" {
            return Ok(None);
        }
        let mut numbers = line.split_whitespace().map(str::parse::<u64>);
        let mut number = || numbers.next().ok_or("it has ended")?.map_err(Box::from);
        let number: &mut dyn FnMut() -> Outcome<u64> = &mut number;
        let time = Duration::from_nanos(number()?);
        let (objects, sum) = (number()?, number()?);
        Ok(Some((time, Seen { objects, sum })))
    }
}
