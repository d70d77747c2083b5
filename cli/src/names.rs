//! Names of what messages hold, as paths: `linkinfo.kind`.

use nlgen::model::{Content, Family, Set, Struct};
use nlgen_dynamic::Body;

use crate::failure::Failure;

/// Checks that a message may have what a path leads to.
///
/// # Errors
/// The name that nothing has, with the one that was probably meant.
pub(crate) fn check(family: &Family, body: &Body<'_>, path: &str) -> Result<(), Failure> {
    let mut levels = vec![Level::of_message(body)];
    for name in path.split('.') {
        if levels.iter().any(|level| level.is_open) || name.starts_with("UnknownAttr(") {
            return Ok(());
        }
        let inner: Vec<Level<'_>> = levels
            .iter()
            .filter_map(|level| level.inside(family, name))
            .collect();
        if inner.is_empty() {
            let names = levels.iter().flat_map(Level::names);
            return Err(Failure::unknown("column", name, "the objects", names));
        }
        levels = inner;
    }
    Ok(())
}

/// The names of what is inside what a path leads to; of all, for an empty one.
pub(crate) fn inside<'f>(family: &'f Family, body: &Body<'f>, path: &str) -> Vec<&'f str> {
    let mut levels = vec![Level::of_message(body)];
    for name in path.split('.').filter(|name| !name.is_empty()) {
        levels = levels
            .iter()
            .filter_map(|level| level.inside(family, name))
            .collect();
    }
    let mut names: Vec<&str> = levels.iter().flat_map(Level::names).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// What an object may have.
#[derive(Default)]
struct Level<'f> {
    sets: Vec<&'f Set>,
    structs: Vec<&'f Struct>,
    keys: Vec<&'f str>,
    /// Whether it may have names that the spec does not list.
    is_open: bool,
}

impl<'f> Level<'f> {
    fn of_message(body: &Body<'f>) -> Self {
        Self {
            sets: body.set().into_iter().collect(),
            structs: body.header().into_iter().collect(),
            ..Self::default()
        }
    }

    fn names(&self) -> impl Iterator<Item = &'f str> {
        let attributes = self.sets.iter().flat_map(|set| &set.attributes);
        let attributes = attributes.filter(|attr| attr.is_data());
        let members = self.structs.iter().flat_map(|known| &known.members);
        let names = attributes.map(|attr| attr.name.as_str());
        names
            .chain(members.map(|member| member.name.as_str()))
            .chain(self.keys.iter().copied())
    }

    /// What is inside what has a name; `None` when nothing has it.
    fn inside(&self, family: &'f Family, name: &str) -> Option<Self> {
        let mut attributes = self.sets.iter().flat_map(|set| &set.attributes);
        let attribute = attributes.find(|attr| attr.name == name);
        let mut members = self.structs.iter().flat_map(|known| &known.members);
        let member = members.find(|member| member.name == name);
        let content = attribute.map(|attr| &attr.content);
        let content = content.or_else(|| member.map(|member| &member.content));
        let mut inner = Self::default();
        match content {
            Some(content) => inner.add(family, content),
            None if self.keys.contains(&name) => {}
            // Members that have the names of attributes are in an object of their struct's name.
            None => inner
                .structs
                .push(self.structs.iter().find(|known| known.name == name)?),
        }
        Some(inner)
    }

    fn add(&mut self, family: &'f Family, content: &'f Content) {
        match content {
            Content::Nest(set) => self.sets.push(family.set(*set)),
            Content::Array(inner) | Content::Items { item: inner, .. } => self.add(family, inner),
            Content::Keyed { keys, set } => {
                self.keys.extend(keys.iter().map(String::as_str));
                self.sets.push(family.set(*set));
            }
            Content::Rows { header, set, .. } => {
                self.structs.push(family.structure(*header));
                self.sets.push(family.set(*set));
            }
            Content::Struct(id) => self.structs.push(family.structure(*id)),
            Content::SubMessage { id, .. } => {
                for format in &family.sub_message(*id).formats {
                    self.sets.extend(format.set.map(|set| family.set(set)));
                    if let Some(content) = &format.content {
                        self.add(family, content);
                    }
                    let header = format.header.map(|header| family.structure(header));
                    self.structs.extend(header);
                }
                self.is_open = true;
            }
            Content::Bitfield32(_) => self.keys.extend(["value", "selector"]),
            Content::Unused
            | Content::Pad
            | Content::Flag
            | Content::Int(..)
            | Content::String
            | Content::Bytes { .. }
            | Content::Labels
            | Content::AnyAddr
            | Content::Ipv4
            | Content::Ipv6
            | Content::Ip
            | Content::Mac
            | Content::Socket { .. }
            | Content::Text { .. }
            | Content::Scalars(_) => {}
        }
    }
}
