//! Sets of attributes: their numbers, and what subsets take over.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::kernel::{attribute_keys, set_keys};
use super::numbers::{Row, advice};
use super::{Lower, counted, text};
use crate::diagnostic::{Code, Problem};
use crate::model::name::{Scope, snake};
use crate::model::{Attribute, Content, Set};
use crate::span::At;
use crate::spec;

/// The largest number that fits an attribute's type beside its two flag bits.
const MAX_NUMBER: u16 = 0x3FFF;

/// Attributes with their numbers, by name.
pub(super) type Numbered<'s> = HashMap<&'s str, (u16, spec::Attribute)>;

/// How many sets may lie between a subset and the one that its numbers come from.
const FARTHEST: usize = 32;

/// Names of methods that messages have from traits: a setter of that name would be called in their place, as by
/// `Get::default()`.
const TAKEN_FIELDS: &[&str] = &[
    "borrow",
    "borrow_mut",
    "clone",
    "clone_from",
    "clone_into",
    "decode",
    "decode_at",
    "default",
    "encode",
    "eq",
    "fmt",
    "from",
    "into",
    "ne",
    "serialize",
    "to_bytes",
    "to_owned",
    "try_from",
    "try_into",
    "type_id",
];

impl<'s> Lower<'s> {
    pub(super) fn sets(&mut self) -> Vec<Set> {
        let spec = self.spec;
        self.subset_cycles();
        spec.attribute_sets
            .iter()
            .map(|set| self.set(set))
            .collect()
    }

    fn set(&mut self, set: &'s spec::AttributeSet) -> Set {
        let subset_of = set
            .subset_of
            .as_ref()
            .and_then(|parent| self.find_set(parent));
        let numbered = match &set.subset_of {
            None => self.numbered(set),
            Some(_) => self.taken_over(set),
        };
        let mut scope = Scope::with(TAKEN_FIELDS);
        let mut attributes = Vec::new();
        for (number, attribute) in numbered {
            let doc = text(attribute.doc.as_ref());
            if let Some(mut new) = self.attribute(&attribute, number, doc) {
                new.ident = scope.take(snake(&attribute.name), "_");
                attributes.push(new);
            }
        }
        Set {
            name: set.name.value.clone(),
            table: String::new(),
            doc: text(set.doc.as_ref()),
            subset_of,
            attributes,
            message: None,
            used: false,
            c: set_keys(set),
        }
    }

    /// The attributes of a set of its own, counted from 1.
    fn numbered(&mut self, set: &'s spec::AttributeSet) -> Vec<(u16, spec::Attribute)> {
        self.unique(set.attributes.iter().map(|attr| &attr.name), "attribute");
        let mut seen: HashMap<u16, &At<String>> = HashMap::new();
        let mut numbered = Vec::new();
        let mut row = Row::default();
        for (value, attr) in counted(&set.attributes, 1, |attr| attr.value.as_ref()) {
            let reported = row.goes_on(attr.value.is_some());
            let Some(number) = u16::try_from(value)
                .ok()
                .filter(|number| *number <= MAX_NUMBER)
            else {
                if reported {
                    self.number_too_great(attr, value);
                }
                row.is_wrong();
                continue;
            };
            if let Some(first) = seen.insert(number, &attr.name).filter(|_| reported) {
                row.is_wrong();
                let message = format!(
                    "the attributes `{}` and `{}` have the same number, {number}",
                    first.value, attr.name.value
                );
                let problem = Problem::new(Code::SameNumber, attr.name.span, message);
                self.add(problem.related(first.span, "first here"));
            }
            numbered.push((number, attr.clone()));
        }
        numbered
    }

    fn number_too_great(&mut self, attr: &spec::Attribute, value: i128) {
        let written = attr.value.as_ref();
        let span = written.map_or(attr.name.span, |value| value.span);
        let message = format!("an attribute's number is from 0 to {MAX_NUMBER}, not {value}");
        let problem = Problem::new(Code::OutOfRange, span, message);
        self.add(problem.help(advice(written.is_some())));
    }

    /// The attributes of a subset: numbers from the parent, and each key that it does not have.
    fn taken_over(&mut self, set: &'s spec::AttributeSet) -> Vec<(u16, spec::Attribute)> {
        let Some(parent) = self.attributes_of(set) else {
            // No set to take from: that has a problem of its own.
            return Vec::new();
        };
        let mut seen = HashSet::new();
        let mut taken = Vec::new();
        for attr in &set.attributes {
            // An attribute listed twice is harmless, and upstream specs have it.
            if !seen.insert(attr.name.as_str()) {
                continue;
            }
            match parent.get(attr.name.as_str()) {
                Some((number, original)) => taken.push((*number, merge(original, attr))),
                None => {
                    // Only the first of many wrong names are compared with those that are right.
                    let names = std::iter::once_with(|| {
                        let mut names: Vec<&str> = parent.keys().copied().collect();
                        names.sort_unstable();
                        names
                    });
                    let of = set.subset_of.as_ref().map_or("", |parent| parent.as_str());
                    self.not_in_set(&attr.name, of, names.flatten());
                }
            }
        }
        taken
    }

    /// The numbered attributes of a subset's parent, which may be a subset itself. Many subsets have one parent.
    fn attributes_of(&mut self, set: &'s spec::AttributeSet) -> Option<Rc<Numbered<'s>>> {
        let mut known: Option<Rc<Numbered<'s>>> = None;
        for parent in self.parents(set)?.into_iter().rev() {
            let place = self.sets.get(parent.name.as_str())?.0;
            let found = self.numbered.get(&place).map(Rc::clone);
            let attributes = found.unwrap_or_else(|| Rc::new(numbered(parent, known.as_deref())));
            self.numbered.insert(place, Rc::clone(&attributes));
            known = Some(attributes);
        }
        known
    }

    fn parent(&self, set: &'s spec::AttributeSet) -> Option<&'s spec::AttributeSet> {
        let id = self.sets.get(set.subset_of.as_ref()?.as_str())?;
        self.spec.attribute_sets.get(id.0)
    }

    /// The sets that a subset comes from, up to the one that is none; nothing when that is not to be found.
    fn parents(&self, set: &'s spec::AttributeSet) -> Option<Vec<&'s spec::AttributeSet>> {
        let mut parents = Vec::new();
        let mut at = set;
        while at.subset_of.is_some() {
            at = self.parent(at)?;
            parents.push(at);
            if parents.len() > FARTHEST {
                return None;
            }
        }
        Some(parents)
    }

    /// Each cycle once, at the first of its sets, and each set that is too far from its numbers.
    fn subset_cycles(&mut self) {
        let spec = self.spec;
        let mut told = HashSet::new();
        for set in &spec.attribute_sets {
            let mut seen = HashSet::from([set.name.as_str()]);
            let mut at = set;
            while let (Some(name), Some(parent)) = (&at.subset_of, self.parent(at)) {
                if !seen.insert(name.as_str()) {
                    if *name.value == *set.name.value && !told.contains(name.as_str()) {
                        told.extend(seen);
                        let message = format!("the set `{}` is a subset of itself", set.name.value);
                        let problem = Problem::new(Code::SubsetCycle, name.span, message);
                        self.add(problem.help("a subset's numbers come from a set of its own"));
                    }
                    break;
                }
                if seen.len() > FARTHEST + 1 {
                    let message = format!(
                        "more than {FARTHEST} subsets lie between `{}` and its numbers",
                        set.name.value
                    );
                    let problem = Problem::new(Code::OutOfRange, set.name.span, message);
                    self.add(problem.help("take the numbers from the first of them"));
                    break;
                }
                at = parent;
            }
        }
    }

    fn attribute(
        &mut self,
        attr: &spec::Attribute,
        number: u16,
        doc: Option<String>,
    ) -> Option<Attribute> {
        let checks = self.checks(attr.checks.as_ref());
        let content = self.content(attr, &checks)?;
        if let Some(written) = &attr.checks {
            self.check_checks(written, &checks, &content);
        }
        let multi = attr.multi_attr.as_ref().is_some_and(|multi| multi.value);
        if multi && matches!(content, Content::Flag | Content::Pad | Content::Unused) {
            let at = attr.multi_attr.as_ref().map(|multi| multi.span);
            let message = "an attribute without content cannot be repeated";
            let problem = Problem::new(Code::WrongKey, at.unwrap_or(attr.name.span), message);
            self.add(problem.help("take it out, or change the type"));
        }
        Some(Attribute {
            name: attr.name.value.clone(),
            ident: String::new(),
            doc,
            number,
            content,
            multi,
            checks,
            secret: attr.secret.as_ref().is_some_and(|secret| secret.value),
            kernel_differs: text(attr.kernel_differs.as_ref()),
            c: attribute_keys(attr),
        })
    }
}

/// The attributes of a set of its own or, with those of its parent, of a subset.
fn numbered<'s>(set: &'s spec::AttributeSet, parent: Option<&Numbered<'s>>) -> Numbered<'s> {
    let Some(parent) = parent else {
        return counted(&set.attributes, 1, |attr| attr.value.as_ref())
            .filter_map(|(value, attr)| {
                let number = u16::try_from(value).ok()?;
                Some((attr.name.as_str(), (number, attr.clone())))
            })
            .collect();
    };
    let attributes = set.attributes.iter();
    attributes
        .filter_map(|attr| {
            let (number, original) = parent.get(attr.name.as_str())?;
            Some((attr.name.as_str(), (*number, merge(original, attr))))
        })
        .collect()
}

/// A subset's attribute: its own keys, and its parent's where it has none.
fn merge(parent: &spec::Attribute, child: &spec::Attribute) -> spec::Attribute {
    macro_rules! either {
        ($($field:ident)*) => {
            spec::Attribute {
                span: child.span,
                name: child.name.clone(),
                value: parent.value.clone(),
                type_value: match child.type_value.is_empty() {
                    true => parent.type_value.clone(),
                    false => child.type_value.clone(),
                },
                $($field: child.$field.clone().or_else(|| parent.$field.clone()),)*
            }
        };
    }
    either! {
        kind doc byte_order multi_attr nested_attributes names enum_as_flags checks sub_type
        display_hint name_prefix structure length sub_message selector secret
        kernel_differs
    }
}
