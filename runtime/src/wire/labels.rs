//! Stacks of MPLS labels.

use std::fmt;

use crate::describe::Kind;
use crate::wire::attr::{Attr, DecodeAs, Describe, EncodeAs, Encoder, Natural};
use crate::wire::decode_error::{DecodeError, Decoded, Reason};
use crate::wire::encode_error::EncodeReason;

/// An entry of a stack of MPLS labels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Label {
    /// The label, of 20 bits.
    pub label: u32,
    /// The traffic class, of 3 bits.
    pub traffic_class: u8,
    /// Whether it is the last one of the stack.
    pub bottom: bool,
    /// The time to live.
    pub ttl: u8,
}

impl Label {
    /// The greatest label.
    pub const MAX: u32 = (1 << 20) - 1;

    /// The entry in its 4 bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 4]) -> Self {
        let entry = u32::from_be_bytes(bytes);
        Self {
            label: entry >> 12,
            traffic_class: (entry >> 9 & 7) as u8,
            bottom: entry >> 8 & 1 == 1,
            ttl: entry as u8,
        }
    }

    /// The 4 bytes of the entry. Of a label or a traffic class that is too large, the lower bits.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 4] {
        let class = (self.traffic_class & 7) as u32;
        let entry = self.label << 12 | class << 9 | (self.bottom as u32) << 8 | self.ttl as u32;
        entry.to_be_bytes()
    }
}

/// A stack of MPLS labels, the outer one first: bytes of a message, or labels to be written.
///
/// ```
/// use nlgen_runtime::Labels;
/// let stack = Labels::from(&[100, 200]);
/// assert_eq!(stack.to_string(), "100/200");
/// assert!(stack.iter().last().is_some_and(|label| label.bottom));
/// ```
#[derive(Clone, Copy)]
pub struct Labels<'a>(Repr<'a>);

#[derive(Clone, Copy)]
enum Repr<'a> {
    Wire(&'a [u8]),
    Built(&'a [u32]),
}

impl<'a> Labels<'a> {
    /// The entries, the outer one first.
    pub fn iter(&self) -> impl Iterator<Item = Label> + use<'a> {
        let (wire, built) = match self.0 {
            Repr::Wire(bytes) => (bytes, &[][..]),
            Repr::Built(labels) => (&[][..], labels),
        };
        let (wire, _) = wire.as_chunks();
        let last = built.len();
        let built = built.iter().enumerate().map(move |(at, label)| Label {
            label: *label,
            bottom: at + 1 == last,
            ..Label::default()
        });
        wire.iter()
            .map(|bytes| Label::from_bytes(*bytes))
            .chain(built)
    }

    /// Whether labels are all that there is to say: no entry has a traffic class or a time to live, and the last one
    /// alone is the bottom of the stack.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let mut entries = self.iter().peekable();
        while let Some(entry) = entries.next() {
            let last = entries.peek().is_none();
            if entry.bottom != last || entry.ttl != 0 || entry.traffic_class != 0 {
                return false;
            }
        }
        true
    }
}

/// Labels that are to be written: without a traffic class or a time to live, the last one being the bottom.
impl<'a> From<&'a [u32]> for Labels<'a> {
    fn from(labels: &'a [u32]) -> Self {
        Self(Repr::Built(labels))
    }
}

/// As from a slice.
impl<'a, const N: usize> From<&'a [u32; N]> for Labels<'a> {
    fn from(labels: &'a [u32; N]) -> Self {
        Self(Repr::Built(labels))
    }
}

/// Entries as they are on the wire; bytes behind the last whole one are left out.
impl<'a> From<&'a [u8]> for Labels<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self(Repr::Wire(bytes))
    }
}

impl PartialEq for Labels<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

/// The labels with slashes between them, as in `100/200`; what else an entry has follows it.
impl fmt::Display for Labels<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.is_plain();
        for (at, entry) in self.iter().enumerate() {
            let separator = if at == 0 { "" } else { "/" };
            write!(f, "{separator}{}", entry.label)?;
            if !plain {
                let bottom = if entry.bottom { ", bottom" } else { "" };
                write!(
                    f,
                    " (class {}, ttl {}{bottom})",
                    entry.traffic_class, entry.ttl
                )?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Labels<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<'a> DecodeAs<'a, Labels<'a>> for Natural {
    fn read(attr: &Attr<'a>) -> Decoded<Labels<'a>> {
        let bytes = attr.payload();
        match bytes.len() % 4 {
            0 => Ok(bytes.into()),
            _ => {
                let got = bytes.len();
                Err(DecodeError::new(Reason::Multiple { of: 4, got }))
            }
        }
    }
}

impl EncodeAs<Labels<'_>> for Natural {
    fn append(labels: &Labels<'_>, out: &mut Encoder<'_>) {
        for entry in labels.iter() {
            if entry.label > Label::MAX {
                out.fail(EncodeReason::Range);
            }
            out.bytes(&entry.to_bytes());
        }
    }
}

impl Describe for Labels<'_> {
    const KIND: Kind = Kind::Labels;
}
