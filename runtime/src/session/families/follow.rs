//! Following families through reloads of their modules: with each the kernel gives it another id, gives its
//! groups' numbers to others, and takes the groups from the sockets that had joined them.
//!
//! nlctrl tells of families that come and go in a group of its own, so what a subscription must know arrives
//! in its own queue, in order with the events. Where something was lost it may have been that; then nlctrl is
//! asked, and its answer read as if it had been told.
//!
//! The answers go through the queue of the events. So one question is asked at a time, and only into a queue that is
//! empty: one message always has room there.

use crate::family::{Family, Group, Request};
use crate::link::{Forked, Socket};
use crate::nlctrl;
use crate::session::direction::Direction;
use crate::session::error::Error;
use crate::session::exchange::{Exchange, Expected};
use crate::session::families::ids::{Families, NLCTRL, Resolved};
use crate::session::trace;
use crate::wire::{CommandHeader, Decode, Message, MessageHeader, flags, write_message};

/// The number of nlctrl's group `notify`. Of nlctrl alone, families and groups have fixed numbers.
const NOTIFY: u32 = NLCTRL as u32;

/// The command that tells of a family (`CTRL_CMD_NEWFAMILY`).
const NEWFAMILY: u8 = 1;

/// Families of one protocol, and the groups of them that a socket has joined.
#[derive(Debug)]
pub(crate) struct Following {
    families: Vec<Followed>,
    /// How many families are still to be asked after, from the first.
    unasked: usize,
    /// The sequence number of the question that has not been answered.
    asked: Option<u32>,
}

/// A family and the groups of it that a socket has joined.
#[derive(Debug)]
pub(crate) struct Followed {
    family: &'static Family,
    /// The family's id; 0 for one with a protocol of its own.
    id: u16,
    groups: Vec<(Group, u32)>,
}

impl Following {
    /// Joins the groups, whose numbers are known, and what tells of the families' reloads.
    pub(crate) fn join(socket: &Socket, families: Vec<Followed>) -> Result<Self, Error> {
        // First of all, so that no reload is missed.
        // What another process serves has the same id as long as the process has the port id.
        let moves = families.iter().any(|followed| followed.family.can_move());
        if moves && socket.peer().is_none() {
            join(socket, nlctrl::group::NOTIFY, NOTIFY)?;
        }
        for (group, number) in families.iter().flat_map(|followed| &followed.groups) {
            join(socket, *group, *number)?;
        }
        Ok(Self {
            families,
            unasked: 0,
            asked: None,
        })
    }

    pub(crate) fn families(&self) -> impl Iterator<Item = &'static Family> {
        self.families.iter().map(|followed| followed.family)
    }

    /// The family that told a message, which came by the group `number`, and that group; `None` when it is
    /// none of these.
    pub(crate) fn source(
        &self,
        header: MessageHeader,
        number: u32,
    ) -> Option<(&'static Family, Option<Group>)> {
        let joined = self.families.iter().find_map(|followed| {
            let mut groups = followed.groups.iter();
            let (group, _) = groups.find(|(_, joined)| *joined == number)?;
            Some((followed, *group))
        });
        let group = joined.map(|(_, group)| group);
        let told = self
            .families
            .iter()
            .find(|followed| followed.id == header.kind);
        let family = match self.families.first()?.family {
            first if first.is_generic() => told?.family,
            // Netlink's own types, unless they came by a group: all events of the process connector have the
            // type of the end of a dump.
            _ if header.kind < crate::wire::control::MIN && group.is_none() => return None,
            // Of those that share a protocol the group tells which it is.
            first => joined.map_or(first, |(followed, _)| followed.family),
        };
        Some((family, group))
    }

    /// Whether a message tells of families.
    pub(crate) fn is_about_families(&self, header: MessageHeader) -> bool {
        header.kind == NLCTRL && self.families().any(Family::can_move)
    }

    /// Reads a message about families. The family that is a new one, if it is one of these: then its groups
    /// have been joined again.
    pub(crate) fn read(
        &mut self,
        socket: &Socket,
        message: Message<'_>,
    ) -> Result<Option<&'static Family>, Error> {
        let (header, attributes) = message.command()?;
        if header.command != NEWFAMILY {
            return Ok(None);
        }
        let told = nlctrl::GetfamilyReply::decode(attributes)?;
        let Some(name) = told.family_name else {
            return Ok(None);
        };
        let (mut named, mut others) = (None, Vec::new());
        for followed in &mut self.families {
            match name == followed.family.name() {
                true => named = Some(followed),
                false => others.extend(followed.groups.iter().map(|(_, number)| *number)),
            }
        }
        match named {
            Some(followed) => followed.read(socket, &told, &others),
            None => Ok(None),
        }
    }

    /// Something was lost, which may have been about any of the families.
    pub(crate) fn doubt(&mut self) {
        self.unasked = self.families.len();
    }

    /// Whether a question has not been answered.
    pub(crate) fn is_asking(&self) -> bool {
        self.asked.is_some()
    }

    /// The answer to the last question is lost.
    pub(crate) fn forget_question(&mut self) {
        self.asked = None;
    }

    /// Whether a message ends the last question. Its answer is for [`read`](Self::read); an error says that there is
    /// no such family now, and its return will be told.
    pub(crate) fn is_answered_by(&mut self, header: MessageHeader, port_id: u32) -> bool {
        let answered = self.asked == Some(header.seq) && header.port_id == port_id;
        if answered {
            self.asked = None;
        }
        answered
    }

    /// Asks the next question, if there is one and the last has been answered; whether it did.
    pub(crate) fn ask(&mut self, socket: &Socket, exchange: &mut Exchange) -> Result<bool, Error> {
        if self.asked.is_some() {
            return Ok(false);
        }
        while let Some(at) = self.unasked.checked_sub(1) {
            self.unasked = at;
            let followed = self.families.get(at).map(|followed| followed.family);
            if let Some(family) = followed.filter(|family| family.can_move()) {
                self.asked = Some(ask_after(family, socket, exchange)?);
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Followed {
    /// A family by its id, and the numbers of groups that are to be joined.
    pub(crate) fn new(family: &'static Family, id: u16, groups: Vec<(Group, u32)>) -> Self {
        Self { family, id, groups }
    }

    /// Reads what is told of the family; `others` are the numbers of groups of other families.
    fn read(
        &mut self,
        socket: &Socket,
        told: &nlctrl::GetfamilyReply<'_>,
        others: &[u32],
    ) -> Result<Option<&'static Family>, Error> {
        let mut families = Families::default();
        let id = families.insert(self.family, Resolved::of(told)?);
        if id == self.id {
            return Ok(None);
        }
        self.id = id;
        for (group, number) in &mut self.groups {
            if !others.contains(number) {
                // A family that is not followed may have it by now. To leave a group that is gone fails.
                let _ = socket.leave(*number);
            }
            *number = families.group(*group).ok_or(Error::GroupNotFound {
                family: group.family().name(),
                group: group.name(),
            })?;
        }
        for (group, number) in &self.groups {
            join(socket, *group, *number)?;
        }
        Ok(Some(self.family))
    }
}

/// Asks nlctrl after a family; the question's sequence number.
fn ask_after(
    family: &'static Family,
    socket: &Socket,
    exchange: &mut Exchange,
) -> Result<u32, Error> {
    let request = nlctrl::Getfamily::default().family_name(family.name());
    let operation = nlctrl::Getfamily::OP;
    let header = MessageHeader {
        len: 0,
        kind: NLCTRL,
        flags: flags::REQUEST,
        seq: exchange.begin(Expected::of(operation, NLCTRL)).seq,
        port_id: exchange.port_id(),
    };
    let command = CommandHeader {
        command: u8::try_from(operation.request()).unwrap_or_default(),
        version: nlctrl::FAMILY.version(),
    };
    let mut bytes = Vec::new();
    write_message(&mut bytes, header, Some(command), &request)
        .map_err(|error| Error::Encode { operation, error })?;
    socket
        .send(&bytes)
        .map_err(Error::io("asking after a family"))?;
    exchange.stats.sent += 1;
    trace::datagram(Direction::Sent, &bytes);
    Ok(header.seq)
}

fn join(socket: &Socket, group: Group, number: u32) -> Result<(), Error> {
    socket
        .join(number)
        .map_err(|source| match Forked::is(&source) {
            true => Error::Forked {
                doing: "joining a multicast group",
            },
            false => Error::NotJoined {
                family: group.family().name(),
                group: group.name(),
                source,
            },
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::control;

    static CONNECTOR: Family = Family::raw("connector", 11);

    /// All that the process connector sends has the type of the end of a dump: it was dropped.
    #[test]
    fn what_comes_by_a_group_is_an_event_whatever_its_type() {
        let group = Group::numbered(&CONNECTOR, "proc", 1);
        let following = Following {
            families: vec![Followed::new(&CONNECTOR, 0, vec![(group, 1)])],
            unasked: 0,
            asked: None,
        };
        let source = |kind, number| {
            let header = MessageHeader {
                kind,
                ..MessageHeader::default()
            };
            let source = following.source(header, number);
            source.map(|(_, group)| group)
        };
        assert_eq!(source(control::DONE, 1), Some(Some(group)));
        assert_eq!(source(control::DONE, 0), None);
        assert_eq!(source(control::ERROR, 2), None);
        assert_eq!(source(control::MIN, 0), Some(None));
    }
}
