//! The keys of `#[nl(...)]`, declared once: where each stands, what it takes and what it means. The
//! parser, its messages and the documentation all come from the tables here.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Error, Expr, Ident, LitInt, LitStr, Path, Result, Token, Type};

use super::errors::Errors;
use crate::diagnostic::closest;

/// A key of `#[nl(...)]`.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// How it is written, with what it takes.
    pub form: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

impl Key {
    /// How it is written with a value, when it can be left out.
    fn long_form(&self) -> &'static str {
        self.form.rsplit('`').next().unwrap_or(self.form)
    }
}

/// The keys of one place.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Where they stand, as `a field`.
    pub name: &'static str,
    /// The keys.
    pub keys: &'static [Key],
}

/// All keys, place by place.
pub const PLACES: &[Place] = &[
    StructKeys::PLACE,
    FieldKeys::PLACE,
    EnumKeys::PLACE,
    VariantKeys::PLACE,
];

/// A value and where its key stands.
#[derive(Debug)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) span: Span,
}

/// What stands behind a key.
pub(super) trait Argument: Sized {
    fn read(key: &Key, span: Span, input: ParseStream<'_>) -> Result<Self>;
}

macro_rules! keys {
    ($name:ident, $place:literal:
        $($word:ident $text:literal: $argument:ty, $form:literal, $meaning:literal;)*) => {
        #[derive(Debug, Default)]
        pub(super) struct $name {
            $(pub(super) $word: Option<At<$argument>>,)*
        }

        #[allow(non_upper_case_globals, reason = "named as the fields are")]
        impl $name {
            $(const $word: Key = Key { name: $text, form: $form, meaning: $meaning };)*

            const PLACE: Place = Place {
                name: $place,
                keys: &[$(Self::$word,)*],
            };

            /// Reads every `#[nl(...)]` of an item. Each problem is kept; keys without one are read.
            pub(super) fn read(attrs: &[Attribute], errors: &mut Errors) -> Self {
                let mut keys = Self::default();
                each_key(attrs, errors, |key, span, input| match key {
                    $($text => set(&mut keys.$word, &Self::$word, span, input),)*
                    unknown => Err(unknown_key(unknown, span, &Self::PLACE)),
                });
                keys
            }
        }
    };
}

keys! { StructKeys, "a struct":
    runtime "runtime": Path, "runtime = ::path", "Where the crate `nlgen-runtime` is, when not at `::nlgen_runtime`.";
    set "set": String, "set = \"dev\"", "The name of the set of attributes, in errors; the struct's name in kebab case when left out.";
    pad "pad": Numbers, "pad(4, 9)", "Numbers of attributes that are padding: they are passed over.";
    family "family": Family, "family = \"netdev\"", "Operations: the family, by the name that the kernel registers, or the path of a `static` of the type `Family`. Required for `Request` and `Dump`.";
    version "version": Expr, "version = 1", "Operations: the version of the family's interface; 1 when left out.";
    command "command": Expr, "command = 1", "Operations: the command of the request (`genlmsghdr.cmd`). Required for `Request` and `Dump`.";
    name "name": String, "name = \"dev-get\"", "Operations: the name in errors; the struct's name in kebab case when left out.";
    reply "reply": Type, "reply = Dev<'_>", "Operations: what the kernel answers; `()` when left out, for an acknowledgement alone.";
    reply_command "reply_command": Expr, "reply_command = 2", "Operations: the command of the replies; that of the request when left out.";
}

keys! { FieldKeys, "a field":
    attr "attr": u16, "3` or `attr = 3", "The attribute's number (`nla_type`), 0 to 16383. Required.";
    name "name": String, "name = \"rx-max\"", "The attribute's name in errors; the field's name in kebab case when left out.";
    be "be": (), "be", "The integer is in network byte order, most significant byte first.";
    le "le": (), "le", "The integer's least significant byte is first.";
    uint "uint": (), "uint", "An unsigned integer of 4 or 8 bytes, as short as its value allows.";
    sint "sint": (), "sint", "A signed integer of 4 or 8 bytes, as short as its value allows.";
    width "type": Width, "type = u8", "The integer on the wire (`u8` to `u64`, `i8` to `i64`, `uint`, `sint`), when it is not that of the field's type.";
    flags "flags": Option<Width>, "flags` or `flags = u32", "The type is a set of the crate `bitflags`, carried by its own integer or by the one given.";
    flag "flag": (), "flag", "No payload, the presence is the value. A `bool` needs no key for it.";
    nest "nest": (), "nest", "The type is a struct of attributes, which derives `Encode` or `Decode` too. `Nest<T>` needs no key for it.";
    structure "struct": (), "struct", "The type is a C struct, as a spec generates them: it implements `nlgen_runtime::Struct`.";
    multi "multi": (), "multi", "A `Vec` with an entry for each time that the attribute occurs.";
    indexed "indexed": (), "indexed", "A `Vec` of the attributes inside the attribute, whose types are indices. With `multi` a `Vec` of such lists.";
    nest_type_value "nest_type_value": Levels, "nest_type_value = 2", "A `Vec` of `([u16; 2], T)`: structs of attributes under so many levels of attributes, whose types are the numbers of the array.";
    secret "secret": (), "secret", "The value is not shown.";
}

keys! { EnumKeys, "an enum":
    runtime "runtime": Path, "runtime = ::path", "Where the crate `nlgen-runtime` is, when not at `::nlgen_runtime`.";
}

keys! { VariantKeys, "a variant":
    name "name": String, "name = \"on-fire\"", "The value's name in output; the variant's name in kebab case when left out.";
    other "other": (), "other", "The variant keeps the integers that no other variant has, as in `Unknown(u32)`.";
}

/// Walks the keys of all `#[nl(...)]` of an item. After a problem inside one, the next is read.
fn each_key(
    attrs: &[Attribute],
    errors: &mut Errors,
    mut read: impl FnMut(&str, Span, ParseStream<'_>) -> Result<()>,
) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("nl")) {
        let parsed = attr.parse_args_with(|input: ParseStream<'_>| {
            while !input.is_empty() {
                // A number alone is that of the attribute.
                let (key, span) = match input.peek(LitInt) {
                    true => ("attr".to_owned(), input.span()),
                    false => {
                        let key = input.call(Ident::parse_any)?;
                        (key.unraw().to_string(), key.span())
                    }
                };
                read(&key, span, input)?;
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        });
        errors.keep(parsed);
    }
}

fn set<T: Argument>(
    slot: &mut Option<At<T>>,
    key: &Key,
    span: Span,
    input: ParseStream<'_>,
) -> Result<()> {
    let value = T::read(key, span, input)?;
    if slot.is_some() {
        return Err(Error::new(span, format!("`{}` is there twice", key.name)));
    }
    *slot = Some(At { value, span });
    Ok(())
}

/// A key that this place does not have: it belongs to another, or is misspelt.
fn unknown_key(key: &str, span: Span, place: &Place) -> Error {
    let has = |place: &&Place| place.keys.iter().any(|known| known.name == key);
    let message = match PLACES.iter().find(has) {
        Some(other) if key == "attr" => {
            format!("a number stands on {}, not on {}", other.name, place.name)
        }
        Some(other) => format!("`{key}` stands on {}, not on {}", other.name, place.name),
        None => {
            let names: Vec<&str> = place.keys.iter().map(|known| known.name).collect();
            match closest(key, &names) {
                Some(name) => format!("there is no `{key}`; did you mean `{name}`?"),
                None => {
                    let names = names.join("`, `");
                    format!("there is no `{key}`; {} has: `{names}`", place.name)
                }
            }
        }
    };
    Error::new(span, message)
}

/// Passes the `=` between a key and its value.
fn equals(key: &Key, span: Span, input: ParseStream<'_>) -> Result<()> {
    match input.parse::<Option<Token![=]>>()? {
        Some(_) => Ok(()),
        None => Err(Error::new(
            span,
            format!("`{}` needs a value: `{}`", key.name, key.long_form()),
        )),
    }
}

impl Argument for () {
    fn read(key: &Key, _: Span, input: ParseStream<'_>) -> Result<Self> {
        if input.is_empty() || input.peek(Token![,]) {
            return Ok(());
        }
        Err(input.error(format!("`{}` takes no value", key.name)))
    }
}

/// An attribute's number; 14 bits.
impl Argument for u16 {
    fn read(key: &Key, span: Span, input: ParseStream<'_>) -> Result<Self> {
        if !input.peek(LitInt) {
            equals(key, span, input)?;
        }
        number(&input.parse()?)
    }
}

fn number(literal: &LitInt) -> Result<u16> {
    let number = literal.base10_parse::<u16>().ok();
    number
        .filter(|number| *number <= MAX_NUMBER)
        .ok_or_else(|| {
            let message = format!("attributes are numbered from 0 to {MAX_NUMBER}");
            Error::new(literal.span(), message)
        })
}

/// The greatest number of an attribute: two of the 16 bits are flags (`NLA_TYPE_MASK`).
const MAX_NUMBER: u16 = (1 << 14) - 1;

/// Numbers of attributes.
#[derive(Debug, Default)]
pub(super) struct Numbers(pub(super) Vec<(u16, Span)>);

impl Argument for Numbers {
    fn read(key: &Key, span: Span, input: ParseStream<'_>) -> Result<Self> {
        if !input.peek(syn::token::Paren) {
            let message = format!("`{}` needs numbers: `{}`", key.name, key.form);
            return Err(Error::new(span, message));
        }
        let content;
        syn::parenthesized!(content in input);
        let literals = content.parse_terminated(<LitInt as Parse>::parse, Token![,])?;
        let numbers = literals.iter();
        let numbers = numbers.map(|literal| Ok((number(literal)?, literal.span())));
        numbers.collect::<Result<_>>().map(Self)
    }
}

impl Argument for String {
    fn read(key: &Key, span: Span, input: ParseStream<'_>) -> Result<Self> {
        equals(key, span, input)?;
        Ok(input.parse::<LitStr>()?.value())
    }
}

macro_rules! parsed {
    ($($syntax:ty),*) => {$(
        impl Argument for $syntax {
            fn read(key: &Key, span: Span, input: ParseStream<'_>) -> Result<Self> {
                equals(key, span, input)?;
                input.parse()
            }
        }
    )*};
}

parsed!(Path, Expr, Type);

/// A family: by name, or the path of its constant.
#[derive(Debug)]
pub(super) enum Family {
    Name(LitStr),
    Path(Path),
}

impl Argument for Family {
    fn read(key: &Key, span: Span, input: ParseStream<'_>) -> Result<Self> {
        equals(key, span, input)?;
        match input.peek(LitStr) {
            true => input.parse().map(Self::Name),
            false => input.parse().map(Self::Path),
        }
    }
}

/// An integer on the wire.
#[derive(Debug)]
pub(super) enum Width {
    Fixed(Ident),
    Uint,
    Sint,
}

/// The names of [`Width::Fixed`].
pub(super) const INTEGERS: &[&str] = &["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64"];

impl Argument for Width {
    fn read(key: &Key, span: Span, input: ParseStream<'_>) -> Result<Self> {
        equals(key, span, input)?;
        let ident: Ident = input.parse()?;
        match &*ident.to_string() {
            "uint" => Ok(Self::Uint),
            "sint" => Ok(Self::Sint),
            name if INTEGERS.contains(&name) => Ok(Self::Fixed(ident)),
            _ => {
                let names = INTEGERS.join("`, `");
                let message = format!("not an integer of netlink: `{names}`, `uint` or `sint`");
                Err(Error::new(ident.span(), message))
            }
        }
    }
}

impl Argument for Option<Width> {
    fn read(key: &Key, span: Span, input: ParseStream<'_>) -> Result<Self> {
        match input.peek(Token![=]) {
            true => Width::read(key, span, input).map(Some),
            false => Ok(None),
        }
    }
}

/// How many levels of nests carry numbers.
#[derive(Debug)]
pub(super) struct Levels(pub(super) LitInt);

impl Argument for Levels {
    fn read(key: &Key, span: Span, input: ParseStream<'_>) -> Result<Self> {
        equals(key, span, input)?;
        let literal: LitInt = input.parse()?;
        match literal.base10_parse::<u8>() {
            Ok(1..) => Ok(Self(literal)),
            _ => Err(Error::new(literal.span(), "there are 1 to 255 levels")),
        }
    }
}
