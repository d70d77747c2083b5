//! The door for build scripts.

#[cfg(feature = "c")]
mod c;

use std::env;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proc_macro2::TokenStream;

use crate::catalog::{Catalog, Found, NotFound};
use crate::diagnostic::{Code, Problem, Report, SpecError, visible};
use crate::model::Family;
use crate::span::{Source, Sources, Span};
use crate::{emit, output};

/// Generates Rust files from specs, for a build script.
///
/// Each spec `NAME.yaml` becomes `NAME.rs` in `OUT_DIR`. Cargo is told to run the script again when a
/// spec or an overlay changes or comes to be, and a file is written only when its content does. (For a spec in the
/// package's own folder, a new overlay is not noticed: Cargo's files are there, too.) An overlay `NAME.overlay.yaml`
/// beside a spec is laid over it (see [`load_with`](crate::load_with)).
///
/// ```no_run
/// // build.rs
/// fn main() -> Result<(), nlgen::BuildError> {
///     nlgen::Builder::new().spec("specs/exam.yaml").generate()?;
///     Ok(())
/// }
/// ```
///
/// ```ignore
/// // src/lib.rs
/// pub mod exam {
///     include!(concat!(env!("OUT_DIR"), "/exam.rs"));
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Builder {
    specs: Vec<Wanted>,
    out_dir: Option<PathBuf>,
    runtime: String,
    format: bool,
    rerun: bool,
    warnings: bool,
    server: bool,
    #[cfg(feature = "c")]
    c: c::Folders,
    catalog: Option<Arc<Catalog>>,
}

/// A spec that is to be generated.
#[derive(Clone, Debug)]
enum Wanted {
    /// In a file.
    File(PathBuf),
    /// Of a family, wherever it is.
    Family(String),
}

/// Why generating failed.
#[non_exhaustive]
pub enum BuildError {
    /// A spec that is named by its family is in none of the places.
    NoSpec(NotFound),
    /// Specs have problems; all of them.
    Specs(Vec<SpecError>),
    /// There is no folder to write to: not in a build script, and none was given.
    NoOutDir,
    /// The runtime's path is not a path of Rust.
    RuntimePath(String),
    /// A file cannot be written.
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// No specs, `OUT_DIR`, formatted, with the runtime at `::nlgen_runtime`.
    #[must_use]
    pub fn new() -> Self {
        Self {
            specs: Vec::new(),
            out_dir: None,
            runtime: "::nlgen_runtime".to_owned(),
            format: true,
            rerun: true,
            warnings: true,
            server: false,
            #[cfg(feature = "c")]
            c: c::Folders::default(),
            catalog: None,
        }
    }

    /// Adds a spec, relative to the package's folder.
    #[must_use]
    pub fn spec(mut self, path: impl Into<PathBuf>) -> Self {
        self.specs.push(Wanted::File(path.into()));
        self
    }

    /// Adds the spec of a family from where the machine has it: a folder that `NLGEN_SPECS` names,
    /// `/usr/share/ynl/specs`, or the source of the running kernel (see [`Catalog`]). It becomes `FAMILY.rs`, with
    /// the name as it is given here.
    ///
    /// Another machine may have another version of the spec, or none. To build the same everywhere, copy the spec
    /// into the package and use [`spec`](Self::spec).
    ///
    /// ```no_run
    /// // build.rs
    /// fn main() -> Result<(), nlgen::BuildError> {
    ///     nlgen::Builder::new().kernel_spec("nl80211").generate()?;
    ///     Ok(())
    /// }
    /// ```
    #[must_use]
    pub fn kernel_spec(mut self, family: impl Into<String>) -> Self {
        self.specs.push(Wanted::Family(family.into()));
        self
    }

    /// The places that [`kernel_spec`](Self::kernel_spec) looks through, in place of this machine's.
    #[must_use]
    pub fn catalog(mut self, catalog: Catalog) -> Self {
        self.catalog = Some(Arc::new(catalog));
        self
    }

    /// Adds specs, relative to the package's folder.
    #[must_use]
    pub fn specs<P: Into<PathBuf>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        let files = paths.into_iter().map(|path| Wanted::File(path.into()));
        self.specs.extend(files);
        self
    }

    /// The folder to write to, instead of `OUT_DIR`.
    #[must_use]
    pub fn out_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(path.into());
        self
    }

    /// Where generated code finds the crate `nlgen-runtime`, when it was renamed or re-exported:
    /// `::my_crate::runtime`.
    #[must_use]
    pub fn runtime_path(mut self, path: impl Into<String>) -> Self {
        self.runtime = path.into();
        self
    }

    /// Whether the files are formatted for people (the default), or left with one line for each item. Without the
    /// feature `format` they always have one line for each item.
    #[must_use]
    pub fn format(mut self, format: bool) -> Self {
        self.format = format;
        self
    }

    /// Whether Cargo is told to watch the specs, on standard output (the default).
    #[must_use]
    pub fn rerun_if_changed(mut self, rerun: bool) -> Self {
        self.rerun = rerun;
        self
    }

    /// Whether Cargo is told to show what is suspicious in the specs, on standard output (the default).
    /// For specs that are not yours to change, turn it off.
    #[must_use]
    pub fn warnings(mut self, warnings: bool) -> Self {
        self.warnings = warnings;
        self
    }

    /// Whether the other end is generated, too: a module `server` with a trait that has a method for each operation, and
    /// what the kernel's policies check of requests. It is for the runtime with the feature `server`. The default is
    /// `false`.
    #[must_use]
    pub fn server(mut self, server: bool) -> Self {
        self.server = server;
        self
    }

    /// The specs with the names of the files that they become. Cargo is told what to watch.
    fn found(&self) -> Result<Vec<(Found, String)>, BuildError> {
        let by_family = self
            .specs
            .iter()
            .any(|spec| matches!(spec, Wanted::Family(_)));
        let catalog = match &self.catalog {
            Some(catalog) => Arc::clone(catalog),
            None => Arc::new(Catalog::from_env()),
        };
        if self.rerun && by_family {
            println!("cargo:rerun-if-env-changed=NLGEN_SPECS");
        }
        let mut all = Vec::new();
        for spec in &self.specs {
            let (found, name) = match spec {
                Wanted::File(path) => {
                    let name = path.file_stem().unwrap_or_default().to_string_lossy();
                    (Found::at(path), name.into_owned())
                }
                Wanted::Family(family) => {
                    let found = catalog.find(family).map_err(BuildError::NoSpec)?;
                    (found, family.clone())
                }
            };
            if self.rerun {
                found.path().into_iter().for_each(watch);
                found.path().into_iter().for_each(watch_for_overlay);
                found.overlays().iter().for_each(|overlay| watch(overlay));
            }
            all.push((found, name));
        }
        Ok(all)
    }

    /// Generates a file for each spec and gives their paths, in the order of the specs; behind them those of C.
    ///
    /// # Errors
    /// A family without a spec, all problems of all specs, or the first file that cannot be written. Nothing is
    /// written when a spec has a problem.
    pub fn generate(&self) -> Result<Vec<PathBuf>, BuildError> {
        let folder = match &self.out_dir {
            Some(folder) => folder.clone(),
            None => env::var_os("OUT_DIR")
                .map(PathBuf::from)
                .ok_or(BuildError::NoOutDir)?,
        };
        let runtime = emit::rust::runtime(&self.runtime)
            .ok_or_else(|| BuildError::RuntimePath(self.runtime.clone()))?;
        let mut files = Vec::new();
        let mut failed = Vec::new();
        #[cfg(feature = "c")]
        let mut for_c = c::Files::new(&self.c);
        let found = self.found()?;
        for (found, name) in &found {
            match found.check() {
                Ok(loaded) => {
                    if self.warnings {
                        warn(&loaded.warnings);
                    }
                    let origin = found.file_name();
                    let text = self.generate_one(&origin, &loaded.family, &runtime);
                    files.push((folder.join(format!("{name}.rs")), text));
                    #[cfg(feature = "c")]
                    failed.extend(for_c.add(Path::new(&origin), &loaded, self.warnings));
                }
                Err(error) => failed.push(error),
            }
        }
        if !failed.is_empty() {
            return Err(BuildError::Specs(failed));
        }
        #[cfg(feature = "c")]
        files.append(&mut for_c.files);
        let write = |(path, text): (PathBuf, String)| match output::write_if_changed(&path, &text) {
            Ok(_) => Ok(path),
            Err(source) => Err(BuildError::Write { path, source }),
        };
        files.into_iter().map(write).collect()
    }

    /// `origin` is the name alone: generated files must not depend on where the sources lie.
    fn generate_one(&self, origin: &str, family: &Family, runtime: &TokenStream) -> String {
        let mut tokens = emit::rust::family(family, runtime);
        if self.server {
            tokens.extend(emit::rust::server(family));
        }
        match self.format {
            true => output::format(&tokens, origin),
            false => output::one_a_line(&tokens),
        }
    }
}

/// Has Cargo run the script again when an overlay comes to be beside a spec: when its folder changes. Not when that is
/// the package's own: everything that Cargo makes changes it.
fn watch_for_overlay(spec: &Path) {
    let Some(folder) = spec.parent() else { return };
    // The script runs in the package's folder.
    let package = env::current_dir().and_then(|package| package.canonicalize());
    if let (Ok(package), Ok(whole)) = (package, folder.canonicalize())
        && !package.starts_with(whole)
    {
        watch(folder);
    }
}

/// Has Cargo run the script again when a file changes. Cargo reads lines of UTF-8, and obeys each.
fn watch(path: &Path) {
    match path.to_str().filter(|path| !path.contains(['\n', '\r'])) {
        Some(path) => println!("cargo:rerun-if-changed={path}"),
        None => {
            let path = path.to_string_lossy();
            println!(
                "cargo:warning={}: Cargo cannot watch a file of this name",
                visible(&path)
            );
        }
    }
}

/// Has Cargo show warnings, each in a line: it shows no more.
fn warn(warnings: &Report) {
    for line in warnings.lines() {
        println!("cargo:warning={line}");
    }
}

/// Reads a spec's file.
///
/// # Errors
/// As a problem of the spec, with the path.
pub fn read(path: &Path) -> Result<Source, SpecError> {
    match text(path) {
        Ok(text) => Ok(Source::new(path, text)),
        Err(error) => {
            let message = format!("the spec cannot be read: {error}");
            let problem = Problem::new(Code::Unreadable, Span::default(), message);
            Err(SpecError::new(
                Sources::of(Source::new(path, "")),
                vec![problem],
            ))
        }
    }
}

/// The longest text that is read as a spec, in bytes: a device has no end.
const LONGEST: u64 = 64 << 20;

/// The text of a file.
pub(crate) fn text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let file = File::open(path)?;
    let len = file.take(LONGEST + 1).read_to_string(&mut text)?;
    match u64::try_from(len) {
        Ok(..=LONGEST) => Ok(text),
        _ => Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "it is longer than 64 MiB",
        )),
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Specs(errors) => {
                for (at, error) in errors.iter().enumerate() {
                    let separator = if at == 0 { "" } else { "\n\n" };
                    write!(f, "{separator}{error}")?;
                }
                Ok(())
            }
            Self::NoSpec(error) => write!(f, "{error}\n\nhelp: {}", error.help()),
            Self::NoOutDir => f.write_str(
                "OUT_DIR is not set: call this in a build script, or say where to write with `out_dir`",
            ),
            Self::RuntimePath(path) => write!(f, "`{path}` is not a path of Rust"),
            Self::Write { path, source } => write!(f, "cannot write {}: {source}", path.display()),
        }
    }
}

/// A build script that ends with this error prints it by `Debug`: it is meant to be read.
impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nlgen cannot generate\n\n{self}")
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Write { source, .. } => Some(source),
            Self::NoSpec(error) => Some(error),
            _ => None,
        }
    }
}
