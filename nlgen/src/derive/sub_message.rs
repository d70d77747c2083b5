//! `SubMessage`: enums whose variants are the formats of a payload.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, Result, Type, Variant};

use super::errors::Errors;
use super::input::{lifetimes_only, runtime, with_lifetimes};
use super::keys::{FormatKeys, FormatsKeys};
use super::types::{Look, described, is_bytes, look};
use super::value::{both, misfit};
use crate::emit::rust::codec::{Carried, Format, SubMessage};
use crate::model::name::kebab;

/// `impl SubMessage`, with the descriptions of the formats.
pub(super) fn sub_message(input: &DeriveInput) -> Result<TokenStream> {
    let mut errors = Errors::default();
    let keys = FormatsKeys::read(&input.attrs, &mut errors);
    let nl = runtime(keys.runtime.as_ref().map(|path| &path.value));
    lifetimes_only(input, "a sub-message", &mut errors);
    let mut formats = Formats::default();
    match &input.data {
        Data::Enum(data) => {
            for variant in &data.variants {
                formats.variant(variant, &nl, &mut errors);
            }
        }
        _ => errors.add(
            input.ident.span(),
            "a sub-message is an enum with a variant for each format",
        ),
    }
    errors.finish(())?;
    let described = &formats.described;
    Ok(SubMessage {
        nl: &nl,
        name: with_lifetimes(input, "'a"),
        described: Some(quote!(&[#(#described),*])),
        formats: &formats.formats,
        other: formats.other,
    }
    .implement())
}

/// The variants of a sub-message.
#[derive(Default)]
struct Formats {
    formats: Vec<Format>,
    /// Their descriptions: expressions of the type `Format` of the runtime.
    described: Vec<TokenStream>,
    /// The variant for all other formats.
    other: Option<Ident>,
}

impl Formats {
    fn variant(&mut self, variant: &Variant, nl: &TokenStream, errors: &mut Errors) {
        let before = errors.count();
        let keys = FormatKeys::read(&variant.attrs, errors);
        if errors.count() > before {
            return;
        }
        if keys.other.is_some() {
            if let Some(other) = errors.keep(self.other(variant, &keys)) {
                self.other = Some(other);
            }
            return;
        }
        let Some((carried, header, set)) = errors.keep(carried(variant, &keys, nl)) else {
            return;
        };
        let value = match keys.name {
            Some(name) => name.value,
            None => kebab(&variant.ident.to_string()),
        };
        if self.formats.iter().any(|format| format.value == value) {
            let message = format!("another variant is the format `{value}` already");
            errors.add(variant.ident.span(), message);
        }
        self.described
            .push(quote!(#nl::Format::new(#value, #header, #set)));
        self.formats.push(Format {
            others: false,
            variant: variant.ident.clone(),
            value,
            carried,
        });
    }

    fn other(&self, variant: &Variant, keys: &FormatKeys) -> Result<Ident> {
        let span = keys
            .other
            .as_ref()
            .map_or(variant.ident.span(), |key| key.span);
        if self.other.is_some() {
            return Err(Error::new(span, "another variant is `other` already"));
        }
        for (key, given) in [("nest", &keys.nest), ("struct", &keys.structure)] {
            if given.is_some() {
                return Err(both(key, "other", span));
            }
        }
        match only(variant) {
            Some(ty) if is_bytes(ty) => Ok(variant.ident.clone()),
            _ => {
                let message = "`other` is for a variant that holds the bytes: `Unknown(&'a [u8])` or `Unknown(Vec<u8>)`";
                Err(Error::new(span, message))
            }
        }
    }
}

/// What the variant of a format holds: its codec, its header's layout and its set.
fn carried(
    variant: &Variant,
    keys: &FormatKeys,
    nl: &TokenStream,
) -> Result<(Option<Carried>, TokenStream, TokenStream)> {
    let none = || quote!(::core::option::Option::None);
    let some = |value| quote!(::core::option::Option::Some(#value));
    if let (Some(structure), Some(_)) = (&keys.structure, &keys.nest) {
        return Err(both("nest", "struct", structure.span));
    }
    let key = match (&keys.nest, &keys.structure) {
        (Some(key), _) => Some(("nest", key.span)),
        (_, Some(key)) => Some(("struct", key.span)),
        _ => None,
    };
    let ty = match (&variant.fields, only(variant), key) {
        (_, Some(ty), _) => ty,
        (Fields::Unit, _, None) => return Ok((None, none(), none())),
        (Fields::Unit, _, Some((key, span))) => {
            let message = format!(
                "`{key}` is for a variant that holds a struct: `{}(T)`",
                variant.ident
            );
            return Err(Error::new(span, message));
        }
        _ => {
            let message = "the variant of a format holds one value, or none: `Veth(Veth)`";
            return Err(Error::new_spanned(&variant.fields, message));
        }
    };
    let (inner, boxed) = match look(ty) {
        Look::Box(inner) => (inner, true),
        _ => (ty, false),
    };
    let (format, nest, of) = match (look(inner), key) {
        (Look::Nest(of), None | Some(("nest", _))) => (quote!(#nl::Natural), true, of),
        (Look::Named, Some(("nest", _))) => (quote!(#nl::Nested), true, inner),
        (Look::Named, Some(_)) => (quote!(#nl::AsStruct), false, inner),
        (other, Some((key, span))) => {
            let wants = match key {
                "nest" => "a struct of attributes",
                _ => "a C struct",
            };
            return Err(misfit(key, span, &other, wants));
        }
        (_, None) => {
            let message = "what is it? add `#[nl(nest)]` for attributes, `#[nl(struct)]` for a C struct, `#[nl(other)]` for the bytes of other formats";
            return Err(Error::new_spanned(ty, message));
        }
    };
    let format = match boxed {
        true => quote!(#nl::Boxed<#format>),
        false => format,
    };
    let of = described(of);
    let (header, set) = match nest {
        true => (
            quote!(<#of as #nl::Encode>::HEADER),
            some(quote!(|| <#of as #nl::Encode>::SET)),
        ),
        false => (some(quote!(<#of as #nl::Struct>::LAYOUT)), none()),
    };
    Ok((Some(Carried { format, nest }), header, set))
}

/// The one value that a variant holds.
pub(super) fn only(variant: &Variant) -> Option<&Type> {
    let Fields::Unnamed(fields) = &variant.fields else {
        return None;
    };
    let mut fields = fields.unnamed.iter();
    match (fields.next(), fields.next()) {
        (Some(field), None) => Some(&field.ty),
        _ => None,
    }
}
