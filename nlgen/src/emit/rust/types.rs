//! The structs of messages and nests: fields, setters, codec.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use super::codec::{Access, Field};
use super::docs::{doc, titled};
use super::setters::setter;
use super::tables::row_length;
use crate::model::{
    Attribute, Content, Count, Family, Int, Meaning, Message, MessageId, Order, SetId,
};

/// An identifier from the model, which may be raw (`r#type`).
pub(super) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

pub(super) fn message(family: &Family, id: MessageId, message: &Message) -> TokenStream {
    let docs = titled(&message.title, message.doc.as_deref());
    let name = ident(&message.ident);
    let declared = message.borrows.then(|| quote!(<'a>));
    let attributes: Vec<&Attribute> = family.fields(message).collect();
    let fields = attributes.iter().map(|attr| {
        let docs = field_doc(attr);
        let name = ident(&attr.ident);
        match message.built {
            true => {
                let setter = setter(family, message, &attributes, attr);
                quote! { #docs #name: #setter, }
            }
            false => {
                let kind = field_type(family, message, &attributes, attr);
                quote! { #docs pub #name: #kind, }
            }
        }
    });
    let table = ident(&family.set(message.set).table);
    let lines = attributes
        .iter()
        .map(|attr| codec_line(family, message, &attributes, attr));
    let header = message.header.as_ref().map(|(id, field)| {
        let structure = family.structure(*id);
        let kind = ident(&structure.ident);
        let docs = doc(None, &format!("The fixed header, `{}`.", structure.name));
        let (field, layout) = (ident(field), ident(&structure.table));
        let declared = match message.built {
            true => quote! { #docs #field: plain(#kind), },
            false => quote! { #docs pub #field: #kind, },
        };
        (declared, quote! { #field in &layout::#layout, })
    });
    let (header_field, header) = header.unzip();
    let row = message.header.as_ref();
    let row = row.and_then(|_| row_length_of(family, id)).map(|length| {
        let elided = message.borrows.then(|| quote!(<'_>));
        quote! { impl nl::Row for #name #elided { const LENGTH: u16 = #length; } }
    });
    let declaration = quote! {
        #docs
        pub struct #name #declared {
            #header_field
            #(#fields)*
        }
    };
    let has_setters = message.built && !(attributes.is_empty() && message.header.is_none());
    let declaration = match has_setters {
        true => quote! { nl::setters! { #declaration } },
        false => declaration,
    };
    quote! {
        #declaration
        nl::message!(#name #declared, &set::#table, #header { #(#lines)* });
        #row
    }
}

/// Where the length is, when the struct is that of a row.
fn row_length_of(family: &Family, id: MessageId) -> Option<Literal> {
    let mut contents = family.sets.iter().flat_map(|set| &set.attributes);
    contents.find_map(|attr| match &attr.content {
        Content::Rows {
            header,
            length,
            message,
            ..
        } if *message == Some(id) => Some(row_length(family, *header, length)),
        _ => None,
    })
}

fn field_doc(attr: &Attribute) -> TokenStream {
    doc(
        attr.doc.as_deref(),
        &format!("The attribute `{}`.", attr.name),
    )
}

/// The selecting attribute, when it stands in the same struct.
pub(super) fn selector_in<'m>(
    family: &Family,
    attributes: &[&'m Attribute],
    selector: &str,
) -> Option<&'m Attribute> {
    let found = attributes.iter().find(|attr| attr.name == *selector)?;
    let selects = match &found.content {
        Content::String => true,
        Content::Int(_, Meaning::Enum(id)) => family.enumeration(*id).values.is_some(),
        _ => false,
    };
    (selects && !found.multi).then_some(*found)
}

/// The line of an attribute in the table of `nl::message!`.
fn codec_line(
    family: &Family,
    message: &Message,
    attributes: &[&Attribute],
    attr: &Attribute,
) -> Field {
    Field {
        number: attr.number,
        ident: ident(&attr.ident),
        access: access(family, message, attributes, attr),
    }
}

fn access(
    family: &Family,
    message: &Message,
    attributes: &[&Attribute],
    attr: &Attribute,
) -> Access {
    if attr.multi || matches!(attr.content, Content::Array(_) | Content::Keyed { .. }) {
        return Access::List(None);
    }
    match &attr.content {
        Content::Flag => Access::Flag,
        Content::SubMessage { selector, .. } => match selector_in(family, attributes, selector) {
            Some(selector) => Access::Selected {
                by: ident(&selector.ident),
                member: None,
                required: false,
            },
            None => match (family.selecting_member(message, selector), &message.header) {
                (Some(member), Some((_, header))) => Access::Selected {
                    by: ident(header),
                    member: Some(ident(&member.ident)),
                    required: false,
                },
                _ => Access::Optional(None),
            },
        },
        content => Access::Optional(value(family, content).format),
    }
}

/// The type of a field.
pub(super) fn field_type(
    family: &Family,
    message: &Message,
    attributes: &[&Attribute],
    attr: &Attribute,
) -> TokenStream {
    let value = match (&attr.content, attr.multi) {
        (Content::SubMessage { id, selector }, false) => {
            let name = ident(&family.sub_message(*id).ident);
            let known = selector_in(family, attributes, selector).is_some()
                || family.selecting_member(message, selector).is_some();
            match known {
                true => quote!(#name<'a>),
                false => quote!(nl::Unselected<'a, #name<'a>>),
            }
        }
        (Content::Flag, _) => return quote!(bool),
        (content, true) => return list(&entry(family, content), Shape::Multi),
        (Content::Array(_) | Content::Keyed { .. }, false) => {
            return value(family, &attr.content).kind;
        }
        (content, false) => value(family, content).kind,
    };
    quote!(Option<#value>)
}

/// A type and its format; none for the type's own.
pub(super) struct Value {
    pub(super) kind: TokenStream,
    format: Option<TokenStream>,
}

impl Value {
    fn own(kind: TokenStream) -> Self {
        Self { kind, format: None }
    }
}

/// The value of an attribute that occurs once.
pub(super) fn value(family: &Family, content: &Content) -> Value {
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
        Content::Labels => Value::own(quote!(nl::Labels<'a>)),
        Content::AnyAddr => Value::own(quote!(nl::AnyAddr<'a>)),
        Content::Socket { len: None } => Value::own(quote!(::core::net::SocketAddr)),
        Content::Socket { len: Some(len) } => {
            let len = Literal::usize_unsuffixed(*len);
            Value::own(quote!(nl::SockAddr<#len>))
        }
        Content::Text { len } => {
            let len = Literal::usize_unsuffixed(*len);
            Value::own(quote!(nl::FixedStr<#len>))
        }
        Content::Items { item, count, .. } => {
            let (kind, format) = member_value(family, item);
            match count {
                Count::Fixed(count) => {
                    let count = Literal::usize_unsuffixed(*count);
                    Value {
                        kind: quote!([#kind; #count]),
                        format: Some(quote!(nl::Each<#format>)),
                    }
                }
                // The format of one item: the struct's codec has the rest.
                Count::Member(_) | Count::Rest => Value {
                    kind: match &**item {
                        Content::Struct(_) => quote!(nl::Items<'a, #kind>),
                        _ => quote!(nl::Items<'a, #kind, #format>),
                    },
                    format: Some(format),
                },
            }
        }
        Content::Bitfield32(_) => Value::own(quote!(nl::Bitfield32)),
        Content::Scalars(int) => {
            let repr = ident(int.repr().name());
            Value::own(quote!(nl::Scalars<'a, #repr>))
        }
        Content::Struct(id) => {
            let structure = family.structure(*id);
            let name = ident(&structure.ident);
            let life = structure.tail().map(|_| quote!(<'a>));
            Value {
                kind: quote!(#name #life),
                format: Some(quote!(nl::AsStruct)),
            }
        }
        Content::SubMessage { id, .. } => {
            let name = ident(&family.sub_message(*id).ident);
            Value::own(quote!(nl::Unselected<'a, #name<'a>>))
        }
        Content::Nest(set) => {
            let inner = set_type(family, *set);
            Value::own(quote!(nl::Nest<'a, #inner>))
        }
        Content::Array(inner) => Value::own(list(&entry(family, inner), Shape::Indexed)),
        Content::Rows { message, .. } => {
            let row = message.map(|id| message_type(family, id, &quote!('a)));
            Value::own(quote!(nl::Rows<'a, #row>))
        }
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

/// How the entries of a list are found. Nests under levels of numbers have a type of their own.
enum Shape {
    /// The attribute is repeated.
    Multi,
    /// One attribute holds all.
    Indexed,
}

fn list(entry: &Value, shape: Shape) -> TokenStream {
    let kind = &entry.kind;
    match (shape, &entry.format) {
        // A list is of this shape when its type has none.
        (Shape::Multi, None) => quote!(nl::List<'a, #kind>),
        (Shape::Multi, Some(format)) => quote!(nl::List<'a, #kind, nl::Multi<#format>>),
        (Shape::Indexed, None) => quote!(nl::List<'a, #kind, nl::Indexed>),
        (Shape::Indexed, Some(format)) => quote!(nl::List<'a, #kind, nl::Indexed<#format>>),
    }
}

/// The type of a value, and its format.
pub(super) fn carried_value(family: &Family, content: &Content) -> (TokenStream, TokenStream) {
    let value = value(family, content);
    let own = || quote!(nl::Natural);
    (value.kind, value.format.unwrap_or_else(own))
}

/// The type of a struct's member, and its format.
pub(super) fn member_value(family: &Family, content: &Content) -> (TokenStream, TokenStream) {
    match content {
        Content::Bytes { exact, .. } => {
            let len = Literal::usize_unsuffixed(exact.unwrap_or(0));
            (quote!([u8; #len]), quote!(nl::Natural))
        }
        Content::Int(int, _) => {
            let value = value(family, content);
            let repr = ident(int.repr().name());
            let own = || quote!(nl::Host<#repr>);
            (value.kind, value.format.unwrap_or_else(own))
        }
        content => {
            let value = value(family, content);
            (
                value.kind,
                value.format.unwrap_or_else(|| quote!(nl::Natural)),
            )
        }
    }
}

/// The type of a message's struct, with a lifetime.
pub(super) fn message_type(family: &Family, id: MessageId, life: &TokenStream) -> TokenStream {
    let message = family.message(id);
    let name = ident(&message.ident);
    let life = message.borrows.then(|| quote!(<#life>));
    quote!(#name #life)
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

/// Whether a field is an `Option`.
pub(super) fn optional(attr: &Attribute) -> bool {
    !attr.multi
        && !matches!(
            attr.content,
            Content::Flag | Content::Array(_) | Content::Keyed { .. }
        )
}
