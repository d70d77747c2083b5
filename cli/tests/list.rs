//! `nlgen list` as people and programs run it, against the running kernel. It only asks, and what it
//! asks for needs no rights.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::{Command, Output};

/// Runs `nlgen` and gives a transcript: what was printed, the exit status if it is not 0.
fn transcript(args: &[&str]) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_nlgen"))
        .args(args)
        .output()
        .unwrap();
    let mut text = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
    if !status.success() {
        text += &format!("[status {}]\n", status.code().unwrap());
    }
    text
}

/// The numbers of nlctrl and of its group are fixed.
#[test]
fn one_family() {
    assert_eq!(
        transcript(&["list", "nlctrl", "--table"]),
        "\
nlctrl  id 16, version 2
      3  getfamily  do dump policy
     10  getpolicy  dump policy
  group  notify  id 16
"
    );
    let json = r#"[
  {
    "family-name": "nlctrl",
    "family-id": 16,
    "version": 2,
    "hdrsize": 0,
    "maxattr": 0,
    "ops": [
      {
        "id": 3,
        "name": "getfamily",
        "flags": [
          "cmd-cap-do",
          "cmd-cap-dump",
          "cmd-cap-haspol"
        ]
      },
      {
        "id": 10,
        "name": "getpolicy",
        "flags": [
          "cmd-cap-dump",
          "cmd-cap-haspol"
        ]
      }
    ],
    "mcast-groups": [
      {
        "name": "notify",
        "id": 16
      }
    ]
  }
]
"#;
    assert_eq!(transcript(&["list", "nlctrl", "--json"]), json);
    assert_eq!(
        transcript(&["list", "nlctrl"]),
        json,
        "standard output is a pipe"
    );
}

#[test]
fn all_families() {
    let text = transcript(&["list", "--json"]);
    let families: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let ids: Vec<u64> = families
        .iter()
        .map(|family| family["family-id"].as_u64().unwrap())
        .collect();
    assert!(ids.is_sorted(), "{ids:?}");
    assert_eq!(ids[0], 16, "{ids:?}");
    let heads = transcript(&["list", "--table"]);
    let heads = heads.lines().filter(|line| !line.starts_with(' ')).count();
    assert_eq!(heads, families.len());
}

#[test]
fn what_goes_wrong() {
    assert_eq!(
        transcript(&["list", "none"]),
        "\
nlgen: the kernel has no generic netlink family `none`
  help: is its module loaded?
[status 1]
"
    );
    for args in [&["list", "--jsn"][..], &["lost"], &[]] {
        let text = transcript(args);
        assert!(text.contains("Usage: nlgen"), "{text}");
        assert!(text.ends_with("[status 2]\n"), "{text}");
    }
}

/// A reader that goes away is no failure, and no panic.
#[test]
fn a_closed_pipe() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = Command::new(env!("CARGO_BIN_EXE_nlgen"))
        .args(["list", "nlctrl"])
        .stdout(writer)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}
