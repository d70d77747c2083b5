//! The messages of an answer: what is done with their datagram, and what they hold.

use crate::family::Operation;
use crate::session::error::Error;
use crate::wire::{Decode, Message};

/// The command of a message that answers `operation`, or its type in a protocol of its own; and what follows.
#[inline]
pub(crate) fn content_of<'a>(
    operation: &'static Operation,
    message: Message<'a>,
) -> Result<(u16, &'a [u8]), Error> {
    if !operation.family().is_generic() {
        return Ok((message.header.kind, message.payload));
    }
    match message.command() {
        Ok((header, attributes)) => Ok((header.command.into(), attributes)),
        Err(error) => Err(Error::Decode {
            operation: Some(operation),
            error,
        }),
    }
}

/// The attributes of a message that answers `operation`. One of another command than its replies have is none.
#[inline]
pub(crate) fn attributes_of<'a>(
    operation: &'static Operation,
    message: Message<'a>,
) -> Result<&'a [u8], Error> {
    let (command, attributes) = content_of(operation, message)?;
    match operation.reply() {
        Some(reply) if reply != command => Err(Error::OtherReply { operation, command }),
        _ => Ok(attributes),
    }
}

/// Decodes an answer to `operation`.
#[inline]
pub(crate) fn decode<'a, T: Decode<'a>>(
    operation: &'static Operation,
    attributes: &'a [u8],
) -> Result<T, Error> {
    T::decode(attributes).map_err(|error| Error::Decode {
        operation: Some(operation),
        error,
    })
}

/// Decodes the first message that answered `operation`, or what stands for none.
pub(crate) fn reply<'a, T: Decode<'a>>(
    operation: &'static Operation,
    first: Option<Message<'a>>,
) -> Result<T, Error> {
    let attributes = match first {
        Some(message) => attributes_of(operation, message)?,
        None if operation.reply().is_none() => &[],
        None => return Err(Error::NoReply { operation }),
    };
    decode(operation, attributes)
}
