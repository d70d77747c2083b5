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
        let counts = item.tail().filter(|_| {
            let counter = item.counter();
            counter.is_some_and(|counter| counter.name == member.name)
        });
        let own = match counts {
            Some(tail) => format!(
                "The member `{}`: written as the number of `{}`, whatever it says.",
                member.name, tail.ident
            ),
            None => format!("The member `{}`.", member.name),
        };
        let docs = doc(member.doc.as_deref(), &own);
        let name = ident(&member.ident);
        let (kind, _) = member_value(family, &member.content);
        quote! { #docs pub #name: #kind, }
    });
    let (members, padding) = members(family, item);
    let len = Literal::usize_unsuffixed(item.len);
    let table = ident(&item.table);
    let codec = codec::Structure {
        nl: &quote!(nl),
        name: &name,
        layout: quote!(&layout::#table),
        len: quote!(#len),
        members: &members,
        padding,
        tail: tail(family, item),
    }
    .implement();
    let (life, traits) = match item.tail() {
        Some(_) => (Some(quote!(<'a>)), quote!(struct_with_tail_traits)),
        None => (None, quote!(struct_traits)),
    };
    quote! {
        #docs
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::cmp::PartialEq)]
        pub struct #name #life {
            #(#fields)*
        }

        #codec

        nl::#traits!(#name);
    }
}

/// The array of any length that ends a struct.
fn tail(family: &Family, item: &Struct) -> Option<codec::Tail> {
    let tail = item.tail()?;
    let (_, format) = member_value(family, &tail.content);
    let offset = Literal::usize_unsuffixed(tail.offset);
    let counter = item.counter().map(|counter| {
        let (kind, _) = member_value(family, &counter.content);
        (ident(&counter.ident), kind)
    });
    // Where the payload's end counts, padding would be an item.
    let padding = item.len.checked_sub(tail.offset);
    let padding = padding.filter(|more| *more > 0 && counter.is_some());
    Some(codec::Tail {
        ident: ident(&tail.ident),
        life: quote!(<'a>),
        format,
        offset: quote!(#offset),
        padding: padding.map(|more| Literal::usize_unsuffixed(more).into_token_stream()),
        counter,
    })
}

/// Members in order, with the padding before each and behind the last.
fn members(family: &Family, item: &Struct) -> (Vec<codec::Member>, Option<TokenStream>) {
    let mut at = 0;
    let padding = |to: usize, at: usize| {
        let count = to.checked_sub(at).filter(|count| *count > 0)?;
        Some(Literal::usize_unsuffixed(count).into_token_stream())
    };
    let fixed = item.members.iter().filter(|member| !member.is_tail());
    let members = fixed.map(|member| {
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
    let end = item.tail().map_or(item.len, |tail| tail.offset);
    let behind = padding(end, at).filter(|_| !members.is_empty());
    (members, behind)
}
