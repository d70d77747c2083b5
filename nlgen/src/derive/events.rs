//! `EventSet`: enums whose variants are what a family tells without being asked.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Error, Expr, Fields, Lit, Result, Type, Variant};

use super::errors::Errors;
use super::family::Spoken;
use super::input::{lifetimes_only, runtime, with_lifetimes};
use super::keys::{At, EventKeys, EventsKeys};
use super::sub_message::only;
use super::types::{Look, is_bytes, last_segment, look};
use crate::emit::rust::codec::{Event, Events, Other};

/// `impl EventSet`.
pub(super) fn events(input: &DeriveInput) -> Result<TokenStream> {
    let mut errors = Errors::default();
    let keys = EventsKeys::read(&input.attrs, &mut errors);
    let all_read = errors.count() == 0;
    let nl = runtime(keys.runtime.as_ref().map(|path| &path.value));
    lifetimes_only(input, "a set of events", &mut errors);
    let mut set = Variants::default();
    match &input.data {
        Data::Enum(data) => {
            for variant in &data.variants {
                set.variant(variant, input, &nl, &mut errors);
            }
        }
        _ => errors.add(
            input.ident.span(),
            "a set of events is an enum with a variant for each event",
        ),
    }
    // A key that could not be read is not missing.
    if keys.family.is_none() && all_read {
        let message = "`EventSet` needs `#[nl(family = \"netdev\")]`";
        errors.add(input.ident.span(), message);
    }
    let spoken = Spoken {
        family: keys.family.as_ref(),
        version: keys.version.as_ref(),
        protocol: keys.protocol.as_ref(),
    };
    spoken.check(&set.commands, &mut errors);
    errors.finish(())?;
    let (declared, family) = spoken.declared(&nl);
    let codec = Events {
        nl: &nl,
        name: &input.ident,
        elided: with_lifetimes(input, "'_"),
        borrowed: with_lifetimes(input, "'r"),
        family,
        events: &set.events,
        other: set.other.unwrap_or(Other::Refused),
    }
    .implement();
    Ok(quote! {
        const _: () = {
            #declared
            #codec
        };
    })
}

/// The variants of a set of events.
#[derive(Default)]
struct Variants {
    events: Vec<Event>,
    commands: Vec<Expr>,
    other: Option<Other>,
}

impl Variants {
    fn variant(
        &mut self,
        variant: &Variant,
        input: &DeriveInput,
        nl: &TokenStream,
        errors: &mut Errors,
    ) {
        let before = errors.count();
        let keys = EventKeys::read(&variant.attrs, errors);
        if errors.count() > before {
            return;
        }
        match (&keys.other, &keys.command) {
            (Some(other), Some(_)) => {
                errors.add(other.span, "`command` and `other` exclude each other");
            }
            (Some(other), None) if self.other.is_some() => {
                errors.add(other.span, "another variant is `other` already");
            }
            (Some(_), None) => {
                let kept = errors.keep(kept(variant, input, nl));
                self.other = kept.map(Other::Kept);
            }
            (None, Some(command)) => {
                let event = self.event(variant, command, nl);
                self.events.extend(errors.keep(event));
            }
            (None, None) => {
                let message =
                    "which event is it? add `#[nl(command = 2)]`, or `#[nl(other)]` for all others";
                errors.add(variant.ident.span(), message);
            }
        }
    }

    fn event(&mut self, variant: &Variant, command: &At<Expr>, nl: &TokenStream) -> Result<Event> {
        let command = &command.value;
        let text = |command: &Expr| command.to_token_stream().to_string();
        if self
            .commands
            .iter()
            .any(|other| text(other) == text(command))
        {
            let message = "another variant has this command already";
            return Err(Error::new_spanned(command, message));
        }
        self.commands.push(command.clone());
        let read = quote!(#nl::Decode::decode(attributes)?);
        let carried = match (&variant.fields, only(variant).map(look)) {
            (Fields::Unit, _) => None,
            (_, Some(Look::Box(_))) => Some(quote!(::std::boxed::Box::new(#read))),
            (_, Some(Look::Named)) => Some(read),
            (fields, _) => {
                let message =
                    "an event holds a struct that derives `Decode`, or nothing: `Changed(Link)`";
                return Err(Error::new_spanned(fields, message));
            }
        };
        Ok(Event {
            command: pattern(command),
            variant: variant.ident.clone(),
            carried,
        })
    }
}

/// The pattern of a command: a number as it is, anything else by its value.
fn pattern(command: &Expr) -> TokenStream {
    match command {
        Expr::Lit(literal) if matches!(literal.lit, Lit::Int(_)) => command.to_token_stream(),
        _ => quote!(command if command == (#command)),
    }
}

/// What the variant for all other commands keeps.
fn kept(variant: &Variant, input: &DeriveInput, nl: &TokenStream) -> Result<TokenStream> {
    let (name, ident) = (&input.ident, &variant.ident);
    let each = variant.fields.iter().map(|field| {
        let value = kept_field(&field.ty, nl)?;
        Ok(match &field.ident {
            Some(ident) => quote!(#ident: #value),
            None => value,
        })
    });
    let values: Vec<TokenStream> = each.collect::<Result<_>>()?;
    Ok(match &variant.fields {
        Fields::Unit => quote!(#name::#ident),
        Fields::Unnamed(_) => quote!(#name::#ident(#(#values),*)),
        Fields::Named(_) => quote!(#name::#ident { #(#values),* }),
    })
}

fn kept_field(ty: &Type, nl: &TokenStream) -> Result<TokenStream> {
    match look(ty) {
        Look::Integer(int) if int == "u16" => Ok(quote!(command)),
        Look::Named if last_segment(ty).is_some_and(|segment| segment.ident == "Attrs") => {
            Ok(quote!(#nl::Attrs::new(attributes)))
        }
        // A slice, or what owns the bytes of one.
        _ if is_bytes(ty) => Ok(quote!(::core::convert::Into::into(attributes))),
        _ => {
            let message = "an event of another command keeps the command (`u16`) and the attributes (`Attrs`, `&[u8]` or `Vec<u8>`)";
            Err(Error::new_spanned(ty, message))
        }
    }
}
