//! A ready family of nlgen.

use nlgen_families::ethtool;
use nlgen_runtime::{Connection, Error};

fn main() -> Result<(), Error> {
    let mut conn = Connection::open()?;
    let header = ethtool::Header::default().dev_name("lo");
    let state = conn.call(&ethtool::LinkstateGet::default().header(&header))?;
    println!("{:?}", state.link);
    Ok(())
}
