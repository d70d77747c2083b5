//! Sub-messages: an enum with a variant for each format.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::codec;
use super::docs::{doc, titled};
use super::tables::{format_holds_secret, formats_of};
use super::types::{carried_value, ident, message_type};
use crate::model::{Content, Family, Format, SubMessage, SubMessageId};

pub(super) fn sub_messages(family: &Family) -> TokenStream {
    let items = family.sub_messages.iter().enumerate();
    items
        .map(|(at, item)| sub_message(family, SubMessageId(at), item))
        .collect()
}

fn sub_message(family: &Family, id: SubMessageId, item: &SubMessage) -> TokenStream {
    let title = format!("The formats of the sub-message `{}`", item.name);
    let docs = titled(&title, None);
    let name = ident(&item.ident);
    let formats: Vec<(codec::Format, TokenStream)> = item
        .formats
        .iter()
        .map(|format| variant(family, format))
        .collect();
    let (formats, variants): (Vec<_>, Vec<_>) = formats.into_iter().unzip();
    let codec = codec::SubMessage {
        nl: &quote!(nl),
        name: quote!(#name<'a>),
        described: formats_of(family, id),
        formats: &formats,
        other: Some(ident("Unknown")),
    }
    .implement();
    // Nests have no equality: they are bytes or structs.
    let values = item.formats.iter().all(|format| format.message.is_none());
    let equal = values.then(|| quote!(, ::core::cmp::PartialEq));
    let addresses = item.formats.iter().filter_map(|format| {
        let variant = ident(&format.variant);
        (format.content == Some(Content::Ip)).then(|| quote! { nl::addresses!(#name, #variant); })
    });
    let addresses = addresses.take(1).collect::<TokenStream>();
    let (debug, shown) = match format_holds_secret(family, id, &mut Vec::new()) {
        true => (None, Some(debug(&name, item))),
        false => (Some(quote!(, ::core::fmt::Debug)), None),
    };
    quote! {
        #docs
        #[derive(::core::clone::Clone, ::core::marker::Copy #debug #equal)]
        #[allow(clippy::large_enum_variant, reason = "headers are small, and nests are borrowed")]
        #[non_exhaustive]
        pub enum #name<'a> {
            #(#variants)*
            /// A format that the specification does not have.
            Unknown(&'a [u8]),
        }

        #codec

        #addresses

        #shown
    }
}

/// `Debug` of a sub-message that may hold a secret. The formats hide theirs; of one that the specification does not
/// have nothing is shown.
fn debug(name: &Ident, item: &SubMessage) -> TokenStream {
    let arms = item.formats.iter().map(|format| {
        let (variant, text) = (ident(&format.variant), &format.variant);
        match (format.message, format.header) {
            (None, None) if format.content.is_none() => {
                quote!(Self::#variant => f.write_str(#text),)
            }
            _ => quote!(Self::#variant(value) => f.debug_tuple(#text).field(value).finish(),),
        }
    });
    quote! {
        impl ::core::fmt::Debug for #name<'_> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self {
                    #(#arms)*
                    Self::Unknown(_) => f.write_str("Unknown(<secret>)"),
                }
            }
        }
    }
}

/// How a format is read and written, and the variant for it.
fn variant(family: &Family, format: &Format) -> (codec::Format, TokenStream) {
    let variant = ident(&format.variant);
    let value = &format.value;
    let docs = match format.others {
        true => doc(None, "The format of all other values of the selector."),
        false => doc(None, &format!("The format `{value}`.")),
    };
    if let Some(content) = &format.content {
        let (kind, format_of) = carried_value(family, content);
        let declared = quote! { #docs #variant(#kind), };
        let carried = codec::Carried {
            format: format_of,
            nest: false,
        };
        let format = codec::Format {
            variant,
            value: value.clone(),
            others: format.others,
            carried: Some(carried),
        };
        return (format, declared);
    }
    let (kind, carried) = match (format.message, format.header) {
        (Some(message), _) => {
            let message = message_type(family, message, &quote!('a));
            let format = quote!(nl::Natural);
            let carried = codec::Carried { format, nest: true };
            (Some(quote!((nl::Nest<'a, #message>))), Some(carried))
        }
        (None, Some(header)) => {
            let name = ident(&family.structure(header).ident);
            let format = quote!(nl::AsStruct);
            let carried = codec::Carried {
                format,
                nest: false,
            };
            (Some(quote!((#name))), Some(carried))
        }
        (None, None) => (None, None),
    };
    let declared = quote! { #docs #variant #kind, };
    let format = codec::Format {
        variant,
        value: value.clone(),
        others: format.others,
        carried,
    };
    (format, declared)
}
