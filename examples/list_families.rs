//! Lists the generic netlink families of the running kernel. The door: a macro.
//!
//! ```text
//! $ cargo run --bin list_families
//! nlctrl: id 16, version 2
//!   operation 3: CMD_CAP_DO | CMD_CAP_DUMP | CMD_CAP_HASPOL
//!   operation 10: CMD_CAP_DUMP | CMD_CAP_HASPOL
//!   group notify: 16
//! …
//! ```

use nlgen_runtime::{Connection, Error};

/// What the macro generates from the spec, when the program is compiled.
#[allow(
    dead_code,
    unreachable_pub,
    reason = "a program, unlike a library, has no users of the rest"
)]
mod nlctrl {
    // The path begins at this package's folder.
    nlgen_runtime::family!("specs/nlctrl.yaml");
}

fn main() -> Result<(), Error> {
    let mut conn = Connection::open()?;
    // All messages of a dump are kept, so the connection is free while they are looked at.
    let families = conn.dump(&nlctrl::GetfamilyDump::default())?;
    for family in &families {
        let family = family?;
        println!(
            "{}: id {}, version {}",
            family.family_name.unwrap_or_default(),
            family.family_id.unwrap_or_default(),
            family.version.unwrap_or_default(),
        );
        // Lists are decoded while they are iterated over, so an entry may turn out to be malformed.
        for operation in family.ops {
            let operation = operation?;
            let flags = operation.flags.unwrap_or_default();
            let names: Vec<&str> = flags.iter_names().map(|(name, _)| name).collect();
            let id = operation.id.unwrap_or_default();
            println!("  operation {id}: {}", names.join(" | "));
        }
        for group in family.mcast_groups {
            let group = group?;
            let name = group.name.unwrap_or_default();
            println!("  group {name}: {}", group.id.unwrap_or_default());
        }
    }
    Ok(())
}
