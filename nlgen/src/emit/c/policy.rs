//! The policies of a family: which there are, and their text.

use std::collections::HashMap;

use super::CFamily;
use super::limits::{Limits, Needed};
use super::names::Asked;
use super::text::Text;
use crate::model::kernel::PolicyScope;
use crate::model::{Attribute, Content, Mode, Operation, Protocol, SetId};

/// The policies of a family.
pub(super) struct Policies<'f> {
    /// Those of nests, which all files see.
    pub(super) nested: Vec<Policy<'f>>,
    /// Those of requests.
    pub(super) requests: Vec<Policy<'f>>,
}

/// One policy.
pub(super) struct Policy<'f> {
    /// Its name.
    pub(super) name: String,
    /// What it is for, for people.
    title: String,
    set: SetId,
    attributes: Vec<&'f Attribute>,
    /// The option of the kernel that it depends on.
    config: Option<&'f str>,
    /// Whether other files see it.
    pub(super) exported: bool,
}

impl<'f> Policies<'f> {
    /// All policies. Those of requests are static where the tables are; a protocol of its own has none, and the code
    /// that people write for it looks for the policies.
    pub(super) fn of(family: &CFamily<'f>, exported: bool) -> Self {
        let raw = matches!(family.family.protocol, Protocol::Raw { .. });
        let mut requests = match family.family.c.policy {
            PolicyScope::Split => split(family, exported && raw),
            PolicyScope::PerOperation => per_operation(family, exported),
            PolicyScope::Global => global(family, exported),
        };
        let nested = nested(family, &requests);
        for policy in &mut requests {
            // No table leaves the operations out, so the code of a protocol of its own refers to all policies.
            if raw {
                policy.config = None;
            }
            if nested.iter().any(|known| known.name == policy.name) {
                policy.name = family.names.global_policy();
            }
        }
        Self { nested, requests }
    }

    /// The policy of a mode of an operation, if it has one.
    pub(super) fn find(&self, name: &str) -> Option<&Policy<'f>> {
        self.requests.iter().find(|policy| policy.name == name)
    }

    fn all(&self) -> impl Iterator<Item = &Policy<'f>> {
        self.nested.iter().chain(&self.requests)
    }

    /// What the policies refer to, each once, with whether only some configurations of the kernel use it.
    pub(super) fn write_needs(&self, family: &CFamily<'f>, text: &mut Text) {
        let mut needs: Vec<(Needed, bool)> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        for policy in self.all() {
            for attribute in &policy.attributes {
                let line = policy.limits(family, attribute).line();
                let Some(needed) = line.and_then(|line| line.needs) else {
                    continue;
                };
                let sometimes = policy.config.is_some();
                match known.get(&needed.name).and_then(|at| needs.get_mut(*at)) {
                    Some((_, known)) => *known &= sometimes,
                    None => {
                        known.insert(needed.name.clone(), needs.len());
                        needs.push((needed, sometimes));
                    }
                }
            }
        }
        for (needed, sometimes) in needs {
            needed.write(text, sometimes);
        }
    }
}

impl<'f> Policy<'f> {
    fn limits<'l>(&self, family: &'l CFamily<'f>, attribute: &'f Attribute) -> Limits<'l, 'f> {
        Limits {
            family,
            set: self.set,
            attribute,
        }
    }

    /// The attribute with the greatest number, as C calls it: what the kernel has as `maxattr`.
    pub(super) fn max(&self, family: &CFamily<'f>) -> String {
        let greatest = self
            .attributes
            .iter()
            .max_by_key(|attribute| attribute.number);
        match greatest {
            Some(attribute) => family.names.attribute(self.set, attribute),
            None => "0".to_owned(),
        }
    }

    /// The declaration, without a storage class.
    fn declaration(&self, family: &CFamily<'f>) -> String {
        let max = self.max(family);
        format!("const struct nla_policy {}[{max} + 1]", self.name)
    }

    /// The declaration for other files.
    pub(super) fn declare(&self, family: &CFamily<'f>, text: &mut Text) {
        if self.exported {
            text.line(format!("extern {};", self.declaration(family)));
        }
    }

    pub(super) fn write(&self, family: &CFamily<'f>, text: &mut Text) {
        if !self.title.is_empty() {
            text.comment(&self.title);
        }
        let config = self.config.map(super::names::Names::config);
        if let Some(config) = &config {
            text.line(format!("#ifdef {config}"));
        }
        let class = if self.exported { "" } else { "static " };
        text.line(format!("{class}{} = {{", self.declaration(family)));
        for attribute in &self.attributes {
            if let Some(line) = self.limits(family, attribute).line() {
                let name = family.names.attribute(self.set, attribute);
                text.line(format!("\t[{name}] = {},", line.policy));
            }
        }
        text.line("};");
        if let Some(config) = &config {
            text.line(format!("#endif /* {config} */"));
        }
        text.blank();
    }
}

/// The attributes of a request.
fn fields<'f>(family: &CFamily<'f>, mode: &Mode) -> (SetId, Vec<&'f Attribute>) {
    let message = family.family.message(mode.request);
    (message.set, family.family.fields(message).collect())
}

/// A policy for each mode whose request has attributes.
fn split<'f>(family: &CFamily<'f>, exported: bool) -> Vec<Policy<'f>> {
    let mut policies = Vec::new();
    for op in &family.family.operations {
        let modes = [(Asked::Do, &op.doit), (Asked::Dump, &op.dump)];
        for (asked, mode) in modes {
            let Some(mode) = mode else { continue };
            let (set, attributes) = fields(family, mode);
            if attributes.is_empty() {
                continue;
            }
            let word = match asked {
                Asked::Do => "do",
                Asked::Dump => "dump",
            };
            policies.push(Policy {
                name: family.names.mode_policy(op, asked),
                title: format!("{} - {word}", family.names.request(op, asked)),
                set,
                attributes,
                config: op.config.as_deref(),
                exported,
            });
        }
    }
    policies
}

/// A policy for each operation: what either mode may have.
fn per_operation<'f>(family: &CFamily<'f>, exported: bool) -> Vec<Policy<'f>> {
    let mut policies = Vec::new();
    for op in &family.family.operations {
        let Some((set, attributes)) = either(family, op) else {
            continue;
        };
        policies.push(Policy {
            name: family.names.operation_policy(op),
            title: family.names.request(op, Asked::Do),
            set,
            attributes,
            config: op.config.as_deref(),
            exported,
        });
    }
    policies
}

fn either<'f>(family: &CFamily<'f>, op: &Operation) -> Option<(SetId, Vec<&'f Attribute>)> {
    let mut found: Option<(SetId, Vec<&'f Attribute>)> = None;
    for mode in [&op.doit, &op.dump].into_iter().flatten() {
        let (set, attributes) = fields(family, mode);
        let (_, known) = found.get_or_insert((set, Vec::new()));
        for attribute in attributes {
            if !known.iter().any(|known| known.number == attribute.number) {
                known.push(attribute);
            }
        }
    }
    found.filter(|(_, attributes)| !attributes.is_empty())
}

/// One policy: what any request may have, in the order of the set.
fn global<'f>(family: &CFamily<'f>, exported: bool) -> Vec<Policy<'f>> {
    let mut root = None;
    let mut used = Vec::new();
    for op in &family.family.operations {
        if let Some((set, attributes)) = either(family, op) {
            root.get_or_insert(set);
            used.extend(attributes.iter().map(|attribute| attribute.number));
        }
    }
    let Some(root) = root else { return Vec::new() };
    let set = family.family.set(root);
    let attributes = set.attributes.iter();
    vec![Policy {
        name: family.names.nested_policy(root),
        title: format!("All requests of {}", family.family.name),
        set: root,
        attributes: attributes
            .filter(|attribute| used.contains(&attribute.number))
            .collect(),
        config: None,
        exported,
    }]
}

/// The sets that requests lead to, by name. Each policy is declared before all of them, so sets may lead to each other
/// and to themselves.
fn nested<'f>(family: &CFamily<'f>, requests: &[Policy<'f>]) -> Vec<Policy<'f>> {
    let mut open: Vec<SetId> = requests
        .iter()
        .flat_map(|policy| &policy.attributes)
        .filter_map(|attribute| nested_set(&attribute.content))
        .collect();
    let mut found: Vec<SetId> = Vec::new();
    while let Some(id) = open.pop() {
        if !found.contains(&id) {
            found.push(id);
            let attributes = family.family.set(id).attributes.iter();
            open.extend(attributes.filter_map(|attribute| nested_set(&attribute.content)));
        }
    }
    found.sort_by_key(|id| &family.family.set(*id).name);
    found
        .into_iter()
        .map(|id| Policy {
            name: family.names.nested_policy(id),
            title: String::new(),
            set: id,
            attributes: family.family.set(id).attributes.iter().collect(),
            config: None,
            exported: true,
        })
        .collect()
}

/// The set whose policy a line refers to.
fn nested_set(content: &Content) -> Option<SetId> {
    match content {
        Content::Nest(set) => Some(*set),
        Content::Array(inner) => match **inner {
            Content::Nest(set) => Some(set),
            _ => None,
        },
        _ => None,
    }
}
