//! One small spec per feature of C, and the C that it becomes, both checked in: the uapi header, the kernel's tables, and
//! of some a module. What is checked in is compiled as programs, drivers of the kernel and C++ take it, and read by the
//! kernel's own checkers, and so is C that people wrote: the examples' modules and the lab's.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod checked_in;
mod kernel_build;
mod kernel_source;

use std::fs;
use std::path::Path;
use std::process::Command;

use checked_in::{Differences, files, stem};
use kernel_source::{Kernel, repository};
use needs::Need;
use nlgen::emit::c;

const FOLDER: &str = "tests/c_golden";

/// The specs with a module that is checked in, from small to large, and a protocol of its own. What handlers do is
/// `false` where they refuse.
const MODULES: [(&str, bool); 3] = [("global", false), ("raw", true), ("nests", true)];

/// The folders of the examples that have a kernel module.
const EXAMPLES: [&str; 3] = ["memo", "icmpwatch", "hello"];

/// The files of a module.
fn module(spec: &Path, echo: bool) -> Vec<c::File> {
    let loaded = nlgen::check_file(spec).unwrap();
    let family = loaded.c().unwrap_or_else(|error| panic!("{error}"));
    let handlers = match echo {
        true => c::Handlers::Echo,
        false => c::Handlers::Refuse,
    };
    c::module(&family, &format!("{}.yaml", stem(spec)), handlers)
}

#[test]
fn modules_are_what_is_checked_in() {
    let mut differences = Differences::default();
    for (name, echo) in MODULES {
        let files = module(&Path::new(FOLDER).join(format!("{name}.yaml")), echo);
        // The header and the tables are there as `generate uapi` and `generate kernel` make them.
        let own = |file: &&c::File| {
            ["_nl.h", "_nl.c", "_core.c"]
                .iter()
                .any(|end| file.path.ends_with(end))
        };
        let own: Vec<_> = files.iter().filter(own).collect();
        assert_eq!(own.len(), 3);
        for file in own {
            differences.compare(format!("{FOLDER}/module/{}", file.path), &file.text);
        }
    }
    differences.finish();
}

#[test]
fn every_feature_becomes_what_is_checked_in() {
    let mut differences = Differences::default();
    for spec in files(FOLDER, "yaml") {
        let name = stem(&spec);
        let loaded = nlgen::check_file(&spec).unwrap();
        let family = loaded.c().unwrap_or_else(|error| panic!("{error}"));
        let file = format!("{name}.yaml");
        let tables = c::tables(&family, &file, &format!("{name}_nl.h"));
        for (made, text) in [
            (format!("{name}.h"), c::uapi(&family, &file)),
            (format!("{name}_nl.h"), tables.header),
            (format!("{name}_nl.c"), tables.source),
        ] {
            differences.compare(format!("{FOLDER}/{made}"), &text);
        }
    }
    differences.finish();
}

/// The uapi headers of the golden specs, and of every spec that ships, compile in C and C++ without a warning.
#[test]
fn uapi_headers_are_c_and_cpp() {
    if !needs::program("gcc", "gcc") || !needs::program("g++", "g++") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let shipped = kernel_source::specs_in(&repository().join("specs"));
    assert!(shipped.len() > 10);
    for spec in files(FOLDER, "yaml").iter().chain(&shipped) {
        let loaded = nlgen::check_file(spec).unwrap();
        let family = loaded.c().unwrap_or_else(|error| panic!("{error}"));
        let header = folder.path().join(format!("{}.h", stem(spec)));
        fs::write(&header, c::uapi(&family, "spec.yaml")).unwrap();
        for (compiler, language, standard) in [
            ("gcc", "c", "c90"),
            ("gcc", "c", "gnu17"),
            ("g++", "c++", "c++98"),
            ("g++", "c++", "c++20"),
        ] {
            let output = Command::new(compiler)
                .args(["-x", language, &format!("-std={standard}")])
                .args(["-Wall", "-Wextra", "-Werror", "-fsyntax-only"])
                .arg("-include")
                .args([&header, Path::new("/dev/null")])
                .output()
                .unwrap();
            let errors = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{standard}: {errors}");
        }
    }
}

/// A struct of a header has each member where the spec has it.
#[test]
fn structs_lie_as_the_model_says() {
    if !needs::program("gcc", "gcc") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let spec = Path::new(FOLDER).join("definitions.yaml");
    let loaded = nlgen::check_file(&spec).unwrap();
    let header = folder.path().join("definitions.h");
    fs::write(&header, c::uapi(&loaded.c().unwrap(), "definitions.yaml")).unwrap();
    let mut program = format!("#include <stddef.h>\n#include \"{}\"\n", header.display());
    let mut checked = 0;
    for item in &loaded.family.structs {
        let tag = format!("struct definitions_{}", item.name);
        program.push_str(&format!(
            "_Static_assert(sizeof({tag}) == {}, \"\");\n",
            item.len
        ));
        for member in &item.members {
            let name = match &*member.name {
                "class" => "class_",
                name => name,
            };
            let offset = member.offset;
            program.push_str(&format!(
                "_Static_assert(offsetof({tag}, {name}) == {offset}, \"{name}\");\n"
            ));
            checked += 1;
        }
    }
    assert_eq!(checked, 9);
    let source = folder.path().join("structs.c");
    fs::write(&source, program).unwrap();
    for bits in ["-m64", "-m32"] {
        let output = Command::new("gcc")
            .args([bits, "-fsyntax-only"])
            .arg(&source)
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        // Headers of the other word size are not on every machine.
        if bits == "-m32" && errors.contains("No such file") {
            continue;
        }
        assert!(output.status.success(), "{bits}: {errors}");
    }
}

/// The tables compile for Linux 6.12 with all warnings of the kernel's build, and sparse has none either.
#[test]
fn tables_compile_in_the_kernel() {
    let Some(headers) = kernel_build::folder() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let uapi = folder.path().join("include/uapi/linux");
    fs::create_dir_all(uapi.join("chosen")).unwrap();
    let mut names = Vec::new();
    for spec in files(FOLDER, "yaml") {
        let name = stem(&spec);
        let read = |file: String| fs::read_to_string(Path::new(FOLDER).join(file)).unwrap();
        let place = match &*name {
            "names" => uapi.join("chosen/names-of.h"),
            name => uapi.join(format!("{name}.h")),
        };
        fs::write(place, read(format!("{name}.h"))).unwrap();
        for extension in ["c", "h"] {
            let file = format!("{name}_nl.{extension}");
            fs::write(folder.path().join(&file), read(file)).unwrap();
        }
        names.push(format!("{name}_nl"));
    }
    // An exported table has as many entries as its declaration says, also without an option that the kernel has: one that
    // is empty would make it hang.
    for name in ["split", "per_op"] {
        let table = fs::read_to_string(Path::new(FOLDER).join(format!("{name}_nl.c"))).unwrap();
        let always = table
            .split("#ifdef ")
            .map(|part| part.rsplit("#endif").next().unwrap_or(part));
        let entries: usize = always.map(|part| part.matches("\t.cmd\t").count()).sum();
        let without = format!(
            "#undef CONFIG_PAGE_POOL\n#include \"{name}_nl.c\"\n\
             static_assert(ARRAY_SIZE({name}_nl_ops) == {entries});\n"
        );
        fs::write(folder.path().join(format!("{name}_without.c")), without).unwrap();
        names.push(format!("{name}_without"));
    }
    kernel_build::compile(&headers, folder.path(), &names);
}

/// The rest of a module, and the examples' modules, compile for Linux 6.12 in the same way.
#[test]
fn modules_compile_in_the_kernel() {
    let Some(headers) = kernel_build::folder() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut names = Vec::new();
    for (name, echo) in MODULES {
        let files = module(&Path::new(FOLDER).join(format!("{name}.yaml")), echo);
        write(folder.path(), &files);
        names.extend([format!("{name}_nl"), format!("{name}_core")]);
    }
    for name in EXAMPLES {
        let example = repository().join("examples").join(name);
        write(
            folder.path(),
            &module(&example.join(format!("{name}.yaml")), false),
        );
        let core = format!("{name}_core.c");
        fs::copy(example.join("kernel").join(&core), folder.path().join(core)).unwrap();
        names.push(format!("{name}_core"));
    }
    kernel_build::compile(&headers, folder.path(), &names);
}

fn write(folder: &Path, files: &[c::File]) {
    for file in files {
        let path = folder.join(&file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &file.text).unwrap();
    }
}

/// The kernel's own reader of patches finds no error and no warning, also in what people wrote.
#[test]
fn checkpatch_is_content() {
    let Some(source) = Kernel::Linux6_12.source() else {
        return;
    };
    let checkpatch = source.join("scripts/checkpatch.pl");
    if !checkpatch.is_file() {
        let reason = "there is no checkpatch; ci/kernel-source downloads it";
        return needs::missing(Need::Download("linux-source-6.12"), reason);
    }
    if !needs::program("perl", "perl") {
        return;
    }
    let mut made = files(FOLDER, "h");
    made.extend(files(FOLDER, "c"));
    let modules = format!("{FOLDER}/module");
    made.extend(files(&modules, "h"));
    made.extend(files(&modules, "c"));
    assert!(made.len() > 40);
    let written = [
        "examples/memo/kernel",
        "examples/icmpwatch/kernel",
        "examples/hello/kernel",
    ];
    for folder in
        written
            .into_iter()
            .chain(["lab/demo", "lab/faulty", "lab/zone", "lab/shelf/kernel"])
    {
        let found = files(&format!("../{folder}"), "c");
        assert!(!found.is_empty(), "{folder}");
        made.extend(found);
    }
    let output = Command::new("perl")
        .arg(checkpatch)
        .args([
            "--no-tree",
            "--terse",
            "--no-summary",
            "--show-types",
            "--file",
        ])
        // Files of the kernel are made from lines that it may have longer.
        .args(["--max-line-length=140", "--ignore", "SPDX_LICENSE_TAG"])
        .args(&made)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert_eq!(said, "");
}
