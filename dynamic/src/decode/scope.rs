//! Levels of attributes, and the selectors that stand in them.

use nlgen::model::{Attribute, Content, Family, Format, Meaning, Set, Struct, SubMessageId};
use nlgen_runtime::Str;
use nlgen_runtime::wire::Attrs;

use super::structs::bytes_of;
use crate::integer::{read, read_entry};

/// A level of attributes, and the levels around it, where selectors are looked for.
pub(crate) struct Scope<'a> {
    pub(crate) set: Option<&'a Set>,
    pub(crate) bytes: &'a [u8],
    /// The struct before the attributes, and its bytes.
    header: Option<(&'a Struct, &'a [u8])>,
    pub(crate) outer: Option<&'a Scope<'a>>,
    pub(crate) depth: u8,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(set: Option<&'a Set>, bytes: &'a [u8], outer: Option<&'a Scope<'a>>) -> Self {
        Self {
            set,
            bytes,
            header: None,
            outer,
            depth: outer.map_or(0, |outer| outer.depth.saturating_add(1)),
        }
    }

    /// The same, behind a struct at the beginning of `bytes`.
    pub(crate) fn behind(self, header: Option<&'a Struct>, bytes: &'a [u8]) -> Self {
        Self {
            header: header.map(|header| (header, bytes)),
            ..self
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

    /// The format of a sub-message whose selector is the attribute or the header's member `selector`: of the
    /// innermost level whose set or header has it, wherever in the level it stands.
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
                let name = String::from_utf8_lossy(name);
                return family.sub_message(id).format(&name);
            }
            if let Some((header, bytes)) = level.header
                && header.members.iter().any(|member| member.name == selector)
            {
                let name = selecting_member(family, header, selector, bytes)?;
                return family.sub_message(id).format(&name);
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

/// What the value of a header's member is called, if the header has it: the name of an enum's entry, or the number.
pub(crate) fn selecting_member(
    family: &Family,
    header: &Struct,
    name: &str,
    bytes: &[u8],
) -> Option<String> {
    let member = header.members.iter().find(|member| member.name == name)?;
    let Content::Int(int, meaning) = member.content else {
        return None;
    };
    let value = read(int, bytes_of(header, member, bytes))?;
    match meaning {
        Meaning::Enum(id) => {
            let entry = read_entry(family.enumeration(id), int.repr(), value)?;
            Some(entry.name.clone())
        }
        _ => Some(value.to_string()),
    }
}
