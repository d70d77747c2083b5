//! Operations: what is asked, answered and told, and the attributes of each message.

use std::collections::HashSet;
use std::rc::Rc;

use super::kernel::{mode_keys, operation_keys};
use super::numbers::Numbers;
use super::{Listed, Lower, text};
use crate::diagnostic::{Code, Problem};
use crate::model::kernel::{ModeKeys, OperationKeys};
use crate::model::{Lacks, Permission, Set, SetId, StructId};
use crate::span::At;
use crate::spec::{self, EnumModel};

/// An operation with its numbers counted and its attributes found.
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) doc: Option<String>,
    pub(super) kind: DraftKind,
}

pub(super) enum DraftKind {
    /// It can be asked for.
    Modes {
        notes: OperationNotes,
        doit: Option<Box<DraftMode>>,
        dump: Option<Box<DraftMode>>,
    },
    /// It tells what another operation would have answered.
    Notify {
        command: u16,
        of: String,
        config: Option<String>,
        group: Option<String>,
    },
    /// It tells something.
    Event {
        command: u16,
        message: DraftMessage,
        config: Option<String>,
        group: Option<String>,
    },
}

/// What is said of an operation beside its messages.
#[derive(Clone)]
pub(super) struct OperationNotes {
    pub(super) permission: Permission,
    pub(super) config: Option<String>,
    pub(super) kernel_differs: Option<String>,
    pub(super) c: OperationKeys,
}

pub(super) struct DraftMode {
    pub(super) command: u16,
    pub(super) request: DraftMessage,
    pub(super) reply_command: Option<u16>,
    pub(super) reply: Option<DraftMessage>,
    pub(super) by_notifications: bool,
    pub(super) lacks: Lacks,
    pub(super) returns: Option<u16>,
    pub(super) c: ModeKeys,
}

/// A set and the places of attributes in it.
#[derive(Clone, PartialEq)]
pub(super) struct DraftMessage {
    pub(super) header: Option<StructId>,
    pub(super) set: SetId,
    pub(super) fields: Vec<usize>,
}

impl<'s> Lower<'s> {
    pub(super) fn operations(&mut self, sets: &[Set]) -> Vec<Draft> {
        let operations = &self.spec.operations;
        if let Some(header) = &operations.fixed_header {
            self.find_struct(header);
        }
        let directional = operations
            .enum_model
            .as_ref()
            .is_some_and(|model| model.value == EnumModel::Directional);
        let numbers = match directional {
            true => self.directional(&operations.list),
            false => self.unified(&operations.list),
        };
        self.numbers.clone_from(&numbers);
        let drafts = operations.list.iter().zip(numbers);
        drafts
            .filter_map(|(op, numbers)| self.operation(op, numbers, sets))
            .collect()
    }

    fn operation(
        &mut self,
        op: &'s spec::Operation,
        numbers: Numbers,
        sets: &[Set],
    ) -> Option<Draft> {
        let asked = op.doit.is_some() || op.dump.is_some();
        let told = [op.notify.is_some(), op.event.is_some()];
        if usize::from(asked) + told.iter().filter(|told| **told).count() > 1 {
            let message = format!(
                "the operation `{}` is both asked for and told",
                op.name.value
            );
            let problem = Problem::new(Code::BadOperation, op.name.span, message);
            self.add(
                problem
                    .help("make them two: one with `do` or `dump`, one with `notify` or `event`"),
            );
            return None;
        }
        let group = self.group(op);
        self.only_asked(op, asked);
        self.of_its_own(op);
        let kind = match (&op.notify, &op.event) {
            (Some(of), _) => DraftKind::Notify {
                command: self.command(numbers.told)?,
                of: self.notified(of)?,
                config: text(op.config_cond.as_ref()),
                group,
            },
            (_, Some(event)) => DraftKind::Event {
                command: self.command(numbers.told)?,
                message: self.message(op, &event.attributes, sets)?,
                config: text(op.config_cond.as_ref()),
                group,
            },
            _ if asked => DraftKind::Modes {
                notes: OperationNotes {
                    permission: self.permission(&op.flags),
                    config: text(op.config_cond.as_ref()),
                    kernel_differs: text(op.kernel_differs.as_ref()),
                    c: operation_keys(op),
                },
                doit: self.doit(op, numbers.doit, sets).map(Box::new),
                dump: self
                    .mode(op, op.dump.as_ref(), numbers.dump, sets)
                    .map(Box::new),
            },
            // It only takes up a number.
            _ => return None,
        };
        Some(Draft {
            name: op.name.value.clone(),
            doc: text(op.doc.as_ref()),
            kind,
        })
    }

    fn group(&mut self, op: &spec::Operation) -> Option<String> {
        let name = op.mcgrp.as_ref()?;
        if !self.groups.contains(name.as_str()) {
            let groups = self.spec.mcast_groups.iter();
            let groups = groups.flat_map(|groups| &groups.list);
            self.unknown(
                name,
                "multicast group",
                groups.map(|group| group.name.as_str()),
            );
        }
        Some(name.value.clone())
    }

    /// The operation whose reply a notification carries.
    fn notified(&mut self, of: &At<String>) -> Option<String> {
        if !self.asked.contains(of.as_str()) {
            let operations = self.spec.operations.list.iter();
            let asked = operations.filter(|op| op.doit.is_some() || op.dump.is_some());
            self.unknown(of, "operation", asked.map(|op| op.name.as_str()));
            return None;
        }
        Some(of.value.clone())
    }

    pub(super) fn mode(
        &mut self,
        op: &'s spec::Operation,
        mode: Option<&'s spec::Mode>,
        (request, reply): (i128, Option<i128>),
        sets: &[Set],
    ) -> Option<DraftMode> {
        let mode = mode?;
        let asked = mode.request.as_ref();
        let asked = asked.map_or(&[][..], |request| &request.attributes);
        let message = self.message(op, asked, sets);
        let answer = mode
            .reply
            .as_ref()
            .map(|reply| self.message(op, &reply.attributes, sets));
        let command = self.command(request);
        let reply_command = match (&answer, reply) {
            (None, _) => None,
            (Some(_), Some(reply)) => Some(self.command(reply)?),
            (Some(_), None) => {
                let span = mode.reply.as_ref().map_or(mode.span, |reply| reply.span);
                let message = format!("the replies of `{}` have no number", op.name.value);
                let problem = Problem::new(Code::MissingKey, span, message);
                self.add(problem.help("add `value:` to the reply"));
                return None;
            }
        };
        let reply = match answer {
            Some(answer) => Some(answer?).filter(|answer| !answer.fields.is_empty()),
            None => None,
        };
        Some(DraftMode {
            command: command?,
            request: message?,
            reply_command: reply_command.filter(|_| reply.is_some()),
            reply,
            by_notifications: mode.answered_by.is_some(),
            lacks: self.lacks(op),
            returns: None,
            c: mode_keys(mode),
        })
    }

    /// A number as a command. What does not fit was reported when it was counted.
    fn command(&self, number: i128) -> Option<u16> {
        let greatest = self.greatest_command();
        u16::try_from(number)
            .ok()
            .filter(|command| *command <= greatest)
    }

    /// The attributes of a message: those of the operation's set that it lists.
    fn message(
        &mut self,
        op: &spec::Operation,
        attributes: &[At<String>],
        sets: &[Set],
    ) -> Option<DraftMessage> {
        let Some(name) = &op.attribute_set else {
            let text = format!(
                "the operation `{}` needs the key `attribute-set`",
                op.name.value
            );
            self.add(
                Problem::new(Code::MissingKey, op.name.span, text).help("add `attribute-set:`"),
            );
            return None;
        };
        let id = self.find_set(name)?;
        let set = sets.get(id.0)?;
        let listed = self.listed(id, set);
        let header = self.fixed_header(op);
        let mut fields = Vec::new();
        let mut seen = HashSet::new();
        for attr in attributes {
            // Specs of older kernels list some twice; once is enough.
            if !seen.insert(attr.as_str()) {
                continue;
            }
            match listed.places.get(attr.as_str()) {
                Some(at) => fields.push(*at),
                // Specs of older kernels list members of the fixed header, too.
                None if self.is_member(header, attr) => {}
                // An attribute that is there but could not be understood has its own problem.
                None if listed.written.contains(attr.as_str()) => {}
                None => {
                    let names = set.attributes.iter().map(|known| known.name.as_str());
                    self.not_in_set(attr, name, names);
                }
            }
        }
        Some(DraftMessage {
            header,
            set: id,
            fields,
        })
    }

    /// The struct before the attributes: the operation's, or that of all operations.
    fn fixed_header(&mut self, op: &spec::Operation) -> Option<StructId> {
        let shared = self.spec.operations.fixed_header.as_ref();
        let name = op.fixed_header.as_ref().or(shared)?;
        self.find_header(name)
    }

    fn is_member(&self, header: Option<StructId>, name: &At<String>) -> bool {
        let Some(header) = header else { return false };
        let structs = self
            .spec
            .definitions
            .iter()
            .filter(|item| super::is_struct(item));
        structs
            .skip(header.0)
            .take(1)
            .flat_map(|item| &item.members)
            .any(|member| *member.name.value == *name.value)
    }

    /// The attributes of a set by name, found once.
    fn listed(&mut self, id: SetId, set: &Set) -> Rc<Listed<'s>> {
        if let Some(known) = self.listed.get(&id.0) {
            return Rc::clone(known);
        }
        let written = self.spec.attribute_sets.get(id.0);
        let written = written.iter().flat_map(|set| &set.attributes);
        let places = set.attributes.iter().enumerate();
        let listed = Rc::new(Listed {
            written: written.map(|attr| attr.name.as_str()).collect(),
            // Of two with one name, which is a problem of its own, the first.
            places: places
                .rev()
                .map(|(at, attr)| (attr.name.clone(), at))
                .collect(),
        });
        self.listed.insert(id.0, Rc::clone(&listed));
        listed
    }
}
