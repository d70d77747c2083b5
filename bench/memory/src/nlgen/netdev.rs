//! A dump of `netdev`: a message for each device.

use nlgen_families::netdev::DevGetReply;
use nlgen_runtime::wire::Messages;
use nlgen_runtime::{Decode as _, DecodeError};

use crate::sum::{Sum, field};

pub(crate) fn dump(bytes: &[u8]) -> Result<u64, DecodeError> {
    let mut sum = Sum::default();
    for message in Messages::new(bytes) {
        let (_, attributes) = message.command()?;
        let device = DevGetReply::decode(attributes)?;
        sum.some_int(field::IFINDEX, device.ifindex);
        sum.some_int(
            field::XDP_FEATURES,
            device.xdp_features.map(|flags| flags.bits()),
        );
        sum.some_int(field::ZERO_COPY_SEGMENTS, device.xdp_zc_max_segs);
        sum.some_int(
            field::RX_METADATA,
            device.xdp_rx_metadata_features.map(|flags| flags.bits()),
        );
        sum.some_int(
            field::XSK_FEATURES,
            device.xsk_features.map(|flags| flags.bits()),
        );
    }
    Ok(sum.total())
}
