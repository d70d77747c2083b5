//! The crates netlink-bindings and netlink-socket2.

use netlink_socket2::NetlinkSocket;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut socket = NetlinkSocket::new();
    let mut request = netlink_bindings::ethtool::Request::new().op_linkstate_get_do();
    request
        .encode()
        .nested_header()
        .push_dev_name_bytes(b"lo")
        .end_nested();
    // It says 8.
    request.header_mut().cmd = 6;
    let mut reply = socket.request(&request)?;
    println!("{:?}", reply.recv_one()?.get_link().ok());
    Ok(())
}
