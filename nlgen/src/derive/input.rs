//! The struct that a derive is put on, lowered to what the emitter of codec code takes.

use std::collections::HashMap;

use proc_macro2::{Literal, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, GenericParam, Result};

use super::errors::Errors;
use super::keys::{FieldKeys, StructKeys};
use super::value::Context;
use crate::emit::rust::codec::{Codec, Field};
use crate::model::name::kebab;

/// A direction of the codec.
#[derive(Clone, Copy, Debug)]
pub(super) enum Direction {
    Encode,
    Decode,
}

/// The path of the runtime, when none is given.
pub(super) fn runtime(given: Option<&syn::Path>) -> TokenStream {
    match given {
        Some(path) => path.to_token_stream(),
        None => quote!(::nlgen_runtime),
    }
}

/// The codec of a struct in one direction, as an anonymous constant around the `impl`.
pub(super) fn codec(input: &DeriveInput, direction: Direction) -> Result<TokenStream> {
    let mut errors = Errors::default();
    let keys = StructKeys::read(&input.attrs, &mut errors);
    let nl = runtime(keys.runtime.as_ref().map(|path| &path.value));
    let of_set = match direction {
        Direction::Encode => quote!(#nl::Encode),
        Direction::Decode => quote!(#nl::Decode<'static>),
    };
    lifetimes_only(input, &mut errors);
    let mut set = Table::default();
    if let Some(fields) = fields(input, &mut errors) {
        set.fields(fields, &Context { nl: &nl, of_set }, &mut errors);
    }
    set.padding(&keys, &nl, &mut errors);
    let name = match &keys.set {
        Some(name) => name.value.clone(),
        None => kebab(&input.ident.to_string()),
    };
    errors.finish(())?;
    let codec = Codec {
        nl: &nl,
        fields: &set.fields,
        set: quote!(&__SET),
        decoded: with_lifetimes(input, "'a"),
        encoded: with_lifetimes(input, "'_"),
    };
    let implemented = match direction {
        Direction::Encode => codec.encode(),
        Direction::Decode => codec.decode(),
    };
    let attributes = &set.attributes;
    Ok(quote! {
        const _: () = {
            static __SET: #nl::Set = #nl::Set::new(#name, &[#(#attributes),*]);
            #implemented
        };
    })
}

/// The attributes of a struct.
#[derive(Default)]
struct Table {
    fields: Vec<Field>,
    /// Their descriptions: expressions of the type `Attribute`.
    attributes: Vec<TokenStream>,
    /// Who has each number.
    taken: HashMap<u16, String>,
}

impl Table {
    fn fields(&mut self, fields: &syn::FieldsNamed, context: &Context<'_>, errors: &mut Errors) {
        for field in &fields.named {
            let Some(ident) = &field.ident else { continue };
            let before = errors.count();
            let keys = FieldKeys::read(&field.attrs, errors);
            if errors.count() > before {
                // What else there is to say would follow from that.
                continue;
            }
            let carried = errors.keep(context.field(&field.ty, &keys));
            let Some(attr) = &keys.attr else {
                let message =
                    format!("`{ident}` has no attribute number: add `#[nl(1)]`, or its own");
                errors.add(ident.span(), message);
                continue;
            };
            self.take(attr.value, &format!("`{ident}`"), attr.span, errors);
            let Some(carried) = carried else { continue };
            let name = match &keys.name {
                Some(name) => name.value.clone(),
                None => kebab(&ident.to_string()),
            };
            let (nl, kind) = (context.nl, &carried.kind);
            let number = Literal::u16_unsuffixed(attr.value);
            let secret = keys.secret.as_ref().map(|_| quote!(.secret()));
            self.attributes
                .push(quote!(#nl::Attribute::new(#number, #name, #kind) #secret));
            self.fields.push(Field {
                number: attr.value,
                ident: ident.clone(),
                access: carried.access,
            });
        }
    }

    fn padding(&mut self, keys: &StructKeys, nl: &TokenStream, errors: &mut Errors) {
        let numbers = keys.pad.iter().flat_map(|pad| &pad.value.0);
        for (number, span) in numbers {
            self.take(*number, "padding", *span, errors);
            let number = Literal::u16_unsuffixed(*number);
            self.attributes
                .push(quote!(#nl::Attribute::new(#number, "pad", #nl::Kind::Pad)));
        }
    }

    fn take(&mut self, number: u16, who: &str, span: Span, errors: &mut Errors) {
        if let Some(other) = self.taken.get(&number) {
            errors.add(
                span,
                format!("the number {number} is that of {other} already"),
            );
            return;
        }
        self.taken.insert(number, who.to_owned());
    }
}

/// The named fields; none for a struct without fields.
fn fields<'i>(input: &'i DeriveInput, errors: &mut Errors) -> Option<&'i syn::FieldsNamed> {
    let message = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Some(fields),
            Fields::Unit => return None,
            Fields::Unnamed(_) => "the fields need names: attributes have them",
        },
        Data::Enum(_) => "an enum is one value, not a set of attributes: derive `Scalar`",
        Data::Union(_) => "a union is no set of attributes: use a struct",
    };
    errors.add(input.ident.span(), message);
    None
}

/// Lifetimes may be parameters; types and constants may not, for a description is one `static`.
pub(super) fn lifetimes_only(input: &DeriveInput, errors: &mut Errors) {
    for parameter in &input.generics.params {
        let what = match parameter {
            GenericParam::Lifetime(_) => continue,
            GenericParam::Type(_) => "types",
            GenericParam::Const(_) => "constants",
        };
        let message = format!(
            "a set of attributes has one description, so its struct cannot be generic over {what}; lifetimes are fine"
        );
        errors.add(parameter.span(), message);
    }
}

/// The type, with the same lifetime everywhere.
pub(super) fn with_lifetimes(input: &DeriveInput, lifetime: &str) -> TokenStream {
    let name = &input.ident;
    let lifetime = syn::Lifetime::new(lifetime, Span::call_site());
    match input.generics.lifetimes().count() {
        0 => quote!(#name),
        count => {
            let lifetimes = std::iter::repeat_n(lifetime, count);
            quote!(#name<#(#lifetimes),*>)
        }
    }
}
