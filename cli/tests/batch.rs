//! `nlgen batch` against the kernel, in a network namespace of its own: whole or not at all, and each refusal at its
//! line. Skipped with a printed reason without root, and where the kernel has no nftables.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use needs::Need;
use nix::sched::{CloneFlags, unshare};

/// Standard output, standard error and the exit status of a command.
type Ran = (String, String, i32);

fn nlgen(arguments: &[&str], input: &str) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_nlgen"))
        .args(arguments)
        .env_remove("NLGEN_SPECS")
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that does not read its input closes it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let ran = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        text(ran.stdout),
        text(ran.stderr),
        ran.status.code().unwrap(),
    )
}

/// Enters a namespace in which rules can be changed.
fn has_nftables() -> bool {
    if !needs::network_namespace() {
        return false;
    }
    unshare(CloneFlags::CLONE_NEWNET).unwrap();
    match nlgen(&["dump", "nftables", "gettable"], "") {
        (_, _, 0) => true,
        (_, error, _) => {
            let reason = format!("the kernel has no nftables: {error}");
            needs::missing(Need::Kernel("nf_tables"), reason.trim().replace('\n', " "));
            false
        }
    }
}

/// The names of the tables there are.
fn tables() -> String {
    let (out, error, status) = nlgen(&["dump", "nftables", "gettable", "--columns", "name"], "");
    assert_eq!((error.as_str(), status), ("", 0));
    out.lines().skip(1).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_batch_is_carried_out_whole_or_not_at_all() {
    if !has_nftables() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rules");
    fs::write(
        &path,
        r#"# A table with a chain and a rule.
nftables newtable --create {"nfgen-family": 1, "name": "filter"}
nftables newchain --create {"nfgen-family": 1, "table": "filter", "name": "in",
  "type": "filter", "hook": {"num": 1, "priority": 0}}

nftables newrule --create --append --echo {"nfgen-family": 1, "table": "filter", "chain": "in",
  "expressions": {"elem": [{"name": "counter", "data": {}}]}}"#,
    )
    .unwrap();
    let (out, error, status) = nlgen(&["batch", path.to_str().unwrap()], "");
    assert_eq!((error.as_str(), status), ("", 0));
    assert_eq!(tables(), "filter");
    let echo: serde_json::Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    assert_eq!(echo["name"], "newrule-ntf");
    assert_eq!(echo["msg"]["chain"], "in");

    // Two of four are refused: each at its line, and of the others nothing is left.
    let bad = r#"nftables newtable --create {"nfgen-family": 1, "name": "other"}
nftables newchain --create {"nfgen-family": 1, "table": "nowhere", "name": "in"}

nftables newtable --create {"nfgen-family": 1, "name": "third"}
nftables newrule --create {"nfgen-family": 1, "table": "other",
  "chain": "nope"}
"#;
    let (out, error, status) = nlgen(&["batch", "-"], bad);
    assert_eq!((out.as_str(), status), ("", 1), "{error}");
    let heads: Vec<&str> = error
        .lines()
        .filter(|line| !line.starts_with(' ') || line.starts_with(" -->"))
        .collect();
    assert_eq!(
        heads,
        [
            "nlgen: standard input:2: nftables.newchain: the kernel refuses: ENOENT (No such file or directory)",
            " --> table",
            "nlgen: standard input:5: nftables.newrule: the kernel refuses: ENOENT (No such file or directory)",
            " --> chain",
            "nothing of the batch was carried out",
        ]
    );
    assert!(
        error.contains("\"chain\": \"nope\"\n   |   ^^^^^^^^^^^^^^^ this attribute"),
        "{error}"
    );
    assert_eq!(tables(), "filter");

    // The whole is refused for another generation.
    let one = r#"nftables newtable --create {"nfgen-family": 1, "name": "late"}"#;
    let (_, error, status) = nlgen(&["batch", "-", "--genid", "4711"], one);
    assert_eq!(status, 1);
    assert!(
        error.contains("the rules were changed since they were read"),
        "{error}"
    );
    assert_eq!(tables(), "filter");

    // Without a batch the kernel does not say what is wrong.
    let request = r#"{"nfgen-family": 1, "name": "alone"}"#;
    let (_, error, status) = nlgen(&["do", "nftables", "newtable", request, "--create"], "");
    assert_eq!(status, 1);
    assert!(
        error.contains("help: netfilter takes most changes in a batch: nlgen batch FILE"),
        "{error}"
    );
}

#[test]
fn what_is_wrong_with_the_file_is_told_before_anything_is_sent() {
    let file = r#"nftables newtable {"nme": "x"}
netdev dev-get {"ifindex": 1}
nftables newtabel {}
nftables newtable --crate {}
nftables newchain {"name": "x",
  "name": "y"}
nftables newrule {"table": "x"} and more
nftables
nftables deltable {"name":
"#;
    let (out, error, status) = nlgen(&["batch", "-"], file);
    assert_eq!((out.as_str(), status), ("", 2));
    let heads: Vec<&str> = error
        .lines()
        .filter(|line| line.starts_with("nlgen: "))
        .collect();
    assert_eq!(
        heads,
        [
            "nlgen: standard input:1: nme: the set `table-attrs` has no attribute `nme`",
            "nlgen: standard input:2: `netdev` is no family of netfilter, and only netfilter has batches",
            "nlgen: standard input:3: the family `nftables` has no operation `newtabel`",
            "nlgen: standard input:4: unexpected argument '--crate' found",
            "nlgen: standard input:6: the JSON cannot be read: the key \"name\" is there twice",
            "nlgen: standard input:7: there is more behind the end of the message",
            "nlgen: standard input:8: a message begins with a family and an operation",
            "nlgen: standard input:9: the JSON cannot be read: EOF while parsing a value",
        ]
    );
    let (_, error, status) = nlgen(&["batch", "-"], "# nothing\n\n");
    assert_eq!(status, 2);
    assert!(
        error.contains("there are no messages in standard input"),
        "{error}"
    );
}
