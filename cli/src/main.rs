//! The command `nlgen`.
//!
//! ```text
//! nlgen list [FAMILY…] [--json | --table]
//! ```
//!
//! Prints a table on a terminal and JSON into a pipe. Exit status: 0; 1 when the kernel refuses or
//! output cannot be written; 2 for wrong usage or a broken spec. Errors go to standard error.

mod list;
mod names;

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// Generic netlink from the command line.
#[derive(Parser)]
#[command(name = "nlgen", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List the families of the running kernel: ids, versions, operations and multicast groups
    List {
        /// Only these families
        #[arg(value_name = "FAMILY")]
        families: Vec<String>,
        #[command(flatten)]
        format: Format,
    },
}

/// How output is written.
#[derive(Args)]
struct Format {
    /// Print JSON (what a pipe gets)
    #[arg(long, conflicts_with = "table")]
    json: bool,
    /// Print for people (what a terminal gets)
    #[arg(long)]
    table: bool,
}

impl Format {
    fn is_json(&self) -> bool {
        self.json || !(self.table || io::stdout().is_terminal())
    }
}

/// Why a command failed. The kind gives the exit status.
#[derive(Debug)]
enum Failure {
    /// The kernel refused, or what it said cannot be read.
    Kernel(nlgen_runtime::Error),
    /// The kernel does not have what was asked for.
    Unknown(String),
    /// A spec has problems.
    Spec(nlgen::diagnostic::SpecError),
    /// Standard output cannot be written.
    Output(io::Error),
}

impl Failure {
    fn status(&self) -> u8 {
        match self {
            Self::Kernel(_) | Self::Unknown(_) | Self::Output(_) => 1,
            Self::Spec(_) => 2,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kernel(error) => error.fmt(f),
            Self::Unknown(family) => write!(
                f,
                "the kernel has no generic netlink family {family:?}; is its module loaded?"
            ),
            Self::Spec(error) => error.fmt(f),
            Self::Output(error) => write!(f, "writing to standard output: {error}"),
        }
    }
}

impl From<nlgen_runtime::Error> for Failure {
    fn from(error: nlgen_runtime::Error) -> Self {
        Self::Kernel(error)
    }
}

impl From<nlgen_runtime::DecodeError> for Failure {
    fn from(error: nlgen_runtime::DecodeError) -> Self {
        Self::Kernel(error.into())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

fn main() -> ExitCode {
    // Wrong usage ends here, with status 2.
    let cli = Cli::parse();
    let Command::List { families, format } = cli.command;
    let text = match list::list(&families, format.is_json()) {
        Ok(text) => text,
        Err(failure) => return fail(&failure),
    };
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        // A reader that has seen enough, as `head`, is no failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => fail(&error.into()),
    }
}

fn fail(failure: &Failure) -> ExitCode {
    eprintln!("nlgen: {failure}");
    ExitCode::from(failure.status())
}
