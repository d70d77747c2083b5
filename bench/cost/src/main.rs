//! Writes a crate with the code of the kernel's specs: `bench-cost SPECS OVERLAYS CRATE RUNTIME`, which are
//! folders. Each spec is loaded with the overlay of its name. Prints the number of specs and of lines.

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
    for spec in &found {
        let name = spec.file_stem().unwrap_or_default().to_string_lossy().replace('-', "_");
        let code = code(spec, &overlays.join(format!("{name}.overlay.yaml")))?;
        lines += code.lines().count();
        output::write_if_changed(&folder.join(format!("src/{name}.rs")), &code)?;
        writeln!(modules, "\n/// `{name}`.\npub mod {name};")?;
    }
    output::write_if_changed(&folder.join("src/lib.rs"), &modules)?;
    let manifest = format!(
        "[package]\nname = \"ours\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\nnlgen-runtime = {{ path = {runtime:?} }}\n"
    );
    output::write_if_changed(&folder.join("Cargo.toml"), &manifest)?;
    println!("{} {lines}", found.len());
    Ok(())
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
