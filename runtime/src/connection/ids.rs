//! The ids of families and groups, asked for when they are needed.

use super::Connection;
use super::requests::Replies;
use crate::family::{Family, Group, Request};
use crate::link::{Blocking, Readiness, now};
use crate::nlctrl;
use crate::session::{Error, NLCTRL, Resolved, Run, trace};
use crate::wire::Errno;

impl Connection {
    /// The id of a family in the running kernel, asked for once (`CTRL_ATTR_FAMILY_ID`).
    ///
    /// # Errors
    /// [`Error::FamilyNotFound`], or why the kernel could not be asked.
    pub fn family_id(&mut self, family: &'static Family) -> Result<u16, Error> {
        now(self.family_id_on(&mut Blocking, family))
    }

    /// The id of a multicast group of the running kernel, asked for once per family.
    ///
    /// # Errors
    /// [`Error::FamilyNotFound`] or [`Error::GroupNotFound`], or why the kernel could not be asked.
    pub fn group_id(&mut self, group: Group) -> Result<u32, Error> {
        now(self.group_id_on(&mut Blocking, group))
    }

    pub(crate) async fn family_id_on(
        &mut self,
        ready: &mut impl Readiness,
        family: &'static Family,
    ) -> Result<u16, Error> {
        match self.known_id(family)? {
            Some(id) => Ok(id),
            // What is rare goes into a future of its own, which need not be moved with every request.
            None => Box::pin(self.resolve(ready, family)).await,
        }
    }

    /// The id of a family, if it was asked for before.
    ///
    /// # Errors
    /// [`Error::WrongProtocol`] for a family of another protocol.
    #[inline]
    pub(super) fn known_id(&self, family: &'static Family) -> Result<Option<u16>, Error> {
        match i32::from(family.protocol()) == self.socket.protocol() {
            true => Ok(self.families.get(family)),
            false => Err(Error::WrongProtocol {
                family: family.name(),
            }),
        }
    }

    pub(crate) async fn group_id_on(
        &mut self,
        ready: &mut impl Readiness,
        group: Group,
    ) -> Result<u32, Error> {
        if let Some(id) = group.number().or_else(|| self.families.group(group)) {
            return Ok(id);
        }
        if group.family().is_generic() {
            self.resolve(ready, group.family()).await?;
        }
        self.families.group(group).ok_or(Error::GroupNotFound {
            family: group.family().name(),
            group: group.name(),
        })
    }

    /// Asks the kernel for a family's id and groups.
    pub(super) async fn resolve(
        &mut self,
        ready: &mut impl Readiness,
        family: &'static Family,
    ) -> Result<u16, Error> {
        let span = trace::request(nlctrl::Getfamily::OP, 0);
        trace::within(&span, self.ask_for(ready, family)).await
    }

    async fn ask_for(
        &mut self,
        ready: &mut impl Readiness,
        family: &'static Family,
    ) -> Result<u16, Error> {
        let request = nlctrl::Getfamily::default().family_name(family.name());
        ready.proceed().await;
        // The family that is asked has a fixed id.
        let wait = self.write(NLCTRL, nlctrl::Getfamily::OP, &request, 0)?;
        let operation = nlctrl::Getfamily::OP;
        let mut replies = Replies::new(self.settings.answer_cap);
        let objects = |run: Run<'_>| replies.count(run);
        let answer = self.answer_to::<nlctrl::Getfamily<'_>>(ready, operation, wait, objects);
        let found = match answer.await {
            Ok(wait) => Resolved::of(&self.only_reply::<nlctrl::Getfamily<'_>>(wait, &replies)?)?,
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
