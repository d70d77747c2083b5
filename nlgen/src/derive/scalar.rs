//! `Scalar`: enums that stand for integers.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Expr, ExprLit, ExprUnary, Fields, Lit, Result, UnOp, Variant};

use super::arguments::INTEGERS;
use super::errors::Errors;
use super::input::runtime;
use super::keys::{EnumKeys, VariantKeys};
use crate::model::name::kebab;

/// `impl Scalar` and the names of the values.
pub(super) fn scalar(input: &DeriveInput) -> Result<TokenStream> {
    let mut errors = Errors::default();
    let keys = EnumKeys::read(&input.attrs, &mut errors);
    let repr = repr(input, &mut errors);
    if !input.generics.params.is_empty() {
        let message = "a value has no parameters";
        errors.push(syn::Error::new_spanned(&input.generics, message));
    }
    let entries = match &input.data {
        Data::Enum(data) => entries(data.variants.iter(), &mut errors),
        _ => {
            let message =
                "`Scalar` is for enums; a struct of attributes derives `Encode` and `Decode`";
            errors.add(input.ident.span(), message);
            Entries::default()
        }
    };
    errors.finish(())?;
    let nl = runtime(keys.runtime.as_ref().map(|path| &path.value));
    Ok(emit(&input.ident, &repr, &entries, &nl))
}

/// The variants of an enum.
#[derive(Default)]
struct Entries {
    named: Vec<Entry>,
    /// The variant for all other integers.
    other: Option<Ident>,
}

struct Entry {
    variant: Ident,
    name: String,
    value: i128,
}

/// The integer behind an enum, from its `#[repr]`.
fn repr(input: &DeriveInput, errors: &mut Errors) -> Ident {
    let mut found = None;
    for attr in input
        .attrs
        .iter()
        .filter(|attr| attr.path().is_ident("repr"))
    {
        // What is wrong with it, the compiler tells.
        let _ = attr.parse_nested_meta(|meta| {
            let integer = INTEGERS.iter().any(|int| meta.path.is_ident(int));
            found = match meta.path.get_ident() {
                Some(ident) if integer => Some(ident.clone()),
                _ => found.take(),
            };
            Ok(())
        });
    }
    found.unwrap_or_else(|| {
        let message =
            "which integer is behind it? add `#[repr(u32)]`; from u8 to u64, from i8 to i64";
        errors.add(input.ident.span(), message);
        Ident::new("u32", Span::call_site())
    })
}

fn entries<'i>(variants: impl Iterator<Item = &'i Variant>, errors: &mut Errors) -> Entries {
    let mut entries = Entries::default();
    let mut next = 0;
    for variant in variants {
        let keys = VariantKeys::read(&variant.attrs, errors);
        let ident = &variant.ident;
        if let Some((_, value)) = &variant.discriminant {
            next = errors.keep(integer(value)).unwrap_or(next);
        }
        let value = next;
        next = next.saturating_add(1);
        let fields = &variant.fields;
        match (&keys.other, fields) {
            (Some(other), _) if entries.other.is_some() => {
                errors.add(other.span, "another variant is `other` already");
            }
            (Some(_), Fields::Unnamed(fields)) if fields.unnamed.len() == 1 => {
                entries.other = Some(ident.clone());
            }
            (Some(other), _) => {
                let message = "`other` is for a variant that holds the integer: `Unknown(u32)`";
                errors.add(other.span, message);
            }
            (None, Fields::Unit) => entries.named.push(Entry {
                variant: ident.clone(),
                name: keys
                    .name
                    .map_or(kebab(&ident.to_string()), |name| name.value),
                value,
            }),
            (None, _) => {
                let message = "a value has no fields; the variant for all other integers is marked `#[nl(other)]`";
                errors.push(syn::Error::new_spanned(fields, message));
            }
        }
    }
    entries
}

/// A number as it is written.
fn integer(value: &Expr) -> Result<i128> {
    match value {
        Expr::Lit(ExprLit {
            lit: Lit::Int(literal),
            ..
        }) => literal.base10_parse(),
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => integer(expr).map(|value: i128| -value),
        Expr::Group(group) => integer(&group.expr),
        Expr::Paren(paren) => integer(&paren.expr),
        other => Err(syn::Error::new_spanned(other, "write the number itself")),
    }
}

fn emit(name: &Ident, repr: &Ident, entries: &Entries, nl: &TokenStream) -> TokenStream {
    let values = entries.named.iter().map(|entry| {
        let (variant, value) = (&entry.variant, literal(entry.value));
        quote! { #variant = #value, }
    });
    let names = entries.named.iter().map(|entry| {
        let (value, name) = (literal(entry.value), &entry.name);
        // Negative values are sign-extended.
        quote! { ({ const VALUE: #repr = #value; VALUE } as u64, #name) }
    });
    let other = entries.other.iter();
    quote! {
        const _: () = {
            const __NAMES: &#nl::Names = &[#(#names),*];
            #nl::open_enum!(@scalar #name: #repr, __NAMES, { #(#values)* } #(else #other)*);
        };
    }
}

/// A number as a literal; a negative one is two tokens.
fn literal(value: i128) -> TokenStream {
    let digits = Literal::u128_unsuffixed(value.unsigned_abs()).into_token_stream();
    match value < 0 {
        true => quote!(-#digits),
        false => digits,
    }
}
