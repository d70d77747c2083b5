//! The keys of `#[nl(...)]`, declared once: where each stands, what it takes and what it means. The
//! parser, its messages and the documentation all come from the tables here.

use proc_macro2::Span;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Attribute, Error, Expr, Ident, LitInt, Path, Result, Token, Type};

use super::arguments::{Align, Argument, Family, Lacks, Levels, Numbers, Width};
use super::errors::Errors;
use crate::nearest::closest;

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
    pub(super) fn long_form(&self) -> &'static str {
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
    LayoutKeys::PLACE,
    MemberKeys::PLACE,
    FormatsKeys::PLACE,
    FormatKeys::PLACE,
    EventsKeys::PLACE,
    EventKeys::PLACE,
];

/// A value and where its key stands.
#[derive(Clone)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) span: Span,
}

macro_rules! keys {
    ($name:ident, $place:literal:
        $($word:ident $text:literal: $argument:ty, $form:literal, $meaning:literal;)*) => {
        #[derive(Default)]
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
    protocol "protocol": Expr, "protocol = 12", "Operations: the number of a netlink protocol of its own, when it is no family of generic netlink; `command` is the message's type then.";
    command "command": Expr, "command = 1", "Operations: the command of the request (`genlmsghdr.cmd`). Required for `Request` and `Dump`.";
    name "name": String, "name = \"dev-get\"", "Operations: the name in errors; the struct's name in kebab case when left out.";
    reply "reply": Type, "reply = Dev<'_>", "Operations: what the kernel answers; `()` when left out, for an acknowledgement alone.";
    reply_command "reply_command": Expr, "reply_command = 2", "Operations: the command of the replies; that of the request when left out.";
    replies_lack "replies_lack": Lacks, "replies_lack(port_id, sequence)", "Operations: what the replies have 0 for, in which others have the request's: the port id, the sequence number, or both.";
    returns "returns": u16, "returns = 10", "Operations: the number of the attribute, an `u32` of the reply, whose value the kernel returns as a positive number in place of an error number.";
    admin_perm "admin_perm": (), "admin_perm", "Operations: it needs `CAP_NET_ADMIN` in the initial user namespace. An error says so when the kernel refuses for lack of it.";
    uns_admin_perm "uns_admin_perm": (), "uns_admin_perm", "Operations: it needs `CAP_NET_ADMIN` in the user namespace that owns the network namespace. An error says so.";
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
    nest "nest": (), "nest", "The type is a struct of attributes, which derives `Encode` or `Decode` too. `Nest<T>` needs no key for it. Bytes (`Vec<u8>`, `&[u8]`) are attributes that are not read.";
    structure "struct": (), "struct", "The type is a C struct: it derives `Struct`, or a spec generates it.";
    array "array": (), "array", "A `Vec` or an array of integers, one behind the other in one payload. `Scalars` needs no key for it.";
    rows "rows": (), "rows", "A `Vec` of structs with attributes behind each, which say their length: the struct of a row derives `Encode` too and has the key `length` on its header. `Rows` needs no key for it.";
    selector "selector": Ident, "selector = kind", "The type is a sub-message, which derives `SubMessage`; the field of this name tells its format. One whose selector stands further out is an `Unselected<T>`, or the bytes of a `nest`.";
    header "header": (), "header", "No attribute but the fixed header before them, a C struct.";
    length "length": String, "length = \"rtnh-len\"", "With `header`: the struct is a row, whose length is the member of this name of the header, a `u16`. It is filled in.";
    multi "multi": (), "multi", "A `Vec` with an entry for each time that the attribute occurs.";
    indexed "indexed": (), "indexed", "A `Vec` of the attributes inside the attribute, whose types are indices; a `Vec` of `(u16, T)` has these too. With `multi` a `Vec` of such lists.";
    nest_type_value "nest_type_value": Levels, "nest_type_value = 2", "A `Vec` of `([u16; 2], T)`: structs of attributes under so many levels of attributes, whose types are the numbers of the array.";
    secret "secret": (), "secret", "The value is not shown by what knows the attributes: errors, and [`Show`](macro@Show) in place of std's `Debug`.";
}

keys! { EnumKeys, "an enum":
    runtime "runtime": Path, "runtime = ::path", "Where the crate `nlgen-runtime` is, when not at `::nlgen_runtime`.";
}

keys! { VariantKeys, "a variant":
    name "name": String, "name = \"on-fire\"", "The value's name in output; the variant's name in kebab case when left out.";
    other "other": (), "other", "The variant keeps the integers that no other variant has, as in `Unknown(u32)`.";
}

keys! { LayoutKeys, "a C struct":
    runtime "runtime": Path, "runtime = ::path", "Where the crate `nlgen-runtime` is, when not at `::nlgen_runtime`.";
    name "name": String, "name = \"ifinfomsg\"", "The struct's name in output; its name in kebab case when left out.";
    pad "pad": usize, "pad = 3", "So many bytes of padding at the end, before those that C adds.";
}

keys! { MemberKeys, "a member":
    name "name": String, "name = \"ifi-index\"", "The member's name in output; the field's name in kebab case when left out.";
    be "be": (), "be", "The integer is in network byte order, most significant byte first.";
    le "le": (), "le", "The integer's least significant byte is first.";
    width "type": Width, "type = u8", "The integer on the wire (`u8` to `u64`, `i8` to `i64`), when it is not that of the field's type.";
    flags "flags": Option<Width>, "flags` or `flags = u32", "The type is a set of the crate `bitflags`, carried by its own integer or by the one given.";
    structure "struct": (), "struct", "The type is a C struct: it derives `Struct`, or a spec generates it.";
    array "array": (), "array", "The type is an array `[T; N]`; the other keys say what an item is. `[u8; N]` without it is bytes.";
    count "count": Ident, "count = nkeys", "The array that ends the struct, an `Items` or a `Vec`: it has as many items as the member of this name says, which is written as their number. The other keys say what an item is.";
    rest "rest": (), "rest", "The array that ends the struct, an `Items` or a `Vec`, up to the end of the payload. The other keys say what an item is.";
    pad "pad": usize, "pad = 3", "So many bytes of padding before the member, and those that C adds.";
    align "align": Align, "align = 4", "The member begins at a multiple of so many bytes, when not of its own size.";
}

keys! { FormatsKeys, "a sub-message":
    runtime "runtime": Path, "runtime = ::path", "Where the crate `nlgen-runtime` is, when not at `::nlgen_runtime`.";
}

keys! { FormatKeys, "a format":
    name "name": String, "name = \"fq_codel\"", "The selector's value for the format; the variant's name in kebab case when left out.";
    nest "nest": (), "nest", "The payload is attributes, with or without a fixed header: the variant holds a struct that derives `Encode` and `Decode`. `Nest<T>` needs no key for it.";
    structure "struct": (), "struct", "The payload is a C struct.";
    other "other": (), "other", "The variant keeps the bytes of all other formats, as in `Unknown(&'a [u8])` or `Unknown(Vec<u8>)`.";
}

keys! { EventsKeys, "a set of events":
    runtime "runtime": Path, "runtime = ::path", "Where the crate `nlgen-runtime` is, when not at `::nlgen_runtime`.";
    family "family": Family, "family = \"netdev\"", "The family, by the name that the kernel registers, or the path of a `static` of the type `Family`. Required.";
    version "version": Expr, "version = 1", "The version of the family's interface; 1 when left out.";
    protocol "protocol": Expr, "protocol = 12", "The number of a netlink protocol of its own, when it is no family of generic netlink; commands are types of messages then.";
}

keys! { EventKeys, "an event":
    command "command": Expr, "command = 2", "The event's command (`genlmsghdr.cmd`). Required.";
    other "other": (), "other", "The variant keeps all other commands, as in `Unknown(u16, Vec<u8>)`: its fields take the command (`u16`) and the attributes (`Attrs`, `&[u8]`, `Vec<u8>`), both or one.";
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
