//! `nlgen new`: a family that is not there yet, with both ends.

use std::fs;
use std::io;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use nlgen::emit::c;
use nlgen::model::name;

use super::generate::write_file;
use crate::catalog::Catalog;
use crate::failure::Failure;
use crate::output::Output;
use crate::template::{Part, Project};

/// Make a project for a new family: its spec, a client, a server and a kernel module, which work at once
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The family: at most 15 small letters, digits and dashes
    #[arg(value_name = "NAME")]
    name: String,
    /// What to make besides the spec
    #[arg(
        long,
        value_name = "PART",
        value_delimiter = ',',
        default_value = "kernel,server,client"
    )]
    with: Vec<Part>,
    /// The project's folder, which must be empty or not there [default: NAME]
    #[arg(short, long, value_name = "FOLDER")]
    output: Option<PathBuf>,
    /// A checkout of nlgen whose crates the project uses [default: the one this program was built in, or the version
    /// that was published]
    #[arg(long, value_name = "FOLDER")]
    checkout: Option<PathBuf>,
}

impl Args {
    /// Makes it, and prints what to do next.
    ///
    /// # Errors
    /// A name that cannot be a family's; a folder that has files in it or cannot be written.
    pub(crate) fn run(self, out: &mut Output) -> Result<(), Failure> {
        check_name(&self.name)?;
        let folder = self.output.unwrap_or_else(|| PathBuf::from(&self.name));
        check_folder(&folder)?;
        let checkout = match self.checkout {
            Some(path) => Some(given_checkout(&path)?),
            None => own_checkout(),
        };
        let project = Project {
            name: &self.name,
            parts: &self.with,
            dependency: &|crate_folder| dependency(checkout.as_deref(), crate_folder),
        };
        for file in project.files()? {
            write_file(&folder.join(&file.path), &file.text)?;
        }
        next_steps(out, &folder, &self.with).map_err(Failure::Output)
    }
}

/// What to type next.
fn next_steps(out: &mut Output, folder: &Path, parts: &[Part]) -> io::Result<()> {
    let out = out.text();
    let rust = parts.contains(&Part::Client) || parts.contains(&Part::Server);
    writeln!(
        out,
        "{} is made; README.md in it has more.\n",
        folder.display()
    )?;
    writeln!(out, "  cd {}", folder.display())?;
    if rust {
        writeln!(
            out,
            "  cargo test        # without root and without a module"
        )?;
    }
    if parts.contains(&Part::Kernel) {
        writeln!(
            out,
            "  make -C kernel    # the module, with the headers of the running kernel"
        )?;
    }
    Ok(())
}

/// Refuses names that the kernel, C, Rust or Cargo would refuse later and less clearly.
fn check_name(name: &str) -> Result<(), Failure> {
    let refuse = |why: String, help: &str| {
        Err(Failure::Usage {
            message: format!(
                "a family cannot be called `{}`: {why}",
                crate::discreet::name(name)
            ),
            help: Some(help.to_owned()),
        })
    };
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !name.starts_with(|c: char| c.is_ascii_lowercase())
        || !name.chars().all(allowed)
        || name.ends_with('-')
    {
        return refuse(
            "the name is part of the names in C and Rust".to_owned(),
            "use small letters, digits and dashes, a letter first, as in `my-family`",
        );
    }
    if name.len() > 15 {
        return refuse(
            format!("it has {} bytes", name.len()),
            "the kernel has room for 15 (GENL_NAMSIZ, with a NUL behind it)",
        );
    }
    if name::is_keyword(name) || c::is_keyword(name) || TAKEN.contains(&name) {
        return refuse(
            "it is a word of Rust, C or Cargo".to_owned(),
            "take another name, or put a word before it, as in `my-family`",
        );
    }
    if Catalog::from_env().named(name).is_some() {
        return refuse(
            "there is a family of that name".to_owned(),
            "take another name, or use the spec that is there: `nlgen spec` lists all",
        );
    }
    Ok(())
}

/// Crates and folders that Cargo gives another meaning to.
const TAKEN: &[&str] = &[
    "alloc",
    "bitflags",
    "build",
    "core",
    "deps",
    "examples",
    "family",
    "incremental",
    "libc",
    "nlgen",
    "nlgen-runtime",
    "proc-macro",
    "server",
    "std",
    "test",
];

/// A folder that is empty, or not there.
fn check_folder(folder: &Path) -> Result<(), Failure> {
    let occupied = |help: &str| Failure::Usage {
        message: format!("{} is there already", folder.display()),
        help: Some(help.to_owned()),
    };
    match fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(occupied(
                "nothing was written; name an empty folder with --output",
            )),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            Err(occupied("it is no folder; name another with --output"))
        }
        Err(source) => Err(Failure::File {
            doing: "reading",
            path: folder.to_owned(),
            source,
        }),
    }
}

/// What Cargo.toml says of a crate of nlgen in a folder of the checkout.
fn dependency(checkout: Option<&Path>, crate_folder: &str) -> String {
    match checkout {
        // A string of TOML that is quoted as JSON is quoted as TOML, too.
        Some(path) => {
            let path = path.join(crate_folder).display().to_string();
            format!("path = {}", serde_json::Value::from(path))
        }
        None => format!("version = \"{}\"", env!("CARGO_PKG_VERSION")),
    }
}

fn is_checkout(folder: &Path) -> bool {
    ["runtime", "nlgen", "nlgen-macros"]
        .iter()
        .all(|name| folder.join(name).join("Cargo.toml").is_file())
}

/// The checkout whose target folder this program lies in: there the crates are as new as the program is.
fn own_checkout() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    program
        .ancestors()
        .find(|folder| is_checkout(folder))
        .map(Path::to_owned)
}

fn given_checkout(path: &Path) -> Result<PathBuf, Failure> {
    match fs::canonicalize(path) {
        Ok(folder) if is_checkout(&folder) => Ok(folder),
        Ok(_) => Err(Failure::usage(format!(
            "{} is no checkout of nlgen: it has no runtime/Cargo.toml",
            path.display()
        ))),
        Err(source) => Err(Failure::File {
            doing: "reading",
            path: path.to_owned(),
            source,
        }),
    }
}
