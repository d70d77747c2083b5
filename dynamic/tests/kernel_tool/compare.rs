//! Asks the tool about every message of specs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use nlgen::model::Content;
use nlgen::{load_with, parse, read};
use nlgen_dynamic::{DecodeOptions, Family, Mode};
use serde_json::{Value, json};

use super::exceptions::{Change, Rule, Way, rules};
use super::message::{body, hex, layouts, version, whole};
use super::tool::Tool;
use super::walk::{self, Place, Then};
use super::written::Written;
use crate::messages::{Message, Part, messages};
use crate::random_json::Random;

/// Where the random values begin.
const SEED: u64 = 0x6e6c_6765_6e00;

/// Questions asked, with what is expected.
#[derive(Default)]
pub(crate) struct Comparison {
    /// Whether the specs may use more than the language of Linux 6.12.
    pub(super) newer: bool,
    pub(super) tool: Tool,
    pub(super) expected: Vec<Expected>,
    pub(super) families: Vec<Told>,
    /// Where each rule was needed, by its place in the table.
    pub(super) used: BTreeMap<usize, BTreeSet<String>>,
    /// Messages that go each way.
    pub(super) compared: BTreeMap<Way, usize>,
    pub(super) operations: usize,
    /// What is wrong on our own side.
    pub(super) wrong: Vec<String>,
}

/// What the tool should answer.
pub(super) struct Expected {
    pub(super) place: usize,
    /// For people: the spec, the message, the question.
    pub(super) about: String,
    pub(super) answer: Value,
    /// With a rule left out at a place, the answer is another one.
    pub(super) without: Option<(usize, String)>,
}

/// What the tool should know of a family.
pub(super) struct Told {
    pub(super) place: usize,
    pub(super) spec: String,
    /// The version that requests carry.
    pub(super) version: Option<u8>,
    /// The operation, the message, its direction as the driver calls it, and its number.
    pub(super) numbers: Vec<(String, String, &'static str, u16)>,
}

/// A spec, and what is asked about it.
struct Subject<'s> {
    /// The name of its file.
    name: &'s str,
    newer: bool,
    family: &'s Family,
    written: &'s Written,
}

impl Comparison {
    /// Nothing compared yet. `newer` specs may use more than the language of Linux 6.12.
    pub(crate) fn new(newer: bool) -> Self {
        Self {
            newer,
            ..Self::default()
        }
    }

    /// Adds the messages of a spec.
    pub(crate) fn spec(&mut self, spec: &Path, overlay: Option<&Path>) {
        let overlays = overlay.map(|overlay| read(overlay).unwrap());
        let model = load_with(read(spec).unwrap(), overlays.into_iter().collect());
        let family = Family::new(model.unwrap_or_else(|error| panic!("{error}")));
        let subject = Subject {
            name: &spec.file_stem().unwrap().to_string_lossy(),
            newer: self.newer,
            written: &Written::of(&parse(read(spec).unwrap()).unwrap(), self.newer),
            family: &family,
        };
        let place = self.tool.ask(&json!({
            "family": subject.name,
            "spec": spec,
            "overlay": overlay,
            "newer": self.newer,
            "layouts": layouts(family.model()),
        }));
        let all = messages(&family);
        let numbers = all.iter().map(|message| {
            let direction = match message.part {
                Part::Request(_) => "request",
                Part::Reply(_) | Part::Notification => "reply",
            };
            let part = message.part.to_string();
            (
                message.operation.to_owned(),
                part,
                direction,
                message.command,
            )
        });
        self.families.push(Told {
            place,
            version: version(family.model()),
            spec: subject.name.to_owned(),
            numbers: numbers.collect(),
        });
        self.operations += family.operations().count() + family.notifications().count();

        let mut random = Random::new(family.model(), SEED);
        let mut wild = Random::wild(family.model(), SEED);
        for message in &all {
            let values = random.messages(message.id);
            for value in values.into_iter().chain(wild.messages(message.id)) {
                for way in [Way::Encode, Way::Decode] {
                    self.message(&subject, message, &value, way);
                }
            }
            for place in random.undrawn(message.id) {
                let (spec, operation) = (subject.name, message.operation);
                self.wrong
                    .push(format!("{spec} {operation}: no {place} was drawn"));
            }
        }
    }

    /// Adds a message, one way: with the rules that it needs, and without each of them where it is needed for the
    /// first time.
    fn message(&mut self, subject: &Subject, message: &Message, value: &Value, way: Way) {
        let changed = Changed::new(subject, message, value, way, None);
        let mut first = Vec::new();
        // Beside a failure, nothing else shows.
        let shows = changed.fails == 0 || (changed.fails, changed.used.len()) == (1, 1);
        for (rule, path) in changed.used.iter().filter(|_| shows) {
            let place = format!("{}: {path}", subject.name);
            if self.used.entry(*rule).or_default().insert(place) {
                first.push((*rule, path.clone()));
            }
        }
        self.ask(subject, message, changed, way, None);
        for except in first {
            let changed = Changed::new(subject, message, value, way, Some(&except));
            self.ask(subject, message, changed, way, Some(except));
        }
    }

    fn ask(
        &mut self,
        subject: &Subject,
        message: &Message,
        changed: Changed,
        way: Way,
        without: Option<(usize, String)>,
    ) {
        let Changed {
            ours,
            theirs,
            fails,
            used,
        } = changed;
        let about = format!("{} {} {}", subject.name, message.operation, message.part);
        let bytes = match whole(subject.family, message, &ours) {
            Ok(bytes) => bytes,
            Err(problem) => return self.wrong.push(format!("{about}: {problem}\n   {ours}")),
        };
        if way == Way::Decode && without.is_none() {
            self.identity(subject, message, &ours, body(subject.family, &bytes));
        }
        let given = json!({ "hex": hex(&bytes) });
        let (mut question, answer) = match way {
            Way::Encode => (json!({ "value": theirs }), given),
            Way::Decode => (given, json!({ "value": theirs })),
        };
        // With values that make it fail, the tool gives an error, whatever it says.
        let answer = if fails == 0 { answer } else { Value::Null };
        question["family"] = json!(subject.name);
        question["operation"] = json!(message.operation);
        if way == Way::Encode {
            question["dump"] = json!(message.part == Part::Request(Mode::Dump));
            // What is not asked has no number that the tool would send.
            let asked = matches!(message.part, Part::Request(_));
            question["command"] = if asked {
                Value::Null
            } else {
                json!(message.command)
            };
        }
        if without.is_none() {
            *self.compared.entry(way).or_default() += 1;
        }
        self.expected.push(Expected {
            place: self.tool.ask(&question),
            about: format!("{about}: {question}\n   {used:?}"),
            answer,
            without,
        });
    }

    /// What we encoded decodes to what it was made of, with the indices of all arrays and without those that the
    /// tool does not have.
    fn identity(&mut self, subject: &Subject, message: &Message, value: &Value, body: &[u8]) {
        let mut plain = value.clone();
        let model = subject.family.model();
        walk::message(model, message.id, &mut plain, &mut |place, value| {
            leave_indices(place, value);
            Then::Stay
        });
        for (indices, value) in [(true, value), (false, &plain)] {
            let options = DecodeOptions {
                secrets: true,
                indices,
            };
            let wrong = match message.body.decode(body, options) {
                Ok(decoded) if decoded == *value => continue,
                Ok(decoded) => format!("not the same again: {decoded}"),
                Err(error) => format!("{error:?}"),
            };
            let (spec, operation, part) = (subject.name, message.operation, message.part);
            let about = format!("{spec} {operation} {part}");
            self.wrong.push(format!("{about}: {value}\n   {wrong}"));
        }
    }
}

/// Takes the entries of an array that are no nests out of the objects that have their indices.
fn leave_indices(place: &Place, value: &mut Value) {
    if let (Content::Array(element), Value::Array(entries)) = (place.content, value)
        && !place.list
        && !matches!(**element, Content::Nest(_))
    {
        for entry in entries {
            if let Value::Object(parts) = entry.take() {
                *entry = parts.into_iter().next().unwrap().1;
            }
        }
    }
}

/// A value as it is sent and as the tool has it.
struct Changed {
    ours: Value,
    theirs: Value,
    /// How many values make the tool fail.
    fails: usize,
    /// The rules that made the difference, and where.
    used: BTreeSet<(usize, String)>,
}

impl Changed {
    /// Applies the rules, but for one at one place.
    fn new(
        subject: &Subject,
        message: &Message,
        value: &Value,
        way: Way,
        except: Option<&(usize, String)>,
    ) -> Self {
        let mut used = BTreeSet::new();
        let mut find = |place: &Place, value: &Value| {
            let fits = |rule: &Rule| rule.way == way && rule.lists == place.list;
            let mut change = Change::Keep;
            for (at, rule) in rules(subject.newer).filter(|(_, rule)| fits(rule)) {
                let value = match &change {
                    Change::Put(new) => new,
                    _ => value,
                };
                let next = (rule.change)(place, subject.written, value);
                let found = (at, place.path());
                if matches!(next, Change::Keep) || except == Some(&found) {
                    continue;
                }
                used.insert(found);
                change = next;
                if !matches!(change, Change::Put(_)) {
                    break;
                }
            }
            change
        };
        let model = subject.family.model();
        let mut ours = value.clone();
        walk::message(
            model,
            message.id,
            &mut ours,
            &mut |place, value| match find(place, value) {
                Change::Drop => Then::Leave,
                _ => Then::Stay,
            },
        );
        let mut theirs = ours.clone();
        let mut fails = 0;
        walk::message(model, message.id, &mut theirs, &mut |place, value| {
            leave_indices(place, value);
            match find(place, value) {
                Change::Put(new) => *value = new,
                Change::Spread => return Then::Spread,
                Change::SpreadOver => return Then::SpreadOver,
                Change::Fail => fails += 1,
                Change::Keep | Change::Drop => {}
            }
            Then::Stay
        });
        Self {
            ours,
            theirs,
            fails,
            used,
        }
    }
}
