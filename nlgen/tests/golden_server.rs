//! Compiles the golden files of servers as a user's crate would that allows nothing, in a module without the prelude.

#![deny(warnings, missing_docs, missing_debug_implementations)]

#[rustfmt::skip]
#[no_implicit_prelude]
pub mod golden_server {
    //! The golden files, by name.
    /// Each kind of method and of rule.
    pub mod served;
}
