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

/// Numbers that count on from one another. Where one is wrong, those that count on from it are not reported: they are
/// right when it is.
#[derive(Default)]
pub(super) struct Row {
    wrong: bool,
}

impl Row {
    /// Goes to the next number, which is written or counts on. Whether a problem of it is to be reported.
    pub(super) fn goes_on(&mut self, written: bool) -> bool {
        self.wrong &= !written;
        !self.wrong
    }

    /// The number is wrong.
    pub(super) fn is_wrong(&mut self) {
        self.wrong = true;
    }
}

/// What to do about a number that is wrong.
pub(super) fn advice(written: bool) -> &'static str {
    match written {
        true => "write a number that fits",
        false => "it counts on from the one before: give one of them another number with `value:`",
    }
}

impl<'s> Lower<'s> {
    /// One counter from 1 for all messages.
    pub(super) fn unified(&mut self, list: &'s [spec::Operation]) -> Vec<Numbers> {
        let mut seen = HashMap::new();
        let mut all = Vec::new();
        let mut row = Row::default();
        for (value, op) in counted(list, 1, |op| op.value.as_ref()) {
            if row.goes_on(op.value.is_some()) {
                let fits = self.number_fits(op, op.value.as_ref(), value);
                if !(self.number_once(&mut seen, op, value, "number") && fits) {
                    row.is_wrong();
                }
            }
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
        let (mut requests, mut replies) = (Row::default(), Row::default());
        let mut all = Vec::new();
        for op in list {
            let mut numbers = Numbers::default();
            if let Some(first) = op.doit.as_ref().or(op.dump.as_ref()) {
                let written = |message: &'s Option<spec::Message>| message.as_ref()?.value.as_ref();
                let own = written(&first.request);
                let first_request = own.map_or(request, |own| own.value);
                request = first_request.saturating_add(1);
                if requests.goes_on(own.is_some()) {
                    let fits = self.number_fits(op, own, first_request);
                    if !(self.number_once(&mut asked, op, first_request, "request number") && fits)
                    {
                        requests.is_wrong();
                    }
                }
                let first_reply = first.reply.as_ref().map(|message| {
                    let own = message.value.as_ref();
                    let number = own.map_or(reply, |own| own.value);
                    reply = number.saturating_add(1);
                    if replies.goes_on(own.is_some()) && !self.number_fits(op, own, number) {
                        replies.is_wrong();
                    }
                    number
                });
                numbers.doit = (first_request, first_reply);
                numbers.dump = match &op.dump {
                    Some(dump) => {
                        let own = [written(&dump.request), written(&dump.reply)];
                        // The first mode's numbers have been looked at.
                        for own in own.iter().flatten().filter(|_| op.doit.is_some()) {
                            self.number_fits(op, Some(own), own.value);
                        }
                        let [own_request, own_reply] = own.map(|own| own.map(|own| own.value));
                        (
                            own_request.unwrap_or(first_request),
                            own_reply.or(first_reply),
                        )
                    }
                    None => numbers.doit,
                };
            } else if op.notify.is_some() || op.event.is_some() {
                numbers.told = op.value.as_ref().map_or(reply, |value| value.value);
                reply = numbers.told.saturating_add(1);
                if replies.goes_on(op.value.is_some()) {
                    let fits = self.number_fits(op, op.value.as_ref(), numbers.told);
                    if !(self.number_once(&mut told, op, numbers.told, "number") && fits) {
                        replies.is_wrong();
                    }
                }
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

    /// The greatest command.
    pub(super) fn greatest_command(&self) -> u16 {
        match self.is_raw() {
            true => u16::MAX,
            false => u8::MAX.into(),
        }
    }

    /// Whether a number, written or counted, is a command.
    fn number_fits(
        &mut self,
        op: &spec::Operation,
        written: Option<&At<i128>>,
        number: i128,
    ) -> bool {
        let greatest = self.greatest_command();
        let fits = (0..=i128::from(greatest)).contains(&number);
        if !fits {
            let span = written.map_or(op.name.span, |value| value.span);
            let message = format!("a command is a number from 0 to {greatest}, not {number}");
            let problem = Problem::new(Code::OutOfRange, span, message);
            self.add(problem.help(advice(written.is_some())));
        }
        fits
    }

    /// Whether no other operation has the number.
    fn number_once(
        &mut self,
        seen: &mut HashMap<i128, &'s At<String>>,
        op: &'s spec::Operation,
        value: i128,
        what: &str,
    ) -> bool {
        let first = seen.insert(value, &op.name);
        if let Some(first) = first {
            let message = format!(
                "the operations `{}` and `{}` have the same {what}, {value}",
                first.value, op.name.value
            );
            let problem = Problem::new(Code::SameNumber, op.name.span, message);
            self.add(problem.related(first.span, "first here"));
        }
        first.is_none()
    }
}
