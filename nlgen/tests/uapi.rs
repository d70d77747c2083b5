//! Every number of the specs that ship equals the constant of the kernel's headers, shown by a C program that
//! includes them.
//!
//! The headers are those of Linux 6.12, in the folder that `NLGEN_KERNEL_SOURCE` names or, without it, where
//! `ci/kernel-source` puts them. Without the headers or a C compiler the test says so and is skipped.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "uapi/c_names.rs"]
mod c_names;
mod kernel_source;

use std::collections::HashMap;
use std::env;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use c_names::{Constant, Expected};
use kernel_source::kernel_source;
use nlgen::{load, parse, read};

/// The specs, and how many constants each has at least: a test that compares nothing finds nothing.
const SPECS: &[(&str, usize)] = &[
    ("nlctrl", 60),
    ("netdev", 80),
    ("ethtool", 350),
    ("mptcp_pm", 70),
    ("tcp_metrics", 20),
];

/// What headers use of the compiler and of the kernel, and what installed headers are without.
const FLAGS: &[&str] = &[
    "-std=gnu11",
    "-Wno-cpp",
    "-D__user=",
    "-D__force=",
    "-D__always_inline=inline",
];

#[test]
fn numbers_are_those_of_the_headers() {
    let Some(source) = kernel_source() else {
        println!("skipped: no kernel headers; run ci/kernel-source or set NLGEN_KERNEL_SOURCE");
        return;
    };
    let compiler = env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    if Command::new(&compiler).arg("--version").output().is_err() {
        println!("skipped: there is no C compiler `{compiler}`");
        return;
    }
    let mut wrong = Vec::new();
    for (name, least) in SPECS {
        let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../specs/{name}.yaml"));
        let (document, family) = (parse(read(&spec).unwrap()), load(read(&spec).unwrap()));
        let (document, family) = (document.unwrap(), family.unwrap());
        let constants = c_names::constants(&document, &family);
        assert!(
            constants.len() >= *least,
            "{name} has only {} constants",
            constants.len()
        );
        println!("{name}: {} constants", constants.len());
        let program = program(&c_names::headers(&document), &constants);
        let values = run(&compiler, &source, name, &program);
        for constant in &constants {
            let found = values.get(constant.name.as_str());
            let expected = match &constant.expected {
                Expected::Number(number) => number.to_string(),
                Expected::Text(text) => text.clone(),
            };
            if found != Some(&expected) {
                let found = found.map_or("nothing", String::as_str);
                wrong.push(format!(
                    "{name}.yaml: {} is {expected}, but {found} in the headers",
                    constant.name
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A program that prints each constant's name and value.
fn program(headers: &[String], constants: &[Constant]) -> String {
    let mut text = String::from("#include <stdio.h>\n");
    for header in headers {
        writeln!(text, "#include <{header}>").unwrap();
    }
    text += "\nint main(void)\n{\n";
    for Constant { name, expected } in constants {
        match expected {
            Expected::Number(_) => {
                writeln!(text, "\tprintf(\"{name} %lld\\n\", (long long)({name}));").unwrap();
            }
            Expected::Text(_) => writeln!(text, "\tprintf(\"{name} %s\\n\", {name});").unwrap(),
        }
    }
    text + "\treturn 0;\n}\n"
}

/// Compiles and runs a program, and gives what it prints.
fn run(compiler: &str, source: &Path, name: &str, program: &str) -> HashMap<String, String> {
    let folder = tempfile::tempdir().unwrap();
    // Headers of the kernel alone, of which installed headers are without.
    let kernel = folder.path().join("linux");
    fs::create_dir(&kernel).unwrap();
    for header in ["compiler.h", "compiler_types.h"] {
        fs::write(kernel.join(header), "").unwrap();
    }
    let file = folder.path().join(format!("{name}.c"));
    let binary = folder.path().join(name);
    fs::write(&file, program).unwrap();
    let output = Command::new(compiler)
        .args(FLAGS)
        .arg("-I")
        .arg(folder.path())
        .arg("-isystem")
        .arg(source.join("include/uapi"))
        .arg("-o")
        .args([&binary, &file])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "constants of {name}.yaml are not in the headers\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let output = Command::new(&binary).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let pairs = printed.lines().filter_map(|line| line.split_once(' '));
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
