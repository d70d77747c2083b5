//! What the kernel answers.

use nlgen_families::{ethtool, netdev};
use nlgen_runtime::wire::Messages;
use nlgen_runtime::{Connection, Error, nlctrl};

use super::{Inputs, append_message};

pub(super) fn inputs() -> Result<Inputs, Error> {
    let mut conn = Connection::open()?;
    let family = nlctrl::Getfamily::default().family_name("ethtool");
    let family = joined(conn.call_collected(&family)?.messages());
    let header = ethtool::Header::default();
    let strset = ethtool::StrsetGet::default().header(&header);
    let strset = joined(conn.call_collected(&strset)?.messages());
    let header = ethtool::Header::default().dev_name("lo");
    let features = ethtool::FeaturesGet::default().header(&header);
    let features = joined(conn.call_collected(&features)?.messages());
    let dump = joined(conn.dump(&netdev::DevGetDump::default())?.messages());
    Ok(Inputs {
        family,
        strset,
        features,
        dump,
        ..Inputs::made()
    })
}

fn joined(messages: Messages<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    messages.for_each(|message| append_message(&mut out, message));
    out
}
