//! Sub-messages: an enum with a variant for each format.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs::titled;
use super::types::{ident, message_type};
use crate::model::{Family, Format, SubMessage};

pub(super) fn sub_messages(family: &Family) -> TokenStream {
    family
        .sub_messages
        .iter()
        .map(|item| sub_message(family, item))
        .collect()
}

/// What a variant carries.
enum Carried {
    Nothing,
    Struct(TokenStream),
    Nest(TokenStream),
}

fn carried(family: &Family, format: &Format) -> Carried {
    match (format.message, format.header) {
        (Some(message), _) => Carried::Nest(message_type(family, message, &quote!('a))),
        (None, Some(header)) => {
            let name = ident(&family.structure(header).ident);
            Carried::Struct(quote!(#name))
        }
        (None, None) => Carried::Nothing,
    }
}

fn sub_message(family: &Family, item: &SubMessage) -> TokenStream {
    let title = format!("The formats of the sub-message `{}`", item.name);
    let docs = titled(&title, None);
    let name = ident(&item.ident);
    let lines: Vec<Lines> = item
        .formats
        .iter()
        .map(|format| lines(family, format))
        .collect();
    let variants = lines.iter().map(|lines| &lines.variant);
    let selects = lines.iter().map(|lines| &lines.select);
    let selectors = lines.iter().map(|lines| &lines.selector);
    let appends = lines.iter().map(|lines| &lines.append);
    let plain: Vec<&TokenStream> = lines
        .iter()
        .filter_map(|lines| lines.plain.as_ref())
        .collect();
    let is_nest = match plain.is_empty() {
        true => quote!(true),
        false => quote!(!::core::matches!(self, #(#plain)|*)),
    };
    quote! {
        #docs
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::fmt::Debug)]
        #[allow(clippy::large_enum_variant, reason = "headers are small, and nests are borrowed")]
        #[non_exhaustive]
        pub enum #name<'a> {
            #(#variants)*
            /// A format that the specification does not have.
            Unknown(&'a [u8]),
        }

        impl<'a> nl::SubMessage<'a> for #name<'a> {
            #[inline]
            fn select(selector: &[u8], payload: &'a [u8]) -> Self {
                match selector {
                    #(#selects)*
                    _ => Self::Unknown(payload),
                }
            }

            #[inline]
            fn selector(&self) -> ::core::option::Option<&'static str> {
                let name = match self {
                    #(#selectors)*
                    Self::Unknown(_) => return ::core::option::Option::None,
                };
                ::core::option::Option::Some(name)
            }

            #[inline]
            fn is_nest(&self) -> bool {
                #is_nest
            }

            #[inline]
            fn append(&self, out: &mut nl::Encoder<'_>) {
                match self {
                    #(#appends)*
                    Self::Unknown(bytes) => out.bytes(bytes),
                }
            }
        }
    }
}

/// The lines of one format.
struct Lines {
    variant: TokenStream,
    select: TokenStream,
    selector: TokenStream,
    append: TokenStream,
    /// The pattern of a format that is not attributes.
    plain: Option<TokenStream>,
}

fn lines(family: &Family, format: &Format) -> Lines {
    let variant = ident(&format.variant);
    let value = &format.value;
    let bytes = proc_macro2::Literal::byte_string(value.as_bytes());
    let docs = format!(" The format `{value}`.");
    match carried(family, format) {
        Carried::Nothing => Lines {
            variant: quote! { #[doc = #docs] #variant, },
            select: quote! { #bytes => Self::#variant, },
            selector: quote! { Self::#variant => #value, },
            append: quote! { Self::#variant => {} },
            plain: Some(quote!(Self::#variant)),
        },
        Carried::Struct(kind) => Lines {
            variant: quote! { #[doc = #docs] #variant(#kind), },
            select: quote! { #bytes => Self::#variant(nl::Struct::read(payload)), },
            selector: quote! { Self::#variant(_) => #value, },
            append: quote! { Self::#variant(header) => nl::Struct::write(header, out), },
            plain: Some(quote!(Self::#variant(_))),
        },
        Carried::Nest(kind) => Lines {
            variant: quote! { #[doc = #docs] #variant(nl::Nest<'a, #kind>), },
            select: quote! { #bytes => Self::#variant(nl::Nest::new(payload)), },
            selector: quote! { Self::#variant(_) => #value, },
            append: quote! { Self::#variant(nest) => nest.write(out), },
            plain: None,
        },
    }
}
