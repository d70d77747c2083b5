//! The places that have specs, and the files in them.

use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::same_name;
use crate::builder::text;

/// A place that has specs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// A folder that `NLGEN_SPECS` names.
    Own(PathBuf),
    /// The program itself.
    Shipped,
    /// A folder with the kernel's specs.
    Kernel(PathBuf),
}

/// The places, in the order in which they are looked through.
pub(super) fn of<P: AsRef<Path>>(
    root: &Path,
    release: &str,
    folders: impl IntoIterator<Item = P>,
) -> Vec<Place> {
    let own = folders.into_iter();
    let own = own.map(|folder| folder.as_ref().to_path_buf());
    let own = own.filter(|folder| !folder.as_os_str().is_empty());
    let mut places: Vec<Place> = own.map(Place::Own).collect();
    places.push(Place::Shipped);
    places.push(Place::Kernel(root.join("usr/share/ynl/specs")));
    if !release.is_empty() {
        let modules = root.join("usr/lib/modules").join(release);
        for tree in ["build", "source"] {
            let specs = modules.join(tree).join("Documentation/netlink/specs");
            places.push(Place::Kernel(specs));
        }
    }
    places
}

impl Place {
    /// Its folder; the program has none.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Own(folder) | Self::Kernel(folder) => Some(folder),
            Self::Shipped => None,
        }
    }

    /// Where it was looked, with what is wrong there.
    pub(super) fn looked(&self) -> String {
        match self.folder() {
            Some(folder) if !folder.is_dir() => format!("{self} (not there)"),
            _ => self.to_string(),
        }
    }
}

/// The folder, or that it ships.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own(folder) => write!(f, "{} (NLGEN_SPECS)", folder.display()),
            Self::Shipped => f.write_str("what ships with the program"),
            Self::Kernel(folder) => write!(f, "{}", folder.display()),
        }
    }
}

/// The specs and overlays in a folder, in the order of their names.
#[derive(Debug, Default)]
pub(super) struct Files {
    specs: Vec<File>,
    overlays: Vec<File>,
}

/// A YAML file.
#[derive(Debug)]
struct File {
    path: PathBuf,
    /// The family's name in it, once it has been looked for.
    name: OnceLock<Option<String>>,
}

impl Files {
    /// Those of a place. A folder that cannot be read has none: it may be there for other machines.
    pub(super) fn of(place: &Place) -> Self {
        let mut files = Self::default();
        let Some(folder) = place.folder() else {
            return files;
        };
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        paths.sort();
        // Opening a FIFO waits for a writer.
        for path in paths
            .into_iter()
            .filter(|path| is_yaml(path) && path.is_file())
        {
            let overlay = stem(&path).ends_with(".overlay");
            let file = File {
                path,
                name: OnceLock::new(),
            };
            match overlay {
                true => files.overlays.push(file),
                false => files.specs.push(file),
            }
        }
        files
    }

    /// The spec of a family.
    pub(super) fn named(&self, family: &str) -> Option<&Path> {
        named(&self.specs, family)
    }

    /// The overlay of a family.
    pub(super) fn overlay(&self, family: &str) -> Option<&Path> {
        named(&self.overlays, family)
    }

    /// The names of the families that have a spec.
    pub(super) fn names(&self) -> impl Iterator<Item = String> + '_ {
        self.specs.iter().map(|file| match file.name() {
            Some(name) => name.to_owned(),
            None => file.stem(),
        })
    }
}

/// Most files are called like their family, which saves reading all of them.
fn named<'f>(files: &'f [File], family: &str) -> Option<&'f Path> {
    let by_stem = files.iter().find(|file| same_name(&file.stem(), family));
    let by_name = || {
        let named = |file: &&File| file.name().is_some_and(|name| same_name(name, family));
        files.iter().find(named)
    };
    by_stem.or_else(by_name).map(|file| file.path.as_path())
}

impl File {
    fn stem(&self) -> String {
        let stem = stem(&self.path);
        stem.strip_suffix(".overlay")
            .map_or(stem.clone(), str::to_owned)
    }

    fn name(&self) -> Option<&str> {
        self.name.get_or_init(|| name_in(&self.path)).as_deref()
    }
}

/// Whether a file's name is that of a YAML file.
fn is_yaml(path: &Path) -> bool {
    matches!(
        path.extension().and_then(OsStr::to_str),
        Some("yaml" | "yml")
    )
}

fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into()
}

/// The family's name in a spec that may be broken elsewhere: what stands behind `name:` at the beginning of a line.
fn name_in(path: &Path) -> Option<String> {
    let text = text(path).ok()?;
    let name = text.lines().find_map(|line| line.strip_prefix("name:"))?;
    let name = name.split(" #").next().unwrap_or(name).trim();
    Some(name.trim_matches(['"', '\'']).to_owned())
}
