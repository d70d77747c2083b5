//! C beside the Rust code of a build script.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::{Builder, warn};
use crate::diagnostic::SpecError;
use crate::emit::c::{same_prefix, tables, uapi};
use crate::load::Loaded;

/// The folders for C.
#[derive(Clone, Debug, Default)]
pub(super) struct Folders {
    uapi: Option<PathBuf>,
    kernel: Option<PathBuf>,
}

impl Builder {
    /// A folder for the uapi header of each spec, `linux/NAME.h` in it or what `uapi-header` says: see
    /// [`emit::c::uapi`](crate::emit::c::uapi()). Without this, none is written.
    #[must_use]
    pub fn uapi_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.c.uapi = Some(path.into());
        self
    }

    /// A folder for the kernel's tables of each spec, `NAME_nl.c` and `NAME_nl.h`: see
    /// [`emit::c::tables`](crate::emit::c::tables()). Without this, none are written.
    #[must_use]
    pub fn kernel_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.c.kernel = Some(path.into());
        self
    }
}

/// The files in C of several specs.
pub(super) struct Files<'b> {
    folders: &'b Folders,
    /// What names in C begin with, and the spec that has them.
    prefixes: HashMap<String, PathBuf>,
    pub(super) files: Vec<(PathBuf, String)>,
}

impl<'b> Files<'b> {
    pub(super) fn new(folders: &'b Folders) -> Self {
        Self {
            folders,
            prefixes: HashMap::new(),
            files: Vec::new(),
        }
    }

    /// Adds the files of a spec, or gives why it has none.
    pub(super) fn add(
        &mut self,
        spec: &Path,
        loaded: &Loaded,
        warnings: bool,
    ) -> Option<SpecError> {
        let Folders {
            uapi: header,
            kernel,
        } = self.folders;
        if header.is_none() && kernel.is_none() {
            return None;
        }
        let family = match loaded.c() {
            Ok(family) => family,
            Err(error) => return Some(error),
        };
        let prefix = family.prefix().to_owned();
        if let Some(other) = self.prefixes.get(&prefix) {
            return Some(same_prefix(loaded, &prefix, other));
        }
        self.prefixes.insert(prefix, spec.to_owned());
        if warnings {
            warn(&family.warnings);
        }
        let name = spec.file_name().unwrap_or_default().to_string_lossy();
        if let Some(folder) = header {
            let path = folder.join(family.uapi_header());
            self.files.push((path, uapi(&family, &name)));
        }
        if let Some(folder) = kernel {
            let stem = family.tables_stem();
            let made = tables(&family, &name, &format!("{stem}.h"));
            self.files
                .push((folder.join(format!("{stem}.h")), made.header));
            self.files
                .push((folder.join(format!("{stem}.c")), made.source));
        }
        None
    }
}
