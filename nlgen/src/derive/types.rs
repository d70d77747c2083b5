//! What can be told of a field's type from how it is written. Names are looked at, not resolved: an
//! alias of `Option` is a type like any other.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::visit_mut::{VisitMut, visit_type_mut};
use syn::{GenericArgument, Ident, Lifetime, PathArguments, PathSegment, Type};

use super::arguments::INTEGERS;

/// A type, as far as the derives tell types apart.
pub(super) enum Look<'t> {
    Bool,
    /// An integer of netlink.
    Integer(&'t Ident),
    /// Text, bytes, an address: a type of a format of its own. With the name of what it is.
    Whole(&'static str),
    Option(&'t Type),
    Box(&'t Type),
    Vec(&'t Type),
    Nest(&'t Type),
    List {
        item: &'t Type,
        shape: Option<&'t Type>,
    },
    /// Anything else: an enum, a struct, an alias.
    Named,
}

pub(super) fn look(ty: &Type) -> Look<'_> {
    match ty {
        Type::Group(group) => look(&group.elem),
        Type::Paren(paren) => look(&paren.elem),
        Type::Reference(_) => Look::Whole("a reference"),
        Type::Array(_) => Look::Whole("an array of bytes"),
        Type::Tuple(_) => Look::Whole("a tuple"),
        _ => match last_segment(ty) {
            Some(segment) => look_path(segment),
            None => Look::Named,
        },
    }
}

fn look_path(segment: &PathSegment) -> Look<'_> {
    let arguments = type_arguments(segment);
    let name = segment.ident.to_string();
    match (&*name, &*arguments) {
        ("bool", []) => Look::Bool,
        ("Option", [inner]) => Look::Option(inner),
        ("Box", [inner]) => Look::Box(inner),
        ("Vec", [inner]) if last_segment(inner).is_some_and(|inner| inner.ident == "u8") => {
            Look::Whole("a `Vec` of bytes")
        }
        ("Vec", [inner]) => Look::Vec(inner),
        ("Nest", [inner]) => Look::Nest(inner),
        ("List", [item]) => Look::List { item, shape: None },
        ("List", [item, shape]) => Look::List {
            item,
            shape: Some(shape),
        },
        ("String" | "Str", []) => Look::Whole("text"),
        ("IpAddr" | "Ipv4Addr" | "Ipv6Addr" | "MacAddr" | "SocketAddr", []) => {
            Look::Whole("an address")
        }
        ("SockAddr", _) => Look::Whole("an address"),
        ("FixedStr", _) => Look::Whole("text of a fixed length"),
        ("Bitfield32", []) => Look::Whole("a `Bitfield32`"),
        (name, []) if INTEGERS.contains(&name) => Look::Integer(&segment.ident),
        _ => Look::Named,
    }
}

/// Whether a type is `Vec<u8>` or `&[u8]`.
pub(super) fn is_bytes(ty: &Type) -> bool {
    let of_bytes = |inner: &Type| last_segment(inner).is_some_and(|inner| inner.ident == "u8");
    match ty {
        Type::Group(group) => is_bytes(&group.elem),
        Type::Paren(paren) => is_bytes(&paren.elem),
        Type::Reference(reference) => match &*reference.elem {
            Type::Slice(slice) => of_bytes(&slice.elem),
            _ => false,
        },
        _ => last_segment(ty).is_some_and(|vec| {
            vec.ident == "Vec"
                && type_arguments(vec)
                    .first()
                    .is_some_and(|inner| of_bytes(inner))
        }),
    }
}

/// Whether a type is a `Vec` or an array of integers.
pub(super) fn is_array(ty: &Type) -> bool {
    let of_integers = |inner: &Type| matches!(look(inner), Look::Integer(_));
    match ty {
        Type::Group(group) => is_array(&group.elem),
        Type::Paren(paren) => is_array(&paren.elem),
        Type::Array(array) => of_integers(&array.elem),
        _ => last_segment(ty).is_some_and(|vec| {
            vec.ident == "Vec"
                && type_arguments(vec)
                    .first()
                    .is_some_and(|inner| of_integers(inner))
        }),
    }
}

/// The items of a C struct's array: of `[T; N]`.
pub(super) fn item_of_array(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Group(group) => item_of_array(&group.elem),
        Type::Paren(paren) => item_of_array(&paren.elem),
        Type::Array(array) => Some(&array.elem),
        _ => None,
    }
}

/// The items of the array that ends a C struct: of `Items<T>`, `Items<T, F>` or `Vec<T>`.
pub(super) fn item_of_tail(ty: &Type) -> Option<&Type> {
    let segment = last_segment(ty)?;
    let name = &segment.ident;
    let arguments = type_arguments(segment);
    arguments
        .first()
        .copied()
        .filter(|_| name == "Items" || name == "Vec")
}

/// The last name of a path and what stands in its angle brackets.
pub(super) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        _ => None,
    }
}

pub(super) fn type_arguments(segment: &PathSegment) -> Vec<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return Vec::new();
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

/// The first argument of a type, whatever it is.
pub(super) fn first_argument(segment: &PathSegment) -> Option<TokenStream> {
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.first().map(ToTokens::to_token_stream)
        }
        _ => None,
    }
}

/// The two types of a pair.
pub(super) fn pair(ty: &Type) -> Option<(&Type, &Type)> {
    match ty {
        Type::Group(group) => pair(&group.elem),
        Type::Paren(paren) => pair(&paren.elem),
        Type::Tuple(tuple) => {
            let mut elems = tuple.elems.iter();
            match (elems.next(), elems.next(), elems.next()) {
                (Some(first), Some(second), None) => Some((first, second)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The type with `'static` for every lifetime: descriptions are for all lifetimes.
pub(super) fn described(ty: &Type) -> Type {
    replace_lifetimes(ty, "'static", |_| true)
}

/// The type of a reply, with `'r` where a lifetime was left open.
pub(super) fn reply(ty: &Type) -> Type {
    replace_lifetimes(ty, "'r", |lifetime| lifetime.ident == "_")
}

fn replace_lifetimes(ty: &Type, by: &str, which: fn(&Lifetime) -> bool) -> Type {
    let mut ty = ty.clone();
    let by = Lifetime::new(by, Span::call_site());
    Lifetimes { by, which }.visit_type_mut(&mut ty);
    ty
}

struct Lifetimes {
    by: Lifetime,
    which: fn(&Lifetime) -> bool,
}

impl VisitMut for Lifetimes {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if (self.which)(lifetime) {
            *lifetime = self.by.clone();
        }
    }

    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Reference(reference) = ty {
            reference.lifetime.get_or_insert_with(|| self.by.clone());
        }
        visit_type_mut(self, ty);
    }
}
