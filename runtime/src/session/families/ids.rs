//! Ids of families and groups: the running kernel hands them out by name.

use crate::family::{Family, Group};
use crate::nlctrl;
use crate::session::error::Error;
use crate::wire::{Decode, Str, require};

/// The id of the family that knows all others (`GENL_ID_CTRL`).
pub(crate) const NLCTRL: u16 = 0x10;

/// The attribute with a family's id (`CTRL_ATTR_FAMILY_ID`).
const FAMILY_ID: u16 = 1;

/// What is known of the running kernel's families, each asked for once.
#[derive(Debug, Default)]
pub(crate) struct Families(Vec<(&'static Family, Resolved)>);

/// One family of the running kernel.
#[derive(Debug)]
pub(crate) struct Resolved {
    id: u16,
    groups: Vec<(Box<[u8]>, u32)>,
}

impl Resolved {
    /// Reads what the kernel tells of a family.
    pub(crate) fn of(reply: &nlctrl::GetfamilyReply<'_>) -> Result<Self, Error> {
        let mut groups = Vec::new();
        for group in reply.mcast_groups.iter() {
            let group = group?;
            if let (Some(name), Some(id)) = (group.name, group.id) {
                groups.push((Str::as_bytes(&name).into(), id));
            }
        }
        let set = <nlctrl::GetfamilyReply<'_> as Decode>::SET;
        let id = require(reply.family_id, set, FAMILY_ID)?;
        Ok(Self { id, groups })
    }
}

impl Families {
    /// The id of a family, if it has been asked for.
    #[inline]
    pub(crate) fn get(&self, family: &'static Family) -> Option<u16> {
        match self.find(family) {
            Some(known) => Some(known.id),
            None if !family.is_generic() => Some(0),
            None => (family.name() == nlctrl::FAMILY.name()).then_some(NLCTRL),
        }
    }

    /// The id of a group, if its family has been asked for and has it.
    pub(crate) fn group(&self, group: Group) -> Option<u32> {
        let known = self.find(group.family())?;
        let found = known
            .groups
            .iter()
            .find(|(name, _)| **name == *group.name().as_bytes())?;
        Some(found.1)
    }

    pub(crate) fn insert(&mut self, family: &'static Family, found: Resolved) -> u16 {
        let id = found.id;
        self.0.retain(|(known, _)| known.name() != family.name());
        self.0.push((family, found));
        id
    }

    /// The same family may be described in more than one place, so its name counts.
    #[inline]
    fn find(&self, family: &'static Family) -> Option<&Resolved> {
        let same =
            |known: &'static Family| std::ptr::eq(known, family) || known.name() == family.name();
        let found = self.0.iter().find(|(known, _)| same(known))?;
        Some(&found.1)
    }
}
