//! Families whose names are in headers that every module includes.

use crate::model::Family;
use crate::model::kernel::{Commands, DefinitionKeys, EnumName, GroupKeys, SetKeys};

/// The headers of netlink itself.
const ALWAYS_INCLUDED: [&str; 2] = ["linux/genetlink.h", "linux/netlink.h"];

/// Whether the family's names are declared already.
pub(super) fn is_in_the_way(family: &Family) -> bool {
    let header = family.c.uapi_header.as_deref();
    header.is_some_and(|header| ALWAYS_INCLUDED.contains(&header))
}

/// The family with the names that its own name gives, in a header of its own.
pub(super) fn renamed(family: &Family) -> Family {
    let mut family = family.clone();
    let c = &mut family.c;
    c.uapi_header = None;
    c.family_name = None;
    c.version_name = None;
    c.command_max = None;
    c.command_count = None;
    c.commands = Commands {
        prefix: None,
        enum_name: EnumName::Absent,
        async_prefix: None,
        async_enum: EnumName::Absent,
        ..std::mem::take(&mut c.commands)
    };
    let consts = family.consts.iter_mut().map(|item| &mut item.c);
    let enums = family.enums.iter_mut().map(|item| &mut item.c);
    let structs = family.structs.iter_mut().map(|item| &mut item.c);
    for keys in consts.chain(enums).chain(structs) {
        *keys = DefinitionKeys {
            scope: keys.scope,
            render_max: keys.render_max,
            ..DefinitionKeys::default()
        };
    }
    for set in &mut family.sets {
        set.c = SetKeys::default();
        for attribute in &mut set.attributes {
            attribute.c.prefix = None;
        }
    }
    for group in &mut family.groups {
        group.c = GroupKeys {
            admin: group.c.admin,
            ..GroupKeys::default()
        };
    }
    family
}
