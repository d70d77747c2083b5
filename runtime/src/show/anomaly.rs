//! What a message has otherwise than its description says, and decoding makes nothing of.

use std::collections::BTreeMap;
use std::fmt;

use super::format::selected_format;
use crate::describe::{Format, Kind, Path, Set, Step};
use crate::wire::{Attr, Cuts, Level, MAX_DEPTH, MAX_PAYLOAD, align};

/// Something that a message has otherwise than its description says, and that decoding passes over: found by
/// [`anomalies`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Anomaly {
    /// An attribute is there several times that the description has once. A decoded struct has the last one, as the
    /// kernel takes it. `multi-attr: true` in a spec makes it a list.
    Repeated {
        /// The attribute.
        path: Path,
        /// How often it is there, on one level.
        times: usize,
    },
    /// A nest is longer than its 16-bit length can say. It was found by what follows it, and is read whole; readers
    /// that believe its length take the rest for attributes around it.
    Wrapped {
        /// The nest.
        path: Path,
        /// Its payload's length, in bytes.
        len: usize,
    },
}

impl Anomaly {
    /// The attribute, by name.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Repeated { path, .. } | Self::Wrapped { path, .. } => path,
        }
    }
}

impl fmt::Display for Anomaly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Repeated { path, times } => write!(
                f,
                "{path}: is there {times} times, where the description has it once"
            ),
            Self::Wrapped { path, len } => write!(
                f,
                "{path}: has {len} bytes, more than the {MAX_PAYLOAD} that its length can say"
            ),
        }
    }
}

/// Finds what the attributes of `set` in `bytes` have otherwise than their description says, nests included. For
/// a message whose family has a fixed header, `bytes` begin behind it.
///
/// Decoding does not look for it, since most messages have nothing of the kind. Malformed bytes are left to decoding.
///
/// ```
/// use nlgen_runtime::anomalies;
/// use nlgen_runtime::describe::{Attribute, Int, Kind, Set};
/// static PORT: Set = Set::new("port", &[Attribute::new(1, "number", Kind::Int(Int::U16))]);
/// // The attribute 1 twice, with 80 and 443.
/// let bytes = [6, 0, 1, 0, 80, 0, 0, 0, 6, 0, 1, 0, 187, 1, 0, 0];
/// let found = anomalies(&PORT, &bytes);
/// assert_eq!(found[0].path().to_string(), "port/number");
/// ```
#[must_use]
pub fn anomalies(set: &'static Set, bytes: &[u8]) -> Vec<Anomaly> {
    let mut search = Search {
        root: set.name(),
        steps: Vec::new(),
        found: Vec::new(),
    };
    search.level(set, bytes);
    search.found
}

struct Search {
    root: &'static str,
    /// The way to the level, outermost first.
    steps: Vec<Step>,
    found: Vec<Anomaly>,
}

impl Search {
    fn level(&mut self, set: &'static Set, bytes: &[u8]) {
        let mut count: BTreeMap<u16, usize> = BTreeMap::new();
        // Looked for once: a selector may be anywhere in the level.
        let mut formats: BTreeMap<u16, Option<&'static Format>> = BTreeMap::new();
        let mut level = Level::new(set.has_nests(), set, bytes, 0);
        while let Ok(Some(attr)) = level.next_attr() {
            let Some(known) = set.attribute(attr.kind()) else {
                continue;
            };
            let place = count.entry(attr.kind()).or_default();
            let step = Step::Named(known.name());
            self.steps.push(step);
            let entry = u16::try_from(*place).ok().filter(|_| known.is_multi());
            self.steps.extend(entry.map(Step::Index));
            if attr.payload().len() > MAX_PAYLOAD {
                let (path, len) = (self.path(), attr.payload().len());
                self.found.push(Anomaly::Wrapped { path, len });
            }
            match known.kind() {
                Kind::SubMessage(selector, all) => {
                    let find = || selected_format(all, set, selector, bytes);
                    let format = *formats.entry(attr.kind()).or_insert_with(find);
                    self.selected(format, &attr);
                }
                kind => self.inside(kind, &attr),
            }
            self.steps
                .truncate(self.steps.len() - 1 - usize::from(entry.is_some()));
            *place += 1;
        }
        for (number, times) in count.into_iter().filter(|(_, times)| *times > 1) {
            match set.attribute(number) {
                Some(known) if !known.is_multi() => {
                    self.steps.push(Step::Named(known.name()));
                    let path = self.path();
                    self.found.push(Anomaly::Repeated { path, times });
                    self.steps.pop();
                }
                _ => {}
            }
        }
    }

    /// Looks into a sub-message.
    fn selected(&mut self, format: Option<&'static Format>, attr: &Attr<'_>) {
        let header = format.and_then(Format::header);
        let header = header.map_or(0, |layout| align(layout.len()));
        let rest = attr.payload().get(header..).unwrap_or_default();
        if let Some(set) = format.and_then(Format::set) {
            self.inside_set(set, rest);
        }
    }

    /// Looks into an attribute.
    fn inside(&mut self, kind: Kind, attr: &Attr<'_>) {
        match kind {
            Kind::Nest(set) => self.inside_set(set(), attr.payload()),
            Kind::Array(inner) => self.entries(attr, |search, entry| search.inside(*inner, entry)),
            Kind::Keyed(levels, set) => self.entries(attr, |search, entry| match levels {
                0 | 1 => search.inside_set(set(), entry.payload()),
                _ => search.inside(Kind::Keyed(levels - 1, set), entry),
            }),
            Kind::Rows(layout, length, set) => {
                let rows = Cuts::new(attr.payload(), layout.len(), length);
                for (place, row) in rows.map_while(Result::ok).enumerate() {
                    self.steps
                        .push(Step::Index(u16::try_from(place).unwrap_or(u16::MAX)));
                    self.inside_set(set(), row.get(align(layout.len())..).unwrap_or_default());
                    self.steps.pop();
                }
            }
            _ => {}
        }
    }

    fn inside_set(&mut self, set: &'static Set, bytes: &[u8]) {
        if self.steps.len() <= usize::from(MAX_DEPTH) {
            self.level(set, bytes);
        }
    }

    fn entries(&mut self, attr: &Attr<'_>, mut look: impl FnMut(&mut Self, &Attr<'_>)) {
        for entry in attr.nested().map_while(Result::ok) {
            self.steps.push(Step::Index(entry.kind()));
            look(self, &entry);
            self.steps.pop();
        }
    }

    fn path(&self) -> Path {
        Path::of_steps(self.root, &self.steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::{Attribute, Int};
    use crate::wire::Encoder;

    static OUTER: Set = Set::new(
        "outer",
        &[
            Attribute::new(1, "index", Kind::Int(Int::U32)),
            Attribute::new(2, "inner", Kind::Nest(|| &INNER)),
            Attribute::new(3, "entries", Kind::Array(&Kind::Nest(|| &INNER))),
            Attribute::new(4, "peers", Kind::Nest(|| &INNER)).multi(),
            Attribute::new(5, "levels", Kind::Keyed(2, || &INNER)),
            Attribute::new(6, "kind", Kind::String),
            Attribute::new(7, "data", Kind::SubMessage(6, FORMATS)),
        ],
    );
    static INNER: Set = Set::new(
        "inner",
        &[
            Attribute::new(1, "flags", Kind::Int(Int::U32)),
            Attribute::new(2, "outer", Kind::Nest(|| &OUTER)),
        ],
    );
    static FORMATS: &[Format] = &[Format::new("one", None, Some(|| &INNER))];

    /// Attributes with the number 1, so many.
    fn ones(count: u32) -> impl Fn(&mut Encoder<'_>) {
        move |out| (0..count).for_each(|value| out.put(1, &Some(value)))
    }

    fn found(write: impl Fn(&mut Encoder<'_>)) -> Vec<String> {
        let mut bytes = Vec::new();
        let mut out = Encoder::new(&mut bytes);
        write(&mut out);
        out.finish().unwrap();
        let found = anomalies(&OUTER, &bytes);
        let times = |anomaly: &Anomaly| match anomaly {
            Anomaly::Repeated { path, times } => format!("{path} {times}"),
            Anomaly::Wrapped { path, len } => format!("{path} {len} bytes"),
        };
        found.iter().map(times).collect()
    }

    #[test]
    fn what_repeats_is_found_on_each_level() {
        assert_eq!(found(ones(1)), [""; 0]);
        assert_eq!(found(ones(91)), ["outer/index 91"]);
        assert_eq!(found(|out| out.nest(2, ones(2))), ["outer/inner/flags 2"]);
        let array = |out: &mut Encoder<'_>| {
            out.nest(3, |out| {
                out.nest(0, ones(1));
                out.nest(9, ones(3));
            });
        };
        assert_eq!(found(array), ["outer/entries[9]/flags 3"]);
        let list = |out: &mut Encoder<'_>| {
            out.nest(4, ones(1));
            out.nest(4, ones(2));
            // Unknown, and so it may be a list.
            out.nest(99, ones(2));
            out.nest(99, ones(2));
        };
        assert_eq!(found(list), ["outer/peers[1]/flags 2"]);
        let keyed = |out: &mut Encoder<'_>| {
            out.nest(5, |out| out.nest(7, |out| out.nest(8, ones(2))));
        };
        assert_eq!(found(keyed), ["outer/levels[7][8]/flags 2"]);
        let selected = |out: &mut Encoder<'_>| {
            out.nest(7, ones(2));
            out.put(6, &Some("one"));
            out.nest(7, ones(1));
        };
        assert_eq!(found(selected), ["outer/data/flags 2", "outer/data 2"]);
    }

    #[test]
    fn a_nest_longer_than_its_length_is_found() {
        let mut list = Vec::new();
        let mut out = Encoder::new(&mut list);
        for _ in 0..2 {
            out.nest(2, |out| {
                out.nest(4, |out| out.attr(99, |out| out.zeros(40_000)))
            });
        }
        out.finish().unwrap();
        let mut bytes = ((list.len() + 4) as u16).to_ne_bytes().to_vec();
        bytes.extend(2u16.to_ne_bytes());
        bytes.extend(&list);
        let told: Vec<_> = anomalies(&OUTER, &bytes)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            told,
            [
                "outer/inner: has 80024 bytes, more than the 65531 that its length can say",
                "outer/inner/outer: is there 2 times, where the description has it once"
            ]
        );
    }

    /// Malformed bytes and deep ones end the search where they are.
    #[test]
    fn nothing_is_found_in_what_cannot_be_read() {
        assert_eq!(anomalies(&OUTER, &[3, 0, 1, 0]), []);
        let mut bytes = Vec::new();
        for _ in 0..5000 {
            let mut outer = Vec::new();
            let mut out = Encoder::new(&mut outer);
            out.nest(2, |out| out.bytes(&bytes));
            out.finish().unwrap();
            bytes = outer;
        }
        assert_eq!(anomalies(&OUTER, &bytes), []);
    }
}
