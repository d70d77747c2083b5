//! `family!`: the same tokens as from a build script, and errors at the name of the spec.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::TokenStream;

fn specs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs")
}

fn arguments(text: &str) -> TokenStream {
    text.parse().unwrap()
}

#[test]
fn the_macro_and_the_build_script_give_the_same_tokens() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["exam", "exam_directional", "nlctrl", "netdev"] {
        let spec = format!("{name}.yaml");
        let generate = |path| {
            let builder = nlgen::Builder::new().spec(specs().join(&spec));
            let builder = builder.out_dir(folder.path()).rerun_if_changed(false);
            let files = builder.format(false).runtime_path(path).generate();
            let text = fs::read_to_string(&files.unwrap()[0]).unwrap();
            text.parse::<TokenStream>().unwrap().to_string()
        };
        let absolute = specs().join(&spec);
        let watched = format!(
            "const _ : & str = :: core :: include_str ! ({:?}) ;",
            absolute.to_str().unwrap()
        );
        let given = arguments(&format!("{spec:?}"));
        let expanded = nlgen::family(given, &specs()).to_string();
        assert_eq!(
            expanded.strip_suffix(&watched).map(str::trim_end),
            Some(&*generate("::nlgen_runtime"))
        );

        let given = arguments(&format!("{spec:?}, runtime = crate::rt,"));
        let expanded = nlgen::family(given, &specs()).to_string();
        assert_eq!(
            expanded.strip_suffix(&watched).map(str::trim_end),
            Some(&*generate("crate::rt"))
        );
    }
}

#[test]
fn an_overlay_beside_the_spec_is_laid_over_it_and_watched() {
    let folder = tempfile::tempdir().unwrap();
    let spec = fs::read_to_string(specs().join("../nlgen-macros/specs/ping.yaml")).unwrap();
    let overlay = "name: ping\nattribute-sets:\n  - name: ping\n    attributes: [ { name: id, type: u16 } ]\n";
    let paths = ["ping.yaml", "ping.overlay.yaml"].map(|name| folder.path().join(name));
    fs::write(&paths[0], spec).unwrap();
    let plain = nlgen::family(arguments("\"ping.yaml\""), folder.path()).to_string();
    fs::write(&paths[1], overlay).unwrap();
    let laid_over = nlgen::family(arguments("\"ping.yaml\""), folder.path()).to_string();
    assert!(plain.contains("pub id : Option < u32 >"));
    assert!(laid_over.contains("pub id : Option < u16 >"));
    for path in &paths {
        assert!(laid_over.contains(&format!("include_str ! ({:?})", path.to_str().unwrap())));
    }

    fs::write(&paths[1], "name: [").unwrap();
    let broken = nlgen::family(arguments("\"ping.yaml\""), folder.path()).to_string();
    assert!(
        broken.contains("compile_error") && broken.contains("ping.overlay.yaml:"),
        "{broken}"
    );
}

#[test]
fn problems_of_a_spec_are_shown_whole() {
    let folder = tempfile::tempdir().unwrap();
    let spec = "name: x\ndoc: X.\nattribute-sets: []\noperations:\n  list:\n    - name: get\n      doc: Gets.\n      attribute-set: gone\n      do: { request: {} }\n";
    fs::write(folder.path().join("broken.yaml"), spec).unwrap();
    let expanded = nlgen::family(arguments("\"broken.yaml\""), folder.path()).to_string();
    let rendered = nlgen::load(nlgen::span::Source::new("broken.yaml", spec)).unwrap_err();
    let rendered = rendered.to_string();
    assert!(rendered.contains("NL006"), "{rendered}");
    // As a literal of the message.
    let literal =
        proc_macro2::Literal::string(&format!("`broken.yaml` has problems\n\n{rendered}"));
    assert_eq!(
        expanded,
        format!(":: core :: compile_error ! {{ {literal} }}")
    );
}

#[test]
fn misuse_is_told() {
    for (given, message) in [
        ("", "expected string literal"),
        (
            "exam",
            "begin with the path of a spec, or with `kernel_spec = ",
        ),
        (
            "\"exam.yaml\", rutime = ::x",
            "there is no `rutime`; there is `server`, and `runtime = ::path`",
        ),
        ("\"exam.yaml\", runtime", "expected `=`"),
        ("\"exam.yaml\", runtime = ::x, more", "there is no `more`"),
        ("\"none.yaml\"", "`none.yaml` cannot be read: "),
    ] {
        let expanded = nlgen::family(arguments(given), &specs()).to_string();
        assert!(
            expanded.starts_with(":: core :: compile_error"),
            "{expanded}"
        );
        assert!(expanded.contains(message), "{given}\n{expanded}");
    }
}
