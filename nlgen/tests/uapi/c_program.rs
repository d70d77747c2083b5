//! What C headers declare, and the values that a C program finds in them.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::c_names::{Constant, Expected};

/// What headers use of the compiler and of the kernel, and what installed headers are without.
const FLAGS: &[&str] = &[
    "-std=gnu11",
    "-Wno-cpp",
    "-D__user=",
    "-D__force=",
    "-D__always_inline=inline",
];

/// A C compiler, and the headers of a kernel.
pub(crate) struct Headers {
    pub(crate) compiler: String,
    pub(crate) source: PathBuf,
}

/// What headers declare.
#[derive(Debug, Default)]
pub(crate) struct Declared {
    /// Macros without arguments, and every name outside of macros.
    pub(crate) names: HashSet<String>,
    /// The names between the braces of each struct.
    pub(crate) structs: HashMap<String, HashSet<String>>,
}

impl Headers {
    /// What the headers declare, with all that they include.
    pub(crate) fn declared(&self, headers: &[String]) -> Declared {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("declared.c");
        fs::write(&file, includes(headers)).unwrap();
        let output = self.compile(folder.path(), &["-E", "-dD", "-P"], &file);
        Declared::in_text(&output)
    }

    /// The value of each constant: compiles a program that prints them, and runs it.
    pub(crate) fn values(
        &self,
        headers: &[String],
        constants: &[Constant],
    ) -> HashMap<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("values.c");
        let binary = folder.path().join("values");
        fs::write(&file, program(headers, constants)).unwrap();
        self.compile(folder.path(), &["-o", &binary.to_string_lossy()], &file);
        let printed = printed(&Command::new(&binary).output().unwrap());
        let pairs = printed.lines().filter_map(|line| line.split_once('='));
        pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    fn compile(&self, folder: &Path, arguments: &[&str], file: &Path) -> String {
        // Headers of the kernel alone, of which installed headers are without.
        let kernel = folder.join("linux");
        fs::create_dir(&kernel).unwrap();
        for header in ["compiler.h", "compiler_types.h"] {
            fs::write(kernel.join(header), "").unwrap();
        }
        let output = Command::new(&self.compiler)
            .args(FLAGS)
            .arg("-I")
            .arg(folder)
            .arg("-isystem")
            .arg(self.source.join("include/uapi"))
            .args(arguments)
            .arg(file)
            .output();
        printed(&output.unwrap())
    }
}

fn printed(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn includes(headers: &[String]) -> String {
    let mut text = String::from("#include <stddef.h>\n#include <stdio.h>\n");
    for header in headers {
        writeln!(text, "#include <{header}>").unwrap();
    }
    text
}

/// A program that prints each constant's name and value.
fn program(headers: &[String], constants: &[Constant]) -> String {
    let mut text = includes(headers);
    text += "\nint main(void)\n{\n";
    for Constant { name, expected } in constants {
        match expected {
            Expected::Number(_) => {
                writeln!(text, "\tprintf(\"{name}=%lld\\n\", (long long)({name}));").unwrap();
            }
            Expected::Text(_) => writeln!(text, "\tprintf(\"{name}=%s\\n\", {name});").unwrap(),
        }
    }
    text + "\treturn 0;\n}\n"
}

impl Declared {
    /// Whether a name is declared, or the argument of the macro that makes a constant.
    pub(crate) fn has(&self, name: &str) -> bool {
        let argument = name
            .split_once('(')
            .and_then(|(_, rest)| rest.strip_suffix(')'));
        self.names.contains(argument.unwrap_or(name))
    }

    /// Reads what the preprocessor leaves: declarations, and the definitions of macros.
    fn in_text(text: &str) -> Self {
        let mut declared = Self::default();
        let mut code = String::new();
        for line in text.lines() {
            match line.strip_prefix("#define ") {
                // A macro with arguments has its parenthesis at once.
                Some(macro_) => {
                    let name = macro_.split(' ').next().unwrap_or_default();
                    declared.names.insert(name.to_owned());
                }
                None if line.starts_with('#') => {}
                None => code.extend([line, "\n"]),
            }
        }
        let tokens = tokens(&code);
        for (at, token) in tokens.iter().enumerate() {
            declared.names.insert((*token).to_owned());
            if let ("struct", Some(name), Some(&"{")) =
                (*token, tokens.get(at + 1), tokens.get(at + 2))
            {
                let inside = inside(tokens.iter().skip(at + 2));
                declared.structs.insert((*name).to_owned(), inside);
            }
        }
        declared
    }
}

/// Words, and every other character by itself; spaces left out.
fn tokens(code: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c == '_' || c.is_ascii_alphanumeric();
        let end = match word(first) {
            true => rest.find(|c| !word(c)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (token, after) = rest.split_at(end);
        if !first.is_whitespace() {
            tokens.push(token);
        }
        rest = after;
    }
    tokens
}

/// What is between a brace and the one that closes it.
fn inside<'a>(tokens: impl Iterator<Item = &'a &'a str>) -> HashSet<String> {
    let mut depth = 0;
    let mut names = HashSet::new();
    for token in tokens {
        match *token {
            "{" => depth += 1,
            "}" => depth -= 1,
            name => {
                names.insert(name.to_owned());
            }
        }
        if depth == 0 {
            break;
        }
    }
    names
}
