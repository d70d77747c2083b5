//! C structs: their members, and how they are read and written.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};

use super::codec;
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
    let (members, tail) = members(family, item);
    let len = Literal::usize_unsuffixed(item.len);
    let table = ident(&item.table);
    let codec = codec::Structure {
        nl: &quote!(nl),
        name: &name,
        layout: quote!(&layout::#table),
        len: quote!(#len),
        members: &members,
        tail,
    }
    .implement();
    quote! {
        #docs
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::cmp::PartialEq)]
        pub struct #name {
            #(#fields)*
        }

        #codec

        nl::struct_traits!(#name);
    }
}

/// Members in order, with the padding before each and behind the last.
fn members(family: &Family, item: &Struct) -> (Vec<codec::Member>, Option<TokenStream>) {
    let mut at = 0;
    let padding = |to: usize, at: usize| {
        let count = to.checked_sub(at).filter(|count| *count > 0)?;
        Some(Literal::usize_unsuffixed(count).into_token_stream())
    };
    let members = item.members.iter().map(|member| {
        let offset = Literal::usize_unsuffixed(member.offset);
        let before = padding(member.offset, at);
        at = member.offset + member.len;
        codec::Member {
            ident: ident(&member.ident),
            format: member_value(family, &member.content).1,
            offset: quote!(#offset),
            padding: before,
        }
    });
    let members: Vec<codec::Member> = members.collect();
    let tail = padding(item.len, at).filter(|_| !members.is_empty());
    (members, tail)
}
