//! Random JSON for the messages of a family, in the spelling in which messages are decoded.
//!
//! The same seed gives the same JSON. Every attribute, format of a sub-message and entry of an enum that a
//! message can contain comes up, at whatever depth: what has not been drawn yet is preferred.

#![allow(dead_code, reason = "each test uses a part")]

mod reach;
mod values;

use std::collections::{HashMap, HashSet};

use fastrand::Rng;
use nlgen::model::{
    Attribute, Content, Family, Format, Meaning, MessageId, Set, SetId, StructId, SubMessage,
    SubMessageId,
};
use reach::{format_place, innermost, place};
use serde_json::{Map, Value};

/// How many nests stand inside each other at most; sets may contain themselves.
const DEPTH: usize = 6;

/// How many attributes a message or nest has at most.
const WIDTH: usize = 8;

/// How many mixtures without anything new are enough, when everything has come up.
const STALE: usize = 8;

/// How many values a message has at most.
const MOST: usize = 500;

/// Draws the JSON of one family's messages.
pub(crate) struct Random<'f> {
    family: &'f Family,
    rng: Rng,
    wild: bool,
    /// What was drawn already: `SET.ATTRIBUTE`, `SUB-MESSAGE=VALUE`, `ENUM:ENTRY`.
    drawn: HashSet<String>,
    /// The attributes of which everything was drawn that they can contain.
    finished: HashSet<String>,
    /// The names of the attributes that select a sub-message, each with the sub-messages.
    selectors: HashMap<&'f str, Vec<SubMessageId>>,
}

/// A level of attributes that is being drawn, with the values of its selectors.
struct Level {
    set: SetId,
    selected: HashMap<String, String>,
}

impl<'f> Random<'f> {
    /// A source of JSON for `family`, which gives the same for the same `seed`: what the spec has names for.
    pub(crate) fn new(family: &'f Family, seed: u64) -> Self {
        let mut selectors: HashMap<&str, Vec<SubMessageId>> = HashMap::new();
        for attribute in family.sets.iter().flat_map(|set| &set.attributes) {
            if let Content::SubMessage { id, selector } = innermost(&attribute.content) {
                selectors.entry(selector).or_default().push(*id);
            }
        }
        Self {
            family,
            rng: Rng::with_seed(seed),
            wild: false,
            drawn: HashSet::new(),
            finished: HashSet::new(),
            selectors,
        }
    }

    /// The same, and now and then what the spec has no name for: text beyond ASCII or that is no text, values and
    /// flags that the enum lacks, and selectors behind what they select.
    pub(crate) fn wild(family: &'f Family, seed: u64) -> Self {
        Self {
            wild: true,
            ..Self::new(family, seed)
        }
    }

    /// Whether to draw something wild now.
    fn runs_wild(&mut self) -> bool {
        self.wild && self.rng.u8(..16) == 0
    }

    /// Values of a message: an empty one, one with each of its attributes alone (and what selects its
    /// content), then mixtures until nothing new comes up.
    pub(crate) fn messages(&mut self, id: MessageId) -> Vec<Value> {
        let family = self.family;
        let message = family.message(id);
        let mut values = vec![self.message(id, &[])];
        let fields: Vec<&Attribute> = family.fields(message).collect();
        for attribute in &fields {
            // What an attribute contains may hang on a selector that was drawn unluckily.
            let mut drawn = (0..8).map(|_| self.message(id, &[attribute]));
            values.extend(drawn.find(|value| value.get(&attribute.name).is_some()));
        }
        let mut stale = 0;
        while stale < STALE || (values.len() < MOST && !self.undrawn(id).is_empty()) {
            let before = self.drawn.len();
            let picks = self.some(family.set(message.set), &fields);
            values.push(self.message(id, &picks));
            stale = match self.drawn.len() == before {
                true => stale + 1,
                false => 0,
            };
        }
        values
    }

    /// A message with some of its attributes.
    fn message(&mut self, id: MessageId, picks: &[&'f Attribute]) -> Value {
        let message = self.family.message(id);
        let header = message.header.as_ref().map(|(id, _)| *id);
        let among: Vec<&Attribute> = self.family.fields(message).collect();
        let attributes = self.level(message.set, &among, picks, &mut Vec::new());
        Value::Object(self.behind(header, attributes))
    }

    /// Some of a set's attributes, new ones rather than others.
    fn some(&mut self, set: &Set, among: &[&'f Attribute]) -> Vec<&'f Attribute> {
        let mut picks = among.to_vec();
        self.rng.shuffle(&mut picks);
        let (new, old): (Vec<_>, Vec<_>) = picks
            .into_iter()
            .partition(|attribute| self.leads_to_new(set, attribute));
        let wanted = self.rng.usize(1..=WIDTH);
        new.into_iter().chain(old).take(wanted).collect()
    }

    /// Attributes that were picked among those of a set, and what selects their content.
    fn level(
        &mut self,
        id: SetId,
        among: &[&'f Attribute],
        picks: &[&'f Attribute],
        levels: &mut Vec<Level>,
    ) -> Map<String, Value> {
        let mut attributes = Map::new();
        let set = self.family.set(id);
        levels.push(Level {
            set: id,
            selected: HashMap::new(),
        });
        for attribute in self.with_selectors(among, picks) {
            if attribute.is_data()
                && let Some(value) = self.attribute(picks, attribute, levels)
            {
                self.drawn.insert(place(set, attribute));
                attributes.insert(attribute.name.clone(), value);
            }
        }
        levels.pop();
        if self.runs_wild() {
            let mut entries: Vec<_> = attributes.into_iter().collect();
            self.rng.shuffle(&mut entries);
            attributes = entries.into_iter().collect();
        }
        attributes
    }

    /// The attributes that were picked in random order, behind those that select what they contain.
    fn with_selectors(
        &mut self,
        among: &[&'f Attribute],
        picks: &[&'f Attribute],
    ) -> Vec<&'f Attribute> {
        let mut picks = picks.to_vec();
        self.rng.shuffle(&mut picks);
        let nests = picks.iter().any(|attribute| self.opens(attribute));
        let selects = |attribute: &Attribute| self.selectors.contains_key(&*attribute.name);
        let mut all: Vec<&Attribute> = among
            .iter()
            .filter(|attribute| nests && selects(attribute))
            .copied()
            .collect();
        for attribute in picks {
            if !all.iter().any(|known| known.name == attribute.name) {
                all.push(attribute);
            }
        }
        all
    }

    /// Whether something inside may be selected by an attribute beside it.
    fn opens(&self, attribute: &Attribute) -> bool {
        !self.selectors.is_empty()
            && matches!(
                innermost(&attribute.content),
                Content::SubMessage { .. } | Content::Nest(_)
            )
    }

    /// The value of an attribute; `None` when nothing selects what it contains.
    fn attribute(
        &mut self,
        picks: &[&'f Attribute],
        attribute: &Attribute,
        levels: &mut Vec<Level>,
    ) -> Option<Value> {
        if picks.iter().any(|attribute| self.opens(attribute))
            && let Some(value) = self.selector(picks, attribute)
        {
            let level = levels.last_mut()?;
            level.selected.insert(attribute.name.clone(), value.clone());
            return Some(Value::String(value));
        }
        if !attribute.multi {
            return self.content(&attribute.content, attribute, levels);
        }
        let count = self.rng.usize(1..=3);
        let values = (0..count).map(|_| self.content(&attribute.content, attribute, levels));
        values.collect::<Option<_>>().map(Value::Array)
    }

    /// A value that selects a format, of a sub-message that was picked too, if there is one; `None` when the
    /// attribute selects none.
    fn selector(&mut self, picks: &[&'f Attribute], attribute: &Attribute) -> Option<String> {
        let subs = self.selectors.get(&*attribute.name)?.clone();
        let own = picks
            .iter()
            .find_map(|picked| match innermost(&picked.content) {
                Content::SubMessage { id, selector } if *selector == attribute.name => Some(*id),
                _ => None,
            });
        let ids = own.map_or(subs, |id| vec![id]);
        let family = self.family;
        let mut formats: Vec<(&SubMessage, &Format)> = ids
            .iter()
            .map(|id| family.sub_message(*id))
            .flat_map(|sub| sub.formats.iter().map(move |format| (sub, format)))
            .filter(|(_, format)| self.can_be(attribute, &format.value))
            .collect();
        let new: Vec<_> = formats
            .iter()
            .filter(|(sub, format)| self.format_leads_to_new(sub, format))
            .copied()
            .collect();
        if !new.is_empty() {
            formats = new;
        }
        let (sub, format) = *self.rng.choice(&formats)?;
        self.drawn.insert(format_place(sub, format));
        Some(format.value.clone())
    }

    /// Whether an attribute can have the value of a selector.
    fn can_be(&self, attribute: &Attribute, value: &str) -> bool {
        match attribute.content {
            Content::String => true,
            Content::Int(_, Meaning::Enum(id)) => {
                let entries = &self.family.enumeration(id).entries;
                entries.iter().any(|entry| entry.name == value)
            }
            _ => false,
        }
    }

    /// The attributes of a nest.
    fn nest(&mut self, id: SetId, levels: &mut Vec<Level>) -> Map<String, Value> {
        if levels.len() >= DEPTH {
            return Map::new();
        }
        let set = self.family.set(id);
        let all: Vec<&Attribute> = set.attributes.iter().collect();
        let picks = self.some(set, &all);
        self.level(id, &all, &picks, levels)
    }

    /// Attributes behind a struct. A member whose name an attribute has stands under the struct's name.
    fn behind(
        &mut self,
        header: Option<StructId>,
        attributes: Map<String, Value>,
    ) -> Map<String, Value> {
        let Some(header) = header else {
            return attributes;
        };
        let members = self.members(header).into_iter();
        let (doubled, mut object): (Map<_, _>, Map<_, _>) =
            members.partition(|(name, _)| attributes.contains_key(name));
        if !doubled.is_empty() {
            let name = self.family.structure(header).name.clone();
            object.insert(name, Value::Object(doubled));
        }
        object.extend(attributes);
        object
    }

    /// The payload that the value of a selector selects, searched outwards from the innermost level.
    fn sub_message(
        &mut self,
        id: SubMessageId,
        selector: &str,
        levels: &mut Vec<Level>,
    ) -> Option<Value> {
        let has = |level: &&Level| {
            let set = self.family.set(level.set);
            set.attributes.iter().any(|known| known.name == selector)
        };
        let value = levels.iter().rev().find(has)?.selected.get(selector)?;
        let sub = self.family.sub_message(id);
        let mut formats = sub.formats.iter();
        let format = formats.find(|format| format.value == *value)?;
        // The value may have been drawn for a sub-message further out.
        self.drawn.insert(format_place(sub, format));
        let (header, set) = (format.header, format.set);
        let attributes = set.map(|set| self.nest(set, levels)).unwrap_or_default();
        Some(Value::Object(self.behind(header, attributes)))
    }
}
