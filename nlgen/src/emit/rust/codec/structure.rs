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
    pub padding: Option<TokenStream>,
    /// The array of any length behind the members.
    pub tail: Option<Tail>,
}

/// The array of any length that a C struct ends in.
#[derive(Clone, Debug)]
pub struct Tail {
    /// The field's name.
    pub ident: Ident,
    /// The lifetime of the struct in angle brackets, `<'a>`; none when it owns its items.
    pub life: TokenStream,
    /// How an item is read and written.
    pub format: TokenStream,
    /// Where it begins, in bytes: a constant expression.
    pub offset: TokenStream,
    /// How many bytes are there at least, zeros when the items are fewer; none when that is not known to be any.
    pub padding: Option<TokenStream>,
    /// The member that counts the items, and its type; none when the payload's end does.
    pub counter: Option<(Ident, TokenStream)>,
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
            padding,
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
        let write = members.iter().map(|member| self.write(member));
        let padding = padding.as_ref().map(zeros);
        let prefix =
            (!members.is_empty()).then(|| quote!(let bytes = &#nl::prefix::<#len>(bytes);));
        let (bytes, out) = match members.is_empty() && tail.is_none() {
            true => (quote!(_bytes), quote!(_out)),
            false => (quote!(bytes), quote!(out)),
        };
        let Some(tail) = tail else {
            return quote! {
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
                        #padding
                    }
                }
            };
        };
        let (life, ident, behind) = (&tail.life, &tail.ident, &tail.offset);
        let taken = tail.take(self);
        let append = tail.append(nl);
        quote! {
            impl<'a> #nl::StructWithTail<'a> for #name #life {
                const LAYOUT: &'static #nl::Layout = #layout;

                #[inline]
                fn read(bytes: &'a [u8]) -> Self {
                    let tail = bytes.get(#behind..).unwrap_or_default();
                    #prefix
                    Self { #(#read)* #ident: #taken }
                }

                #[inline]
                fn write(&self, out: &mut #nl::Encoder<'_>) {
                    #(#write)*
                    #padding
                    #append
                }
            }
        }
    }

    /// How a member is written. The one that counts is the number of items.
    fn write(&self, member: &Member) -> TokenStream {
        let Member {
            ident,
            format,
            padding,
            ..
        } = member;
        let padding = padding.as_ref().map(zeros);
        let nl = self.nl;
        let tail = self.tail.as_ref();
        let counts = tail.and_then(|tail| {
            let (_, kind) = tail.counter.as_ref().filter(|(by, _)| by == ident)?;
            let (items, item) = (&tail.ident, &tail.format);
            let count = quote!(#nl::Tail::<#item>::count(&self.#items));
            Some(quote!(#nl::put_count::<#format, #kind>(#count, out);))
        });
        let write = counts.unwrap_or_else(|| quote!(out.member::<#format, _>(&self.#ident);));
        quote! {
            #padding
            #write
        }
    }
}

impl Tail {
    /// The items, from the bytes `tail`.
    fn take(&self, structure: &Structure<'_>) -> TokenStream {
        let (nl, format) = (structure.nl, &self.format);
        let counter = self.counter.as_ref().and_then(|(by, kind)| {
            let member = structure
                .members
                .iter()
                .find(|member| member.ident == *by)?;
            let (format, offset) = (&member.format, &member.offset);
            Some(quote!(#nl::count::<#kind>(#nl::member::<#format, #kind>(bytes, #offset))))
        });
        let count = counter.unwrap_or_else(|| quote!(::core::primitive::usize::MAX));
        quote!(#nl::Tail::<#format>::take(tail, #count))
    }

    /// Appends the items, and padding when they are fewer than what C puts there.
    fn append(&self, nl: &TokenStream) -> TokenStream {
        let (ident, format) = (&self.ident, &self.format);
        let least = self.padding.clone().unwrap_or_else(|| quote!(0));
        quote!(#nl::put_tail::<#format, _>(&self.#ident, #least, out);)
    }
}

fn zeros(count: &TokenStream) -> TokenStream {
    quote! { out.zeros(#count); }
}
