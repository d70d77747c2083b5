//! Constants, enums and flags.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::docs::{doc, titled};
use super::types::ident;
use crate::model::{Const, ConstValue, Entry, Enum, EnumUse, Family, Repr};

pub(super) fn consts(family: &Family) -> TokenStream {
    family.consts.iter().map(constant).collect()
}

fn constant(item: &Const) -> TokenStream {
    let docs = doc(
        item.doc.as_deref(),
        &format!("The constant `{}`.", item.name),
    );
    let name = ident(&item.ident);
    match &item.value {
        ConstValue::Text(text) => quote! { #docs pub const #name: &str = #text; },
        ConstValue::Int(value) => {
            let repr = [(4, false), (4, true), (8, false), (8, true)]
                .map(|(bytes, signed)| Repr { bytes, signed })
                .into_iter()
                .find(|repr| (repr.range().0..=repr.range().1).contains(value));
            let repr = repr.unwrap_or(Repr {
                bytes: 8,
                signed: false,
            });
            let (kind, value) = (ident(repr.name()), literal(repr, *value));
            quote! { #docs pub const #name: #kind = #value; }
        }
    }
}

pub(super) fn enums(family: &Family) -> TokenStream {
    let mut out = TokenStream::new();
    for item in &family.enums {
        out.extend(item.values.as_ref().map(|values| value_enum(item, values)));
        out.extend(item.flags.as_ref().map(|flags| bit_flags(item, flags)));
    }
    out
}

/// An open enum: values that the spec does not name are kept.
fn value_enum(item: &Enum, values: &EnumUse) -> TokenStream {
    let docs = titled(&format!("The enum `{}`", item.name), item.doc.as_deref());
    let name = ident(&values.ident);
    let repr = ident(values.repr.name());
    let variants = item.entries.iter().map(|entry| {
        let docs = entry_doc(entry);
        let variant = ident(&entry.variant);
        quote! { #docs #variant, }
    });
    let lines = item.entries.iter().map(|entry| {
        let variant = ident(&entry.variant);
        let value = literal(values.repr, entry.value);
        quote! { #variant = #value, }
    });
    let table = ident(&values.table);
    quote! {
        #docs
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            /// A value that the specification does not name.
            Unknown(#repr),
        }
        nl::open_enum!(#name: #repr, names::#table, { #(#lines)* });
    }
}

/// A set of flags of the crate `bitflags`: bits that the spec does not name are kept.
fn bit_flags(item: &Enum, flags: &EnumUse) -> TokenStream {
    let docs = titled(&format!("The flags `{}`", item.name), item.doc.as_deref());
    let name = ident(&flags.ident);
    let repr = ident(flags.repr.name());
    let bits = item.entries.iter().map(|entry| {
        let docs = entry_doc(entry);
        let constant = ident(&entry.constant);
        let bit = Literal::i128_unsuffixed(entry.value);
        quote! { #docs const #constant = 1 << #bit; }
    });
    quote! {
        nl::flag_set! {
            #docs
            pub struct #name: #repr {
                #(#bits)*
            }
        }
    }
}

fn entry_doc(entry: &Entry) -> TokenStream {
    doc(entry.doc.as_deref(), &format!("`{}`.", entry.name))
}

fn literal(repr: Repr, value: i128) -> TokenStream {
    // A negative literal is two tokens.
    let value = repr.wrap(value);
    let digits = Literal::u128_unsuffixed(value.unsigned_abs());
    match value < 0 {
        true => quote!(-#digits),
        false => quote!(#digits),
    }
}
