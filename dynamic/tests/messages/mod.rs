//! All messages of a family: requests, replies, notifications and events.

#![allow(dead_code, reason = "each test uses a part")]

use std::fmt;

use nlgen::model::MessageId;
use nlgen_dynamic::{Body, Family, Mode};

/// A message of a family.
pub(crate) struct Message<'f> {
    /// The operation, notification or event.
    pub(crate) operation: &'f str,
    /// What it is to the operation.
    pub(crate) part: Part,
    /// The command, or the type in a protocol of its own.
    pub(crate) command: u16,
    /// Its fixed header and attributes.
    pub(crate) id: MessageId,
    /// What encodes and decodes it.
    pub(crate) body: Body<'f>,
}

/// What a message is to its operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// What is asked.
    Request(Mode),
    /// What is answered.
    Reply(Mode),
    /// What is told unasked.
    Notification,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(mode) => write!(f, "{mode} request"),
            Self::Reply(mode) => write!(f, "{mode} reply"),
            Self::Notification => f.write_str("notification"),
        }
    }
}

/// The messages of a family that have attributes or a fixed header.
pub(crate) fn messages(family: &Family) -> Vec<Message<'_>> {
    let mut messages = Vec::new();
    for operation in family.operations() {
        for mode in [Mode::Do, Mode::Dump] {
            let Ok(parts) = operation.mode(mode) else {
                continue;
            };
            let message = |part, command, id, body| Message {
                operation: operation.name(),
                part,
                command,
                id,
                body,
            };
            let body = operation.request(mode).unwrap();
            messages.push(message(
                Part::Request(mode),
                parts.command,
                parts.request,
                body,
            ));
            if let (Some(command), Some(id)) = (parts.reply_command, parts.reply) {
                let body = operation.reply(mode).unwrap();
                messages.push(message(Part::Reply(mode), command, id, body));
            }
        }
    }
    for notification in family.notifications() {
        if let Some(id) = notification.model().message {
            messages.push(Message {
                operation: notification.name(),
                part: Part::Notification,
                command: notification.command(),
                id,
                body: notification.body(),
            });
        }
    }
    messages
}
