//! `nlgen spec`: what a spec says, for reading.

use nlgen::model::Family;

use crate::catalog::Catalog;
use crate::complete;
use crate::failure::Failure;
use crate::output::{Output, width};
use crate::sheet::Sheet;

/// Show what a family can do: operations, attributes with numbers, types, limits and what they mean
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The name of a family, or a YAML file
    #[arg(value_name = "FAMILY", add = complete::families())]
    family: String,
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
        let family: Family = Catalog::from_env().load(&self.family)?;
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
}
