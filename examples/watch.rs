//! Prints the changes of interface settings as the kernel announces them: a multicast group.
//!
//! Runs until it is stopped. Change something meanwhile, for instance with
//! `ethtool -K eth0 gro off`:
//!
//! ```text
//! $ cargo run --bin watch
//! watching
//! FeaturesNtf(FeaturesGetReply { header: header { dev-index: 2, dev-name: "eth0" }, … })
//! ```

use nlgen_families::ethtool;
use nlgen_runtime::{Error, Events, Received};

fn main() -> Result<(), Error> {
    // A subscription has a socket of its own. Its events are those of one family, as an enum.
    let mut events = Events::<ethtool::Event>::open(&[ethtool::group::MONITOR])?;
    println!("watching");
    loop {
        match events.next_event()? {
            Received::Event(event) => println!("{event:?}"),
            // The kernel does not wait for slow readers. A program that keeps a picture of the
            // settings asks for all of them anew here.
            Received::Overrun { lost } => println!("{lost} notifications were lost"),
            Received::Reloaded { .. } => println!("the family's module was loaded again"),
        }
    }
}
