//! Where items stand on a page: names for links that are safe in HTML and in URLs, and one for each.

use super::words::Target;
use crate::model::{Family, SetId};

/// The anchor of an item of a kind, by its place in the family's list and its name. A name that is not
/// safe as it is gets its place behind, so that two of them stay apart.
pub(super) fn anchor(kind: &str, place: usize, name: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if !name.is_empty() && name.chars().all(safe) {
        return format!("{kind}-{name}");
    }
    let slug: String = name
        .chars()
        .map(|c| if safe(c) { c } else { '-' })
        .collect();
    format!("{kind}-{slug}--{place}")
}

/// The anchor of what an attribute refers to.
pub(super) fn of(target: Target, family: &Family) -> String {
    let name = target.name(family);
    match target {
        Target::Set(id) => anchor("set", id.0, name),
        Target::Enum(id) => anchor("enum", id.0, name),
        Target::Struct(id) => anchor("struct", id.0, name),
        Target::SubMessage(id) => anchor("sub-message", id.0, name),
    }
}

/// The anchor of an attribute's row in the table of its set.
pub(super) fn attribute(family: &Family, set: SetId, name: &str) -> String {
    let of = family.set(set);
    let place = of.attributes.iter().position(|known| known.name == name);
    let kind = anchor("attr", set.0, &of.name);
    anchor(&kind, place.unwrap_or_default(), name)
}

#[cfg(test)]
mod tests {
    use super::anchor;

    #[test]
    fn names_stay_apart() {
        assert_eq!(anchor("set", 3, "rx-max"), "set-rx-max");
        assert_eq!(anchor("set", 3, "set id"), "set-set-id--3");
        assert_eq!(anchor("set", 4, "set\"id"), "set-set-id--4");
        assert_eq!(anchor("op", 0, ""), "op---0");
    }
}
