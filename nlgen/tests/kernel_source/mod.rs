//! Where the parts of the kernel's source are that tests compare with.

#![allow(dead_code, reason = "each test uses a part")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// How many specs Linux 6.12 has: a test that reads none finds nothing.
const IN_LINUX_6_12: usize = 19;

/// The folder that `NLGEN_KERNEL_SOURCE` names or, without it, the one that `ci/kernel-source` made; `None`
/// when neither is there.
pub(crate) fn kernel_source() -> Option<PathBuf> {
    let cache = || {
        let cache = env::var_os("NLGEN_CACHE").map(PathBuf::from);
        let home = || Some(PathBuf::from(env::var_os("HOME")?).join(".cache/nlgen"));
        Some(cache.or_else(home)?.join("linux-source-6.12"))
    };
    let named = env::var_os("NLGEN_KERNEL_SOURCE").filter(|name| !name.is_empty());
    if let Some(named) = named {
        let named = PathBuf::from(named);
        // Who names a folder means it.
        assert!(
            named.join("include/uapi").is_dir(),
            "{named:?} has no headers"
        );
        return Some(named);
    }
    cache().filter(|source| source.join("include/uapi").is_dir())
}

/// The root of this repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The kernel's own specs, each with the overlay in `specs/overlays/linux-6.12` that belongs to it.
pub(crate) fn kernel_specs(source: &Path) -> Vec<(PathBuf, Option<PathBuf>)> {
    let overlays = repository().join("specs/overlays/linux-6.12");
    let specs = specs_in(&source.join("Documentation/netlink/specs"));
    assert_eq!(specs.len(), IN_LINUX_6_12);
    let with_overlay = |spec: PathBuf| {
        let name = spec.file_stem().unwrap().to_string_lossy().into_owned();
        let overlay = overlays.join(format!("{name}.overlay.yaml"));
        (spec, overlay.is_file().then_some(overlay))
    };
    specs.into_iter().map(with_overlay).collect()
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

/// The specs in the folders of `NLGEN_SPEC_DIRS`, each with the overlay beside it.
pub(crate) fn named_specs() -> Vec<(PathBuf, Option<PathBuf>)> {
    let folders = env::var_os("NLGEN_SPEC_DIRS").unwrap_or_default();
    let folders = env::split_paths(&folders).filter(|folder| !folder.as_os_str().is_empty());
    let specs = folders.flat_map(|folder| specs_in(&folder));
    let with_overlay = |spec: PathBuf| {
        let overlay = nlgen::overlay_of(&spec);
        (spec, overlay)
    };
    specs.map(with_overlay).collect()
}
