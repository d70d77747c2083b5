//! How an operation is answered beside its reply's attributes, and who may ask for it.

use super::Lower;
use super::operations::{DraftMessage, DraftMode};
use crate::diagnostic::{Code, Problem};
use crate::model::{Attribute, Content, Int, Lacks, Meaning, Order, Permission, Set};
use crate::span::{At, Span};
use crate::spec::{self, Lack, OpFlag};

impl<'s> Lower<'s> {
    /// The `do` of an operation, with the attribute that the kernel returns.
    pub(super) fn doit(
        &mut self,
        op: &'s spec::Operation,
        numbers: (i128, Option<i128>),
        sets: &[Set],
    ) -> Option<DraftMode> {
        let mode = self.mode(op, op.doit.as_ref(), numbers, sets);
        match &op.returns {
            Some(name) => self.returning(op, name, mode?, sets),
            None => mode,
        }
    }

    /// A mode whose reply has the attribute `name`, which the kernel returns. It is the only one of the reply unless
    /// the spec lists others.
    fn returning(
        &mut self,
        op: &spec::Operation,
        name: &At<String>,
        mut mode: DraftMode,
        sets: &[Set],
    ) -> Option<DraftMode> {
        let set = sets.get(mode.request.set.0)?;
        let Some(at) = set
            .attributes
            .iter()
            .position(|known| known.name == name.value)
        else {
            let names = set.attributes.iter().map(|known| known.name.as_str());
            self.unknown(name, "attribute", names);
            return None;
        };
        let attribute = set.attributes.get(at)?;
        if !is_number_of_c(attribute) {
            let message = format!(
                "the attribute `{}` cannot be returned: that is a number of 32 bits",
                name.value
            );
            let problem = Problem::new(Code::WrongKey, name.span, message);
            self.add(problem.help("`returns` takes an attribute of the type u32 or s32"));
            return None;
        }
        if mode.request.header.is_some() {
            let message = format!(
                "`{}` has a fixed header, so it cannot have `returns`",
                op.name.value
            );
            self.add(Problem::new(Code::WrongKey, name.span, message));
            return None;
        }
        mode.returns = Some(attribute.number);
        let reply = mode.reply.get_or_insert_with(|| DraftMessage {
            header: None,
            set: mode.request.set,
            fields: Vec::new(),
        });
        if !reply.fields.contains(&at) {
            reply.fields.push(at);
        }
        mode.reply_command = mode.reply_command.or(Some(mode.command));
        Some(mode)
    }

    /// Refuses what only makes sense of something that is asked for.
    pub(super) fn only_asked(&mut self, op: &spec::Operation, asked: bool) {
        let lack = op
            .replies_lack
            .first()
            .map(|lack| ("replies-lack", lack.span));
        let returns = op.returns.as_ref().map(|name| ("returns", name.span));
        let mut refuse = |(key, span): (&str, Span), wanted: &str| {
            let message = format!("`{key}` is for an operation with {wanted}");
            self.add(Problem::new(Code::WrongKey, span, message).help("take it out"));
        };
        if !asked {
            lack.into_iter()
                .for_each(|key| refuse(key, "`do` or `dump`"));
        }
        let modes = [
            ("do", op.doit.as_ref(), false),
            ("dump", op.dump.as_ref(), true),
        ];
        for (name, mode, dump) in modes {
            let Some((mode, by)) = mode.and_then(|mode| Some((mode, mode.answered_by.as_ref()?)))
            else {
                continue;
            };
            if !dump || mode.reply.is_some() {
                let message = match dump {
                    true => "a dump has `reply` or `answered-by`, not both".to_owned(),
                    false => format!("`answered-by` is for a `dump`, not for a `{name}`"),
                };
                let problem = Problem::new(Code::WrongKey, by.span, message);
                self.add(problem.help("take it out"));
            }
        }
        let mut refuse = |(key, span): (&str, Span), wanted: &str| {
            let message = format!("`{key}` is for an operation with {wanted}");
            self.add(Problem::new(Code::WrongKey, span, message).help("take it out"));
        };
        if op.doit.is_none() {
            returns.into_iter().for_each(|key| refuse(key, "`do`"));
        }
    }

    /// What the replies of an operation lack: what is said of it, or of all.
    pub(super) fn lacks(&self, op: &spec::Operation) -> Lacks {
        let own = &op.replies_lack;
        let words = match own.is_empty() {
            true => &self.spec.operations.replies_lack,
            false => own,
        };
        let has = |lack| words.iter().any(|known| known.value == lack);
        Lacks {
            port_id: has(Lack::PortId),
            sequence: has(Lack::Sequence),
        }
    }

    /// Who may ask for an operation, or join a group. Where both flags stand, the kernel looks at the stronger one first. Protocols
    /// of their own have one flag and mean the other: they check for the capability in the user namespace of the
    /// network namespace (`netlink_net_capable`).
    pub(super) fn permission(&self, flags: &[At<OpFlag>]) -> Permission {
        let has = |flag| flags.iter().any(|known| known.value == flag);
        match (has(OpFlag::AdminPerm), has(OpFlag::UnsAdminPerm)) {
            (false, false) => Permission::Anybody,
            (true, _) if !self.is_raw() => Permission::Admin,
            _ => Permission::NamespaceAdmin,
        }
    }
}

/// Whether an attribute holds what a function of C returns.
fn is_number_of_c(attribute: &Attribute) -> bool {
    matches!(
        attribute.content,
        Content::Int(
            Int {
                bytes: 4,
                order: Order::Host,
                ..
            },
            Meaning::Number | Meaning::Hex | Meaning::Enum(_)
        )
    ) && !attribute.multi
}
