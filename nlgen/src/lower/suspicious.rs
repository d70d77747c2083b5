//! What loads but is hardly meant: the warnings of a spec.
//!
//! Looks at the document as it is written, after it was found to be right. Few rules, each of which points
//! at something that a person would change.

mod keys;
mod unused;

use std::collections::{HashMap, HashSet};

use super::is_struct;
use crate::diagnostic::{Code, Problem};
use crate::span::{At, Span};
use crate::spec::{self, Protocol};

/// The warnings of a document without errors.
pub(super) fn warnings(spec: &spec::Family) -> Vec<Problem> {
    let mut suspicious = Suspicious {
        spec,
        problems: Vec::new(),
    };
    suspicious.names();
    suspicious.lists();
    suspicious.untold();
    suspicious.groups();
    suspicious.keys();
    suspicious.unused();
    suspicious.problems
}

struct Suspicious<'s> {
    spec: &'s spec::Family,
    problems: Vec<Problem>,
}

impl<'s> Suspicious<'s> {
    fn add(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Names that the kernel's newest schemas refuse; those of Linux 6.12 took any. The names of families
    /// and groups are the kernel's, and entries that are a name alone have no pattern there either.
    fn names(&mut self) {
        let spec = self.spec;
        for item in &spec.definitions {
            self.name(&item.name, false);
            for member in &item.members {
                self.name(&member.name, true);
            }
            let long = |entry: &&spec::Entry| entry.value.is_some() || entry.doc.is_some();
            for entry in item.entries.iter().filter(long) {
                self.name(&entry.name, false);
            }
        }
        for set in &spec.attribute_sets {
            self.name(&set.name, false);
            for attr in &set.attributes {
                self.name(&attr.name, false);
            }
        }
        for operation in &spec.operations.list {
            self.name(&operation.name, false);
        }
    }

    fn name(&mut self, name: &At<String>, capitals: bool) {
        let fits = |c: char| {
            c.is_ascii_lowercase()
                || c.is_ascii_digit()
                || c == '-'
                || (capitals && c.is_ascii_uppercase())
        };
        if !name.is_empty() && name.chars().all(fits) {
            return;
        }
        let what = match capitals {
            true => "letters, digits and `-`",
            false => "small letters, digits and `-`",
        };
        let message = format!("the name `{}` has more than {what}", name.value);
        let mut problem = Problem::new(Code::LooseName, name.span, message);
        let lower = match capitals {
            true => name.value.clone(),
            false => name.to_lowercase(),
        };
        let better: String = lower
            .chars()
            .map(|c| if fits(c) { c } else { '-' })
            .collect();
        if better.chars().any(|c| c.is_ascii_alphanumeric()) {
            problem = problem.help(format!(
                "newer specs write `{better}`, where it is defined and used"
            ));
        }
        self.add(problem);
    }

    /// The lists of attributes in messages and subsets.
    fn lists(&mut self) {
        let spec = self.spec;
        for set in spec
            .attribute_sets
            .iter()
            .filter(|set| set.subset_of.is_some())
        {
            self.listed_twice(set.attributes.iter().map(|attr| &attr.name));
        }
        for operation in &spec.operations.list {
            let header = self.header_members(operation);
            let set = operation
                .attribute_set
                .as_ref()
                .and_then(|name| self.set(name));
            for attributes in messages(operation) {
                self.listed_twice(attributes.iter());
                for attr in attributes {
                    // Seldom: a look through the set for every attribute would be too much.
                    if !header.contains(attr.as_str()) {
                        continue;
                    }
                    let known = set.is_some_and(|set| {
                        set.attributes.iter().any(|known| *known.name == **attr)
                    });
                    if !known {
                        let message = format!(
                            "`{}` is a member of the fixed header, no attribute",
                            attr.value
                        );
                        let problem = Problem::new(Code::HeaderMember, attr.span, message);
                        self.add(problem.help("take it out: every message has the whole header"));
                    }
                }
            }
        }
    }

    fn listed_twice(&mut self, names: impl Iterator<Item = &'s At<String>>) {
        let mut seen: HashMap<&str, Span> = HashMap::new();
        for name in names {
            if let Some(first) = seen.get(name.as_str()) {
                let message = format!("the attribute `{}` is listed twice", name.value);
                let problem = Problem::new(Code::ListedTwice, name.span, message);
                self.add(problem.related(*first, "first here").help("once is enough"));
            } else {
                seen.insert(name, name.span);
            }
        }
    }

    /// Dumps and notifications that carry nothing.
    fn untold(&mut self) {
        let spec = self.spec;
        for operation in &spec.operations.list {
            let header = operation.fixed_header.is_some() || spec.operations.fixed_header.is_some();
            let empty = |mode: &spec::Mode| {
                let reply = mode.reply.as_ref();
                reply.is_none_or(|reply| reply.attributes.is_empty() && !header)
            };
            let dump = operation.dump.as_ref();
            let dump = dump.filter(|dump| empty(dump) && dump.answered_by.is_none());
            if let Some(dump) = dump {
                let message = format!("a dump of `{}` tells nothing", operation.name.value);
                let span = dump.reply.as_ref().map_or(dump.span, |reply| reply.span);
                let problem = Problem::new(Code::NothingTold, span, message);
                self.add(problem.help("list what each of its objects has under `reply`"));
            }
            let Some(of) = &operation.notify else {
                continue;
            };
            let asked = spec
                .operations
                .list
                .iter()
                .find(|known| *known.name == **of);
            let modes = asked.iter().flat_map(|asked| [&asked.doit, &asked.dump]);
            if modes.flatten().all(empty) {
                let message = format!(
                    "`{}` has no reply, so `{}` carries nothing",
                    of.value, operation.name.value
                );
                let problem = Problem::new(Code::NothingTold, of.span, message);
                self.add(problem.help("make it an `event` with a list of attributes"));
            }
        }
    }

    fn groups(&mut self) {
        let spec = self.spec;
        let raw = spec.protocol.as_ref();
        if raw.is_none_or(|protocol| protocol.value != Protocol::NetlinkRaw) {
            return;
        }
        let groups = spec.mcast_groups.iter().flat_map(|groups| &groups.list);
        for group in groups.filter(|group| group.value.is_none()) {
            let message = format!(
                "the group `{}` has no number, so it cannot be joined",
                group.name.value
            );
            let problem = Problem::new(Code::NoGroupNumber, group.name.span, message);
            self.add(problem.help("add `value:`, the number in the kernel's header"));
        }
    }

    fn set(&self, name: &At<String>) -> Option<&'s spec::AttributeSet> {
        let mut sets = self.spec.attribute_sets.iter();
        sets.find(|set| *set.name == **name)
    }

    fn header_members(&self, operation: &spec::Operation) -> HashSet<&'s str> {
        let shared = self.spec.operations.fixed_header.as_ref();
        let name = operation.fixed_header.as_ref().or(shared);
        let structs = self.spec.definitions.iter().filter(|item| is_struct(item));
        let header = structs.filter(|item| name.is_some_and(|name| *item.name == **name));
        let members = header.flat_map(|item| &item.members);
        members.map(|member| member.name.as_str()).collect()
    }
}

/// The attributes of what an operation asks, answers and tells.
fn messages(operation: &spec::Operation) -> impl Iterator<Item = &[At<String>]> {
    let modes = [&operation.doit, &operation.dump].into_iter().flatten();
    let asked = modes.flat_map(|mode| [&mode.request, &mode.reply]);
    let asked = asked.flatten().map(|message| &message.attributes[..]);
    let told = operation.event.iter().map(|event| &event.attributes[..]);
    asked.chain(told)
}
