//! Asks for one family by name, with structs written by hand. The door: derives.
//!
//! For a family without a spec, for one request of a large family, or to have the fields that a
//! program works with: these structs own what they hold.
//!
//! ```text
//! $ cargo run --bin own_family ethtool
//! ethtool: id 21, version 1
//!   group monitor: 5
//! ```

use std::process::ExitCode;

use nlgen_runtime::{Connection, Decode, Encode, Error, Request};

/// `CTRL_CMD_GETFAMILY` of the family `nlctrl`. The kernel answers under another command, its
/// `CTRL_CMD_NEWFAMILY`.
#[derive(Encode, Request)]
#[nl(family = "nlctrl", version = 2, command = 3, name = "getfamily")]
#[nl(reply = Family, reply_command = 1)]
struct GetFamily<'a> {
    #[nl(2, name = "family-name")]
    name: &'a str,
}

/// The answer. Attributes without a field here are passed over.
#[derive(Decode)]
struct Family {
    // Neither `Option` nor list: a message without it is an error that names it.
    #[nl(1, name = "family-id")]
    id: u16,
    #[nl(2, name = "family-name")]
    name: String,
    #[nl(3)]
    version: u32,
    #[nl(7, name = "mcast-groups", indexed, nest)]
    groups: Vec<Group>,
}

/// A multicast group of a family.
#[derive(Decode)]
struct Group {
    #[nl(1)]
    name: String,
    #[nl(2)]
    id: u32,
}

fn main() -> ExitCode {
    let name = std::env::args().nth(1).unwrap_or("nlctrl".to_owned());
    match show(&name) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn show(name: &str) -> Result<(), Error> {
    let mut conn = Connection::open()?;
    let family = conn.call(&GetFamily { name })?;
    let Family { id, version, .. } = family;
    println!("{}: id {id}, version {version}", family.name);
    for group in &family.groups {
        println!("  group {}: {}", group.name, group.id);
    }
    Ok(())
}
