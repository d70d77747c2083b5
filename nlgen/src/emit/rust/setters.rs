//! Structs with setters: what a request's chain of calls is made of.

use proc_macro2::TokenStream;
use quote::quote;

use super::types::{field_type, ident, optional, selector_in, value};
use crate::model::{Attribute, Content, Family, Message};

/// How a field is declared and set: what stands behind its name in `nl::setters!`.
pub(super) fn setter(
    family: &Family,
    message: &Message,
    attributes: &[&Attribute],
    attr: &Attribute,
) -> TokenStream {
    let field = || field_type(family, message, attributes, attr);
    if !optional(attr) {
        let field = field();
        return match attr.content {
            Content::Flag if !attr.multi => quote!(plain(#field)),
            _ => quote!(list(#field)),
        };
    }
    let kind = value(family, &attr.content).kind;
    match &attr.content {
        Content::String => quote!(text(#kind)),
        Content::Nest(_) => quote!(nest(#kind)),
        Content::Scalars(_) | Content::Rows { .. } | Content::Labels => quote!(array(#kind)),
        Content::Ip => quote!(into(#kind)),
        Content::SubMessage { id, selector } => {
            let payload = ident(&family.sub_message(*id).ident);
            match selector_in(family, attributes, selector) {
                Some(selector) if matches!(selector.content, Content::String) => {
                    let selector = ident(&selector.ident);
                    quote!(selected(#payload<'a>, #selector))
                }
                Some(_) => quote!(value(#payload<'a>)),
                // The fixed header selects.
                None if family.selecting_member(message, selector).is_some() => {
                    quote!(into(#payload<'a>))
                }
                None => quote!(nest(#kind)),
            }
        }
        _ => quote!(value(#kind)),
    }
}
