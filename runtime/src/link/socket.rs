//! The netlink socket: the one file that calls libc.
//!
//! Everything `unsafe` of the crate is here, each block with the reason why it is sound. Above it the
//! rest of the crate sees file descriptors that are owned and buffers that are slices.

#![allow(unsafe_code)]

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::mem::{size_of, zeroed};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
#[cfg(any(test, feature = "testing"))]
use std::sync::Arc;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

use crate::link::datagram::Datagram;
use crate::link::features::Features;
use crate::link::forked::Forked;
use crate::link::plug::{Envelope, Plug};
#[cfg(feature = "testing")]
use crate::link::record::Record;
use crate::link::relay::{Calls, Relay};
use crate::wire::{MessageHeader, control};

/// A netlink socket, bound to a port id that the kernel chose.
#[derive(Debug)]
pub(crate) struct Socket {
    fd: OwnedFd,
    /// The netlink protocol that is spoken; to another process, over `NETLINK_USERSOCK`.
    protocol: i32,
    port_id: u32,
    /// The port id of the process that plays the kernel; 0 for the kernel.
    peer: u32,
    /// How long sending to it waits.
    send_timeout: Option<Duration>,
    /// Which process it belongs to, of those that fork one from another.
    process: u32,
    /// It was made here and has joined no group, so nothing comes by one.
    ungrouped: AtomicBool,
    /// What the kernel refused ([`Features`]).
    refused: AtomicU8,
    /// Who sent the last datagram; `NOBODY` where it is not known.
    #[cfg(feature = "server")]
    user: AtomicU32,
    /// The thread that makes its system calls, if the caller does not.
    relay: Option<Box<Relay>>,
    /// The fake kernel at the other end, instead of the real one.
    #[cfg(any(test, feature = "testing"))]
    plug: Option<Arc<Plug>>,
    /// What is written down of it.
    #[cfg(feature = "testing")]
    tape: Option<Arc<dyn Record>>,
}

/// How often the process and those it comes from have forked since the first socket was made.
static FORKS: AtomicU32 = AtomicU32::new(0);

/// Which process this is, of those that fork one from another. Unlike `getpid` it is no system call.
fn generation() -> u32 {
    extern "C" fn forked() {
        FORKS.fetch_add(1, Ordering::Relaxed);
    }
    static WATCHED: Once = Once::new();
    WATCHED.call_once(|| {
        // SAFETY: the child calls `forked`, which lives as long as this code does and does nothing that a
        // child of a process with threads may not do.
        // Without memory for it forks are not noticed, as by most programs.
        let _ = unsafe { libc::pthread_atfork(None, None, Some(forked)) };
    });
    FORKS.load(Ordering::Relaxed)
}

/// Options of netlink sockets (`SOL_NETLINK`), which are asked for by setting them to 1.
const OPTIONS: [(Features, libc::c_int); 4] = [
    (Features::EXT_ACK, libc::NETLINK_EXT_ACK),
    (Features::CAP_ACK, libc::NETLINK_CAP_ACK),
    (Features::GROUP_INFO, libc::NETLINK_PKTINFO),
    (Features::STRICT_CHECK, NETLINK_GET_STRICT_CHK),
];

/// The user id that no user has.
#[cfg(feature = "server")]
const NOBODY: u32 = u32::MAX;

/// The crate libc has it for Android only.
const NETLINK_GET_STRICT_CHK: libc::c_int = 12;

/// The crate libc does not have it for Android, all of whose architectures have the number of `asm-generic`.
#[cfg(target_os = "android")]
const SO_MEMINFO: libc::c_int = 55;
#[cfg(not(target_os = "android"))]
use libc::SO_MEMINFO;

/// libc has it since a later version than the least that is asked for.
#[cfg(not(any(target_arch = "sparc", target_arch = "sparc64")))]
const SO_NETNS_COOKIE: libc::c_int = 71;
#[cfg(any(target_arch = "sparc", target_arch = "sparc64"))]
const SO_NETNS_COOKIE: libc::c_int = 0x50;

/// libc has it for few systems.
const SIOCGSKNS: u32 = 0x894c;

impl Socket {
    /// Opens a socket of a netlink protocol in the calling thread's network namespace.
    pub(crate) fn open(protocol: i32) -> io::Result<Self> {
        let kind = libc::SOCK_RAW | libc::SOCK_CLOEXEC;
        // SAFETY: no pointers are passed; the result is checked before it is used.
        let fd = check(unsafe { libc::socket(libc::AF_NETLINK, kind, protocol) })?;
        // SAFETY: `fd` is a descriptor that the kernel just made for us; nothing else owns it.
        Self::bound(unsafe { OwnedFd::from_raw_fd(fd) }, protocol, true)
    }

    /// Opens a socket of a netlink protocol with a port id of the caller's choice.
    #[cfg(feature = "server")]
    pub(crate) fn open_at(protocol: i32, port_id: u32) -> io::Result<Self> {
        let kind = libc::SOCK_RAW | libc::SOCK_CLOEXEC;
        // SAFETY: no pointers are passed; the result is checked before it is used.
        let fd = check(unsafe { libc::socket(libc::AF_NETLINK, kind, protocol) })?;
        // SAFETY: `fd` is a descriptor that the kernel just made for us; nothing else owns it.
        let fd = unsafe { OwnedFd::from_raw_fd(fd) };
        let mut address = kernel_address();
        address.nl_pid = port_id;
        bind_to(fd.as_fd(), &address)?;
        Self::bound(fd, protocol, true)
    }

    /// Lets the process with the port id `peer`, on the other side of `NETLINK_USERSOCK`, be the kernel that speaks
    /// `protocol`. What it sends has the sender 0, what anybody else sends has not.
    ///
    /// `patience` is how long sending waits for room in the other's queue.
    pub(crate) fn played_by(
        mut self,
        protocol: i32,
        peer: u32,
        patience: Option<Duration>,
    ) -> io::Result<Self> {
        (self.protocol, self.peer) = (protocol, peer);
        if let Some(patience) = patience {
            set_send_timeout(self.fd.as_fd(), patience)?;
        }
        self.send_timeout = patience;
        Ok(self)
    }

    /// How long sending to another process waits for room in its queue.
    pub(crate) fn send_timeout(&self) -> Option<Duration> {
        self.send_timeout
    }

    /// The port id of the process that plays the kernel, if one does.
    pub(crate) fn peer(&self) -> Option<u32> {
        (self.peer != 0).then_some(self.peer)
    }

    /// The sender as the rest of the crate knows it: 0 is who is believed.
    #[inline]
    fn believed(&self, sender: u32) -> u32 {
        match sender == self.peer {
            true => 0,
            // Nothing of the kernel comes this way.
            false if sender == 0 => u32::MAX,
            false => sender,
        }
    }

    /// Takes over a netlink socket that somebody else opened, and binds it if it is not bound. From now on the kernel
    /// reports its losses, whatever was asked for before (`NETLINK_NO_ENOBUFS`).
    pub(crate) fn adopt(fd: OwnedFd, protocol: i32) -> io::Result<Self> {
        let socket = Self::from_fd(fd, protocol)?;
        let (level, silent) = (libc::SOL_NETLINK, libc::NETLINK_NO_ENOBUFS);
        match get_option(socket.as_fd(), level, silent) {
            // Where it cannot be asked for it is not set, as far as one can know.
            Ok(0) | Err(_) => Ok(socket),
            Ok(_) => set_option(socket.as_fd(), level, silent, 0).map(|()| socket),
        }
    }

    fn from_fd(fd: OwnedFd, protocol: i32) -> io::Result<Self> {
        let family = i32::from(local_address(fd.as_fd())?.nl_family);
        // Where it cannot be asked for, the caller's word is taken.
        let actual = get_option(fd.as_fd(), libc::SOL_SOCKET, libc::SO_PROTOCOL);
        let actual = actual.unwrap_or(protocol);
        if family != libc::AF_NETLINK || actual != protocol {
            let text = format!(
                "the descriptor is a socket of address family {family}, protocol {actual}, not a \
                 netlink socket of protocol {protocol}"
            );
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        }
        Self::bound(fd, protocol, false)
    }

    /// A socket of the real kernel, with a port id.
    fn bound(fd: OwnedFd, protocol: i32, ungrouped: bool) -> io::Result<Self> {
        Ok(Self {
            port_id: bind(fd.as_fd())?,
            fd,
            protocol,
            peer: 0,
            send_timeout: None,
            process: generation(),
            ungrouped: AtomicBool::new(ungrouped),
            refused: AtomicU8::new(0),
            #[cfg(feature = "server")]
            user: AtomicU32::new(NOBODY),
            relay: None,
            #[cfg(any(test, feature = "testing"))]
            plug: None,
            #[cfg(feature = "testing")]
            tape: None,
        })
    }

    /// A socket whose kernel is the other end of a pair (`AF_UNIX`, datagrams in sequence), and that
    /// end. What the other end sends has an [`Envelope`] before it.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn pair(
        protocol: i32,
        port_id: u32,
        plug: Arc<Plug>,
    ) -> io::Result<(Self, OwnedFd)> {
        let kind = libc::SOCK_SEQPACKET | libc::SOCK_CLOEXEC;
        let mut ends = [-1; 2];
        // SAFETY: `ends` is writable for the two descriptors that the kernel writes.
        check(unsafe { libc::socketpair(libc::AF_UNIX, kind, 0, ends.as_mut_ptr()) })?;
        // SAFETY: both descriptors were just made for us; nothing else owns them.
        let [fd, other] = ends.map(|end| unsafe { OwnedFd::from_raw_fd(end) });
        let socket = Self {
            fd,
            protocol,
            port_id,
            peer: 0,
            send_timeout: None,
            process: generation(),
            ungrouped: AtomicBool::new(false),
            refused: AtomicU8::new(0),
            #[cfg(feature = "server")]
            user: AtomicU32::new(NOBODY),
            relay: None,
            plug: Some(plug),
            #[cfg(feature = "testing")]
            tape: None,
        };
        Ok((socket, other))
    }

    /// Writes down what it does from now on.
    #[cfg(feature = "testing")]
    pub(crate) fn record(&mut self, tape: Arc<dyn Record>) {
        self.tape = Some(tape);
    }

    /// Fails when a recording that plays the kernel has nothing more to say: a wait would be for ever.
    pub(crate) fn may_wait(&self) -> io::Result<()> {
        self.plug().map_or(Ok(()), Plug::may_wait)
    }

    #[cfg(any(test, feature = "testing"))]
    fn plug(&self) -> Option<&Plug> {
        self.plug.as_deref()
    }

    #[cfg(not(any(test, feature = "testing")))]
    #[inline(always)]
    fn plug(&self) -> Option<&Plug> {
        None
    }

    /// Lets a thread of its own make its system calls, which offers `size` bytes to each receive at first. A fake kernel
    /// holds nobody up.
    pub(crate) fn relayed(mut self, size: usize) -> io::Result<Self> {
        if self.plug().is_none() {
            let other = Self {
                fd: self.fd.try_clone()?,
                protocol: self.protocol,
                port_id: self.port_id,
                peer: self.peer,
                send_timeout: self.send_timeout,
                process: self.process,
                ungrouped: AtomicBool::new(self.ungrouped.load(Ordering::Relaxed)),
                refused: AtomicU8::new(0),
                #[cfg(feature = "server")]
                user: AtomicU32::new(NOBODY),
                relay: None,
                #[cfg(any(test, feature = "testing"))]
                plug: None,
                #[cfg(feature = "testing")]
                tape: None,
            };
            self.relay = Some(Box::new(Relay::start(other, size)?));
        }
        Ok(self)
    }

    /// Whether a thread of its own makes its system calls.
    pub(crate) fn is_relayed(&self) -> bool {
        self.relay.is_some()
    }

    /// Whether somebody else opened it, who may have asked for something, lost something or joined groups. It is not
    /// known any more when a group has been joined.
    pub(crate) fn is_adopted(&self) -> bool {
        self.plug().is_none() && !self.ungrouped.load(Ordering::Relaxed)
    }

    /// Whether the answer to a request is queued, or lost, when the request has been sent. A fake kernel answers in a
    /// thread of its own, another process when it comes to it.
    pub(crate) fn answers_at_once(&self) -> bool {
        self.peer == 0 && self.plug().is_none_or(Plug::answers_at_once)
    }

    /// Whether another socket may take its place: nobody has given it to us, or looks at what it does.
    pub(crate) fn can_be_renewed(&self) -> bool {
        #[cfg(feature = "testing")]
        if self.tape.is_some() {
            return false;
        }
        self.plug().is_none() && !self.is_adopted()
    }

    /// The number before the sequence number of the first request.
    ///
    /// It differs from socket to socket: what the kernel sent to one that had the same port id before, or shares it,
    /// is no answer then.
    pub(crate) fn seq(&self) -> u32 {
        if let Some(plug) = self.plug() {
            return plug.seq();
        }
        let unlike = (std::process::id(), self.port_id, SystemTime::now());
        // The least 32 bits: all of a hash are as good.
        RandomState::new().hash_one(unlike) as u32
    }

    /// A number of the network namespace that it is in (`SO_NETNS_COOKIE`); since Linux 5.14.
    pub(crate) fn namespace_cookie(&self) -> io::Result<u64> {
        let mut cookie = 0u64;
        let mut len = size_of::<u64>() as libc::socklen_t;
        // SAFETY: `cookie` is writable for `len` bytes; the kernel writes no more than that.
        check(unsafe {
            libc::getsockopt(
                self.raw(),
                libc::SOL_SOCKET,
                SO_NETNS_COOKIE,
                (&raw mut cookie).cast(),
                &raw mut len,
            )
        })?;
        Ok(cookie)
    }

    /// The network namespace that it is in (`SIOCGSKNS`). Needs `CAP_NET_ADMIN` there.
    pub(crate) fn namespace(&self) -> io::Result<OwnedFd> {
        // SAFETY: the request takes no argument; the result is checked before it is used.
        let fd = check(unsafe { libc::ioctl(self.raw(), SIOCGSKNS as _) })?;
        // SAFETY: `fd` is a descriptor that the kernel just made for us; nothing else owns it.
        Ok(unsafe { OwnedFd::from_raw_fd(fd) })
    }

    /// Talks to the kernel only, if the kernel allows it: messages that other processes send to our port id are
    /// refused. Otherwise they come, and are dropped by their sender.
    pub(crate) fn connect_to_kernel(&self) {
        let mut address = kernel_address();
        address.nl_pid = self.peer;
        if connect(self.fd.as_fd(), &address).is_err() {
            self.refuse(Features::KERNEL_ONLY);
        }
    }

    /// The port id that the kernel chose (`nl_pid`).
    pub(crate) fn port_id(&self) -> u32 {
        self.port_id
    }

    /// The netlink protocol (`NETLINK_GENERIC` and others).
    pub(crate) fn protocol(&self) -> i32 {
        self.protocol
    }

    /// Asks for what an older kernel may not have.
    pub(crate) fn ask_for(&self, wanted: Features) {
        if self.plug().is_some() {
            return;
        }
        for (feature, name) in OPTIONS {
            if wanted.contains(feature)
                && set_option(self.fd.as_fd(), libc::SOL_NETLINK, name, 1).is_err()
            {
                self.refuse(feature);
            }
        }
    }

    /// Has the kernel say which user sends each datagram (`SO_PASSCRED`).
    #[cfg(feature = "server")]
    pub(crate) fn ask_for_users(&self) {
        // It is said where groups are.
        self.ungrouped.store(false, Ordering::Relaxed);
        // Where it is refused, nobody is known.
        let _ = set_option(self.fd.as_fd(), libc::SOL_SOCKET, libc::SO_PASSCRED, 1);
    }

    /// The user id of who sent the last datagram, by the kernel's word, if that was asked for.
    #[cfg(feature = "server")]
    pub(crate) fn user(&self) -> Option<u32> {
        let user = self.user.load(Ordering::Relaxed);
        (user != NOBODY).then_some(user)
    }

    /// Goes on without a feature.
    fn refuse(&self, feature: Features) {
        self.refused.fetch_or(feature.bits(), Ordering::Relaxed);
    }

    /// What the kernel did not refuse.
    pub(crate) fn features(&self) -> Features {
        !Features::from_bits_retain(self.refused.load(Ordering::Relaxed))
    }

    /// Sets the receive buffer's size in bytes: beyond the system's limit when the process may
    /// (`SO_RCVBUFFORCE`), else up to it (`SO_RCVBUF`), or leaves it as it is where neither is allowed.
    pub(crate) fn set_receive_buffer(&self, bytes: usize) {
        let set = self.set_buffer(bytes, libc::SO_RCVBUFFORCE, libc::SO_RCVBUF);
        if set.is_err() {
            self.refuse(Features::SOCKET_BUFFER);
        }
    }

    /// Sets how long a datagram to the kernel may be, in bytes: beyond the system's limit when the process
    /// may (`SO_SNDBUFFORCE`), else up to it (`SO_SNDBUF`).
    pub(crate) fn set_send_buffer(&self, bytes: usize) -> io::Result<()> {
        self.set_buffer(bytes, libc::SO_SNDBUFFORCE, libc::SO_SNDBUF)
    }

    fn set_buffer(&self, bytes: usize, force: i32, name: i32) -> io::Result<()> {
        let bytes = libc::c_int::try_from(bytes).unwrap_or(libc::c_int::MAX);
        let set = |name| set_option(self.fd.as_fd(), libc::SOL_SOCKET, name, bytes);
        set(force).or_else(|_| set(name))
    }

    /// How much the kernel queues for this socket, in bytes by its own reckoning, before it drops messages
    /// (`SO_RCVBUF`).
    pub(crate) fn receive_buffer(&self) -> io::Result<usize> {
        let bytes = get_option(self.fd.as_fd(), libc::SOL_SOCKET, libc::SO_RCVBUF)?;
        Ok(usize::try_from(bytes).unwrap_or(0))
    }

    /// Joins a multicast group. A group id that does not exist is accepted and silent.
    pub(crate) fn join(&self, group: u32) -> io::Result<()> {
        if let Some(plug) = self.plug() {
            plug.join(group);
            return Ok(());
        }
        self.ungrouped.store(false, Ordering::Relaxed);
        let joined = self.membership(libc::NETLINK_ADD_MEMBERSHIP, group);
        if joined.is_err() && self.bind_group(group) {
            self.refuse(Features::ALL_GROUPS);
            return Ok(());
        }
        joined
    }

    /// Leaves a multicast group. One that is gone is an error.
    pub(crate) fn leave(&self, group: u32) -> io::Result<()> {
        if let Some(plug) = self.plug() {
            plug.leave(group);
            return Ok(());
        }
        self.membership(libc::NETLINK_DROP_MEMBERSHIP, group)
    }

    fn membership(&self, option: libc::c_int, group: u32) -> io::Result<()> {
        let group = libc::c_int::try_from(group).map_err(|_| io::ErrorKind::InvalidInput)?;
        set_option(self.fd.as_fd(), libc::SOL_NETLINK, option, group)
    }

    /// Joins one of the first 32 groups in the older way, by the address: for where the option is refused. Whether it
    /// was done.
    fn bind_group(&self, group: u32) -> bool {
        let bit = group.checked_sub(1).and_then(|at| 1u32.checked_shl(at));
        let (Some(bit), Ok(mut address)) = (bit, local_address(self.fd.as_fd())) else {
            return false;
        };
        address.nl_groups |= bit;
        // The kernel passes over groups that the protocol does not have.
        bind_to(self.fd.as_fd(), &address).is_ok()
            && local_address(self.fd.as_fd()).is_ok_and(|now| now.nl_groups & bit != 0)
    }

    /// How many datagrams this socket has lost since it was made (`SK_MEMINFO_DROPS`). It fails where the kernel does
    /// not count them.
    pub(crate) fn drops(&self) -> io::Result<u32> {
        let lost = self.drops_now()?;
        #[cfg(feature = "testing")]
        if let Some(tape) = &self.tape {
            tape.asked(lost)?;
        }
        Ok(lost)
    }

    fn drops_now(&self) -> io::Result<u32> {
        const DROPS: usize = 8;
        if let Some(plug) = self.plug() {
            return plug.lost();
        }
        let mut info = [0u32; DROPS + 1];
        let mut len = size_of::<[u32; DROPS + 1]>() as libc::socklen_t;
        // SAFETY: `info` is writable for `len` bytes; the kernel writes no more than that.
        let asked = check(unsafe {
            libc::getsockopt(
                self.raw(),
                libc::SOL_SOCKET,
                SO_MEMINFO,
                info.as_mut_ptr().cast(),
                &raw mut len,
            )
        });
        if asked.is_err() {
            self.refuse(Features::LOSS_COUNT);
        }
        asked.map(|_| info.last().copied().unwrap_or(0))
    }

    /// Fails in a child of the process that made the socket.
    #[inline]
    fn own(&self) -> io::Result<()> {
        match self.process == FORKS.load(Ordering::Relaxed) {
            true => Ok(()),
            false => Err(io::Error::other(Forked)),
        }
    }

    /// Sends one datagram to the kernel, where the socket is connected to, or goes without being connected.
    #[inline]
    pub(crate) fn send(&self, bytes: &[u8]) -> io::Result<()> {
        self.own()?;
        match &self.relay {
            Some(relay) => self.relay_to(relay, bytes)?,
            None => self.send_now(bytes)?,
        }
        #[cfg(feature = "testing")]
        if let Some(tape) = &self.tape {
            tape.sent(bytes)?;
        }
        self.plug().map_or(Ok(()), |plug| plug.sent(self.protocol))
    }

    #[inline]
    fn send_now(&self, bytes: &[u8]) -> io::Result<()> {
        // Of the fake kernel only: the real one does not go.
        let flags = self.plug().map_or(0, |_| libc::MSG_NOSIGNAL);
        let sent = retry(|| {
            // SAFETY: `bytes` is readable for its length, and the kernel only reads it.
            unsafe { libc::send(self.raw(), bytes.as_ptr().cast(), bytes.len(), flags) }
        })?;
        match sent == bytes.len() {
            true => Ok(()),
            false => Err(io::ErrorKind::WriteZero.into()),
        }
    }

    /// Lets the thread send a datagram. One that is too long is refused at once, as by the kernel (`netlink_sendmsg`).
    fn relay_to(&self, relay: &Relay, bytes: &[u8]) -> io::Result<()> {
        let most = get_option(self.fd.as_fd(), libc::SOL_SOCKET, libc::SO_SNDBUF)?;
        let most = usize::try_from(most).unwrap_or(0).saturating_sub(32);
        match bytes.len() > most {
            true => Err(io::Error::from_raw_os_error(libc::EMSGSIZE)),
            false => relay.send(bytes),
        }
    }

    /// Sends one datagram to another socket by its port id, and to groups by their bits.
    pub(crate) fn send_to(&self, port_id: u32, groups: u32, bytes: &[u8]) -> io::Result<()> {
        self.own()?;
        let mut address = kernel_address();
        (address.nl_pid, address.nl_groups) = (port_id, groups);
        send_to(self.fd.as_fd(), bytes, &address)
    }

    /// Receives a datagram if one is there; `WouldBlock` when none is.
    #[inline]
    pub(crate) fn receive(&self, buf: &mut [u8]) -> io::Result<Datagram> {
        self.own()?;
        let received = self.receive_now(buf);
        #[cfg(feature = "testing")]
        if let Some(tape) = &self.tape {
            tape.received(&received, buf)?;
        }
        received
    }

    #[inline]
    fn receive_now(&self, buf: &mut [u8]) -> io::Result<Datagram> {
        if let Some(relay) = &self.relay {
            return relay.receive(buf);
        }
        if self.ungrouped.load(Ordering::Relaxed) {
            return self.receive_ungrouped(buf);
        }
        self.receive_grouped(buf)
    }

    /// Receives a datagram if one is there, and is told who sent it. To be told the group as well would take
    /// a tenth of the time of a request.
    #[inline]
    fn receive_ungrouped(&self, buf: &mut [u8]) -> io::Result<Datagram> {
        // SAFETY: sockaddr_nl is plain data, for which all zeros are a value.
        let mut address: libc::sockaddr_nl = unsafe { zeroed() };
        let mut address_len = ADDRESS_LEN;
        let flags = libc::MSG_DONTWAIT | libc::MSG_TRUNC;
        let len = retry(|| {
            address_len = ADDRESS_LEN;
            // SAFETY: `buf` is writable for its length and `address` for `address_len`; the kernel writes no
            // more than that, and both lengths.
            unsafe {
                libc::recvfrom(
                    self.raw(),
                    buf.as_mut_ptr().cast(),
                    buf.len(),
                    flags,
                    (&raw mut address).cast(),
                    &raw mut address_len,
                )
            }
        })?;
        Ok(Datagram {
            len,
            sender: self.believed(sender(&address, address_len)),
            group: 0,
        })
    }

    /// Receives a datagram if one is there, and is told who sent it to which group.
    fn receive_grouped(&self, buf: &mut [u8]) -> io::Result<Datagram> {
        // Room for one NETLINK_PKTINFO, aligned as control messages must be.
        let mut control = [0u64; 8];
        // SAFETY: sockaddr_nl and msghdr are plain data, for which all zeros are a value.
        let (mut address, mut message): (libc::sockaddr_nl, libc::msghdr) = unsafe { zeroed() };
        let plug = self.plug();
        plug.map_or(Ok(()), Plug::play)?;
        let mut envelope = [0; Envelope::LEN];
        let part = |bytes: &mut [u8]| libc::iovec {
            iov_base: bytes.as_mut_ptr().cast(),
            iov_len: bytes.len(),
        };
        // Only a fake kernel fills the first.
        let mut parts = [part(&mut envelope), part(buf)];
        let parts = parts
            .get_mut(usize::from(plug.is_none())..)
            .unwrap_or_default();
        message.msg_name = (&raw mut address).cast();
        message.msg_iov = parts.as_mut_ptr();
        // The C libraries differ in the types of both lengths.
        message.msg_iovlen = parts.len() as _;
        message.msg_control = control.as_mut_ptr().cast();
        let flags = libc::MSG_DONTWAIT | libc::MSG_TRUNC;
        let len = retry(|| {
            message.msg_namelen = ADDRESS_LEN;
            message.msg_controllen = size_of::<[u64; 8]>() as _;
            // SAFETY: every pointer in `message` and its parts is to a local or to `buf`, writable for
            // the length beside it, and all outlive the call.
            unsafe { libc::recvmsg(self.raw(), &raw mut message, flags) }
        })?;
        if let Some(plug) = plug {
            return plug.open(envelope, len, buf.len());
        }
        #[cfg(feature = "server")]
        {
            let user = credentials(&message).unwrap_or(NOBODY);
            self.user.store(user, Ordering::Relaxed);
        }
        Ok(Datagram {
            len,
            sender: self.believed(sender(&address, message.msg_namelen)),
            group: packet_group(&message).unwrap_or_else(|| first_group(&address)),
        })
    }

    fn raw(&self) -> libc::c_int {
        self.fd.as_raw_fd()
    }
}

/// What the thread of a [`Relay`] asks of a socket.
impl Calls for Socket {
    fn send(&self, bytes: &[u8]) -> io::Result<()> {
        Self::send(self, bytes)
    }

    fn receive(&self, buf: &mut [u8]) -> io::Result<Datagram> {
        Self::receive(self, buf)
    }

    fn wait(&self, woken: BorrowedFd<'_>, receives: bool) -> io::Result<(bool, bool)> {
        wait_for_both(woken, receives.then(|| self.as_fd()))
    }
}

/// What becomes readable when something can be received.
impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match &self.relay {
            Some(relay) => relay.as_fd(),
            None => self.fd.as_fd(),
        }
    }
}

/// Waits until a datagram can be received; `false` when the deadline came first. Without a
/// deadline it waits for ever.
pub(crate) fn wait(fd: BorrowedFd<'_>, deadline: Option<Instant>) -> io::Result<bool> {
    loop {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        let mut poll = libc::pollfd {
            fd: fd.as_raw_fd(),
            events: libc::POLLIN,
            revents: 0,
        };
        let timeout = left.map(timespec);
        let timeout = timeout
            .as_ref()
            .map_or(std::ptr::null(), std::ptr::from_ref);
        // SAFETY: one pollfd is passed as one; the timeout is null or points to a timespec that
        // lives until the call returns; a null signal mask leaves the mask alone.
        let ready = unsafe { libc::ppoll(&raw mut poll, 1, timeout, std::ptr::null()) };
        match check(ready) {
            Ok(0) => return Ok(false),
            Ok(_) => return Ok(true),
            // The time left is computed anew, so signals do not prolong the wait.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Waits until one of two descriptors can be read from, and says which can; the second may be none.
fn wait_for_both(
    first: BorrowedFd<'_>,
    second: Option<BorrowedFd<'_>>,
) -> io::Result<(bool, bool)> {
    let entry = |fd: Option<BorrowedFd<'_>>| libc::pollfd {
        // The kernel passes over a negative one.
        fd: fd.map_or(-1, |fd| fd.as_raw_fd()),
        events: libc::POLLIN,
        revents: 0,
    };
    let mut polls = [entry(Some(first)), entry(second)];
    let ready = loop {
        // SAFETY: two pollfds are passed as two, and they live until the call returns.
        let ready = check(unsafe { libc::poll(polls.as_mut_ptr(), 2, -1) });
        match ready {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            ready => break ready,
        }
    };
    ready?;
    let [first, second] = polls.map(|poll| poll.revents != 0);
    Ok((first, second))
}

/// Moves the calling thread into a network namespace.
pub(crate) fn enter_namespace(namespace: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: no pointers are passed, and the borrowed descriptor is open.
    check(unsafe { libc::setns(namespace.as_raw_fd(), libc::CLONE_NEWNET) }).map(|_| ())
}

const ADDRESS_LEN: libc::socklen_t = size_of::<libc::sockaddr_nl>() as libc::socklen_t;

/// The kernel's address: port id 0, no groups.
fn kernel_address() -> libc::sockaddr_nl {
    // SAFETY: sockaddr_nl is plain data, for which all zeros are a value.
    let mut address: libc::sockaddr_nl = unsafe { zeroed() };
    address.nl_family = libc::AF_NETLINK as libc::sa_family_t;
    address
}

/// Gives a socket a port id that the kernel chooses, if it has none; the port id.
///
/// It comes before any group is joined: an unbound socket has port id 0, and misses events that the kernel sends "to all
/// but 0".
fn bind(fd: BorrowedFd<'_>) -> io::Result<u32> {
    let bound = local_address(fd)?.nl_pid;
    if bound != 0 {
        return Ok(bound);
    }
    let kernel = kernel_address();
    let done = bind_to(fd, &kernel);
    if done.is_err() && connect(fd, &kernel).is_ok() {
        // Android may refuse to bind. To connect binds, too; a bound socket is not connected.
        let mut nobody = kernel;
        nobody.nl_family = libc::AF_UNSPEC as libc::sa_family_t;
        connect(fd, &nobody)?;
    } else if done.is_err() {
        // So does sending, also where nobody receives. To a message without flags there is no answer.
        let mut noop = Vec::new();
        MessageHeader {
            len: MessageHeader::LEN as u32,
            kind: control::NOOP,
            ..MessageHeader::default()
        }
        .write(&mut noop);
        let _ = send_to(fd, &noop, &kernel);
    }
    match (local_address(fd)?.nl_pid, done) {
        (0, Err(refused)) => Err(refused),
        (port_id, _) => Ok(port_id),
    }
}

fn bind_to(fd: BorrowedFd<'_>, address: &libc::sockaddr_nl) -> io::Result<()> {
    // SAFETY: `address` is a whole sockaddr_nl, and its size is what is passed.
    check(unsafe { libc::bind(fd.as_raw_fd(), (&raw const *address).cast(), ADDRESS_LEN) })?;
    Ok(())
}

fn connect(fd: BorrowedFd<'_>, address: &libc::sockaddr_nl) -> io::Result<()> {
    // SAFETY: `address` is a whole sockaddr_nl, and its size is what is passed.
    check(unsafe { libc::connect(fd.as_raw_fd(), (&raw const *address).cast(), ADDRESS_LEN) })?;
    Ok(())
}

/// The socket's own address: its port id, and the first 32 groups that it has joined.
fn local_address(fd: BorrowedFd<'_>) -> io::Result<libc::sockaddr_nl> {
    let mut address = kernel_address();
    let mut len = ADDRESS_LEN;
    // SAFETY: `address` is writable for `len` bytes; the kernel writes no more than that.
    check(unsafe { libc::getsockname(fd.as_raw_fd(), (&raw mut address).cast(), &raw mut len) })?;
    Ok(address)
}

fn set_option(fd: BorrowedFd<'_>, level: i32, name: i32, value: i32) -> io::Result<()> {
    let len = size_of::<libc::c_int>() as libc::socklen_t;
    // SAFETY: the value is an int that lives until the call returns, and its size is what is passed.
    check(unsafe {
        libc::setsockopt(fd.as_raw_fd(), level, name, (&raw const value).cast(), len)
    })?;
    Ok(())
}

/// Bounds how long sending waits for room in the receiver's queue (`SO_SNDTIMEO`).
fn set_send_timeout(fd: BorrowedFd<'_>, timeout: Duration) -> io::Result<()> {
    let time = libc::timeval {
        // The C libraries differ in the types of both.
        tv_sec: timeout.as_secs().try_into().unwrap_or(i32::MAX.into()),
        // Zero would be for ever.
        tv_usec: timeout.subsec_micros().max(1) as _,
    };
    let len = size_of::<libc::timeval>() as libc::socklen_t;
    // SAFETY: the value is a timeval that lives until the call returns, and its size is what is passed.
    check(unsafe {
        libc::setsockopt(
            fd.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_SNDTIMEO,
            (&raw const time).cast(),
            len,
        )
    })?;
    Ok(())
}

fn get_option(fd: BorrowedFd<'_>, level: i32, name: i32) -> io::Result<i32> {
    let mut value: libc::c_int = 0;
    let mut len = size_of::<libc::c_int>() as libc::socklen_t;
    // SAFETY: the value is an int, writable for `len` bytes; the kernel writes no more than that.
    check(unsafe {
        libc::getsockopt(
            fd.as_raw_fd(),
            level,
            name,
            (&raw mut value).cast(),
            &raw mut len,
        )
    })?;
    Ok(value)
}

/// The group in a received message's control data, if it is there (`NETLINK_PKTINFO`).
fn packet_group(message: &libc::msghdr) -> Option<u32> {
    let wanted = (libc::SOL_NETLINK, libc::NETLINK_PKTINFO);
    let info = control_data::<libc::nl_pktinfo>(message, wanted)?;
    Some(info.group)
}

/// The user id in a received message's control data, if it is there (`SCM_CREDENTIALS`).
#[cfg(feature = "server")]
fn credentials(message: &libc::msghdr) -> Option<u32> {
    let wanted = (libc::SOL_SOCKET, libc::SCM_CREDENTIALS);
    let credentials = control_data::<libc::ucred>(message, wanted)?;
    Some(credentials.uid)
}

/// The user id of this process, as the kernel says it to others (`SCM_CREDENTIALS`).
#[cfg(feature = "server")]
pub(crate) fn user() -> u32 {
    // SAFETY: it takes nothing and cannot fail.
    unsafe { libc::getuid() }
}

/// What plain data of the kernel's control messages is: integers, for which all bits are values.
trait Plain: Copy {}
impl Plain for libc::nl_pktinfo {}
#[cfg(feature = "server")]
impl Plain for libc::ucred {}

/// The data of the control message `wanted`, by level and type, if it is there and whole.
///
/// The data behind a header is read by the pointer to the header itself. A reference would reach no further than the
/// header does.
fn control_data<T: Plain>(message: &libc::msghdr, wanted: (i32, i32)) -> Option<T> {
    // SAFETY: recvmsg left `msg_control` and `msg_controllen` describing initialised control data, within which
    // CMSG_FIRSTHDR gives a whole header, or null.
    let mut next = unsafe { libc::CMSG_FIRSTHDR(message) };
    // The C libraries differ in the types of lengths.
    #[allow(clippy::unnecessary_cast)]
    let end = (message.msg_control as usize).saturating_add(message.msg_controllen as usize);
    while !next.is_null() {
        // SAFETY: it is a whole header of initialised control data; it is copied without regard to alignment.
        let header = unsafe { next.read_unaligned() };
        // SAFETY: CMSG_LEN and CMSG_DATA only compute, the latter an address no further than behind a whole header.
        let (needed, data) = unsafe {
            let needed = libc::CMSG_LEN(size_of::<T>() as u32);
            (needed as usize, libc::CMSG_DATA(next).cast::<T>())
        };
        #[allow(clippy::unnecessary_cast)]
        let whole =
            header.cmsg_len as usize >= needed && (next as usize).saturating_add(needed) <= end;
        if (header.cmsg_level, header.cmsg_type) == wanted && whole {
            // SAFETY: a T, which is plain data, follows the header within the control data, which `next` may reach all
            // of; it is read without regard to alignment.
            return Some(unsafe { data.read_unaligned() });
        }
        // SAFETY: `next` is a header within the message's control data; what comes is the next one, or null.
        next = unsafe { libc::CMSG_NXTHDR(message, next) };
    }
    None
}

/// The group by the sender's address, which has the first 32 as bits: 0 for unicast and for another group.
fn first_group(address: &libc::sockaddr_nl) -> u32 {
    address.nl_groups.checked_ilog2().map_or(0, |bit| bit + 1)
}

fn timespec(duration: Duration) -> libc::timespec {
    // The C libraries differ in the types of both.
    libc::timespec {
        tv_sec: duration.as_secs().try_into().unwrap_or(i32::MAX.into()),
        tv_nsec: duration.subsec_nanos() as _,
    }
}

fn check(result: libc::c_int) -> io::Result<libc::c_int> {
    match result {
        -1 => Err(io::Error::last_os_error()),
        result => Ok(result),
    }
}

/// The port id of who sent a datagram. Where the kernel wrote no netlink address it is not 0: whatever this is, the
/// kernel's word it is not.
fn sender(address: &libc::sockaddr_nl, len: libc::socklen_t) -> u32 {
    match len < ADDRESS_LEN {
        true => u32::MAX,
        false => address.nl_pid,
    }
}

/// Repeats a call that a signal interrupted.
fn retry(mut call: impl FnMut() -> libc::ssize_t) -> io::Result<usize> {
    loop {
        match usize::try_from(call()) {
            Ok(done) => return Ok(done),
            Err(_) => {
                let error = io::Error::last_os_error();
                if error.kind() != io::ErrorKind::Interrupted {
                    return Err(error);
                }
            }
        }
    }
}

/// Sends one datagram to an address, if it can be taken at once.
fn send_to(fd: BorrowedFd<'_>, bytes: &[u8], to: &libc::sockaddr_nl) -> io::Result<()> {
    let sent = retry(|| {
        // SAFETY: `bytes` is readable for its length and `to` is a whole sockaddr_nl; the kernel only reads both.
        unsafe {
            libc::sendto(
                fd.as_raw_fd(),
                bytes.as_ptr().cast(),
                bytes.len(),
                libc::MSG_DONTWAIT,
                (&raw const *to).cast(),
                ADDRESS_LEN,
            )
        }
    })?;
    match sent == bytes.len() {
        true => Ok(()),
        false => Err(io::ErrorKind::WriteZero.into()),
    }
}

/// Runs `child` in a forked process, and gives what it found.
#[cfg(test)]
pub(crate) fn in_child(child: impl FnOnce() -> bool) -> bool {
    // SAFETY: the child calls what glibc allows after a fork, its allocator among it, and ends here, without
    // the destructors and tests of the parent.
    match check(unsafe { libc::fork() }).unwrap() {
        0 => {
            let found = std::panic::catch_unwind(std::panic::AssertUnwindSafe(child));
            if found.unwrap_or(false) {
                // Not by an exit: valgrind would take for lost what belongs to the parent's other threads.
                // SAFETY: it only ends the process.
                unsafe { libc::kill(libc::getpid(), libc::SIGKILL) };
            }
            // SAFETY: it only ends the process.
            unsafe { libc::_exit(1) }
        }
        process => {
            let mut status = 0;
            // SAFETY: `status` is writable, and the process is our child.
            check(unsafe { libc::waitpid(process, &raw mut status, 0) }).unwrap();
            libc::WIFSIGNALED(status) && libc::WTERMSIG(status) == libc::SIGKILL
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A control message: its header, and its data.
    fn control(level: i32, name: i32, data: &[u32]) -> Vec<u8> {
        // SAFETY: CMSG_LEN only computes.
        let len = unsafe { libc::CMSG_LEN(size_of_val(data) as u32) };
        let mut bytes = (len as usize).to_ne_bytes()[..].to_vec();
        // `cmsg_len` is as long as C's `size_t`, or a 32-bit integer and padding of musl's.
        bytes.resize(size_of::<libc::cmsghdr>() - 8, 0);
        bytes.extend([level, name].map(i32::to_ne_bytes).as_flattened());
        bytes.extend(data.iter().flat_map(|part| part.to_ne_bytes()));
        // SAFETY: CMSG_SPACE only computes.
        bytes.resize(
            unsafe { libc::CMSG_SPACE(size_of_val(data) as u32) } as usize,
            0,
        );
        bytes
    }

    #[test]
    fn the_group_is_read_wherever_it_is_in_the_control_data() {
        let group = |group: &[u32]| control(libc::SOL_NETLINK, libc::NETLINK_PKTINFO, group);
        let other = control(libc::SOL_SOCKET, libc::SCM_CREDENTIALS, &[1, 2, 3]);
        let cut = group(&[0x1234_5678])[..size_of::<libc::cmsghdr>() + 2].to_vec();
        for (control, found) in [
            (vec![], None),
            (group(&[0x1234_5678]), Some(0x1234_5678)),
            (other.clone(), None),
            ([&*other, &*group(&[7])].concat(), Some(7)),
            ([&*group(&[7]), &*other].concat(), Some(7)),
            // Its length is too short, or more than there is.
            (group(&[]), None),
            (cut, None),
            (vec![0xff; 4], None),
        ] {
            let mut room = [0u64; 8];
            let len = control.len();
            for (word, bytes) in room.iter_mut().zip(control.chunks(8)) {
                let mut all = [0; 8];
                all[..bytes.len()].copy_from_slice(bytes);
                *word = u64::from_ne_bytes(all);
            }
            // SAFETY: msghdr is plain data, for which all zeros are a value.
            let mut message: libc::msghdr = unsafe { zeroed() };
            message.msg_control = room.as_mut_ptr().cast();
            message.msg_controllen = len as _;
            assert_eq!(packet_group(&message), found, "{control:x?}");
        }
    }

    #[test]
    fn the_first_groups_are_read_from_the_address() {
        for (bits, group) in [(0, 0), (1, 1), (1 << 15, 16), (1 << 31, 32)] {
            let mut address = kernel_address();
            address.nl_groups = bits;
            assert_eq!(first_group(&address), group);
        }
    }

    /// With it, events were lost silently.
    #[test]
    fn a_socket_that_is_taken_over_reports_its_losses() {
        let fd = Socket::open(libc::NETLINK_GENERIC).unwrap().fd;
        let option = |fd: BorrowedFd<'_>| {
            get_option(fd, libc::SOL_NETLINK, libc::NETLINK_NO_ENOBUFS).unwrap()
        };
        set_option(fd.as_fd(), libc::SOL_NETLINK, libc::NETLINK_NO_ENOBUFS, 1).unwrap();
        assert_eq!(option(fd.as_fd()), 1);
        let socket = Socket::adopt(fd, libc::NETLINK_GENERIC).unwrap();
        assert_eq!(option(socket.as_fd()), 0);
        assert!(socket.is_adopted() && !socket.can_be_renewed());
    }

    /// They were 1 in each connection, so what was sent to one could answer another that had its port id later.
    #[test]
    fn sequence_numbers_begin_at_another_in_each_socket() {
        let open = || Socket::open(libc::NETLINK_GENERIC).unwrap();
        let seqs: std::collections::BTreeSet<u32> = (0..100).map(|_| open().seq()).collect();
        assert!(seqs.len() > 98, "{seqs:?}");
        let spread = seqs.iter().map(|seq| seq >> 28);
        assert!(spread.collect::<std::collections::BTreeSet<_>>().len() > 8);
    }

    /// The protocol on which anybody may send to anybody.
    #[test]
    fn the_sender_is_told_before_and_after_a_group_is_joined() {
        let open = || Socket::open(libc::NETLINK_USERSOCK).unwrap();
        let (forger, socket, member) = (open(), open(), open());
        let forge = |from: &Socket, to: &Socket| from.send_to(to.port_id(), 0, &[0; 16]);
        // What is there when a socket is connected stays there.
        forge(&forger, &socket).unwrap();
        socket.connect_to_kernel();
        let refused = forge(&forger, &socket).unwrap_err();
        assert_eq!(refused.raw_os_error(), Some(libc::ECONNREFUSED));
        // As after a group was joined, which needs root.
        member.ungrouped.store(false, Ordering::Relaxed);
        forge(&forger, &member).unwrap();
        for socket in [socket, member] {
            let datagram = socket.receive(&mut [0; 4]).unwrap();
            assert_eq!((datagram.len, datagram.sender), (16, forger.port_id()));
        }
    }
}
