//! A reply of `nlctrl`.

use nlgen_runtime::nlctrl::GetfamilyReply;
use nlgen_runtime::wire::Messages;
use nlgen_runtime::{Decode as _, DecodeError};

use crate::sum::{Sum, field};

pub(crate) fn family(bytes: &[u8]) -> Result<u64, DecodeError> {
    let mut sum = Sum::default();
    for message in Messages::new(bytes) {
        let (_, attributes) = message.command()?;
        let reply = GetfamilyReply::decode(attributes)?;
        sum.some_int(field::FAMILY_ID, reply.family_id);
        if let Some(name) = reply.family_name {
            sum.bytes(field::FAMILY_NAME, name.as_bytes());
        }
        sum.some_int(field::VERSION, reply.version);
        sum.some_int(field::HEADER_SIZE, reply.hdrsize);
        sum.some_int(field::MAX_ATTRIBUTE, reply.maxattr);
        for operation in reply.ops {
            let operation = operation?;
            sum.some_int(field::OPERATION, operation.id);
            sum.some_int(
                field::OPERATION_FLAGS,
                operation.flags.map(|flags| flags.bits()),
            );
        }
        for group in reply.mcast_groups {
            let group = group?;
            if let Some(name) = group.name {
                sum.bytes(field::GROUP_NAME, name.as_bytes());
            }
            sum.some_int(field::GROUP, group.id);
        }
    }
    Ok(sum.total())
}
