//! What C cannot hold, found before anything is written.

use std::collections::{HashMap, HashSet};

use super::names::{Asked, Names};
use super::words::{is_identifier, lower};
use crate::diagnostic::{Code, Problem, Severity};
use crate::model::kernel::{CommandKind, PolicyScope};
use crate::model::{EnumId, Family, Operation, Protocol, SetId, StructId};
use crate::span::{At, Span};
use crate::spec;

/// The longest name of a family or group in the kernel, in bytes.
const LONGEST: usize = 15;

/// The problems that a family has in C, with their places in the spec that it was made from.
pub(crate) fn check(spec: &spec::Family, family: &Family, names: &Names<'_>) -> Vec<Problem> {
    let mut check = Check {
        spec,
        family,
        names,
        problems: Vec::new(),
        words: HashMap::new(),
        tags: HashMap::new(),
        wrong: HashSet::new(),
        same: HashSet::new(),
        operations: by_name(&spec.operations.list),
    };
    check.family();
    check.definitions();
    check.sets();
    check.commands();
    check.operations();
    check.hooks();
    check.messages();
    check.tables();
    check.problems
}

/// Whether a problem keeps C from being written.
pub(crate) fn is_error(problem: &Problem) -> bool {
    problem.severity() == Severity::Error
}

struct Check<'c, 'f> {
    spec: &'c spec::Family,
    family: &'f Family,
    names: &'c Names<'f>,
    problems: Vec<Problem>,
    /// Identifiers, with the places of what they were made of, and the values of entries of enums.
    words: HashMap<String, (Span, Option<i128>)>,
    /// Tags of enums and structs, which C keeps apart from other identifiers.
    tags: HashMap<String, Span>,
    /// The places of names that are no identifiers.
    wrong: HashSet<Span>,
    /// The places of names that are the same.
    same: HashSet<(Span, Span)>,
    /// The operations by name: the first of each.
    operations: HashMap<&'c str, &'c spec::Operation>,
}

fn by_name(list: &[spec::Operation]) -> HashMap<&str, &spec::Operation> {
    let names = list.iter().rev().map(|op| (op.name.as_str(), op));
    names.collect()
}

impl Check<'_, '_> {
    fn add(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn is_identifier(&mut self, name: &str, span: Span) -> bool {
        let fits = is_identifier(name);
        // What is made of one name is wrong once.
        if !fits && self.wrong.insert(span) {
            let message = format!("in C this is `{name}`, which is not an identifier");
            let problem = Problem::new(Code::NoIdentifier, span, message);
            self.add(problem.help(
                "names are made of letters, digits and `-`; they begin with a letter and are no keywords of C or C++",
            ));
        }
        fits
    }

    /// An identifier that nothing else may have.
    fn word(&mut self, name: String, span: Span) {
        self.entry(name, span, None);
    }

    /// An entry of an enum, which another enum may have with the same value.
    fn entry(&mut self, name: String, span: Span, value: Option<i128>) {
        if self.is_identifier(&name, span) {
            if let Some((first, known)) = self.words.get(&name).copied()
                && (known != value || value.is_none())
            {
                self.taken(&name, Some(first), span);
            }
            self.words.entry(name).or_insert((span, value));
        }
    }

    fn tag(&mut self, name: Option<String>, span: Span) {
        let Some(name) = name else { return };
        if self.is_identifier(&name, span) {
            let first = self.tags.get(&name).copied();
            self.taken(&name, first, span);
            self.tags.entry(name).or_insert(span);
        }
    }

    fn taken(&mut self, name: &str, first: Option<Span>, span: Span) {
        let Some(first) = first else { return };
        // Several names are made of one.
        if !self.same.insert((first, span)) {
            return;
        }
        let message = format!("in C this is `{name}`, and so is something else");
        let problem = Problem::new(Code::SameInC, span, message).related(first, "this, too");
        self.add(problem.help("give one of them another name, or another `name-prefix`"));
    }

    /// Names of the family as a whole, and those that are written in no other place.
    fn family(&mut self) {
        let span = self.spec.name.span;
        if let Protocol::Generic { .. } = self.family.protocol {
            self.length(&self.spec.name, "family");
            self.word(self.names.family_name(), span);
            self.word(self.names.family_version(), span);
        } else {
            self.word(self.names.protocol(), span);
        }
        for name in [self.names.ops(), self.names.groups(), self.names.family()] {
            self.word(name, span);
        }
        let groups = self.spec.mcast_groups.iter();
        let groups = groups.flat_map(|groups| &groups.list);
        for (group, written) in self.family.groups.iter().zip(groups) {
            self.word(self.names.group_define(group), written.name.span);
            self.word(self.names.group(group), written.name.span);
            if let Protocol::Generic { .. } = self.family.protocol {
                self.length(&written.name, "group");
            }
        }
        let kernel = self.spec.kernel_family.as_ref();
        let headers = kernel.iter().flat_map(|kernel| &kernel.headers);
        let uapi = self.spec.uapi_header.iter();
        for header in headers.chain(uapi) {
            let fits = |c: char| c.is_ascii_alphanumeric() || "/_-.+".contains(c);
            let mut folders = header.split('/');
            let leads_out = folders.any(|part| part.is_empty() || part == "..");
            if leads_out || !header.chars().all(fits) {
                let message = "this is no path of a header, as `linux/list.h` is";
                self.add(Problem::new(Code::NoIdentifier, header.span, message));
            }
        }
        if let Some(name) = kernel.and_then(|kernel| kernel.sock_priv.as_ref()) {
            let fits = |c: char| c.is_ascii_alphanumeric() || "_ ".contains(c);
            if !name.chars().all(fits) {
                let message = "this is no type of C, as `struct list_head` is";
                self.add(Problem::new(Code::NoIdentifier, name.span, message));
            }
        }
    }

    fn length(&mut self, name: &At<String>, what: &str) {
        if name.len() > LONGEST {
            let message = format!("the kernel has no room for the name of this {what}");
            let problem = Problem::new(Code::NotInKernel, name.span, message);
            self.add(problem.help(format!(
                "use at most {LONGEST} bytes instead of {}",
                name.len()
            )));
        }
    }

    fn definitions(&mut self) {
        let spec = self.spec;
        let family = self.family;
        let of = |kind: fn(spec::DefinitionKind) -> bool| {
            let items = spec.definitions.iter();
            items.filter(move |item| kind(item.kind.value))
        };
        let consts = of(|kind| kind == spec::DefinitionKind::Const);
        for (item, written) in family.consts.iter().zip(consts) {
            if item.c.header.is_none() {
                self.word(self.names.constant(item), written.name.span);
            }
        }
        let enums = of(|kind| {
            matches!(
                kind,
                spec::DefinitionKind::Enum | spec::DefinitionKind::Flags
            )
        });
        for (at, written) in enums.enumerate() {
            self.enumeration(EnumId(at), written);
        }
        let structs = of(|kind| kind == spec::DefinitionKind::Struct);
        for (at, written) in structs.enumerate() {
            self.structure(StructId(at), written);
        }
    }

    fn enumeration(&mut self, id: EnumId, written: &spec::Definition) {
        let item = self.family.enumeration(id);
        if item.c.header.is_some() || item.entries.is_empty() {
            return;
        }
        let span = written.name.span;
        self.tag(self.names.enumeration(item), span);
        for (entry, written) in item.entries.iter().zip(&written.entries) {
            let value = match item.is_flags {
                true => u32::try_from(entry.value)
                    .ok()
                    .and_then(|shift| 1_i128.checked_shl(shift)),
                false => Some(entry.value),
            };
            self.entry(self.names.entry(item, entry), written.span(), value);
        }
        let has_max = item.c.render_max && !item.is_flags;
        if (has_max || item.c.count.is_some()) && !item.is_flags {
            self.word(self.names.entry_count(item), span);
        }
        if has_max {
            self.word(self.names.entry_max(item), span);
        } else if item.is_flags && (item.c.render_max || item.c.count.is_some()) {
            self.word(self.names.entry_mask(item), span);
        }
        let values = item.entries.iter().map(|entry| entry.value);
        let negative = values.clone().min().is_some_and(|least| least < 0);
        let large = values
            .max()
            .is_some_and(|most| i64::try_from(most).is_err());
        if negative && large {
            let message = format!("C has no type for all entries of `{}`", item.name);
            let problem = Problem::new(Code::NoLayout, span, message);
            self.add(problem.help("entries from -2⁶³ to 2⁶³-1, or from 0 to 2⁶⁴-1, have one"));
        }
    }

    /// A struct has members in C, each where the spec has it.
    fn structure(&mut self, id: StructId, written: &spec::Definition) {
        let item = self.family.structure(id);
        let span = written.name.span;
        if item.c.header.is_some() {
            return;
        }
        self.tag(Some(self.names.structure(item)), span);
        if item.members.is_empty() {
            let message = format!(
                "the struct `{}` has no members, which C does not allow",
                item.name
            );
            self.add(
                Problem::new(Code::NoLayout, span, message).help("add a member, or take it out"),
            );
        }
        let mut members: HashMap<String, Span> = HashMap::new();
        for member in &written.members {
            let name = Names::member(&member.name);
            let span = member.name.span;
            if self.is_identifier(&name, span) && member.kind.value != spec::MemberType::Pad {
                let first = members.get(&name).copied();
                self.taken(&name, first, span);
                members.entry(name).or_insert(span);
            }
            self.inner(member);
        }
        self.holes(id, written);
    }

    /// A struct inside another has the length that is written there.
    fn inner(&mut self, member: &spec::Member) {
        let (Some(name), Some(len)) = (&member.structure, &member.len) else {
            return;
        };
        let mut structs = self.family.structs.iter();
        let inner = structs.find(|known| known.name == name.value);
        if let (Some(inner), spec::Limit::Number(written)) = (inner, &len.value)
            && i128::try_from(inner.len).ok() != Some(*written)
        {
            let message = format!(
                "the struct `{}` has {} bytes in C, not {written}",
                name.value, inner.len
            );
            let problem = Problem::new(Code::NoLayout, len.span, message);
            self.add(problem.help("take `len` out"));
        }
    }

    /// Bytes that C leaves before members: other readers of the spec may not.
    fn holes(&mut self, id: StructId, written: &spec::Definition) {
        let item = self.family.structure(id);
        let mut end = 0;
        let mut model = item.members.iter();
        for member in &written.members {
            if member.kind.value == spec::MemberType::Pad {
                let len = member.len.as_ref().map(|len| &len.value);
                if let Some(spec::Limit::Number(len)) = len {
                    end += usize::try_from(*len).unwrap_or(0);
                }
                continue;
            }
            let Some(known) = model.next() else { break };
            if known.offset > end {
                let hole = known.offset - end;
                let message = format!(
                    "C leaves {} before `{}`, which the spec does not have",
                    bytes(hole),
                    known.name
                );
                let problem = Problem::new(Code::Hole, member.name.span, message);
                self.add(problem.help(format!(
                    "add a member before it: `{{ name: pad, type: pad, len: {hole} }}`"
                )));
            }
            end = known.offset.saturating_add(known.len);
        }
        if item.len > end {
            let hole = item.len - end;
            let message = format!(
                "C leaves {} behind the last member of `{}`, which the spec does not have",
                bytes(hole),
                item.name
            );
            let problem = Problem::new(Code::Hole, written.name.span, message);
            self.add(problem.help(format!(
                "add a member at its end: `{{ name: pad, type: pad, len: {hole} }}`"
            )));
        }
    }

    fn sets(&mut self) {
        for (at, written) in self.spec.attribute_sets.iter().enumerate() {
            let id = SetId(at);
            let set = self.family.set(id);
            let span = written.name.span;
            if set.subset_of.is_some() || set.c.header.is_some() {
                continue;
            }
            self.tag(self.names.set(id), span);
            if self.names.is_counted(id) {
                self.word(self.names.attribute_count(id), span);
                if self.names.has_max(id) {
                    self.word(self.names.attribute_max(id), span);
                }
            }
            for (attribute, written) in set.attributes.iter().zip(&written.attributes) {
                let value = Some(attribute.number.into());
                self.entry(
                    self.names.attribute(id, attribute),
                    written.name.span,
                    value,
                );
            }
        }
    }

    fn operation_span(&self, name: &str) -> Span {
        let found = self.operations.get(name);
        found.map_or(self.spec.name.span, |op| op.name.span)
    }

    fn commands(&mut self) {
        let commands = &self.family.c.commands;
        let span = self.spec.name.span;
        self.tag(self.names.commands(), span);
        for command in &commands.list {
            let span = self.operation_span(&command.operation);
            self.word(self.names.command(&command.operation, command.kind), span);
        }
        if commands.directional {
            let prefix = self.names.command_prefix();
            for word in ["USER_NONE", "USER_MAX", "KERNEL_NONE", "KERNEL_MAX"] {
                self.word(format!("{prefix}{word}"), span);
            }
        } else {
            self.word(self.names.command_count(), span);
            self.word(self.names.command_max(), span);
            let mut kinds = commands.list.iter().map(|command| command.kind);
            if commands.async_prefix.is_some() && kinds.any(|kind| kind == CommandKind::Told) {
                self.tag(self.names.notifications(), span);
            }
        }
    }

    fn operations(&mut self) {
        for op in &self.family.operations {
            let span = self.operation_span(&op.name);
            let modes = [(Asked::Do, &op.doit), (Asked::Dump, &op.dump)];
            for (asked, mode) in modes {
                let Some(mode) = mode else { continue };
                self.word(self.names.handler(op, asked), span);
                let hooks = [&mode.c.pre, &mode.c.post].into_iter().flatten();
                for hook in hooks {
                    let place = self.hook_span(op, hook).unwrap_or(span);
                    self.is_identifier(&Names::hook(hook), place);
                }
            }
            if let Some(config) = &op.config {
                self.is_identifier(&Names::config(config), span);
            }
        }
    }

    /// Where the name of a function is written.
    fn hook_span(&self, op: &Operation, hook: &str) -> Option<Span> {
        let written = self.operations.get(op.name.as_str())?;
        let modes = [&written.doit, &written.dump].into_iter().flatten();
        let mut hooks = modes.flat_map(|mode| [&mode.pre, &mode.post]).flatten();
        hooks
            .find(|known| *known.value == *hook)
            .map(|known| known.span)
    }

    /// The structs of messages have names that no other struct has.
    fn messages(&mut self) {
        let ident = self.names.ident();
        let operations = self.spec.operations.list.iter();
        let begin: HashMap<String, Span> = operations
            .map(|op| (lower(&format!("{ident}_{}_", op.name.value)), op.name.span))
            .collect();
        for (at, message) in self.family.messages.iter().enumerate() {
            let name = self.names.message(crate::model::MessageId(at)).to_owned();
            let set = self.spec.attribute_sets.get(message.set.0);
            // The operation with the longest name that this one begins with.
            let mut ends = name.rmatch_indices('_').map(|(at, _)| name.get(..=at));
            let place = ends
                .find_map(|begins| begin.get(begins?).copied())
                .or(set.map(|set| set.name.span));
            self.tag(Some(name), place.unwrap_or(self.spec.name.span));
        }
    }

    /// What the kernel's tables have no place for.
    fn tables(&mut self) {
        if !matches!(self.family.protocol, Protocol::Generic { .. }) {
            return self.protocol();
        }
        let mut header = None;
        let mut root = None;
        for written in &self.spec.operations.list {
            let Some(op) = self
                .family
                .operations
                .iter()
                .find(|op| *op.name == *written.name.value)
            else {
                continue;
            };
            let modes = [&op.doit, &op.dump].into_iter().flatten();
            for mode in modes {
                let message = self.family.message(mode.request);
                let own = message.header.as_ref().map(|(id, _)| *id);
                if *header.get_or_insert(own) != own {
                    let message = "the operations of a family have the same fixed header, or none";
                    let problem = Problem::new(Code::NotInKernel, written.name.span, message);
                    self.add(problem.help("the kernel looks for attributes behind `hdrsize` bytes, which the family says"));
                }
                let set = self.names.root(message.set);
                if self.family.c.policy == PolicyScope::Global && *root.get_or_insert(set) != set {
                    let message =
                        "with `kernel-policy: global` all operations have the same attribute set";
                    let problem = Problem::new(Code::NotInKernel, written.name.span, message);
                    self.add(problem.help("use `split`, where each has a policy of its own"));
                }
            }
            self.lost_hooks(written);
        }
    }

    /// A protocol of its own has no table. What begins and ends a dump has a place, for netlink itself calls it.
    fn protocol(&mut self) {
        for written in &self.spec.operations.list {
            let doit = written.doit.iter();
            for hook in doit.flat_map(|mode| [&mode.pre, &mode.post]).flatten() {
                let message =
                    "generic netlink calls this function, and this is a protocol of its own";
                let problem = Problem::new(Code::NotInKernel, hook.span, message);
                self.add(problem.help("take it out, and call the function in the handler"));
            }
        }
    }

    /// A function that the spec names has the arguments of its place.
    fn hooks(&mut self) {
        let mut known: HashMap<String, (&str, Span)> = HashMap::new();
        for written in &self.spec.operations.list {
            let (doit, dump) = (written.doit.as_ref(), written.dump.as_ref());
            let hooks = [
                (doit.and_then(|mode| mode.pre.as_ref()), "`pre` of a `do`"),
                (doit.and_then(|mode| mode.post.as_ref()), "`post` of a `do`"),
                (dump.and_then(|mode| mode.pre.as_ref()), "a dump"),
                (dump.and_then(|mode| mode.post.as_ref()), "a dump"),
            ];
            for (hook, place) in hooks {
                let Some(hook) = hook else { continue };
                let (first, span) = *known.entry(Names::hook(hook)).or_insert((place, hook.span));
                if first != place {
                    let message =
                        format!("this is a function of {place} here, and of {first} there");
                    let problem = Problem::new(Code::SameInC, hook.span, message);
                    let problem = problem.related(span, "there");
                    self.add(problem.help(
                        "the kernel calls them with different arguments: give one of them another name",
                    ));
                }
            }
        }
    }

    /// Tables of older forms have places for some functions alone.
    fn lost_hooks(&mut self, written: &spec::Operation) {
        let policy = self.family.c.policy;
        let doit = written.doit.as_ref();
        let dump = written.dump.as_ref();
        let hooks = |mode: &spec::Mode| mode.pre.as_ref().or(mode.post.as_ref()).map(|at| at.span);
        let lost = match policy {
            PolicyScope::Split => None,
            PolicyScope::PerOperation => doit.and_then(hooks),
            PolicyScope::Global => doit.and_then(hooks).or(dump.and_then(hooks)),
        };
        if let Some(span) = lost {
            let message = "the kernel's table has no place for this function";
            let problem = Problem::new(Code::NotInKernel, span, message);
            self.add(problem.help("use `kernel-policy: split`, or take it out"));
        }
    }
}

fn bytes(count: usize) -> String {
    match count {
        1 => "1 byte".to_owned(),
        count => format!("{count} bytes"),
    }
}
