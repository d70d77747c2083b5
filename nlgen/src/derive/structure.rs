//! `Struct`: structs that are laid out as in C.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Error, Fields, Result, Type};

use super::errors::Errors;
use super::input::runtime;
use super::keys::{At, FieldKeys, LayoutKeys, MemberKeys};
use super::types::{Look, look};
use super::value::Context;
use crate::emit::rust::codec::{Member, Structure};
use crate::model::name::kebab;

/// `impl Struct`, with the layout.
pub(super) fn structure(input: &DeriveInput) -> Result<TokenStream> {
    let mut errors = Errors::default();
    let keys = LayoutKeys::read(&input.attrs, &mut errors);
    let nl = runtime(keys.runtime.as_ref().map(|path| &path.value));
    if !input.generics.params.is_empty() {
        let message = "a C struct has one layout, and no parameters";
        errors.push(Error::new_spanned(&input.generics, message));
    }
    let mut layout = Layout::default();
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => layout.members(fields, &nl, &mut errors),
            _ => errors.add(input.ident.span(), "the members need names"),
        },
        _ => errors.add(input.ident.span(), "`Struct` is for structs"),
    }
    errors.finish(())?;
    let name = match &keys.name {
        Some(name) => name.value.clone(),
        None => kebab(&input.ident.to_string()),
    };
    let (last, places) = (layout.last(&nl), &layout.places);
    let pad = bytes(keys.pad.as_ref());
    let described = &layout.described;
    let len = quote!(#last.struct_len(#pad));
    let codec = Structure {
        nl: &nl,
        name: &input.ident,
        layout: quote!(&__LAYOUT),
        len: quote!({ #len }),
        members: &layout.members,
        tail: (!layout.members.is_empty()).then(|| quote!(#len - #last.end())),
    }
    .implement();
    Ok(quote! {
        const _: () = {
            #(#places)*
            static __LAYOUT: #nl::Layout = #nl::Layout::new(#name, #len, &[#(#described),*])
                .aligned(#last.struct_align());
            #codec
        };
    })
}

/// The members of a struct.
#[derive(Default)]
struct Layout {
    members: Vec<Member>,
    /// Constants of the type `Place`, one for each.
    places: Vec<TokenStream>,
    /// Expressions of the type `Member` of the runtime.
    described: Vec<TokenStream>,
}

impl Layout {
    fn members(&mut self, fields: &syn::FieldsNamed, nl: &TokenStream, errors: &mut Errors) {
        let context = Context::new(nl, quote!(#nl::Encode), &[]);
        for field in &fields.named {
            let Some(ident) = &field.ident else { continue };
            let before = errors.count();
            let keys = MemberKeys::read(&field.attrs, errors);
            if errors.count() == before
                && let Some((format, kind)) = errors.keep(context.member(&field.ty, &keys))
            {
                self.member(ident, &field.ty, &keys, nl, (format, kind));
            }
        }
    }

    fn member(
        &mut self,
        ident: &Ident,
        ty: &Type,
        keys: &MemberKeys,
        nl: &TokenStream,
        (format, kind): (TokenStream, TokenStream),
    ) {
        let place = format_ident!("__PLACE_{}", self.members.len());
        let (before, pad) = (self.last(nl), bytes(keys.pad.as_ref()));
        let format_of = quote!(<#format as #nl::MemberAs<#ty>>);
        let align = match &keys.align {
            Some(align) => {
                let align = Literal::usize_unsuffixed(align.value.0);
                quote!(#align)
            }
            None => quote!(#format_of::ALIGN),
        };
        let len = quote!(#format_of::LEN);
        self.places.push(quote! {
            const #place: #nl::Place = #before.then(#pad, #len, #align);
        });
        let name = match &keys.name {
            Some(name) => name.value.clone(),
            None => kebab(&ident.to_string()),
        };
        self.described
            .push(quote!(#nl::Member::new(#place.offset(), #len, #name, #kind)));
        self.members.push(Member {
            ident: ident.clone(),
            format,
            offset: quote!(#place.offset()),
            padding: Some(quote!(#place.padding())),
        });
    }

    /// The place of the last member.
    fn last(&self, nl: &TokenStream) -> TokenStream {
        match self.members.len().checked_sub(1) {
            Some(at) => {
                let place = format_ident!("__PLACE_{at}");
                quote!(#place)
            }
            None => quote!(#nl::Place::START),
        }
    }
}

fn bytes(pad: Option<&At<usize>>) -> Literal {
    Literal::usize_unsuffixed(pad.map_or(0, |pad| pad.value))
}

impl Context<'_> {
    /// The format of a member, and what it contains.
    fn member(&self, ty: &Type, keys: &MemberKeys) -> Result<(TokenStream, TokenStream)> {
        let nl = self.nl;
        let own = match look(ty) {
            Look::Integer(int) => quote!(#nl::Host<#int>),
            Look::Named => quote!(#nl::Host<<#ty as #nl::Scalar>::Repr>),
            Look::Whole("an array of bytes" | "an address") => quote!(#nl::Natural),
            _ => {
                let message = "a member has a length of its own: an integer, an enum, flags, `[u8; N]`, an address of one kind, or a C struct with the key `struct`";
                return Err(Error::new_spanned(ty, message));
            }
        };
        let value = FieldKeys {
            be: keys.be.clone(),
            le: keys.le.clone(),
            width: keys.width.clone(),
            flags: keys.flags.clone(),
            structure: keys.structure.clone(),
            ..FieldKeys::default()
        };
        let value = self.value(ty, &value)?;
        Ok((value.format.unwrap_or(own), value.kind))
    }
}
