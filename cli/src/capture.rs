//! Captures of netlink, as `tcpdump -i nlmon0 -w FILE` writes them: the formats pcap and pcapng with the
//! link type `LINKTYPE_NETLINK`.

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

/// The datagrams of a capture, in the order of the file, and what is wrong with the file behind them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Capture<'a> {
    pub(crate) datagrams: Vec<Datagram<'a>>,
    pub(crate) wrong: Option<String>,
}

/// Reads a capture. A file that ends early has what comes before.
///
/// # Errors
/// When it is no capture, or none of netlink.
pub(crate) fn read(file: &[u8]) -> Result<Capture<'_>, String> {
    let magic = file.first_chunk::<4>().copied().unwrap_or_default();
    for (order, swapped) in [(Order::Little, false), (Order::Big, true)] {
        let word = order.u32(magic);
        match word {
            0xA1B2_C3D4 => return classic(file, order, 1000),
            0xA1B2_3C4D => return classic(file, order, 1),
            // Its own order comes later in the block.
            0x0A0D_0D0A if !swapped => return blocks(file),
            _ => {}
        }
    }
    Err("it is neither pcap nor pcapng".to_owned())
}

/// The order of the bytes of the file's own numbers.
#[derive(Clone, Copy, Debug)]
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

    /// The number at a place.
    fn at(self, bytes: &[u8], place: usize) -> Option<u32> {
        let word = bytes.get(place..place.checked_add(4)?)?;
        Some(self.u32(word.try_into().ok()?))
    }

    /// The number at a place, as a length.
    fn len(self, bytes: &[u8], place: usize) -> Option<usize> {
        usize::try_from(self.at(bytes, place)?).ok()
    }
}

/// The format pcap: a header, then datagrams with a header each. `unit` is what times count, in
/// nanoseconds.
fn classic(file: &[u8], order: Order, unit: u64) -> Result<Capture<'_>, String> {
    const HEADER: usize = 24;
    const RECORD: usize = 16;
    let link = order.at(file, 20).ok_or("its header is cut short")?;
    // The upper bits say how checksums were captured.
    is_netlink(link & 0xFFFF)?;
    let mut capture = Capture::default();
    let mut rest = file.get(HEADER..).unwrap_or_default();
    while !rest.is_empty() {
        let record = || {
            let time = u64::from(order.at(rest, 0)?) * 1_000_000_000
                + u64::from(order.at(rest, 4)?) * unit;
            let len = order.len(rest, 8)?;
            let packet = rest.get(RECORD..RECORD.checked_add(len)?)?;
            Some((time, packet))
        };
        let Some((time, packet)) = record() else {
            capture.ends_early();
            break;
        };
        capture.datagrams.extend(datagram(time, packet));
        rest = rest.get(RECORD + packet.len()..).unwrap_or_default();
    }
    Ok(capture)
}

/// The format pcapng: blocks with a type and a length.
fn blocks(file: &[u8]) -> Result<Capture<'_>, String> {
    const SECTION: u32 = 0x0A0D_0D0A;
    const INTERFACE: u32 = 1;
    const SIMPLE: u32 = 3;
    const ENHANCED: u32 = 6;
    let mut capture = Capture::default();
    let mut order = Order::Little;
    let mut interfaces: Vec<Interface> = Vec::new();
    let mut rest = file;
    while !rest.is_empty() {
        let kind = order.at(rest, 0);
        if kind == Some(SECTION) {
            order = match rest.get(8..12) {
                Some([0x4D, 0x3C, 0x2B, 0x1A]) => Order::Little,
                Some([0x1A, 0x2B, 0x3C, 0x4D]) => Order::Big,
                _ => return Err("a section of it has no byte order".to_owned()),
            };
            interfaces.clear();
        }
        let len = order.len(rest, 4).filter(|len| *len >= 12);
        let block = len.and_then(|len| rest.get(..len));
        let (Some(kind), Some(block)) = (kind, block) else {
            capture.ends_early();
            break;
        };
        let body = block.get(8..block.len() - 4).unwrap_or_default();
        match kind {
            INTERFACE => interfaces.push(Interface::read(body, order)),
            ENHANCED => capture.enhanced(body, order, &interfaces),
            SIMPLE => {
                let len = order.len(body, 0).unwrap_or(0);
                let packet = body.get(4..).unwrap_or_default();
                let packet = packet.get(..len).unwrap_or(packet);
                if interfaces
                    .first()
                    .is_some_and(|first| first.link == NETLINK)
                {
                    capture.datagrams.extend(datagram(0, packet));
                }
            }
            _ => {}
        }
        rest = rest.get(block.len()..).unwrap_or_default();
    }
    let other = interfaces.iter().find(|known| known.link != NETLINK);
    match other {
        Some(other) if capture.datagrams.is_empty() => {
            is_netlink(other.link)?;
            Ok(capture)
        }
        _ => Ok(capture),
    }
}

/// An interface of a pcapng file.
#[derive(Clone, Copy, Debug)]
struct Interface {
    link: u32,
    /// What its times count: a power of 10, or of 2 if the highest bit is set.
    resolution: u8,
}

impl Interface {
    fn read(body: &[u8], order: Order) -> Self {
        const RESOLUTION: u32 = 9;
        let mut new = Self {
            link: order.at(body, 0).unwrap_or(0) & 0xFFFF,
            resolution: 6,
        };
        if let Order::Big = order {
            new.link = order.at(body, 0).unwrap_or(0) >> 16;
        }
        let mut options = body.get(8..).unwrap_or_default();
        while let Some(word) = order.at(options, 0) {
            let (code, len) = match order {
                Order::Little => (word & 0xFFFF, word >> 16),
                Order::Big => (word >> 16, word & 0xFFFF),
            };
            let value = options.get(4..).unwrap_or_default();
            if let (RESOLUTION, Some(resolution)) = (code, value.first()) {
                new.resolution = *resolution;
            }
            let skipped = usize::try_from(len).map_or(0, |len| len.next_multiple_of(4));
            options = value.get(skipped..).unwrap_or_default();
        }
        new
    }

    fn nanoseconds(self, ticks: u64) -> u64 {
        let exponent = u32::from(self.resolution & 0x7F);
        let per_second = match self.resolution & 0x80 {
            0 => 10u128.checked_pow(exponent),
            _ => 2u128.checked_pow(exponent),
        };
        let nanoseconds = u128::from(ticks) * 1_000_000_000 / per_second.unwrap_or(1).max(1);
        u64::try_from(nanoseconds).unwrap_or(u64::MAX)
    }
}

impl<'a> Capture<'a> {
    fn ends_early(&mut self) {
        self.wrong = Some("the file ends within a datagram".to_owned());
    }

    fn enhanced(&mut self, body: &'a [u8], order: Order, interfaces: &[Interface]) {
        let parts = || {
            let interface = interfaces.get(order.len(body, 0)?)?;
            let ticks = u64::from(order.at(body, 4)?) << 32 | u64::from(order.at(body, 8)?);
            let packet = body.get(20..20usize.checked_add(order.len(body, 12)?)?)?;
            Some((interface, ticks, packet))
        };
        if let Some((interface, ticks, packet)) = parts()
            && interface.link == NETLINK
        {
            self.datagrams
                .extend(datagram(interface.nanoseconds(ticks), packet));
        }
    }
}

/// The datagram behind the header that the kernel puts before it.
fn datagram(time: u64, packet: &[u8]) -> Option<Datagram<'_>> {
    let (head, bytes) = packet.split_at_checked(COOKED)?;
    let [high, low] = *head.last_chunk::<2>()?;
    Some(Datagram {
        time,
        protocol: u16::from_be_bytes([high, low]),
        bytes,
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn cooked(protocol: u8, bytes: &[u8]) -> Vec<u8> {
        let mut packet = vec![0, 4, 3, 0x38, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, protocol];
        packet.extend_from_slice(bytes);
        packet
    }

    fn words(big: bool, words: &[u32]) -> Vec<u8> {
        let bytes = words.iter().flat_map(|word| match big {
            true => word.to_be_bytes(),
            false => word.to_le_bytes(),
        });
        bytes.collect()
    }

    fn pcap(big: bool, magic: u32, link: u32) -> Vec<u8> {
        let packet = cooked(16, &[1, 2, 3]);
        let version = if big { 0x0002_0004 } else { 0x0004_0002 };
        [
            words(big, &[magic, version, 0, 0, 65535, link]),
            words(big, &[5, 7, packet.len() as u32, 99]),
            packet,
            words(big, &[6, 0, 17, 17]),
            cooked(0, &[9]),
        ]
        .concat()
    }

    fn pcapng(big: bool) -> Vec<u8> {
        let packet = cooked(16, &[1, 2, 3]);
        let padded = [packet.clone(), vec![0]].concat();
        let link = if big { 253 << 16 } else { 253 };
        // Nanoseconds: option 9 of one byte, 9; then the end of the options.
        let option = if big { 0x0009_0001 } else { 0x0001_0009 };
        let value = if big { 9 << 24 } else { 9 };
        [
            words(
                big,
                &[0x0A0D_0D0A, 28, 0x1A2B_3C4D, 1, u32::MAX, u32::MAX, 28],
            ),
            words(big, &[1, 32, link, 65535, option, value, 0, 32]),
            words(big, &[0x0BAD, 12, 12]),
            words(big, &[6, 52, 0, 1, 5, packet.len() as u32, 99]),
            padded.clone(),
            words(big, &[52]),
            words(big, &[3, 36, packet.len() as u32]),
            padded,
            words(big, &[36]),
        ]
        .concat()
    }

    #[test]
    fn both_formats_in_both_orders() {
        let first = |time| Datagram {
            time,
            protocol: 16,
            bytes: &[1, 2, 3],
        };
        for big in [false, true] {
            for (magic, time) in [(0xA1B2_C3D4, 5_000_007_000), (0xA1B2_3C4D, 5_000_000_007)] {
                let file = pcap(big, magic, 253);
                let second = Datagram {
                    time: 6_000_000_000,
                    protocol: 0,
                    bytes: &[9],
                };
                let read = read(&file).unwrap();
                assert_eq!(read.datagrams, [first(time), second], "{big} {magic:x}");
                assert_eq!(read.wrong, None);
            }
            let file = pcapng(big);
            let read = read(&file).unwrap();
            assert_eq!(read.datagrams, [first((1 << 32) + 5), first(0)], "{big}");
            assert_eq!(read.wrong, None);
        }
    }

    #[test]
    fn what_is_no_capture_of_netlink() {
        for (file, wrong) in [
            (vec![], "neither pcap nor pcapng"),
            (b"{ \"json\": 1 }".to_vec(), "neither pcap nor pcapng"),
            (pcap(false, 0xA1B2_C3D4, 1), "its link type is 1, not 253"),
            (
                pcap(false, 0xA1B2_C3D4, 253)[..20].to_vec(),
                "its header is cut short",
            ),
        ] {
            let error = read(&file).unwrap_err();
            assert!(error.contains(wrong), "{error}");
        }
    }

    #[test]
    fn no_cut_and_no_change_panics() {
        for file in [
            pcap(false, 0xA1B2_C3D4, 253),
            pcap(true, 0xA1B2_3C4D, 253),
            pcapng(false),
            pcapng(true),
        ] {
            for len in 0..file.len() {
                let _ = read(&file[..len]);
            }
            for at in 0..file.len() {
                for value in [0, 1, 0x7F, 0x80, 0xFF] {
                    let mut changed = file.clone();
                    changed[at] = value;
                    let _ = read(&changed);
                }
            }
            let cut = read(&file[..file.len() - 1]).unwrap();
            assert!(cut.wrong.is_some());
            assert_eq!(cut.datagrams.len(), 1);
        }
    }
}
