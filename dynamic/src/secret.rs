//! Whether bytes may hold a secret although nobody can say where.

use nlgen::model::{Content, Family, Set, SubMessageId};

/// Whether a family has secrets at all; few have.
pub(crate) fn in_family(family: &Family) -> bool {
    let mut attributes = family.sets.iter().flat_map(|set| &set.attributes);
    attributes.any(|attr| attr.secret)
}

/// Whether a level of attributes of a set may hold secrets, however deep.
pub(crate) fn in_set(family: &Family, set: &Set) -> bool {
    within(family, set, &mut Vec::new())
}

/// Whether a payload may hold secrets.
pub(crate) fn in_content(family: &Family, content: &Content) -> bool {
    sets(family, content).iter().any(|set| in_set(family, set))
}

/// Whether a sub-message may hold secrets, in any of its formats.
pub(crate) fn in_formats(family: &Family, id: SubMessageId) -> bool {
    formats(family, id).iter().any(|set| in_set(family, set))
}

fn within<'f>(family: &'f Family, set: &'f Set, seen: &mut Vec<&'f Set>) -> bool {
    if seen.iter().any(|known| std::ptr::eq(*known, set)) {
        return false;
    }
    seen.push(set);
    set.attributes.iter().any(|attr| {
        let inner = sets(family, &attr.content);
        attr.secret || inner.into_iter().any(|set| within(family, set, seen))
    })
}

/// The sets whose attributes a payload may hold.
fn sets<'f>(family: &'f Family, content: &Content) -> Vec<&'f Set> {
    match content {
        Content::Nest(set) | Content::Keyed { set, .. } => vec![family.set(*set)],
        Content::Array(inner) => sets(family, inner),
        Content::SubMessage { id, .. } => formats(family, *id),
        _ => Vec::new(),
    }
}

fn formats(family: &Family, id: SubMessageId) -> Vec<&Set> {
    let formats = family.sub_message(id).formats.iter();
    let sets = formats.filter_map(|format| format.set);
    sets.map(|set| family.set(set)).collect()
}
