//! `nlgen generate rust` makes what build scripts get.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Command;

#[test]
fn rust_is_what_a_build_script_makes() {
    let folder = tempfile::tempdir().unwrap();
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    for spec in ["nlctrl", "exam", "exam_directional"] {
        let path = specs.join(spec).with_extension("yaml");
        let builder = nlgen::Builder::new().spec(&path).out_dir(folder.path());
        let built = builder.rerun_if_changed(false).generate().unwrap();
        let made = folder.path().join("made").join("made.rs");
        for family in [
            path.to_str().unwrap(),
            &spec.replace("exam_directional", "exam-dir"),
        ] {
            let output = Command::new(env!("CARGO_BIN_EXE_nlgen"))
                .args(["generate", "rust", family, "-o"])
                .arg(&made)
                .env_remove("NLGEN_SPECS")
                .output()
                .unwrap();
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
            let [built, made] =
                [&built[0], &made].map(|path| std::fs::read_to_string(path).unwrap());
            assert!(built == made, "{family} is not as a build script makes it");
        }
    }
}

/// The commands of `nlgen help`, behind the names of those that they belong to.
fn commands(of: &[String]) -> Vec<Vec<String>> {
    let output = Command::new(env!("CARGO_BIN_EXE_nlgen"))
        .args(of)
        .arg("--help")
        .output()
        .unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let Some((_, list)) = help.split_once("\nCommands:\n") else {
        return Vec::new();
    };
    let list = list.lines().take_while(|line| !line.is_empty());
    let names = list.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names = names.filter(|name| !name.is_empty() && *name != "help");
    names
        .map(|name| [of, &[name.to_owned()]].concat())
        .collect()
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("share/man1");
    let output = Command::new(env!("CARGO_BIN_EXE_nlgen"))
        .args(["generate", "man", "-o"])
        .arg(&pages)
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{errors}");

    let mut names = vec![Vec::new()];
    names.extend(commands(&[]));
    for command in commands(&[]) {
        names.extend(commands(&command));
    }
    assert!(names.len() > 10, "the commands are found: {names:?}");
    let mut expected = Vec::new();
    for name in names {
        let name = [&["nlgen".to_owned()][..], &name].concat().join("-");
        let page = std::fs::read_to_string(pages.join(format!("{name}.1"))).unwrap();
        // The name, escaped as roff wants it.
        let name_section = format!(".SH NAME\n{}", name.replace('-', "\\-"));
        assert!(page.contains(&name_section), "{name}: {page}");
        expected.push(format!("{name}.1"));
    }
    let written = std::fs::read_dir(&pages).unwrap();
    let mut written: Vec<String> = written
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    written.sort();
    expected.sort();
    assert_eq!(written, expected);
}

/// What is left out of a spec is said, and the rest is made.
#[test]
fn warnings_of_a_spec_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let spec = folder.path().join("ping.yaml");
    std::fs::write(
        &spec,
        "name: ping\n\
         attribute-sets: [ { name: ping, attributes: [ { name: port, type: u16 } ] } ]\n\
         operations:\n  list:\n    - name: echo\n      attribute-set: ping\n      \
         do: { request: { attributes: [ port, pot ] } }\n",
    )
    .unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_nlgen"))
        .args(["generate", "rust"])
        .arg(&spec)
        .output()
        .unwrap();
    let [code, said] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    assert!(output.status.success(), "{said}");
    assert!(code.contains("port: value(u16)"), "{code}");
    assert!(
        said.starts_with("warning[NL109]: the set `ping` has no attribute `pot`"),
        "{said}"
    );
    assert!(said.contains("ping.yaml:7:44"), "{said}");
    assert!(said.contains("did you mean `port`?"), "{said}");
}
