//! `nlgen check --c`: what C cannot hold of each spec, and of all together.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::process::Command;

#[test]
fn families_whose_names_are_the_same_in_c_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| fs::write(folder.path().join(file), text).unwrap();
    let family = |name: &str| format!("name: {name}\noperations: {{ list: [] }}\n");
    write("one.yaml", &family("weather-map"));
    write("two.yaml", &family("weather_map"));
    write("other.yaml", &family("weather"));
    write("long.yaml", &family("a-family-with-a-long-name"));
    let run = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_nlgen"))
            .arg("check")
            .args(args)
            .current_dir(folder.path())
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (out, err) = (text(output.stdout), text(output.stderr));
        (output.status.code().unwrap(), out, err)
    };
    // Only C has a problem with them.
    let (status, _, err) = run(&["one.yaml", "two.yaml", "long.yaml"]);
    assert_eq!((status, &*err), (0, ""));
    let (status, out, err) = run(&["--c", "one.yaml", "other.yaml"]);
    assert_eq!((status, &*err), (0, ""));
    assert_eq!(out.lines().count(), 2, "{out}");

    let (status, out, err) = run(&["--c", "one.yaml", "two.yaml", "other.yaml"]);
    assert_eq!(status, 2, "{err}");
    assert!(err.starts_with("error[NL205]: in C the names of this family begin with `weather_map_`, and so do those of one.yaml\n --> two.yaml:1:7\n"), "{err}");
    assert!(!out.contains("two.yaml"), "{out}");

    let (status, out, _) = run(&["--c", "--json", "one.yaml", "two.yaml", "long.yaml"]);
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    let codes: Vec<_> = told
        .as_array()
        .unwrap()
        .iter()
        .map(|told| told["code"].as_str().unwrap())
        .collect();
    assert_eq!((status, codes), (2, vec!["NL205", "NL204"]));
}
