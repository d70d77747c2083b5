//! `nlgen introspect`: a spec of a family that has none, as far as the kernel tells.

use std::fs;
use std::path::{Path, PathBuf};

use nlgen::output::write_if_changed;
use nlgen_runtime::Connection;

use crate::complete;
use crate::failure::{Failure, suggestion};
use crate::input;
use crate::introspect::{Choices, Enum, Skeleton, Unnamed, scan};
use crate::live::Family;
use crate::output::{NOTE, Output, report};

/// Write the skeleton of a spec from what the running kernel reports about a family
///
/// The kernel reports numbers, flags, groups, types, limits and nests of what it accepts; neither names
/// nor what it answers. --header takes names from the enums of the family's C header, and adds attributes
/// and events that only the header has. `nlgen check` and `nlgen check --live` accept the skeleton as it is.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The family, as the kernel calls it
    #[arg(value_name = "FAMILY", add = complete::kernels_families())]
    family: String,
    /// A C header with the enums of commands and attributes; may be repeated
    #[arg(long, value_name = "FILE")]
    header: Vec<PathBuf>,
    /// The enum whose names begin with PREFIX is that of the set NAME, or of the `operations`
    #[arg(long = "enum", value_name = "NAME=PREFIX", requires = "header", value_parser = choice)]
    choices: Vec<(String, String)>,
    /// The file to write; standard output without it
    #[arg(short, long, value_name = "PATH")]
    output: Option<PathBuf>,
}

fn choice(text: &str) -> Result<(String, String), String> {
    let (name, prefix) = text
        .split_once('=')
        .ok_or("it is NAME=PREFIX, as dev=NETDEV_A_DEV_")?;
    Ok((name.to_owned(), prefix.to_owned()))
}

impl Args {
    /// Asks the kernel and writes the spec.
    ///
    /// # Errors
    /// When the kernel has no such family or does not answer; a file that cannot be read or written.
    pub(crate) fn run(self, out: &mut Output) -> Result<(), Failure> {
        let mut enums: Vec<Enum> = Vec::new();
        for header in &self.header {
            enums.extend(scan(&read(header)?));
        }
        let mut conn = Connection::open()?;
        let Some(family) = Family::ask(&mut conn, &self.family)? else {
            return Err(absent(&mut conn, &self.family)?);
        };
        let mut skeleton = Skeleton::of(&family);
        let choices: Choices = self.choices.iter().cloned().collect();
        let unnamed = skeleton.name_by(&enums, &choices);
        if !self.header.is_empty() {
            say_unnamed(&unnamed);
        }
        let text = skeleton.yaml(&self.head());
        let Some(path) = &self.output else {
            return out.file(&text);
        };
        write_if_changed(path, &text).map_err(|source| Failure::File {
            doing: "writing",
            path: path.clone(),
            source,
        })?;
        Ok(())
    }

    /// Where the spec comes from.
    fn head(&self) -> Vec<String> {
        let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        let mut names = self.header.iter().filter_map(|path| path.file_name());
        let names: Vec<_> = names.by_ref().map(|name| name.to_string_lossy()).collect();
        let mut head = vec![
            "Made by `nlgen introspect` from what the kernel reports about its policies."
                .to_owned(),
            format!("Linux {}", release.trim()),
        ];
        if !names.is_empty() {
            head.push(format!("with the names of {}", names.join(", ")));
        }
        head
    }
}

/// Says for what no enum was certain, and how to choose one.
fn say_unnamed(unnamed: &[Unnamed]) {
    for Unnamed { what, prefixes } in unnamed {
        report!("{NOTE}nlgen{NOTE:#}: numbers are left for names in `{what}`");
        if !prefixes.is_empty() {
            let prefixes = prefixes.join(", ");
            report!("  --enum {what}=PREFIX names them; prefixes that fit: {prefixes}");
        }
    }
}

/// Bytes that are no UTF-8 stand in comments: old headers have Latin-1 names of authors.
fn read(path: &Path) -> Result<String, Failure> {
    let bytes = input::text(path)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn absent(conn: &mut Connection, name: &str) -> Result<Failure, Failure> {
    let names = Family::names(conn)?;
    Ok(Failure::Absent {
        message: format!("the kernel has no generic netlink family `{name}`"),
        help: suggestion(name, names.iter().map(String::as_str)),
    })
}
