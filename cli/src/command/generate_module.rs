//! `nlgen generate module`: the kernel's side of a family.

use std::path::PathBuf;

use nlgen::{emit, output};

use crate::catalog::Catalog;
use crate::complete;
use crate::failure::Failure;

/// A spec, and the folder that the module is written into.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The name of a family, or a YAML file
    #[arg(value_name = "SPEC", add = complete::families())]
    spec: String,
    /// The folder to write into. F_core.c and Kbuild are written where they are missing, and the rest each time
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
    /// What the handlers do that are written
    #[arg(long, value_enum, default_value_t = Handlers::Refuse)]
    handlers: Handlers,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Handlers {
    /// Refuse each operation as not implemented
    Refuse,
    /// Answer with the attributes of the request
    Echo,
}

impl Args {
    /// Writes the files.
    ///
    /// # Errors
    /// All problems of the spec, and what C cannot hold of it; a file that cannot be written.
    pub(crate) fn run(self) -> Result<(), Failure> {
        let found = Catalog::from_env().find(&self.spec)?;
        let loaded = found.check()?;
        let family = loaded.c()?;
        if found.path().is_some() {
            for report in [&loaded.warnings, &family.warnings] {
                if !report.is_empty() {
                    anstream::eprintln!("{}\n", report.render(true));
                }
            }
        }
        if let Some(name) = emit::c::unheard(&loaded.family) {
            return Err(Failure::usage(format!(
                "no module gets requests of `{name}`: netlink keeps numbers below 16 for itself"
            )));
        }
        let handlers = match self.handlers {
            Handlers::Refuse => emit::c::Handlers::Refuse,
            Handlers::Echo => emit::c::Handlers::Echo,
        };
        let files = emit::c::module(&family, &found.file_name(), handlers);
        match output::write_module(&self.output, &files) {
            Ok(_) => Ok(()),
            Err(source) => Err(Failure::File {
                doing: "writing",
                path: self.output,
                source,
            }),
        }
    }
}
