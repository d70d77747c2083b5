//! Paths that are no regular files: pipes wait for their other end, and devices may have no end at all.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::File;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

/// Runs a command that must not wait for anything. `timeout` ends it when it does.
fn nlgen(arguments: &[&str]) -> Output {
    let out = Command::new("timeout")
        .args(["60", env!("CARGO_BIN_EXE_nlgen")])
        .args(arguments)
        .env("NO_COLOR", "1")
        .env_remove("NLGEN_SPECS")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let status = out.status;
    assert!(
        status.code() != Some(124) && status.signal().is_none(),
        "{arguments:?}: {status}"
    );
    out
}

fn fifo(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    let made = Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    path
}

fn error(out: &Output) -> String {
    String::from_utf8_lossy(&out.stderr).into_owned()
}

#[test]
fn a_pipe_is_written_and_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = fifo(folder.path(), "pipe");
    for kind in ["rust", "docs"] {
        let reader = {
            let path = path.clone();
            thread::spawn(move || {
                let mut text = String::new();
                File::open(path).unwrap().read_to_string(&mut text).unwrap();
                text
            })
        };
        let out = nlgen(&["generate", kind, "nlctrl", "-o", path.to_str().unwrap()]);
        assert!(out.status.success(), "{}", error(&out));
        let written = reader.join().unwrap();
        let printed = nlgen(&["generate", kind, "nlctrl"]).stdout;
        assert_eq!(written.as_bytes(), printed, "{kind}");
    }
    let printed = nlgen(&["generate", "rust", "nlctrl"]).stdout;
    let out = nlgen(&["generate", "rust", "nlctrl", "-o", "/dev/stdout"]);
    assert_eq!(out.stdout, printed);
    let out = nlgen(&["generate", "rust", "nlctrl", "-o", "/dev/full"]);
    assert_eq!(out.status.code(), Some(1));
    assert!(
        error(&out).contains("writing /dev/full: No space left"),
        "{}",
        error(&out)
    );
}

#[test]
fn a_namespace_is_a_regular_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = fifo(folder.path(), "pipe");
    for path in [path.to_str().unwrap(), "/dev/zero", "/dev/null", "/"] {
        for arguments in [
            &["do", "netdev", "dev-get", "{\"ifindex\": 1}", "--ns", path][..],
            &["listen", "nlctrl", "--ns", path],
        ] {
            let out = nlgen(arguments);
            assert_eq!(out.status.code(), Some(1), "{path}");
            assert!(
                error(&out).contains("it is no file of a network namespace"),
                "{}",
                error(&out)
            );
        }
    }
}

#[test]
fn what_has_no_end_is_no_spec_and_no_request() {
    for arguments in [
        &["check", "/dev/zero"][..],
        &["do", "/dev/zero", "x"],
        &["introspect", "nlctrl", "--header", "/dev/zero"],
    ] {
        let out = nlgen(arguments);
        assert_eq!(out.status.code(), Some(2), "{arguments:?}");
        assert!(
            error(&out).contains("it is longer than 64 MiB"),
            "{}",
            error(&out)
        );
    }
    let out = nlgen(&["decode", "-", "-", "--pcap", "/dev/zero"]);
    assert_eq!(out.status.code(), Some(2));
    assert!(
        error(&out).contains("it is neither pcap nor pcapng"),
        "{}",
        error(&out)
    );
    for command in ["do netdev dev-get -", "decode netdev dev-get -"] {
        let line = format!(
            "timeout 60 {} {command} </dev/zero",
            env!("CARGO_BIN_EXE_nlgen")
        );
        let out = Command::new("sh").args(["-c", &line]).output().unwrap();
        assert_eq!(out.status.code(), Some(2), "{command}");
        assert!(
            error(&out).contains("it is longer than 64 MiB"),
            "{}",
            error(&out)
        );
    }
}

#[test]
fn a_folder_of_specs_may_have_pipes() {
    let folder = tempfile::tempdir().unwrap();
    fifo(folder.path(), "some.yaml");
    fifo(folder.path(), "netdev.yaml");
    fifo(folder.path(), "nlctrl.overlay.yaml");
    let line = format!("timeout 60 {} spec netdev", env!("CARGO_BIN_EXE_nlgen"));
    let out = Command::new("sh")
        .args(["-c", &line])
        .env("NLGEN_SPECS", folder.path())
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", error(&out));
}

#[test]
fn a_spec_may_come_from_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let path = fifo(folder.path(), "pipe");
    let writer = {
        let path = path.clone();
        let text = "name: piped\nattribute-sets: []\noperations: { list: [] }\n";
        thread::spawn(move || std::fs::write(path, text).unwrap())
    };
    let out = nlgen(&["check", path.to_str().unwrap()]);
    writer.join().unwrap();
    assert!(out.status.success(), "{}", error(&out));
}
