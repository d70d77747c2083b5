//! All items of a family.

use proc_macro2::{TokenStream, TokenTree};
use quote::quote;

use super::{enums, operations, structs, sub_messages, tables, types};
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
    let asked = operations::asked(family);
    let messages = family.messages.iter().zip(asked).enumerate();
    let messages = messages.map(|(at, (message, asked))| {
        let message = types::message(family, MessageId(at), message);
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
        use #runtime::codegen as nl;
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
/// assert!(nlgen::emit::rust::runtime("my_crate::").is_none());
/// ```
#[must_use]
pub fn runtime(path: &str) -> Option<TokenStream> {
    let tokens: TokenStream = path.parse().ok()?;
    is_path(&tokens).then_some(tokens)
}

/// Whether these are names with `::` between them, and perhaps before the first.
pub(crate) fn is_path(tokens: &TokenStream) -> bool {
    let mut colons = 0;
    let mut after_name = false;
    for token in tokens.clone() {
        match token {
            TokenTree::Punct(colon) if colon.as_char() == ':' && colons < 2 => colons += 1,
            // Only the first name has none before it.
            TokenTree::Ident(_) if colons == 2 || (colons == 0 && !after_name) => {
                (after_name, colons) = (true, 0);
            }
            _ => return false,
        }
    }
    after_name && colons == 0
}

/// What the items below use of the prelude, which may not be there.
fn imports(family: &Family) -> Option<TokenStream> {
    // Those with setters are declared by a macro.
    let messages = family.messages.iter().filter(|message| !message.built);
    let mut fields = messages.flat_map(|message| family.fields(message));
    fields.any(types::optional).then(|| {
        quote!(
            use ::core::option::Option;
        )
    })
}
