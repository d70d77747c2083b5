//! What a subject has read, in one number: those of two subjects are the same when they read the same.

/// Adds up what a subject reads, each value times the number of its field, in any order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sum(u64);

impl Sum {
    /// An integer, or a flag as 1.
    #[inline(always)]
    pub(crate) fn int(&mut self, field: u64, value: impl Into<u64>) {
        self.0 = self.0.wrapping_add(value.into().wrapping_mul(field));
    }

    /// An integer, where there is one.
    #[inline(always)]
    pub(crate) fn some_int(&mut self, field: u64, value: Option<impl Into<u64>>) {
        if let Some(value) = value {
            self.int(field, value);
        }
    }

    /// Bytes: how many they are, and the first of them.
    #[inline(always)]
    pub(crate) fn bytes(&mut self, field: u64, bytes: &[u8]) {
        let first = bytes.first().copied().unwrap_or_default();
        self.int(field, (bytes.len() as u64) << 8 | u64::from(first));
    }

    /// The number.
    #[inline(always)]
    pub(crate) fn total(self) -> u64 {
        self.0
    }
}

/// Numbers of fields: small and odd.
pub(crate) mod field {
    macro_rules! fields {
        ($($name:ident = $number:literal;)*) => { $(pub(crate) const $name: u64 = $number;)* };
    }

    fields! {
        FAMILY_ID = 3; FAMILY_NAME = 5; VERSION = 7; HEADER_SIZE = 9; MAX_ATTRIBUTE = 11;
        OPERATION = 13; OPERATION_FLAGS = 15; GROUP = 17; GROUP_NAME = 19;
    }
    fields! {
        IFINDEX = 3; IFNAME = 5; PRIVATE_KEY = 7; PUBLIC_KEY = 9; LISTEN_PORT = 11; FWMARK = 13; DEVICE_FLAGS = 43;
        PEER_KEY = 15; PRESHARED_KEY = 17; ENDPOINT = 19; KEEPALIVE = 21; HANDSHAKE_SECONDS = 23;
        HANDSHAKE_NANOSECONDS = 25; RX_BYTES = 27; TX_BYTES = 29; PROTOCOL = 31; PEER_FLAGS = 33;
        ADDRESS_FAMILY = 35; ADDRESS = 37; MASK = 39;
    }
    fields! {
        SET = 7; COUNT = 9; STRING_INDEX = 11; STRING = 13;
        NO_MASK = 15; SIZE = 17; BIT_INDEX = 19; BIT_NAME = 21; BIT_VALUE = 23; BITMAP = 25; BITMASK = 27;
    }
    fields! {
        XDP_FEATURES = 5; ZERO_COPY_SEGMENTS = 7; RX_METADATA = 9; XSK_FEATURES = 11;
    }
}
