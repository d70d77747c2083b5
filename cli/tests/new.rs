//! `nlgen new`: what it makes builds and passes its tests, and what cannot be made is refused before anything is written.
//! `lab/pages` loads the kernel module.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::{Command, Output};

fn new(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nlgen"))
        .arg("new")
        .args(args)
        .current_dir(folder)
        .env_remove("NLGEN_SPECS")
        .output()
        .unwrap()
}

/// What `nlgen new` prints where it fails, and its exit status.
fn refused(folder: &Path, args: &[&str]) -> (String, Option<i32>) {
    let output = new(folder, args);
    let said = String::from_utf8(output.stderr).unwrap();
    (said, output.status.code())
}

/// The paths of a project's files, sorted.
fn files(folder: &Path, below: &Path, into: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files(&path, below, into),
            false => into.push(path.strip_prefix(below).unwrap().display().to_string()),
        }
    }
    into.sort();
}

/// Runs Cargo on a project with the versions of the workspace, which are there without a network.
fn cargo(project: &Path, args: &[&str]) {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::fs::copy(workspace.join("Cargo.lock"), project.join("Cargo.lock")).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(args)
        .args(["--quiet", "--offline"])
        .current_dir(project)
        .env(
            "CARGO_TARGET_DIR",
            Path::new(env!("CARGO_TARGET_TMPDIR")).join("new"),
        )
        .env("RUSTFLAGS", "-Dwarnings")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success(),
        "{args:?}: {said}{}",
        String::from_utf8_lossy(&output.stdout)
    );
}

/// Makes a project, and gives its files.
fn made(folder: &Path, name: &str, parts: &str) -> Vec<String> {
    let output = new(folder, &[name, "--with", parts]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut found = Vec::new();
    files(&folder.join(name), &folder.join(name), &mut found);
    found
}

const RUST: [&str; 3] = ["Cargo.toml", "build.rs", "src/lib.rs"];

/// Each combination of parts is a project, and its tests pass. The name has a dash, which Rust and C have otherwise.
#[test]
fn what_is_made_works_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = [
        "src/bin/my-lamp-server.rs",
        "src/server.rs",
        "tests/server.rs",
    ];
    let cases: [(&str, &[&str]); 3] = [
        ("kernel,server,client", &["src/main.rs"]),
        ("server", &[]),
        ("client", &["src/main.rs", "tests/client.rs"]),
    ];
    for (parts, own) in cases {
        let folder = folder.path().join(parts);
        std::fs::create_dir(&folder).unwrap();
        let found = made(&folder, "my-lamp", parts);
        for file in own
            .iter()
            .chain(&RUST)
            .chain(&["README.md", "my-lamp.yaml", ".gitignore"])
        {
            assert!(found.iter().any(|found| found == file), "{parts}: {file}");
        }
        for file in server {
            assert_eq!(
                found.iter().any(|found| found == file),
                parts.contains("server"),
                "{parts}: {file}"
            );
        }
        assert_eq!(
            found.iter().any(|found| found.starts_with("kernel/")),
            parts.contains("kernel")
        );
        assert!(
            std::fs::read_dir(folder.join("my-lamp"))
                .unwrap()
                .all(|file| {
                    let path = file.unwrap().path();
                    path.is_dir() || !std::fs::read_to_string(path).unwrap().contains('@')
                })
        );
        cargo(&folder.join("my-lamp"), &["test"]);
    }
}

#[test]
fn the_kernel_alone_has_no_rust() {
    let folder = tempfile::tempdir().unwrap();
    let found = made(folder.path(), "lamp", "kernel");
    assert_eq!(
        found,
        [
            ".gitignore",
            "README.md",
            "kernel/.gitignore",
            "kernel/Kbuild",
            "kernel/Makefile",
            "kernel/include/uapi/linux/lamp.h",
            "kernel/lamp_core.c",
            "kernel/lamp_gen.c",
            "kernel/lamp_gen.h",
            "kernel/lamp_nl.c",
            "kernel/lamp_nl.h",
            "lamp.yaml",
        ]
    );
    let check = Command::new(env!("CARGO_BIN_EXE_nlgen"))
        .args(["check", "lamp/lamp.yaml"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&check.stdout).contains("no problems"));
}

#[test]
fn names_that_something_would_refuse_later_are_refused_now() {
    let folder = tempfile::tempdir().unwrap();
    for (name, why, help) in [
        (
            "Lamp",
            "the name is part of the names in C and Rust",
            "small letters",
        ),
        (
            "my_lamp",
            "the name is part of the names in C and Rust",
            "small letters",
        ),
        (
            "2lamps",
            "the name is part of the names in C and Rust",
            "a letter first",
        ),
        (
            "lamp-",
            "the name is part of the names in C and Rust",
            "small letters",
        ),
        (
            "",
            "the name is part of the names in C and Rust",
            "small letters",
        ),
        (
            "../lamp",
            "the name is part of the names in C and Rust",
            "small letters",
        ),
        (
            "lamps-of-all-houses",
            "it has 19 bytes",
            "the kernel has room for 15",
        ),
        (
            "type",
            "it is a word of Rust, C or Cargo",
            "as in `my-family`",
        ),
        (
            "int",
            "it is a word of Rust, C or Cargo",
            "as in `my-family`",
        ),
        // Of C++ alone, whose programs include the header.
        (
            "operator",
            "it is a word of Rust, C or Cargo",
            "as in `my-family`",
        ),
        (
            "test",
            "it is a word of Rust, C or Cargo",
            "as in `my-family`",
        ),
        ("ethtool", "there is a family of that name", "nlgen spec"),
    ] {
        let (said, status) = refused(folder.path(), &[name]);
        assert_eq!(status, Some(2), "{name}: {said}");
        assert!(said.contains(why) && said.contains(help), "{name}: {said}");
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing is written"
    );
}

#[test]
fn files_that_are_there_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::create_dir(path("lamp")).unwrap();
    std::fs::write(path("lamp/lamp.yaml"), "mine").unwrap();
    std::fs::write(path("file"), "mine").unwrap();
    let (said, status) = refused(folder.path(), &["lamp"]);
    assert_eq!(
        (said.contains("lamp is there already"), status),
        (true, Some(2)),
        "{said}"
    );
    let (said, status) = refused(folder.path(), &["lamp", "--output", "file"]);
    assert_eq!(
        (said.contains("it is no folder"), status),
        (true, Some(2)),
        "{said}"
    );
    let (said, status) = refused(folder.path(), &["lamp", "--output", "a", "--checkout", "."]);
    assert_eq!(
        (said.contains("no checkout of nlgen"), status),
        (true, Some(2)),
        "{said}"
    );
    for file in ["lamp/lamp.yaml", "file"] {
        assert_eq!(std::fs::read_to_string(path(file)).unwrap(), "mine");
    }
    // An empty folder is taken.
    std::fs::create_dir(path("empty")).unwrap();
    assert!(
        new(folder.path(), &["lamp", "--output", "empty"])
            .status
            .success()
    );
    assert!(path("empty/README.md").exists());
}

/// Without a checkout, the crates are those that are published.
#[test]
fn crates_have_the_version_of_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("nlgen");
    // By a process of its own: a file that this one has open for writing is inherited by the children of other
    // tests, and the kernel runs no file that anyone may write (ETXTBSY).
    let copied = Command::new("cp")
        .arg(env!("CARGO_BIN_EXE_nlgen"))
        .arg(&program)
        .status()
        .unwrap();
    assert!(copied.success());
    let output = Command::new(&program)
        .args(["new", "lamp"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success());
    let manifest = std::fs::read_to_string(folder.path().join("lamp/Cargo.toml")).unwrap();
    let version = env!("CARGO_PKG_VERSION");
    assert!(
        manifest.contains(&format!("nlgen = {{ version = \"{version}\" }}")),
        "{manifest}"
    );
}
