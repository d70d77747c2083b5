//! `EventSets`: enums whose variants are what several families tell without being asked.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::visit_mut::VisitMut;
use syn::{Data, DeriveInput, Error, Lifetime, Result, Type, Variant};

use super::errors::Errors;
use super::input::{lifetimes_only, runtime, with_lifetimes};
use super::keys::EnumKeys;
use super::sub_message::only;
use super::types::{Look, look};

/// A variant: the events of one family.
struct Told<'v> {
    variant: &'v Ident,
    /// The family's events, without borrowing anything.
    events: Type,
    boxed: bool,
}

/// `impl EventSets`.
pub(super) fn event_sets(input: &DeriveInput) -> Result<TokenStream> {
    let mut errors = Errors::default();
    let keys = EnumKeys::read(&input.attrs, &mut errors);
    let nl = runtime(keys.runtime.as_ref().map(|path| &path.value));
    lifetimes_only(input, "what families tell", &mut errors);
    let mut told = Vec::new();
    match &input.data {
        Data::Enum(data) => {
            for variant in &data.variants {
                told.extend(errors.keep(read(variant)));
            }
            if data.variants.is_empty() {
                let message = "whose events are they? add a variant for each family";
                errors.add(input.ident.span(), message);
            }
        }
        _ => errors.add(
            input.ident.span(),
            "what several families tell is an enum with a variant for each family",
        ),
    }
    errors.finish(())?;
    let families = told
        .iter()
        .map(|Told { events, .. }| quote!(<#events as #nl::EventSet>::FAMILY));
    let families: Vec<TokenStream> = families.collect();
    let name = &input.ident;
    let arms = told.iter().map(|told| {
        let Told {
            variant,
            events,
            boxed,
        } = told;
        let event = quote!(arrival.decode::<#events>()?);
        let event = match boxed {
            true => quote!(::std::boxed::Box::new(#event)),
            false => event,
        };
        quote!(#nl::Decoded::Ok(#name::#variant(#event)))
    });
    let mut arms: Vec<TokenStream> = arms.collect();
    // A subscription brings what these families tell, so the last one needs no asking.
    let last = arms.pop();
    let elided = with_lifetimes(input, "'_");
    let borrowed = with_lifetimes(input, "'r");
    Ok(quote! {
        impl #nl::EventSets for #elided {
            const FAMILIES: &'static [&'static #nl::Family] = &[#(#families),*];
            type Event<'r> = #borrowed;

            #[inline]
            fn decode_arrival(arrival: #nl::Arrival<'_>) -> #nl::Decoded<#elided> {
                #(if arrival.family == #families { return #arms; })*
                #last
            }
        }
    })
}

fn read(variant: &Variant) -> Result<Told<'_>> {
    if let Some(key) = variant.attrs.iter().find(|attr| attr.path().is_ident("nl")) {
        let message = "the family is that of the events, so there is nothing to say here";
        return Err(Error::new_spanned(key, message));
    }
    let (events, boxed) = match only(variant).map(|ty| (ty, look(ty))) {
        Some((ty, Look::Named)) => (ty, false),
        Some((_, Look::Box(ty))) => (ty, true),
        _ => {
            let message = "a variant holds the events of a family: `Ethtool(ethtool::Event<'a>)`";
            return Err(Error::new_spanned(variant, message));
        }
    };
    let mut events = events.clone();
    Unborrowed.visit_type_mut(&mut events);
    Ok(Told {
        variant: &variant.ident,
        events,
        boxed,
    })
}

/// Makes every lifetime `'static`.
struct Unborrowed;

impl VisitMut for Unborrowed {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        *lifetime = Lifetime::new("'static", lifetime.span());
    }
}
