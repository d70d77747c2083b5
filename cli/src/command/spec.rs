//! `nlgen spec`: what a spec says, for reading.

use nlgen::model::Family;

use crate::catalog::Catalog;
use crate::complete;
use crate::failure::Failure;
use crate::output::{NOTE, Output, report, width};
use crate::sheet::{self, Sheet};

/// Show what a family can do: operations, attributes with numbers, types, limits and what they mean
///
/// Without FAMILY, it lists the families that have a spec.
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
        let family: Family = catalog.load(family)?;
        let sheet = Sheet::of(&family);
        let Some(name) = &self.name else {
            return match self.json {
                true => out.json(&sheet),
                false => Ok(sheet.summary(out.text(), width())?),
            };
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
        let mut sheets = Vec::new();
        for name in catalog.names() {
            match catalog.load(&name) {
                Ok(family) => sheets.push(Sheet::of(&family)),
                Err(_) => report!(
                    "{NOTE}nlgen{NOTE:#}: the spec of `{name}` has problems and is left out; nlgen check {name} \
                     reports them"
                ),
            }
        }
        match self.json {
            true => out.json(&sheets.iter().map(Sheet::head).collect::<Vec<_>>()),
            false => Ok(sheet::list(&sheets, out.text(), width())?),
        }
    }
}
