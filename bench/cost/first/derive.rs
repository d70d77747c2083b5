//! One request by hand, with nlgen's derives.

use nlgen_runtime::{Connection, Decode, Encode, Error, Request};

#[derive(Encode)]
struct Header<'a> {
    #[nl(2)]
    dev_name: &'a str,
}

#[derive(Encode, Request)]
#[nl(family = "ethtool", command = 6, name = "linkstate-get", reply = LinkState)]
struct LinkStateGet<'a> {
    #[nl(1, nest)]
    header: Header<'a>,
}

#[derive(Decode)]
struct LinkState {
    #[nl(2)]
    link: Option<u8>,
}

fn main() -> Result<(), Error> {
    let mut conn = Connection::open()?;
    let header = Header { dev_name: "lo" };
    let state = conn.call(&LinkStateGet { header })?;
    println!("{:?}", state.link);
    Ok(())
}
