//! Static descriptions: sets with their attributes, and the names of enums.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::types::ident;
use crate::model::{
    Attribute, Content, Count, Enum, EnumId, Family, Hint, Int, Meaning, Order, Repr, Set, SetId,
    StructId, SubMessageId,
};

pub(super) fn sets(family: &Family) -> TokenStream {
    let used = family.sets.iter().enumerate().filter(|(_, set)| set.used);
    let statics = used.map(|(at, set)| set_table(family, SetId(at), set));
    let all = quote! { #(#statics)* };
    if all.is_empty() {
        return all;
    }
    // What a table does not need would be an unused import.
    let names = family
        .sets
        .iter()
        .filter(|set| set.used)
        .flat_map(|set| &set.attributes)
        .any(|attr| uses_names(&attr.content));
    let names = names
        || family.sub_messages.iter().enumerate().any(|(at, item)| {
            let mut contents = item
                .formats
                .iter()
                .filter_map(|format| format.content.as_ref());
            is_selected(family, SubMessageId(at)) && contents.any(uses_names)
        });
    let names = names.then(|| {
        quote!(
            use super::names;
        )
    });
    let layout = family
        .sets
        .iter()
        .filter(|set| set.used)
        .flat_map(|set| &set.attributes)
        .any(|attr| uses_layout(&attr.content));
    let selected = selected_from(family);
    let headers = selected
        .iter()
        .flat_map(|id| &family.sub_message(*id).formats)
        .any(|format| format.header.is_some() || format.content.as_ref().is_some_and(uses_layout));
    let layout = (layout || headers).then(|| {
        quote!(
            use super::layout;
        )
    });
    let formats = formats(family, &selected);
    quote! {
        /// What the attributes of each set are called and contain.
        mod set {
            #layout
            #names
            use super::nl::{self, Attribute, Kind};
            #all
            #formats
        }
    }
}

fn set_table(family: &Family, at: SetId, set: &Set) -> TokenStream {
    let table = ident(&set.table);
    let name = &set.name;
    let attributes = set
        .attributes
        .iter()
        .map(|attr| attribute(family, at, set, attr));
    quote! {
        pub(super) static #table: nl::Set = nl::Set::new(#name, &[#(#attributes),*]);
    }
}

fn attribute(family: &Family, at: SetId, set: &Set, attr: &Attribute) -> TokenStream {
    let number = Literal::u16_unsuffixed(attr.number);
    let name = &attr.name;
    let kind = match &attr.content {
        Content::SubMessage { id, selector } => selected(family, at, set, *id, selector),
        content => kind(family, content),
    };
    let secret =
        (attr.secret || unselected_secret(family, at, set, attr)).then(|| quote!(.secret()));
    let multi = attr.multi.then(|| quote!(.multi()));
    let shown = shown(&attr.content);
    let keys = match &attr.content {
        Content::Keyed { keys, .. } => Some(quote!(.keys(&[#(#keys),*]))),
        _ => None,
    };
    quote! { Attribute::new(#number, #name, #kind) #multi #shown #keys #secret }
}

/// Whether the attribute is a sub-message whose selector is in another set, and one of its formats holds a secret.
/// What knows this set alone has its bytes and not its format.
fn unselected_secret(family: &Family, at: SetId, set: &Set, attr: &Attribute) -> bool {
    match &attr.content {
        Content::SubMessage { id, selector } => {
            let mut siblings = set.attributes.iter();
            siblings.all(|sibling| sibling.name != *selector)
                && !family.is_by_header(at, selector)
                && format_holds_secret(family, *id, &mut Vec::new())
        }
        _ => false,
    }
}

/// Whether a format of the sub-message has a secret attribute, in sets that are not in `seen`: a set can contain
/// itself.
pub(super) fn format_holds_secret(
    family: &Family,
    id: SubMessageId,
    seen: &mut Vec<SetId>,
) -> bool {
    let formats = &family.sub_message(id).formats;
    let mut sets = formats.iter().filter_map(|format| format.set);
    sets.any(|set| set_holds_secret(family, set, seen))
}

fn set_holds_secret(family: &Family, id: SetId, seen: &mut Vec<SetId>) -> bool {
    if seen.contains(&id) {
        return false;
    }
    seen.push(id);
    let mut attributes = family.set(id).attributes.iter();
    attributes.any(|attr| attr.secret || content_holds_secret(family, &attr.content, seen))
}

fn content_holds_secret(family: &Family, content: &Content, seen: &mut Vec<SetId>) -> bool {
    match content {
        Content::Nest(set) | Content::Keyed { set, .. } | Content::Rows { set, .. } => {
            set_holds_secret(family, *set, seen)
        }
        Content::Array(inner) => content_holds_secret(family, inner, seen),
        Content::SubMessage { id, .. } => format_holds_secret(family, *id, seen),
        _ => false,
    }
}

/// How the content is best shown, when its kind does not say it.
fn shown(content: &Content) -> Option<TokenStream> {
    shown_word(content).map(|word| quote!(.shown(#word)))
}

fn shown_word(content: &Content) -> Option<TokenStream> {
    match content {
        Content::Int(_, Meaning::Hex)
        | Content::Bytes {
            hint: Some(Hint::Hex),
            ..
        } => Some(quote!(nl::Shown::Hex)),
        Content::Bytes {
            hint: Some(Hint::Uuid),
            ..
        } => Some(quote!(nl::Shown::Uuid)),
        Content::Array(inner) | Content::Items { item: inner, .. } => shown_word(inner),
        _ => None,
    }
}

/// A sub-message, with the number of its selector when that is in the same set.
fn selected(
    family: &Family,
    at: SetId,
    set: &Set,
    id: SubMessageId,
    selector: &str,
) -> TokenStream {
    match set.attributes.iter().find(|attr| attr.name == *selector) {
        Some(selector) => {
            let number = Literal::u16_unsuffixed(selector.number);
            let table = formats_table(family, id);
            quote!(Kind::SubMessage(#number, #table))
        }
        None if family.is_by_header(at, selector) => {
            let table = formats_table(family, id);
            quote!(Kind::ByHeader(&(#selector, #table)))
        }
        None => quote!(Kind::Unselected),
    }
}

fn formats_table(family: &Family, id: SubMessageId) -> proc_macro2::Ident {
    let name = &family.sub_message(id).ident;
    ident(&format!(
        "{}_FORMATS",
        crate::model::name::upper_of_camel(name)
    ))
}

/// Where the formats of a sub-message are described, when a set selects from them.
pub(super) fn formats_of(family: &Family, id: SubMessageId) -> Option<TokenStream> {
    let table = formats_table(family, id);
    is_selected(family, id).then(|| quote!(set::#table))
}

fn is_selected(family: &Family, id: SubMessageId) -> bool {
    let mut used = family.sets.iter().enumerate().filter(|(_, set)| set.used);
    used.any(|(at, set)| {
        set.attributes.iter().any(|attr| match &attr.content {
            Content::SubMessage {
                id: known,
                selector,
            } => {
                let sibling = || set.attributes.iter().any(|attr| attr.name == *selector);
                *known == id && (sibling() || family.is_by_header(SetId(at), selector))
            }
            _ => false,
        })
    })
}

/// The sub-messages that sets in use select from.
fn selected_from(family: &Family) -> Vec<SubMessageId> {
    let ids = (0..family.sub_messages.len()).map(SubMessageId);
    ids.filter(|id| is_selected(family, *id)).collect()
}

/// The formats of the sub-messages `selected`.
fn formats(family: &Family, selected: &[SubMessageId]) -> TokenStream {
    selected
        .iter()
        .map(|id| {
            let table = formats_table(family, *id);
            let formats = family.sub_message(*id).formats.iter().map(|format| {
                let value = &format.value;
                let others = format.others.then(|| quote!(.others()));
                if let Some(content) = &format.content {
                    let kind = kind(family, content);
                    let shown = shown_word(content).unwrap_or_else(|| quote!(nl::Shown::Plain));
                    return quote!(nl::Format::of(#value, #kind, #shown) #others);
                }
                let header = match format.header {
                    Some(header) => {
                        let table = ident(&family.structure(header).table);
                        quote!(::core::option::Option::Some(&layout::#table))
                    }
                    None => quote!(::core::option::Option::None),
                };
                let set = match format.set {
                    Some(set) => {
                        let table = ident(&family.set(set).table);
                        quote!(::core::option::Option::Some(|| &#table))
                    }
                    None => quote!(::core::option::Option::None),
                };
                quote!(nl::Format::new(#value, #header, #set) #others)
            });
            quote! { pub(super) const #table: &[nl::Format] = &[#(#formats),*]; }
        })
        .collect()
}

/// What an attribute contains, as the runtime describes it.
fn kind(family: &Family, content: &Content) -> TokenStream {
    match content {
        Content::Unused
        | Content::Bytes {
            hint: None | Some(Hint::Hex | Hint::Uuid),
            ..
        } => {
            quote!(Kind::Binary)
        }
        Content::Pad => quote!(Kind::Pad),
        Content::Flag => quote!(Kind::Flag),
        Content::String => quote!(Kind::String),
        Content::Bytes {
            hint: Some(Hint::Mac),
            ..
        }
        | Content::Mac => quote!(Kind::Mac),
        Content::Ipv4 | Content::Ipv6 | Content::Ip => quote!(Kind::Ip),
        Content::Int(int, meaning) => {
            let int = integer(*int);
            match meaning {
                Meaning::Number | Meaning::Hex => quote!(Kind::Int(#int)),
                Meaning::Enum(id) => {
                    let names = value_names(family, *id);
                    quote!(Kind::Enum(#int, #names))
                }
                Meaning::Flags(id) => {
                    let names = flag_names(family, *id);
                    quote!(Kind::Flags(#int, #names))
                }
            }
        }
        Content::Socket { .. } => quote!(Kind::Socket),
        Content::Text { .. } => quote!(Kind::String),
        Content::Labels => quote!(Kind::Labels),
        Content::AnyAddr => quote!(Kind::AnyAddr),
        Content::Items { item, len, .. } => {
            let (item, len) = (kind(family, item), Literal::usize_unsuffixed(*len));
            quote!(Kind::Items(#len, &#item))
        }
        Content::Bitfield32(Some(id)) => {
            let names = flag_names(family, *id);
            quote!(Kind::Bitfield32(#names))
        }
        Content::Bitfield32(None) => quote!(Kind::Bitfield32(&[])),
        Content::Scalars(int) => {
            let int = integer(*int);
            quote!(Kind::Scalars(#int))
        }
        Content::Struct(id) => {
            let table = ident(&family.structure(*id).table);
            quote!(Kind::Struct(&layout::#table))
        }
        // Only the set knows the selector's number: see `attribute`.
        Content::SubMessage { .. } => quote!(Kind::Unselected),
        Content::Nest(set) => {
            let table = ident(&family.set(*set).table);
            quote!(Kind::Nest(|| &#table))
        }
        Content::Array(inner) => {
            let inner = kind(family, inner);
            quote!(Kind::Array(&#inner))
        }
        Content::Rows {
            header,
            length,
            set,
            ..
        } => {
            let layout = ident(&family.structure(*header).table);
            let length = row_length(family, *header, length);
            let table = ident(&family.set(*set).table);
            quote!(Kind::Rows(&layout::#layout, #length, || &#table))
        }
        Content::Keyed { keys, set } => {
            let levels = Literal::usize_unsuffixed(keys.len());
            let table = ident(&family.set(*set).table);
            quote!(Kind::Keyed(#levels, || &#table))
        }
    }
}

/// Where the length of a row is in its struct.
pub(super) fn row_length(family: &Family, header: StructId, length: &str) -> Literal {
    let member = family.structure(header).member(length);
    Literal::usize_unsuffixed(member.map_or(0, |member| member.offset))
}

fn integer(int: Int) -> TokenStream {
    let name = match (int.bytes, int.signed) {
        (1, false) => quote!(U8),
        (2, false) => quote!(U16),
        (4, false) => quote!(U32),
        (8, false) => quote!(U64),
        (1, true) => quote!(S8),
        (2, true) => quote!(S16),
        (4, true) => quote!(S32),
        (8, true) => quote!(S64),
        (_, false) => quote!(UINT),
        (_, true) => quote!(SINT),
    };
    match int.order {
        Order::Host => quote!(nl::Int::#name),
        Order::Big => quote!(nl::Int::#name.be()),
        Order::Little => quote!(nl::Int::#name.le()),
    }
}

fn value_names(family: &Family, id: EnumId) -> TokenStream {
    named(
        family
            .enumeration(id)
            .values
            .as_ref()
            .map(|used| &used.table),
    )
}

fn flag_names(family: &Family, id: EnumId) -> TokenStream {
    let table = bit_table(family.enumeration(id));
    named(table.as_ref())
}

fn named(table: Option<&String>) -> TokenStream {
    match table {
        Some(table) => {
            let table = ident(table);
            quote!(names::#table)
        }
        None => quote!(&[]),
    }
}

fn bit_table(item: &Enum) -> Option<String> {
    item.flags.as_ref().map(|used| used.table.clone())
}

fn uses_names(content: &Content) -> bool {
    match content {
        Content::Int(_, Meaning::Enum(_) | Meaning::Flags(_)) | Content::Bitfield32(Some(_)) => {
            true
        }
        Content::Array(inner) | Content::Items { item: inner, .. } => uses_names(inner),
        _ => false,
    }
}

fn uses_layout(content: &Content) -> bool {
    match content {
        Content::Struct(_) | Content::Rows { .. } => true,
        Content::Array(inner) => uses_layout(inner),
        _ => false,
    }
}

/// Where the members of each struct lie.
pub(super) fn layouts(family: &Family) -> TokenStream {
    if family.structs.is_empty() {
        return TokenStream::new();
    }
    let members = || family.structs.iter().flat_map(|item| &item.members);
    let names = members().any(|member| uses_names(&member.content));
    let names = names.then(|| {
        quote!(
            use super::names;
        )
    });
    let parts = members().next().map(|_| quote!(, Kind, Member));
    let tables = family.structs.iter().map(|item| {
        let (table, name) = (ident(&item.table), &item.name);
        let len = Literal::usize_unsuffixed(item.len);
        let members = item.members.iter().map(|member| {
            let offset = Literal::usize_unsuffixed(member.offset);
            let len = Literal::usize_unsuffixed(member.len);
            let name = &member.name;
            let kind = member_kind(family, &member.content);
            let (shown, extent) = (shown(&member.content), extent(&member.content));
            quote!(Member::new(#offset, #len, #name, #kind) #shown #extent)
        });
        // What is no integer in the table may be one in C.
        let address = item
            .members
            .iter()
            .any(|member| is_address(&member.content) && item.align > 1);
        let align = Literal::usize_unsuffixed(item.align);
        let aligned = address.then(|| quote!(.aligned(#align)));
        quote! {
            pub(super) static #table: nl::Layout =
                nl::Layout::new(#name, #len, &[#(#members),*]) #aligned;
        }
    });
    quote! {
        /// Where the members of each struct lie.
        mod layout {
            #names
            use super::nl::{self #parts};
            #(#tables)*
        }
    }
}

/// What a member contains, among the layouts.
fn member_kind(family: &Family, content: &Content) -> TokenStream {
    match content {
        Content::Struct(id) => {
            let table = ident(&family.structure(*id).table);
            quote!(Kind::Struct(&#table))
        }
        Content::Items { item, len, .. } => {
            let (item, len) = (member_kind(family, item), Literal::usize_unsuffixed(*len));
            quote!(Kind::Items(#len, &#item))
        }
        content => kind(family, content),
    }
}

/// How far an array goes that ends a struct.
fn extent(content: &Content) -> Option<TokenStream> {
    match content {
        Content::Items { count, .. } => match count {
            Count::Fixed(_) => None,
            Count::Member(by) => Some(quote!(.counted(#by))),
            Count::Rest => Some(quote!(.to_end())),
        },
        Content::AnyAddr => Some(quote!(.to_end())),
        _ => None,
    }
}

/// Whether it is an address that is aligned as an integer is.
fn is_address(content: &Content) -> bool {
    match content {
        Content::Items { item, .. } => is_address(item),
        content => matches!(content, Content::Ipv4 | Content::Socket { .. }),
    }
}

/// The names of the values of each enum, and of the bits of flags that an attribute has.
pub(super) fn names(family: &Family) -> TokenStream {
    let mut tables = TokenStream::new();
    for (at, item) in family.enums.iter().enumerate() {
        if let Some(values) = &item.values {
            let pairs = item.entries.iter().map(|entry| {
                let wide = Repr {
                    bytes: 8,
                    signed: false,
                };
                (wide.wrap(values.repr.wrap(entry.value)), &entry.name)
            });
            tables.extend(table(&values.table, pairs));
        }
        let attributes = family
            .sets
            .iter()
            .filter(|set| set.used)
            .flat_map(|set| &set.attributes);
        let members = family.structs.iter().flat_map(|item| &item.members);
        let formats = family.sub_messages.iter().flat_map(|item| &item.formats);
        let shown = attributes
            .map(|attr| &attr.content)
            .chain(members.map(|member| &member.content))
            .chain(formats.filter_map(|format| format.content.as_ref()))
            .filter_map(bits_of)
            .any(|id| id.0 == at);
        if let (Some(flags), true) = (&item.flags, shown) {
            let pairs = item
                .entries
                .iter()
                .map(|entry| (1 << entry.value, &entry.name));
            tables.extend(table(&flags.table, pairs));
        }
    }
    if tables.is_empty() {
        return tables;
    }
    quote! {
        /// The names of values and flags, for output.
        mod names {
            use super::nl::Names;
            #tables
        }
    }
}

fn bits_of(content: &Content) -> Option<EnumId> {
    match content {
        Content::Int(_, Meaning::Flags(id)) | Content::Bitfield32(Some(id)) => Some(*id),
        Content::Array(inner) | Content::Items { item: inner, .. } => bits_of(inner),
        _ => None,
    }
}

fn table<'n>(name: &str, pairs: impl Iterator<Item = (i128, &'n String)>) -> TokenStream {
    let name = ident(name);
    let pairs = pairs.map(|(value, name)| {
        let value = Literal::i128_unsuffixed(value);
        quote!((#value, #name))
    });
    quote! { pub(super) const #name: &Names = &[#(#pairs),*]; }
}
