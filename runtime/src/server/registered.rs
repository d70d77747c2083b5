//! Families that are registered, and what nlctrl says of them.

use super::refused::Refused;
use crate::family::{Family, Group};
use crate::nlctrl;
use crate::wire::{Decode, Encode, Errno, List, Str};

/// The command that asks for families (`CTRL_CMD_GETFAMILY`).
const GETFAMILY: u16 = 3;

/// The command of the replies (`CTRL_CMD_NEWFAMILY`).
pub(crate) const NEWFAMILY: u16 = 1;

/// A family that is registered.
#[derive(Clone, Debug)]
pub(crate) struct Registered {
    pub(crate) family: &'static Family,
    pub(crate) id: u16,
    pub(crate) groups: Vec<(Group, u32)>,
}

/// What nlctrl answers: a family by name or id, or all.
///
/// # Errors
/// `None` for another request than that for families.
pub(crate) fn answer<'a>(
    families: impl Iterator<Item = &'a Registered>,
    command: u16,
    dump: bool,
    body: &[u8],
) -> Result<Vec<Vec<u8>>, Option<Refused>> {
    if command != GETFAMILY {
        return Err(None);
    }
    let request = nlctrl::Getfamily::decode(body).map_err(|error| Some(Refused::from(error)))?;
    let wanted = |known: &&Registered| {
        let name = request
            .family_name
            .is_none_or(|name| name == known.family.name());
        name && request.family_id.is_none_or(|id| id == known.id)
    };
    let found: Vec<&Registered> = families
        .filter(|known| known.family.is_generic())
        .filter(wanted)
        .collect();
    if found.is_empty() && !dump {
        return Err(Some(Refused::new(Errno::ENOENT)));
    }
    let replies = found.into_iter().map(|known| {
        let groups = known.told_groups();
        known.told(&groups).to_bytes()
    });
    let replies: Result<_, _> = replies.collect();
    replies.map_err(|error| Some(Refused::from(error)))
}

impl Registered {
    /// The groups as nlctrl tells them.
    pub(crate) fn told_groups(&self) -> Vec<nlctrl::McastGroupAttrs<'_>> {
        let told = |(group, id): &(Group, u32)| nlctrl::McastGroupAttrs {
            id: Some(*id),
            name: Some(Str::from(group.name())),
        };
        self.groups.iter().map(told).collect()
    }

    /// The family as nlctrl tells it, with its groups.
    pub(crate) fn told<'a>(
        &self,
        groups: &'a [nlctrl::McastGroupAttrs<'a>],
    ) -> nlctrl::GetfamilyReply<'a> {
        nlctrl::GetfamilyReply {
            family_name: Some(Str::from(self.family.name())),
            family_id: Some(self.id),
            version: Some(self.family.version().into()),
            mcast_groups: List::from(groups),
            ..Default::default()
        }
    }
}
