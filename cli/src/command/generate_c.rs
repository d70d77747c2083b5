//! `nlgen generate uapi` and `nlgen generate kernel`: C from a spec.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use nlgen::emit::c::{self, CFamily};

use super::generate::{Target, show_warnings, write_file};
use crate::catalog::{Catalog, Found};
use crate::failure::Failure;
use crate::output::Output;

#[derive(clap::Args)]
pub(super) struct Uapi {
    #[command(flatten)]
    target: Target,
}

#[derive(clap::Args)]
pub(super) struct Kernel {
    #[command(flatten)]
    target: Target,
    /// Only the header
    #[arg(long, conflicts_with = "source")]
    header: bool,
    /// Only the source file
    #[arg(long)]
    source: bool,
}

impl Uapi {
    pub(super) fn run(self, out: &mut Output) -> Result<(), Failure> {
        let found = Catalog::from_env().find(&self.target.spec)?;
        with_c(&found, |family| {
            let text = c::uapi(family, &found.file_name());
            match &self.target.output {
                None => out.file(&text),
                Some(path) => {
                    let name = family.uapi_header();
                    let name = Path::new(&name).file_name().unwrap_or_default();
                    write_file(&inside(path, name), &text)
                }
            }
        })
    }
}

impl Kernel {
    pub(super) fn run(self, out: &mut Output) -> Result<(), Failure> {
        let found = Catalog::from_env().find(&self.target.spec)?;
        with_c(&found, |family| {
            let stem = family.tables_stem();
            let path = self.target.output.as_deref();
            let path = path.map(|path| inside(path, OsStr::new(&stem)));
            let path = path.map(|path| match path.extension().and_then(OsStr::to_str) {
                Some("c" | "h") => path.with_extension(""),
                _ => path,
            });
            let name = path.as_deref().and_then(Path::file_name);
            let name = name.map_or(stem.into(), OsStr::to_string_lossy);
            let made = c::tables(family, &found.file_name(), &format!("{name}.h"));
            let files = [
                ("h", &made.header, !self.source),
                ("c", &made.source, !self.header),
            ];
            for (extension, text, wanted) in files {
                match &path {
                    _ if !wanted => {}
                    None => out.file(text)?,
                    Some(path) => {
                        let mut path = path.clone().into_os_string();
                        path.push(".");
                        path.push(extension);
                        write_file(Path::new(&path), text)?;
                    }
                }
            }
            Ok(())
        })
    }
}

/// A file of that name in a folder, or the path itself where it is none.
fn inside(path: &Path, name: &OsStr) -> PathBuf {
    match path.is_dir() {
        true => path.join(name),
        false => path.to_owned(),
    }
}

/// Reads a spec for C, and shows what is suspicious in it on standard error.
fn with_c(
    found: &Found,
    run: impl FnOnce(&CFamily<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let loaded = found.check()?;
    show_warnings(found, &loaded.warnings);
    let family = loaded.c()?;
    show_warnings(found, &family.warnings);
    run(&family)
}
