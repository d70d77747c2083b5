//! Shows the settings of an interface. The door: the ready-made modules of `nlgen-families`.
//!
//! ```text
//! $ cargo run --bin link_settings eth0
//! link        up
//! port        tp
//! speed       10000 Mb/s, full duplex
//! features on tx-checksum-ip-generic, tx-generic-segmentation, …
//! ```

use nlgen_families::ethtool;
use nlgen_runtime::{Connection, DecodeError, Errno, Error};

// An error returned from `main` is printed in one line: which operation failed, how, and which attribute the kernel
// points at.
fn main() -> Result<(), Error> {
    let name = std::env::args().nth(1).unwrap_or_else(|| "lo".to_owned());
    let mut conn = Connection::open()?;
    // A nest is a struct of its own, which requests borrow.
    let header = ethtool::Header::default().dev_name(&*name);

    let state = conn.call(&ethtool::LinkstateGet::default().header(&header))?;
    // What the kernel leaves out is `None`.
    match state.link {
        Some(1) => println!("link        up"),
        Some(_) => println!("link        down"),
        None => println!("link        not known"),
    }

    let info = conn.call(&ethtool::LinkinfoGet::default().header(&header));
    match supported(info)?.and_then(|info| info.port) {
        // Enums show the names of the spec.
        Some(port) => println!("port        {port}"),
        None => println!("port        not told"),
    }

    let modes = conn.call(&ethtool::LinkmodesGet::default().header(&header));
    match supported(modes)?.map(|modes| (modes.speed, modes.duplex)) {
        Some((Some(u32::MAX) | None, _)) | None => println!("speed       not told"),
        Some((Some(speed), None)) => println!("speed       {speed} Mb/s"),
        Some((Some(speed), Some(duplex))) => {
            println!("speed       {speed} Mb/s, {duplex} duplex");
        }
    }

    let features = conn.call(&ethtool::FeaturesGet::default().header(&header))?;
    let active = match features.active {
        // Received nests stay closed until they are asked for.
        Some(active) => names(&active.get()?)?,
        None => Vec::new(),
    };
    println!("features on {}", active.join(", "));
    Ok(())
}

/// The names of the bits that are set.
fn names(set: &ethtool::Bitset<'_>) -> Result<Vec<String>, DecodeError> {
    let Some(bits) = set.bits else {
        return Ok(Vec::new());
    };
    let mut names = Vec::new();
    for bit in bits.get()?.bit {
        let bit = bit?;
        // A set without a mask lists only the bits that are set, and then leaves out the value.
        if let Some(name) = bit.name
            && (bit.value || set.nomask)
        {
            names.push(name.to_string());
        }
    }
    Ok(names)
}

/// Not every driver answers every request: `None` when this one does not.
fn supported<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Err(error) if error.errno() == Some(Errno::EOPNOTSUPP) => Ok(None),
        answer => answer.map(Some),
    }
}
