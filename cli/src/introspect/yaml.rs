//! A skeleton as YAML, in the style of the specs that ship.

use std::fmt::Write;

use nlgen_runtime::nlctrl::{AttrType, OpFlags};

use super::skeleton::{Asked, Attribute, Set, Skeleton};
use crate::live::Accepts;

impl Skeleton {
    /// The spec. `head` is what its comment says: where it comes from.
    pub(crate) fn yaml(&self, head: &[String]) -> String {
        let mut out = Yaml::default();
        for line in head {
            out.line(0, &format!("# {line}"));
        }
        out.line(0, "");
        out.line(0, &format!("name: {}", scalar(&self.name)));
        out.line(0, "protocol: genetlink-legacy");
        out.line(0, &format!("version: {}", self.version));
        self.definitions(&mut out);
        out.line(0, "");
        match self.sets.is_empty() {
            true => out.line(0, "attribute-sets: []"),
            false => out.line(0, "attribute-sets:"),
        }
        for set in &self.sets {
            self.set(set, &mut out);
        }
        self.operations(&mut out);
        if !self.groups.is_empty() {
            out.line(0, "");
            out.line(0, "mcast-groups:");
            out.line(1, "list:");
            for group in &self.groups {
                out.line(2, "-");
                out.line(3, &format!("name: {}", scalar(group)));
            }
        }
        out.0
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
            out.line(
                2,
                "doc: The kernel tells the length of it and nothing more.",
            );
            out.line(2, "members:");
            out.line(3, "-");
            out.line(4, "name: bytes");
            out.line(4, "type: binary");
            out.line(4, &format!("len: {}", self.header_len));
        }
        for (name, attribute) in masks {
            out.line(1, "-");
            out.line(2, &format!("name: {name}"));
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
        out.line(2, &format!("name: {}", set.name));
        if !set.doc.is_empty() {
            out.line(2, &format!("doc: {}", set.doc));
        }
        if let Some(prefix) = &set.prefix {
            out.line(2, &format!("name-prefix: {prefix}"));
        }
        if set.attributes.is_empty() {
            out.line(2, "attributes: []");
            return;
        }
        out.line(2, "attributes:");
        let mut expected = 1;
        for attribute in &set.attributes {
            out.line(3, "-");
            out.line(4, &format!("name: {}", attribute.name));
            if attribute.number != expected {
                out.line(4, &format!("value: {}", attribute.number));
            }
            expected = attribute.number.saturating_add(1);
            self.content(set, attribute, out);
            if let Some(differs) = attribute.differs {
                out.line(4, &format!("kernel-differs: {differs}"));
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
            out.line(4, &format!("nested-attributes: {}", nested.name));
        }
        if let Some(name) = bits_name(set, attribute) {
            out.line(4, &format!("enum: {name}"));
            if accepts.kind != AttrType::Bitfield32 {
                out.line(4, &format!("checks: {{ flags-mask: {name} }}"));
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
            out.line(1, &format!("name-prefix: {prefix}"));
        }
        if self.header_len != 0 {
            out.line(1, "fixed-header: family-header");
        }
        if self.operations.is_empty() {
            out.line(1, "list: []");
            return;
        }
        out.line(1, "list:");
        let mut expected = 1;
        for operation in &self.operations {
            out.line(2, "-");
            out.line(3, &format!("name: {}", operation.name));
            if operation.command != expected {
                out.line(3, &format!("value: {}", operation.command));
            }
            expected = operation.command.saturating_add(1);
            self.operation(operation, out);
        }
    }

    fn operation(&self, operation: &Asked, out: &mut Yaml) {
        let Some(set) = self.sets.get(operation.set) else {
            return;
        };
        out.line(3, &format!("attribute-set: {}", set.name));
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
            let names: Vec<&str> = set
                .attributes
                .iter()
                .filter(asked)
                .map(|attribute| attribute.name.as_str())
                .collect();
            out.line(4, "request:");
            out.names(5, "attributes", &names);
            // What can be dumped is answered; what else is, nobody tells.
            if operation.dump.is_some() && !set.attributes.is_empty() {
                let all: Vec<&str> = set.attributes.iter().map(|one| one.name.as_str()).collect();
                out.line(
                    4,
                    "reply: # a guess: the kernel does not tell what it answers",
                );
                out.names(5, "attributes", &all);
            }
        }
    }
}

/// Text that grows by lines.
#[derive(Default)]
struct Yaml(String);

impl Yaml {
    fn line(&mut self, depth: usize, text: &str) {
        // Writing into a string does not fail.
        let _ = match text.is_empty() {
            true => writeln!(self.0),
            false => writeln!(self.0, "{:1$}{text}", "", 2 * depth),
        };
    }

    /// A list of names under a key.
    fn names(&mut self, depth: usize, key: &str, names: &[&str]) {
        if names.is_empty() {
            return self.line(depth, &format!("{key}: []"));
        }
        self.line(depth, &format!("{key}:"));
        for name in names {
            self.line(depth + 1, &format!("- {name}"));
        }
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

/// A text as YAML: plain when nothing in it has a meaning there, otherwise in quotes.
fn scalar(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let word = text.to_ascii_lowercase();
    let meant = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"].contains(&&*word);
    match plain && !meant {
        true => text.to_owned(),
        // JSON's strings are YAML's.
        false => serde_json::Value::from(text).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::scalar;

    #[test]
    fn names_that_mean_something_in_yaml_are_quoted() {
        for (text, yaml) in [
            ("netdev", "netdev"),
            ("TCM-USER", "TCM-USER"),
            ("802.15.4 MAC", "\"802.15.4 MAC\""),
            ("no", "\"no\""),
            ("a: b\n", "\"a: b\\n\""),
            ("", "\"\""),
        ] {
            assert_eq!(scalar(text), yaml);
        }
    }
}
