//! Visits every value in the JSON of a message, with what the model says of it.

use nlgen::model::{
    Attribute, Content, Family, Format, MessageId, Set, SetId, Struct, StructId, SubMessageId,
};
use serde_json::{Map, Value};

/// A value's place in the spec.
#[derive(Clone, Copy)]
pub(crate) struct Place<'p> {
    /// The family.
    pub(crate) family: &'p Family,
    /// The set or the struct.
    pub(crate) owner: &'p str,
    /// The attribute's or the member's name.
    pub(crate) name: &'p str,
    /// What it contains; of an attribute that is repeated, each time.
    pub(crate) content: &'p Content,
    /// The attribute, when it is not the member of a struct.
    pub(crate) attribute: Option<&'p Attribute>,
    /// Whether this is all that the attribute is repeated with, and not one of it.
    pub(crate) list: bool,
    /// What is before the attribute, or has the member.
    pub(crate) header: Header,
    /// Whether the attribute is a sub-message in front of the attribute that selects it.
    pub(crate) ahead: bool,
    /// Whether the attribute is a sub-message, and what selects it stands outside the one around it.
    pub(crate) beyond: bool,
}

/// The struct before attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Header {
    /// There is none, or it has no member of an attribute's name.
    Apart,
    /// It has a member of the attribute's name.
    Shadows,
    /// This is an object of its own, with such members, in a message.
    OfMessage,
    /// The same, in a sub-message.
    OfSubMessage,
}

/// What becomes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// It stays.
    Stay,
    /// It is taken out.
    Leave,
    /// What is inside takes its place, but not that of what has the same name.
    Spread,
    /// The same, and it takes that place too.
    SpreadOver,
}

impl Place<'_> {
    /// `SET.ATTRIBUTE` or `STRUCT.MEMBER`.
    pub(crate) fn path(&self) -> String {
        format!("{}.{}", self.owner, self.name)
    }
}

/// Is told each value, the outer before the inner, and may change it.
pub(crate) type Visitor<'v> = dyn FnMut(&Place, &mut Value) -> Then + 'v;

/// Visits the values of a message.
pub(crate) fn message(family: &Family, id: MessageId, value: &mut Value, visit: &mut Visitor) {
    let message = family.message(id);
    let mut walk = Walk { family, visit };
    if let Value::Object(object) = value {
        let header = message.header.as_ref().map(|(id, _)| *id);
        walk.behind(header, Header::OfMessage, Some(message.set), &[], object);
    }
}

struct Walk<'f, 'v> {
    family: &'f Family,
    visit: &'v mut Visitor<'v>,
}

/// The levels around a value, outermost first.
type Levels<'l> = [Level<'l>];

/// A level, and the attribute of it that a value is in.
#[derive(Clone, Copy)]
struct Level<'l> {
    set: SetId,
    /// Whether it is what a sub-message contains.
    selected: bool,
    object: &'l Map<String, Value>,
    name: &'l str,
}

impl<'f> Walk<'f, '_> {
    /// The members of a struct and the attributes behind it.
    fn behind(
        &mut self,
        header: Option<StructId>,
        of: Header,
        set: Option<SetId>,
        outer: &Levels,
        object: &mut Map<String, Value>,
    ) {
        let structure = header.map(|id| self.family.structure(id));
        let own = structure.and_then(|structure| object.shift_remove(&structure.name));
        let shadowed = own.as_ref().and_then(Value::as_object).cloned();
        let shadowed = shadowed.unwrap_or_default();
        if let Some(set) = set {
            let selected = of == Header::OfSubMessage;
            self.level(set, selected, &shadowed, outer, object);
        }
        if let Some(structure) = structure {
            self.members(structure, &shadowed, object);
        }
        if let (Some(structure), Some(id), Some(mut own)) = (structure, header, own) {
            let place = Place {
                family: self.family,
                owner: &structure.name,
                name: "",
                content: &Content::Struct(id),
                attribute: None,
                list: false,
                ahead: false,
                beyond: false,
                header: of,
            };
            let then = (self.visit)(&place, &mut own);
            if let Some(own) = own.as_object_mut() {
                self.members(structure, &Map::new(), own);
            }
            match (then, own) {
                (Then::Leave, _) => {}
                (Then::Spread, Value::Object(own)) => {
                    for (name, value) in own {
                        object.entry(name).or_insert(value);
                    }
                }
                (Then::SpreadOver, Value::Object(own)) => object.extend(own),
                (_, own) => {
                    object.insert(structure.name.clone(), own);
                }
            }
        }
    }

    fn level(
        &mut self,
        id: SetId,
        selected: bool,
        shadowed: &Map<String, Value>,
        outer: &Levels,
        object: &mut Map<String, Value>,
    ) {
        let set = self.family.set(id);
        // Selectors are looked up in what was there before anything was changed.
        let before = object.clone();
        object.retain(|name, value| {
            let level = Level {
                set: id,
                selected,
                object: &before,
                name,
            };
            let levels: Vec<_> = outer.iter().copied().chain([level]).collect();
            match set.attributes.iter().find(|known| known.name == *name) {
                Some(attribute) => {
                    let header = match shadowed.contains_key(name) {
                        true => Header::Shadows,
                        false => Header::Apart,
                    };
                    self.attribute(set, attribute, header, &levels, value)
                }
                None => true,
            }
        });
    }

    fn attribute(
        &mut self,
        set: &'f Set,
        attribute: &'f Attribute,
        header: Header,
        levels: &Levels,
        value: &mut Value,
    ) -> bool {
        let place = Place {
            family: self.family,
            owner: &set.name,
            name: &attribute.name,
            content: &attribute.content,
            attribute: Some(attribute),
            list: attribute.multi,
            header,
            ahead: self.is_ahead(attribute, levels),
            beyond: self.is_beyond(attribute, levels),
        };
        let one = Place {
            list: false,
            ..place
        };
        if attribute.multi && (self.visit)(&place, value) == Then::Leave {
            return false;
        }
        match value {
            Value::Array(values) if attribute.multi => {
                values.retain_mut(|value| self.content(&one, levels, value) != Then::Leave);
                !values.is_empty()
            }
            value => self.content(&one, levels, value) != Then::Leave,
        }
    }

    fn content(&mut self, place: &Place<'f>, levels: &Levels, value: &mut Value) -> Then {
        let then = (self.visit)(place, value);
        if then == Then::Leave {
            return then;
        }
        match (place.content, value) {
            (Content::Array(element), Value::Array(entries)) => {
                let place = Place {
                    content: element,
                    ..*place
                };
                // A nest stands behind its index. What is no nest is told with the array.
                let nested = matches!(**element, Content::Nest(_));
                for entry in entries.iter_mut().filter(|_| nested) {
                    for value in entry.as_object_mut().into_iter().flat_map(Map::values_mut) {
                        self.content(&place, levels, value);
                    }
                }
            }
            (Content::Nest(set) | Content::Keyed { set, .. }, Value::Object(object)) => {
                self.level(*set, false, &Map::new(), levels, object);
            }
            (Content::Struct(id), Value::Object(object)) => {
                self.members(self.family.structure(*id), &Map::new(), object);
            }
            (Content::SubMessage { id, selector }, Value::Object(object)) => {
                if let Some(format) = self.format(*id, selector, levels) {
                    let of = Header::OfSubMessage;
                    self.behind(format.header, of, format.set, levels, object);
                }
            }
            _ => {}
        }
        then
    }

    /// The format that the value of a selector selects, searched outwards.
    fn format(&self, id: SubMessageId, selector: &str, levels: &Levels) -> Option<&'f Format> {
        let level = self.selecting(selector, levels)?;
        let selected = level.object.get(selector)?.as_str()?;
        let formats = &self.family.sub_message(id).formats;
        formats.iter().find(|format| format.value == selected)
    }

    /// The innermost level whose set has the attribute.
    fn selecting<'l>(&self, selector: &str, levels: &'l Levels<'l>) -> Option<&'l Level<'l>> {
        let has = |level: &&Level| {
            let attributes = &self.family.set(level.set).attributes;
            attributes.iter().any(|known| known.name == selector)
        };
        levels.iter().rev().find(has)
    }

    fn is_ahead(&self, attribute: &Attribute, levels: &Levels) -> bool {
        let Content::SubMessage { selector, .. } = &attribute.content else {
            return false;
        };
        let level = self.selecting(selector, levels);
        level.is_some_and(|level| {
            let place = |name: &str| level.object.keys().position(|known| known == name);
            place(level.name) < place(selector)
        })
    }

    fn is_beyond(&self, attribute: &Attribute, levels: &Levels) -> bool {
        let Content::SubMessage { selector, .. } = &attribute.content else {
            return false;
        };
        let has = |level: &&Level| {
            let attributes = &self.family.set(level.set).attributes;
            attributes.iter().any(|known| known.name == *selector)
        };
        let inner = levels.iter().rev().take_while(|level| !has(level));
        inner.into_iter().any(|level| level.selected)
    }

    /// The members of a struct that stand in an object, but for those that attributes hide.
    fn members(
        &mut self,
        structure: &'f Struct,
        shadowed: &Map<String, Value>,
        object: &mut Map<String, Value>,
    ) {
        for member in &structure.members {
            let place = Place {
                family: self.family,
                owner: &structure.name,
                name: &member.name,
                content: &member.content,
                attribute: None,
                list: false,
                ahead: false,
                beyond: false,
                header: Header::Apart,
            };
            if !shadowed.contains_key(&member.name)
                && let Some(value) = object.get_mut(&member.name)
                && self.content(&place, &[], value) == Then::Leave
            {
                object.shift_remove(&member.name);
            }
        }
    }
}
