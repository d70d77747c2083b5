//! The ids of families and groups, asked for when they are needed.

use super::Connection;
use crate::resolve::Resolved;
use crate::{Errno, Error, Family, Group, nlctrl};

impl Connection {
    /// The id of a family in the running kernel, asked for once (`CTRL_ATTR_FAMILY_ID`).
    ///
    /// # Errors
    /// [`Error::FamilyNotFound`], or why the kernel could not be asked.
    pub fn family_id(&mut self, family: &'static Family) -> Result<u16, Error> {
        if i32::from(family.protocol()) != self.socket.protocol() {
            return Err(Error::WrongProtocol {
                family: family.name(),
            });
        }
        match self.families.get(family) {
            Some(id) => Ok(id),
            None => self.resolve(family),
        }
    }

    /// The id of a multicast group of the running kernel, asked for once per family.
    ///
    /// # Errors
    /// [`Error::FamilyNotFound`] or [`Error::GroupNotFound`], or why the kernel could not be asked.
    pub fn group_id(&mut self, group: Group) -> Result<u32, Error> {
        if let Some(id) = group.number().or_else(|| self.families.group(group)) {
            return Ok(id);
        }
        if group.family().is_generic() {
            self.resolve(group.family())?;
        }
        self.families.group(group).ok_or(Error::GroupNotFound {
            family: group.family().name(),
            group: group.name(),
        })
    }

    /// Asks the kernel for a family's id and groups.
    pub(super) fn resolve(&mut self, family: &'static Family) -> Result<u16, Error> {
        let request = nlctrl::Getfamily::default().family_name(family.name());
        let found = match self.call(&request) {
            Ok(reply) => Resolved::of(&reply)?,
            Err(error) if error.errno() == Some(Errno::ENOENT) => {
                return Err(Error::FamilyNotFound {
                    family: family.name(),
                });
            }
            Err(error) => return Err(error),
        };
        Ok(self.families.insert(family, found))
    }
}
