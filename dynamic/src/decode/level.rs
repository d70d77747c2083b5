//! The attributes of a level, nests that are longer than their length can say among them.

use nlgen::model::{Attribute, Content, Set};
use nlgen_runtime::DecodeError;
use nlgen_runtime::wire::{Attr, Level as Walk, MAX_PAYLOAD, Nesting};

/// Walks a level, as its set has it.
pub(crate) struct Level<'a> {
    bytes: &'a [u8],
    walk: Walk<'a>,
}

impl<'a> Level<'a> {
    pub(crate) fn new(set: Option<&Set>, bytes: &'a [u8]) -> Self {
        let known = |number| {
            let mut attributes = set?.attributes.iter();
            attributes.find(|attr| attr.number == number).map(nesting)
        };
        Self {
            bytes,
            walk: Walk::known(&known, bytes),
        }
    }

    /// Entries that no set has: of an array, of a level of numbers.
    pub(crate) fn of_entries(bytes: &'a [u8]) -> Self {
        Self::new(None, bytes)
    }

    /// The bytes that have not been walked yet.
    pub(crate) fn left(&self) -> &'a [u8] {
        let start = self.bytes.len() - self.walk.left();
        self.bytes.get(start..).unwrap_or_default()
    }

    /// As `Attrs::next_attr`.
    pub(crate) fn next_attr(&mut self) -> Result<Option<Attr<'a>>, DecodeError> {
        self.walk.next_attr()
    }
}

fn nesting(attr: &Attribute) -> Nesting {
    let has_header = matches!(
        attr.content,
        Content::SubMessage { .. } | Content::Rows { .. }
    );
    let nests = matches!(
        attr.content,
        Content::Nest(_) | Content::Array(_) | Content::Keyed { .. }
    );
    Nesting {
        is_multi: attr.multi,
        has_attributes: nests || has_header,
        has_header,
    }
}

/// What is wrong with the length of a nest that is longer than its length can say.
pub(crate) fn cut_length(attr: &Attr<'_>) -> Option<String> {
    const HEADER: usize = 4;
    let len = attr.payload().len();
    (len > MAX_PAYLOAD).then(|| {
        let len = len + HEADER;
        let says = len % (1 << 16);
        format!("its length is cut to 16 bits: it says {says} bytes, and {len} are there")
    })
}
