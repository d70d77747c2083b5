//! Crates of generated code, which Cargo builds where everything that it needs is at hand already.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use nlgen::output;

/// A crate in the folder that tests may write to. All of them share what they build.
pub(crate) struct Crate {
    name: &'static str,
    folder: PathBuf,
}

impl Crate {
    /// A crate with the runtime as its only dependency.
    pub(crate) fn new(name: &'static str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let new = Self { name, folder };
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let runtime = repository.join("runtime");
        new.write(
            "Cargo.toml",
            &format!(
                "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
                 [dependencies]\nnlgen-runtime = {{ path = {runtime:?}, features = [\"server\"] }}\n\n[profile.dev]\ndebug = false\n"
            ),
        );
        let lock = repository.join("Cargo.lock");
        if lock.exists() {
            fs::copy(lock, new.folder.join("Cargo.lock")).unwrap();
        }
        new
    }

    /// Writes a file of it.
    pub(crate) fn write(&self, name: &str, text: &str) {
        output::write_if_changed(&self.folder.join(name), text).unwrap();
    }

    /// Runs Cargo, and gives what it printed.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> String {
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .args(["--offline", "--quiet"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("../generated"))
            .env_remove("RUSTFLAGS")
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}: cargo {arguments:?}\n{}",
            self.name,
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}
