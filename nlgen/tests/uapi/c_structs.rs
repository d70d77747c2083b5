//! The structs of a spec in C: how long they are, and where each member is.

use nlgen::model::{Content, Family, Struct};

use super::c_names::{Constant, Expected};
use super::c_program::Declared;

/// Structs and members that are not named, or not written, as in C.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Renamed {
    /// The struct in the spec, and in C.
    pub(crate) structs: &'static [(&'static str, &'static str)],
    /// The struct and the member in the spec, and the member in C.
    pub(crate) members: &'static [(&'static str, &'static str, &'static str)],
    /// Structs with a member at their end that has no length in C, and one element in the spec.
    pub(crate) flexible: &'static [(&'static str, &'static str)],
}

/// What the model says of the structs that the headers declare. The names of the others, and of members that
/// they lack, go to `skipped`.
pub(crate) fn layouts(
    family: &Family,
    renamed: Renamed,
    declared: &Declared,
    skipped: &mut Vec<String>,
) -> Vec<Constant> {
    let mut facts = Vec::new();
    for structure in &family.structs {
        let own = renamed
            .structs
            .iter()
            .find(|(name, _)| *name == structure.name);
        let name = own.map_or_else(|| lower(&structure.name), |(_, own)| (*own).to_owned());
        let Some(members) = declared.structs.get(&name) else {
            skipped.push(format!("struct {}", structure.name));
            continue;
        };
        let flexible = renamed
            .flexible
            .iter()
            .find(|(of, _)| *of == structure.name);
        let flexible = flexible.map(|(_, member)| *member);
        let end = places(structure, renamed).find(|(member, ..)| Some(member.as_str()) == flexible);
        let size = structure.len - end.map_or(0, |(_, len, _)| len);
        fact(&mut facts, format!("sizeof(struct {name})"), size);
        for (member, len, offset) in places(structure, renamed) {
            // A member of a member has a dot.
            if !members.contains(member.split('.').next().unwrap()) {
                skipped.push(format!("{}.{member}", structure.name));
                continue;
            }
            let place = format!("offsetof(struct {name}, {member})");
            fact(&mut facts, place, offset);
            // An array of any length has no size.
            if Some(member.as_str()) == flexible || len == 0 {
                continue;
            }
            let size = format!("sizeof(((struct {name} *)0)->{member})");
            fact(&mut facts, size, len);
        }
    }
    facts
}

fn fact(facts: &mut Vec<Constant>, name: String, value: usize) {
    let expected = Expected::Number(i128::try_from(value).unwrap());
    facts.push(Constant { name, expected });
}

/// Each member's name in C, its length and its offset.
fn places(
    structure: &Struct,
    renamed: Renamed,
) -> impl Iterator<Item = (String, usize, usize)> + '_ {
    let data = structure
        .members
        .iter()
        .filter(|member| !matches!(member.content, Content::Pad));
    data.map(move |member| {
        let own = renamed
            .members
            .iter()
            .find(|(of, name, _)| *of == structure.name && *name == member.name);
        let name = own.map_or_else(|| lower(&member.name), |(_, _, own)| (*own).to_owned());
        (name, member.len, member.offset)
    })
}

/// The name in C of a struct or a member that has this name in a spec.
fn lower(name: &str) -> String {
    name.replace('-', "_")
}
