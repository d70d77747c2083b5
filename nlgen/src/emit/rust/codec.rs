//! What makes types messages: the impls of the runtime's traits, for the items of specs and for those that
//! people derive.
//!
//! Here is the table of a struct's attributes, which the runtime's `message!` reads and writes by.

mod events;
mod structure;
mod sub_message;

pub use events::{Event, Events, Other};
pub use structure::{Member, Structure, Tail};
pub use sub_message::{Carried, Format, SubMessage};

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{ToTokens, quote};

/// One attribute of a struct: a line of the table.
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
    /// A value that must be present, in this format.
    Required(TokenStream),
    /// A `bool` that is true when the attribute is present.
    Flag,
    /// A list, in a shape that its type says, or in this one.
    List(Option<TokenStream>),
    /// A sub-message, in the format that another field names.
    Selected {
        /// The field that names it: an `Optional` or a `Required` one.
        by: Ident,
        /// The member of that field, which is the fixed header then.
        member: Option<Ident>,
        /// Whether the sub-message must be present.
        required: bool,
    },
}

impl Access {
    /// The word of the table, and the format behind it.
    fn words(&self) -> (&'static str, Option<&TokenStream>) {
        match self {
            Self::Optional(None) => ("value", None),
            Self::Optional(Some(format)) => ("formatted", Some(format)),
            Self::Required(format) => ("required", Some(format)),
            Self::Flag => ("flag", None),
            Self::List(shape) => ("list", shape.as_ref()),
            Self::Selected { required, .. } => match required {
                false => ("selected", None),
                true => ("required_selected", None),
            },
        }
    }

    /// Whether the attribute must be present.
    const fn is_required(&self) -> bool {
        matches!(
            self,
            Self::Required(_) | Self::Selected { required: true, .. }
        )
    }

    /// The field that names the format of a sub-message.
    const fn selector(&self) -> Option<&Ident> {
        match self {
            Self::Selected { by, .. } => Some(by),
            _ => None,
        }
    }
}

impl ToTokens for Field {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let number = Literal::u16_unsuffixed(self.number);
        let (word, format) = self.access.words();
        let (word, field) = (Ident::new(word, Span::call_site()), &self.ident);
        let member = match &self.access {
            Access::Selected { member, .. } => member.as_ref().map(|member| quote!(.#member)),
            _ => None,
        };
        let by = self.access.selector().map(|by| quote!(by #by #member));
        let format = format.map(|format| quote!(as #format));
        tokens.extend(quote!(#number => #word #field #by #format,));
    }
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

/// A struct that derives its codec, in one direction at a time.
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
        let (nl, set, encoded, fields) = (self.nl, &self.set, &self.encoded, self.fields);
        let row = self.header.and_then(|Header { kind, length, .. }| {
            let length = length.as_ref()?;
            Some(quote! {
                impl #nl::Row for #encoded {
                    const LENGTH: u16 = <#kind as #nl::Struct>::LAYOUT.row_length(#length);
                }
            })
        });
        let header = self
            .header
            .map(|Header { ident, kind, .. }| quote!(#ident in <#kind as #nl::Struct>::LAYOUT,));
        quote! {
            #nl::message!(@encode [] #encoded, #set, #header { #(#fields)* });
            #row
        }
    }

    /// `impl Decode`. The struct is put together from variables, for some attributes must be present.
    #[must_use]
    pub fn decode(&self) -> TokenStream {
        let (nl, set, decoded) = (self.nl, &self.set, &self.decoded);
        let header = self.header.map(|Header { ident, kind, .. }| {
            let local = variable("field", ident);
            quote!(#ident via #local in <#kind as #nl::Struct>::LAYOUT,)
        });
        let fields = self.fields.iter().map(decoded_line);
        quote! { #nl::message!(@decode 'a #decoded, #set, #header { #(#fields)* }); }
    }
}

/// A line of a table that reads into variables.
fn decoded_line(field: &Field) -> TokenStream {
    let number = Literal::u16_unsuffixed(field.number);
    let (word, format) = field.access.words();
    let (word, ident) = (Ident::new(word, Span::call_site()), &field.ident);
    let local = variable("field", ident);
    let by = field.access.selector().map(|by| {
        let (by, kept) = (variable("field", by), variable("kept", ident));
        quote!(by #by via #kept)
    });
    let format = format.map(|format| quote!(as #format));
    let check = field.access.is_required().then(|| quote!(then require));
    quote!(#number => #word #ident via #local #check #by #format,)
}

/// A variable for a field. A field's own name might be that of a constant in scope.
fn variable(prefix: &str, ident: &Ident) -> Ident {
    let name = ident.to_string();
    let name = name.strip_prefix("r#").unwrap_or(&name);
    Ident::new(
        &format!("{prefix}_{name}"),
        ident.span().resolved_at(Span::mixed_site()),
    )
}
