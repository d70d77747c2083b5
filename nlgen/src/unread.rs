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
}

impl<'n> Unread<'n> {
    pub(crate) fn of(document: &'n Node, problems: &[Problem]) -> Self {
        let mut unread = Self {
            names: HashSet::new(),
            items: HashSet::new(),
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
                for item in items {
                    inside |= self.visit(item, places);
                }
            }
            Value::Map(entries) => {
                for (key, value) in entries {
                    inside |= places.contains(&key.span);
                    inside |= self.visit(value, places);
                }
                let name = entries.iter().find(|(key, _)| *key.value == *"name");
                if let Some((_, name)) = name
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
            _ => false,
        }
    }
}
