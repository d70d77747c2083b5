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
    pub(crate) mod tool;
    pub(crate) mod walk;
}
mod messages;
mod random_json;

use std::path::PathBuf;

use kernel_source::{kernel_source, kernel_specs};
use kernel_tool::compare::Comparison;
use kernel_tool::tool::Tool;

#[test]
fn the_kernel_s_tool_agrees() {
    let Some(source) = kernel_source() else {
        println!("skipped: no kernel source; run ci/kernel-source");
        return;
    };
    if let Some(reason) = Tool::lacks() {
        println!("skipped: {reason}");
        return;
    }
    let specs: Vec<(PathBuf, Option<PathBuf>)> = kernel_specs(&source);
    let mut comparison = Comparison::default();
    for (spec, overlay) in &specs {
        comparison.spec(spec, overlay.as_deref());
    }
    comparison.finish(&source);
}
