//! Fields: how each is read and written, and what its attribute contains.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Error, Result, Type};

use super::keys::FieldKeys;
use super::types::{Look, described, last_segment, look, pair, type_arguments};
use super::value::{Context, Value, both, misfit, value_keys};
use crate::emit::rust::codec::{Access, Header};

/// A field's codec and the content of its attribute.
pub(super) struct Carried {
    pub(super) access: Access,
    /// An expression of the type `Kind`.
    pub(super) kind: TokenStream,
}

impl Context<'_> {
    pub(super) fn field(&self, ty: &Type, keys: &FieldKeys) -> Result<Carried> {
        exclusive(keys)?;
        if let Some(flag) = &keys.flag {
            if !matches!(look(ty), Look::Bool | Look::Named) {
                return Err(misfit("flag", flag.span, &look(ty), "a `bool`"));
            }
            return Ok(self.flag());
        }
        if let Some(by) = &keys.selector {
            let (inner, required) = match look(ty) {
                Look::Option(inner) => (inner, false),
                _ => (ty, true),
            };
            let kind = self.selected(inner, by)?;
            let by = by.value.clone();
            let access = Access::Selected {
                by,
                member: None,
                required,
            };
            return Ok(Carried { access, kind });
        }
        match look(ty) {
            Look::Bool => match value_keys(keys).chain(list_keys(keys)).next() {
                Some((key, span)) => Err(misfit(key, span, &Look::Bool, wanted(key))),
                None => Ok(self.flag()),
            },
            Look::List { item, shape } => self.list(item, shape, keys),
            Look::Option(inner) => {
                let array = keys.array.is_some() || keys.rows.is_some();
                if let (Look::Vec(_) | Look::List { .. }, false) = (look(inner), array) {
                    let message =
                        "a list without entries is absent: it needs no `Option` around it";
                    return Err(Error::new_spanned(ty, message));
                }
                if let Some((key, span)) = list_keys(keys).next() {
                    return Err(misfit(key, span, &look(inner), wanted(key)));
                }
                let Value { format, kind } = self.value(inner, keys)?;
                let access = Access::Optional(format);
                Ok(Carried { access, kind })
            }
            _ if list_keys(keys).next().is_some() => self.vec(ty, keys),
            _ => {
                let Value { format, kind } = self.value(ty, keys)?;
                let access = Access::Required(self.or_natural(&format));
                Ok(Carried { access, kind })
            }
        }
    }

    /// The struct before the attributes.
    pub(super) fn header(&self, ident: &Ident, ty: &Type, keys: &FieldKeys) -> Result<Header> {
        let Some(header) = &keys.header else {
            return Err(Error::new(ident.span(), "not a header"));
        };
        let others = value_keys(keys).chain(list_keys(keys));
        let others = others.chain(rest_keys(keys)).next();
        if let Some((key, span)) = others {
            return Err(both(key, "header", span));
        }
        match look(ty) {
            Look::Named => Ok(Header {
                ident: ident.clone(),
                kind: described(ty).to_token_stream(),
                length: keys.length.as_ref().map(|length| length.value.clone()),
            }),
            other => Err(misfit("header", header.span, &other, "a C struct")),
        }
    }

    fn flag(&self) -> Carried {
        let nl = self.nl;
        Carried {
            access: Access::Flag,
            kind: quote!(#nl::Kind::Flag),
        }
    }

    /// A list that says in its type how it is read. Keys may say it again.
    fn list(&self, item: &Type, shape: Option<&Type>, keys: &FieldKeys) -> Result<Carried> {
        if let Some((key, span)) = value_keys(keys).next() {
            let message = format!(
                "the type of a `List` says how its entries are carried, not `{key}`: `List<'a, u16, Multi<Be<u16>>>`"
            );
            return Err(Error::new(span, message));
        }
        let own = shape.map_or(Some("Multi".to_owned()), |shape| {
            last_segment(shape).map(|segment| segment.ident.to_string())
        });
        for (key, span) in list_keys(keys) {
            let wants = match key {
                "multi" => "Multi",
                "indexed" => "Indexed",
                _ => "Keyed",
            };
            // An alias might be any shape.
            let known = own.as_deref().filter(|own| SHAPES.contains(own));
            if let Some(own) = known.filter(|own| *own != wants) {
                let message =
                    format!("`{key}` goes with the shape `{wants}`; this list has `{own}`");
                return Err(Error::new(span, message));
            }
        }
        Ok(Carried {
            access: Access::List(None),
            kind: self.kind_of_list(item, shape),
        })
    }

    /// A list that owns its entries.
    fn vec(&self, ty: &Type, keys: &FieldKeys) -> Result<Carried> {
        if let Some(levels) = &keys.nest_type_value {
            return self.keyed(ty, keys, levels.span);
        }
        let nl = self.nl;
        let entry = entry(ty, keys)?;
        let Some(indexed) = &keys.indexed else {
            let Value { format, kind } = self.value(entry, keys)?;
            let format = self.or_natural(&format);
            return Ok(shaped(quote!(#nl::Multi<#format>), kind));
        };
        if keys.multi.is_none() {
            let (shape, kind) = self.array(entry, keys)?;
            return Ok(shaped(shape, kind));
        }
        let Look::Vec(inner) = look(entry) else {
            let message = "`multi` and `indexed` make lists of lists: `Vec<Vec<T>>`";
            return Err(Error::new(indexed.span, message));
        };
        let (shape, kind) = self.array(inner, keys)?;
        Ok(shaped(quote!(#nl::Multi<#shape>), kind))
    }

    /// The shape of an indexed array whose entries have this type, or are pairs of index and entry.
    fn array(&self, entry: &Type, keys: &FieldKeys) -> Result<(TokenStream, TokenStream)> {
        let nl = self.nl;
        let (shape, entry) = match pair(entry) {
            Some((_, entry)) => (quote!(#nl::WithIndex), entry),
            None => (quote!(#nl::Indexed), entry),
        };
        let Value { format, kind } = self.value(entry, keys)?;
        let format = self.or_natural(&format);
        Ok((quote!(#shape<#format>), quote!(#nl::Kind::Array(&#kind))))
    }

    /// Nests under levels of numbers: pairs of the numbers and the struct.
    fn keyed(&self, ty: &Type, keys: &FieldKeys, span: Span) -> Result<Carried> {
        let nl = self.nl;
        let Some(levels) = keys.nest_type_value.as_ref().map(|key| &key.value.0) else {
            return Err(Error::new(span, "`nest_type_value` needs a number"));
        };
        let Some((_, inner)) = pair(entry(ty, keys)?) else {
            let message = format!("`nest_type_value` is for `Vec<([u16; {levels}], T)>`");
            return Err(Error::new_spanned(ty, message));
        };
        let (format, inner) = match look(inner) {
            Look::Box(boxed) => (quote!(#nl::Boxed<#nl::Nested>), boxed),
            Look::Named => (quote!(#nl::Nested), inner),
            other => {
                return Err(misfit(
                    "nest_type_value",
                    span,
                    &other,
                    "structs of attributes",
                ));
            }
        };
        let set = self.set_of(inner);
        let kind = quote!(#nl::Kind::Keyed(#levels, #set));
        Ok(shaped(quote!(#nl::Keyed<#levels, #format>), kind))
    }
}

/// Whether each time that the attribute occurs is an entry of the field.
pub(super) fn is_multi(ty: &Type, keys: &FieldKeys) -> bool {
    keys.multi.is_some()
        || match look(ty) {
            Look::List { shape, .. } => shape.is_none_or(|shape| {
                last_segment(shape).is_some_and(|segment| segment.ident == "Multi")
            }),
            _ => false,
        }
}

/// The shapes of lists in the runtime.
const SHAPES: &[&str] = &["Multi", "Indexed", "Keyed"];

fn shaped(shape: TokenStream, kind: TokenStream) -> Carried {
    Carried {
        access: Access::List(Some(shape)),
        kind,
    }
}

/// What a `Vec` holds.
fn entry<'t>(ty: &'t Type, keys: &FieldKeys) -> Result<&'t Type> {
    if let Look::Vec(entry) = look(ty) {
        return Ok(entry);
    }
    // Bytes are a list too, when a key says so.
    let bytes = last_segment(ty).filter(|segment| segment.ident == "Vec");
    if let Some(entry) = bytes.and_then(|vec| type_arguments(vec).first().copied()) {
        return Ok(entry);
    }
    match list_keys(keys).next() {
        Some((key, span)) => Err(misfit(key, span, &look(ty), wanted(key))),
        None => Err(Error::new_spanned(ty, "not a list")),
    }
}

/// The keys that make a list.
fn list_keys(keys: &FieldKeys) -> impl Iterator<Item = (&'static str, Span)> {
    let spans = [
        ("multi", keys.multi.as_ref().map(|key| key.span)),
        ("indexed", keys.indexed.as_ref().map(|key| key.span)),
        (
            "nest_type_value",
            keys.nest_type_value.as_ref().map(|key| key.span),
        ),
    ];
    spans
        .into_iter()
        .filter_map(|(name, span)| Some((name, span?)))
}

/// The keys that are neither of a value nor of a list.
fn rest_keys(keys: &FieldKeys) -> impl Iterator<Item = (&'static str, Span)> {
    let spans = [
        ("attr", keys.attr.as_ref().map(|key| key.span)),
        ("name", keys.name.as_ref().map(|key| key.span)),
        ("flag", keys.flag.as_ref().map(|key| key.span)),
        ("selector", keys.selector.as_ref().map(|key| key.span)),
        ("secret", keys.secret.as_ref().map(|key| key.span)),
    ];
    spans
        .into_iter()
        .filter_map(|(name, span)| Some((name, span?)))
}

/// What a key is for.
fn wanted(key: &str) -> &'static str {
    match key {
        "multi" | "indexed" | "nest_type_value" => "a `Vec` or a `List`",
        "nest" => "a struct of attributes",
        "struct" => "a C struct",
        "rows" => "a `Vec` or a `Rows`",
        "array" => "integers, as `Vec<u32>` or `[u32; 4]`",
        "flags" => "a set of bitflags",
        _ => "an integer or an enum",
    }
}

/// Refuses keys that say different things.
fn exclusive(keys: &FieldKeys) -> Result<()> {
    if let Some(length) = &keys.length {
        let message = "`length` goes with `header`: the struct says how long a row is";
        return Err(Error::new(length.span, message));
    }
    if let Some(flag) = &keys.flag
        && let Some((key, _)) = value_keys(keys).chain(list_keys(keys)).next()
    {
        return Err(both(key, "flag", flag.span));
    }
    let whole = [
        ("nest", &keys.nest),
        ("struct", &keys.structure),
        ("array", &keys.array),
        ("rows", &keys.rows),
    ];
    for (own, key) in whole {
        if let Some(own_key) = key
            && let Some((key, _)) = value_keys(keys).find(|(key, _)| *key != own)
        {
            return Err(both(key, own, own_key.span));
        }
    }
    if let Some(by) = &keys.selector {
        let flag = keys.flag.as_ref().map(|flag| ("flag", flag.span));
        let mut others = value_keys(keys).chain(list_keys(keys)).chain(flag);
        if let Some((key, _)) = others.next() {
            return Err(both(key, "selector", by.span));
        }
    }
    if let Some(levels) = &keys.nest_type_value {
        let others = list_keys(keys).filter(|(key, _)| *key != "nest_type_value");
        let mut others = others.chain(value_keys(keys).filter(|(key, _)| *key != "nest"));
        if let Some((key, _)) = others.next() {
            return Err(both(key, "nest_type_value", levels.span));
        }
    }
    Ok(())
}
