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
//! - [`load`] reads a spec into the [`model`], or tells every problem that it has.
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

mod builder;
pub mod diagnostic;
pub mod emit;
mod lower;
pub mod model;
pub mod output;
pub mod span;
pub mod spec;
mod unread;
mod yaml;

pub use builder::{BuildError, Builder, read};

use diagnostic::{Code, Problem, SpecError};
use span::Source;
use spec::Read;
use unread::Unread;

/// Reads a spec and resolves it.
///
/// # Errors
/// All problems of the spec.
pub fn load(source: Source) -> Result<model::Family, SpecError> {
    let (node, document, mut problems) = read_document(&source);
    let Some(document) = document else {
        return Err(SpecError::new(source, problems));
    };
    match lower::lower(&document) {
        Ok(family) if problems.is_empty() => Ok(family),
        Ok(_) => Err(SpecError::new(source, problems)),
        Err(more) => {
            let unread = Unread::of(&node, &problems);
            let own = |problem: &Problem| !unread.explains(problem, &source);
            problems.extend(more.into_iter().filter(own));
            Err(SpecError::new(source, problems))
        }
    }
}

/// Reads a spec as it is written: every key with its place, and nothing resolved. For what the
/// [`model`] leaves out, as names that only C code has.
///
/// # Errors
/// The problems of what is written: syntax, keys and the types of values. [`load`] finds the others.
pub fn parse(source: Source) -> Result<spec::Family, SpecError> {
    match read_document(&source) {
        (_, Some(document), problems) if problems.is_empty() => Ok(document),
        (_, _, problems) => Err(SpecError::new(source, problems)),
    }
}

/// What could be read of a document, and what was wrong with the rest.
fn read_document(source: &Source) -> (yaml::Node, Option<spec::Family>, Vec<Problem>) {
    let mut problems = Vec::new();
    match yaml::parse(source.text()) {
        Ok(node) => {
            let document = spec::Family::read(&node, &mut problems);
            (node, document, problems)
        }
        Err(error) => {
            let problem = Problem::new(Code::Syntax, error.span, error.message);
            (yaml::Node::empty(), None, vec![problem])
        }
    }
}
