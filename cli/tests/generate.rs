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
    assert!(code.contains("pub port: Option<u16>"), "{code}");
    assert!(
        said.starts_with("warning[NL109]: the set `ping` has no attribute `pot`"),
        "{said}"
    );
    assert!(said.contains("ping.yaml:7:44"), "{said}");
    assert!(said.contains("did you mean `port`?"), "{said}");
}
