//! Shows attributes by their static description: what `Debug` of message structs prints.

use std::fmt::{self, Debug, Formatter};
use std::net::{IpAddr, SocketAddr};

use super::format::{format_by_header, selected_format};
use crate::describe::{Attribute, Format, Int, Kind, Names, Set};
use crate::wire::{
    AnyAddr, Attr, Attrs, Bitfield32, Cuts, DecodeAs, Encode, Encoder, Labels, MacAddr, Natural,
    Scalar, Str, WireInt, one_deeper,
};

/// What stands for a secret value.
pub(crate) const SECRET: &str = "<secret>";

/// Writes the members of a struct, as `name { member: value, … }`.
///
/// # Errors
/// Those of the formatter.
pub fn show_struct<T: crate::wire::Struct>(
    name: &str,
    value: &T,
    f: &mut Formatter<'_>,
) -> fmt::Result {
    let mut bytes = Vec::new();
    value.write(&mut Encoder::new(&mut bytes));
    show_members(f.debug_struct(name), T::LAYOUT, &bytes, false)
}

/// Writes the members of a struct that ends in an array, as [`show_struct`] does.
///
/// # Errors
/// Those of the formatter.
pub fn show_struct_with_tail<'a, T: crate::wire::StructWithTail<'a>>(
    name: &str,
    value: &T,
    f: &mut Formatter<'_>,
) -> fmt::Result {
    let mut bytes = Vec::new();
    value.write(&mut Encoder::new(&mut bytes));
    show_members(f.debug_struct(name), T::LAYOUT, &bytes, false)
}

/// The name of an enum's value.
pub fn name_of<T: Scalar>(value: T, names: &'static Names) -> Option<&'static str> {
    let wide = value.to_repr().to_wide();
    let found = names.iter().find(|(known, _)| *known == wide)?;
    Some(found.1)
}

/// Writes the name of an enum's value, or its integer; after `prefix::` when there is one.
///
/// # Errors
/// Those of the formatter.
pub fn show_name<T: Scalar>(
    prefix: &str,
    value: T,
    names: &Names,
    f: &mut Formatter<'_>,
) -> fmt::Result
where
    T::Repr: fmt::Display,
{
    let repr = value.to_repr();
    let wide = repr.to_wide();
    match names.iter().find(|(known, _)| *known == wide) {
        Some((_, name)) if prefix.is_empty() => f.pad(name),
        Some((_, name)) => write!(f, "{prefix}({name})"),
        None if prefix.is_empty() => fmt::Display::fmt(&repr, f),
        None => write!(f, "{prefix}({repr})"),
    }
}

/// Writes the attributes that `message` would send, as `name { attribute: value, … }`.
///
/// # Errors
/// Those of the formatter.
pub fn show<T: Encode>(name: &str, message: &T, f: &mut Formatter<'_>) -> fmt::Result {
    let mut bytes = Vec::new();
    let mut out = Encoder::new(&mut bytes);
    message.encode(&mut out);
    // What cannot be sent is shown as far as it was written.
    let failure = out.finish().err().map(|error| error.of(T::SET));
    let mut shown = f.debug_struct(name);
    let mut attributes = &*bytes;
    let mut behind = None;
    if let Some(layout) = T::HEADER {
        let (header, rest) = bytes.split_at(bytes.len().min(crate::wire::align(layout.len())));
        shown.field(layout.name(), &Members(layout, header, false));
        attributes = rest;
        behind = Some((layout, header));
    }
    show_fields(&mut shown, T::SET, attributes, behind);
    if let Some(failure) = failure {
        shown.field("cannot be sent", &format_args!("{failure}"));
    }
    shown.finish()
}

/// Whether two messages send the same bytes.
#[must_use]
pub fn same<T: Encode>(left: &T, right: &T) -> bool {
    match (left.to_bytes(), right.to_bytes()) {
        (Ok(left), Ok(right)) => left == right,
        _ => false,
    }
}

/// Attributes as a level of a set.
struct Level<'a>(&'static Set, &'a [u8]);

impl Debug for Level<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        one_deeper(f, |f| {
            let mut shown = f.debug_struct(self.0.name());
            show_fields(&mut shown, self.0, self.1, None);
            shown.finish()
        })
    }
}

/// The attributes of a level, which may be behind a struct.
fn show_fields(
    shown: &mut fmt::DebugStruct<'_, '_>,
    set: &'static Set,
    bytes: &[u8],
    behind: Option<(&'static crate::describe::Layout, &[u8])>,
) {
    for attr in Attrs::new(bytes) {
        match attr {
            Ok(attr) => match set.attribute(attr.kind()) {
                Some(known) => match known.kind() {
                    Kind::SubMessage(selector, formats) if !known.is_secret() => {
                        let format = selected_format(formats, set, selector, bytes);
                        show_selected(shown, known, formats, format, attr.payload())
                    }
                    Kind::ByHeader((selector, formats)) if !known.is_secret() => {
                        let format = format_by_header(formats, selector, behind);
                        show_selected(shown, known, formats, format, attr.payload())
                    }
                    _ => shown.field(known.name(), &Value::of(known, &attr)),
                },
                None => shown.field(&format!("#{}", attr.kind()), &Bytes(attr.payload())),
            },
            Err(error) => shown.field("malformed", &format_args!("{error}")),
        };
    }
}

fn show_selected<'s, 'a, 'b>(
    shown: &'s mut fmt::DebugStruct<'a, 'b>,
    known: &Attribute,
    formats: &'static [Format],
    format: Option<&'static Format>,
    payload: &[u8],
) -> &'s mut fmt::DebugStruct<'a, 'b> {
    match format {
        None if Format::any_secret(formats) => shown.field(known.name(), &format_args!("{SECRET}")),
        format => shown.field(known.name(), &Selected(format, payload)),
    }
}

/// A sub-message in its format.
struct Selected<'a>(Option<&'static Format>, &'a [u8]);

impl Debug for Selected<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Some(format) = self.0 else {
            return Bytes(self.1).fmt(f);
        };
        if let Some((kind, _)) = format.holds() {
            let attr = &Attr::of_payload(self.1);
            let secret = false;
            return Value { kind, attr, secret }.fmt(f);
        }
        let Some(layout) = format.header() else {
            return match format.set() {
                Some(set) => Level(set, self.1).fmt(f),
                None => Bytes(self.1).fmt(f),
            };
        };
        let Some(set) = format.set() else {
            return Members(layout, self.1, false).fmt(f);
        };
        Headed(layout, set, self.1).fmt(f)
    }
}

/// A struct and the attributes of a set behind it.
struct Headed<'a>(&'static crate::describe::Layout, &'static Set, &'a [u8]);

impl Debug for Headed<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(layout, set, bytes) = *self;
        let (header, rest) = bytes.split_at(bytes.len().min(crate::wire::align(layout.len())));
        one_deeper(f, |f| {
            let mut shown = f.debug_struct(set.name());
            shown.field(layout.name(), &Members(layout, header, false));
            show_fields(&mut shown, set, rest, Some((layout, header)));
            shown.finish()
        })
    }
}

fn show_rows(
    layout: &'static crate::describe::Layout,
    length: u16,
    set: &'static Set,
    bytes: &[u8],
    f: &mut Formatter<'_>,
) -> fmt::Result {
    let mut list = f.debug_list();
    for row in Cuts::new(bytes, layout.len(), length) {
        match row {
            Ok(row) => list.entry(&Headed(layout, set, row)),
            Err(error) => list.entry(&format_args!("<{error}>")),
        };
    }
    list.finish()
}

/// One attribute's payload as its kind says.
struct Value<'a> {
    kind: Kind,
    attr: &'a Attr<'a>,
    secret: bool,
}

impl<'a> Value<'a> {
    fn of(known: &Attribute, attr: &'a Attr<'a>) -> Self {
        Self {
            kind: known.kind(),
            attr,
            secret: known.is_secret(),
        }
    }

    fn inner(&self, kind: Kind, attr: &'a Attr<'a>) -> Value<'a> {
        Value {
            kind,
            attr,
            ..*self
        }
    }
}

impl Debug for Value<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.secret {
            return f.write_str(SECRET);
        }
        let payload = self.attr.payload();
        match self.kind {
            Kind::Flag => f.write_str("true"),
            Kind::String => Str::from_payload(payload).fmt(f),
            Kind::Int(int) => show_int(int, payload, f),
            Kind::Enum(int, names) => show_enum(int, names, payload, f),
            Kind::Flags(int, names) => match int.read(payload) {
                Some(bits) => show_flags(bits, names, f),
                None => Bytes(payload).fmt(f),
            },
            Kind::Ip => show_as::<IpAddr>(self.attr, f),
            Kind::Mac => show_as::<MacAddr>(self.attr, f),
            Kind::Socket => show_as::<SocketAddr>(self.attr, f),
            Kind::Items(len, item) => self.show_items(len, *item, f),
            Kind::Bitfield32(names) => match <Natural as DecodeAs<Bitfield32>>::read(self.attr) {
                Ok(field) => show_bitfield(field, names, f),
                Err(_) => Bytes(payload).fmt(f),
            },
            Kind::Nest(set) => Level(set(), payload).fmt(f),
            Kind::Array(kind) => self.show_array(*kind, f),
            Kind::Keyed(levels, set) => self.show_keyed(levels, set, f),
            Kind::Scalars(int) => show_scalars(int, payload, f),
            Kind::Struct(layout) => Members(layout, payload, self.secret).fmt(f),
            Kind::Rows(layout, length, set) => show_rows(layout, length, set(), payload, f),
            Kind::AnyAddr => AnyAddr::from(payload).fmt(f),
            Kind::Labels => show_as::<Labels<'_>>(self.attr, f),
            Kind::Binary
            | Kind::Pad
            | Kind::SubMessage(..)
            | Kind::ByHeader(_)
            | Kind::Unselected => Bytes(payload).fmt(f),
        }
    }
}

impl Value<'_> {
    fn show_array(&self, kind: Kind, f: &mut Formatter<'_>) -> fmt::Result {
        one_deeper(f, |f| {
            let mut map = f.debug_map();
            for entry in self.attr.nested() {
                match entry {
                    Ok(entry) => map.entry(&entry.kind(), &self.inner(kind, &entry)),
                    Err(error) => map.entry(&"malformed", &format_args!("{error}")),
                };
            }
            map.finish()
        })
    }

    fn show_items(&self, len: usize, item: Kind, f: &mut Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        for bytes in self.attr.payload().chunks(len.max(1)) {
            list.entry(&self.inner(item, &Attr::of_payload(bytes)));
        }
        list.finish()
    }

    fn show_keyed(
        &self,
        levels: u8,
        set: fn() -> &'static Set,
        f: &mut Formatter<'_>,
    ) -> fmt::Result {
        let inner = match levels {
            0 | 1 => Kind::Nest(set),
            levels => Kind::Keyed(levels - 1, set),
        };
        self.show_array(inner, f)
    }
}

fn show_as<'a, T: Debug>(attr: &Attr<'a>, f: &mut Formatter<'_>) -> fmt::Result
where
    Natural: DecodeAs<'a, T>,
{
    match Natural::read(attr) {
        Ok(value) => value.fmt(f),
        Err(_) => Bytes(attr.payload()).fmt(f),
    }
}

fn show_int(int: Int, payload: &[u8], f: &mut Formatter<'_>) -> fmt::Result {
    match int.read(payload) {
        Some(value) if int.signed => Debug::fmt(&(value as i64), f),
        Some(value) => Debug::fmt(&value, f),
        None => Bytes(payload).fmt(f),
    }
}

/// The members of a struct.
struct Members<'a>(&'static crate::describe::Layout, &'a [u8], bool);

impl Debug for Members<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        show_members(f.debug_struct(self.0.name()), self.0, self.1, self.2)
    }
}

fn show_members(
    mut shown: fmt::DebugStruct<'_, '_>,
    layout: &'static crate::describe::Layout,
    bytes: &[u8],
    secret: bool,
) -> fmt::Result {
    for member in layout.members() {
        let attr = Attr::of_payload(layout.bytes_of(member, bytes));
        let value = Value {
            kind: member.kind(),
            attr: &attr,
            secret,
        };
        shown.field(member.name(), &value);
    }
    shown.finish()
}

fn show_scalars(int: Int, payload: &[u8], f: &mut Formatter<'_>) -> fmt::Result {
    let mut list = f.debug_list();
    for item in payload.chunks(usize::from(int.size.max(1))) {
        match int.read(item) {
            Some(value) if int.signed => list.entry(&(value as i64)),
            Some(value) => list.entry(&value),
            None => list.entry(&Bytes(item)),
        };
    }
    list.finish()
}

fn show_enum(int: Int, names: &Names, payload: &[u8], f: &mut Formatter<'_>) -> fmt::Result {
    let name = int
        .read(payload)
        .and_then(|value| names.iter().find(|(known, _)| *known == value));
    match name {
        Some((_, name)) => f.write_str(name),
        None => show_int(int, payload, f),
    }
}

fn show_flags(bits: u64, names: &Names, f: &mut Formatter<'_>) -> fmt::Result {
    let mut rest = bits;
    let mut separator = "";
    for (mask, name) in names {
        if *mask != 0 && bits & mask == *mask {
            write!(f, "{separator}{name}")?;
            separator = " | ";
            rest &= !mask;
        }
    }
    match (rest, separator) {
        (0, "") => f.write_str("0"),
        (0, _) => Ok(()),
        (rest, separator) => write!(f, "{separator}{rest:#x}"),
    }
}

fn show_bitfield(field: Bitfield32, names: &Names, f: &mut Formatter<'_>) -> fmt::Result {
    show_flags(field.value.into(), names, f)?;
    f.write_str(" of ")?;
    show_flags(field.selector.into(), names, f)
}

/// Bytes in hexadecimal, the way a dump has them; long ones are cut.
struct Bytes<'a>(&'a [u8]);

impl Debug for Bytes<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 32;
        f.write_str("[")?;
        for (at, byte) in self.0.iter().take(SHOWN).enumerate() {
            write!(f, "{}{byte:02x}", if at == 0 { "" } else { " " })?;
        }
        match self.0.len() {
            len if len > SHOWN => write!(f, " … {len} bytes]"),
            _ => f.write_str("]"),
        }
    }
}
