//! The command `nlgen`: generic netlink from the command line.
//!
//! Each command is a module of [`command`]: its arguments, and what it does with them. They share the
//! specs that are at hand ([`catalog`]), the one way to fail ([`failure`]) and the one way to write
//! ([`output`]).
//!
//! Exit status: 0; 1 when the kernel refuses or output cannot be written; 2 for wrong usage, a broken spec or
//! a missing capability. Errors go to standard error.

mod capture;
mod captured;
mod catalog;
mod columns;
mod command;
mod complete;
mod discreet;
mod failure;
mod hex;
mod input;
mod introspect;
mod json;
mod live;
mod message;
mod names;
mod output;
mod refusal;
mod request;
mod session;
mod sheet;
mod template;
mod text;
mod trace;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use clap_complete::CompleteEnv;

use command::Command;
use output::Output;

/// Generic netlink from the command line.
///
/// FAMILY is the name of a spec, or the path of a YAML file. A name is looked for in the folders of NLGEN_SPECS (several
/// are separated by colons), in what ships with nlgen, and in the kernel's specs; `nlgen spec` lists them. Tables are for people; --json, or a pipe, gets
/// JSON. NO_COLOR turns colours off.
///
/// Exit status: 0; 1 when the kernel refuses; 2 for wrong usage, a broken spec or a missing capability.
#[derive(Parser)]
#[command(
    name = "nlgen",
    version,
    infer_subcommands = false,
    args_override_self = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    // A shell that completes a line is answered here.
    CompleteEnv::with_factory(|| complete::acceptable(Cli::command())).complete();
    let mut out = Output::stdout();
    let done = match Cli::try_parse() {
        Ok(cli) => cli.command.run(&mut out),
        Err(usage) => out.usage(&discreet::usage(usage)),
    };
    match done.and(out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
