//! The smallest useful tool of one family: tells whether the link of a device is up.

use nlgen_runtime::{Connection, Error};
use ours::ethtool;

fn main() -> Result<(), Error> {
    let name = std::env::args().nth(1).unwrap_or_else(|| "lo".to_owned());
    let mut conn = Connection::open()?;
    let header = ethtool::Header::default().dev_name(&*name);
    let state = conn.call(&ethtool::LinkstateGet::default().header(&header))?;
    match state.link {
        Some(1) => println!("{name} is up"),
        Some(_) => println!("{name} is down"),
        None => println!("{name} does not tell"),
    }
    Ok(())
}
