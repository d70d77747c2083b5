//! The crate nlink.

use nlink::netlink::{Connection, Ethtool};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let conn = Connection::<Ethtool>::new_async().await?;
    let state = conn.get_link_state_by_name("lo").await?;
    println!("{:?}", state.link.map(u8::from));
    Ok(())
}
