//! `nlgen spec`: what a spec says, for reading.

use std::io::Write;
use std::path::PathBuf;

use nlgen::catalog::Place;
use nlgen::diagnostic::visible;
use nlgen::model::Family;
use serde::Serialize;

use crate::catalog::{Catalog, Found};
use crate::complete;
use crate::failure::Failure;
use crate::output::{HEADING, NOTE, Output, report, width};
use crate::sheet::{self, Head, Sheet};

/// Show what a family can do: operations, attributes with numbers, types, limits and what they mean
///
/// Without FAMILY, it lists the families that have a spec, and where each comes from: from a folder of NLGEN_SPECS
/// (`own`), from nlgen itself (`shipped`), or from /usr/share/ynl/specs and the source of the running kernel
/// (`kernel`). The first of these that has the name is used.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The name of a family, or a YAML file
    #[arg(value_name = "FAMILY", add = complete::families())]
    family: Option<String>,
    /// An operation, a notification, an attribute set, an enum, a struct or a constant
    #[arg(value_name = "NAME", add = complete::items())]
    name: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Args {
    /// Writes it.
    ///
    /// # Errors
    /// When there is no such spec, or nothing of that name in it.
    pub(crate) fn run(self, out: &mut Output) -> Result<(), Failure> {
        let catalog = Catalog::from_env();
        let Some(family) = &self.family else {
            return self.list(&catalog, out);
        };
        let found = catalog.find(family)?;
        let family: Family = found.check()?.family;
        let sheet = Sheet::of(&family);
        let Some(name) = &self.name else {
            if self.json {
                return out.json(&sheet);
            }
            sheet.summary(out.text(), width())?;
            return origin(&found, &behind(&catalog, &family.name, &found), out);
        };
        let names: Vec<String> = sheet.names().into_iter().map(str::to_owned).collect();
        let Some(only) = sheet.only(name) else {
            let names = names.iter().map(String::as_str);
            return Err(Failure::unknown("item", name, &family.name, names));
        };
        match self.json {
            true => out.json(&only),
            false => Ok(only.details(out.text(), width())?),
        }
    }

    /// All families that have a spec. One that has problems is left out with a note: it may be for another program.
    fn list(&self, catalog: &Catalog, out: &mut Output) -> Result<(), Failure> {
        let mut listed = Vec::new();
        for name in catalog.names() {
            let Some(found) = catalog.named(&name) else {
                continue;
            };
            match found.check() {
                Ok(loaded) => listed.push(Listed {
                    sheet: Sheet::of(&loaded.family),
                    behind: behind(catalog, &name, &found),
                    found,
                }),
                Err(_) => report!(
                    "{NOTE}nlgen{NOTE:#}: the spec of `{name}` has problems and is left out; nlgen check {name} \
                     reports them"
                ),
            }
        }
        if self.json {
            return out.json(&listed.iter().map(Listed::entry).collect::<Vec<_>>());
        }
        let rows = listed.iter().map(|one| (&one.sheet, word(&one.found)));
        sheet::list(rows, out.text(), width())?;
        let mut files = Vec::new();
        let mut unused = Vec::new();
        for one in &listed {
            let name = one.sheet.head().family;
            if one.found.path().is_some() {
                files.push(format!("{name}: {}", one.found.place()));
            }
            for overlay in one.found.overlays() {
                files.push(format!("{name}: {} is laid over it", overlay.display()));
            }
            unused.extend(one.behind.iter().map(|place| format!("{name}: {place}")));
        }
        lines("Files", &files, out)?;
        lines("Not used, since a place before has the name", &unused, out)?;
        Ok(())
    }
}

/// A family that has a spec.
struct Listed {
    sheet: Sheet,
    found: Found,
    /// Specs of the same name that are not used.
    behind: Vec<String>,
}

/// A family that has a spec, in JSON.
#[derive(Serialize)]
struct Entry<'s> {
    #[serde(flatten)]
    head: Head<'s>,
    /// The path of its file, or `shipped`.
    from: String,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    overlays: &'s [PathBuf],
    /// Specs of the same name that are not used.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    unused: &'s [String],
}

impl Listed {
    fn entry(&self) -> Entry<'_> {
        Entry {
            head: self.sheet.head(),
            from: self.found.place(),
            overlays: self.found.overlays(),
            unused: &self.behind,
        }
    }
}

/// Specs of a family that are not used, since a place before has one.
fn behind(catalog: &Catalog, name: &str, found: &Found) -> Vec<String> {
    match found.found_in() {
        Some(_) => catalog.all(name).iter().skip(1).map(Found::place).collect(),
        // Named by its path.
        None => Vec::new(),
    }
}

/// What kind of place a spec comes from.
fn word(found: &Found) -> &'static str {
    match found.found_in() {
        Some(Place::Own(_)) => "own",
        Some(Place::Shipped) => "shipped",
        _ => "kernel",
    }
}

/// Lines under a title, when there are any.
fn lines(title: &str, lines: &[String], out: &mut Output) -> Result<(), Failure> {
    if !lines.is_empty() {
        writeln!(out.text(), "\n{HEADING}{title}{HEADING:#}")?;
    }
    for line in lines {
        writeln!(out.text(), "  {}", visible(line))?;
    }
    Ok(())
}

/// Where a spec comes from, and what is laid over it.
fn origin(found: &Found, behind: &[String], out: &mut Output) -> Result<(), Failure> {
    writeln!(out.text(), "\nFrom {}", visible(&found.place()))?;
    for overlay in found.overlays() {
        let overlay = overlay.display().to_string();
        writeln!(out.text(), "Overlay {}", visible(&overlay))?;
    }
    for place in behind {
        writeln!(out.text(), "Not used: {}", visible(place))?;
    }
    Ok(())
}
