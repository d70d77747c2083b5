//! Looks for what the machine has.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use nix::sched::{CloneFlags, unshare};

use crate::{Need, missing};

/// The capabilities that a test in a network namespace needs, with their numbers (`linux/capability.h`).
const FOR_NAMESPACES: [(&str, u32); 2] = [("CAP_NET_ADMIN", 12), ("CAP_SYS_ADMIN", 21)];

/// Whether there is a program; if not, the test is skipped. `package` is the Debian package that has it.
#[must_use]
pub fn program(name: &str, package: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&paths).any(|folder| is_executable(&folder.join(name)));
    if !found {
        let reason = format!("there is no {name} (Debian: {package})");
        missing(Need::Program(name), reason);
    }
    found
}

fn is_executable(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

/// Whether a module of Python has a name; if not, the test is skipped. `package` is the module's Debian package.
#[must_use]
pub fn python(module: &str, name: &str, package: &str) -> bool {
    if !program("python3", "python3") {
        return false;
    }
    let import = format!("from {module} import {name}");
    let status = Command::new("python3")
        .args([OsStr::new("-c"), import.as_ref()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    let found = status.is_ok_and(|status| status.success());
    if !found {
        let reason = format!("python3 has no {module}.{name} (Debian: {package})");
        missing(Need::Python(module), reason);
    }
    found
}

/// Whether this is the machine of `lab/run`; if not, the test is skipped.
#[must_use]
pub fn lab() -> bool {
    let lab = std::env::var_os("NLGEN_LAB").is_some();
    if !lab {
        missing(Need::Lab, "modules are loaded in the lab only (lab/test)");
    }
    lab
}

/// Whether this process may make a network namespace and change what is in it; if not, the test is skipped.
#[must_use]
pub fn network_namespace() -> bool {
    let effective = effective_capabilities();
    for (name, number) in FOR_NAMESPACES {
        if effective >> number & 1 == 0 {
            let reason = format!("a network namespace needs {name}, which root has");
            missing(Need::Capability(name), reason);
            return false;
        }
    }
    // A container may refuse the system call all the same. Only the new thread changes its namespace.
    let tried = std::thread::spawn(|| unshare(CloneFlags::CLONE_NEWNET)).join();
    match tried {
        Ok(Err(error)) => {
            let reason = format!("a network namespace is refused: {error}");
            missing(Need::Capability("CAP_SYS_ADMIN"), reason);
            false
        }
        _ => true,
    }
}

/// The mask of this process's effective capabilities: all, where /proc does not say.
fn effective_capabilities() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("CapEff:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.unwrap_or(u64::MAX)
}
