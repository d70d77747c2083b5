//! How sub-messages are read and written.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

/// A sub-message whose codec is wanted: an enum with a variant for each format.
#[derive(Clone, Debug)]
pub struct SubMessage<'c> {
    /// The path of the runtime.
    pub nl: &'c TokenStream,
    /// Its type, with `'a` for each lifetime.
    pub name: TokenStream,
    /// The descriptions of its formats: an expression of the type `&'static [Format]`.
    pub described: Option<TokenStream>,
    /// Its formats.
    pub formats: &'c [Format],
    /// The variant that keeps the bytes of all other formats.
    pub other: Option<Ident>,
}

/// A format of a sub-message.
#[derive(Clone, Debug)]
pub struct Format {
    /// The variant.
    pub variant: Ident,
    /// The selector's value.
    pub value: String,
    /// Whether it is the format of all values that no other format has.
    pub others: bool,
    /// What the variant carries; nothing when the payload is empty.
    pub carried: Option<Carried>,
}

/// What the variant of a format carries.
#[derive(Clone, Debug)]
pub struct Carried {
    /// How the payload is read and written.
    pub format: TokenStream,
    /// Whether it is attributes, with or without a struct before them.
    pub nest: bool,
}

impl SubMessage<'_> {
    /// `impl SubMessage`.
    #[must_use]
    pub fn implement(&self) -> TokenStream {
        let (nl, name) = (self.nl, &self.name);
        let described = self.described.as_ref().map(|formats| {
            quote! { const FORMATS: &'static [#nl::Format] = #formats; }
        });
        let (others, named): (Vec<_>, Vec<_>) =
            self.formats.iter().partition(|format| format.others);
        let selects = named.iter().map(|format| select(format));
        let selectors = named.iter().map(|format| {
            let (pattern, value) = (format.pattern(), &format.value);
            quote! { #pattern => #value, }
        });
        let appends = self.formats.iter().map(|format| append(nl, format));
        let (unknown, unnamed, raw) = match &self.other {
            Some(other) => (
                quote! { _ => Self::#other(attr.value::<#nl::Natural, _>()?), },
                quote! { Self::#other(_) => return ::core::option::Option::None, },
                quote! { Self::#other(bytes) => out.bytes(bytes), },
            ),
            None => (
                quote! {
                    _ => return #nl::Decoded::Err(#nl::DecodeError::new(#nl::Reason::Value)),
                },
                TokenStream::new(),
                TokenStream::new(),
            ),
        };
        let unknown = match others.first() {
            Some(others) => {
                let value = others.taken();
                quote! { _ => #value, }
            }
            None => unknown,
        };
        let nameless = others.iter().map(|format| {
            let pattern = format.pattern();
            quote! { #pattern => return ::core::option::Option::None, }
        });
        let nameless = quote! { #(#nameless)* #unnamed };
        let is_nest = self.is_nest();
        let named = match &*named {
            [] => quote!(::core::option::Option::None),
            _ => quote! {
                let name = match self {
                    #(#selectors)*
                    #nameless
                };
                ::core::option::Option::Some(name)
            },
        };
        quote! {
            impl<'a> #nl::SubMessage<'a> for #name {
                #described

                #[inline]
                fn select(selector: &[u8], attr: &#nl::Attr<'a>) -> #nl::Decoded<Self> {
                    let selected = match selector {
                        #(#selects)*
                        #unknown
                    };
                    #nl::Decoded::Ok(selected)
                }

                #[inline]
                fn selector(&self) -> ::core::option::Option<&'static str> {
                    #named
                }

                #[inline]
                fn is_nest(&self) -> bool {
                    #is_nest
                }

                #[inline]
                fn append(&self, out: &mut #nl::Encoder<'_>) {
                    match self {
                        #(#appends)*
                        #raw
                    }
                }
            }
        }
    }

    /// Whether the payload is attributes, of formats that are not known too.
    fn is_nest(&self) -> TokenStream {
        let nest = |format: &&Format| format.carried.as_ref().is_some_and(|carried| carried.nest);
        let plain: Vec<_> = self.formats.iter().filter(|format| !nest(format)).collect();
        if plain.is_empty() {
            return quote!(true);
        }
        let patterns = plain.iter().map(|format| format.pattern());
        quote!(!::core::matches!(self, #(#patterns)|*))
    }
}

impl Format {
    /// The variant, read from an attribute.
    fn taken(&self) -> TokenStream {
        let variant = &self.variant;
        match &self.carried {
            Some(Carried { format, .. }) => quote!(Self::#variant(attr.value::<#format, _>()?)),
            None => quote!(Self::#variant),
        }
    }

    fn pattern(&self) -> TokenStream {
        let variant = &self.variant;
        match self.carried {
            Some(_) => quote!(Self::#variant(_)),
            None => quote!(Self::#variant),
        }
    }
}

fn select(format: &Format) -> TokenStream {
    let (taken, value) = (
        format.taken(),
        Literal::byte_string(format.value.as_bytes()),
    );
    quote! { #value => #taken, }
}

fn append(nl: &TokenStream, format: &Format) -> TokenStream {
    let variant = &format.variant;
    match &format.carried {
        Some(Carried { format, .. }) => quote! {
            Self::#variant(value) => <#format as #nl::EncodeAs<_>>::append(value, out),
        },
        None => quote! { Self::#variant => {} },
    }
}
