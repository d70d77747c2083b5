//! A family whose module is loaded again.

use super::state::{FakeKernel, State};
use crate::family::Family;
use crate::nlctrl;
use crate::server::Registered as Known;
use crate::wire::EncodeError;

/// `CTRL_CMD_NEWFAMILY` and `CTRL_CMD_DELFAMILY`.
const NEWFAMILY: u16 = 1;
const DELFAMILY: u16 = 2;

impl FakeKernel {
    /// Takes a family away and registers it again, as the kernel does when its module is loaded again: with
    /// another id and other numbers of its groups, which no socket has joined any more. nlctrl's group
    /// `notify` is told.
    ///
    /// # Errors
    /// When the names of the family and its groups do not fit a message.
    pub fn reload(&self, family: &'static Family) -> Result<(), EncodeError> {
        let (gone, back) = self.state().reload(family);
        for (command, known) in [(DELFAMILY, gone), (NEWFAMILY, back)] {
            let groups = known.told_groups();
            self.tell(nlctrl::group::NOTIFY, command, &known.told(&groups))?;
        }
        Ok(())
    }

    /// The same, but nlctrl's word of it is lost, as to a socket whose queue is full.
    #[cfg(test)]
    pub(super) fn reload_untold(&self, family: &'static Family) {
        self.state().reload(family);
    }
}

impl State {
    /// The family as it was and as it is now.
    fn reload(&mut self, family: &'static Family) -> (Known, Known) {
        let gone = self.known(family).clone();
        for plug in self.plugs() {
            for (_, number) in &gone.groups {
                plug.leave(*number);
            }
        }
        let (id, first) = (self.free_id(), self.free_number());
        let known = self.known(family);
        known.id = id;
        for ((_, number), free) in known.groups.iter_mut().zip(first..) {
            *number = free;
        }
        (gone, known.clone())
    }
}
