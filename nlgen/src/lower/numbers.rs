//! The numbers of operations, in both models of counting.

use std::collections::HashMap;

use super::{Lower, counted};
use crate::diagnostic::{Code, Problem};
use crate::span::At;
use crate::spec;

/// The numbers of one operation.
#[derive(Clone, Copy, Default)]
pub(super) struct Numbers {
    pub(super) doit: (i128, Option<i128>),
    pub(super) dump: (i128, Option<i128>),
    pub(super) told: i128,
}

impl<'s> Lower<'s> {
    /// One counter from 1 for all messages.
    pub(super) fn unified(&mut self, list: &'s [spec::Operation]) -> Vec<Numbers> {
        let mut seen = HashMap::new();
        let mut all = Vec::new();
        for (value, op) in counted(list, 1, |op| op.value.as_ref()) {
            self.number_once(&mut seen, op, value, "number");
            let messages = [&op.doit, &op.dump].into_iter().flatten();
            for message in messages
                .flat_map(|mode| [&mode.request, &mode.reply])
                .flatten()
            {
                if let Some(value) = &message.value {
                    let message = "a message has a number of its own only in the directional model";
                    let problem = Problem::new(Code::WrongKey, value.span, message);
                    self.add(problem.help("set `enum-model: directional`, or take it out"));
                }
            }
            all.push(Numbers {
                doit: (value, Some(value)),
                dump: (value, Some(value)),
                told: value,
            });
        }
        all
    }

    /// Two counters from 1: what is sent to the kernel, and what it sends.
    ///
    /// An operation moves the first counter once, and the second if its first mode has a reply. A
    /// dump beside a `do` has the same numbers unless it says otherwise.
    pub(super) fn directional(&mut self, list: &'s [spec::Operation]) -> Vec<Numbers> {
        let (mut request, mut reply) = (1, 1);
        let (mut asked, mut told) = (HashMap::new(), HashMap::new());
        let mut all = Vec::new();
        for op in list {
            let mut numbers = Numbers::default();
            if let Some(first) = op.doit.as_ref().or(op.dump.as_ref()) {
                let value = |message: Option<&spec::Message>| Some(message?.value.as_ref()?.value);
                let first_request = value(first.request.as_ref()).unwrap_or(request);
                request = first_request.saturating_add(1);
                let first_reply = first.reply.as_ref().map(|message| {
                    let number = value(Some(message)).unwrap_or(reply);
                    reply = number.saturating_add(1);
                    number
                });
                numbers.doit = (first_request, first_reply);
                numbers.dump = match &op.dump {
                    Some(dump) => (
                        value(dump.request.as_ref()).unwrap_or(first_request),
                        value(dump.reply.as_ref()).or(first_reply),
                    ),
                    None => numbers.doit,
                };
                self.number_once(&mut asked, op, first_request, "request number");
            } else if op.notify.is_some() || op.event.is_some() {
                numbers.told = op.value.as_ref().map_or(reply, |value| value.value);
                reply = numbers.told.saturating_add(1);
                self.number_once(&mut told, op, numbers.told, "number");
            } else {
                let message = format!("the operation `{}` has no mode", op.name.value);
                let problem = Problem::new(Code::BadOperation, op.name.span, message);
                self.add(problem.help(
                    "in the directional model each has `do`, `dump`, `notify` or `event`; \
                     skip numbers with `value:`",
                ));
            }
            all.push(numbers);
        }
        all
    }

    fn number_once(
        &mut self,
        seen: &mut HashMap<i128, &'s At<String>>,
        op: &'s spec::Operation,
        value: i128,
        what: &str,
    ) {
        if let Some(first) = seen.insert(value, &op.name) {
            let message = format!(
                "the operations `{}` and `{}` have the same {what}, {value}",
                first.value, op.name.value
            );
            let problem = Problem::new(Code::SameNumber, op.name.span, message);
            self.add(problem.related(first.span, "first here"));
        }
    }
}
