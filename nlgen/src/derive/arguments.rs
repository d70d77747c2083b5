//! What stands behind the keys of `#[nl(...)]`.

use proc_macro2::Span;
use syn::parse::{Parse, ParseStream};
use syn::{Error, Expr, Ident, LitInt, LitStr, Path, Result, Token, Type};

use super::keys::Key;

/// What stands behind a key.
pub(super) trait Argument: Sized {
    fn read(key: &Key, span: Span, input: ParseStream<'_>) -> Result<Self>;
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

/// A number of bytes.
impl Argument for usize {
    fn read(key: &Key, span: Span, input: ParseStream<'_>) -> Result<Self> {
        equals(key, span, input)?;
        let literal: LitInt = input.parse()?;
        match literal.base10_parse::<u16>() {
            Ok(bytes) => Ok(bytes.into()),
            Err(_) => Err(Error::new(literal.span(), "0 to 65535 bytes")),
        }
    }
}

/// A power of two.
pub(super) struct Align(pub(super) usize);

impl Argument for Align {
    fn read(key: &Key, span: Span, input: ParseStream<'_>) -> Result<Self> {
        equals(key, span, input)?;
        let literal: LitInt = input.parse()?;
        match literal.base10_parse::<usize>() {
            Ok(align @ (1 | 2 | 4 | 8)) => Ok(Self(align)),
            _ => Err(Error::new(
                literal.span(),
                "members are aligned to 1, 2, 4 or 8 bytes",
            )),
        }
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
#[derive(Default)]
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

parsed!(Path, Expr, Type, Ident);

/// A family: by name, or the path of its constant.
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
#[derive(Clone)]
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

/// What replies lack.
#[derive(Debug, Default)]
pub(super) struct Lacks {
    pub(super) port_id: bool,
    pub(super) sequence: bool,
}

impl Argument for Lacks {
    fn read(key: &Key, span: Span, input: ParseStream<'_>) -> Result<Self> {
        if !input.peek(syn::token::Paren) {
            let message = format!("`{}` needs what is lacking: `{}`", key.name, key.form);
            return Err(Error::new(span, message));
        }
        let content;
        syn::parenthesized!(content in input);
        let mut lacks = Self::default();
        for word in content.parse_terminated(<Ident as Parse>::parse, Token![,])? {
            match &*word.to_string() {
                "port_id" => lacks.port_id = true,
                "sequence" => lacks.sequence = true,
                _ => {
                    let message = "replies can lack `port_id` and `sequence`";
                    return Err(Error::new(word.span(), message));
                }
            }
        }
        Ok(lacks)
    }
}

/// How many levels of nests carry numbers.
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
