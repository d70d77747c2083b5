//! Numbers that the kernel returns in place of an error number, as replies.

use crate::describe::Set;
use crate::family::Operation;
use crate::wire::{CommandHeader, Encode, Encoder, MessageHeader, write_message};

/// The attribute of a number.
struct Returned {
    attribute: u16,
    number: u32,
}

static SET: Set = Set::new("returned", &[]);

impl Encode for Returned {
    const SET: &'static Set = &SET;

    fn encode(&self, out: &mut Encoder<'_>) {
        out.put(self.attribute, &Some(self.number));
    }
}

/// The message with the number that the kernel returned for a request of `operation`, if that is how it is answered.
/// `header` has the message's type, sequence number and port id.
#[cold]
pub(crate) fn reply(
    operation: &'static Operation,
    header: MessageHeader,
    number: u32,
) -> Option<Vec<u8>> {
    let attribute = operation.returned()?;
    let family = operation.family();
    let command = operation.reply().unwrap_or(operation.request());
    let (kind, command) = match family.is_generic() {
        true => {
            let command = CommandHeader {
                command: u8::try_from(command).ok()?,
                version: family.version(),
            };
            (header.kind, Some(command))
        }
        false => (command, None),
    };
    let header = MessageHeader { kind, ..header };
    let mut bytes = Vec::new();
    let body = Returned { attribute, number };
    write_message(&mut bytes, header, command, &body).ok()?;
    Some(bytes)
}
