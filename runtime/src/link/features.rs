//! What the kernel grants a socket, and an older kernel may lack.

bitflags::bitflags! {
    /// What the kernel grants a socket, of what the runtime asks for and can do without.
    ///
    /// An older kernel, a sandbox or a filter of system calls may refuse any of them. Then the socket works all the same,
    /// and what is lost is said at each. Linux 4.20 and later refuse none.
    ///
    /// The set has all that was not refused. So it has what a socket does not ask for: a
    /// [`Connection`](crate::Connection) joins no groups, and generic netlink has no use for strict checks.
    ///
    /// ```no_run
    /// use nlgen_runtime::{Connection, Features};
    ///
    /// let conn = Connection::open()?;
    /// for (name, _) in (!conn.features()).iter_names() {
    ///     eprintln!("this kernel has no {name}");
    /// }
    /// if !conn.features().contains(Features::EXT_ACK) {
    ///     eprintln!("its errors are numbers only");
    /// }
    /// # Ok::<(), nlgen_runtime::Error>(())
    /// ```
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct Features: u8 {
        /// Refusals say more than a number (`NETLINK_EXT_ACK`, Linux 4.12).
        ///
        /// Without it [`Refusal`](crate::Refusal) has neither a message nor the attribute that was wrong or is missing, and
        /// [`Connection::warning`](crate::Connection::warning) is always `None`.
        const EXT_ACK = 1 << 0;
        /// Refusals do not repeat the request (`NETLINK_CAP_ACK`, Linux 4.3).
        ///
        /// Without it a long request that is refused takes as much room of the socket's queue again. Nothing else is lost.
        const CAP_ACK = 1 << 1;
        /// A dump of rtnetlink is limited as its request says, or refused (`NETLINK_GET_STRICT_CHK`, Linux 4.20).
        ///
        /// Without it the kernel passes over most of what a dump is limited by, and gives all objects. Generic netlink does
        /// not need it.
        const STRICT_CHECK = 1 << 2;
        /// Messages of other processes to this socket are refused by the kernel (`connect`).
        ///
        /// Without it they are received and dropped: [`Stats::foreign`](crate::Stats::foreign) counts them, and they take
        /// room of the socket's queue.
        const KERNEL_ONLY = 1 << 3;
        /// Lost datagrams are counted (`SO_MEMINFO`, Linux 4.12).
        ///
        /// Without it losses are reported all the same, with 0 for their number:
        /// [`Received::Overrun`](crate::Received::Overrun), [`Stats::lost`](crate::Stats::lost).
        const LOSS_COUNT = 1 << 4;
        /// The socket's queue has the size that was asked for by
        /// [`ConnectionBuilder::socket_buffer`](crate::ConnectionBuilder::socket_buffer), as far as the system's limit
        /// allows (`SO_RCVBUF`).
        ///
        /// Without it the queue has the system's default size.
        const SOCKET_BUFFER = 1 << 5;
        /// An event comes with the number of its group (`NETLINK_PKTINFO`, Linux 2.6.14).
        ///
        /// Without it only the groups from 1 to 32 are known, by the sender's address. For others
        /// [`Arrival::group`](crate::Arrival::group) is `None`; in a subscription to several families of one protocol their
        /// events are taken for the first family's.
        const GROUP_INFO = 1 << 6;
        /// All groups can be joined (`NETLINK_ADD_MEMBERSHIP`, Linux 2.6.14).
        ///
        /// Without it only the groups from 1 to 32 can, by the socket's address. Joining another one fails.
        const ALL_GROUPS = 1 << 7;
    }
}
