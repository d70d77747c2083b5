//! Every message of every spec of Linux 6.12, against the kernel's own Python tool: the same JSON gives the
//! same bytes, and the same bytes give the same JSON. Where the tool is known to be wrong, the exceptions in
//! `kernel_tool/exceptions.rs` say what it does instead, and the test shows that it does.
//!
//! The specs and the tool come from the kernel's source: see `ci/kernel-source`. Without it, or without Python
//! and its package yaml, the test says so and is skipped. The folders of `NLGEN_SPEC_DIRS` are compared too.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "../../nlgen/tests/kernel_source/mod.rs"]
mod kernel_source;
mod kernel_tool {
    pub(crate) mod compare;
    pub(crate) mod exceptions;
    pub(crate) mod finish;
    pub(crate) mod message;
    pub(crate) mod tables;
    pub(crate) mod tool;
    pub(crate) mod walk;
    pub(crate) mod written;
}
mod messages;
mod random_json;

use std::path::{Path, PathBuf};

use kernel_source::{Kernel, SPEC_DIRS, named_specs, repository, specs_in};
use kernel_tool::compare::Comparison;
use kernel_tool::tables::Tables;
use needs::Need;

/// Specs, each with the overlay that belongs to it.
type Specs = Vec<(PathBuf, Option<PathBuf>)>;

#[test]
fn specs_of_linux_6_12() {
    let specs = |_: &Path| Kernel::Linux6_12.specs_with_overlays().unwrap_or_default();
    compare(specs, Some(&Tables::of_linux_6_12()));
}

#[test]
fn shipped_specs() {
    let shipped = |_: &Path| {
        let specs = specs_in(&repository().join("specs")).into_iter();
        specs.map(|spec| (spec, None)).collect()
    };
    compare(shipped, None);
}

#[test]
fn specs_in_named_folders() {
    compare(|_| named_specs(), None);
}

/// Compares the messages of specs, which may come from the kernel's source.
fn compare(specs: impl Fn(&Path) -> Specs, tables: Option<&Tables>) {
    let Some(source) = Kernel::Linux6_12.source() else {
        return;
    };
    if !needs::python("yaml", "safe_load", "python3-yaml") {
        return;
    }
    let specs = specs(&source);
    if specs.is_empty() {
        needs::missing(Need::Variable(SPEC_DIRS), "NLGEN_SPEC_DIRS names no specs");
        return;
    }
    let mut comparison = Comparison::new(tables.is_none());
    for (spec, overlay) in &specs {
        comparison.spec(spec, overlay.as_deref());
    }
    comparison.finish(&source, tables);
}
