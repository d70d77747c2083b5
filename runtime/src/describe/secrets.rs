//! Which descriptions have attributes whose values are never shown.

use super::set::{Format, Kind, Set};

impl Format {
    /// Whether a payload in one of `formats` may hold a secret. Where it is not known which one it is in, its bytes
    /// are not shown then.
    pub(crate) fn any_secret(formats: &[Self]) -> bool {
        formats_hold_secret(formats, &mut Vec::new())
    }
}

/// Whether a secret may be in one of `formats`, but for the sets in `seen`: a set can contain itself.
fn formats_hold_secret(formats: &[Format], seen: &mut Vec<*const Set>) -> bool {
    let mut sets = formats.iter().filter_map(Format::set);
    sets.any(|set| set_holds_secret(set, seen))
}

fn set_holds_secret(set: &'static Set, seen: &mut Vec<*const Set>) -> bool {
    let address: *const Set = set;
    if seen.contains(&address) {
        return false;
    }
    seen.push(address);
    let mut attributes = set.attributes().iter();
    attributes.any(|attr| attr.is_secret() || kind_holds_secret(attr.kind(), seen))
}

fn kind_holds_secret(kind: Kind, seen: &mut Vec<*const Set>) -> bool {
    match kind {
        Kind::Nest(set) | Kind::Keyed(_, set) | Kind::Rows(_, _, set) => {
            set_holds_secret(set(), seen)
        }
        Kind::Array(kind) => kind_holds_secret(*kind, seen),
        Kind::SubMessage(_, formats) => formats_hold_secret(formats, seen),
        Kind::ByHeader(selected) => formats_hold_secret(selected.1, seen),
        _ => false,
    }
}
