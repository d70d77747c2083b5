//! `nlgen spec` says where each spec comes from, and what of two specs of one name is used.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn nlgen(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_nlgen"))
        .args(arguments)
        .current_dir(folder)
        .env("NLGEN_SPECS", "own:own-too:missing")
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn each_spec_says_where_it_comes_from() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let spec = |name: &str, doc: &str| {
        format!("name: {name}\ndoc: {doc}\nattribute-sets: []\noperations: {{ list: [] }}\n")
    };
    write("own/netdev.yaml", &spec("netdev", "First."));
    write("own-too/netdev.yaml", &spec("netdev", "Second."));
    write("own-too/mine.yaml", &spec("mine", "Of my own."));
    write(
        "own/ethtool.overlay.yaml",
        "name: ethtool\ndoc: Corrected.\n",
    );

    let list = text(&nlgen(folder.path(), &["spec"]));
    let row = |name: &str| {
        let mut rows = list.lines();
        rows.find(|row| row.trim_start().starts_with(name)).unwrap()
    };
    assert!(row("netdev ").contains("0 operations, own "), "{list}");
    assert!(row("mine ").contains("0 operations, own "), "{list}");
    assert!(
        row("ethtool ").contains(" operations, shipped  Corrected."),
        "{list}"
    );
    assert!(
        row("wireguard ").contains(" operations, shipped "),
        "{list}"
    );
    let (_, below) = list.split_once("\nFiles\n").unwrap();
    assert_eq!(
        below,
        "  ethtool: own/ethtool.overlay.yaml is laid over it\n  mine: own-too/mine.yaml\n  \
         netdev: own/netdev.yaml\n\nNot used, since a place before has the name\n  \
         netdev: own-too/netdev.yaml\n  netdev: shipped\n"
    );

    let one = text(&nlgen(folder.path(), &["spec", "netdev"]));
    assert!(one.contains("First."), "{one}");
    assert!(
        one.ends_with("\nFrom own/netdev.yaml\nNot used: own-too/netdev.yaml\nNot used: shipped\n"),
        "{one}"
    );
    let one = text(&nlgen(folder.path(), &["spec", "ethtool"]));
    assert!(
        one.ends_with("\nFrom shipped\nOverlay own/ethtool.overlay.yaml\n"),
        "{one}"
    );
    // A path means that file.
    let one = text(&nlgen(folder.path(), &["spec", "own-too/netdev.yaml"]));
    assert!(one.ends_with("\nFrom own-too/netdev.yaml\n"), "{one}");

    let list = nlgen(folder.path(), &["spec", "--json"]);
    let list: Vec<Value> = serde_json::from_slice(&list.stdout).unwrap();
    let entry = |name: &str| list.iter().find(|entry| entry["family"] == name).unwrap();
    assert_eq!(entry("mine")["from"], "own-too/mine.yaml");
    assert_eq!(entry("wireguard")["from"], "shipped");
    assert_eq!(entry("ethtool")["overlays"][0], "own/ethtool.overlay.yaml");
    assert_eq!(entry("netdev")["unused"][0], "own-too/netdev.yaml");
}

#[test]
fn what_is_nowhere_names_the_places() {
    let folder = tempfile::tempdir().unwrap();
    let output = nlgen(folder.path(), &["spec", "no-such-family"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    for place in [
        "own (NLGEN_SPECS) (not there)",
        "what ships with the program",
        "/usr/share/ynl/specs",
        "/build/Documentation/netlink/specs",
        "/source/Documentation/netlink/specs",
    ] {
        assert!(told.contains(place), "{told}");
    }
}
