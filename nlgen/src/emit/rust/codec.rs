//! What makes types messages: the impls of the runtime's traits, for the items of specs and for those that
//! people derive.
//!
//! Here is the codec of a struct that a person derives: one line per attribute and direction. The structs
//! of specs have tables instead (the runtime's `message!`), which become the same calls.

mod events;
mod structure;
mod sub_message;

pub use events::{Event, Events, Other};
pub use structure::{Member, Structure, Tail};
pub use sub_message::{Carried, Format, SubMessage};

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

/// One attribute of a struct.
#[derive(Clone, Debug)]
pub struct Field {
    /// The attribute's number.
    pub number: u16,
    /// The field's name.
    pub ident: Ident,
    /// How it is read and written.
    pub access: Access,
}

/// How a field is read and written.
#[derive(Clone, Debug)]
pub enum Access {
    /// An `Option`, in its type's own format, or in this one.
    Optional(Option<TokenStream>),
    /// A value that must be there, in this format.
    Required(TokenStream),
    /// A `bool` that says whether the attribute is there.
    Flag,
    /// A list, in a shape that its type says, or in this one.
    List(Option<TokenStream>),
    /// A sub-message, in the format that another field names.
    Selected {
        /// The field that names it: an `Optional` or a `Required` one.
        by: Ident,
        /// Whether the sub-message must be there.
        required: bool,
    },
}

/// The struct before the attributes.
#[derive(Clone, Debug)]
pub struct Header {
    /// The field's name.
    pub ident: Ident,
    /// Its type, with `'static` for each lifetime.
    pub kind: TokenStream,
    /// The member that says the length of the whole struct, when that is a row.
    pub length: Option<String>,
}

/// A struct whose codec is wanted.
#[derive(Clone, Debug)]
pub struct Codec<'c> {
    /// The path of the runtime.
    pub nl: &'c TokenStream,
    /// The struct before the attributes, if there is one.
    pub header: Option<&'c Header>,
    /// Its attributes, in the order in which they are written.
    pub fields: &'c [Field],
    /// The description of its set: an expression of the type `&'static Set`.
    pub set: TokenStream,
    /// Its type, with `'a` for each lifetime: `Header<'a>`.
    pub decoded: TokenStream,
    /// Its type, with `'_` for each lifetime.
    pub encoded: TokenStream,
}

impl Codec<'_> {
    /// `impl Encode`.
    #[must_use]
    pub fn encode(&self) -> TokenStream {
        let (nl, set, encoded) = (self.nl, &self.set, &self.encoded);
        let lines = self.fields.iter().map(|field| encode_line(nl, field));
        let out = match self.fields.is_empty() && self.header.is_none() {
            true => quote!(_out),
            false => quote!(out),
        };
        let row = self.header.and_then(|Header { kind, length, .. }| {
            let length = length.as_ref()?;
            Some(quote! {
                impl #nl::Row for #encoded {
                    const LENGTH: u16 = <#kind as #nl::Struct>::LAYOUT.row_length(#length);
                }
            })
        });
        let header = self.header.map(|Header { ident, kind, .. }| {
            let layout = quote! {
                const HEADER: ::core::option::Option<&'static #nl::Layout> =
                    ::core::option::Option::Some(<#kind as #nl::Struct>::LAYOUT);
            };
            (layout, quote! { #nl::put_header(&self.#ident, out); })
        });
        let (layout, header) = header.unzip();
        quote! {
            impl #nl::Encode for #encoded {
                const SET: &'static #nl::Set = #set;
                #layout

                #[inline]
                fn encode(&self, #out: &mut #nl::Encoder<'_>) {
                    #header
                    #(#lines)*
                }
            }
            #row
        }
    }

    /// `impl Decode`. The struct is put together from its fields, some of which must be there.
    #[must_use]
    pub fn decode(&self) -> TokenStream {
        let (nl, set, decoded) = (self.nl, &self.set, &self.decoded);
        let declared = self.fields.iter().map(|field| {
            let local = local(&field.ident);
            match field.access {
                Access::Optional(_) | Access::Required(_) | Access::Selected { .. } => {
                    quote! { let mut #local = ::core::option::Option::None; }
                }
                Access::Flag => quote! { let mut #local = false; },
                Access::List(_) => quote! { let mut #local = ::core::default::Default::default(); },
            }
        });
        let read = self.read();
        let selected = self.fields.iter().filter_map(|field| match &field.access {
            Access::Selected { by, .. } => {
                let (place, by) = (local(&field.ident), local(by));
                Some(quote! { let #place = #nl::select(&#by, &#place, #set)?; })
            }
            _ => None,
        });
        let (header, header_field) = self
            .header
            .map(|Header { ident, .. }| {
                let local = local(ident);
                let read = quote! { let (#local, bytes) = #nl::header(bytes)?; };
                (read, quote! { #ident: #local, })
            })
            .unzip();
        let assembled = self.fields.iter().map(|field| {
            let (ident, local) = (&field.ident, local(&field.ident));
            let number = Literal::u16_unsuffixed(field.number);
            match field.access {
                Access::Required(_) | Access::Selected { required: true, .. } => {
                    quote! { #ident: #nl::require(#local, #set, #number)?, }
                }
                _ => quote! { #ident: #local, },
            }
        });
        quote! {
            impl<'a> #nl::Decode<'a> for #decoded {
                const SET: &'static #nl::Set = #set;

                #[inline]
                fn decode_at(bytes: &'a [u8], depth: u8) -> #nl::Decoded<Self> {
                    #header
                    #(#declared)*
                    #nl::attributes(bytes, depth, #set, #read)?;
                    #(#selected)*
                    #nl::Decoded::Ok(Self { #header_field #(#assembled)* })
                }
            }
        }
    }

    /// The function that takes each attribute to its field.
    fn read(&self) -> TokenStream {
        let nl = self.nl;
        if self.fields.is_empty() {
            return quote! { |_| #nl::Decoded::Ok(()) };
        }
        let arms = self.fields.iter().map(decode_arm);
        quote! {
            |attr| match attr.kind() {
                #(#arms)*
                _ => #nl::Decoded::Ok(()),
            }
        }
    }
}

fn decode_arm(field: &Field) -> TokenStream {
    let number = Literal::u16_unsuffixed(field.number);
    let place = local(&field.ident);
    let read = match &field.access {
        Access::Optional(None) => quote!(attr.get(&mut #place)),
        Access::Optional(Some(format)) | Access::Required(format) => {
            quote!(attr.get_as::<#format, _>(&mut #place))
        }
        Access::Flag => quote!(attr.flag(&mut #place)),
        Access::Selected { .. } => quote!(attr.keep(&mut #place)),
        Access::List(None) => quote!(attr.list(&mut #place)),
        Access::List(Some(shape)) => quote!(attr.list::<#shape, _>(&mut #place)),
    };
    quote! { #number => #read, }
}

fn encode_line(nl: &TokenStream, field: &Field) -> TokenStream {
    let number = Literal::u16_unsuffixed(field.number);
    let ident = &field.ident;
    match &field.access {
        Access::Optional(None) => quote! { out.put(#number, &self.#ident); },
        Access::Optional(Some(format)) => {
            quote! { out.put_as::<#format, _>(#number, &self.#ident); }
        }
        Access::Required(format) => quote! { out.put_value::<#format, _>(#number, &self.#ident); },
        Access::Flag => quote! { out.flag(#number, self.#ident); },
        Access::Selected { required, .. } => match required {
            true => quote! { #nl::put_selected(#number, &self.#ident, out); },
            false => quote! { #nl::put_sub_message(#number, &self.#ident, out); },
        },
        Access::List(None) => quote! { out.list(#number, &self.#ident); },
        Access::List(Some(shape)) => quote! { out.list::<#shape, _>(#number, &self.#ident); },
    }
}

/// The local variable for a field. A field's own name might be that of a constant in scope, or a
/// variable of ours.
fn local(ident: &Ident) -> Ident {
    let name = ident.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name);
    Ident::new(&format!("field_{name}"), Span::mixed_site())
}
