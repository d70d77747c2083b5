//! Building C for the kernel of the lab.

use std::path::{Path, PathBuf};
use std::process::Command;

use needs::Need;

use crate::kernel_source::repository;

/// The folder that modules are built in, or nothing, and the test is skipped.
pub(crate) fn folder() -> Option<PathBuf> {
    if !needs::program("make", "make") || !needs::program("gcc", "gcc") {
        return None;
    }
    let script = repository().join("lab/kernel");
    let output = Command::new(script)
        .args(["6.12", "headers"])
        .output()
        .unwrap();
    if output.status.code() == Some(77) {
        let reason = String::from_utf8_lossy(&output.stderr);
        needs::missing(Need::Download("linux-headers"), reason.trim());
        return None;
    }
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8(output.stdout).unwrap();
    Some(PathBuf::from(printed.trim()))
}

/// Compiles the source files `NAME.c` of a folder, with what is in its `include` before the kernel's own headers, and
/// fails on any warning: of all that the kernel's build can give (`W=1`), and of sparse, if that is there.
pub(crate) fn compile(headers: &Path, folder: &Path, names: &[String]) {
    let mut kbuild = String::from("LINUXINCLUDE := -I$(src)/include $(LINUXINCLUDE)\n");
    kbuild.extend(names.iter().map(|name| format!("obj-m += {name}.o\n")));
    // The compiler warns of folders that are not there.
    std::fs::create_dir_all(folder.join("include")).unwrap();
    std::fs::write(folder.join("Kbuild"), kbuild).unwrap();
    let mut make = Command::new("make");
    make.arg("-C")
        .arg(headers)
        .arg(format!("M={}", folder.display()));
    make.arg("W=1");
    if needs::program("sparse", "sparse") {
        make.arg("C=2");
    }
    make.args(names.iter().map(|name| format!("{name}.o")));
    let output = make.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert_eq!(errors, "");
}
