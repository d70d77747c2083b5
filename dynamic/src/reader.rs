//! Which message is what: families by id, replies by the requests before them.

use std::collections::HashMap;

use nlgen::model::Protocol;
use nlgen_runtime::nlctrl::GetfamilyReply;
use nlgen_runtime::wire::{CommandHeader, control};
use nlgen_runtime::{Decode, Message, MessageHeader, flags};
use serde_json::{Map, Value};

use crate::asked::{Asked, Requests};
use crate::control::{End, ext_ack};
use crate::{Body, DecodeOptions, Family, Malformed, Mode, Notification, Operation, Problem};

/// The number of generic netlink (`NETLINK_GENERIC`).
pub const GENERIC: u16 = 16;

/// The id of the family that tells the ids of others (`GENL_ID_CTRL`).
pub(crate) const NLCTRL: u16 = 0x10;

/// Reads messages that come one after the other: of a capture, of a connection.
///
/// It knows the families that it was given. Ids of generic netlink it learns from what `nlctrl` answers
/// among the messages, or is told. A reply belongs to the request with its sequence number and port id;
/// without that, to the first operation whose replies have its command.
#[derive(Clone, Debug, Default)]
pub struct Reader<'f> {
    families: Vec<&'f Family>,
    /// Names of families by id, as the kernel tells them.
    ids: HashMap<u16, String>,
    asked: Requests<'f>,
    given: Option<Given<'f>>,
}

/// What the caller says that messages are.
#[derive(Clone, Copy, Debug)]
struct Given<'f> {
    family: &'f Family,
    known: Option<Known<'f>>,
}

/// What a message is.
#[derive(Clone, Copy, Debug)]
pub struct Known<'f> {
    /// Its family.
    pub family: &'f Family,
    /// The operation or notification; `None` if nothing in the spec has its command.
    pub name: Option<&'f str>,
    /// What it is of the operation.
    pub role: Role,
    /// What it carries.
    pub body: Body<'f>,
}

/// What a message is of its operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// What asks.
    Request(Mode),
    /// What answers.
    Reply(Mode),
    /// What is told without being asked.
    Notification,
    /// Nobody knows.
    Unknown,
}

impl<'f> Known<'f> {
    /// A request of an operation, or an answer to it.
    ///
    /// # Errors
    /// When the operation does not have the mode.
    pub fn of_operation(
        family: &'f Family,
        operation: Operation<'f>,
        role: Role,
    ) -> Result<Self, Problem> {
        let body = match role {
            Role::Request(mode) => operation.request(mode)?,
            Role::Reply(mode) => operation.reply(mode)?,
            Role::Notification | Role::Unknown => Body::unknown(family.model(), operation.name()),
        };
        Ok(Self {
            family,
            name: Some(operation.name()),
            role,
            body,
        })
    }

    /// What a message is that the kernel sent as the answer to an operation, by its command: the reply, or what
    /// else the spec has of this command.
    ///
    /// An operation without a reply in the spec is answered by messages with the command of its request, or by the
    /// family's notifications where the spec says so.
    #[must_use]
    pub fn answering(
        family: &'f Family,
        operation: Operation<'f>,
        mode: Mode,
        command: u16,
    ) -> Self {
        let parts = operation.mode(mode);
        let notification = || {
            let known = family.notification(command)?;
            Some(Self::of_notification(family, known))
        };
        let by_notifications = parts.as_ref().is_ok_and(|parts| parts.by_notifications);
        if let Some(known) = by_notifications.then(notification).flatten() {
            return known;
        }
        let own = parts.is_ok_and(|parts| parts.reply_command.unwrap_or(parts.command) == command);
        let reply =
            |(operation, mode)| Self::of_operation(family, operation, Role::Reply(mode)).ok();
        if let Some(known) = own.then(|| reply((operation, mode))).flatten() {
            return known;
        }
        let other = replying(family, command).and_then(reply);
        other
            .or_else(notification)
            .unwrap_or_else(|| Self::of_family(family))
    }

    /// A notification or an event.
    #[must_use]
    pub fn of_notification(family: &'f Family, notification: Notification<'f>) -> Self {
        Self {
            family,
            name: Some(notification.name()),
            role: Role::Notification,
            body: notification.body(),
        }
    }

    /// A message of a family whose spec has no such command.
    fn of_family(family: &'f Family) -> Self {
        Self {
            family,
            name: None,
            role: Role::Unknown,
            body: Body::unknown(family.model(), family.name()),
        }
    }
}

impl<'f> Reader<'f> {
    /// A reader that knows no family yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a family known.
    pub fn add(&mut self, family: &'f Family) {
        self.families.push(family);
    }

    /// Tells the id of a generic netlink family.
    pub fn learn(&mut self, id: u16, name: &str) {
        self.ids.insert(id, name.to_owned());
    }

    /// Says that messages with ids that nobody has told are of this family.
    pub fn assume(&mut self, family: &'f Family) {
        self.add(family);
        self.given = Some(Given {
            family,
            known: None,
        });
    }

    /// Says what messages are that have this family, or an id that nobody has told.
    pub fn assume_known(&mut self, known: Known<'f>) {
        self.add(known.family);
        self.given = Some(Given {
            family: known.family,
            known: Some(known),
        });
    }

    /// What a message of a netlink protocol is, and its bytes behind all headers but the fixed one.
    ///
    /// `None` for netlink's own messages and for families that are not known.
    pub fn identify<'a>(
        &mut self,
        protocol: u16,
        message: &Message<'a>,
    ) -> Option<(Known<'f>, &'a [u8])> {
        let header = message.header;
        let place = (protocol, header.port_id, header.seq);
        if matches!(header.kind, control::ERROR | control::DONE) {
            self.asked.forget(place);
        }
        if let (GENERIC, Some((command, bytes))) = (protocol, CommandHeader::split(message.payload))
        {
            self.listen(header, command, bytes);
        }
        let found = self.look(protocol, message);
        if let Some((known, _, Some(asked))) = found {
            self.asked.remember(place, known.family, asked);
        }
        found.map(|(known, bytes, _)| (known, bytes))
    }

    /// [`identify`](Self::identify), without learning from the message. A request comes with what is kept
    /// for its answers.
    pub(crate) fn look<'a>(
        &self,
        protocol: u16,
        message: &Message<'a>,
    ) -> Option<(Known<'f>, &'a [u8], Option<Asked<'f>>)> {
        let header = message.header;
        // Generic netlink has no messages of these types. Other protocols may: all that the process connector
        // sends has the type of the end of a dump.
        if protocol == GENERIC && header.kind < control::MIN {
            return None;
        }
        let (command, bytes) = match protocol {
            GENERIC => {
                let (command, bytes) = CommandHeader::split(message.payload)?;
                (u16::from(command.command), bytes)
            }
            _ => (header.kind, message.payload),
        };
        let family = self.family(protocol, header.kind, command)?;
        if header.kind < control::MIN && !has_command(family, command) {
            return None;
        }
        let (known, asked) = self.known(family, protocol, header, command);
        Some((known, bytes, asked))
    }

    /// The name of a generic netlink family by its id, as far as it has been told.
    #[must_use]
    pub fn family_name(&self, id: u16) -> Option<&str> {
        match id {
            NLCTRL => Some("nlctrl"),
            id => self.ids.get(&id).map(String::as_str),
        }
    }

    /// Whether a family that is known has secrets in messages of a protocol.
    pub(crate) fn has_secrets(&self, protocol: u16) -> bool {
        let mut families = self.families.iter();
        families.any(|family| {
            let speaks = match family.model().protocol {
                Protocol::Generic { .. } => GENERIC,
                Protocol::Raw { number } => number,
            };
            speaks == protocol && family.has_secrets()
        })
    }

    /// JSON of a message. An error, an acknowledgement or the end of a dump is an object with `error` and
    /// the attributes of its extended acknowledgement.
    ///
    /// `None` for messages that say nothing, and those of families that are not known.
    ///
    /// # Errors
    /// When bytes are malformed: what is wrong with them, and what could be read.
    pub fn decode(
        &mut self,
        protocol: u16,
        message: &Message<'_>,
        options: DecodeOptions,
    ) -> Option<Result<Value, Malformed>> {
        match self.identify(protocol, message) {
            Some((known, bytes)) => Some(known.body.decode(bytes, options)),
            None if matches!(message.header.kind, control::ERROR | control::DONE) => {
                Some(end(message, options, self.has_secrets(protocol)))
            }
            None => None,
        }
    }

    /// Learns ids from what `nlctrl` tells.
    fn listen(&mut self, header: MessageHeader, command: CommandHeader, bytes: &[u8]) {
        const NEWFAMILY: u8 = 1;
        if header.kind != NLCTRL || command.command != NEWFAMILY {
            return;
        }
        if let Ok(reply) = GetfamilyReply::decode(bytes)
            && let (Some(id), Some(name)) = (reply.family_id, reply.family_name)
        {
            self.ids.insert(id, name.to_string());
        }
    }

    fn family(&self, protocol: u16, kind: u16, command: u16) -> Option<&'f Family> {
        if protocol == GENERIC {
            return match self.family_name(kind) {
                Some(name) => {
                    let mut families = self.families.iter();
                    families.find(|family| family.name() == name).copied()
                }
                None => self
                    .given
                    .map(|given| given.family)
                    .filter(|family| family.is_generic()),
            };
        }
        // Several specs share a protocol: each has some of its messages.
        let mut speaking = self.families.iter().filter(|family| {
            let raw =
                matches!(family.model().protocol, Protocol::Raw { number } if number == protocol);
            raw && has_command(family, command)
        });
        let given = self.given.map(|given| given.family).filter(|family| {
            matches!(family.model().protocol, Protocol::Raw { number } if number == protocol)
        });
        speaking.next().copied().or(given)
    }

    /// What a message is; of a request also the operation and the mode.
    fn known(
        &self,
        family: &'f Family,
        protocol: u16,
        header: MessageHeader,
        command: u16,
    ) -> (Known<'f>, Option<Asked<'f>>) {
        if let Some(known) = self.given.and_then(|given| given.known)
            && std::ptr::eq(known.family, family)
        {
            return (known, None);
        }
        let unknown = || Known::of_family(family);
        if header.flags & flags::REQUEST == 0 {
            let answer = self.answering(family, protocol, header, command);
            return (answer.unwrap_or_else(unknown), None);
        }
        let asked = asking(family, header, command);
        let known = asked.and_then(|(operation, mode)| {
            Known::of_operation(family, operation, Role::Request(mode)).ok()
        });
        (known.unwrap_or_else(unknown), asked)
    }

    /// What a message that is no request answers or tells.
    fn answering(
        &self,
        family: &'f Family,
        protocol: u16,
        header: MessageHeader,
        command: u16,
    ) -> Option<Known<'f>> {
        let replies = |family, (operation, mode): Asked<'f>| {
            Known::of_operation(family, operation, Role::Reply(mode)).ok()
        };
        if let Some((family, asked)) = self.asked.answered(family, protocol, header, command) {
            return replies(family, asked);
        }
        let notification = family.notification(command);
        let notification =
            notification.map(|notification| Known::of_notification(family, notification));
        let reply = replying(family, command).and_then(|asked| replies(family, asked));
        match header.seq == 0 || header.port_id == 0 {
            true => notification.or(reply),
            false => reply.or(notification),
        }
    }
}

/// The operation that a request asks for, and how.
fn asking(family: &Family, header: MessageHeader, command: u16) -> Option<Asked<'_>> {
    let both = header.flags & flags::DUMP == flags::DUMP;
    // The bits of a dump mean something else on requests that make something.
    let modes = match both && header.flags & flags::CREATE == 0 {
        true => [Mode::Dump, Mode::Do],
        false => [Mode::Do, Mode::Dump],
    };
    modes
        .iter()
        .find_map(|mode| Some((family.requests(command, *mode).next()?, *mode)))
}

/// The first operation whose replies have a command.
fn replying(family: &Family, command: u16) -> Option<Asked<'_>> {
    [Mode::Do, Mode::Dump].iter().find_map(|mode| {
        let mut operations = family.operations();
        let operation = operations.find(|op| has(*op, *mode, false, command))?;
        Some((operation, *mode))
    })
}

fn has(operation: Operation<'_>, mode: Mode, request: bool, command: u16) -> bool {
    operation.mode(mode).is_ok_and(|parts| match request {
        true => parts.command == command,
        false => parts.reply_command == Some(command),
    })
}

fn has_command(family: &Family, command: u16) -> bool {
    let modes = [Mode::Do, Mode::Dump];
    family.notification(command).is_some()
        || family.operations().any(|op| {
            modes
                .iter()
                .any(|mode| has(op, *mode, true, command) || has(op, *mode, false, command))
        })
}

/// JSON of what ends a request, which may have `secrets` in it.
pub(crate) fn end(
    message: &Message<'_>,
    options: DecodeOptions,
    secrets: bool,
) -> Result<Value, Malformed> {
    let end = End::of(message.header, message.payload);
    let told = match ext_ack() {
        Some(body) if secrets && !end.echo.is_empty() => body.decode_behind(end.ext_ack, options),
        Some(body) => body.decode(end.ext_ack, options),
        None => Ok(Value::Null),
    };
    let with_code = |told: Value| {
        let mut values = Map::new();
        if let Some(code) = end.code {
            values.insert("error".to_owned(), Value::from(code));
        }
        if let Value::Object(told) = told {
            values.extend(told);
        }
        Value::Object(values)
    };
    match told {
        Ok(told) => Ok(with_code(told)),
        Err(malformed) => Err(Malformed {
            partial: with_code(malformed.partial),
            problems: malformed.problems,
        }),
    }
}
