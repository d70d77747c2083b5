//! Captures of netlink, as `tcpdump -i nlmon0 -w FILE` writes them: the formats pcap and pcapng with the
//! link type `LINKTYPE_NETLINK`.

mod pcap;
mod pcapng;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

/// The link type of netlink (`LINKTYPE_NETLINK`).
const NETLINK: u32 = 253;

/// Bytes that the kernel puts before each captured datagram; the netlink protocol ends them.
const COOKED: usize = 16;

/// A captured datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Datagram<'a> {
    /// When it was captured, in nanoseconds since 1970.
    pub(crate) time: u64,
    /// The netlink protocol (`NETLINK_ROUTE` and others).
    pub(crate) protocol: u16,
    /// Its bytes, as many as were captured.
    pub(crate) bytes: &'a [u8],
}

/// The datagrams of a capture, in the order of the file, and what of it is none.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Capture<'a> {
    pub(crate) datagrams: Vec<Datagram<'a>>,
    /// How many packets there are of each kind that is no datagram, or not all of one.
    pub(crate) passed_over: BTreeMap<PassedOver, u64>,
    /// What is wrong with the file behind the datagrams.
    pub(crate) wrong: Option<String>,
}

/// Why a packet of a capture is not read, or not to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PassedOver {
    /// It is of another link type.
    LinkType(u32),
    /// It names an interface that the file does not describe.
    Interface(u32),
    /// It has no room for the header before a datagram.
    Short,
    /// Its block has no room for what it says.
    Malformed,
    /// The capture has only the beginning of it, which is read.
    Cut,
}

impl PassedOver {
    /// Whether the file is not as it should be, and not only about other things, too.
    pub(crate) fn is_fault(self) -> bool {
        !matches!(self, Self::LinkType(_))
    }
}

impl fmt::Display for PassedOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LinkType(link) => write!(
                f,
                "passed over: of link type {link}, not {NETLINK} (netlink)"
            ),
            Self::Interface(number) => {
                write!(
                    f,
                    "passed over: of interface {number}, which the file does not describe"
                )
            }
            Self::Short => write!(
                f,
                "passed over: shorter than the {COOKED} bytes before a datagram"
            ),
            Self::Malformed => f.write_str("passed over: longer than the block around it"),
            Self::Cut => f.write_str("captured in part, by a small snapshot length"),
        }
    }
}

/// Reads a capture. A file that ends early has what comes before.
///
/// # Errors
/// When it is no capture, or none of netlink.
pub(crate) fn read(file: &[u8]) -> Result<Capture<'_>, String> {
    check(file)?;
    match pcap::Format::of(magic(file)) {
        Some(format) => pcap::read(file, format),
        None => pcapng::read(file),
    }
}

fn magic(file: &[u8]) -> [u8; 4] {
    file.first_chunk::<4>().copied().unwrap_or_default()
}

/// Looks at the first 4 bytes of a file, before the others are read.
///
/// # Errors
/// When it is no capture.
pub(crate) fn check(file: &[u8]) -> Result<(), String> {
    const GZIP: [u8; 2] = [0x1F, 0x8B];
    const ZSTD: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];
    let magic = magic(file);
    if pcap::Format::of(magic).is_some() || magic == pcapng::MAGIC {
        return Ok(());
    }
    Err(match (file.starts_with(&GZIP), magic == ZSTD) {
        (true, _) => "it is compressed; zcat gives what is in it".to_owned(),
        (_, true) => "it is compressed; zstdcat gives what is in it".to_owned(),
        _ => "it is neither pcap nor pcapng".to_owned(),
    })
}

/// The order of the bytes of the file's own numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

impl Order {
    fn u32(self, bytes: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        }
    }

    /// The number of 16 bits at a place.
    fn short(self, bytes: &[u8], place: usize) -> Option<u16> {
        let word = bytes.get(place..place.checked_add(2)?)?.try_into().ok()?;
        Some(match self {
            Self::Little => u16::from_le_bytes(word),
            Self::Big => u16::from_be_bytes(word),
        })
    }

    /// The number of 32 bits at a place.
    fn at(self, bytes: &[u8], place: usize) -> Option<u32> {
        let word = bytes.get(place..place.checked_add(4)?)?;
        Some(self.u32(word.try_into().ok()?))
    }

    /// The number at a place, as a length.
    fn len(self, bytes: &[u8], place: usize) -> Option<usize> {
        usize::try_from(self.at(bytes, place)?).ok()
    }
}

impl<'a> Capture<'a> {
    /// Adds a packet that was captured from an interface of netlink. `whole` is its length before it was cut.
    fn packet(&mut self, time: u64, packet: &'a [u8], whole: Option<usize>) {
        let parts = packet.split_at_checked(COOKED);
        let Some((Some([high, low]), bytes)) =
            parts.map(|(head, bytes)| (head.last_chunk::<2>(), bytes))
        else {
            return self.pass_over(PassedOver::Short);
        };
        if whole.is_some_and(|whole| whole > packet.len()) {
            self.pass_over(PassedOver::Cut);
        }
        self.datagrams.push(Datagram {
            time,
            protocol: u16::from_be_bytes([*high, *low]),
            bytes,
        });
    }

    fn pass_over(&mut self, why: PassedOver) {
        *self.passed_over.entry(why).or_default() += 1;
    }

    fn ends_early(&mut self) {
        self.wrong = Some("the file ends within a datagram".to_owned());
    }
}

fn is_netlink(link: u32) -> Result<(), String> {
    match link {
        NETLINK => Ok(()),
        other => Err(format!(
            "its link type is {other}, not {NETLINK} (LINKTYPE_NETLINK); an interface of the kind \
             nlmon captures netlink"
        )),
    }
}
