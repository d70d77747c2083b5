//! `nlgen generate`: code and pages from specs.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::{CommandFactory, Subcommand};
use nlgen::diagnostic::Report;
use nlgen::model::Family;
use nlgen::{emit, output};

use super::generate_c::{Kernel, Uapi};
use crate::catalog::{Catalog, Found};
use crate::complete;
use crate::failure::Failure;
use crate::output::Output;

/// Make code or pages from a spec, or the manual of nlgen
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    kind: Kind,
}

/// What is made.
#[derive(Subcommand)]
enum Kind {
    /// Rust: what a build script makes, for a program that stands on nlgen-runtime
    Rust(Rust),
    /// A page for people: one self-contained HTML or Markdown file with operations, attributes, pictures of
    /// messages
    Docs(Docs),
    /// C: the uapi header, which programs and the kernel share
    Uapi(Uapi),
    /// C: the kernel's tables of policies and operations, and their header
    Kernel(Kernel),
    /// The pages of the manual of nlgen: one for the command and one for each of its commands, for man
    Man(Man),
    /// C: a kernel module, with tables, structs, functions that read and write messages, and a file with a handler
    /// for each operation
    Module(super::generate_module::Args),
}

/// A spec, and where what is made of it goes.
#[derive(clap::Args)]
pub(super) struct Target {
    /// The name of a family, or a YAML file
    #[arg(value_name = "SPEC", add = complete::families())]
    pub(super) spec: String,
    /// The file to write; standard output without it
    #[arg(short, long, value_name = "PATH")]
    pub(super) output: Option<PathBuf>,
}

#[derive(clap::Args)]
struct Docs {
    #[command(flatten)]
    target: Target,
    /// What the page is written in; otherwise Markdown when PATH ends in .md, and HTML
    #[arg(long)]
    format: Option<PageFormat>,
}

#[derive(clap::Args)]
struct Man {
    /// The folder to write the pages into; it is made when it is not there
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum PageFormat {
    Html,
    Markdown,
}

#[derive(clap::Args)]
struct Rust {
    #[command(flatten)]
    target: Target,
    /// Where the code finds the crate nlgen-runtime
    #[arg(long, value_name = "PATH", default_value = "::nlgen_runtime")]
    runtime: String,
}

impl Args {
    /// Makes it.
    ///
    /// # Errors
    /// All problems of the spec; a file that cannot be written.
    pub(crate) fn run(self, out: &mut Output) -> Result<(), Failure> {
        match self.kind {
            Kind::Rust(rust) => rust.run(out),
            Kind::Docs(docs) => docs.run(out),
            Kind::Uapi(uapi) => uapi.run(out),
            Kind::Kernel(kernel) => kernel.run(out),
            Kind::Man(man) => man.run(),
            Kind::Module(module) => module.run(),
        }
    }
}

impl Rust {
    fn run(self, out: &mut Output) -> Result<(), Failure> {
        let found = Catalog::from_env().find(&self.target.spec)?;
        let runtime = emit::rust::runtime(&self.runtime).ok_or_else(|| {
            let path = &self.runtime;
            Failure::usage(format!(
                "`{path}` is not a path of Rust, as ::nlgen_runtime is"
            ))
        })?;
        let tokens = emit::rust::family(&load(&found)?, &runtime);
        self.target
            .write(out, &output::format(&tokens, &found.file_name()))
    }
}

impl Docs {
    fn run(self, out: &mut Output) -> Result<(), Failure> {
        let found = Catalog::from_env().find(&self.target.spec)?;
        let family = load(&found)?;
        let path = self.target.output.as_ref();
        let is_markdown = path.is_some_and(|path| {
            let extension = path.extension().and_then(OsStr::to_str);
            matches!(extension, Some("md" | "markdown"))
        });
        let by_name = match is_markdown {
            true => PageFormat::Markdown,
            false => PageFormat::Html,
        };
        let page = match self.format.unwrap_or(by_name) {
            PageFormat::Html => emit::docs::html(&family, &found.file_name()),
            PageFormat::Markdown => emit::docs::markdown(&family, &found.file_name()),
        };
        self.target.write(out, &page)
    }
}

impl Man {
    fn run(self) -> Result<(), Failure> {
        // `nlgen help` needs no page.
        let command = crate::Cli::command().disable_help_subcommand(true);
        let write = || -> io::Result<()> {
            fs::create_dir_all(&self.output)?;
            clap_mangen::generate_to(command, &self.output)
        };
        write().map_err(|source| Failure::File {
            doing: "writing the manual into",
            path: self.output.clone(),
            source,
        })
    }
}

/// Reads a spec, and shows what is suspicious in it on standard error. A spec that ships is not the reader's to
/// change.
fn load(found: &Found) -> Result<Family, Failure> {
    let loaded = found.check()?;
    show_warnings(found, &loaded.warnings);
    Ok(loaded.family)
}

pub(super) fn show_warnings(found: &Found, warnings: &Report) {
    if found.path().is_some() && !warnings.is_empty() {
        anstream::eprintln!("{}\n", warnings.render(true));
    }
}

impl Target {
    /// Writes the file if it has another content, or to standard output.
    fn write(&self, out: &mut Output, text: &str) -> Result<(), Failure> {
        match &self.output {
            None => out.file(text),
            Some(path) => write_file(path, text),
        }
    }
}

/// Writes a file if it has another content.
pub(super) fn write_file(path: &Path, text: &str) -> Result<(), Failure> {
    match output::write_if_changed(path, text) {
        Ok(_) => Ok(()),
        Err(source) => Err(Failure::File {
            doing: "writing",
            path: path.to_owned(),
            source,
        }),
    }
}
