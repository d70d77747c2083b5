//! A skeleton as YAML, in the style of the specs that ship.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use nlgen::diagnostic::visible;
use nlgen::text::scalar;
use nlgen_runtime::nlctrl::{AttrType, OpFlags};

use super::skeleton::{Asked, Attribute, Event, NOT_REPORTED, Set, Skeleton};
use crate::live::Accepts;

impl Skeleton {
    /// The spec. `head` is what its comment says: where it comes from.
    pub(crate) fn yaml(&self, head: &[String]) -> String {
        // Which lists are repeated is known after they have been written once.
        let mut first = Yaml::default();
        self.write(head, &mut first);
        first.times.retain(|_, times| *times > 1);
        let mut out = Yaml {
            repeated: first.times.into_keys().collect(),
            ..Yaml::default()
        };
        self.write(head, &mut out);
        out.text
    }

    fn write(&self, head: &[String], out: &mut Yaml) {
        for line in head {
            out.line(0, &format!("# {}", visible(line)));
        }
        out.line(0, "");
        out.line(0, &format!("name: {}", scalar(&self.name)));
        out.line(0, "protocol: genetlink-legacy");
        out.line(0, &format!("version: {}", self.version));
        self.definitions(out);
        out.line(0, "");
        match self.sets.is_empty() {
            true => out.line(0, "attribute-sets: []"),
            false => out.line(0, "attribute-sets:"),
        }
        for set in &self.sets {
            self.set(set, out);
        }
        self.operations(out);
        if !self.groups.is_empty() {
            out.line(0, "");
            out.line(0, "mcast-groups:");
            out.line(1, "list:");
            for group in &self.groups {
                out.line(2, "-");
                out.line(3, &format!("name: {}", scalar(group)));
            }
        }
    }

    /// The header before the attributes, and the bits of masks.
    fn definitions(&self, out: &mut Yaml) {
        let masks = self.sets.iter().flat_map(|set| {
            let attributes = set.attributes.iter();
            attributes.filter_map(|attribute| Some((bits_name(set, attribute)?, attribute)))
        });
        let masks: Vec<(String, &Attribute)> = masks.collect();
        if masks.is_empty() && self.header_len == 0 {
            return;
        }
        out.line(0, "");
        out.line(0, "definitions:");
        if self.header_len != 0 {
            out.line(1, "-");
            out.line(2, "name: family-header");
            out.line(2, "type: struct");
            out.line(2, "doc: The kernel reports its length and nothing else.");
            out.line(2, "members:");
            out.line(3, "-");
            out.line(4, "name: bytes");
            out.line(4, "type: binary");
            out.line(4, &format!("len: {}", self.header_len));
        }
        for (name, attribute) in masks {
            out.line(1, "-");
            out.line(2, &format!("name: {}", scalar(&name)));
            out.line(2, "type: flags");
            out.line(2, "entries:");
            let mask = attribute.accepts.mask.unwrap_or_default();
            for bit in (0..64).filter(|bit| mask >> bit & 1 == 1) {
                out.line(3, &format!("- {{ name: bit-{bit}, value: {bit} }}"));
            }
        }
    }

    fn set(&self, set: &Set, out: &mut Yaml) {
        out.line(1, "-");
        out.line(2, &format!("name: {}", scalar(&set.name)));
        if !set.doc.is_empty() {
            out.line(2, &format!("doc: {}", scalar(&set.doc)));
        }
        if let Some(prefix) = &set.prefix {
            out.line(2, &format!("name-prefix: {}", scalar(prefix)));
        }
        if set.attributes.is_empty() {
            out.line(2, "attributes: []");
            return;
        }
        out.line(2, "attributes:");
        let mut expected = 1;
        for attribute in &set.attributes {
            out.line(3, "-");
            out.line(4, &format!("name: {}", scalar(&attribute.name)));
            if attribute.number != expected {
                out.line(4, &format!("value: {}", attribute.number));
            }
            expected = attribute.number.saturating_add(1);
            if attribute.is_pad {
                out.line(4, "type: pad");
                continue;
            }
            self.content(set, attribute, out);
            if let Some(differs) = attribute.differs {
                out.line(4, &format!("kernel-differs: {}", scalar(differs)));
            }
        }
    }

    /// The type of an attribute and what goes with it.
    fn content(&self, set: &Set, attribute: &Attribute, out: &mut Yaml) {
        let accepts = &attribute.accepts;
        out.line(4, &format!("type: {}", accepts.type_name()));
        let nested = attribute.nested.and_then(|place| self.sets.get(place));
        if let Some(nested) = nested {
            if accepts.kind == AttrType::NestedArray {
                out.line(4, "sub-type: nest");
            }
            out.line(4, &format!("nested-attributes: {}", scalar(&nested.name)));
        }
        if let Some(name) = bits_name(set, attribute) {
            out.line(4, &format!("enum: {}", scalar(&name)));
            if accepts.kind != AttrType::Bitfield32 {
                out.line(4, &format!("checks: {{ flags-mask: {} }}", scalar(&name)));
            }
        }
        let checks = checks(accepts);
        if !checks.is_empty() {
            out.line(4, &format!("checks: {{ {} }}", checks.join(", ")));
        }
    }

    fn operations(&self, out: &mut Yaml) {
        out.line(0, "");
        out.line(0, "operations:");
        if let Some(prefix) = &self.prefix {
            out.line(1, &format!("name-prefix: {}", scalar(prefix)));
        }
        if self.header_len != 0 {
            out.line(1, "fixed-header: family-header");
        }
        if self.operations.is_empty() && self.events.is_empty() {
            out.line(1, "list: []");
            return;
        }
        out.line(1, "list:");
        let operations = self.operations.iter().map(|one| (one.command, Ok(one)));
        let events = self.events.iter().map(|one| (one.command, Err(one)));
        let mut all: Vec<_> = operations.chain(events).collect();
        all.sort_by_key(|(command, _)| *command);
        let mut expected = 1;
        for (command, entry) in all {
            let (Ok(Asked { name, .. }) | Err(Event { name, .. })) = entry;
            out.line(2, "-");
            out.line(3, &format!("name: {}", scalar(name)));
            if command != expected {
                out.line(3, &format!("value: {command}"));
            }
            expected = command.saturating_add(1);
            match entry {
                Ok(operation) => self.operation(operation, out),
                Err(event) => self.event(event, out),
            }
        }
    }

    fn event(&self, event: &Event, out: &mut Yaml) {
        let Some(set) = self.sets.get(event.set) else {
            return;
        };
        out.line(3, &format!("attribute-set: {}", scalar(&set.name)));
        out.line(
            3,
            "event: # a guess: the header has this command, and the kernel reports no operation",
        );
        out.all_of(4, set);
    }

    fn operation(&self, operation: &Asked, out: &mut Yaml) {
        let Some(set) = self.sets.get(operation.set) else {
            return;
        };
        out.line(3, &format!("attribute-set: {}", scalar(&set.name)));
        let admin = [
            (OpFlags::ADMIN_PERM, "admin-perm"),
            (OpFlags::UNS_ADMIN_PERM, "uns-admin-perm"),
        ];
        let flags = admin
            .iter()
            .filter(|(flag, _)| operation.flags.contains(*flag));
        let flags: Vec<&str> = flags.map(|(_, name)| *name).collect();
        if !flags.is_empty() {
            out.line(3, &format!("flags: [ {} ]", flags.join(", ")));
        }
        for (name, numbers) in [("do", &operation.doit), ("dump", &operation.dump)] {
            let Some(numbers) = numbers else { continue };
            out.line(3, &format!("{name}:"));
            let asked = |attribute: &&Attribute| numbers.contains(&attribute.number);
            let asked: Vec<&Attribute> = set.attributes.iter().filter(asked).collect();
            out.line(4, "request:");
            out.attributes(5, set, &asked, true);
            // What can be dumped is answered. Of other operations that is not known.
            if operation.dump.is_some() && !set.attributes.is_empty() {
                out.line(
                    4,
                    "reply: # a guess: the kernel does not report what it answers",
                );
                out.all_of(5, set);
            }
        }
    }
}

/// Lists that are longer are written once, and then by a YAML alias.
const SHORT: usize = 8;

/// Text that grows by lines.
#[derive(Default)]
struct Yaml {
    text: String,
    /// How often each long list of attributes was written.
    times: BTreeMap<String, usize>,
    /// Those that are known to be written more than once.
    repeated: BTreeSet<String>,
    /// The anchors of lists in the text.
    anchors: BTreeMap<String, String>,
}

impl Yaml {
    fn line(&mut self, depth: usize, text: &str) {
        // Writing into a string does not fail.
        let _ = match text.is_empty() {
            true => writeln!(self.text),
            false => writeln!(self.text, "{:1$}{text}", "", 2 * depth),
        };
    }

    /// All attributes of a set, as what a message may have.
    fn all_of(&mut self, depth: usize, set: &Set) {
        let all: Vec<&Attribute> = set.attributes.iter().filter(|one| !one.is_pad).collect();
        self.attributes(depth, set, &all, false);
    }

    /// A list of attributes of a set. `asks` is for requests, which may ask for what is not reported.
    fn attributes(&mut self, depth: usize, set: &Set, attributes: &[&Attribute], asks: bool) {
        if attributes.is_empty() {
            return self.line(depth, "attributes: []");
        }
        let mut lines = String::new();
        for attribute in attributes {
            let note = match attribute.differs {
                Some(NOT_REPORTED) if asks => " # not reported",
                _ => "",
            };
            // Writing into a string does not fail.
            let _ = writeln!(
                lines,
                "{:1$}- {2}{note}",
                "",
                2 * depth + 2,
                scalar(&attribute.name)
            );
        }
        let anchor = self.anchor(set, attributes.len(), &lines);
        match &anchor {
            Some((name, true)) => self.line(depth, &format!("attributes: *{name}")),
            Some((name, false)) => self.line(depth, &format!("attributes: &{name}")),
            None => self.line(depth, "attributes:"),
        }
        if !matches!(anchor, Some((_, true))) {
            self.text.push_str(&lines);
        }
    }

    /// The anchor of a list that is written more than once, and whether it has been written.
    fn anchor(&mut self, set: &Set, len: usize, lines: &str) -> Option<(String, bool)> {
        if len <= SHORT {
            return None;
        }
        let list = format!("{}\n{}", set.name, lines.replace("  ", ""));
        *self.times.entry(list.clone()).or_default() += 1;
        if let Some(known) = self.anchors.get(&list) {
            return Some((known.clone(), true));
        }
        if !self.repeated.contains(&list) {
            return None;
        }
        let name = format!("{}-{}", set.name, self.anchors.len() + 1);
        self.anchors.insert(list, name.clone());
        Some((name, false))
    }
}

/// The flags that stand for an attribute's mask.
fn bits_name(set: &Set, attribute: &Attribute) -> Option<String> {
    let mask = attribute.accepts.mask.filter(|mask| *mask != 0);
    mask.map(|_| format!("{}-{}-bits", set.name, attribute.name))
}

/// The limits of an attribute, as keys of its checks.
fn checks(accepts: &Accepts) -> Vec<String> {
    let mut checks = Vec::new();
    if let (Some((least, greatest)), Some((from, to))) = (accepts.range, full_range(accepts.kind)) {
        checks.extend((least != from).then(|| format!("min: {least}")));
        checks.extend((greatest != to).then(|| format!("max: {greatest}")));
    }
    match (accepts.min_len, accepts.max_len) {
        (Some(min), Some(max)) if min == max && accepts.kind == AttrType::Binary => {
            checks.push(format!("exact-len: {min}"));
        }
        (min, max) => {
            checks.extend(min.map(|min| format!("min-len: {min}")));
            checks.extend(max.map(|max| format!("max-len: {max}")));
        }
    }
    if accepts.kind == AttrType::String {
        checks.push("unterminated-ok: true".to_owned());
    }
    checks
}

/// The values that the type of an integer can have.
fn full_range(kind: AttrType) -> Option<(i128, i128)> {
    let (bytes, signed) = match kind {
        AttrType::U8 => (1, false),
        AttrType::U16 => (2, false),
        AttrType::U32 => (4, false),
        AttrType::U64 | AttrType::Uint => (8, false),
        AttrType::S8 => (1, true),
        AttrType::S16 => (2, true),
        AttrType::S32 => (4, true),
        AttrType::S64 | AttrType::Sint => (8, true),
        _ => return None,
    };
    Some(nlgen::model::Repr { bytes, signed }.range())
}
