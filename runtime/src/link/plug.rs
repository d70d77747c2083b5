//! Where a fake kernel is plugged in: the other end of a socket pair, which does what the real one does
//! beside sending bytes.
//!
//! Without the feature `testing` no socket has a plug, and none of this is in the program.

use std::io;

use crate::link::datagram::Datagram;

/// What stands before each datagram of a fake kernel: what the real one tells of it another way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Envelope {
    /// The sender's port id; 0 for the kernel.
    pub(crate) sender: u32,
    /// The multicast group; 0 for unicast.
    pub(crate) group: u32,
    /// The receive fails with this error number, unless it is 0.
    pub(crate) errno: i32,
    /// How many bytes of the datagram are not known: those behind the bytes that follow.
    pub(crate) missing: u32,
}

impl Envelope {
    /// Bytes of an envelope.
    pub(crate) const LEN: usize = 16;

    /// Puts a datagram into the envelope.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn seal(self, datagram: &[u8]) -> Vec<u8> {
        let mut sealed = Vec::with_capacity(Self::LEN + datagram.len());
        sealed.extend_from_slice(&self.sender.to_ne_bytes());
        sealed.extend_from_slice(&self.group.to_ne_bytes());
        sealed.extend_from_slice(&self.errno.to_ne_bytes());
        sealed.extend_from_slice(&self.missing.to_ne_bytes());
        sealed.extend_from_slice(datagram);
        sealed
    }

    #[cfg(any(test, feature = "testing"))]
    fn read(bytes: [u8; Self::LEN]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = bytes;
        Self {
            sender: u32::from_ne_bytes([a, b, c, d]),
            group: u32::from_ne_bytes([e, f, g, h]),
            errno: i32::from_ne_bytes([i, j, k, l]),
            missing: u32::from_ne_bytes([m, n, o, p]),
        }
    }
}

/// What a fake kernel knows of a socket.
#[cfg(any(test, feature = "testing"))]
#[derive(Debug, Default)]
pub(crate) struct Plug {
    groups: std::sync::Mutex<Vec<u32>>,
    lost: std::sync::atomic::AtomicU32,
    /// The recording that plays the kernel.
    #[cfg(feature = "testing")]
    player: Option<std::sync::Arc<std::sync::Mutex<dyn Player>>>,
}

/// A recording that plays the kernel.
#[cfg(feature = "testing")]
pub(crate) trait Player: std::fmt::Debug + Send {
    /// Says what comes next, until a request is awaited or the queue is full.
    fn play(&mut self) -> io::Result<()>;

    /// Compares what the socket has sent with what was recorded.
    fn heard(&mut self, protocol: i32) -> io::Result<()>;

    /// The number before the sequence number of the first request.
    fn seq(&self) -> u32;

    /// How many datagrams the socket has lost.
    fn lost(&mut self) -> io::Result<u32>;

    /// Fails when nothing will come any more: a wait would be for ever.
    fn may_wait(&self) -> io::Result<()>;
}

/// A recording is whole whatever panicked meanwhile.
#[cfg(feature = "testing")]
fn lock(player: &std::sync::Mutex<dyn Player>) -> std::sync::MutexGuard<'_, dyn Player + 'static> {
    player
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// There are none.
#[cfg(not(any(test, feature = "testing")))]
#[derive(Debug)]
pub(crate) enum Plug {}

#[cfg(any(test, feature = "testing"))]
impl Plug {
    /// The socket joins a multicast group.
    pub(crate) fn join(&self, group: u32) {
        self.groups().push(group);
    }

    /// The socket leaves a multicast group.
    pub(crate) fn leave(&self, group: u32) {
        self.groups().retain(|joined| *joined != group);
    }

    /// Whether the socket has joined a multicast group.
    #[cfg(feature = "testing")]
    pub(crate) fn has_joined(&self, group: u32) -> bool {
        self.groups().contains(&group)
    }

    fn groups(&self) -> std::sync::MutexGuard<'_, Vec<u32>> {
        // A list of numbers is whole whatever panicked meanwhile.
        self.groups
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Counts datagrams that the socket had no room for.
    pub(crate) fn lose(&self, count: u32) {
        self.lost
            .fetch_add(count, std::sync::atomic::Ordering::Relaxed);
    }

    /// How many datagrams the socket had no room for (`SK_MEMINFO_DROPS`).
    pub(crate) fn lost(&self) -> io::Result<u32> {
        #[cfg(feature = "testing")]
        if let Some(player) = &self.player {
            return lock(player).lost();
        }
        Ok(self.lost.load(std::sync::atomic::Ordering::Relaxed))
    }

    /// The number before the sequence number of the first request. Tests write answers before they are asked for, and
    /// a recording has its own.
    pub(crate) fn seq(&self) -> u32 {
        #[cfg(feature = "testing")]
        if let Some(player) = &self.player {
            return lock(player).seq();
        }
        0
    }

    /// Whether the answer to a request is queued, or lost, when the request has been sent: of a recording.
    pub(crate) fn answers_at_once(&self) -> bool {
        #[cfg(feature = "testing")]
        return self.player.is_some();
        #[cfg(not(feature = "testing"))]
        false
    }

    /// That of a socket whose kernel a recording plays.
    #[cfg(feature = "testing")]
    pub(crate) fn of_player(player: std::sync::Arc<std::sync::Mutex<dyn Player>>) -> Self {
        Self {
            player: Some(player),
            ..Self::default()
        }
    }

    /// The socket will be received from.
    pub(crate) fn play(&self) -> io::Result<()> {
        #[cfg(feature = "testing")]
        if let Some(player) = &self.player {
            return lock(player).play();
        }
        Ok(())
    }

    /// The socket has sent a datagram.
    pub(crate) fn sent(&self, protocol: i32) -> io::Result<()> {
        #[cfg(feature = "testing")]
        if let Some(player) = &self.player {
            return lock(player).heard(protocol);
        }
        let _ = protocol;
        Ok(())
    }

    /// Whether waiting makes sense.
    pub(crate) fn may_wait(&self) -> io::Result<()> {
        #[cfg(feature = "testing")]
        if let Some(player) = &self.player {
            return lock(player).may_wait();
        }
        Ok(())
    }

    /// What a datagram is that was received into `room` bytes, of which `len` came with its envelope.
    pub(crate) fn open(
        &self,
        envelope: [u8; Envelope::LEN],
        len: usize,
        room: usize,
    ) -> io::Result<Datagram> {
        let Some(known) = len.checked_sub(Envelope::LEN) else {
            let gone = "the fake kernel has ended; did one of its answers panic?";
            return Err(io::Error::new(io::ErrorKind::ConnectionReset, gone));
        };
        let envelope = Envelope::read(envelope);
        if envelope.errno != 0 {
            return Err(io::Error::from_raw_os_error(envelope.errno));
        }
        let missing = usize::try_from(envelope.missing).unwrap_or(usize::MAX);
        let len = known.saturating_add(missing);
        if missing != 0 && len <= room {
            let text = format!(
                "the recording has {known} of {len} bytes of a datagram, which fits the receive buffer; \
                 the buffer was smaller when it was recorded"
            );
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        }
        Ok(Datagram {
            len,
            sender: envelope.sender,
            group: envelope.group,
        })
    }
}

#[cfg(not(any(test, feature = "testing")))]
impl Plug {
    pub(crate) fn join(&self, _: u32) {
        match *self {}
    }

    pub(crate) fn leave(&self, _: u32) {
        match *self {}
    }

    pub(crate) fn lost(&self) -> io::Result<u32> {
        match *self {}
    }

    pub(crate) fn seq(&self) -> u32 {
        match *self {}
    }

    pub(crate) fn answers_at_once(&self) -> bool {
        match *self {}
    }

    pub(crate) fn play(&self) -> io::Result<()> {
        match *self {}
    }

    pub(crate) fn sent(&self, _: i32) -> io::Result<()> {
        match *self {}
    }

    pub(crate) fn may_wait(&self) -> io::Result<()> {
        match *self {}
    }

    pub(crate) fn open(&self, _: [u8; Envelope::LEN], _: usize, _: usize) -> io::Result<Datagram> {
        match *self {}
    }
}
