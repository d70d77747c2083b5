//! How many lines are generated: against a recorded budget, and against another generator.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod checked_in;
mod kernel_source;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use checked_in::{Differences, bless, files, stem};
use kernel_source::Kernel;
use needs::Need;
use nlgen::model::{Family, name::camel};
use nlgen::{emit, load, load_with, output, read};

/// Lines of the other generator for each of ours, at least.
const TIMES_SMALLER: usize = 4;

fn family(spec: &Path) -> Family {
    load(read(spec).unwrap()).unwrap()
}

fn lines(family: &Family) -> usize {
    let code = emit::rust::family(family, &quote::quote!(::nlgen_runtime));
    output::format(&code, "").lines().count()
}

/// The specs that ship.
#[test]
fn generated_code_does_not_grow_unseen() {
    let now = files("../specs", "yaml")
        .iter()
        .map(|spec| (stem(spec), lines(&family(spec))))
        .collect();
    within_budget("lines.txt", include_str!("size/lines.txt"), &now);
}

/// The kernel's own specs, with our overlays.
#[test]
fn code_of_the_kernels_specs_does_not_grow_unseen() {
    for (kernel, budget) in [
        (Kernel::Linux6_12, include_str!("size/linux-6.12.txt")),
        (Kernel::Linux7_3, include_str!("size/linux-7.3.txt")),
    ] {
        let Some(specs) = kernel.specs_with_overlays() else {
            continue;
        };
        let mut now = BTreeMap::new();
        for (spec, overlay) in specs {
            let overlays = overlay.iter().map(|overlay| read(overlay).unwrap());
            let family = load_with(read(&spec).unwrap(), overlays.collect()).unwrap();
            now.insert(stem(&spec), lines(&family));
        }
        let file = format!("linux-{}", kernel.version());
        println!("{file}: {} lines in all", now.values().sum::<usize>());
        within_budget(&format!("{file}.txt"), budget, &now);
    }
}

/// A file of budgets has a line for each spec: its name, and how many lines its code may have, and 5 % more.
fn within_budget(file: &str, budget: &str, now: &BTreeMap<String, usize>) {
    let text: String = now
        .iter()
        .map(|(name, lines)| format!("{name} {lines}\n"))
        .collect();
    if bless() {
        let mut differences = Differences::default();
        differences.compare(format!("tests/size/{file}"), &text);
        differences.finish();
        return;
    }
    let budget: BTreeMap<String, usize> = budget
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(name, lines)| (name.to_owned(), lines.parse().unwrap()))
        .collect();
    let unknown: BTreeSet<_> = now.keys().collect();
    assert_eq!(
        unknown,
        budget.keys().collect(),
        "a spec without budget, or the other way round"
    );
    for (name, lines) in now {
        let budget = budget[name];
        assert!(
            lines * 100 <= budget * 105,
            "{name}: {lines} lines, the budget is {budget}; is it worth it? Then set NLGEN_BLESS=1"
        );
    }
}

/// Sets that their spec has as bytes: what a cable test by reflections tells.
const LEFT_OUT_THERE: &[&str] = &["CableAmplitude", "CablePulse", "CableStep", "CableTdrNest"];

/// The ethtool module of the crate netlink-bindings 0.3.5 and our code for `specs/ethtool.yaml`.
///
/// Their spec has more operations than ours. Counted of theirs are the items of the module that belong to what
/// our spec has too: types (and the impls for them) named after one of our sets, enums or operations, with
/// their prefixes `Iterable` and `Push` for sets and the form `Op…Do`, `Op…Dump` for operations. Their tests, names
/// that ours does not have, and all shared items are not counted. Of ours, every line is.
#[test]
fn ethtool_is_a_quarter_of_a_peer() {
    let Some(module) = peer() else {
        let reason = "there is no source of netlink-bindings; ci/peer-source downloads it";
        needs::missing(Need::Download("netlink-bindings"), reason);
        return;
    };
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs/ethtool.yaml");
    let family = family(&spec);
    let sets: BTreeSet<String> = family.sets.iter().map(|set| camel(&set.name)).collect();
    let enums = family.enums.iter().map(|item| camel(&item.name));
    let types: BTreeSet<String> = sets.iter().cloned().chain(enums).collect();
    let operations: BTreeSet<String> = family
        .operations
        .iter()
        .map(|operation| camel(&operation.name))
        .collect();

    let text = fs::read_to_string(module).unwrap();
    let mut theirs = 0;
    let mut found = BTreeSet::new();
    for (item, lines) in items(&text) {
        if let Some(name) = belongs_to(item, &types, &operations) {
            theirs += lines;
            found.insert(name);
        }
    }
    let wanted = types.len() + operations.len();
    let ours = lines(&family);
    println!(
        "ethtool: {ours} lines here; {theirs} of {} in netlink-bindings 0.3.5, for {} of {wanted} \
         sets, enums and operations; ratio {:.3}",
        text.lines().count(),
        found.len(),
        ours as f64 / theirs as f64
    );
    let missed: Vec<_> = types
        .union(&operations)
        .filter(|name| !found.contains(*name))
        .collect();
    println!("not found there, and so not counted: {missed:?}");
    // Their spec has no names for some values, which are plain numbers there.
    let mut needed = sets.union(&operations);
    let lost =
        needed.find(|name| !found.contains(*name) && !LEFT_OUT_THERE.contains(&name.as_str()));
    assert_eq!(
        lost, None,
        "every set and operation is there to be compared with"
    );
    assert!(
        ours * TIMES_SMALLER < theirs,
        "{ours} lines are not a quarter of {theirs}"
    );
}

/// The file of the other crate, when it is there.
fn peer() -> Option<PathBuf> {
    let module = |root: PathBuf| root.join("src/ethtool/mod.rs");
    if let Some(named) = env::var_os("NLGEN_PEER_SOURCE").filter(|name| !name.is_empty()) {
        return Some(module(named.into()));
    }
    let cache = env::var_os("NLGEN_CACHE").map(PathBuf::from);
    let home = || Some(PathBuf::from(env::var_os("HOME")?).join(".cache/nlgen"));
    let root = cache
        .or_else(home)?
        .join("netlink-bindings-0.3.5/vendor/netlink-bindings");
    Some(module(root)).filter(|module| module.exists())
}

/// The items of formatted code: the line that names each, and how many lines it has with what stands above it.
fn items(text: &str) -> Vec<(&str, usize)> {
    let mut items = Vec::new();
    let (mut head, mut lines) = (None, 0);
    for line in text.lines() {
        lines += 1;
        let names = [
            "pub ", "impl", "struct ", "enum ", "const ", "fn ", "mod ", "use ",
        ];
        if head.is_none() && names.iter().any(|start| line.starts_with(start)) {
            head = Some(line);
        }
        let ends =
            line == "}" || (!line.starts_with([' ', '#', '/']) && line.ends_with([';', '}']));
        if ends {
            items.extend(head.take().map(|head| (head, lines)));
            lines = 0;
        }
    }
    items
}

/// The name of ours that an item of theirs belongs to.
fn belongs_to(
    item: &str,
    types: &BTreeSet<String>,
    operations: &BTreeSet<String>,
) -> Option<String> {
    // What an impl is for; otherwise the name itself.
    let named = match item.split_once(" for ") {
        Some((_, named)) => named,
        None => item.strip_prefix("pub ").unwrap_or(item),
    };
    let mut words = named.split(|c: char| !c.is_alphanumeric() && c != '_');
    let own = words.find(|word| {
        word.chars().next().is_some_and(char::is_uppercase)
            && !matches!(*word, "Prev" | "Pusher" | "Rec")
    })?;
    let operation = own
        .strip_prefix("Op")
        .and_then(|own| own.strip_suffix("Dump").or_else(|| own.strip_suffix("Do")));
    if let Some(operation) = operation.filter(|name| operations.contains(*name)) {
        return Some(operation.to_owned());
    }
    let name = ["Iterable", "Push"]
        .iter()
        .find_map(|prefix| own.strip_prefix(prefix))
        .unwrap_or(own);
    types.contains(name).then(|| name.to_owned())
}
