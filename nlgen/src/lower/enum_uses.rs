//! How enums are used: as values, as bits, and in which integers.

use crate::model::name::{Scope, camel_with, upper};
use crate::model::{Content, Enum, EnumId, EnumUse, Family, Meaning, Repr};

/// Decides how each enum is used, by the attributes and members that it stands on, and what its types are
/// called in Rust.
pub(super) fn decide(family: &mut Family, types: &mut Scope) {
    let members = family.structs.iter().flat_map(|item| &item.members);
    let formats = family.sub_messages.iter().flat_map(|item| &item.formats);
    let uses: Vec<(EnumId, bool, Repr)> = family
        .sets
        .iter()
        .flat_map(|set| &set.attributes)
        .map(|attr| &attr.content)
        .chain(members.map(|member| &member.content))
        .chain(formats.filter_map(|format| format.content.as_ref()))
        .filter_map(enum_use)
        .collect();
    let mut tables = Scope::default();
    for (at, item) in family.enums.iter_mut().enumerate() {
        for (id, flags, repr) in uses.iter().filter(|(id, ..)| id.0 == at) {
            debug_assert_eq!(id.0, at);
            let slot = if *flags {
                &mut item.flags
            } else {
                &mut item.values
            };
            let joined = slot.as_ref().filter(|known| known.repr.bytes != 0);
            let repr = joined.map_or(*repr, |known| known.repr.join(*repr));
            *slot = Some(unnamed(repr));
        }
        let both = item.values.is_some() && item.flags.is_some();
        let smallest = [smallest_repr(item, false), smallest_repr(item, true)];
        for (slot, (suffix, smallest)) in [&mut item.values, &mut item.flags]
            .into_iter()
            .zip([("Values", smallest[0]), ("Flags", smallest[1])])
        {
            let Some(known) = slot else { continue };
            if known.repr.bytes == 0 {
                known.repr = smallest;
            }
            let word = if both && suffix == "Flags" {
                suffix
            } else {
                ""
            };
            let ident = camel_with(&item.name, word);
            known.ident = types.take(ident, suffix);
            let table = upper(&item.name);
            known.table = tables.take(table, "_FLAGS");
        }
    }
}

/// A use whose name is not decided yet.
pub(super) fn unnamed(repr: Repr) -> EnumUse {
    EnumUse {
        ident: String::new(),
        table: String::new(),
        repr,
    }
}

/// The integer for an enum that no attribute uses: 32 bits if that is enough.
fn smallest_repr(item: &Enum, flags: bool) -> Repr {
    let values = || item.entries.iter().map(|entry| entry.value);
    let unsigned = |bytes| Repr {
        bytes,
        signed: false,
    };
    if flags {
        return unsigned(if values().all(|bit| bit < 32) { 4 } else { 8 });
    }
    let (_, greatest) = unsigned(4).range();
    Repr {
        bytes: if values().all(|value| value.abs() <= greatest / 2)
            || values().all(|value| (0..=greatest).contains(&value))
        {
            4
        } else {
            8
        },
        signed: values().any(|value| value < 0),
    }
}

/// The enum of an attribute, whether its values are bits, and the integer that carries it.
fn enum_use(content: &Content) -> Option<(EnumId, bool, Repr)> {
    match content {
        Content::Int(int, Meaning::Enum(id)) => Some((*id, false, int.repr())),
        Content::Int(int, Meaning::Flags(id)) => Some((*id, true, int.repr())),
        Content::Bitfield32(Some(id)) => Some((
            *id,
            true,
            Repr {
                bytes: 4,
                signed: false,
            },
        )),
        Content::Array(inner) | Content::Items { item: inner, .. } => enum_use(inner),
        _ => None,
    }
}
