//! What is encoded decodes to what it was made of, for random JSON of every message of every spec: the shipped
//! ones, those of Linux 6.12 and 7.3 where the kernel's source is (see `ci/kernel-source`), and any folders that
//! `NLGEN_SPEC_DIRS` names (with `:` between them).

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "../../nlgen/tests/kernel_source/mod.rs"]
mod kernel_source;
mod messages;
mod random_json;

use std::path::PathBuf;

use kernel_source::{Kernel, SPEC_DIRS, named_specs, repository, specs_in};
use messages::messages;
use needs::Need;
use nlgen_dynamic::{Body, DecodeOptions, EncodeOptions, Family};
use random_json::Random;
use serde_json::Value;

/// How often everything is drawn anew.
const SEEDS: u64 = 3;

/// How many failures are shown.
const SHOWN: usize = 20;

/// Specs with the overlays that belong to them.
type Specs = Vec<(PathBuf, Option<PathBuf>)>;

#[test]
fn shipped_specs() {
    let specs = specs_in(&repository().join("specs"));
    same_again(specs.into_iter().map(|spec| (spec, None)).collect());
}

#[test]
fn specs_of_the_kernel() {
    for kernel in Kernel::ALL {
        if let Some(specs) = kernel.specs_with_overlays() {
            same_again(specs);
        }
    }
}

#[test]
fn specs_in_named_folders() {
    let specs = named_specs();
    match specs.is_empty() {
        true => needs::missing(Need::Variable(SPEC_DIRS), "NLGEN_SPEC_DIRS names no specs"),
        false => same_again(specs),
    }
}

/// Encodes, decodes and encodes the messages of specs.
fn same_again(specs: Specs) {
    let count = specs.len();
    let mut values = 0;
    let mut wrong = Vec::new();
    for (path, overlay) in specs {
        let overlays = overlay.map(|overlay| nlgen::read(&overlay).unwrap());
        let spec = nlgen::read(&path).unwrap();
        let model = nlgen::load_with(spec, overlays.into_iter().collect()).unwrap();
        let family = Family::new(model);
        for seed in 0..SEEDS {
            let random = match seed {
                0 => Random::new(family.model(), seed),
                seed => Random::wild(family.model(), seed),
            };
            let mut failures = Vec::new();
            values += every_message(&family, random, &mut failures);
            let tell = |failure| format!("{}: {failure}", path.display());
            wrong.extend(failures.into_iter().map(tell));
        }
    }
    println!("{count} specs, {values} messages");
    let shown: Vec<&str> = wrong.iter().take(SHOWN).map(String::as_str).collect();
    assert!(
        wrong.is_empty(),
        "{} failures\n{}",
        wrong.len(),
        shown.join("\n")
    );
}

/// Draws the messages of a family, and gives how many.
fn every_message(family: &Family, mut random: Random, failures: &mut Vec<String>) -> usize {
    let mut count = 0;
    for message in messages(family) {
        let (operation, part) = (message.operation, message.part);
        for value in random.messages(message.id) {
            count += 1;
            if let Err(failure) = round_trip(message.body, &value) {
                failures.push(format!("{operation} {part}: {value}\n   {failure}"));
            }
        }
        let undrawn = random.undrawn(message.id).into_iter();
        failures.extend(undrawn.map(|place| format!("{operation} {part}: no {place} was drawn")));
    }
    count
}

/// JSON to bytes, to the same JSON, to the same bytes.
fn round_trip(body: Body, value: &Value) -> Result<(), String> {
    let encode = |value| body.encode(value, EncodeOptions::default());
    let bytes = encode(value).map_err(|problem| problem.to_string())?;
    let all = DecodeOptions {
        secrets: true,
        indices: true,
    };
    let again = body.decode(&bytes, all);
    let again = again.map_err(|error| format!("{error:?}"))?;
    if again != *value {
        return Err(format!("became {again}"));
    }
    match encode(&again) {
        Ok(same) if same == bytes => Ok(()),
        other => Err(format!("{bytes:02x?} became {other:02x?}")),
    }
}
