//! The constants of a header, as a program sees them that includes it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The names and values of a header's enumerators and defines. Texts are in quotes.
pub(crate) fn of(header: &Path, folder: &Path) -> BTreeMap<String, String> {
    let text = without_comments(&fs::read_to_string(header).unwrap());
    let mut program = String::from("#include <stdio.h>\n");
    program.push_str(&format!("#include \"{}\"\n", header.display()));
    program.push_str("int main(void)\n{\n");
    for name in names(&text) {
        program.push_str(&match quoted(&text, &name) {
            true => format!("\tprintf(\"{name} \\\"%s\\\"\\n\", {name});\n"),
            false => format!("\tprintf(\"{name} %lld\\n\", (long long)({name}));\n"),
        });
    }
    program.push_str("\treturn 0;\n}\n");
    let source = folder.join("constants.c");
    let binary = folder.join("constants");
    fs::write(&source, program).unwrap();
    let output = Command::new("gcc")
        .args(["-w", "-o"])
        .args([&binary, &source])
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {errors}", header.display());
    let printed = Command::new(&binary).output().unwrap().stdout;
    let lines = String::from_utf8(printed).unwrap();
    lines
        .lines()
        .map(|line| {
            let (name, value) = line.split_once(' ').unwrap();
            (name.to_owned(), value.to_owned())
        })
        .collect()
}

/// Whether a define is a text.
fn quoted(text: &str, name: &str) -> bool {
    let defines = text
        .lines()
        .filter_map(|line| line.strip_prefix("#define "));
    let mut values = defines.filter_map(|rest| rest.split_once(char::is_whitespace));
    let value = values.find(|(known, _)| *known == name);
    value.is_some_and(|(_, value)| value.trim().starts_with('"'))
}

fn without_comments(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        rest = after.split_once("*/").unwrap().1;
    }
    out + rest
}

/// Names of enumerators and of defines that have a value and no arguments.
fn names(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for line in text.replace("\\\n", " ").lines() {
        if let Some((name, value)) = line
            .strip_prefix("#define ")
            .and_then(|rest| rest.split_once(char::is_whitespace))
            && !name.contains('(')
            && !value.trim().is_empty()
        {
            names.insert(name.to_owned());
        }
    }
    let directives = |line: &&str| !line.starts_with('#');
    let joined = text.replace("\\\n", " ");
    let plain: Vec<&str> = joined.lines().filter(directives).collect();
    let plain = plain.join("\n");
    let mut rest = &*plain;
    while let Some(at) = rest.find("enum") {
        let (_, after) = rest.split_at(at + "enum".len());
        rest = after;
        let Some((head, body)) = after.split_once('{') else {
            break;
        };
        // A member of a struct, not a definition.
        if head.contains(';') {
            continue;
        }
        let (body, after) = body.split_once('}').unwrap();
        rest = after;
        for item in body.split(',') {
            let name = item.split('=').next().unwrap_or_default().trim();
            if !name.is_empty() {
                names.insert(name.to_owned());
            }
        }
    }
    names
}
