//! A family by its model: operations and notifications by name and by command.

use std::fmt;

use nlgen::model::{self, Protocol};
use nlgen_runtime::wire::CommandHeader;
use nlgen_runtime::{MessageHeader, flags};
use serde_json::Value;

use crate::{Body, DecodeOptions, EncodeOptions, Malformed, Problem, Unknown, secret};

/// A family whose messages are made and read by its spec.
#[derive(Clone, Debug)]
pub struct Family {
    model: model::Family,
    has_secrets: bool,
}

/// An operation of a [`Family`].
#[derive(Clone, Copy, Debug)]
pub struct Operation<'f> {
    family: &'f model::Family,
    operation: &'f model::Operation,
}

/// What a [`Family`] tells without being asked.
#[derive(Clone, Copy, Debug)]
pub struct Notification<'f> {
    family: &'f model::Family,
    notification: &'f model::Notification,
}

/// How an operation is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// For one object or action.
    Do,
    /// For all objects (`NLM_F_DUMP`).
    Dump,
}

impl Family {
    /// The family that a spec describes.
    #[must_use]
    pub fn new(model: model::Family) -> Self {
        let has_secrets = secret::in_family(&model);
        Self { model, has_secrets }
    }

    /// Whether the spec marks attributes as secret, which are not shown unless that is asked for.
    #[must_use]
    pub fn has_secrets(&self) -> bool {
        self.has_secrets
    }

    /// What the spec says.
    #[must_use]
    pub fn model(&self) -> &model::Family {
        &self.model
    }

    /// The name that the kernel registers.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.model.name
    }

    /// Whether it is a family of generic netlink: its messages have a command header, and the kernel
    /// hands out its id.
    #[must_use]
    pub fn is_generic(&self) -> bool {
        matches!(self.model.protocol, Protocol::Generic { .. })
    }

    /// The operations, in the order of the spec.
    pub fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        self.model.operations.iter().map(|operation| Operation {
            family: &self.model,
            operation,
        })
    }

    /// The operation of a name, in which `_` may stand for `-`.
    ///
    /// # Errors
    /// When there is none; with what may be meant.
    pub fn operation(&self, name: &str) -> Result<Operation<'_>, Unknown> {
        let same = |known: &str| known == name || known.replace('_', "-") == name.replace('_', "-");
        let found = self.operations().find(|op| same(op.name()));
        found.ok_or_else(|| {
            let names = self.model.operations.iter().map(|op| op.name.as_str());
            Unknown::new(
                "operation",
                name,
                format!("the family `{}`", self.name()),
                names,
            )
        })
    }

    /// The operations that a request with this command asks for: its `genlmsghdr.cmd`, or its type in a
    /// protocol of its own.
    pub fn requests(&self, command: u16, mode: Mode) -> impl Iterator<Item = Operation<'_>> {
        self.operations()
            .filter(move |op| op.mode(mode).is_ok_and(|parts| parts.command == command))
    }

    /// The notifications and events, in the order of the spec.
    pub fn notifications(&self) -> impl Iterator<Item = Notification<'_>> {
        self.model
            .notifications
            .iter()
            .map(|notification| Notification {
                family: &self.model,
                notification,
            })
    }

    /// The notification or event that a message with this command is.
    #[must_use]
    pub fn notification(&self, command: u16) -> Option<Notification<'_>> {
        self.notifications()
            .find(|notification| notification.command() == command)
    }
}

impl<'f> Operation<'f> {
    /// The name in the spec.
    #[must_use]
    pub fn name(&self) -> &'f str {
        &self.operation.name
    }

    /// What the spec says.
    #[must_use]
    pub fn model(&self) -> &'f model::Operation {
        self.operation
    }

    /// What the spec says of a mode.
    ///
    /// # Errors
    /// When the operation does not have it.
    pub fn mode(&self, mode: Mode) -> Result<&'f model::Mode, Problem> {
        let (found, other) = match mode {
            Mode::Do => (&self.operation.doit, Mode::Dump),
            Mode::Dump => (&self.operation.dump, Mode::Do),
        };
        found.as_ref().ok_or_else(|| {
            let name = self.name();
            Problem::new(format!("the operation `{name}` has no {mode}"))
                .help(format!("it has a {other}"))
        })
    }

    /// What a request carries.
    ///
    /// # Errors
    /// When the operation does not have the mode.
    pub fn request(&self, mode: Mode) -> Result<Body<'f>, Problem> {
        let parts = self.mode(mode)?;
        Ok(Body::of(self.family, self.name(), parts.request))
    }

    /// What a reply carries. For an operation without a reply, or one whose reply has no attributes in the
    /// spec, the header and the set of its request.
    ///
    /// # Errors
    /// When the operation does not have the mode.
    pub fn reply(&self, mode: Mode) -> Result<Body<'f>, Problem> {
        let parts = self.mode(mode)?;
        let message = parts.reply.unwrap_or(parts.request);
        Ok(Body::of(self.family, self.name(), message))
    }

    /// The bytes of a request, from JSON: the fixed header if there is one, and the attributes in the
    /// order in which the JSON names them.
    ///
    /// # Errors
    /// What the operation does not take, with its place in the JSON; an unknown mode.
    pub fn encode(
        &self,
        mode: Mode,
        value: &Value,
        options: EncodeOptions,
    ) -> Result<Vec<u8>, Problem> {
        self.request(mode)?.encode(value, options)
    }

    /// A whole request, ready to be sent: `header` with its length filled in, and with its type and flags
    /// completed ([`REQUEST`](flags::REQUEST), [`ACK`](flags::ACK), [`DUMP`](flags::DUMP) of a dump).
    ///
    /// `header.kind` is the family's id; in a protocol of its own the type is the operation's.
    ///
    /// # Errors
    /// As for [`encode`](Self::encode).
    pub fn message(
        &self,
        mode: Mode,
        header: MessageHeader,
        value: &Value,
        options: EncodeOptions,
    ) -> Result<Vec<u8>, Problem> {
        let body = self.encode(mode, value, options)?;
        let command = self.mode(mode)?.command;
        let command = match self.family.protocol {
            Protocol::Generic { version } => {
                let command = u8::try_from(command).map_err(|_| {
                    Problem::new(format!(
                        "the command {command} does not fit generic netlink"
                    ))
                })?;
                CommandHeader { command, version }.to_bytes().to_vec()
            }
            Protocol::Raw { .. } => Vec::new(),
        };
        let len = MessageHeader::LEN + command.len() + body.len();
        let too_long = |_| Problem::new(format!("a message of {len} bytes is too long to send"));
        let dump = match mode {
            Mode::Do => 0,
            Mode::Dump => flags::DUMP,
        };
        let header = MessageHeader {
            len: u32::try_from(len).map_err(too_long)?,
            kind: match self.family.protocol {
                Protocol::Generic { .. } => header.kind,
                Protocol::Raw { .. } => self.mode(mode)?.command,
            },
            flags: header.flags | flags::REQUEST | flags::ACK | dump,
            ..header
        };
        let mut message = Vec::with_capacity(len);
        header.write(&mut message);
        message.extend_from_slice(&command);
        message.extend_from_slice(&body);
        Ok(message)
    }

    /// JSON of a reply's bytes, those behind the command header (in a protocol of its own, behind the
    /// message's header).
    ///
    /// # Errors
    /// When bytes are malformed: what is wrong with them, and what could be read.
    pub fn decode_reply(
        &self,
        mode: Mode,
        bytes: &[u8],
        options: DecodeOptions,
    ) -> Result<Value, Malformed> {
        self.reply(mode)?.decode(bytes, options)
    }

    /// JSON of a request's bytes.
    ///
    /// # Errors
    /// As for [`decode_reply`](Self::decode_reply).
    pub fn decode_request(
        &self,
        mode: Mode,
        bytes: &[u8],
        options: DecodeOptions,
    ) -> Result<Value, Malformed> {
        self.request(mode)?.decode(bytes, options)
    }
}

impl<'f> Notification<'f> {
    /// The name in the spec.
    #[must_use]
    pub fn name(&self) -> &'f str {
        &self.notification.name
    }

    /// The command, or the message's type in a protocol of its own.
    #[must_use]
    pub fn command(&self) -> u16 {
        self.notification.command
    }

    /// What the spec says.
    #[must_use]
    pub fn model(&self) -> &'f model::Notification {
        self.notification
    }

    /// What it carries.
    #[must_use]
    pub fn body(&self) -> Body<'f> {
        match self.notification.message {
            Some(message) => Body::of(self.family, self.name(), message),
            None => Body::unknown(self.family, self.name()),
        }
    }

    /// JSON of its bytes, those behind the command header (in a protocol of its own, behind the message's
    /// header).
    ///
    /// # Errors
    /// When bytes are malformed: what is wrong with them, and what could be read.
    pub fn decode(&self, bytes: &[u8], options: DecodeOptions) -> Result<Value, Malformed> {
        self.body().decode(bytes, options)
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Do => "do",
            Self::Dump => "dump",
        })
    }
}
