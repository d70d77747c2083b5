//! `Debug` from the description of a struct's attributes.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Result};

use super::errors::Errors;
use super::input::{SET, lifetimes_only, runtime, with_lifetimes};
use super::keys::StructKeys;

/// `Debug` for a struct that is encoded.
pub(super) fn show(input: &DeriveInput) -> Result<TokenStream> {
    let mut errors = Errors::default();
    let keys = StructKeys::read(&input.attrs, &mut errors);
    lifetimes_only(input, SET, &mut errors);
    errors.finish(())?;
    let nl = runtime(keys.runtime.as_ref().map(|path| &path.value));
    let shown = with_lifetimes(input, "'_");
    let name = input.ident.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name);
    Ok(quote! {
        impl ::core::fmt::Debug for #shown {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #nl::show(#name, self, f)
            }
        }
    })
}
