//! Typed generic netlink bindings from YAML family specs.
//!
//! A spec says what a netlink family's messages contain. This crate reads it, resolves it and writes
//! Rust code that stands on the crate `nlgen-runtime`:
//!
//! ```text
//! specs/exam.yaml ── spec ── lower ── model ── emit::rust ── exam.rs
//! ```
//!
//! - [`Builder`] is the door for build scripts. The macro `family!` and the derives of `nlgen-macros`
//!   are the other two; they use the same emitter.
//! - [`load`] reads a spec into the [`model`], or tells every problem that it has. [`check`] tells what
//!   is suspicious, too.
//!
//! # Features
//!
//! All are on by default. A build script needs `spec` alone, and compiles less with
//! `default-features = false, features = ["spec"]`; then problems of a spec take one line each, and generated files
//! are not formatted.
//!
//! | feature | what it adds |
//! |---|---|
//! | `spec` | the spec language: [`Builder`], [`load`], the Rust emitter |
//! | `render` | problems as a compiler shows them, with the line underlined |
//! | `format` | generated files formatted for people |
//! | `json` | problems as JSON, and the JSON Schema of the spec language |
//! | `docs` | pages about families: [`emit::docs`] |
//! | `macro` | what the macro `family!` does: [`family`](crate::family()) |
//! | `derive` | what the derives do: [`mod@derive`] |
//!
//! ```
//! let spec = "
//! name: ping
//! doc: Answers what it is asked.
//! attribute-sets:
//!   - name: ping
//!     attributes:
//!       - { name: id, type: u32 }
//! operations:
//!   list:
//!     - name: echo
//!       doc: Answers with the same id.
//!       attribute-set: ping
//!       do: { request: { attributes: [ id ] }, reply: { attributes: [ id ] } }
//! ";
//! let family = nlgen::load(nlgen::span::Source::new("ping.yaml", spec))?;
//! assert_eq!(family.operations[0].name, "echo");
//! # Ok::<(), nlgen::diagnostic::SpecError>(())
//! ```

/// The README's example, to be compiled as those of this crate.
#[cfg(all(doctest, feature = "spec"))]
#[doc = include_str!("../README.md")]
mod readme {}

#[cfg(feature = "spec")]
mod builder;
#[cfg(feature = "spec")]
pub mod catalog;
#[cfg(feature = "derive")]
pub mod derive;
#[cfg(feature = "spec")]
pub mod diagnostic;
pub mod emit;
#[cfg(feature = "macro")]
mod family;
#[cfg(feature = "spec")]
mod load;
#[cfg(feature = "spec")]
mod lower;
// Of which derives use names alone.
#[cfg_attr(not(feature = "spec"), allow(dead_code))]
pub mod model;
pub mod nearest;
#[cfg(feature = "spec")]
pub mod output;
#[cfg(feature = "spec")]
mod overlay;
#[cfg(feature = "spec")]
pub mod span;
#[cfg(feature = "spec")]
pub mod spec;
#[cfg(feature = "spec")]
pub mod text;
#[cfg(feature = "spec")]
mod unread;
#[cfg(feature = "spec")]
mod yaml;

#[cfg(feature = "spec")]
pub use builder::{BuildError, Builder, read};
#[cfg(feature = "macro")]
pub use family::{family, family_from};
#[cfg(feature = "spec")]
pub use load::{Loaded, check, check_file, load, load_file, load_with, overlay_of, parse};
#[cfg(feature = "json")]
pub use spec::schema::schema;
