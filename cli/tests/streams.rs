//! What standard output and standard error get: a terminal nothing that it would obey but colours, a program
//! all bytes; and what happens when they cannot be written.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the tests themselves write"
)]

use std::fs::{self, File, OpenOptions};
use std::io::Read;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use needs::Need;
use nix::sched::{CloneFlags, unshare};
use serde_json::{Value, json};

/// What a terminal would obey or hide: sequences of both kinds, a bell, DEL, C1, the order of text.
const CANARY: &str = "\u{1b}[7m\u{1b}]0;title\u{7}\u{7f}\u{9b}7m\u{202e}\u{e0041}";

/// The canary in double quotes of YAML.
const ESCAPED: &str = r"\e[7m\e]0;title\a\x7f\x9b7m\u202e\U000e0041";

/// A spec with the canary in all docs, and in names.
fn spec() -> String {
    r#"
name: canary
doc: "Family ¤. More ¤."
definitions:
  - name: kind
    type: enum
    doc: "Enum ¤."
    entries: [ { name: "one¤", doc: "Entry ¤." }, two ]
  - name: pair
    type: struct
    doc: "Struct ¤."
    members: [ { name: "first¤", type: u32, doc: "Member ¤." } ]
attribute-sets:
  - name: main
    doc: "Set ¤."
    attributes:
      - { name: text, type: string, doc: "Attribute ¤." }
      - { name: id, type: u32, enum: kind, doc: "Number ¤." }
      - { name: pair, type: binary, struct: pair }
      - { name: "odd¤", type: u8 }
operations:
  list:
    - name: get
      doc: "Operation ¤."
      attribute-set: main
      do:
        request: { attributes: [ text, id, pair, "odd¤" ] }
        reply: { attributes: [ text, id, pair, "odd¤" ] }
    - { name: told, doc: "Notification ¤.", notify: get, mcgrp: "all¤" }
mcast-groups: { list: [ { name: "all¤" } ] }
"#
    .replace('¤', ESCAPED)
}

fn nlgen() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nlgen"));
    command
        .env_remove("NLGEN_SPECS")
        .env_remove("NO_COLOR")
        .env("TERM", "xterm-256color")
        .env("COLUMNS", "100");
    command
}

/// What a command writes when all of its streams are a terminal.
fn on_a_terminal(command: &mut Command) -> String {
    let pty = nix::pty::openpty(None, None).unwrap();
    let slave = || Stdio::from(pty.slave.try_clone().unwrap());
    let child = command.stdin(Stdio::null()).stdout(slave()).stderr(slave());
    let mut child = child.spawn().unwrap();
    // The command holds the last copies: their end is the end of what it writes.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    drop(pty.slave);
    let mut bytes = Vec::new();
    // Reading a terminal that nobody has open any more is an error.
    let _ = File::from(pty.master).read_to_end(&mut bytes);
    child.wait().unwrap();
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
}

/// Panics where a terminal would be told to do anything but to change colours.
fn harmless(text: &str, what: &str) {
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('\u{1b}') {
        assert!(!before.contains(hidden), "{what}: {before:?}");
        let code = behind
            .strip_prefix('[')
            .and_then(|code| code.split_once('m'));
        let colours = code.is_some_and(|(code, _)| {
            let known = |part: &str| {
                matches!(
                    part,
                    "0" | "1"
                        | "2"
                        | "4"
                        | "31"
                        | "32"
                        | "33"
                        | "34"
                        | "36"
                        | "91"
                        | "93"
                        | "94"
                        | "95"
                        | "96"
                )
            };
            code.split(';').all(known)
        });
        assert!(colours, "{what}: an escape sequence: {behind:?}");
        rest = code.unwrap().1;
    }
    assert!(!rest.contains(hidden), "{what}: {rest:?}");
}

fn hidden(c: char) -> bool {
    (c.is_control() && c != '\n') || matches!(c, '\u{202e}' | '\u{e0041}')
}

#[test]
fn a_terminal_is_not_told_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("canary.yaml");
    fs::write(&path, spec()).unwrap();
    let broken = folder.path().join("broken.yaml");
    fs::write(&broken, spec().replace("id, pair", "idd, pair")).unwrap();
    let (path, broken) = (path.to_str().unwrap(), broken.to_str().unwrap());
    let request = json!({ "text": CANARY, "id": 0, "pair": { format!("first{CANARY}"): 7 } });
    let request = request.to_string();
    let message = nlgen()
        .args(["encode", path, "get", &request])
        .output()
        .unwrap();
    assert!(message.status.success(), "{message:?}");
    let message = String::from_utf8(message.stdout).unwrap();
    let message = message.trim();

    let mut seen = 0;
    for arguments in [
        &["spec", path][..],
        &["spec", path, "--json"],
        &["spec", path, "get"],
        &["spec", path, "told"],
        &["spec", path, "main"],
        &["spec", path, "kind"],
        &["spec", path, "pair"],
        &["spec", path, CANARY],
        &["check", path],
        &["check", broken],
        &["spec", broken],
        &["decode", path, "get", message],
        &["decode", path, "get", message, "--explain"],
        &["decode", path, CANARY, message],
        &["encode", path, "get", &json!({ CANARY: 1 }).to_string()],
        &["encode", path, "get", &json!({ "id": CANARY }).to_string()],
        &["encode", path, "get", CANARY],
        &["encode", path, "gte", "{}"],
        &["generate", "docs", path],
        &["generate", "docs", path, "--format", "markdown"],
        &["generate", "rust", path],
        &["listen", path, CANARY],
        &["spec", CANARY],
        &["check", &format!("/{CANARY}.yaml")],
        &["decode", "-", "-", "--pcap", &format!("/{CANARY}")],
        &["do", path, "get", "--ns", CANARY],
        &[CANARY],
        &["list", CANARY],
    ] {
        let text = on_a_terminal(nlgen().args(arguments));
        assert!(!text.is_empty(), "{arguments:?}");
        harmless(&text, &arguments.join(" "));
        seen += usize::from(text.contains("[7m"));
    }
    assert!(seen > 20, "the canary is shown, as text: {seen}");
}

#[test]
fn names_of_the_kernel_are_shown_as_text_and_given_to_programs_as_they_are() {
    if !needs::network_namespace() || !needs::program("ip", "iproute2") {
        return;
    }
    unshare(CloneFlags::CLONE_NEWNET).unwrap();
    let name = "a\u{7f}\u{1b}[7m\u{9b}";
    let added = Command::new("ip")
        .args(["link", "add", name, "index", "7", "type", "veth"])
        .status();
    if !added.is_ok_and(|status| status.success()) {
        needs::missing(
            Need::Kernel("veth"),
            "this kernel has no links of the kind veth",
        );
        return;
    }
    let arguments = ["do", "rt-link", "getlink", r#"{"ifi-index": 7}"#];
    for table in [&["dump", "rt-link", "getlink"][..], &arguments] {
        let text = on_a_terminal(nlgen().args(table));
        harmless(&text, &table.join(" "));
        assert!(text.contains("[7m"), "{text}");
    }
    let out = nlgen().args(arguments).output().unwrap();
    let link: Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(link["ifname"], name);
    let mut dump = nlgen();
    dump.args(["dump", "rt-link", "getlink", "--table"]);
    let text = String::from_utf8(dump.output().unwrap().stdout).unwrap();
    assert!(text.contains("a\\u{7f}\\u{1b}[7m\\u{9b}"), "{text}");
}

#[test]
fn programs_get_all_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("canary.yaml");
    fs::write(&path, spec()).unwrap();
    let path = path.to_str().unwrap();
    let request = json!({ "text": CANARY, "id": 0 });
    let mut encode = nlgen();
    encode.args(["encode", path, "get", &request.to_string()]);
    let message = String::from_utf8(encode.output().unwrap().stdout).unwrap();
    let decoded = nlgen()
        .args(["decode", path, "get", message.trim()])
        .output()
        .unwrap();
    let decoded: Value = serde_json::from_slice(&decoded.stdout).unwrap();
    assert_eq!(decoded["text"], CANARY);
    let sheet = nlgen().args(["spec", path, "--json"]).output().unwrap();
    let sheet: Value = serde_json::from_slice(&sheet.stdout).unwrap();
    assert_eq!(sheet["doc"], format!("Family {CANARY}. More {CANARY}."));
    // Files get what standard output gets.
    for kind in ["docs", "rust"] {
        let out = folder.path().join("out.md");
        let printed = ["generate", kind, path].map(str::to_owned);
        let more = match kind {
            "docs" => vec!["--format".to_owned(), "markdown".to_owned()],
            _ => Vec::new(),
        };
        let printed = nlgen().args(printed).args(&more).output().unwrap();
        let file = ["generate", kind, path, "-o", out.to_str().unwrap()];
        let file = nlgen().args(file).args(&more).output().unwrap();
        assert!(file.status.success(), "{file:?}");
        assert_eq!(printed.stdout, fs::read(&out).unwrap(), "{kind}");
    }
}

/// All kinds of commands, in a shell with one redirection.
fn redirected(redirection: &str) -> Vec<(String, Output)> {
    let program = Path::new(env!("CARGO_BIN_EXE_nlgen")).display();
    let commands = [
        "spec netdev",
        "spec netdev --json",
        "encode netdev dev-get '{\"ifindex\": 1}'",
        "decode netdev - 1c000000200005000700000000000000010100000800010003000000",
        "decode --explain netdev - 1c000000200005000700000000000000010100000800010003000000",
        "check netdev",
        "check netdev --json",
        "generate rust netdev",
        "generate docs netdev",
        "completions bash",
        "--help",
        "--version",
        "list nlctrl",
    ];
    let run = |command: &str| {
        let line = format!("{program} {command} {redirection}");
        let out = Command::new("sh").args(["-c", &line]).output().unwrap();
        (command.to_owned(), out)
    };
    commands.into_iter().map(run).collect()
}

#[test]
fn output_that_cannot_be_written_is_an_error() {
    for (redirection, why) in [
        (">&-", "Bad file descriptor"),
        (">/dev/full", "No space left on device"),
    ] {
        for (command, out) in redirected(redirection) {
            let err = String::from_utf8(out.stderr).unwrap();
            assert_eq!(out.status.code(), Some(1), "{command} {redirection}: {err}");
            assert!(
                err.contains("writing to standard output: "),
                "{command}: {err}"
            );
            assert!(err.contains(why), "{command}: {err}");
        }
    }
    // A reader that has seen enough is none.
    for (command, out) in redirected("| true") {
        assert_eq!(out.stderr, b"", "{command}");
    }
    // Nothing to write, nothing wrong.
    for (command, out) in redirected(">/dev/null") {
        assert_eq!(out.status.code(), Some(0), "{command}");
    }
}

#[test]
fn a_status_does_not_depend_on_standard_error() {
    let full = || OwnedFd::from(OpenOptions::new().write(true).open("/dev/full").unwrap());
    for arguments in [
        &["do", "netdev", "dev-gte"][..],
        &["spec", "nothing"],
        &["check", "/nowhere.yaml"],
        &["decode", "netdev", "-", "00"],
        &["frobnicate"],
    ] {
        let run = |stderr: Stdio| {
            let mut command = nlgen();
            command
                .args(arguments)
                .stdin(Stdio::null())
                .stdout(Stdio::null());
            command.stderr(stderr).status().unwrap().code()
        };
        assert_eq!(run(Stdio::from(full())), Some(2), "{arguments:?}");
        assert_eq!(run(Stdio::null()), Some(2), "{arguments:?}");
    }
}
