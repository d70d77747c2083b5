//! Rust code for a family.
//!
//! Two halves: declarations (constants, enums, structs, operations), which the specs need, and the
//! codec ([`codec`]), which structs that people write with the derives need as well. Generated code
//! is one line per attribute and direction; loops, bounds and alignment are in the runtime.

pub mod codec;
mod docs;
mod enums;
mod operations;
mod structs;
mod sub_messages;
mod tables;
mod types;

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Family;

/// The items of a family, to stand in a module of their own. `runtime` is the path of the crate
/// `nlgen-runtime`, as `::nlgen_runtime`.
#[must_use]
pub fn family(family: &Family, runtime: &TokenStream) -> TokenStream {
    let head = operations::head(family);
    let consts = enums::consts(family);
    let enums = enums::enums(family);
    let structs = structs::structs(family);
    let sub_messages = sub_messages::sub_messages(family);
    let messages = family
        .messages
        .iter()
        .map(|message| types::message(family, message));
    let operations = operations::operations(family);
    let events = operations::events(family);
    let groups = operations::groups(family);
    let sets = tables::sets(family);
    let layouts = tables::layouts(family);
    let names = tables::names(family);
    let imports = imports(family);
    quote! {
        #imports
        use #runtime as nl;
        #head
        #groups
        #consts
        #enums
        #structs
        #(#messages)*
        #sub_messages
        #operations
        #events
        #sets
        #layouts
        #names
    }
}

/// What the items below use of the prelude, which may not be there.
fn imports(family: &Family) -> Option<TokenStream> {
    let mut fields = family
        .messages
        .iter()
        .flat_map(|message| family.fields(message));
    fields.any(types::optional).then(|| {
        quote!(
            use ::core::option::Option;
        )
    })
}
