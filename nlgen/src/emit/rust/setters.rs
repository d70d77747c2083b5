//! Setters: what a request's chain of calls is made of.

use proc_macro2::TokenStream;
use quote::quote;

use super::types::{field_type, ident, optional, selector_in, value};
use crate::model::{Attribute, Content, Family, Message};

/// The methods that set a struct's fields.
pub(super) fn setters(
    family: &Family,
    message: &Message,
    attributes: &[&Attribute],
) -> Option<TokenStream> {
    if attributes.is_empty() && message.header.is_none() {
        return None;
    }
    let name = ident(&message.ident);
    let life = message.borrows.then(|| quote!(<'a>));
    let (sub_messages, others): (Vec<&Attribute>, Vec<&Attribute>) =
        attributes.iter().partition(|attr| match &attr.content {
            Content::SubMessage { selector, .. } => {
                !attr.multi && family.selecting_member(message, selector).is_none()
            }
            _ => false,
        });
    let header = message.header.as_ref().map(|(id, field)| {
        let (kind, field) = (ident(&family.structure(*id).ident), ident(field));
        quote! { plain #field: #kind, }
    });
    let mut lines: Vec<(Kind, TokenStream)> = others
        .iter()
        .map(|attr| setter(family, message, attributes, attr))
        .collect();
    lines.sort_by_key(|(kind, _)| *kind);
    let lines = lines.iter().map(|(_, line)| line);
    let table = (header.is_some() || !others.is_empty()).then(|| {
        quote! { nl::setters!(#name #life, { #header #(#lines)* }); }
    });
    let methods = sub_messages.iter().filter_map(|attr| match &attr.content {
        Content::SubMessage { id, selector } => {
            Some(sub_message_setter(family, attributes, attr, *id, selector))
        }
        _ => None,
    });
    let methods = (!sub_messages.is_empty()).then(|| {
        quote! {
            impl #life #name #life {
                #(#methods)*
            }
        }
    });
    Some(quote! { #table #methods })
}

/// Whether a setter takes what can become the field's value, instead of the value.
fn converts(attr: &Attribute) -> bool {
    attr.multi
        || matches!(
            attr.content,
            Content::Array(_)
                | Content::Keyed { .. }
                | Content::Rows { .. }
                | Content::String
                | Content::Nest(_)
                | Content::Ip
                | Content::Labels
                | Content::Scalars(_)
        )
}

/// How a field is set, in the order of the table of `nl::setters!`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Plain,
    Value,
    Into,
    List,
}

/// The line of an attribute in the table of `nl::setters!`.
fn setter(
    family: &Family,
    message: &Message,
    attributes: &[&Attribute],
    attr: &Attribute,
) -> (Kind, TokenStream) {
    let name = ident(&attr.ident);
    if !optional(attr) {
        let field = field_type(family, message, attributes, attr);
        return match attr.content {
            Content::Flag if !attr.multi => (Kind::Plain, quote! { plain #name: #field, }),
            _ => (Kind::List, quote! { list #name: #field, }),
        };
    }
    if let Content::SubMessage { id, .. } = &attr.content {
        let kind = ident(&family.sub_message(*id).ident);
        return (Kind::Into, quote! { into #name: #kind<'a>, });
    }
    let value = value(family, &attr.content).kind;
    match converts(attr) {
        true => (Kind::Into, quote! { into #name: #value, }),
        false => (Kind::Value, quote! { value #name: #value, }),
    }
}

/// What a setter does. A link by path would be one to the setter itself, which has the field's name.
fn setter_doc(field: &str) -> String {
    let plain = field.trim_start_matches("r#");
    format!(" Sets [`{plain}`](#structfield.{plain}).")
}

/// Setting a sub-message sets its selector, when that is a string beside it.
fn sub_message_setter(
    family: &Family,
    attributes: &[&Attribute],
    attr: &Attribute,
    id: crate::model::SubMessageId,
    selector: &str,
) -> TokenStream {
    let kind = ident(&family.sub_message(id).ident);
    let name = ident(&attr.ident);
    let docs = setter_doc(&attr.ident);
    let Some(selector) = selector_in(family, attributes, selector) else {
        return quote! {
            #[doc = #docs]
            #[must_use]
            pub fn #name(mut self, value: &'a #kind<'a>) -> Self {
                self.#name = ::core::option::Option::Some(::core::convert::Into::into(value));
                self
            }
        };
    };
    let field = ident(&selector.ident);
    let selects = matches!(selector.content, Content::String).then(|| {
        quote! {
            if let ::core::option::Option::Some(selector) = nl::SubMessage::selector(&value) {
                self.#field = ::core::option::Option::Some(::core::convert::Into::into(selector));
            }
        }
    });
    let note = selects.is_some().then(|| {
        let note = format!(" Its format sets [`{0}`](Self::{0}), too.", selector.ident);
        quote!(#[doc = #note])
    });
    quote! {
        #[doc = #docs]
        #note
        #[must_use]
        pub fn #name(mut self, value: #kind<'a>) -> Self {
            #selects
            self.#name = ::core::option::Option::Some(value);
            self
        }
    }
}
