//! The crate genetlink with the crates netlink-packet-core and netlink-packet-generic.

use std::pin::pin;

use futures::StreamExt as _;
use netlink_packet_core::{
    DecodeError, Emitable, NLM_F_ACK, NLM_F_REQUEST, NetlinkMessage, NetlinkPayload, NlasIterator,
    ParseableParametrized, parse_u8,
};
use netlink_packet_generic::{GenlFamily, GenlHeader, GenlMessage};

/// A request for the link state of `lo`, or what was read of the reply.
#[derive(Clone, Debug, Default)]
struct LinkState(Option<u8>);

/// The header with the device's name.
const OF_LO: &[u8] = b"\x0c\0\x01\x80\x07\0\x02\0lo\0\0";

impl GenlFamily for LinkState {
    fn family_name() -> &'static str {
        "ethtool"
    }

    fn command(&self) -> u8 {
        6
    }

    fn version(&self) -> u8 {
        1
    }
}

impl Emitable for LinkState {
    fn buffer_len(&self) -> usize {
        OF_LO.len()
    }

    fn emit(&self, buffer: &mut [u8]) {
        buffer.copy_from_slice(OF_LO);
    }
}

impl ParseableParametrized<[u8], GenlHeader> for LinkState {
    fn parse_with_param(bytes: &[u8], _: GenlHeader) -> Result<Self, DecodeError> {
        let mut state = Self::default();
        for attribute in NlasIterator::new(bytes) {
            let attribute = attribute?;
            if attribute.kind() == 2 {
                state.0 = Some(parse_u8(attribute.value())?);
            }
        }
        Ok(state)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (connection, mut handle, _) = genetlink::new_connection()?;
    tokio::spawn(connection);
    let mut message = NetlinkMessage::from(GenlMessage::from_payload(LinkState::default()));
    message.header.flags = NLM_F_REQUEST | NLM_F_ACK;
    let mut answers = pin!(handle.request(message).await?);
    while let Some(answer) = answers.next().await {
        if let NetlinkPayload::InnerMessage(state) = answer?.payload {
            println!("{:?}", state.payload.0);
        }
    }
    Ok(())
}
