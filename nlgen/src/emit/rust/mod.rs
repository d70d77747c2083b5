//! Rust code for a family.
//!
//! What specs become is declarations and tables: an attribute is a field, a line in the table of its
//! struct's codec (`nl::message!`) and one in that of its setters (`nl::setters!`), an entry of an enum is a
//! variant and a line (`nl::open_enum!`). The runtime's macros make the impls of them; loops, bounds and
//! alignment are in the runtime, too.
//!
//! Structs that people write with the derives may require attributes and own their data, which tables
//! cannot say: [`codec`] writes out their impls, with the same calls of the runtime as the macros.

pub mod codec;
mod docs;
mod enums;
mod operations;
mod setters;
mod structs;
mod sub_messages;
mod tables;
mod types;

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::{Family, MessageId};

/// The items of a family, to stand in a module of their own. `runtime` is the path of the crate
/// `nlgen-runtime`, as `::nlgen_runtime`.
#[must_use]
pub fn family(family: &Family, runtime: &TokenStream) -> TokenStream {
    let head = operations::head(family);
    let consts = enums::consts(family);
    let enums = enums::enums(family);
    let structs = structs::structs(family);
    let sub_messages = sub_messages::sub_messages(family);
    let messages = family.messages.iter().enumerate().map(|(at, message)| {
        let message = types::message(family, message);
        let asked = operations::asked_with(family, MessageId(at));
        quote! { #message #asked }
    });
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
        #events
        #sets
        #layouts
        #names
    }
}

/// The path of the crate `nlgen-runtime`, for [`family`], from how Rust writes it; `None` when that is not
/// a path.
///
/// ```
/// assert!(nlgen::emit::rust::runtime("::my_crate::runtime").is_some());
/// assert!(nlgen::emit::rust::runtime("my crate").is_none());
/// ```
#[must_use]
pub fn runtime(path: &str) -> Option<TokenStream> {
    let path = syn::parse_str::<syn::Path>(path).ok()?;
    Some(quote!(#path))
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
