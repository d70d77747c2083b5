//! Round trips of every struct that was generated: this file becomes the `main.rs` of a crate that the test
//! `corpus` makes, behind a list of the structs.
//!
//! Values are made from the static descriptions: any attribute, any number of times where lists are possible,
//! any length where lengths are free. What decodes is encoded and decoded again; both must be equal, and the
//! second encoding must be the first. Then bytes are changed, and nothing may panic.

use nlgen_runtime::describe::{Attribute, Int, Kind, Layout, Set};
use nlgen_runtime::wire::Encoder;

/// A generator of numbers that are random enough and the same in every run (xorshift).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.next() as u8).collect()
    }
}

/// Attributes of a set, each with a payload that fits its kind; some are left out.
pub(crate) fn level(set: &'static Set, random: &mut Random, depth: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut out = Encoder::new(&mut bytes);
    for attribute in set.attributes() {
        if random.below(4) != 0 {
            put(attribute, random, depth, &mut out);
        }
    }
    out.finish().expect("small payloads");
    bytes
}

/// A fixed header and its padding, before attributes.
pub(crate) fn header(layout: Option<&'static Layout>, random: &mut Random) -> Vec<u8> {
    let len = layout.map_or(0, |layout| nlgen_runtime::wire::align(layout.len()));
    random.bytes(len)
}

fn put(attribute: &Attribute, random: &mut Random, depth: u32, out: &mut Encoder<'_>) {
    if matches!(attribute.kind(), Kind::Pad) {
        return;
    }
    let payload = payload(attribute.kind(), random, depth);
    out.attr(attribute.number(), |out| out.bytes(&payload));
}

fn payload(kind: Kind, random: &mut Random, depth: u32) -> Vec<u8> {
    match kind {
        Kind::Flag | Kind::Pad => Vec::new(),
        Kind::String => text(random),
        Kind::Int(int) | Kind::Enum(int, _) | Kind::Flags(int, _) => integer(int, random),
        // 16 bytes are an address, and a struct of 16; exact lengths are tried below.
        Kind::Ip => random.bytes(16),
        Kind::Mac => random.bytes(6),
        Kind::Bitfield32(_) => random.bytes(8),
        Kind::Scalars(int) => {
            let len = random.below(4) as usize * usize::from(int.size);
            random.bytes(len)
        }
        Kind::Struct(layout) => random.bytes(layout.len()),
        Kind::Socket => {
            let mut bytes = random.bytes(16);
            bytes[..2].copy_from_slice(&2_u16.to_ne_bytes());
            bytes[8..].fill(0);
            bytes
        }
        Kind::Nest(set) if depth > 0 => level(set(), random, depth - 1),
        Kind::Array(kind) if depth > 0 => entries(random, |random| payload(*kind, random, depth - 1)),
        Kind::Keyed(1, set) if depth > 0 => entries(random, |random| level(set(), random, depth - 1)),
        Kind::Keyed(levels, set) if depth > 0 => {
            entries(random, |random| payload(Kind::Keyed(levels - 1, set), random, depth - 1))
        }
        Kind::Nest(_) | Kind::Array(_) | Kind::Keyed(..) => Vec::new(),
        _ => {
            let len = random.below(24) as usize;
            random.bytes(len)
        }
    }
}

fn entries(random: &mut Random, mut entry: impl FnMut(&mut Random) -> Vec<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut out = Encoder::new(&mut bytes);
    for index in 0..random.below(4) as u16 {
        let payload = entry(random);
        out.attr(index, |out| out.bytes(&payload));
    }
    out.finish().expect("small payloads");
    bytes
}

fn text(random: &mut Random) -> Vec<u8> {
    let len = random.below(12);
    let mut text: Vec<u8> = (0..len).map(|_| b'a' + random.below(26) as u8).collect();
    text.push(0);
    text
}

fn integer(int: Int, random: &mut Random) -> Vec<u8> {
    let len = match int.size {
        0 => [4, 8][random.below(2) as usize],
        size => usize::from(size),
    };
    random.bytes(len)
}

/// Changes one byte, cuts the end off, or puts bytes behind it.
pub(crate) fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    match random.below(3) {
        0 => bytes.truncate(random.below(bytes.len() as u64 + 1) as usize),
        1 => {
            let tail = random.below(9) as usize;
            bytes.extend(random.bytes(tail));
        }
        _ => {
            let at = random.below(bytes.len() as u64) as usize;
            if let Some(byte) = bytes.get_mut(at) {
                *byte = random.next() as u8;
            }
        }
    }
}

/// What a round trip needs of a struct.
pub(crate) struct Trip {
    pub(crate) name: &'static str,
    pub(crate) set: &'static Set,
    pub(crate) header: Option<&'static Layout>,
    /// Decodes, shows, and encodes again; `None` for bytes that the struct refuses.
    pub(crate) recode: fn(&[u8]) -> Option<Vec<u8>>,
}

impl Trip {
    /// Values that fit, then bytes that do not. Gives how many of the first could be decoded: exact lengths
    /// are not in the descriptions, so some cannot.
    pub(crate) fn go(&self) -> u32 {
        let mut random = Random::new((self.name.len() as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut decoded = 0;
        for _ in 0..40 {
            let mut bytes = header(self.header, &mut random);
            bytes.extend(level(self.set, &mut random, 4));
            if let Some(sent) = (self.recode)(&bytes) {
                decoded += 1;
                assert_eq!((self.recode)(&sent), Some(sent), "{}", self.name);
            }
            for _ in 0..4 {
                mutate(&mut bytes, &mut random);
                (self.recode)(&bytes);
            }
        }
        decoded
    }
}

/// The round trip of one struct.
macro_rules! round_trip {
    ($name:ty) => {{
        type Struct<'a> = $name;
        Trip {
            name: stringify!($name),
            set: <Struct<'_> as Encode>::SET,
            header: <Struct<'_> as Encode>::HEADER,
            recode: |bytes| {
                let value = <Struct<'_> as Decode<'_>>::decode(bytes).ok()?;
                let _ = format!("{value:?}");
                value.to_bytes().ok()
            },
        }
    }};
}
