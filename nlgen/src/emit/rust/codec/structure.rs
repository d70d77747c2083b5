//! How C structs are read and written.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// A C struct whose codec is wanted.
#[derive(Clone, Debug)]
pub struct Structure<'c> {
    /// The path of the runtime.
    pub nl: &'c TokenStream,
    /// Its type.
    pub name: &'c Ident,
    /// Its description: an expression of the type `&'static Layout`.
    pub layout: TokenStream,
    /// Its length in bytes: a literal, or a constant expression in braces.
    pub len: TokenStream,
    /// Its members, in order.
    pub members: &'c [Member],
    /// How many bytes of padding follow the last member, when that is not known to be none.
    pub tail: Option<TokenStream>,
}

/// A member of a C struct.
#[derive(Clone, Debug)]
pub struct Member {
    /// The field's name.
    pub ident: Ident,
    /// How it is read and written.
    pub format: TokenStream,
    /// Where it begins, in bytes: a constant expression.
    pub offset: TokenStream,
    /// How many bytes of padding lie before it, when that is not known to be none.
    pub padding: Option<TokenStream>,
}

impl Structure<'_> {
    /// `impl Struct`.
    #[must_use]
    pub fn implement(&self) -> TokenStream {
        let Self {
            nl,
            name,
            layout,
            len,
            members,
            tail,
        } = self;
        let read = members.iter().map(|member| {
            let Member {
                ident,
                format,
                offset,
                ..
            } = member;
            quote! { #ident: #nl::member::<#format, _>(bytes, #offset), }
        });
        let write = members.iter().map(|member| {
            let Member {
                ident,
                format,
                padding,
                ..
            } = member;
            let padding = padding.as_ref().map(zeros);
            quote! {
                #padding
                out.member::<#format, _>(&self.#ident);
            }
        });
        let tail = tail.as_ref().map(zeros);
        let prefix =
            (!members.is_empty()).then(|| quote!(let bytes = &#nl::prefix::<#len>(bytes);));
        let (bytes, out) = match members.is_empty() {
            true => (quote!(_bytes), quote!(_out)),
            false => (quote!(bytes), quote!(out)),
        };
        quote! {
            impl #nl::Struct for #name {
                const LAYOUT: &'static #nl::Layout = #layout;

                #[inline]
                fn read(#bytes: &[u8]) -> Self {
                    #prefix
                    Self { #(#read)* }
                }

                #[inline]
                fn write(&self, #out: &mut #nl::Encoder<'_>) {
                    #(#write)*
                    #tail
                }
            }
        }
    }
}

fn zeros(count: &TokenStream) -> TokenStream {
    quote! { out.zeros(#count); }
}
