//! `nlgen check` on specs that load and are suspicious.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::process::Command;

const CLEAN: &str = "name: clean\noperations: { list: [] }\n";
const ODD: &str = "\
name: odd
attribute-sets: [ { name: a b, attributes: [ { name: id, type: u32 } ] } ]
operations: { list: [] }
";
const SHOWN: &str = "\
warning[NL102]: the name `a b` has more than small letters, digits and `-`
 --> odd.yaml:2:27
  |
2 | attribute-sets: [ { name: a b, attributes: [ { name: id, type: u32 } ] } ]
  |                           ^^^
  |
  = help: newer specs write `a-b`, where it is defined and used

";

#[test]
fn warnings_are_told_and_may_be_denied() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("clean.yaml"), CLEAN).unwrap();
    fs::write(folder.path().join("odd.yaml"), ODD).unwrap();
    let run = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_nlgen"))
            .arg("check")
            .args(args)
            .current_dir(folder.path())
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let line = |problems| format!("{problems}; 0 operations, 0 notifications, ");
    for (args, status, out, err) in [
        (
            &["clean.yaml", "--deny-warnings"][..],
            0,
            line("clean.yaml: no problems"),
            "",
        ),
        (&["odd.yaml"], 0, line("odd.yaml: 1 warning"), SHOWN),
        (
            &["odd.yaml", "clean.yaml", "--deny-warnings"],
            2,
            line("odd.yaml: 1 warning"),
            SHOWN,
        ),
        (
            &["odd.yaml", "--json"],
            0,
            "\"severity\": \"warning\"".to_owned(),
            "",
        ),
        (
            &["odd.yaml", "--json", "--deny-warnings"],
            2,
            "\"code\": \"NL102\"".to_owned(),
            "",
        ),
    ] {
        let (code, stdout, stderr) = run(args);
        assert_eq!(code, Some(status), "{args:?}");
        assert!(stdout.contains(&out), "{args:?}: {stdout}");
        assert_eq!(stderr, err, "{args:?}");
    }
}
