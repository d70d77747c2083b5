//! `Struct`: structs that are laid out as in C.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};
use syn::{Data, DeriveInput, Error, Fields, GenericParam, Result, Type};

use super::errors::Errors;
use super::input::runtime;
use super::keys::{At, FieldKeys, LayoutKeys, MemberKeys};
use super::types::{Look, described, item_of_array, item_of_tail, look};
use super::value::{Context, both, misfit};
use crate::emit::rust::codec::{Member, Structure, Tail};
use crate::model::name::kebab;

/// `impl Struct`, with the layout; `impl StructWithTail` for one that ends in an array of any length.
pub(super) fn structure(input: &DeriveInput) -> Result<TokenStream> {
    let mut errors = Errors::default();
    let keys = LayoutKeys::read(&input.attrs, &mut errors);
    let nl = runtime(keys.runtime.as_ref().map(|path| &path.value));
    let mut layout = Layout::default();
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => layout.members(fields, &nl, &mut errors),
            _ => errors.add(input.ident.span(), "the members need names"),
        },
        _ => errors.add(input.ident.span(), "`Struct` is for structs"),
    }
    let life = errors.keep(life(&input.generics, layout.tail.is_some()));
    errors.finish(())?;
    let name = match &keys.name {
        Some(name) => name.value.clone(),
        None => kebab(&input.ident.to_string()),
    };
    let (last, places) = (layout.last(&nl), &layout.places);
    let pad = bytes(keys.pad.as_ref());
    let described = &layout.described;
    let len = quote!(#last.struct_len(#pad));
    let tail = layout.tail.take().map(|tail| Tail {
        life: life.flatten().unwrap_or_default(),
        // Where the payload's end counts, padding would be an item.
        padding: tail.counter.as_ref().map(|_| quote!(#len - #last.end())),
        ..tail
    });
    let padding = match &tail {
        Some(_) => quote!(#last.padding()),
        None => quote!(#len - #last.end()),
    };
    let codec = Structure {
        nl: &nl,
        name: &input.ident,
        layout: quote!(&__LAYOUT),
        len: quote!({ #len }),
        members: &layout.members,
        padding: (!layout.members.is_empty()).then_some(padding),
        tail,
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

/// The lifetime of a struct that borrows the array at its end.
fn life(generics: &syn::Generics, tail: bool) -> Result<Option<TokenStream>> {
    let mut params = generics.params.iter();
    match (params.next(), params.next()) {
        (None, _) => Ok(None),
        (Some(GenericParam::Lifetime(_)), None) if tail => Ok(Some(quote!(<'a>))),
        _ if tail => {
            let message = "a C struct has one layout, and no parameters but the lifetime of the array at its end";
            Err(Error::new_spanned(generics, message))
        }
        _ => {
            let message = "a C struct has one layout, and no parameters";
            Err(Error::new_spanned(generics, message))
        }
    }
}

/// The members of a struct.
#[derive(Default)]
struct Layout {
    members: Vec<Member>,
    /// The names of members in output, by those of their fields, and their types.
    names: Vec<(Ident, String, Type)>,
    /// The array of any length behind them.
    tail: Option<Tail>,
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
            if let Some(tail) = &self.tail {
                let message = format!(
                    "`{}` has any length, and nothing can be behind it",
                    tail.ident
                );
                errors.add(ident.span(), message);
            }
            let before = errors.count();
            let keys = MemberKeys::read(&field.attrs, errors);
            if errors.count() > before {
                continue;
            }
            if keys.count.is_some() || keys.rest.is_some() {
                let tail = self.tail(ident, &field.ty, &keys, &context);
                self.tail = errors.keep(tail);
            } else if let Some((format, kind)) = errors.keep(context.member(&field.ty, &keys)) {
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
        let format_of = quote!(<#format as #nl::MemberAs<#ty>>);
        let len = quote!(#format_of::LEN);
        let place = self.place(keys, nl, &len, &quote!(#format_of::ALIGN));
        let name = name_of(ident, keys);
        self.described
            .push(quote!(#nl::Member::new(#place.offset(), #len, #name, #kind)));
        self.names.push((ident.clone(), name, ty.clone()));
        self.members.push(Member {
            ident: ident.clone(),
            format,
            offset: quote!(#place.offset()),
            padding: Some(quote!(#place.padding())),
        });
    }

    /// The place of the next member.
    fn place(
        &mut self,
        keys: &MemberKeys,
        nl: &TokenStream,
        len: &TokenStream,
        own_align: &TokenStream,
    ) -> Ident {
        let place = format_ident!("__PLACE_{}", self.places.len());
        let (before, pad) = (self.last(nl), bytes(keys.pad.as_ref()));
        let align = match &keys.align {
            Some(align) => {
                let align = Literal::usize_unsuffixed(align.value.0);
                quote!(#align)
            }
            None => own_align.clone(),
        };
        self.places.push(quote! {
            const #place: #nl::Place = #before.then(#pad, #len, #align);
        });
        place
    }

    /// The array of any length that ends the struct.
    fn tail(
        &mut self,
        ident: &Ident,
        ty: &Type,
        keys: &MemberKeys,
        context: &Context<'_>,
    ) -> Result<Tail> {
        let nl = context.nl;
        if let (Some(_), Some(rest)) = (&keys.count, &keys.rest) {
            return Err(both("count", "rest", rest.span));
        }
        let Some(item) = item_of_tail(ty) else {
            let message = "the array that ends a struct is an `Items` or a `Vec`";
            return Err(Error::new_spanned(ty, message));
        };
        let (format, _) = context.member(item, keys)?;
        let counter = match &keys.count {
            Some(by) => {
                let known = self.names.iter().find(|(known, ..)| *known == by.value);
                let Some((known, name, kind)) = known else {
                    let message = format!("there is no member `{}` before this one", by.value);
                    return Err(Error::new(by.span, message));
                };
                if !matches!(look(kind), Look::Integer(_)) {
                    let message = format!("`{}` counts nothing: it is not an integer", by.value);
                    return Err(Error::new(by.span, message));
                }
                Some((known.clone(), name.clone(), quote!(#kind)))
            }
            None => None,
        };
        let described = described(ty);
        let align = quote!(<#described as #nl::Tail<'static, #format>>::ALIGN);
        let place = self.place(keys, nl, &quote!(0), &align);
        let name = name_of(ident, keys);
        let kind = context.kind_by_type(&quote!(#nl::Each<#format>), ty);
        let extent = match &counter {
            Some((_, by, _)) => quote!(.counted(#by)),
            None => quote!(.to_end()),
        };
        self.described
            .push(quote!(#nl::Member::new(#place.offset(), 0, #name, #kind) #extent));
        Ok(Tail {
            ident: ident.clone(),
            life: TokenStream::new(),
            format,
            offset: quote!(#place.offset()),
            padding: None,
            counter: counter.map(|(ident, _, kind)| (ident, kind)),
        })
    }

    /// The place of the last member.
    fn last(&self, nl: &TokenStream) -> TokenStream {
        match self.places.len().checked_sub(1) {
            Some(at) => {
                let place = format_ident!("__PLACE_{at}");
                quote!(#place)
            }
            None => quote!(#nl::Place::START),
        }
    }
}

/// A member's name in output.
fn name_of(ident: &Ident, keys: &MemberKeys) -> String {
    match &keys.name {
        Some(name) => name.value.clone(),
        None => kebab(&ident.to_string()),
    }
}

fn bytes(pad: Option<&At<usize>>) -> Literal {
    Literal::usize_unsuffixed(pad.map_or(0, |pad| pad.value))
}

impl Context<'_> {
    /// The format of a member, and what it contains.
    fn member(&self, ty: &Type, keys: &MemberKeys) -> Result<(TokenStream, TokenStream)> {
        let nl = self.nl;
        if let Some(array) = &keys.array {
            let Some(item) = item_of_array(ty) else {
                return Err(misfit(
                    "array",
                    array.span,
                    &look(ty),
                    "an array, as `[u32; 4]`",
                ));
            };
            let (item, _) = self.member_value(item, keys)?;
            let format = quote!(#nl::Each<#item>);
            let kind = self.kind_by_type(&format, ty);
            return Ok((format, kind));
        }
        self.member_value(ty, keys)
    }

    /// The format of a member that is no array, or of an array's item.
    fn member_value(&self, ty: &Type, keys: &MemberKeys) -> Result<(TokenStream, TokenStream)> {
        let nl = self.nl;
        let own = match look(ty) {
            Look::Integer(int) => quote!(#nl::Host<#int>),
            Look::Named => quote!(#nl::Host<<#ty as #nl::Scalar>::Repr>),
            Look::Whole("an array of bytes" | "an address" | "text of a fixed length") => {
                quote!(#nl::Natural)
            }
            _ => {
                let message = "a member has a length of its own: an integer, an enum, flags, `[u8; N]`, a `FixedStr`, an address of one kind, or a C struct with the key `struct`";
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
