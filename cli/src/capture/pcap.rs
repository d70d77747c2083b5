//! The format pcap: a header, then packets with a header each.

use super::{Capture, Order, is_netlink};

/// What the first bytes of a file say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    order: Order,
    /// What the small part of a time counts, in nanoseconds.
    unit: u64,
    /// Bytes before each packet.
    record: usize,
}

impl Format {
    /// The format by a file's first bytes; `None` when it is another.
    pub(super) fn of(magic: [u8; 4]) -> Option<Self> {
        const PLAIN: usize = 16;
        // Kuznetzov's variant has the interface, the protocol and the type of the packet, too.
        const PATCHED: usize = 24;
        [Order::Little, Order::Big].into_iter().find_map(|order| {
            let (unit, record) = match order.u32(magic) {
                0xA1B2_C3D4 => (1000, PLAIN),
                0xA1B2_3C4D => (1, PLAIN),
                0xA1B2_CD34 => (1000, PATCHED),
                _ => return None,
            };
            Some(Self {
                order,
                unit,
                record,
            })
        })
    }
}

pub(super) fn read(file: &[u8], format: Format) -> Result<Capture<'_>, String> {
    const HEADER: usize = 24;
    let Format {
        order,
        unit,
        record,
    } = format;
    let link = order.at(file, 20).ok_or("its header is cut short")?;
    // The upper bits say how checksums were captured.
    is_netlink(link & 0xFFFF)?;
    let mut capture = Capture::default();
    let mut rest = file.get(HEADER..).unwrap_or_default();
    while !rest.is_empty() {
        let parts = || {
            let time = u64::from(order.at(rest, 0)?) * 1_000_000_000
                + u64::from(order.at(rest, 4)?) * unit;
            let len = order.len(rest, 8)?;
            let packet = rest.get(record..record.checked_add(len)?)?;
            Some((time, packet, order.len(rest, 12)))
        };
        let Some((time, packet, whole)) = parts() else {
            capture.ends_early();
            break;
        };
        capture.packet(time, packet, whole);
        rest = rest.get(record + packet.len()..).unwrap_or_default();
    }
    Ok(capture)
}
