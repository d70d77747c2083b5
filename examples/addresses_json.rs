//! Prints the addresses of all interfaces as JSON, for programs that read it. The door: the ready-made modules
//! of `nlgen-families`, with the feature `serde` of `nlgen-runtime`.
//!
//! ```text
//! $ cargo run --bin addresses_json
//! [{"ifa-family":2,"ifa-prefixlen":8,"ifa-flags":["permanent"],"ifa-scope":254,"ifa-index":1,"address":"127.0.0.1",…
//! ```

use std::error::Error;

use nlgen_families::rt_addr;
use nlgen_runtime::Connection;

fn main() -> Result<(), Box<dyn Error>> {
    let mut conn = Connection::builder().family(&rt_addr::FAMILY).open()?;
    let addresses = conn.dump(&rt_addr::GetaddrDump::default())?;
    // A dump is a list, a message an object with the names of the spec.
    println!("{}", serde_json::to_string(&addresses)?);
    Ok(())
}
