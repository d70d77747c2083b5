//! The door for build scripts.

#[cfg(feature = "c")]
mod c;

use std::env;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;

use crate::diagnostic::{Code, Problem, Report, SpecError, visible};
use crate::model::Family;
use crate::span::{Source, Sources, Span};
use crate::{check_file, emit, output, overlay_of};

/// Generates Rust files from specs, for a build script.
///
/// Each spec `NAME.yaml` becomes `NAME.rs` in `OUT_DIR`. Cargo is told to run the script again when a
/// spec changes, and a file is written only when its content does. An overlay `NAME.overlay.yaml`
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
    specs: Vec<PathBuf>,
    out_dir: Option<PathBuf>,
    runtime: String,
    format: bool,
    rerun: bool,
    warnings: bool,
    server: bool,
    #[cfg(feature = "c")]
    c: c::Folders,
}

/// Why generating failed.
#[non_exhaustive]
pub enum BuildError {
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
        }
    }

    /// Adds a spec, relative to the package's folder.
    #[must_use]
    pub fn spec(mut self, path: impl Into<PathBuf>) -> Self {
        self.specs.push(path.into());
        self
    }

    /// Adds specs, relative to the package's folder.
    #[must_use]
    pub fn specs<P: Into<PathBuf>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        self.specs.extend(paths.into_iter().map(Into::into));
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

    /// Generates a file for each spec and gives their paths, in the order of the specs; behind them those of C.
    ///
    /// # Errors
    /// All problems of all specs, or the first file that cannot be written. Nothing is written when a
    /// spec has a problem.
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
        for spec in &self.specs {
            if self.rerun {
                watch(spec);
                if let Some(overlay) = overlay_of(spec) {
                    watch(&overlay);
                }
            }
            match check_file(spec) {
                Ok(loaded) => {
                    if self.warnings {
                        warn(&loaded.warnings);
                    }
                    let text = self.generate_one(spec, &loaded.family, &runtime);
                    files.push((target(&folder, spec), text));
                    #[cfg(feature = "c")]
                    failed.extend(for_c.add(spec, &loaded, self.warnings));
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

    fn generate_one(&self, spec: &Path, family: &Family, runtime: &TokenStream) -> String {
        let mut tokens = emit::rust::family(family, runtime);
        if self.server {
            tokens.extend(emit::rust::server(family));
        }
        // The name alone: generated files must not depend on where the sources lie.
        let origin = spec
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        match self.format {
            true => output::format(&tokens, &origin.unwrap_or_default()),
            false => output::one_a_line(&tokens),
        }
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

fn target(folder: &Path, spec: &Path) -> PathBuf {
    let mut name = spec.file_stem().unwrap_or_default().to_owned();
    name.push(".rs");
    folder.join(name)
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
            _ => None,
        }
    }
}
