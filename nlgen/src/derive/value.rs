//! Values: from a type and the keys of its field, the format that carries it and what the attribute
//! contains then.

use std::collections::HashMap;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Error, Result, Type};

use super::arguments::Width;
use super::input::Read;
use super::keys::{At, FieldKeys};
use super::types::{
    Look, described, first_argument, is_array, is_bytes, last_segment, look, type_arguments,
};

/// What values need to know of the derive that they are for.
pub(super) struct Context<'c> {
    /// The path of the runtime.
    pub(super) nl: &'c TokenStream,
    /// The trait that gives the set of a nest.
    pub(super) of_set: TokenStream,
    /// The fields that may tell the format of a sub-message, and the numbers of their attributes.
    selectors: HashMap<String, Option<u16>>,
}

/// How a value is carried.
pub(super) struct Value {
    /// Its format; none for the type's own.
    pub(super) format: Option<TokenStream>,
    /// What the attribute contains: an expression of the type `Kind`.
    pub(super) kind: TokenStream,
}

impl<'c> Context<'c> {
    pub(super) fn new(nl: &'c TokenStream, of_set: TokenStream, fields: &[Read<'_>]) -> Self {
        let selectors = fields.iter().map(|field| {
            let once = match look(field.ty) {
                Look::Option(_) => true,
                look => !matches!(look, Look::Bool | Look::List { .. } | Look::Vec(_)),
            };
            let attr = field.keys.attr.as_ref().filter(|_| once);
            (field.ident.to_string(), attr.map(|attr| attr.value))
        });
        Self {
            nl,
            of_set,
            selectors: selectors.collect(),
        }
    }

    /// A sub-message, as the attribute that tells its format is of this struct.
    pub(super) fn selected(&self, ty: &Type, by: &At<Ident>) -> Result<TokenStream> {
        let (nl, field) = (self.nl, &by.value);
        let number = match self.selectors.get(&field.to_string()) {
            Some(Some(number)) => *number,
            Some(None) => {
                let message = format!("`{field}` cannot tell a format: text can, or an enum");
                return Err(Error::new(field.span(), message));
            }
            None => {
                let message = format!(
                    "there is no field `{field}` here; a sub-message whose selector stands further out is an `Unselected<T>`, without `selector`"
                );
                return Err(Error::new(field.span(), message));
            }
        };
        if !matches!(look(ty), Look::Named | Look::Box(_)) {
            return Err(misfit("selector", by.span, &look(ty), "a sub-message"));
        }
        let ty = described(ty);
        Ok(quote! {
            #nl::Kind::SubMessage(#number, <#ty as #nl::SubMessage<'static>>::FORMATS)
        })
    }

    /// A format's path, for places that need one.
    pub(super) fn or_natural(&self, format: &Option<TokenStream>) -> TokenStream {
        let nl = self.nl;
        match format {
            Some(format) => format.clone(),
            None => quote!(#nl::Natural),
        }
    }

    /// The value of a type that occurs once, or of a list's entry.
    pub(super) fn value(&self, ty: &Type, keys: &FieldKeys) -> Result<Value> {
        let nl = self.nl;
        let look = look(ty);
        if let Look::Box(inner) = look {
            let inner = self.value(inner, keys)?;
            let format = self.or_natural(&inner.format);
            return Ok(Value {
                format: Some(quote!(#nl::Boxed<#format>)),
                kind: inner.kind,
            });
        }
        if let Some(nest) = &keys.nest {
            return self.nest(ty, &look, nest);
        }
        if let Some(structure) = &keys.structure {
            if !matches!(look, Look::Named) {
                return Err(misfit("struct", structure.span, &look, "a C struct"));
            }
            let format = quote!(#nl::AsStruct);
            let kind = self.kind_by_type(&format, ty);
            let format = Some(format);
            return Ok(Value { format, kind });
        }
        if let Some(array) = &keys.array {
            if !is_array(ty) {
                let wants = "integers, as `Vec<u32>` or `[u32; 4]`";
                return Err(misfit("array", array.span, &look, wants));
            }
            let format = quote!(#nl::AsArray);
            let kind = self.kind_by_type(&format, ty);
            let format = Some(format);
            return Ok(Value { format, kind });
        }
        if let Some(rows) = &keys.rows {
            let known = last_segment(ty).is_some_and(|segment| segment.ident == "Rows");
            if !known && !matches!(look, Look::Vec(_)) {
                return Err(misfit("rows", rows.span, &look, "a `Vec` or a `Rows`"));
            }
            let format = quote!(#nl::AsRows);
            let kind = self.kind_by_type(&format, ty);
            let format = Some(format);
            return Ok(Value { format, kind });
        }
        if let Some((key, span)) = first_integer_key(keys) {
            return self.integer(ty, &look, keys, key, span);
        }
        self.natural(ty, &look)
    }

    /// A struct of attributes, read at once or when it is opened.
    pub(super) fn nest(&self, ty: &Type, look: &Look<'_>, key: &At<()>) -> Result<Value> {
        let nl = self.nl;
        match look {
            Look::Nest(inner) => Ok(self.own(self.kind_of_set(inner))),
            Look::Named => Ok(Value {
                format: Some(quote!(#nl::Nested)),
                kind: self.kind_of_set(ty),
            }),
            // Attributes that are not read.
            _ if is_bytes(ty) => Ok(Value {
                format: Some(quote!(#nl::Nested)),
                kind: quote!(#nl::Kind::Unselected),
            }),
            other => Err(misfit("nest", key.span, other, "a struct of attributes")),
        }
    }

    /// A type in its own format.
    fn natural(&self, ty: &Type, look: &Look<'_>) -> Result<Value> {
        match look {
            Look::Nest(inner) => Ok(self.own(self.kind_of_set(inner))),
            Look::List { item, shape } => Ok(self.own(self.kind_of_list(item, *shape))),
            Look::Bool => Err(Error::new_spanned(
                ty,
                "a `bool` is a flag, there or not: it is neither in an `Option` nor in a list",
            )),
            Look::Option(_) => Err(Error::new_spanned(
                ty,
                "an `Option` says that the attribute may be absent: it is the whole of a field's type",
            )),
            Look::Vec(_) => Err(Error::new_spanned(
                ty,
                "how are the entries repeated? add `multi`, `indexed` or `nest_type_value = 1`; `array` for integers in one payload",
            )),
            _ => Ok(self.own(self.natural_kind(ty))),
        }
    }

    fn own(&self, kind: TokenStream) -> Value {
        Value { format: None, kind }
    }

    /// An integer, an enum or flags, of a width or byte order of its own.
    fn integer(
        &self,
        ty: &Type,
        look: &Look<'_>,
        keys: &FieldKeys,
        key: &str,
        span: Span,
    ) -> Result<Value> {
        let nl = self.nl;
        let flags = keys.flags.as_ref();
        match (look, flags) {
            (Look::Named, _) | (Look::Integer(_), None) => {}
            (look, Some(flags)) => {
                return Err(misfit("flags", flags.span, look, "a set of bitflags"));
            }
            (look, None) => return Err(misfit(key, span, look, "an integer or an enum")),
        }
        let (base, sized) = match self.width(keys)? {
            Some(Width::Fixed(int)) => (int.to_token_stream(), true),
            Some(Width::Uint) => (quote!(#nl::Uint), false),
            Some(Width::Sint) => (quote!(#nl::Sint), false),
            None => (self.own_integer(ty, look, flags.is_some()), true),
        };
        let format = match (&keys.be, &keys.le) {
            (Some(_), Some(le)) => return Err(both("be", "le", le.span)),
            (Some(_), None) => quote!(#nl::Be<#base>),
            (None, Some(_)) => quote!(#nl::Le<#base>),
            (None, None) if sized => quote!(#nl::Host<#base>),
            (None, None) => base,
        };
        let format = match flags {
            Some(_) => quote!(#nl::Bits<#format>),
            None => format,
        };
        Ok(Value {
            kind: self.kind_by_type(&format, ty),
            format: Some(format),
        })
    }

    /// The integer that a key asks for.
    fn width<'k>(&self, keys: &'k FieldKeys) -> Result<Option<&'k Width>> {
        let uint = keys
            .uint
            .as_ref()
            .map(|key| ("uint", &Width::Uint, key.span));
        let sint = keys
            .sint
            .as_ref()
            .map(|key| ("sint", &Width::Sint, key.span));
        let width = keys.width.as_ref();
        let width = width.map(|key| ("type", &key.value, key.span));
        let flags = keys.flags.as_ref();
        let flags = flags.and_then(|key| Some(("flags", key.value.as_ref()?, key.span)));
        let mut given = [flags, width, uint, sint].into_iter().flatten();
        match (given.next(), given.next()) {
            (Some((first, ..)), Some((second, _, span))) => Err(both(first, second, span)),
            (first, _) => Ok(first.map(|(_, width, _)| width)),
        }
    }

    /// The integer behind a type.
    fn own_integer(&self, ty: &Type, look: &Look<'_>, flags: bool) -> TokenStream {
        let nl = self.nl;
        match look {
            Look::Integer(int) => int.to_token_stream(),
            _ if flags => quote!(<#ty as #nl::bitflags::Flags>::Bits),
            _ => quote!(<#ty as #nl::Scalar>::Repr),
        }
    }

    /// What a format says of a type.
    pub(super) fn kind_by_type(&self, format: &impl ToTokens, ty: &Type) -> TokenStream {
        let nl = self.nl;
        let ty = described(ty);
        quote!(<#format as #nl::DescribeAs<#ty>>::KIND)
    }

    /// What a type says of itself.
    fn natural_kind(&self, ty: &Type) -> TokenStream {
        let nl = self.nl;
        let ty = described(ty);
        quote!(<#ty as #nl::Describe>::KIND)
    }

    /// The function that gives the set of a struct. It is called when someone looks, so that a set
    /// can contain itself.
    pub(super) fn set_of(&self, ty: &Type) -> TokenStream {
        let of_set = &self.of_set;
        let ty = described(ty);
        quote!(|| <#ty as #of_set>::SET)
    }

    fn kind_of_set(&self, ty: &Type) -> TokenStream {
        let nl = self.nl;
        let set = self.set_of(ty);
        quote!(#nl::Kind::Nest(#set))
    }

    /// What a `List` contains, from its shape: `Multi<F>`, `Indexed<F>`, `Keyed<N, F>`.
    pub(super) fn kind_of_list(&self, item: &Type, shape: Option<&Type>) -> TokenStream {
        let nl = self.nl;
        let segment = shape.and_then(last_segment);
        let name = segment.map_or(String::from("Multi"), |segment| segment.ident.to_string());
        let format = segment.and_then(|segment| type_arguments(segment).last().copied());
        let inner = || self.kind_in_list(item, format);
        match &*name {
            "Multi" => inner(),
            "Indexed" => {
                let inner = inner();
                quote!(#nl::Kind::Array(&#inner))
            }
            "Keyed" => {
                let levels = segment.and_then(first_argument);
                let set = self.set_of(item);
                quote!(#nl::Kind::Keyed(#levels, #set))
            }
            _ => quote!(#nl::Kind::Binary),
        }
    }

    fn kind_in_list(&self, item: &Type, format: Option<&Type>) -> TokenStream {
        let name = format.and_then(last_segment).map(|format| &format.ident);
        match (look(item), format) {
            (Look::Box(inner), Some(format)) if name.is_some_and(|name| name == "Boxed") => {
                let format = last_segment(format).map(type_arguments);
                self.kind_in_list(inner, format.and_then(|format| format.first().copied()))
            }
            _ if name.is_some_and(|name| name == "Nested") => self.kind_of_set(item),
            (Look::Nest(inner), _) => self.kind_of_set(inner),
            (Look::List { item, shape }, _) => self.kind_of_list(item, shape),
            (_, Some(format)) => self.kind_by_type(&described(format), item),
            (_, None) => self.natural_kind(item),
        }
    }
}

/// The first key that speaks of an integer.
fn first_integer_key(keys: &FieldKeys) -> Option<(&'static str, Span)> {
    integer_keys(keys).next()
}

fn integer_keys(keys: &FieldKeys) -> impl Iterator<Item = (&'static str, Span)> {
    let spans = [
        ("be", keys.be.as_ref().map(|key| key.span)),
        ("le", keys.le.as_ref().map(|key| key.span)),
        ("uint", keys.uint.as_ref().map(|key| key.span)),
        ("sint", keys.sint.as_ref().map(|key| key.span)),
        ("type", keys.width.as_ref().map(|key| key.span)),
        ("flags", keys.flags.as_ref().map(|key| key.span)),
    ];
    spans
        .into_iter()
        .filter_map(|(name, span)| Some((name, span?)))
}

/// The keys that say how a value is carried, in no list.
pub(super) fn value_keys(keys: &FieldKeys) -> impl Iterator<Item = (&'static str, Span)> {
    let nest = keys.nest.as_ref().map(|key| ("nest", key.span));
    let structure = keys.structure.as_ref().map(|key| ("struct", key.span));
    let array = keys.array.as_ref().map(|key| ("array", key.span));
    let rows = keys.rows.as_ref().map(|key| ("rows", key.span));
    let whole = nest.into_iter().chain(structure).chain(array).chain(rows);
    whole.chain(integer_keys(keys))
}

/// Two keys that exclude each other.
pub(super) fn both(first: &str, second: &str, span: Span) -> Error {
    Error::new(span, format!("`{first}` and `{second}` exclude each other"))
}

/// A key on a type that it says nothing about.
pub(super) fn misfit(key: &str, span: Span, look: &Look<'_>, wants: &str) -> Error {
    let got: &dyn std::fmt::Display = match look {
        Look::Bool => &"a `bool`",
        Look::Integer(ident) => {
            let message = format!("`{key}` is for {wants}, not for `{ident}`");
            return Error::new(span, message);
        }
        Look::Whole(what) => what,
        Look::Option(_) => &"an `Option`",
        Look::Box(_) => &"a `Box`",
        Look::Vec(_) => &"a `Vec`",
        Look::Nest(_) => &"a `Nest`",
        Look::List { .. } => &"a `List`",
        Look::Named => &"this type",
    };
    Error::new(span, format!("`{key}` is for {wants}, not for {got}"))
}
