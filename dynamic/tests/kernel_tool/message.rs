//! Whole messages, as we make them and as the driver takes them.

use std::fmt::Write;

use nlgen::model::{Family as Model, Member, Protocol, Struct};
use nlgen_dynamic::{EncodeOptions, Family, Problem};
use nlgen_runtime::{MessageHeader, flags};
use serde_json::{Map, Value, json};

use crate::messages::{Message, Part};

/// The id of every generic family, and the sequence number of every request, as in `driver.py`.
const FAMILY: u16 = 0x20;
const SEQUENCE: u32 = 1;

/// Where the version is in a message of generic netlink.
const VERSION_AT: usize = 17;

/// What the tool always sends as the version.
pub(super) const TOOL_VERSION: u8 = 1;

/// The version of a family of generic netlink, which its requests carry.
pub(super) fn version(model: &Model) -> Option<u8> {
    match model.protocol {
        Protocol::Generic { version } => Some(version),
        Protocol::Raw { .. } => None,
    }
}

/// A message with its headers, and with the version as the tool always has it.
pub(super) fn whole(family: &Family, message: &Message, value: &Value) -> Result<Vec<u8>, Problem> {
    let header = MessageHeader {
        kind: FAMILY,
        flags: flags::REQUEST | flags::ACK,
        seq: SEQUENCE,
        ..MessageHeader::default()
    };
    if let Part::Request(mode) = message.part {
        let operation = family.operation(message.operation)?;
        let mut bytes = operation.message(mode, header, value, EncodeOptions::default())?;
        if version(family.model()).is_some() {
            bytes[VERSION_AT] = TOOL_VERSION;
        }
        return Ok(bytes);
    }
    let body = message.body.encode(value, EncodeOptions::default())?;
    let (kind, command) = match family.model().protocol {
        Protocol::Generic { .. } => {
            let command = u8::try_from(message.command).unwrap();
            (FAMILY, vec![command, TOOL_VERSION, 0, 0])
        }
        Protocol::Raw { .. } => (message.command, Vec::new()),
    };
    let len = MessageHeader::LEN + command.len() + body.len();
    let len = u32::try_from(len).unwrap();
    let header = MessageHeader {
        len,
        kind,
        ..header
    };
    let mut bytes = Vec::new();
    header.write(&mut bytes);
    Ok([bytes, command, body].concat())
}

/// What stands behind the headers.
pub(super) fn body<'b>(family: &Family, bytes: &'b [u8]) -> &'b [u8] {
    &bytes[if family.is_generic() { 20 } else { 16 }..]
}

/// Where the members of all structs are, as `driver.py` takes it.
pub(super) fn layouts(model: &Model) -> Value {
    let layout = |structure: &Struct| {
        let members = structure.members.iter();
        let offset = |member: &Member| (member.name.clone(), json!(member.offset));
        let end = (String::new(), json!(structure.len));
        let offsets: Map<String, Value> = members.map(offset).chain([end]).collect();
        (structure.name.clone(), Value::Object(offsets))
    };
    Value::Object(model.structs.iter().map(layout).collect())
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}
