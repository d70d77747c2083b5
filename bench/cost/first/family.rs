//! A spec of one's own, by nlgen's macro.

use nlgen_runtime::{Connection, Error};

#[allow(dead_code, missing_docs, unreachable_pub)]
mod ethtool {
    nlgen_runtime::family!("family.yaml");
}

fn main() -> Result<(), Error> {
    let mut conn = Connection::open()?;
    let header = ethtool::Header::default().dev_name("lo");
    let state = conn.call(&ethtool::LinkstateGet::default().header(&header))?;
    println!("{:?}", state.link);
    Ok(())
}
