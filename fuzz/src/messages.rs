//! Bytes as a datagram: split into messages, each read as an end of a request with its extended acknowledgement and
//! as attributes, shown, and searched for the attribute at an offset.

use nlgen_runtime::{Decode, Encode, ExtAck};
use nlgen_runtime::codegen::show;
use nlgen_runtime::describe::{Path, Set};
use nlgen_runtime::wire::{Attrs, Encoder, Messages};
use nlgen_tests::{ethtool, exam, nlctrl};

/// Bytes that are shown as attributes of the family `exam`, whose sets hold every kind.
struct Raw<'a>(&'a [u8]);

impl Encode for Raw<'_> {
    const SET: &'static Set = <exam::Echo<'_> as Encode>::SET;

    fn encode(&self, out: &mut Encoder<'_>) {
        out.bytes(self.0);
    }
}

impl std::fmt::Debug for Raw<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        show("Raw", self, f)
    }
}

/// Reads a datagram, and shows what is in it if `shown`.
///
/// # Panics
/// When a promise does not hold.
pub fn all(bytes: &[u8], shown: bool) {
    let mut messages = Messages::new(bytes);
    let mut read = 0;
    for message in messages.by_ref() {
        read += 16 + message.payload.len();
        if let Some((_, ack)) = ExtAck::from_message(&message) {
            if let Some(policy) = &ack.policy
                && shown
            {
                drop(policy.to_string());
            }
            for offset in [ack.offset, ack.missing_nest].into_iter().flatten() {
                path(bytes, offset as usize);
            }
        }
        let Ok((header, attributes)) = message.command() else {
            continue;
        };
        path(attributes, header.command.into());
        attrs(attributes, 0);
        if shown {
            drop(format!("{:?}", Raw(attributes)));
        }
        if let Ok(reply) = nlctrl::GetpolicyReply::decode(attributes) {
            assert!(reply.policy.entries().count() <= attributes.len());
        }
    }
    assert!(read + messages.leftover().len() <= bytes.len());
}

/// An attribute found at an offset lies inside the bytes.
fn path(bytes: &[u8], offset: usize) {
    for set in [Raw::SET, <ethtool::StrsetGet<'_> as Encode>::SET] {
        if let Some(path) = Path::to_offset(set, bytes, offset) {
            assert!(offset + 4 <= bytes.len());
            assert!(path.steps().count() > 0);
        }
    }
}

/// Walks the attributes of a level and those inside them.
fn attrs(bytes: &[u8], depth: u32) {
    let mut length = 0;
    for attr in Attrs::new(bytes).flatten() {
        length += 4 + attr.payload().len();
        if depth < 16 {
            attrs(attr.payload(), depth + 1);
        }
    }
    assert!(length <= bytes.len());
}
