//! How what a family tells without being asked is read.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// The events of a family: an enum with a variant for each.
#[derive(Clone, Debug)]
pub struct Events<'c> {
    /// The path of the runtime.
    pub nl: &'c TokenStream,
    /// Its name.
    pub name: &'c Ident,
    /// Its type, with `'_` for each lifetime.
    pub elided: TokenStream,
    /// Its type, with `'r` for each lifetime.
    pub borrowed: TokenStream,
    /// The family: an expression of the type `&'static Family`.
    pub family: TokenStream,
    /// Its events.
    pub events: &'c [Event],
    /// What becomes of all other commands.
    pub other: Other,
}

/// An event.
#[derive(Clone, Debug)]
pub struct Event {
    /// The pattern of its command.
    pub command: TokenStream,
    /// The variant.
    pub variant: Ident,
    /// What the variant carries: an expression, of `attributes`.
    pub carried: Option<TokenStream>,
}

/// What becomes of commands that no variant has.
#[derive(Clone, Debug)]
pub enum Other {
    /// This, an expression of `command` and `attributes`.
    Kept(TokenStream),
    /// An error.
    Refused,
}

impl Events<'_> {
    /// `impl EventSet`.
    #[must_use]
    pub fn implement(&self) -> TokenStream {
        let Self {
            nl,
            name,
            elided,
            borrowed,
            family,
            ..
        } = self;
        let arms = self.events.iter().map(|event| {
            let Event {
                command, variant, ..
            } = event;
            let carried = event.carried.as_ref().map(|carried| quote! { (#carried) });
            quote! { #command => #name::#variant #carried, }
        });
        let other = match &self.other {
            Other::Kept(other) => other.clone(),
            Other::Refused => {
                quote!(return #nl::Decoded::Err(#nl::DecodeError::new(#nl::Reason::Value)))
            }
        };
        quote! {
            impl #nl::EventSet for #elided {
                const FAMILY: &'static #nl::Family = #family;
                type Event<'r> = #borrowed;

                #[inline]
                fn decode_event(command: u16, attributes: &[u8]) -> #nl::Decoded<#elided> {
                    let event = match command {
                        #(#arms)*
                        _ => #other,
                    };
                    #nl::Decoded::Ok(event)
                }
            }
        }
    }
}
