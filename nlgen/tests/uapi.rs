//! Every number of the specs that ship, and of the kernel's own with our overlays, equals the constant of the
//! kernel's headers, and every struct has its place for each member, shown by a C program that includes them.
//!
//! The headers are those of Linux 6.12 and 7.3, in the folders that `NLGEN_KERNEL_SOURCE` and
//! `NLGEN_KERNEL_SOURCE_7_3` name or, without these, where `ci/kernel-source` puts them. Without the headers or a C
//! compiler the test says so and is skipped.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "uapi/c_names.rs"]
mod c_names;
#[path = "uapi/c_program.rs"]
mod c_program;
#[path = "uapi/c_structs.rs"]
mod c_structs;
mod kernel_source;
#[path = "uapi/linux_6_12.rs"]
mod linux_6_12;
#[path = "uapi/linux_7_3.rs"]
mod linux_7_3;
#[path = "uapi/rtnetlink.rs"]
mod rtnetlink;
#[path = "uapi/shipped.rs"]
mod shipped;

use std::env;
use std::path::Path;

use c_names::{Constant, Expected};
use c_program::Headers;
use kernel_source::{Kernel, repository};
use linux_6_12::Compared;
use nlgen::{load, load_with, parse, read};
use rtnetlink::{ARRAY_HEADERS, RTNETLINK};
use shipped::SHIPPED;

/// A kernel's headers and a compiler; without one of them the test is skipped.
fn found(kernel: Kernel) -> Option<Headers> {
    let source = kernel.source()?;
    let compiler = env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    needs::program(&compiler, "gcc").then_some(Headers { compiler, source })
}

/// Names that Linux 6.12 lacks are proven by the headers of Linux 7.3.
#[test]
fn numbers_are_those_of_the_headers() {
    let (older, newer) = (found(Kernel::Linux6_12), found(Kernel::Linux7_3));
    let mut wrong = Vec::new();
    for compared in SHIPPED.iter().chain(RTNETLINK) {
        let spec = repository().join(format!("specs/{}.yaml", compared.file));
        if let Some(headers) = &newer {
            let missing = Missing::IsWrong;
            wrong.extend(compare_spec(headers, compared, &spec, None, missing));
        }
        if let Some(headers) = &older {
            let missing = Missing::IsSkipped;
            wrong.extend(compare_spec(headers, compared, &spec, None, missing));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn specs_of_linux_6_12_are_those_of_its_headers() {
    compare_kernel(Kernel::Linux6_12, linux_6_12::COMPARED);
}

#[test]
fn specs_of_linux_7_3_are_those_of_its_headers() {
    compare_kernel(Kernel::Linux7_3, &linux_7_3::compared());
}

/// Compares all specs of a kernel, with our overlays, with its headers.
fn compare_kernel(kernel: Kernel, table: &[Compared]) {
    let (Some(headers), Some(specs)) = (found(kernel), kernel.specs_with_overlays()) else {
        return;
    };
    let mut wrong = Vec::new();
    for (spec, overlay) in specs {
        let name = spec.file_stem().unwrap().to_string_lossy();
        let compared = table.iter().find(|compared| compared.file == name);
        let compared = compared.unwrap_or_else(|| panic!("{name} is not compared"));
        wrong.extend(compare_spec(
            &headers,
            compared,
            &spec,
            overlay.as_deref(),
            Missing::IsSkipped,
        ));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn places_in_arrays_of_rtnetlink_are_those_of_the_headers() {
    let spec = repository().join("specs/rt-link.yaml");
    let places = rtnetlink::places(&load(read(&spec).unwrap()).unwrap());
    assert!(places.len() > 90, "{}", places.len());
    let files: Vec<String> = ARRAY_HEADERS.iter().map(|&file| file.to_owned()).collect();
    for headers in Kernel::ALL.into_iter().filter_map(found) {
        let wrong = compare(&headers, &files, &places);
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    }
}

/// What becomes of a name that the headers do not have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Missing {
    IsWrong,
    IsSkipped,
}

/// What is wrong with a spec.
fn compare_spec(
    headers: &Headers,
    compared: &Compared,
    spec: &Path,
    overlay: Option<&Path>,
    missing: Missing,
) -> Vec<String> {
    let overlays = overlay.iter().map(|overlay| read(overlay).unwrap());
    let family = load_with(read(spec).unwrap(), overlays.collect()).unwrap();
    let document = parse(read(spec).unwrap()).unwrap();
    let mut files = match compared.headers {
        [] => c_names::headers(&document),
        files => files.iter().map(|file| (*file).to_owned()).collect(),
    };
    files.dedup();
    let declared = headers.declared(&files);
    let mut skipped = Vec::new();
    let mut wrong = Vec::new();
    let (mut facts, absent): (Vec<_>, Vec<_>) =
        c_names::constants(&document, &family, compared.rules)
            .into_iter()
            .partition(|constant| missing == Missing::IsWrong || declared.has(&constant.name));
    skipped.extend(absent.into_iter().map(|constant| constant.name));
    let constants = facts.len();
    facts.extend(c_structs::layouts(
        &family,
        compared.renamed,
        &declared,
        &mut skipped,
    ));
    let layouts = facts.len() - constants;
    let file = compared.file;
    println!(
        "{file}: {constants} constants, {layouts} facts of structs, {} skipped: {}",
        skipped.len(),
        skipped.join(" ")
    );
    if constants < compared.constants || layouts < compared.layouts {
        wrong.push(format!(
            "{file}: only {constants} constants and {layouts} facts of structs"
        ));
    }
    let different = compare(headers, &files, &facts);
    let mut exceptions = compared
        .exceptions
        .iter()
        .map(|(name, value, _)| format!("{name} is {value},"));
    let excepted = |text: &str| exceptions.clone().any(|begin| text.starts_with(&begin));
    let unexpected = different.iter().filter(|text| !excepted(text));
    wrong.extend(unexpected.map(|text| format!("{file}: {text}")));
    let idle = exceptions.find(|begin| !different.iter().any(|text| text.starts_with(begin)));
    wrong.extend(idle.map(|begin| format!("{file}: {begin} an exception, and no different")));
    wrong
}

/// What differs from the headers.
fn compare(headers: &Headers, files: &[String], constants: &[Constant]) -> Vec<String> {
    let values = headers.values(files, constants);
    let different = constants.iter().filter_map(|Constant { name, expected }| {
        let expected = match expected {
            Expected::Number(number) => number.to_string(),
            Expected::Text(text) => text.clone(),
        };
        let found = values.get(name).map_or("nothing", String::as_str);
        let text = format!("{name} is {expected}, but {found} in the headers");
        (found != expected).then_some(text)
    });
    different.collect()
}
