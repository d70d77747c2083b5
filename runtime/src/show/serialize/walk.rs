//! From bytes to JSON, by the static description: the conventions of `docs/json.md`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::json::{Json, Object};
use crate::describe::{Attribute, Format, Int, Kind, Layout, Member, Names, Set, Shown};
use crate::show::debug::SECRET;
use crate::show::format::{format_by_header, selected_format};
use crate::wire::{
    AnyAddr, Attr, Attrs, Bitfield32, Cuts, DecodeAs, DecodeError, Decoded, Labels, MAX_DEPTH,
    NESTED, Natural, Reason, Str, align, socket_address,
};

/// A message: the members of its fixed header, and its attributes.
pub(super) fn message(
    set: &'static Set,
    header: Option<&'static Layout>,
    bytes: &[u8],
) -> Decoded<Object> {
    behind(header, Some(set), bytes, 0)
}

/// The members of a struct and the attributes behind it in one object.
fn behind(
    header: Option<&'static Layout>,
    set: Option<&'static Set>,
    bytes: &[u8],
    depth: u8,
) -> Decoded<Object> {
    let attributes = match header {
        Some(layout) => bytes.get(align(layout.len())..).unwrap_or_default(),
        None => bytes,
    };
    let read = match set {
        Some(set) => level(set, attributes, header.map(|layout| (layout, bytes)), depth)?,
        None => Object::default(),
    };
    Ok(match header {
        Some(layout) => read.behind(layout.name(), members(layout, bytes)),
        None => read,
    })
}

/// A row without its length, which follows from the rest.
fn row(
    layout: &'static Layout,
    length: u16,
    set: &'static Set,
    bytes: &[u8],
    depth: u8,
) -> Decoded<Object> {
    let attributes = bytes.get(align(layout.len())..).unwrap_or_default();
    let mut known = layout.members().iter();
    let length = known.find(|member| member.offset() == usize::from(length));
    let length = length.map(Member::name);
    let members = members(layout, bytes).into_iter();
    let members = members.filter(|(name, _)| Some(&**name) != length);
    Ok(level(set, attributes, Some((layout, bytes)), depth)?
        .behind(layout.name(), Object::of(members)))
}

/// The attributes of a level, which may be behind a struct.
fn level(
    set: &'static Set,
    bytes: &[u8],
    struct_before: Option<(&'static Layout, &[u8])>,
    depth: u8,
) -> Decoded<Object> {
    if depth > MAX_DEPTH {
        return Err(DecodeError::new(Reason::TooDeep));
    }
    let mut read = Object::default();
    // A format is looked for once: its selector may be anywhere in the level.
    let mut selections: Vec<(u16, Option<&'static Format>)> = Vec::new();
    for attr in Attrs::new(bytes) {
        let attr = attr.map_err(|error| error.of(set))?;
        let Some(known) = set.attribute(attr.kind()) else {
            read.add(unknown_name(&attr), unknown(&attr, depth));
            continue;
        };
        let value = match known.kind() {
            Kind::Pad => continue,
            _ if known.is_secret() => Json::text(SECRET),
            Kind::SubMessage(selector, formats) => {
                let mut known = selections.iter();
                let format = match known.find(|(number, _)| *number == attr.kind()) {
                    Some((_, format)) => *format,
                    None => {
                        let format = selected_format(formats, set, selector, bytes);
                        selections.push((attr.kind(), format));
                        format
                    }
                };
                selected(formats, format, attr.payload(), depth)
                    .map_err(|error| error.within(set, attr.kind()))?
            }
            Kind::ByHeader((selector, formats)) => {
                let format = format_by_header(formats, selector, struct_before);
                selected(formats, format, attr.payload(), depth)
                    .map_err(|error| error.within(set, attr.kind()))?
            }
            kind => value(known, kind, attr.payload(), depth)
                .map_err(|error| error.within(set, attr.kind()))?,
        };
        match known.is_multi() {
            true => read.push(known.name(), value),
            false => read.set(known.name(), value),
        }
    }
    Ok(read)
}

/// A sub-message in its format; in hexadecimal when it has none.
fn selected(
    formats: &'static [Format],
    format: Option<&'static Format>,
    payload: &[u8],
    depth: u8,
) -> Decoded<Json> {
    match format {
        None if Format::any_secret(formats) => Ok(Json::text(SECRET)),
        Some(format) if format.holds().is_some() => match format.holds() {
            Some((kind, shown)) => leaf(kind, shown, payload),
            None => Ok(Json::hex(payload, "")),
        },
        Some(format) if format.header().is_some() || format.set().is_some() => {
            let read = behind(format.header(), format.set(), payload, depth + 1)?;
            Ok(Json::Object(read))
        }
        Some(_) if payload.is_empty() => Ok(Json::Object(Object::default())),
        _ => Ok(Json::hex(payload, "")),
    }
}

/// A payload as its kind says.
fn value(known: &Attribute, kind: Kind, payload: &[u8], depth: u8) -> Decoded<Json> {
    match kind {
        Kind::Nest(set) => Ok(Json::Object(level(set(), payload, None, depth + 1)?)),
        Kind::Array(inner) => array(known, *inner, payload, depth + 1),
        Kind::Keyed(levels, set) => keyed(known, levels, set(), payload, depth + 1),
        Kind::Rows(layout, length, set) => {
            let rows = Cuts::new(payload, layout.len(), length);
            let mut items = Vec::new();
            for (place, row) in rows.enumerate() {
                let place = u16::try_from(place).unwrap_or(u16::MAX);
                let read = row.and_then(|row| self::row(layout, length, set(), row, depth + 1));
                items.push(Json::Object(
                    read.map_err(|error| error.within_entry(place))?,
                ));
            }
            Ok(Json::List(items))
        }
        kind => leaf(kind, known.hint(), payload),
    }
}

/// The entries of an indexed array. Those that are nests are in an object under their index.
fn array(known: &Attribute, inner: Kind, payload: &[u8], depth: u8) -> Decoded<Json> {
    if depth > MAX_DEPTH {
        return Err(DecodeError::new(Reason::TooDeep));
    }
    let mut items = Vec::new();
    for entry in Attrs::new(payload) {
        let entry = entry?;
        let value = value(known, inner, entry.payload(), depth)
            .map_err(|error| error.within_entry(entry.kind()))?;
        items.push(match inner {
            Kind::Nest(_) => Json::Object(Object::of([(entry.kind().to_string().into(), value)])),
            _ => value,
        });
    }
    Ok(Json::List(items))
}

/// Levels of numbers around attributes: an object for each way through them, alone if it is the only one.
fn keyed(
    known: &Attribute,
    levels: u8,
    set: &'static Set,
    payload: &[u8],
    depth: u8,
) -> Decoded<Json> {
    let mut ways = Vec::new();
    follow(
        known,
        levels.into(),
        set,
        payload,
        depth,
        &Object::default(),
        &mut ways,
    )?;
    Ok(match ways.len() {
        1 => ways.remove(0),
        _ => Json::List(ways),
    })
}

fn follow(
    known: &Attribute,
    left: usize,
    set: &'static Set,
    payload: &[u8],
    depth: u8,
    numbers: &Object,
    ways: &mut Vec<Json>,
) -> Decoded<()> {
    if left == 0 {
        let mut object = numbers.clone();
        for (name, value) in level(set, payload, None, depth)? {
            object.set(name, value);
        }
        ways.push(Json::Object(object));
        return Ok(());
    }
    for entry in Attrs::new(payload) {
        let entry = entry?;
        let at = numbers.len();
        let mut numbers = numbers.clone();
        let number = Json::Unsigned(entry.kind().into());
        match known.key_names().get(at) {
            Some(name) => numbers.set(*name, number),
            None => numbers.set(format!("key-{}", at + 1), number),
        }
        follow(
            known,
            left - 1,
            set,
            entry.payload(),
            depth + 1,
            &numbers,
            ways,
        )
        .map_err(|error| error.within_entry(entry.kind()))?;
    }
    Ok(())
}

/// A payload that holds no attributes.
fn leaf(kind: Kind, shown: Shown, payload: &[u8]) -> Decoded<Json> {
    let int_of = |int: Int| {
        int.read(payload)
            .ok_or_else(|| wrong_length(int, payload.len()))
    };
    Ok(match kind {
        Kind::Flag => Json::Bool(true),
        Kind::String => string(Str::from_payload(payload).as_bytes()),
        Kind::Int(int) => match (int_of(int)?, shown) {
            (value, Shown::Hex) => hex_number(int, value),
            (value, _) => number(int, value),
        },
        Kind::Enum(int, names) => {
            let value = int_of(int)?;
            match names.iter().find(|(known, _)| *known == value) {
                Some((_, name)) => Json::text(*name),
                None => number(int, value),
            }
        }
        Kind::Flags(int, names) => {
            let unused = 64_u32.saturating_sub(8 * payload.len() as u32);
            flags(int_of(int)? << unused >> unused, names)
        }
        Kind::Ip => Json::text(address(payload)?.to_string()),
        Kind::Mac => Json::hex(payload, ":"),
        Kind::Bitfield32(names) => match payload.try_into() {
            Ok(bytes) => Json::Object(bitfield(Bitfield32::from_bytes(bytes), names)),
            Err(_) => return Err(DecodeError::length(8, payload.len())),
        },
        Kind::Scalars(int) => {
            let items = payload.chunks(usize::from(int.size.max(1)));
            let read = items.map(|item| {
                let value = int
                    .read(item)
                    .ok_or_else(|| wrong_length(int, item.len()))?;
                Ok(number(int, value))
            });
            Json::List(read.collect::<Decoded<_>>()?)
        }
        Kind::AnyAddr => Json::text(AnyAddr::from(payload).to_string()),
        Kind::Labels => labels(payload)?,
        Kind::Socket => Json::text(socket_address(payload)?.to_string()),
        Kind::Items(len, item) => {
            let items = payload.chunks(len.max(1));
            let read = items.map(|bytes| leaf(*item, shown, bytes));
            Json::List(read.collect::<Decoded<_>>()?)
        }
        Kind::Struct(layout) => Json::Object(members(layout, payload)),
        Kind::Binary if shown == Shown::Hex => Json::hex(payload, " "),
        Kind::Binary if shown == Shown::Uuid => uuid(payload),
        _ => Json::hex(payload, ""),
    })
}

/// The members of a struct at the beginning of `bytes`; what is missing is zero.
pub(super) fn members(layout: &'static Layout, bytes: &[u8]) -> Object {
    let read = layout.members().iter().map(|member| {
        let mut own = layout.bytes_of(member, bytes).to_vec();
        if !member.is_tail() {
            own.resize(member.len(), 0);
        }
        let value = leaf(member.kind(), member.hint(), &own);
        let value = value.unwrap_or_else(|_| Json::hex(&own, ""));
        (member.name().into(), value)
    });
    Object::of(read)
}

/// An integer of 64 bits, sign-extended.
pub(super) fn number(int: Int, value: u64) -> Json {
    match int.signed {
        true => Json::Signed(value as i64),
        false => Json::Unsigned(value),
    }
}

fn hex_number(int: Int, value: u64) -> Json {
    match value as i64 {
        negative @ ..0 if int.signed => Json::text(format!("-{:#x}", negative.unsigned_abs())),
        _ => Json::text(format!("{value:#x}")),
    }
}

/// The names of bits, and the mask of those that have none.
fn flags(bits: u64, names: &Names) -> Json {
    let mut rest = bits;
    let mut list = Vec::new();
    for (mask, name) in names {
        if *mask != 0 && bits & mask == *mask {
            list.push(Json::text(*name));
            rest &= !mask;
        }
    }
    if rest != 0 {
        list.push(Json::Unsigned(rest));
    }
    Json::List(list)
}

/// The flags and the mask: by name, or as numbers when they have no names.
pub(super) fn bitfield(field: Bitfield32, names: &Names) -> Object {
    let parts = [("value", field.value), ("selector", field.selector)];
    let read = parts.map(|(part, bits)| {
        let value = match names {
            [] => Json::Unsigned(bits.into()),
            names => flags(bits.into(), names),
        };
        (part.into(), value)
    });
    Object::of(read)
}

/// Text; an object with its bytes if it is not UTF-8.
pub(super) fn string(bytes: &[u8]) -> Json {
    match std::str::from_utf8(bytes) {
        Ok(text) => Json::text(text.to_owned()),
        Err(_) => Json::Object(Object::of([("hex".into(), Json::hex(bytes, ""))])),
    }
}

/// The labels with slashes between them; a list of entries where those have more.
fn labels(payload: &[u8]) -> Decoded<Json> {
    let labels = <Natural as DecodeAs<Labels<'_>>>::read(&Attr::of_payload(payload))?;
    if labels.is_plain() {
        return Ok(Json::text(labels.to_string()));
    }
    let entries = labels.iter().map(|entry| {
        Json::Object(Object::of([
            ("label".into(), Json::Unsigned(entry.label.into())),
            ("tc".into(), Json::Unsigned(entry.traffic_class.into())),
            ("bottom".into(), Json::Bool(entry.bottom)),
            ("ttl".into(), Json::Unsigned(entry.ttl.into())),
        ]))
    });
    Ok(Json::List(entries.collect()))
}

fn address(payload: &[u8]) -> Decoded<IpAddr> {
    if let Ok(v4) = <[u8; 4]>::try_from(payload) {
        return Ok(Ipv4Addr::from(v4).into());
    }
    match <[u8; 16]>::try_from(payload) {
        Ok(v6) => Ok(Ipv6Addr::from(v6).into()),
        Err(_) => Err(DecodeError::new(Reason::IpLength { got: payload.len() })),
    }
}

fn uuid(payload: &[u8]) -> Json {
    match payload {
        [a, b, c, d, e, f, g, h, i, j, node @ ..] if node.len() == 6 => {
            let groups: [&[u8]; 5] = [&[*a, *b, *c, *d], &[*e, *f], &[*g, *h], &[*i, *j], node];
            let digits = groups.map(|group| {
                let digits = group.iter().map(|byte| format!("{byte:02x}"));
                digits.collect::<String>()
            });
            Json::text(digits.join("-"))
        }
        other => Json::hex(other, ""),
    }
}

/// An attribute that the set does not have: attributes, if it says that it is a nest and looks like one.
fn unknown(attr: &Attr<'_>, depth: u8) -> Json {
    let nest = attr.raw_kind() & NESTED != 0 && depth < MAX_DEPTH;
    if !nest || attr.nested().any(|inner| inner.is_err()) {
        return Json::hex(attr.payload(), "");
    }
    let mut values = Object::default();
    for inner in attr.nested().flatten() {
        values.add(unknown_name(&inner), unknown(&inner, depth + 1));
    }
    Json::Object(values)
}

fn unknown_name(attr: &Attr<'_>) -> String {
    format!("UnknownAttr({})", attr.kind())
}

fn wrong_length(int: Int, got: usize) -> DecodeError {
    match int.size {
        0 => DecodeError::new(Reason::AutoLength { got }),
        size => DecodeError::length(size.into(), got),
    }
}
