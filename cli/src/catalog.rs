//! The specs at hand: those that ship, those in the folders of `NLGEN_SPECS`, and files.

use std::cell::OnceCell;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use nlgen::Loaded;
use nlgen::diagnostic::SpecError;
use nlgen::model::Family;
use nlgen::span::Source;
use nlgen_families::SPECS;

use crate::discreet;
use crate::failure::{Failure, suggestion};

/// Where specs are looked for by the name of their family.
///
/// Folders come before what ships, so that a spec of one's own takes the place of a shipped one. In
/// names `-` and `_` are the same.
#[derive(Debug)]
pub(crate) struct Catalog {
    folders: Vec<PathBuf>,
    /// The specs in the folders, once they have been looked for.
    files: OnceCell<Vec<SpecFile>>,
}

/// A spec in a folder.
#[derive(Debug)]
struct SpecFile {
    path: PathBuf,
    /// The family's name in it, once it has been looked for.
    name: OnceCell<Option<String>>,
}

/// A spec that was found, not read yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// It ships with nlgen.
    Shipped(&'static nlgen_families::Spec),
    /// It is a file, with its overlay beside it if there is one.
    File(PathBuf),
}

impl Catalog {
    /// What ships, and the folders that `NLGEN_SPECS` names, separated by colons.
    pub(crate) fn from_env() -> Self {
        let folders = std::env::var_os("NLGEN_SPECS").unwrap_or_default();
        Self::with_folders(std::env::split_paths(&folders))
    }

    fn with_folders(folders: impl IntoIterator<Item = PathBuf>) -> Self {
        let named = |folder: &PathBuf| !folder.as_os_str().is_empty();
        Self {
            folders: folders.into_iter().filter(named).collect(),
            files: OnceCell::new(),
        }
    }

    /// The spec of a family, or in a file.
    ///
    /// # Errors
    /// When no spec has the name, with the one that was probably meant; all problems of the spec.
    pub(crate) fn load(&self, family: &str) -> Result<Family, Failure> {
        Ok(self.find(family)?.load()?)
    }

    /// Where the spec of a family is.
    ///
    /// # Errors
    /// When no spec has the name, with the one that was probably meant.
    pub(crate) fn find(&self, family: &str) -> Result<Found, Failure> {
        if is_path(family) {
            return Ok(Found::File(family.into()));
        }
        self.named(family).ok_or_else(|| {
            let names = self.names();
            let names = names.iter().map(String::as_str);
            let help = suggestion(family, names).map_or_else(String::new, |help| {
                let end = if help.ends_with('?') { " " } else { "; " };
                help + end
            });
            Failure::Usage {
                message: format!("there is no spec of a family `{}`", discreet::name(family)),
                help: Some(format!(
                    "{help}NLGEN_SPECS adds folders with specs, and the path of a YAML file will do"
                )),
            }
        })
    }

    /// The spec of the family that has the name, if there is one.
    pub(crate) fn named(&self, family: &str) -> Option<Found> {
        // Most files are called like their family, which saves reading all of them.
        let mut files = self.files().iter();
        let by_stem = files.find(|file| same_name(&stem(&file.path), family));
        let by_name = || {
            let named = |file: &&SpecFile| file.name().is_some_and(|name| same_name(name, family));
            self.files().iter().find(named)
        };
        if let Some(file) = by_stem.or_else(by_name) {
            return Some(Found::File(file.path.clone()));
        }
        let shipped = SPECS.iter().find(|spec| same_name(spec.family, family))?;
        Some(Found::Shipped(shipped))
    }

    /// The names of all families that have a spec, in order, each once. Those that are made up can be asked for, and
    /// are not offered.
    pub(crate) fn names(&self) -> Vec<String> {
        let own = self.files().iter().map(|file| match file.name() {
            Some(name) => name.to_owned(),
            None => stem(&file.path),
        });
        let real = SPECS.iter().filter(|spec| !spec.is_made_up());
        let shipped = real.map(|spec| spec.family.to_owned());
        let mut names: Vec<String> = own.chain(shipped).collect();
        names.sort();
        names.dedup();
        names
    }

    fn files(&self) -> &[SpecFile] {
        self.files.get_or_init(|| {
            let paths = self.folders.iter().flat_map(|path| specs_in(path));
            let file = |path| SpecFile {
                path,
                name: OnceCell::new(),
            };
            paths.map(file).collect()
        })
    }
}

impl SpecFile {
    fn name(&self) -> Option<&str> {
        self.name.get_or_init(|| name_in(&self.path)).as_deref()
    }
}

impl Found {
    /// Reads it.
    ///
    /// # Errors
    /// All problems of the spec and its overlay, a file that cannot be read among them.
    pub(crate) fn load(&self) -> Result<Family, SpecError> {
        self.check().map(|loaded| loaded.family)
    }

    /// Reads it, and tells warnings, too.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub(crate) fn check(&self) -> Result<Loaded, SpecError> {
        match self {
            Self::Shipped(spec) => nlgen::check(Source::new(spec.file, spec.text), Vec::new()),
            Self::File(path) => nlgen::check_file(path),
        }
    }

    /// The name of the file, for what is made of the spec.
    pub(crate) fn file_name(&self) -> String {
        match self {
            Self::Shipped(spec) => spec.file.to_owned(),
            Self::File(path) => path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into(),
        }
    }
}

/// Whether a FAMILY is meant as the path of a file. No family has a slash or ends like a file.
fn is_path(family: &str) -> bool {
    family.contains('/') || is_yaml(Path::new(family))
}

fn is_yaml(path: &Path) -> bool {
    matches!(
        path.extension().and_then(OsStr::to_str),
        Some("yaml" | "yml")
    )
}

/// Whether two names are the same but for `-` and `_`.
pub(crate) fn same_name(left: &str, right: &str) -> bool {
    let plain = |c: u8| if c == b'_' { b'-' } else { c };
    left.len() == right.len()
        && left
            .bytes()
            .zip(right.bytes())
            .all(|(a, b)| plain(a) == plain(b))
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into()
}

/// The specs in a folder, in the order of their names. One that cannot be read has none: it may be
/// there for other machines.
fn specs_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let is_spec = |path: &PathBuf| {
        // Opening a FIFO waits for a writer.
        is_yaml(path) && !stem(path).ends_with(".overlay") && path.is_file()
    };
    let mut specs: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_spec).collect();
    specs.sort();
    specs
}

/// The family's name in a spec that may be broken elsewhere: what stands behind `name:` at the
/// beginning of a line.
fn name_in(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    let name = text.lines().find_map(|line| line.strip_prefix("name:"))?;
    let name = name.split(" #").next().unwrap_or(name).trim();
    Some(name.trim_matches(['"', '\'']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(failure: &Failure) -> String {
        crate::text::plain(&failure.to_string())
    }

    #[test]
    fn shipped_specs_are_found_by_name() {
        let catalog = Catalog::with_folders([PathBuf::new()]);
        for (family, file) in [
            ("netdev", "netdev.yaml"),
            ("mptcp-pm", "mptcp_pm.yaml"),
            ("exam_dir", "exam_directional.yaml"),
        ] {
            let found = catalog.find(family).unwrap();
            assert_eq!(found.file_name(), file, "{family}");
            assert!(catalog.load(family).is_ok(), "{family}");
        }
        let error = message(&catalog.load("ethtol").unwrap_err());
        assert!(error.contains("did you mean `ethtool`?"), "{error}");
        let error = message(&catalog.load("./none.yaml").unwrap_err());
        assert!(error.contains("cannot be read"), "{error}");
    }

    #[test]
    fn folders_come_first() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        let spec = "attribute-sets: []\noperations: { list: [] }\n";
        write("netdev.yaml", &format!("name: netdev\ndoc: Mine.\n{spec}"));
        write("netdev.overlay.yaml", "name: netdev\nversion: 7\n");
        write("other.yaml", &format!("name: \"rt-thing\" # mine\n{spec}"));
        write("notes.txt", "name: text\n");
        let catalog = Catalog::with_folders([folder.path().to_owned()]);
        let netdev = catalog.load("netdev").unwrap();
        assert_eq!(netdev.doc.as_deref(), Some("Mine."));
        assert_eq!(
            netdev.protocol,
            nlgen::model::Protocol::Generic { version: 7 }
        );
        assert_eq!(catalog.load("rt_thing").unwrap().name, "rt-thing");
        let names = catalog.names();
        assert!(!names.iter().any(|name| name.starts_with("exam")));
        for name in ["netdev", "rt-thing", "ethtool"] {
            assert_eq!(
                names.iter().filter(|known| *known == name).count(),
                1,
                "{name}"
            );
        }
        assert!(
            !names
                .iter()
                .any(|name| name.contains("overlay") || name == "text")
        );
    }
}
