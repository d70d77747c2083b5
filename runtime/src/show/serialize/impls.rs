//! `serde::Serialize` for messages, values and what holds them.

use serde::ser::{Error as _, SerializeMap};
use serde::{Serialize, Serializer};

use super::{json::Json, walk};
use crate::describe::Names;
use crate::show::debug::{SECRET, name_of};
use crate::wire::{
    Attrs, Bitfield32, Encode, Encoder, MacAddr, Scalar, Str, Struct, StructWithTail, WireInt,
};

/// Serializes what `message` would send, by the description of its set.
///
/// # Errors
/// Those of the serializer; a message that cannot be sent; bytes in a nest that are malformed.
pub fn serialize_message<T: Encode, S: Serializer>(message: &T, out: S) -> Result<S::Ok, S::Error> {
    let bytes = message.to_bytes().map_err(S::Error::custom)?;
    let read = walk::message(T::SET, T::HEADER, &bytes).map_err(S::Error::custom)?;
    read.serialize(out)
}

/// Serializes the members of a C struct, by its layout.
///
/// # Errors
/// Those of the serializer.
pub fn serialize_struct<T: Struct, S: Serializer>(value: &T, out: S) -> Result<S::Ok, S::Error> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes);
    value.write(&mut encoder);
    encoder.finish().map_err(S::Error::custom)?;
    walk::members(T::LAYOUT, &bytes).serialize(out)
}

/// Serializes the members of a C struct that ends in an array, by its layout.
///
/// # Errors
/// Those of the serializer; more items than the struct can count.
pub fn serialize_struct_with_tail<'a, T: StructWithTail<'a>, S: Serializer>(
    value: &T,
    out: S,
) -> Result<S::Ok, S::Error> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes);
    value.write(&mut encoder);
    encoder.finish().map_err(S::Error::custom)?;
    walk::members(T::LAYOUT, &bytes).serialize(out)
}

/// Serializes a value as its name, or as its integer when it has none.
///
/// # Errors
/// Those of the serializer.
pub fn serialize_value<T: Scalar, S: Serializer>(
    value: T,
    names: &'static Names,
    out: S,
) -> Result<S::Ok, S::Error> {
    match name_of(value, names) {
        Some(name) => out.serialize_str(name),
        None => {
            let wide = value.to_repr().to_wide();
            walk::number(<T::Repr as WireInt>::INT, wide).serialize(out)
        }
    }
}

/// Serializes an event: its `name`, and its message as `msg`; `null` when it carries none.
///
/// # Errors
/// Those of the serializer and of the message.
pub fn serialize_event<T: Serialize + ?Sized, S: Serializer>(
    name: &str,
    message: Option<&T>,
    out: S,
) -> Result<S::Ok, S::Error> {
    let mut map = out.serialize_map(Some(2))?;
    map.serialize_entry("name", name)?;
    map.serialize_entry("msg", &message)?;
    map.end()
}

/// Serializes an event that the specification does not have: its command in place of the name, and its
/// attributes in hexadecimal.
///
/// # Errors
/// Those of the serializer.
pub fn serialize_unknown_event<S: Serializer>(
    command: u16,
    attributes: &Attrs<'_>,
    out: S,
) -> Result<S::Ok, S::Error> {
    let attributes = Json::hex(attributes.as_bytes(), "");
    serialize_event(&format!("command {command}"), Some(&attributes), out)
}

/// Serializes an event that the specification does not have, of a family with secret attributes: its command in
/// place of the name, and none of its bytes, since a secret may be among them.
///
/// # Errors
/// Those of the serializer.
pub fn serialize_secret_event<S: Serializer>(
    command: u16,
    _attributes: &Attrs<'_>,
    out: S,
) -> Result<S::Ok, S::Error> {
    serialize_event(&format!("command {command}"), Some(SECRET), out)
}

/// The text, or an object with its bytes when it is not UTF-8.
impl Serialize for Str<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        walk::string(self.as_bytes()).serialize(out)
    }
}

/// Two digits for each byte, with `:` in between.
impl Serialize for MacAddr {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

/// The flags and the mask as numbers.
impl Serialize for Bitfield32 {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        walk::bitfield(*self, &[]).serialize(out)
    }
}
