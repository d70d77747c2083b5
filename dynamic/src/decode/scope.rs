//! Levels of attributes, and the selectors that stand in them.

use nlgen::model::{Attribute, Content, Family, Format, Meaning, Set, SubMessageId};
use nlgen_runtime::{Attrs, Str};

use crate::integer::{read, read_entry};

/// A level of attributes, and the levels around it, where selectors are looked for.
pub(crate) struct Scope<'a> {
    pub(crate) set: Option<&'a Set>,
    pub(crate) bytes: &'a [u8],
    pub(crate) outer: Option<&'a Scope<'a>>,
    pub(crate) depth: u8,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(set: Option<&'a Set>, bytes: &'a [u8], outer: Option<&'a Scope<'a>>) -> Self {
        Self {
            set,
            bytes,
            outer,
            depth: outer.map_or(0, |outer| outer.depth.saturating_add(1)),
        }
    }

    /// One level deeper, without attributes of its own: an array, or a level of numbers.
    pub(crate) fn deeper(&'a self) -> Self {
        Self::new(None, &[], Some(self))
    }

    /// What the spec says of an attribute.
    pub(crate) fn attribute(&self, number: u16) -> Option<&'a Attribute> {
        let mut attributes = self.set?.attributes.iter();
        attributes.find(|attr| attr.number == number)
    }

    /// The format of a sub-message whose selector is the attribute `selector`: of the innermost level whose
    /// set has it, wherever in the level it stands.
    pub(crate) fn format<'f>(
        &self,
        family: &'f Family,
        id: SubMessageId,
        selector: &str,
    ) -> Option<&'f Format> {
        let mut scope = Some(self);
        while let Some(level) = scope {
            let mut attributes = level.set.into_iter().flat_map(|set| &set.attributes);
            if let Some(known) = attributes.find(|attr| attr.name == selector) {
                let name = level.selecting(family, known)?;
                let formats = &family.sub_message(id).formats;
                return formats
                    .iter()
                    .find(|format| format.value.as_bytes() == name);
            }
            scope = level.outer;
        }
        None
    }

    /// What the value of an attribute of this level is called: text, or the name of an enum's entry.
    fn selecting<'s>(&'s self, family: &'s Family, known: &Attribute) -> Option<&'s [u8]> {
        let attrs = Attrs::new(self.bytes).map_while(Result::ok);
        let attr = attrs.filter(|attr| attr.kind() == known.number).last()?;
        match known.content {
            Content::Int(int, Meaning::Enum(id)) => {
                let value = read(int, attr.payload())?;
                let entry = read_entry(family.enumeration(id), int.repr(), value)?;
                Some(entry.name.as_bytes())
            }
            _ => Some(Str::from_payload(attr.payload()).as_bytes()),
        }
    }
}
