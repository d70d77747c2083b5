//! The format pcapng: blocks with a type and a length.

use super::{Capture, NETLINK, Order, PassedOver, is_netlink};

/// The type of the block that a section begins with, the same in both orders.
pub(super) const MAGIC: [u8; 4] = [0x0A, 0x0D, 0x0D, 0x0A];

const SECTION: u32 = 0x0A0D_0D0A;
const INTERFACE: u32 = 1;
/// A packet of old files.
const PACKET: u32 = 2;
const SIMPLE: u32 = 3;
const ENHANCED: u32 = 6;

pub(super) fn read(file: &[u8]) -> Result<Capture<'_>, String> {
    let mut capture = Capture::default();
    let mut section = Section::default();
    let mut others = Vec::new();
    let mut rest = file;
    while !rest.is_empty() {
        let kind = section.order.at(rest, 0);
        if kind == Some(SECTION) {
            section = Section::begin(rest)?;
        }
        let order = section.order;
        let len = order.len(rest, 4).filter(|len| *len >= 12);
        let block = len.and_then(|len| rest.get(..len));
        let (Some(kind), Some(block)) = (kind, block) else {
            capture.ends_early();
            break;
        };
        let body = block.get(8..block.len() - 4).unwrap_or_default();
        match kind {
            INTERFACE => {
                let new = Interface::read(body, order);
                others.extend((new.link != NETLINK).then_some(new.link));
                section.interfaces.push(new);
            }
            ENHANCED => section.packet(&mut capture, body, order.at(body, 0)),
            PACKET => section.packet(&mut capture, body, order.short(body, 0).map(u32::from)),
            SIMPLE => section.simple(&mut capture, body),
            _ => {}
        }
        rest = rest.get(block.len()..).unwrap_or_default();
    }
    match others.first() {
        // Nothing in the file is for us.
        Some(link) if capture.datagrams.is_empty() && !capture.has_faults() => {
            is_netlink(*link).map(|()| capture)
        }
        _ => Ok(capture),
    }
}

impl Capture<'_> {
    fn has_faults(&self) -> bool {
        self.wrong.is_some() || self.passed_over.keys().any(|why| why.is_fault())
    }
}

/// What the blocks of a section are read by.
#[derive(Debug)]
struct Section {
    order: Order,
    interfaces: Vec<Interface>,
}

impl Default for Section {
    fn default() -> Self {
        Self {
            order: Order::Little,
            interfaces: Vec::new(),
        }
    }
}

impl Section {
    fn begin(block: &[u8]) -> Result<Self, String> {
        let order = match block.get(8..12) {
            Some([0x4D, 0x3C, 0x2B, 0x1A]) => Order::Little,
            Some([0x1A, 0x2B, 0x3C, 0x4D]) => Order::Big,
            _ => return Err("a section of it has no byte order".to_owned()),
        };
        Ok(Self {
            order,
            ..Self::default()
        })
    }

    /// The interface of a packet, if netlink was captured from it.
    fn interface(&self, capture: &mut Capture<'_>, number: u32) -> Option<Interface> {
        let known = usize::try_from(number).ok();
        match known.and_then(|number| self.interfaces.get(number)) {
            Some(known) if known.link == NETLINK => return Some(*known),
            Some(other) => capture.pass_over(PassedOver::LinkType(other.link)),
            None => capture.pass_over(PassedOver::Interface(number)),
        }
        None
    }

    /// An enhanced packet, or one of old files, which names its interface in another way.
    fn packet<'a>(&self, capture: &mut Capture<'a>, body: &'a [u8], interface: Option<u32>) {
        let order = self.order;
        let Some(interface) = interface else {
            return capture.pass_over(PassedOver::Malformed);
        };
        let Some(interface) = self.interface(capture, interface) else {
            return;
        };
        let parts = || {
            let ticks = u64::from(order.at(body, 4)?) << 32 | u64::from(order.at(body, 8)?);
            let packet = body.get(20..20usize.checked_add(order.len(body, 12)?)?)?;
            Some((ticks, packet))
        };
        match parts() {
            Some((ticks, packet)) => {
                capture.packet(interface.nanoseconds(ticks), packet, order.len(body, 16));
            }
            None => capture.pass_over(PassedOver::Malformed),
        }
    }

    /// A packet of the first interface, without a time.
    fn simple<'a>(&self, capture: &mut Capture<'a>, body: &'a [u8]) {
        let Some(interface) = self.interface(capture, 0) else {
            return;
        };
        let Some(whole) = self.order.len(body, 0) else {
            return capture.pass_over(PassedOver::Malformed);
        };
        let packet = body.get(4..).unwrap_or_default();
        let captured = match usize::try_from(interface.most).unwrap_or(usize::MAX) {
            0 => whole,
            most => whole.min(most),
        };
        match packet.get(..captured) {
            Some(packet) => capture.packet(0, packet, Some(whole)),
            None => capture.pass_over(PassedOver::Malformed),
        }
    }
}

/// An interface of a section.
#[derive(Clone, Copy, Debug)]
struct Interface {
    link: u32,
    /// The most bytes of a packet that are captured; 0 for all.
    most: u32,
    /// What its times count: a power of 10, or of 2 if the highest bit is set.
    resolution: u8,
    /// Seconds that are added to its times.
    offset: i64,
}

impl Interface {
    fn read(body: &[u8], order: Order) -> Self {
        const RESOLUTION: u16 = 9;
        const OFFSET: u16 = 14;
        let mut new = Self {
            link: order.short(body, 0).unwrap_or(0).into(),
            most: order.at(body, 4).unwrap_or(0),
            resolution: 6,
            offset: 0,
        };
        let mut options = body.get(8..).unwrap_or_default();
        while let (Some(code), Some(len)) = (order.short(options, 0), order.short(options, 2)) {
            let value = options.get(4..).unwrap_or_default();
            match (code, value) {
                (RESOLUTION, [resolution, ..]) => new.resolution = *resolution,
                (OFFSET, [a, b, c, d, e, f, g, h, ..]) => {
                    let bytes = [*a, *b, *c, *d, *e, *f, *g, *h];
                    new.offset = match order {
                        Order::Little => i64::from_le_bytes(bytes),
                        Order::Big => i64::from_be_bytes(bytes),
                    };
                }
                _ => {}
            }
            let skipped = usize::from(len).next_multiple_of(4);
            options = value.get(skipped..).unwrap_or_default();
        }
        new
    }

    fn nanoseconds(self, ticks: u64) -> u64 {
        const SECOND: i128 = 1_000_000_000;
        let exponent = u32::from(self.resolution & 0x7F);
        let per_second = match self.resolution & 0x80 {
            0 => 10i128.checked_pow(exponent),
            _ => 2i128.checked_pow(exponent),
        };
        let time = i128::from(ticks) * SECOND / per_second.unwrap_or(1).max(1);
        let time = time + i128::from(self.offset) * SECOND;
        u64::try_from(time.max(0)).unwrap_or(u64::MAX)
    }
}
