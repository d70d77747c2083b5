//! Seeds for the target `spec`.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use nlgen::spec;

/// The longest seed that the fuzzer takes whole.
const LONGEST: usize = 8192;

/// Writes the specs and the dictionary, and gives how many specs there are.
pub(crate) fn write() -> io::Result<usize> {
    let (folder, mut count) = (Path::new("corpus/spec"), 0);
    fs::create_dir_all(folder)?;
    for from in [
        "../specs",
        "../nlgen/tests/golden",
        "../nlgen/tests/diagnostics",
    ] {
        for entry in fs::read_dir(from)? {
            let path = entry?.path();
            if path.extension().is_none_or(|found| found != "yaml") {
                continue;
            }
            let text = fs::read_to_string(&path)?;
            for (part, text) in parts(&text).into_iter().enumerate() {
                let name = path.file_stem().unwrap_or_default().to_string_lossy();
                fs::write(folder.join(format!("seed-{name}-{part}")), text)?;
                count += 1;
            }
        }
    }
    let overlay = "name: x\nattribute-sets: [ { name: s, attributes: [ { drop: a } ] } ]\n";
    let spec = "name: x\nattribute-sets: [ { name: s, attributes: [ { name: a, type: u8 } ] } ]\n\
                operations: { list: [] }\n";
    fs::write(folder.join("seed-overlay"), format!("{spec}\0{overlay}"))?;
    fs::write("spec.dict", dictionary())?;
    Ok(count + 1)
}

/// A text, or of a longer one its head with each of the top level's further parts.
fn parts(text: &str) -> Vec<String> {
    if text.len() <= LONGEST {
        return vec![text.to_owned()];
    }
    let sections: Vec<&str> = text.split_inclusive("\n\n").collect();
    let mut parts = vec![String::new()];
    for section in sections {
        match parts.last_mut() {
            Some(part) if part.len() + section.len() <= LONGEST => part.push_str(section),
            _ => parts.push(section.chars().take(LONGEST).collect()),
        }
    }
    parts
}

/// The keys and words of the language, and signs of YAML that mean much.
fn dictionary() -> String {
    let signs = [
        "&a ", "*a", "- ", ": ", "{ ", "[ ", " - 1", "u32-max", "0x", "drop: ", "<<: ",
    ];
    let words = spec::MAPPINGS.iter().chain(spec::CHOICES);
    let words = words.flat_map(|(_, words)| words.iter().copied());
    let all: BTreeSet<&str> = words.chain(signs).collect();
    all.iter().map(|word| format!("\"{word}\"\n")).collect()
}
