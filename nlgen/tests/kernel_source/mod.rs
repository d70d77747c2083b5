//! Where the parts of the kernels' sources are that tests compare with.

#![allow(dead_code, reason = "each test uses a part")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use needs::Need;

/// The variable that names folders of further specs, with `:` between them.
pub(crate) const SPEC_DIRS: &str = "NLGEN_SPEC_DIRS";

/// A kernel whose headers, specs and tool tests compare with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kernel {
    Linux6_12,
    Linux7_3,
}

impl Kernel {
    pub(crate) const ALL: [Self; 2] = [Self::Linux6_12, Self::Linux7_3];

    /// The version, as `ci/kernel-source` takes it.
    pub(crate) const fn version(self) -> &'static str {
        match self {
            Self::Linux6_12 => "6.12",
            Self::Linux7_3 => "7.3",
        }
    }

    /// How many specs it has: a test that reads none finds nothing.
    const fn specs(self) -> usize {
        match self {
            Self::Linux6_12 => 19,
            Self::Linux7_3 => 33,
        }
    }

    const fn variable(self) -> &'static str {
        match self {
            Self::Linux6_12 => "NLGEN_KERNEL_SOURCE",
            Self::Linux7_3 => "NLGEN_KERNEL_SOURCE_7_3",
        }
    }

    /// The folder that the variable names or, without it, the one that `ci/kernel-source` made. `None` when
    /// neither is there: then the test is skipped, or that part of it.
    pub(crate) fn source(self) -> Option<PathBuf> {
        let (version, variable) = (self.version(), self.variable());
        let cache = || {
            let cache = env::var_os("NLGEN_CACHE").map(PathBuf::from);
            let home = || Some(PathBuf::from(env::var_os("HOME")?).join(".cache/nlgen"));
            Some(cache.or_else(home)?.join(format!("linux-source-{version}")))
        };
        if let Some(named) = env::var_os(variable).filter(|name| !name.is_empty()) {
            let named = PathBuf::from(named);
            // Who names a folder means it.
            assert!(
                named.join("include/uapi").is_dir(),
                "{named:?} has no headers"
            );
            return Some(named);
        }
        let found = cache().filter(|source| source.join("include/uapi").is_dir());
        if found.is_none() {
            let reason = format!(
                "there is no source of Linux {version}; ci/kernel-source {version} downloads it"
            );
            needs::missing(Need::Download(&format!("linux-source-{version}")), reason);
        }
        found
    }

    /// Its specs, each with the overlay in `specs/overlays` that belongs to it; `None` without its source.
    pub(crate) fn specs_with_overlays(self) -> Option<Vec<(PathBuf, Option<PathBuf>)>> {
        let source = self.source()?;
        let overlays = repository().join(format!("specs/overlays/linux-{}", self.version()));
        let specs = specs_in(&source.join("Documentation/netlink/specs"));
        assert_eq!(specs.len(), self.specs());
        let with_overlay = |spec: PathBuf| {
            let name = spec.file_stem().unwrap().to_string_lossy().into_owned();
            let overlay = overlays.join(format!("{name}.overlay.yaml"));
            (spec, overlay.is_file().then_some(overlay))
        };
        Some(specs.into_iter().map(with_overlay).collect())
    }
}

/// The root of this repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The specs in a folder, in the order of their names; overlays are none.
pub(crate) fn specs_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut specs: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == "yaml"))
        .filter(|path| !path.to_string_lossy().ends_with(".overlay.yaml"))
        .collect();
    specs.sort();
    specs
}

/// The specs in the folders that [`SPEC_DIRS`] names, each with the overlay beside it.
pub(crate) fn named_specs() -> Vec<(PathBuf, Option<PathBuf>)> {
    let folders = env::var_os(SPEC_DIRS).unwrap_or_default();
    let folders = env::split_paths(&folders).filter(|folder| !folder.as_os_str().is_empty());
    let specs = folders.flat_map(|folder| specs_in(&folder));
    let with_overlay = |spec: PathBuf| {
        let overlay = nlgen::overlay_of(&spec);
        (spec, overlay)
    };
    specs.map(with_overlay).collect()
}
