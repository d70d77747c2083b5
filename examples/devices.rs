//! Lists the network devices of this namespace with their XDP features. The door: a build script.
//!
//! `build.rs` generates the module `netdev` from `specs/netdev.yaml` when the package is built.
//!
//! ```text
//! $ cargo run --bin devices
//! 1: no XDP
//! 2: BASIC | REDIRECT | NDO_XMIT
//! ```

use nlgen_runtime::{Connection, Error};

/// What the build script has generated: an ordinary module, of which a program uses a part.
#[allow(
    dead_code,
    unreachable_pub,
    reason = "a program, unlike a library, has no users of the rest"
)]
mod netdev {
    include!(concat!(env!("OUT_DIR"), "/netdev.rs"));
}

fn main() -> Result<(), Error> {
    let mut conn = Connection::open()?;
    // `DevGetDump` asks for all devices, `DevGet` for one; only the former can be dumped.
    let devices = conn.dump(&netdev::DevGetDump::default())?;
    for device in &devices {
        let device = device?;
        let index = device.ifindex.unwrap_or_default();
        let names: Vec<&str> = device
            .xdp_features
            .unwrap_or_default()
            .iter_names()
            .map(|(name, _)| name)
            .collect();
        match names.is_empty() {
            true => println!("{index}: no XDP"),
            false => println!("{index}: {}", names.join(" | ")),
        }
    }
    Ok(())
}
