//! The crate genetlink, on the event loop of the others. It has no messages of these families, so their attributes
//! are read by hand with the iterator that goes with it.
//!
//! It does not dump `netdev`: the kernel's messages lack `NLM_F_MULTI` there, by which genetlink knows that more will
//! come, so it gives the first device alone.

use std::pin::pin;

use futures::StreamExt as _;
use genetlink::GenetlinkHandle;
use netlink_packet_core::{
    DecodeError, Emitable, NLM_F_ACK, NLM_F_REQUEST, NetlinkMessage, NetlinkPayload, NlasIterator,
    ParseableParametrized, parse_u8, parse_u32,
};
use netlink_packet_generic::{GenlFamily, GenlHeader, GenlMessage};
use tokio::runtime::Runtime;

use crate::requests::LINKSTATE_GET;
use crate::turn::{Outcome, Seen};

/// A message of `ethtool`: a request for the link state of `lo`, or what was read of it.
#[derive(Clone, Debug, Default)]
struct Linkstate([u64; 2]);

/// The request's attributes.
const OF_LO: &[u8] = LINKSTATE_GET.split_at(4).1;

impl GenlFamily for Linkstate {
    fn family_name() -> &'static str {
        "ethtool"
    }

    fn command(&self) -> u8 {
        LINKSTATE_GET[0]
    }

    fn version(&self) -> u8 {
        1
    }
}

impl Emitable for Linkstate {
    fn buffer_len(&self) -> usize {
        OF_LO.len()
    }

    fn emit(&self, buffer: &mut [u8]) {
        buffer.copy_from_slice(OF_LO);
    }
}

impl ParseableParametrized<[u8], GenlHeader> for Linkstate {
    fn parse_with_param(bytes: &[u8], _: GenlHeader) -> Result<Self, DecodeError> {
        let mut values = [0; 2];
        for attribute in NlasIterator::new(bytes) {
            let attribute = attribute?;
            let payload = attribute.value();
            match attribute.kind() {
                1 => {
                    for inner in NlasIterator::new(payload) {
                        let inner = inner?;
                        if inner.kind() == 1 {
                            values[0] = parse_u32(inner.value())?.into();
                        }
                    }
                }
                2 => values[1] = parse_u8(payload)?.into(),
                _ => {}
            }
        }
        Ok(Self(values))
    }
}

/// A connection, whose other half runs beside on the event loop.
pub(crate) struct Genetlink<'r> {
    runtime: &'r Runtime,
    handle: GenetlinkHandle,
}

impl<'r> Genetlink<'r> {
    pub(crate) fn open(runtime: &'r Runtime) -> Outcome<Self> {
        let _entered = runtime.enter();
        let (connection, handle, _) = genetlink::new_connection()?;
        runtime.spawn(connection);
        Ok(Self { runtime, handle })
    }

    /// The link state of `lo`.
    pub(crate) fn linkstate(&mut self) -> Outcome<Seen> {
        self.runtime.block_on(async {
            let mut message = NetlinkMessage::from(GenlMessage::from_payload(Linkstate::default()));
            message.header.flags = NLM_F_REQUEST | NLM_F_ACK;
            let mut answers = pin!(self.handle.request(message).await?);
            let mut seen = Seen::default();
            while let Some(answer) = answers.next().await {
                match answer?.payload {
                    NetlinkPayload::InnerMessage(state) => seen.add(state.payload.0),
                    NetlinkPayload::Error(error) if error.code.is_some() => {
                        return Err(error.to_io().into());
                    }
                    _ => {}
                }
            }
            Ok(seen)
        })
    }
}
