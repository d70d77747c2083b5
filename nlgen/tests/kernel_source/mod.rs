//! Where the parts of the kernel's source are that tests compare with.

use std::env;
use std::path::PathBuf;

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
