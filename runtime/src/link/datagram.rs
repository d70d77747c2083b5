//! What is known of a datagram beside its bytes.

/// What a receive told of a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Datagram {
    /// The datagram's length, also when the buffer was shorter.
    pub(crate) len: usize,
    /// The sender's port id by the socket address, which the kernel fills in: 0 is the kernel.
    pub(crate) sender: u32,
    /// The multicast group it was sent to (`NETLINK_PKTINFO`); 0 for unicast.
    pub(crate) group: u32,
}
