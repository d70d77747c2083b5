//! What a spec of a family would say, with numbers for names.

use std::collections::BTreeMap;

use nlgen::model::name::kebab;
use nlgen_runtime::nlctrl::{AttrType, OpFlags};

use super::merge::Classes;
use crate::live::{Accepts, Family, Operation};

/// What the spec says of attributes that some policies lack, and of those that they limit differently.
pub(super) const NOT_EVERYWHERE: &str = "Not every operation takes it.";
pub(super) const NOT_ALIKE: &str = "Not every operation has the same limits.";
/// What the spec says of attributes that only the header has.
pub(super) const NOT_REPORTED: &str = "The kernel reports no policy for it. Its type is a guess.";

/// The name and the doc of the set of nests whose policy is not reported.
pub(super) const UNREPORTED: (&str, &str) = (
    "unreported",
    "The kernel reports no policy for the attributes inside.",
);

/// A spec in the making.
#[derive(Debug)]
pub(crate) struct Skeleton {
    pub(super) name: String,
    pub(super) version: u32,
    /// Bytes of the header before the attributes.
    pub(super) header_len: u32,
    /// The greatest attribute number of the policy that operations share; 0 without one.
    pub(super) max_attribute: u32,
    pub(super) sets: Vec<Set>,
    pub(super) operations: Vec<Asked>,
    /// What the kernel may send on its own.
    pub(super) events: Vec<Event>,
    /// What the names of operations begin with in C.
    pub(super) prefix: Option<String>,
    pub(super) groups: Vec<String>,
}

/// A set of attributes.
#[derive(Debug)]
pub(super) struct Set {
    pub(super) name: String,
    /// What it is, where that can be told.
    pub(super) doc: String,
    /// What it is about, by the enum that its attributes have their names from.
    pub(super) topic: Option<String>,
    /// The place of that enum.
    pub(super) named_by: Option<usize>,
    /// What the names of its attributes begin with in C.
    pub(super) prefix: Option<String>,
    pub(super) attributes: Vec<Attribute>,
}

impl Set {
    /// A set without attributes.
    pub(super) fn new(name: String) -> Self {
        Self {
            name,
            doc: String::new(),
            topic: None,
            named_by: None,
            prefix: None,
            attributes: Vec::new(),
        }
    }

    /// The numbers of its attributes, with their types.
    pub(super) fn types(&self) -> Vec<(i128, AttrType)> {
        let attributes = self.attributes.iter();
        attributes
            .map(|one| (one.number.into(), one.accepts.kind))
            .collect()
    }
}

/// An attribute of a set.
#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) number: u16,
    pub(super) name: String,
    pub(super) accepts: Accepts,
    /// The place of the set inside it.
    pub(super) nested: Option<usize>,
    /// Why the kernel does not always accept it like this.
    pub(super) differs: Option<&'static str>,
    /// Whether it is there for alignment only.
    pub(super) is_pad: bool,
}

/// A message that the kernel may send on its own: a command that no operation has.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) command: u32,
    pub(super) name: String,
    /// The place of its set.
    pub(super) set: usize,
}

/// An operation.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) command: u32,
    pub(super) name: String,
    pub(super) flags: OpFlags,
    /// The place of its set.
    pub(super) set: usize,
    /// The numbers of the attributes that the request for one object takes.
    pub(super) doit: Option<Vec<u16>>,
    /// The numbers of the attributes that the request for a dump takes.
    pub(super) dump: Option<Vec<u16>>,
}

impl Skeleton {
    /// The skeleton of a family.
    pub(crate) fn of(family: &Family) -> Self {
        let mut builder = Builder {
            classes: Classes::of(family),
            family,
            sets: Vec::new(),
            places: BTreeMap::new(),
            without_policy: None,
            unreported: None,
        };
        let operations = family.operations.iter();
        let mut operations: Vec<Asked> = operations.map(|known| builder.operation(known)).collect();
        operations.sort_by_key(|operation| operation.command);
        Self {
            name: family.name.clone(),
            version: family.version,
            header_len: family.header_len,
            max_attribute: family.max_attribute,
            sets: builder.sets,
            operations,
            events: Vec::new(),
            prefix: None,
            groups: family.groups.clone(),
        }
    }
}

struct Builder<'f> {
    family: &'f Family,
    classes: Classes<'f>,
    sets: Vec<Set>,
    /// The places of the classes that have a set.
    places: BTreeMap<u32, usize>,
    /// The place of the set of operations that have no policy.
    without_policy: Option<usize>,
    /// The place of the set of nests whose policy is not reported.
    unreported: Option<usize>,
}

impl Builder<'_> {
    fn operation(&mut self, known: &Operation) -> Asked {
        let name = format!("op-{}", known.command);
        let policy = self.classes.policies(known).into_iter().flatten().next();
        let set = match policy.map(|policy| self.classes.class(policy)) {
            Some(class) => {
                let name = match self.is_shared(class) {
                    true => set_name(&self.family.name),
                    false => name.clone(),
                };
                self.set(class, &name)
            }
            None => self.without_policy(known),
        };
        let asks = |flag, policy: Option<u32>| {
            let numbers = |policy: u32| self.family.policies.get(&policy);
            let numbers = policy.and_then(numbers);
            let numbers = numbers.map(|policy| policy.keys().copied().collect());
            known
                .flags
                .contains(flag)
                .then(|| numbers.unwrap_or_default())
        };
        Asked {
            command: known.command,
            flags: known.flags,
            set,
            doit: asks(OpFlags::CMD_CAP_DO, known.doit),
            dump: asks(OpFlags::CMD_CAP_DUMP, known.dump),
            name,
        }
    }

    /// Whether all operations with a policy have this one: the family's.
    fn is_shared(&self, class: u32) -> bool {
        let operations = self.family.operations.iter();
        let policies = operations.flat_map(|known| self.classes.policies(known));
        policies
            .flatten()
            .all(|policy| self.classes.class(policy) == class)
    }

    /// The place of a class's set. It is taken before the attributes are looked at: they may contain
    /// the same set again.
    fn set(&mut self, class: u32, name: &str) -> usize {
        if let Some(place) = self.places.get(&class) {
            return *place;
        }
        let place = self.sets.len();
        self.places.insert(class, place);
        self.sets.push(Set::new(self.free(name)));
        // Requests list the attributes that they take; of a nest, all belong to it.
        let members = match self.classes.is_nest(class) {
            true => self.classes.members(class).count(),
            false => 0,
        };
        let accepted = self.classes.attributes(class);
        let mut attributes = Vec::new();
        for (number, all) in accepted {
            attributes.extend(self.attribute(name, number, &all, members));
        }
        if let Some(set) = self.sets.get_mut(place) {
            set.attributes = attributes;
        }
        place
    }

    fn attribute(
        &mut self,
        set: &str,
        number: u16,
        all: &[&Accepts],
        members: usize,
    ) -> Option<Attribute> {
        let (first, others) = all.split_first()?;
        let mut accepts = (*first).clone();
        let alike = |other: &&&Accepts| {
            let nested = accepts.nested;
            Accepts {
                nested,
                ..(**other).clone()
            } == accepts
        };
        let differs = match others.iter().all(|other| alike(&other)) {
            false => Some(NOT_ALIKE),
            true if all.len() < members => Some(NOT_EVERYWHERE),
            true => None,
        };
        if differs == Some(NOT_ALIKE) {
            accepts = accepts.without_limits();
        }
        let nested = match (accepts.kind, accepts.nested) {
            (AttrType::Nested | AttrType::NestedArray, Some(policy)) => {
                let class = self.classes.class(policy);
                Some(self.set(class, &format!("{set}-attr-{number}")))
            }
            (AttrType::Nested | AttrType::NestedArray, None) => Some(self.unreported()),
            _ => None,
        };
        Some(Attribute {
            number,
            name: format!("attr-{number}"),
            accepts,
            nested,
            differs,
            is_pad: false,
        })
    }

    /// The place of the set of operations that accept nothing that the kernel reports. Without a policy, as
    /// dumps often are, it is that of the family, if all others share one.
    fn without_policy(&mut self, known: &Operation) -> usize {
        let operations = self.family.operations.iter();
        let policies = operations.flat_map(|known| self.classes.policies(known));
        let class = policies.flatten().next().map(|one| self.classes.class(one));
        let has_none = known.doit.is_none() && known.dump.is_none();
        if let Some(class) = class.filter(|class| has_none && self.is_shared(*class)) {
            return self.set(class, &set_name(&self.family.name));
        }
        if let Some(place) = self.without_policy {
            return place;
        }
        let place = self.empty(
            &set_name(&self.family.name),
            "The kernel reports no attribute that the operations of this set accept.",
        );
        self.without_policy = Some(place);
        place
    }

    /// The place of the set of nests whose policy is not reported.
    fn unreported(&mut self) -> usize {
        if let Some(place) = self.unreported {
            return place;
        }
        let place = self.empty(UNREPORTED.0, UNREPORTED.1);
        self.unreported = Some(place);
        place
    }

    fn empty(&mut self, name: &str, doc: &str) -> usize {
        let place = self.sets.len();
        self.sets.push(Set {
            doc: doc.to_owned(),
            ..Set::new(self.free(name))
        });
        place
    }

    fn free(&self, name: &str) -> String {
        let taken = |name: &str| self.sets.iter().any(|set| set.name == name);
        if !taken(name) {
            return name.to_owned();
        }
        let mut numbered = (2..).map(|number| format!("{name}-{number}"));
        // There is always a free number.
        numbered.find(|name| !taken(name)).unwrap_or_default()
    }
}

impl Accepts {
    /// The same type, for what policies do not agree on.
    pub(super) fn without_limits(&self) -> Self {
        Self {
            kind: self.kind,
            nested: self.nested,
            range: None,
            mask: None,
            min_len: None,
            max_len: None,
        }
    }
}

/// A name for a set, of the family's name: `802.15.4 MAC` becomes `802-15-4-mac`.
pub(super) fn set_name(family: &str) -> String {
    let plain: String = family
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .collect();
    let name = kebab(&plain);
    if name.is_empty() {
        "family".to_owned()
    } else {
        name
    }
}
