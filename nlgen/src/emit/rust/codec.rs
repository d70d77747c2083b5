//! The codec of a struct that a person derives: one line per attribute and direction. The structs of
//! specs have tables instead (the runtime's `message!`), which become the same calls.

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
    /// A sub-message in the format that this field selects.
    SubMessage(Ident),
    /// A list, in a shape that its type says, or in this one.
    List(Option<TokenStream>),
}

/// A struct whose codec is wanted.
#[derive(Clone, Debug)]
pub struct Codec<'c> {
    /// The field of the fixed header, when there is one.
    pub header: Option<Ident>,
    /// The description of the fixed header: an expression of the type `&'static Layout`.
    pub header_layout: Option<TokenStream>,
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
        let (set, encoded) = (&self.set, &self.encoded);
        let lines = self.fields.iter().map(encode_line);
        let header = self
            .header
            .as_ref()
            .map(|field| quote! { nl::put_header(&self.#field, out); });
        let layout = self.header_layout.as_ref().map(|layout| {
            quote! { const HEADER: ::core::option::Option<&'static nl::Layout> = ::core::option::Option::Some(#layout); }
        });
        let out = match self.fields.is_empty() && self.header.is_none() {
            true => quote!(_out),
            false => quote!(out),
        };
        quote! {
            impl nl::Encode for #encoded {
                const SET: &'static nl::Set = #set;
                #layout

                fn encode(&self, #out: &mut nl::Encoder<'_>) {
                    #header
                    #(#lines)*
                }
            }
        }
    }

    /// `impl Decode` for a struct that starts as its `Default`.
    #[must_use]
    pub fn decode(&self) -> TokenStream {
        let loop_ = self.decode_loop(|ident| quote!(new.#ident));
        let split = self.header.as_ref().map(|field| {
            quote! {
                let (header, bytes) = nl::header(bytes)?;
                new.#field = header;
            }
        });
        let raw = self.selected().map(|(field, _)| {
            let raw = local(&field.ident);
            quote! { let mut #raw = ::core::option::Option::None; }
        });
        let select = self.selected().map(|(field, selector)| {
            let (ident, raw) = (&field.ident, local(&field.ident));
            quote! { new.#ident = nl::select(&new.#selector, #raw); }
        });
        self.decode_with(match self.fields.is_empty() && self.header.is_none() {
            true => quote! { nl::Decoded::Ok(<Self as ::core::default::Default>::default()) },
            false => quote! {
                let mut new = <Self as ::core::default::Default>::default();
                #split
                #(#raw)*
                #loop_
                #(#select)*
                nl::Decoded::Ok(new)
            },
        })
    }

    /// `impl Decode` for a struct that is put together from its fields, some of which must be there.
    #[must_use]
    pub fn decode_fields(&self) -> TokenStream {
        let declared = self.fields.iter().map(|field| {
            let local = local(&field.ident);
            match field.access {
                Access::Optional(_) | Access::Required(_) => {
                    quote! { let mut #local = ::core::option::Option::None; }
                }
                Access::SubMessage(_) => quote! { let mut #local = ::core::option::Option::None; },
                Access::Flag => quote! { let mut #local = false; },
                Access::List(_) => quote! { let mut #local = ::core::default::Default::default(); },
            }
        });
        let set = &self.set;
        let assembled = self.fields.iter().map(|field| {
            let (ident, local) = (&field.ident, local(&field.ident));
            let number = Literal::u16_unsuffixed(field.number);
            match field.access {
                Access::Required(_) => {
                    quote! { #ident: nl::require(#local, #set, #number)?, }
                }
                _ => quote! { #ident: #local, },
            }
        });
        let loop_ = self.decode_loop(|ident| {
            let local = local(ident);
            quote!(#local)
        });
        self.decode_with(quote! {
            #(#declared)*
            #loop_
            nl::Decoded::Ok(Self { #(#assembled)* })
        })
    }

    /// The sub-messages whose selector stands beside them.
    fn selected(&self) -> impl Iterator<Item = (&Field, &Ident)> {
        self.fields.iter().filter_map(|field| match &field.access {
            Access::SubMessage(selector) => Some((field, selector)),
            _ => None,
        })
    }

    fn decode_loop(&self, place: impl Fn(&Ident) -> TokenStream) -> TokenStream {
        let set = &self.set;
        if self.fields.is_empty() {
            return quote! { nl::attributes(bytes, depth, #set, |_| nl::Decoded::Ok(()))?; };
        }
        let arms = self.fields.iter().map(|field| match &field.access {
            Access::SubMessage(_) => {
                let raw = local(&field.ident);
                decode_arm(field, &quote!(#raw))
            }
            _ => decode_arm(field, &place(&field.ident)),
        });
        // The closure has a name because formatters give each argument a line beside one of many lines.
        quote! {
            let read = |attr: &nl::Attr<'a>| match attr.kind() {
                #(#arms)*
                _ => nl::Decoded::Ok(()),
            };
            nl::attributes(bytes, depth, #set, read)?;
        }
    }

    fn decode_with(&self, body: TokenStream) -> TokenStream {
        let (set, decoded) = (&self.set, &self.decoded);
        let parameters = match self.fields.is_empty() && self.header.is_none() {
            true => quote!(_bytes: &'a [u8], _depth: u8),
            false => quote!(bytes: &'a [u8], depth: u8),
        };
        quote! {
            impl<'a> nl::Decode<'a> for #decoded {
                const SET: &'static nl::Set = #set;

                fn decode_at(#parameters) -> nl::Decoded<Self> {
                    #body
                }
            }
        }
    }
}

fn decode_arm(field: &Field, place: &TokenStream) -> TokenStream {
    let number = Literal::u16_unsuffixed(field.number);
    let read = match &field.access {
        Access::Optional(None) | Access::SubMessage(_) => quote!(attr.get(&mut #place)),
        Access::Optional(Some(format)) | Access::Required(format) => {
            quote!(attr.get_as::<#format, _>(&mut #place))
        }
        Access::Flag => quote!(attr.flag(&mut #place)),
        Access::List(None) => quote!(attr.list(&mut #place)),
        Access::List(Some(shape)) => quote!(attr.list::<#shape, _>(&mut #place)),
    };
    quote! { #number => #read, }
}

fn encode_line(field: &Field) -> TokenStream {
    let number = Literal::u16_unsuffixed(field.number);
    let ident = &field.ident;
    match &field.access {
        Access::Optional(None) => quote! { out.put(#number, &self.#ident); },
        Access::Optional(Some(format)) => {
            quote! { out.put_as::<#format, _>(#number, &self.#ident); }
        }
        Access::Required(format) => quote! { out.put_value::<#format, _>(#number, &self.#ident); },
        Access::SubMessage(_) => quote! { nl::put_sub_message(#number, &self.#ident, out); },
        Access::Flag => quote! { out.flag(#number, self.#ident); },
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
