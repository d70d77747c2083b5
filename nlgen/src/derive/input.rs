//! The struct that a derive is put on, lowered to what the emitter of codec code takes.

use std::collections::HashMap;

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, GenericParam, Result, Type};

use super::errors::Errors;
use super::field::is_multi;
use super::keys::{FieldKeys, StructKeys};
use super::value::Context;
use crate::emit::rust::codec::{Codec, Field, Header};
use crate::model::name::kebab;

/// A direction of the codec.
#[derive(Clone, Copy, Debug)]
pub(super) enum Direction {
    Encode,
    Decode,
}

/// The path of what derived code calls of the runtime.
pub(super) fn runtime(given: Option<&syn::Path>) -> TokenStream {
    match given {
        Some(path) => quote!(#path::codegen),
        None => quote!(::nlgen_runtime::codegen),
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
    lifetimes_only(input, SET, &mut errors);
    let mut set = Table::default();
    if let Some(fields) = fields(input, &mut errors) {
        let read = read(fields, &mut errors);
        let context = Context::new(&nl, of_set, &read);
        set.fields(&read, &context, &mut errors);
    }
    set.padding(&keys, &nl, &mut errors);
    let name = match &keys.set {
        Some(name) => name.value.clone(),
        None => kebab(&input.ident.to_string()),
    };
    errors.finish(())?;
    let codec = Codec {
        nl: &nl,
        header: set.header.as_ref(),
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

/// A field and its keys.
pub(super) struct Read<'f> {
    pub(super) ident: &'f Ident,
    pub(super) ty: &'f Type,
    pub(super) keys: FieldKeys,
}

/// The fields whose keys could be read: what there is to say of the others would follow from that.
fn read<'f>(fields: &'f syn::FieldsNamed, errors: &mut Errors) -> Vec<Read<'f>> {
    let fields = fields.named.iter().filter_map(|field| {
        let before = errors.count();
        let keys = FieldKeys::read(&field.attrs, errors);
        let ident = field.ident.as_ref()?;
        let ty = &field.ty;
        (errors.count() == before).then_some(Read { ident, ty, keys })
    });
    fields.collect()
}

/// The attributes of a struct.
#[derive(Default)]
struct Table {
    header: Option<Header>,
    fields: Vec<Field>,
    /// Their descriptions: expressions of the type `Attribute`.
    attributes: Vec<TokenStream>,
    /// Who has each number.
    taken: HashMap<u16, String>,
}

impl Table {
    fn fields(&mut self, fields: &[Read<'_>], context: &Context<'_>, errors: &mut Errors) {
        for Read { ident, ty, keys } in fields {
            if let Some(header) = &keys.header {
                let read = context.header(ident, ty, keys);
                if self.header.is_some() {
                    errors.add(header.span, "a message has one header");
                }
                self.header = errors.keep(read).or(self.header.take());
                continue;
            }
            let carried = errors.keep(context.field(ty, keys));
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
            let multi = is_multi(ty, keys).then(|| quote!(.multi()));
            self.attributes
                .push(quote!(#nl::Attribute::new(#number, #name, #kind) #multi #secret));
            self.fields.push(Field {
                number: attr.value,
                ident: (*ident).clone(),
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

/// What [`lifetimes_only`] says of structs of attributes.
pub(super) const SET: &str = "a set of attributes has one description, so its struct";

/// Lifetimes may be parameters; types and constants may not, for a description is one `static`.
pub(super) fn lifetimes_only(input: &DeriveInput, subject: &str, errors: &mut Errors) {
    for parameter in &input.generics.params {
        let what = match parameter {
            GenericParam::Lifetime(_) => continue,
            GenericParam::Type(_) => "types",
            GenericParam::Const(_) => "constants",
        };
        let message = format!("{subject} cannot be generic over {what}; lifetimes are fine");
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
