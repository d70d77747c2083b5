//! What could not be read of a document. It is missing later, which is no problem of its own.

use std::collections::HashSet;

use crate::diagnostic::{Code, Problem};
use crate::span::{Sources, Span};
use crate::yaml::{Node, Value};

/// The parts of a document that problems of reading hide.
pub(crate) struct Unread<'n> {
    /// Every `name` of the document, read or not.
    names: HashSet<&'n str>,
    /// The items, by the place of their name, that miss a key because it could not be read.
    items: HashSet<Span>,
    /// The items, by the place of their name, whose number counts on from one that could not be read.
    counted_on: HashSet<Span>,
}

impl<'n> Unread<'n> {
    pub(crate) fn of(document: &'n Node, problems: &[Problem]) -> Self {
        let mut unread = Self {
            names: HashSet::new(),
            items: HashSet::new(),
            counted_on: HashSet::new(),
        };
        if !problems.is_empty() {
            let places = problems.iter().map(Problem::span).collect();
            unread.visit(document, &places);
        }
        unread
    }

    /// Gives whether a problem of reading lies in the node.
    fn visit(&mut self, node: &'n Node, places: &HashSet<Span>) -> bool {
        let mut inside = places.contains(&node.span);
        match &node.value {
            Value::List(items) => {
                let mut lost = false;
                for item in items {
                    inside |= self.visit(item, places);
                    if loses_number(item, places) {
                        lost = true;
                    } else if has_number(item) {
                        lost = false;
                    } else if lost {
                        self.counted_on.extend(name_of(item).map(|name| name.span));
                    }
                }
            }
            Value::Map(entries) => {
                for (key, value) in entries {
                    inside |= places.contains(&key.span);
                    inside |= self.visit(value, places);
                }
                if let Some(name) = name_of(node)
                    && let Value::Text(text) = &name.value
                {
                    self.names.insert(text);
                    if inside {
                        self.items.insert(name.span);
                    }
                }
            }
            _ => {}
        }
        inside
    }

    /// Whether a problem found later is there only because of these.
    pub(crate) fn explains(&self, problem: &Problem, sources: &Sources) -> bool {
        match problem.code() {
            Code::MissingKey | Code::BadOperation => self.items.contains(&problem.span()),
            Code::UnknownName => sources
                .text(problem.span())
                .is_some_and(|name| self.names.contains(name)),
            Code::SameNumber | Code::OutOfRange => {
                let mut places = problem.places();
                places.any(|place| self.counted_on.contains(&place))
            }
            _ => false,
        }
    }
}

/// An item's name: a short entry is nothing else.
fn name_of(item: &Node) -> Option<&Node> {
    match &item.value {
        Value::Map(entries) => {
            let mut entries = entries.iter();
            let (_, name) = entries.find(|(key, _)| *key.value == *"name")?;
            Some(name)
        }
        _ => Some(item),
    }
}

/// Whether an item was left out, or its number was.
fn loses_number(item: &Node, places: &HashSet<Span>) -> bool {
    let Value::Map(entries) = &item.value else {
        return places.contains(&item.span);
    };
    places.contains(&item.span)
        || entries.iter().any(|(key, value)| match key.as_str() {
            "name" | "value" => places.contains(&value.span),
            "do" | "dump" | "request" | "reply" => loses_number(value, places),
            _ => false,
        })
}

/// Whether an item has a number of its own.
fn has_number(item: &Node) -> bool {
    match &item.value {
        Value::Map(entries) => entries.iter().any(|(key, _)| *key.value == *"value"),
        _ => false,
    }
}
