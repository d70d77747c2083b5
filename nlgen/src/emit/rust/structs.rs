//! C structs: their members, and how they are read and written.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::docs::{doc, titled};
use super::types::{ident, member_value};
use crate::model::{Family, Struct};

pub(super) fn structs(family: &Family) -> TokenStream {
    family
        .structs
        .iter()
        .map(|item| structure(family, item))
        .collect()
}

fn structure(family: &Family, item: &Struct) -> TokenStream {
    let docs = titled(&format!("The struct `{}`", item.name), item.doc.as_deref());
    let name = ident(&item.ident);
    let fields = item.members.iter().map(|member| {
        let docs = doc(
            member.doc.as_deref(),
            &format!("The member `{}`.", member.name),
        );
        let name = ident(&member.ident);
        let (kind, _) = member_value(family, &member.content);
        quote! { #docs pub #name: #kind, }
    });
    let read = item.members.iter().map(|member| {
        let name = ident(&member.ident);
        let (_, format) = member_value(family, &member.content);
        let offset = Literal::usize_unsuffixed(member.offset);
        quote! { #name: nl::member::<#format, _>(bytes, #offset), }
    });
    let write = written(family, item);
    let len = Literal::usize_unsuffixed(item.len);
    let table = ident(&item.table);
    let prefix =
        (!item.members.is_empty()).then(|| quote!(let bytes = &nl::prefix::<#len>(bytes);));
    let (bytes, out) = match item.members.is_empty() {
        true => (quote!(_bytes), quote!(_out)),
        false => (quote!(bytes), quote!(out)),
    };
    quote! {
        #docs
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::cmp::PartialEq)]
        pub struct #name {
            #(#fields)*
        }

        impl nl::Struct for #name {
            const LAYOUT: &'static nl::Layout = &layout::#table;

            #[inline]
            fn read(#bytes: &[u8]) -> Self {
                #prefix
                Self { #(#read)* }
            }

            #[inline]
            fn write(&self, #out: &mut nl::Encoder<'_>) {
                #write
            }
        }

        nl::struct_traits!(#name);
    }
}

/// Members in order, with the padding between them.
fn written(family: &Family, item: &Struct) -> TokenStream {
    let mut out = TokenStream::new();
    let mut at = 0;
    let pad = |out: &mut TokenStream, to: usize, at: usize| {
        if to > at {
            let count = Literal::usize_unsuffixed(to - at);
            out.extend(quote! { out.zeros(#count); });
        }
    };
    for member in &item.members {
        pad(&mut out, member.offset, at);
        let name = ident(&member.ident);
        let (_, format) = member_value(family, &member.content);
        out.extend(quote! { out.member::<#format, _>(&self.#name); });
        at = member.offset + member.len;
    }
    if !item.members.is_empty() {
        pad(&mut out, item.len, at);
    }
    out
}
