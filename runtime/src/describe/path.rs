//! Paths of attributes, by name: `netdev.dev-get/ifindex`, `header/flags`, `peers[3]/endpoint`.

use std::fmt;

use super::set::{Format, Kind, Layout, Set};

/// The place of an attribute: the set or operation at the root, then attribute by attribute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    root: Option<&'static str>,
    /// Innermost first: errors learn their place from the inside.
    steps: Vec<Step>,
}

/// One step of a [`Path`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// An attribute with its name in the specification.
    Named(&'static str),
    /// An attribute that the specification does not know.
    Number(u16),
    /// An entry of an array, by its index; of an attribute that repeats, by its place among its like.
    Index(u16),
}

impl Path {
    pub(crate) fn begin(&mut self, root: &'static str) {
        self.root = Some(root);
    }

    pub(crate) fn enter(&mut self, name: Option<&'static str>, number: u16) {
        self.steps
            .push(name.map_or(Step::Number(number), Step::Named));
    }

    pub(crate) fn enter_index(&mut self, index: u16) {
        self.steps.push(Step::Index(index));
    }

    /// The path of steps, outermost first.
    pub(crate) fn of_steps(root: &'static str, steps: &[Step]) -> Self {
        Self {
            root: Some(root),
            steps: steps.iter().rev().copied().collect(),
        }
    }

    /// Whether nothing is known of the place.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.root.is_none() && self.steps.is_empty()
    }

    /// The steps, outermost first.
    pub fn steps(&self) -> impl Iterator<Item = Step> + '_ {
        self.steps.iter().rev().copied()
    }

    /// The steps alone, without the root: `header/flags`.
    #[must_use]
    pub fn attributes(&self) -> String {
        Self {
            root: None,
            steps: self.steps.clone(),
        }
        .to_string()
    }

    /// The path to the attribute of a number in `set`.
    pub(crate) fn of_number(set: &'static Set, number: u16) -> Self {
        Self::of_way(set, &[Entered::Number(number)])
    }

    /// The path of what was entered, outermost first, inside `set`.
    pub(crate) fn of_way(set: &'static Set, way: &[Entered]) -> Self {
        let mut inside = Inside::Set(set);
        let mut steps = Vec::with_capacity(way.len());
        for entered in way {
            match entered {
                Entered::Format(set) => inside = Inside::Set(set),
                Entered::Number(number) => {
                    let (step, next) = inside.step(*number);
                    inside = next;
                    steps.push(step);
                }
            }
        }
        steps.reverse();
        Self {
            root: Some(set.name()),
            steps,
        }
    }
}

/// A step on the way to an attribute.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Entered {
    /// The attribute of a number.
    Number(u16),
    /// The attributes of a sub-message's format.
    Format(&'static Set),
}

/// What the next number of a path speaks of.
#[derive(Clone, Copy)]
pub(crate) enum Inside {
    Set(&'static Set),
    Array(&'static Kind),
    Levels(u8, fn() -> &'static Set),
    Rows(&'static Layout, u16, fn() -> &'static Set),
    /// A sub-message that an attribute of the set selects.
    Selected(&'static Set, u16, &'static [Format]),
    Unknown,
}

impl Inside {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Nest(set) => Self::Set(set()),
            Kind::Array(kind) => Self::Array(kind),
            Kind::Keyed(levels, set) => Self::Levels(levels, set),
            Kind::Rows(layout, length, set) => Self::Rows(layout, length, set),
            _ => Self::Unknown,
        }
    }

    /// Whether an attribute is one of a list.
    pub(crate) fn repeats(self, number: u16) -> bool {
        let Self::Set(set) = self else { return false };
        set.attribute(number).is_some_and(|known| known.is_multi())
    }

    pub(crate) fn step(self, number: u16) -> (Step, Self) {
        match self {
            Self::Set(set) => match set.attribute(number) {
                Some(attr) => match attr.kind() {
                    Kind::SubMessage(selector, formats) => (
                        Step::Named(attr.name()),
                        Self::Selected(set, selector, formats),
                    ),
                    kind => (Step::Named(attr.name()), Self::of(kind)),
                },
                None => (Step::Number(number), Self::Unknown),
            },
            Self::Array(kind) => (Step::Index(number), Self::of(*kind)),
            Self::Rows(_, _, set) => (Step::Index(number), Self::Set(set())),
            Self::Levels(0 | 1, set) => (Step::Index(number), Self::Set(set())),
            Self::Levels(levels, set) => (Step::Index(number), Self::Levels(levels - 1, set)),
            Self::Selected(..) | Self::Unknown => (Step::Number(number), Self::Unknown),
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.root.unwrap_or_default())?;
        let mut first = self.root.is_none();
        for step in self.steps() {
            if !first && !matches!(step, Step::Index(_)) {
                f.write_str("/")?;
            }
            first = false;
            match step {
                Step::Named(name) => f.write_str(name)?,
                Step::Number(number) => write!(f, "#{number}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
