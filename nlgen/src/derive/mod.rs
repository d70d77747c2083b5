//! The derives: structs and enums that people write, with the codec that specs generate.
//!
//! Each function takes the tokens of an item and gives the tokens to add after it, or
//! `compile_error!`s at the places that they speak of. The crate `nlgen-macros` makes macros of them.
//!
//! ```text
//! struct + #[nl(...)] ── keys ── field, value ── input ── emit::rust::codec
//! ```
//!
//! ```
//! let item = "struct Leaf { #[nl(1)] id: u32, #[nl(2)] label: Option<String> }";
//! let code = nlgen::derive::encode(item.parse()?).to_string();
//! assert!(code.contains("codegen :: message !"), "{code}");
//! # Ok::<(), proc_macro2::LexError>(())
//! ```

mod arguments;
mod errors;
mod event_sets;
mod events;
mod family;
mod field;
mod input;
mod keys;
mod operation;
mod scalar;
mod show;
mod structure;
mod sub_message;
mod types;
mod value;

use proc_macro2::TokenStream;
use syn::{DeriveInput, Error, Result};

pub use keys::{Key, PLACES, Place};

/// `#[derive(Encode)]`: the struct is written as attributes.
#[must_use]
pub fn encode(item: TokenStream) -> TokenStream {
    with(item, |item| input::codec(item, input::Direction::Encode))
}

/// `#[derive(Decode)]`: the struct is read from attributes.
#[must_use]
pub fn decode(item: TokenStream) -> TokenStream {
    with(item, |item| input::codec(item, input::Direction::Decode))
}

/// `#[derive(Request)]`: the struct asks for one object or action.
#[must_use]
pub fn request(item: TokenStream) -> TokenStream {
    with(item, |item| operation::operation(item, "Request"))
}

/// `#[derive(Dump)]`: the struct asks for all objects of a kind.
#[must_use]
pub fn dump(item: TokenStream) -> TokenStream {
    with(item, |item| operation::operation(item, "Dump"))
}

/// `#[derive(EventSet)]`: the enum is what a family tells without being asked.
#[must_use]
pub fn event_set(item: TokenStream) -> TokenStream {
    with(item, events::events)
}

/// `#[derive(EventSets)]`: the enum is what several families tell without being asked.
#[must_use]
pub fn event_sets(item: TokenStream) -> TokenStream {
    with(item, event_sets::event_sets)
}

/// `#[derive(Struct)]`: the struct is laid out as in C.
#[must_use]
pub fn structure(item: TokenStream) -> TokenStream {
    with(item, structure::structure)
}

/// `#[derive(SubMessage)]`: the enum is a payload in one of several formats.
#[must_use]
pub fn sub_message(item: TokenStream) -> TokenStream {
    with(item, sub_message::sub_message)
}

/// `#[derive(Scalar)]`: the enum stands for an integer.
#[must_use]
pub fn scalar(item: TokenStream) -> TokenStream {
    with(item, scalar::scalar)
}

/// `#[derive(Show)]`: `Debug` as messages of generated code have it, without secrets.
#[must_use]
pub fn show(item: TokenStream) -> TokenStream {
    with(item, show::show)
}

fn with(item: TokenStream, derive: fn(&DeriveInput) -> Result<TokenStream>) -> TokenStream {
    let derived = syn::parse2(item).and_then(|item| derive(&item));
    derived.unwrap_or_else(Error::into_compile_error)
}
