//! Following a family through reloads of its module: with each the kernel gives it another id, gives its
//! groups' numbers to others, and takes the groups from the sockets that had joined them.
//!
//! nlctrl tells of families that come and go in a group of its own, so what a subscription must know arrives
//! in its own queue, in order with the events. Where something was lost it may have been that; then nlctrl is
//! asked, and its answer read as if it had been told.

use crate::exchange::Exchange;
use crate::resolve::{Families, NLCTRL, Resolved};
use crate::socket::Socket;
use crate::{
    CommandHeader, Decode, Direction, Error, Family, Group, Message, MessageHeader, Request, flags,
    message, nlctrl, trace,
};

/// The number of nlctrl's group `notify`. Of nlctrl alone, families and groups have fixed numbers.
const NOTIFY: u32 = NLCTRL as u32;

/// The command that tells of a family (`CTRL_CMD_NEWFAMILY`).
const NEWFAMILY: u8 = 1;

/// A family and the groups of it that a socket has joined.
#[derive(Debug)]
pub(crate) struct Followed {
    family: &'static Family,
    /// The family's id; 0 for one with a protocol of its own.
    id: u16,
    groups: Vec<(Group, u32)>,
}

impl Followed {
    /// Joins groups, whose numbers are known, and what tells of the family's reloads.
    pub(crate) fn join(
        socket: &Socket,
        family: &'static Family,
        id: u16,
        groups: Vec<(Group, u32)>,
    ) -> Result<Self, Error> {
        let followed = Self { family, id, groups };
        // First of all, so that no reload is missed.
        if followed.family.can_move() {
            join(socket, NOTIFY)?;
        }
        for (_, number) in &followed.groups {
            join(socket, *number)?;
        }
        Ok(followed)
    }

    pub(crate) fn family(&self) -> &'static Family {
        self.family
    }

    /// Whether a message is the family's.
    pub(crate) fn is_from(&self, header: MessageHeader) -> bool {
        match self.family.is_generic() {
            true => header.kind == self.id,
            false => header.kind >= crate::control::MIN,
        }
    }

    /// Whether a message tells of families.
    pub(crate) fn is_about_families(&self, header: MessageHeader) -> bool {
        self.family.can_move() && header.kind == NLCTRL
    }

    /// Reads a message about families. `true` when the family is a new one: then its groups have been
    /// joined again.
    pub(crate) fn read(&mut self, socket: &Socket, message: Message<'_>) -> Result<bool, Error> {
        let (header, attributes) = message.command()?;
        if header.command != NEWFAMILY {
            return Ok(false);
        }
        let told = nlctrl::GetfamilyReply::decode(attributes)?;
        if told
            .family_name
            .is_none_or(|name| name != self.family.name())
        {
            return Ok(false);
        }
        let mut families = Families::default();
        let id = families.insert(self.family, Resolved::of(&told)?);
        if id == self.id {
            return Ok(false);
        }
        self.id = id;
        for (group, number) in &mut self.groups {
            // Another family may have it by now. To leave a group that is gone fails.
            let _ = socket.leave(*number);
            *number = families.group(*group).ok_or(Error::GroupNotFound {
                family: group.family().name(),
                group: group.name(),
            })?;
        }
        for (_, number) in &self.groups {
            join(socket, *number)?;
        }
        Ok(true)
    }

    /// Asks after the family. The answer, if there is one, is for [`read`](Self::read).
    pub(crate) fn ask(&self, socket: &Socket, exchange: &mut Exchange) -> Result<(), Error> {
        if !self.family.can_move() {
            return Ok(());
        }
        let request = nlctrl::Getfamily::default().family_name(self.family.name());
        let operation = nlctrl::Getfamily::OP;
        let header = MessageHeader {
            len: 0,
            kind: NLCTRL,
            flags: flags::REQUEST,
            seq: exchange.begin().seq,
            port_id: exchange.port_id(),
        };
        let command = CommandHeader {
            command: u8::try_from(operation.request()).unwrap_or_default(),
            version: nlctrl::FAMILY.version(),
        };
        let mut bytes = Vec::new();
        message::write(&mut bytes, header, Some(command), &request)
            .map_err(|error| Error::Encode { operation, error })?;
        socket
            .send(&bytes)
            .map_err(Error::io("asking after a family"))?;
        exchange.stats.sent += 1;
        trace::datagram(Direction::Sent, &bytes);
        Ok(())
    }
}

fn join(socket: &Socket, number: u32) -> Result<(), Error> {
    socket
        .join(number)
        .map_err(Error::io("joining a multicast group"))
}
