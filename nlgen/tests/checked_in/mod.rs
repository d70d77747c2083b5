//! Files that are checked in and must be what the code makes: golden files.
//!
//! A test that finds a difference shows it and leaves the file alone. With `NLGEN_BLESS=1` the files
//! are written instead; the difference is then for `git diff` to show and for a person to judge.

#![allow(dead_code, reason = "each test uses a part")]

use std::fs;
use std::path::{Path, PathBuf};

use similar::TextDiff;

/// What a test found so far: all files are looked at before it fails.
#[derive(Default)]
pub(crate) struct Differences(Vec<String>);

impl Differences {
    /// Compares a file, whose path is relative to the package, with what it should contain.
    pub(crate) fn compare(&mut self, file: impl AsRef<Path>, content: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
        let old = fs::read_to_string(&path).unwrap_or_default();
        if old == content {
            return;
        }
        if bless() {
            fs::write(&path, content).unwrap();
            return;
        }
        let name = file.as_ref().display().to_string();
        let diff = TextDiff::from_lines(old.as_str(), content);
        let mut diff = diff.unified_diff();
        self.0.push(
            diff.header(&format!("{name} (checked in)"), &format!("{name} (made)"))
                .to_string(),
        );
    }

    /// Fails when a file was different.
    pub(crate) fn finish(self) {
        assert!(
            self.0.is_empty(),
            "checked-in files differ; look at it, then set NLGEN_BLESS=1 to write them\n\n{}",
            self.0.join("\n")
        );
    }
}

/// Whether files are to be written.
pub(crate) fn bless() -> bool {
    std::env::var_os("NLGEN_BLESS").is_some_and(|value| value == "1")
}

/// The files with an extension in a folder of the package, by name.
pub(crate) fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    files.sort();
    files
}

/// A file's name without its extension.
pub(crate) fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}
