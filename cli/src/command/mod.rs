//! The commands, one module each: `Args`, the arguments as clap reads them, with a method `run` that
//! writes to the output it is given.

mod ask;
mod batch;
mod check;
mod completions;
pub(crate) mod decode;
mod encode;
mod generate;
mod generate_c;
mod generate_module;
mod introspect;
mod list;
mod listen;
mod new;
mod spec;

use clap::Subcommand;

use crate::failure::Failure;
use crate::output::Output;

/// What `nlgen` is asked to do. The text that `--help` shows is that of each command's `Args`.
#[derive(Subcommand)]
pub(crate) enum Command {
    Batch(batch::Args),
    Check(check::Args),
    Completions(completions::Args),
    Decode(decode::Args),
    Do(ask::Do),
    Dump(ask::Dump),
    Encode(encode::Args),
    Generate(generate::Args),
    Introspect(introspect::Args),
    List(list::Args),
    Listen(listen::Args),
    New(new::Args),
    Spec(spec::Args),
}

impl Command {
    /// Does it.
    ///
    /// # Errors
    /// Why it cannot be done; what was written before stays written.
    pub(crate) fn run(self, out: &mut Output) -> Result<(), Failure> {
        match self {
            Self::Batch(args) => args.run(out),
            Self::Check(args) => args.run(out),
            Self::Completions(args) => args.run(out),
            Self::Decode(args) => args.run(out),
            Self::Do(args) => args.run(out),
            Self::Dump(args) => args.run(out),
            Self::Encode(args) => args.run(out),
            Self::Generate(args) => args.run(out),
            Self::Introspect(args) => args.run(out),
            Self::List(args) => args.run(out),
            Self::Listen(args) => args.run(out),
            Self::New(args) => args.run(out),
            Self::Spec(args) => args.run(out),
        }
    }
}
