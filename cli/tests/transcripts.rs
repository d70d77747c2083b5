//! What people type and what they see: the files of `transcripts/`, each in a network namespace of its own.
//!
//! A line `$ COMMAND` is run by a shell, and what follows is all that it prints, standard error among it.
//! `? N` ends the output of a command whose exit status is not 0. Specs of `specs/` are in `$SPECS`. What differs from run to run is masked:
//! times, port ids, ids of families and groups. `NLGEN_BLESS=1` writes what is printed now.
//!
//! Needs root, iproute2 and util-linux; skipped without them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::sched::{CloneFlags, unshare};

/// Programs that transcripts call besides those of every Debian, and their packages.
const PROGRAMS: &[(&str, &str)] = &[("ip", "iproute2"), ("setpriv", "util-linux")];

/// Fields of messages whose bytes and values are masked in traces.
const FIELDS: &[&str] = &["nlmsg_pid: ", "nlmsg_seq: ", "nlmsg_type: "];

/// For transcripts: `meanwhile WHAT COMMAND…` runs a command that listens, and does WHAT once it does. The status
/// is the command's.
const PRELUDE: &str = r#"
meanwhile() {
    what=$1
    shift
    : >said
    timeout 60 "$@" 2>said &
    listening=$!
    until grep -q ^listening said || ! kill -0 $listening 2>/dev/null; do sleep 0.02; done
    eval "$what"
    wait $listening
    set -- $?
    wait
    cat said
    return $1
}
"#;

#[test]
fn commands_print_what_their_transcripts_say() {
    if !needs::network_namespace()
        || !PROGRAMS
            .iter()
            .all(|(name, package)| needs::program(name, package))
    {
        return;
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "txt"))
        .collect();
    files.sort();
    assert!(files.len() > 3, "the transcripts are found: {files:?}");
    let bless = std::env::var_os("NLGEN_BLESS").is_some();
    let mut wrong = Vec::new();
    std::thread::scope(|scope| {
        let runs: Vec<_> = files
            .iter()
            .map(|path| (path, scope.spawn(|| in_a_namespace(path))))
            .collect();
        for (path, run) in runs {
            let (expected, printed) = run.join().unwrap();
            if expected == printed {
                continue;
            }
            if bless {
                fs::write(path, &printed).unwrap();
                continue;
            }
            let diff = similar::TextDiff::from_lines(&expected, &printed);
            wrong.push(format!("{}:\n{}", path.display(), diff.unified_diff()));
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The transcript, and what it would be now.
fn in_a_namespace(path: &Path) -> (String, String) {
    // Of the mounts, too: /sys shows the interfaces of the namespace that mounted it.
    unshare(CloneFlags::CLONE_NEWNET).unwrap();
    let expected = fs::read_to_string(path).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut printed = String::new();
    let mut ours = true;
    for line in expected.lines() {
        match line.strip_prefix("$ ") {
            Some(command) => {
                printed.push_str(&format!("{line}\n{}", run(command, folder.path())));
                ours = false;
            }
            // What stands before the first command is for those who read it.
            None if ours => printed.push_str(&format!("{line}\n")),
            // A note; what begins with `#` and no space is C that a command printed.
            None if line.starts_with("# ") => printed.push_str(&format!("{line}\n")),
            None => {}
        }
    }
    (expected, printed)
}

/// What a command prints.
fn run(command: &str, folder: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_nlgen"));
    let mut path = program.parent().unwrap().as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap());
    let output = Command::new("sh")
        .args(["-c", &format!("{PRELUDE}{{ {command}\n}} 2>&1")])
        .current_dir(folder)
        .env("PATH", path)
        .env(
            "SPECS",
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/specs"),
        )
        .env("TZ", "UTC")
        .env("COLUMNS", "100")
        .env_remove("NLGEN_SPECS")
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap();
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    let text: String = text.lines().map(|line| masked(line) + "\n").collect();
    match output.status.code() {
        Some(0) => text,
        status => format!("{text}? {}\n", status.unwrap_or(-1)),
    }
}

/// A line with what differs from run to run masked.
fn masked(line: &str) -> String {
    for field in FIELDS {
        // Types that are fixed stay: netlink's own, and nlctrl's.
        let is_family = |rest: &str| {
            let number = rest.split(',').next().and_then(|text| text.parse().ok());
            *field != "nlmsg_type: " || number.is_some_and(|number: u32| number > 16)
        };
        if let Some((before, rest)) = line.split_once(field)
            && is_family(rest)
        {
            let (offset, bytes) = before.split_at(6.min(before.len()));
            let hide = |c: char| if c.is_ascii_hexdigit() { '.' } else { c };
            let bytes: String = bytes.chars().map(hide).collect();
            let name = rest.split_once(',').map_or("", |(_, name)| name);
            return format!("{offset}{bytes}{field}N{name}");
        }
    }
    // The release of the kernel is in one of them.
    if let Some((before, _)) = line.split_once("; looked in ") {
        return format!("{before}; looked in PLACES");
    }
    let Some((before, rest)) = line.split_once("\"time\":\"") else {
        return line.to_owned();
    };
    let after = rest.split_once('"').map_or("", |(_, after)| after);
    format!("{before}\"time\":\"TIME\"{after}")
}
