//! What the attribute at an offset may hold: for an attribute that the kernel misses inside.

use nlgen::model::{Content, Set};
use nlgen_runtime::wire::{Attrs, align};

use super::Scope;
use super::rows::{behind, cuts};
use crate::Body;

/// Bytes of an attribute's header.
const HEADER: usize = 4;

impl<'f> Body<'f> {
    /// The name of an attribute by its number, of those that the nest whose header begins `nest` bytes into a
    /// message may hold, as `NLMSGERR_ATTR_MISS_NEST` and `NLMSGERR_ATTR_MISS_TYPE` tell them. Without a nest, of
    /// those of the message.
    #[must_use]
    pub fn attribute_inside(
        &self,
        bytes: &[u8],
        nest: Option<usize>,
        number: u32,
    ) -> Option<&'f str> {
        let set = match nest {
            None => self.set()?,
            Some(offset) => {
                let start = self.header().map_or(0, |header| align(header.len));
                let scope = Scope::new(self.set(), bytes.get(start..)?, None);
                let scope = scope.behind(self.header(), bytes);
                self.level(self.set()?, &scope, start, offset)?
            }
        };
        let mut attributes = set.attributes.iter();
        let found = attributes.find(|attr| u32::from(attr.number) == number)?;
        Some(&found.name)
    }

    /// The set of what is inside the attribute at `offset`, somewhere in a level of `set` that begins at `base`.
    fn level(
        &self,
        set: &'f Set,
        scope: &Scope<'_>,
        base: usize,
        offset: usize,
    ) -> Option<&'f Set> {
        let (number, payload, at) = around(scope.bytes, base, offset)?;
        let mut attributes = set.attributes.iter();
        let known = attributes.find(|attr| attr.number == number)?;
        let own = at == offset;
        match &known.content {
            Content::SubMessage { id, selector } => {
                let format = scope.format(self.family, *id, selector)?;
                let set = self.family.set(format.set?);
                let header = format.header.map(|header| self.family.structure(header));
                let skipped = header.map_or(0, |header| align(header.len));
                let inner = Scope::new(Some(set), payload.get(skipped..)?, Some(scope));
                let inner = inner.behind(header, payload);
                match own {
                    true => Some(set),
                    false => self.level(set, &inner, at + HEADER + skipped, offset),
                }
            }
            content => self.content(scope, content, payload, at + HEADER, offset, own),
        }
    }

    /// The same for a payload that begins at `base`: of the attribute itself when it is its `own`.
    fn content(
        &self,
        scope: &Scope<'_>,
        content: &'f Content,
        payload: &[u8],
        base: usize,
        offset: usize,
        own: bool,
    ) -> Option<&'f Set> {
        match content {
            Content::Nest(set) if own => Some(self.family.set(*set)),
            Content::Nest(set) => {
                let set = self.family.set(*set);
                let inner = Scope::new(Some(set), payload, Some(scope));
                self.level(set, &inner, base, offset)
            }
            Content::Rows { set, .. } if own => Some(self.family.set(*set)),
            Content::Rows {
                header,
                length,
                set,
                ..
            } => {
                let (header, set) = (self.family.structure(*header), self.family.set(*set));
                let mut rows = cuts(header, length, payload);
                loop {
                    let start = base + (payload.len() - rows.left().len());
                    let row = rows.next()?.ok()?;
                    if offset < base + (payload.len() - rows.left().len()) {
                        let inner = behind(header, set, row, scope);
                        return self.level(set, &inner, start + align(header.len), offset);
                    }
                }
            }
            Content::Array(inner) if !own => {
                let (_, entry, at) = around(payload, base, offset)?;
                let deeper = scope.deeper();
                self.content(&deeper, inner, entry, at + HEADER, offset, at == offset)
            }
            Content::Keyed { keys, set } if !own => {
                let (mut payload, mut base) = (payload, base);
                for level in 1..=keys.len() {
                    let (_, inner, at) = around(payload, base, offset)?;
                    if at == offset {
                        return (level == keys.len()).then(|| self.family.set(*set));
                    }
                    (payload, base) = (inner, at + HEADER);
                }
                let set = self.family.set(*set);
                let inner = Scope::new(Some(set), payload, Some(scope));
                self.level(set, &inner, base, offset)
            }
            _ => None,
        }
    }
}

/// The attribute that holds the byte at `offset`, of a level that begins at `base`: its number, its payload and
/// where it begins.
fn around(bytes: &[u8], base: usize, offset: usize) -> Option<(u16, &[u8], usize)> {
    let mut attrs = Attrs::new(bytes);
    loop {
        let at = base + (bytes.len() - attrs.as_bytes().len());
        let attr = attrs.next_attr().ok()??;
        let end = base + (bytes.len() - attrs.as_bytes().len());
        if (at..end).contains(&offset) {
            return Some((attr.kind(), attr.payload(), at));
        }
    }
}
