//! Writes a crate with the code of the kernel's specs: `bench-cost SPECS OVERLAYS CRATE RUNTIME`, which are
//! folders. Each spec is loaded with the overlay of its name. Prints the number of specs and of lines.
//!
//! The crate has two programs: `link_state`, which uses one request of one family, and `show_any`, which
//! prints any reply of any family.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use nlgen::{check, emit, output, read};

fn main() -> Result<(), Box<dyn Error>> {
    let folders: Vec<PathBuf> = env::args_os().skip(1).map(PathBuf::from).collect();
    let [specs, overlays, folder, runtime] = &folders[..] else {
        return Err("bench-cost SPECS OVERLAYS CRATE RUNTIME".into());
    };
    let mut found: Vec<PathBuf> = fs::read_dir(specs)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_, std::io::Error>>()?;
    found.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    found.sort();
    let (mut modules, mut lines) = (String::from("//! The kernel's specs.\n"), 0);
    let mut replies = String::new();
    for spec in &found {
        let name = spec.file_stem().unwrap_or_default().to_string_lossy().replace('-', "_");
        let code = code(spec, &overlays.join(format!("{name}.overlay.yaml")))?;
        lines += code.lines().count();
        output::write_if_changed(&folder.join(format!("src/{name}.rs")), &code)?;
        writeln!(modules, "\n/// `{name}`.\npub mod {name};")?;
        for reply in replies_of(&code) {
            writeln!(replies, "        \"{name} {reply}\" => show(ours::{name}::{reply}::decode(&bytes)),")?;
        }
    }
    output::write_if_changed(&folder.join("src/lib.rs"), &modules)?;
    let manifest = format!(
        "[package]\nname = \"ours\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\nnlgen-runtime = {{ path = {runtime:?} }}\n\n\
         # As people build small programs.\n\
         [profile.small]\ninherits = \"release\"\nopt-level = \"s\"\nlto = \"fat\"\ncodegen-units = 1\n\
         panic = \"abort\"\n"
    );
    let show_any = SHOW_ANY.replace("REPLIES", replies.trim_end());
    output::write_if_changed(&folder.join("src/bin/show_any.rs"), &show_any)?;
    let link_state = include_str!("link_state.rs");
    output::write_if_changed(&folder.join("src/bin/link_state.rs"), link_state)?;
    output::write_if_changed(&folder.join("Cargo.toml"), &manifest)?;
    println!("{} {lines}", found.len());
    Ok(())
}

/// Prints the attributes of a reply that come on standard input: `show_any FAMILY REPLY`.
const SHOW_ANY: &str = r#"
use std::fmt::Debug;
use std::io::Read as _;
use nlgen_runtime::{Decode as _, DecodeError};
fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes)?;
    match &*arguments.join(" ") {
REPLIES
        other => eprintln!("no reply {other}"),
    }
    Ok(())
}
fn show<T: Debug>(reply: Result<T, DecodeError>) {
    match reply {
        Ok(reply) => println!("{reply:?}"),
        Err(error) => eprintln!("{error}"),
    }
}
"#;

/// The names of the structs of replies in generated code.
fn replies_of(code: &str) -> impl Iterator<Item = &str> {
    code.lines().filter_map(|line| {
        let rest = line.trim_start().strip_prefix("pub struct ")?;
        let end = rest.find(|c: char| !c.is_alphanumeric())?;
        rest.get(..end).filter(|name| name.ends_with("Reply"))
    })
}

fn code(spec: &Path, overlay: &Path) -> Result<String, Box<dyn Error>> {
    let overlays = match overlay.is_file() {
        true => vec![read(overlay)?],
        false => Vec::new(),
    };
    let family = check(read(spec)?, overlays)?.family;
    let tokens = emit::rust::family(&family, &quote::quote!(::nlgen_runtime));
    Ok(output::format(&tokens, &family.name))
}
