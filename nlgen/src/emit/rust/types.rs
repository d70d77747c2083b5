//! The structs of messages and nests: fields, setters, codec.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use super::codec::{Access, Codec, Field};
use super::docs::{doc, titled};
use crate::model::{Attribute, Content, Family, Int, Meaning, Message, Order, SetId};

/// An identifier from the model, which may be raw (`r#type`).
pub(super) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

pub(super) fn message(family: &Family, message: &Message) -> TokenStream {
    let docs = titled(&message.title, message.doc.as_deref());
    let name = ident(&message.ident);
    let declared = message.borrows.then(|| quote!(<'a>));
    let attributes: Vec<&Attribute> = family.fields(message).collect();
    let fields = attributes.iter().map(|attr| {
        let docs = field_doc(attr);
        let name = ident(&attr.ident);
        let kind = field_type(family, attr);
        quote! { #docs pub #name: #kind, }
    });
    let setters = message.built.then(|| setters(family, message, &attributes));
    let table = ident(&family.set(message.set).table);
    let codec_fields: Vec<Field> = attributes
        .iter()
        .map(|attr| codec_field(family, attr))
        .collect();
    let encoded = message.borrows.then(|| quote!(<'_>));
    let traits_life = message.borrows.then(|| quote!(, '_));
    let codec = Codec {
        fields: &codec_fields,
        set: quote!(&set::#table),
        decoded: quote!(#name #declared),
        encoded: quote!(#name #encoded),
    };
    let (encode, decode) = (codec.encode(), codec.decode());
    quote! {
        #docs
        #[derive(::core::clone::Clone, ::core::marker::Copy, ::core::default::Default)]
        pub struct #name #declared {
            #(#fields)*
        }
        #setters
        #encode
        #decode
        nl::message_traits!(#name #traits_life);
    }
}

fn field_doc(attr: &Attribute) -> TokenStream {
    doc(
        attr.doc.as_deref(),
        &format!("The attribute `{}`.", attr.name),
    )
}

fn codec_field(family: &Family, attr: &Attribute) -> Field {
    let list = attr.multi || matches!(attr.content, Content::Array(_) | Content::Keyed { .. });
    let access = match &attr.content {
        _ if list => Access::List(None),
        Content::Flag => Access::Flag,
        content => Access::Optional(value(family, content).format),
    };
    Field {
        number: attr.number,
        ident: ident(&attr.ident),
        access,
    }
}

/// The type of a field.
fn field_type(family: &Family, attr: &Attribute) -> TokenStream {
    let value = match (&attr.content, attr.multi) {
        (Content::Flag, _) => return quote!(bool),
        (content, true) => return list(&entry(family, content), quote!(Multi)),
        (Content::Array(_) | Content::Keyed { .. }, false) => {
            return value(family, &attr.content).kind;
        }
        (content, false) => value(family, content).kind,
    };
    quote!(Option<#value>)
}

/// A type and its format; none for the type's own.
struct Value {
    kind: TokenStream,
    format: Option<TokenStream>,
}

impl Value {
    fn own(kind: TokenStream) -> Self {
        Self { kind, format: None }
    }
}

/// The value of an attribute that occurs once.
fn value(family: &Family, content: &Content) -> Value {
    match content {
        Content::Int(int, meaning) => integer(family, *int, *meaning),
        Content::String => Value::own(quote!(nl::Str<'a>)),
        Content::Bytes {
            exact: Some(len), ..
        } => {
            let len = Literal::usize_unsuffixed(*len);
            Value::own(quote!(&'a [u8; #len]))
        }
        Content::Bytes { exact: None, .. } => Value::own(quote!(&'a [u8])),
        Content::Ipv4 => Value::own(quote!(::core::net::Ipv4Addr)),
        Content::Ipv6 => Value::own(quote!(::core::net::Ipv6Addr)),
        Content::Ip => Value::own(quote!(::core::net::IpAddr)),
        Content::Mac => Value::own(quote!(nl::MacAddr)),
        Content::Bitfield32(_) => Value::own(quote!(nl::Bitfield32)),
        Content::Nest(set) => {
            let inner = set_type(family, *set);
            Value::own(quote!(nl::Nest<'a, #inner>))
        }
        Content::Array(inner) => Value::own(list(&entry(family, inner), quote!(Indexed))),
        Content::Keyed { keys, set } => {
            let inner = set_type(family, *set);
            let levels = Literal::usize_unsuffixed(keys.len());
            Value::own(quote!(nl::List<'a, #inner, nl::Keyed<#levels, nl::Nested>>))
        }
        // Not data, or the presence alone: no field has them as a value.
        Content::Unused | Content::Pad | Content::Flag => Value::own(quote!(())),
    }
}

/// The value of a list's entry. A nest in a list is decoded when the list comes to it.
fn entry(family: &Family, content: &Content) -> Value {
    match content {
        Content::Nest(set) => Value {
            kind: set_type(family, *set),
            format: Some(quote!(nl::Nested)),
        },
        content => value(family, content),
    }
}

fn list(entry: &Value, shape: TokenStream) -> TokenStream {
    let kind = &entry.kind;
    match &entry.format {
        Some(format) => quote!(nl::List<'a, #kind, nl::#shape<#format>>),
        None if shape.to_string() == "Multi" => quote!(nl::List<'a, #kind>),
        None => quote!(nl::List<'a, #kind, nl::#shape>),
    }
}

/// The struct of a set. Sets of nests always have one.
fn set_type(family: &Family, set: SetId) -> TokenStream {
    match family.set(set).message.map(|id| family.message(id)) {
        Some(message) => {
            let name = ident(&message.ident);
            let life = message.borrows.then(|| quote!(<'a>));
            quote!(#name #life)
        }
        None => quote!(()),
    }
}

fn integer(family: &Family, int: Int, meaning: Meaning) -> Value {
    let auto = int.bytes == 0;
    let width = ident(match (auto, int.signed) {
        (true, false) => "Uint",
        (true, true) => "Sint",
        _ => int.repr().name(),
    });
    let inner = if auto {
        quote!(nl::#width)
    } else {
        quote!(#width)
    };
    let format = match int.order {
        Order::Host if auto => quote!(#inner),
        Order::Host => quote!(nl::Host<#inner>),
        Order::Big => quote!(nl::Be<#inner>),
        Order::Little => quote!(nl::Le<#inner>),
    };
    let host = int.order == Order::Host && !auto;
    match meaning {
        Meaning::Number | Meaning::Hex => {
            let repr = ident(int.repr().name());
            Value {
                kind: quote!(#repr),
                format: (!host).then_some(format),
            }
        }
        Meaning::Enum(id) => {
            let values = family.enumeration(id).values.as_ref();
            let own = host && values.is_some_and(|used| used.repr == int.repr());
            let name = ident(values.map_or("u64", |used| &used.ident));
            Value {
                kind: quote!(#name),
                format: (!own).then_some(format),
            }
        }
        Meaning::Flags(id) => {
            let flags = family.enumeration(id).flags.as_ref();
            let name = ident(flags.map_or("u64", |used| &used.ident));
            Value {
                kind: quote!(#name),
                format: Some(quote!(nl::Bits<#format>)),
            }
        }
    }
}

fn setters(family: &Family, message: &Message, attributes: &[&Attribute]) -> Option<TokenStream> {
    if attributes.is_empty() {
        return None;
    }
    let name = ident(&message.ident);
    let life = message.borrows.then(|| quote!(<'a>));
    let setters = attributes.iter().map(|attr| setter(family, attr));
    Some(quote! {
        impl #life #name #life {
            #(#setters)*
        }
    })
}

/// Whether a field is an `Option`.
pub(super) fn optional(attr: &Attribute) -> bool {
    !attr.multi
        && !matches!(
            attr.content,
            Content::Flag | Content::Array(_) | Content::Keyed { .. }
        )
}

/// Whether a setter takes what can become the field's value, instead of the value.
pub(super) fn converts(attr: &Attribute) -> bool {
    attr.multi
        || matches!(
            attr.content,
            Content::Array(_)
                | Content::Keyed { .. }
                | Content::String
                | Content::Nest(_)
                | Content::Ip
        )
}

fn setter(family: &Family, attr: &Attribute) -> TokenStream {
    // A link by path would be one to the setter itself, which has the field's name.
    let plain = attr.ident.trim_start_matches("r#");
    let docs = format!(" Sets [`{plain}`](#structfield.{plain}).");
    let name = ident(&attr.ident);
    let field = field_type(family, attr);
    let list = attr.multi || matches!(attr.content, Content::Array(_) | Content::Keyed { .. });
    let value = value(family, &attr.content).kind;
    let (parameter, assigned) = match (&attr.content, converts(attr)) {
        _ if list => (quote!(impl Into<#field>), quote!(value.into())),
        (Content::Flag, _) => (quote!(bool), quote!(value)),
        (_, true) => (quote!(impl Into<#value>), quote!(Some(value.into()))),
        (_, false) => (quote!(#value), quote!(Some(value))),
    };
    quote! {
        #[doc = #docs]
        #[must_use]
        pub fn #name(mut self, value: #parameter) -> Self {
            self.#name = #assigned;
            self
        }
    }
}
