//! A spec's family against the kernel's: operations, groups, and what requests may contain.

use std::collections::{BTreeMap, BTreeSet};

use nlgen::model::{self, Attribute, Content, Mode, Permission, Protocol, Set, SetId};
use nlgen_runtime::nlctrl::OpFlags;

use super::family::{Family, Operation, Policy};
use super::finding::Finding;
use super::limits::{content_name, differences, kind_name, may_be_unreported};

/// All that the two differ by, in the order of the spec. What several operations share is told once.
pub(crate) fn compare(spec: &model::Family, kernel: &Family) -> Vec<Finding> {
    let mut comparing = Comparing {
        spec,
        kernel,
        findings: Vec::new(),
        seen: Vec::new(),
    };
    comparing.head();
    comparing.operations();
    comparing.groups();
    comparing.policies();
    comparing.findings
}

struct Comparing<'c> {
    spec: &'c model::Family,
    kernel: &'c Family,
    findings: Vec<Finding>,
    /// Policies and sets that were compared, since they may contain themselves.
    seen: Vec<(u32, SetId)>,
}

/// What operations with one policy ask with: its set and the places of the attributes in it.
#[derive(Default)]
struct Root {
    operations: Vec<String>,
    attributes: BTreeMap<usize, BTreeSet<usize>>,
    sets: Vec<SetId>,
}

impl<'c> Comparing<'c> {
    /// The version, and the header before the attributes.
    fn head(&mut self) {
        let (spec, kernel) = (self.spec, self.kernel);
        if let Protocol::Generic { version } = spec.protocol
            && u32::from(version) != kernel.version
        {
            self.add(Finding::difference(
                "version",
                version.to_string(),
                kernel.version.to_string(),
            ));
        }
        let requests = spec.operations.iter().flat_map(modes);
        let headers = requests.map(|(_, mode)| spec.message(mode.request).header.as_ref());
        let lens: BTreeSet<usize> = headers
            .map(|header| header.map_or(0, |(id, _)| spec.structure(*id).len))
            .collect();
        let len = usize::try_from(kernel.header_len).unwrap_or(usize::MAX);
        for other in lens.into_iter().filter(|other| *other != len) {
            self.add(Finding::difference(
                "fixed header",
                format!("{other} bytes"),
                format!("{len} bytes"),
            ));
        }
    }

    fn operations(&mut self) {
        let (spec, kernel) = (self.spec, self.kernel);
        for operation in &spec.operations {
            for (name, mode) in modes(operation) {
                let place = format!("{} {name}", operation.name);
                match kernel.operation(mode) {
                    Some(known) if can(known, name) => {}
                    _ => {
                        let says = format!("command {}", mode.command);
                        let built = operation.config.as_ref().map(|name| {
                            let name = name.to_uppercase().replace('-', "_");
                            format!("it is there when the kernel is built with CONFIG_{name}")
                        });
                        let why = operation.kernel_differs.as_deref().or(built.as_deref());
                        self.add(Finding::difference(place, says, "").explained(why));
                    }
                }
            }
            self.permission(operation);
        }
        for known in &kernel.operations {
            let asked = |operation: &&model::Operation| {
                modes(operation).any(|(_, mode)| u32::from(mode.command) == known.command)
            };
            let Some(operation) = spec.operations.iter().find(asked) else {
                let place = format!("command {}", known.command);
                self.add(Finding::note(place, flags(known.flags)));
                continue;
            };
            for (name, mode) in [("do", &operation.doit), ("dump", &operation.dump)] {
                if mode.is_none() && can(known, name) {
                    let place = format!("{} {name}", operation.name);
                    self.add(Finding::note(place, format!("command {}", known.command)));
                }
            }
        }
    }

    fn permission(&mut self, operation: &model::Operation) {
        let Some((_, mode)) = modes(operation).next() else {
            return;
        };
        let Some(known) = self.kernel.operation(mode) else {
            return;
        };
        let needs = match () {
            () if known.flags.contains(OpFlags::ADMIN_PERM) => Permission::Admin,
            () if known.flags.contains(OpFlags::UNS_ADMIN_PERM) => Permission::NamespaceAdmin,
            () => Permission::Anybody,
        };
        if operation.permission != needs {
            let finding = Finding::difference(
                format!("{} flags", operation.name),
                permission(operation.permission),
                permission(needs),
            );
            self.add(finding.explained(operation.kernel_differs.as_deref()));
        }
    }

    fn groups(&mut self) {
        let (spec, kernel) = (self.spec, self.kernel);
        for group in &spec.groups {
            if !kernel.groups.contains(&group.name) {
                let place = format!("group {}", group.name);
                self.add(Finding::difference(place, "sent to", ""));
            }
        }
        for name in &kernel.groups {
            if !spec.groups.iter().any(|group| group.name == *name) {
                self.add(Finding::note(format!("group {name}"), "sent to"));
            }
        }
    }

    /// The policies of requests. Operations that share one are compared together: what the one does
    /// not ask with, the other may.
    fn policies(&mut self) {
        let (spec, kernel) = (self.spec, self.kernel);
        let mut roots: BTreeMap<u32, Root> = BTreeMap::new();
        for operation in &spec.operations {
            for (name, mode) in modes(operation) {
                let known = kernel.operation(mode);
                let policy = known.and_then(|known| match name {
                    "do" => known.doit,
                    _ => known.dump,
                });
                let Some(policy) = policy else { continue };
                let request = spec.message(mode.request);
                let root = roots.entry(policy).or_default();
                root.operations.push(format!("{} {name}", operation.name));
                if !root.sets.contains(&request.set) {
                    root.sets.push(request.set);
                }
                let at = root.sets.iter().position(|set| *set == request.set);
                let fields = root.attributes.entry(at.unwrap_or_default()).or_default();
                fields.extend(&request.fields);
            }
        }
        let none = Policy::new();
        for (index, root) in roots {
            let policy = kernel.policies.get(&index).unwrap_or(&none);
            for (at, set) in root.sets.iter().enumerate() {
                let fields = root.attributes.get(&at).cloned().unwrap_or_default();
                self.root(
                    &root.operations,
                    policy,
                    *set,
                    &fields,
                    root.sets.len() == 1,
                );
            }
        }
    }

    /// The first level of requests: `fields` of a set.
    fn root(
        &mut self,
        operations: &[String],
        policy: &Policy,
        set: SetId,
        fields: &BTreeSet<usize>,
        alone: bool,
    ) {
        let attributes = &self.spec.set(set).attributes;
        let operation = match operations {
            [one] => one.clone(),
            [one, rest @ ..] => format!("{one} and {} more", rest.len()),
            [] => return,
        };
        for (at, attribute) in attributes.iter().enumerate() {
            let asked = fields.contains(&at);
            match policy.get(&attribute.number) {
                None if asked => {
                    let beyond = self.is_beyond(attribute.number, policy);
                    self.missing(&operation, attribute, beyond);
                }
                Some(_) if asked => self.attribute(set, attribute, policy),
                Some(accepts) if alone && attribute.is_data() => {
                    let place = format!("{operation}: {}", attribute.name);
                    self.add(Finding::note(place, kind_name(accepts)));
                }
                _ => {}
            }
        }
        if alone {
            self.beyond(&operation, attributes, policy);
        }
    }

    /// All attributes of a nest.
    fn nest(&mut self, index: u32, set: SetId) {
        if self.seen.contains(&(index, set)) {
            return;
        }
        self.seen.push((index, set));
        let none = Policy::new();
        let policy = self.kernel.policies.get(&index).unwrap_or(&none);
        let of: &'c Set = self.spec.set(set);
        for attribute in &of.attributes {
            match policy.get(&attribute.number) {
                Some(_) => self.attribute(set, attribute, policy),
                None => self.missing(&of.name, attribute, false),
            }
        }
        self.beyond(&of.name, &of.attributes, policy);
    }

    /// An attribute that the kernel reports no policy for: one that it does not accept, or one of a type
    /// that it never reports. `beyond` is for one whose number it cannot have.
    fn missing(&mut self, place: &str, attribute: &Attribute, beyond: bool) {
        if !attribute.is_data() {
            return;
        }
        let place = format!("{place}: {}", attribute.name);
        let says = content_name(&attribute.content);
        if !beyond && may_be_unreported(&attribute.content) {
            return self.add(Finding::unreported(place, says));
        }
        let finding = Finding::difference(place, says, "");
        self.add(finding.explained(attribute.kernel_differs.as_deref()));
    }

    /// Whether a number is greater than any that the family's policy has. Of a policy that one operation has
    /// to itself, the kernel does not report where it ends.
    fn is_beyond(&self, number: u16, policy: &Policy) -> bool {
        let end = self.kernel.max_attribute;
        let is_family_s = policy.keys().all(|known| u32::from(*known) <= end);
        end != 0 && is_family_s && u32::from(number) > end
    }

    /// Attributes that the kernel accepts and the set does not have.
    fn beyond(&mut self, place: &str, attributes: &[Attribute], policy: &Policy) {
        for (number, accepts) in policy {
            if !attributes.iter().any(|known| known.number == *number) {
                let place = format!("{place}: attribute {number}");
                self.add(Finding::note(place, kind_name(accepts)));
            }
        }
    }

    fn attribute(&mut self, set: SetId, attribute: &Attribute, policy: &Policy) {
        let Some(accepts) = policy.get(&attribute.number) else {
            return;
        };
        let place = format!("{}: {}", self.spec.set(set).name, attribute.name);
        for (severity, spec, kernel) in differences(self.spec, attribute, accepts) {
            let finding = Finding::difference(place.clone(), spec, kernel);
            let finding = Finding {
                severity,
                ..finding
            };
            self.add(finding.explained(attribute.kernel_differs.as_deref()));
        }
        let inner = match &attribute.content {
            Content::Nest(set) => Some(*set),
            // The entries' policy, not that of the list.
            Content::Array(inner)
                if accepts.kind == nlgen_runtime::nlctrl::AttrType::NestedArray =>
            {
                match **inner {
                    Content::Nest(set) => Some(set),
                    _ => None,
                }
            }
            _ => None,
        };
        if let (Some(set), Some(index)) = (inner, accepts.nested) {
            self.nest(index, set);
        }
    }

    fn add(&mut self, finding: Finding) {
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}

impl Family {
    /// The operation that a request of the mode goes to.
    fn operation(&self, mode: &Mode) -> Option<&Operation> {
        let command = u32::from(mode.command);
        self.operations
            .iter()
            .find(|known| known.command == command)
    }
}

/// The modes of an operation, with their names.
fn modes(operation: &model::Operation) -> impl Iterator<Item = (&'static str, &Mode)> {
    let doit = operation.doit.iter().map(|mode| ("do", mode));
    doit.chain(operation.dump.iter().map(|mode| ("dump", mode)))
}

fn can(operation: &Operation, mode: &str) -> bool {
    operation.flags.contains(match mode {
        "do" => OpFlags::CMD_CAP_DO,
        _ => OpFlags::CMD_CAP_DUMP,
    })
}

fn flags(flags: OpFlags) -> String {
    let names = [
        (OpFlags::CMD_CAP_DO, "do"),
        (OpFlags::CMD_CAP_DUMP, "dump"),
        (OpFlags::ADMIN_PERM, "admin-perm"),
        (OpFlags::UNS_ADMIN_PERM, "uns-admin-perm"),
    ];
    let set = names.iter().filter(|(flag, _)| flags.contains(*flag));
    set.map(|(_, name)| *name).collect::<Vec<_>>().join(", ")
}

/// The flag of a spec that asks for a permission.
pub(crate) fn permission(permission: Permission) -> &'static str {
    match permission {
        Permission::Anybody => "none",
        Permission::Admin => "admin-perm",
        Permission::NamespaceAdmin => "uns-admin-perm",
    }
}
