//! Serves the family `@name@` to other processes of the network namespace, in place of the kernel module.

use nlgen_runtime::Error;
use nlgen_runtime::server::PeerServer;
use @ident@::server::{Items, Service};

fn main() -> Result<std::convert::Infallible, Error> {
    let mut server = PeerServer::open()?;
    server.add(Service(Items::default()))?;
    println!("port id {}", server.port_id());
    server.serve()
}
