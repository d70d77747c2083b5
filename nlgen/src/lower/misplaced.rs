//! Keys that mean nothing where they stand and would be read as if they were not there: they are refused.

use super::{Lower, content::span};
use crate::diagnostic::{Code, Problem};
use crate::model::{Checks, Int};
use crate::span::{At, Span};
use crate::spec::{self, Limit, MemberType};

impl Lower<'_> {
    /// Only a netlink protocol of its own has a number.
    pub(super) fn no_protonum(&mut self) {
        if let Some(number) = &self.spec.protonum {
            let message = "`protonum` is for `protocol: netlink-raw`: generic netlink has one number for all families";
            let problem = Problem::new(Code::WrongKey, number.span, message);
            self.add(problem.help("take it out, or write `protocol: netlink-raw`"));
        }
    }

    /// Keys of a member that do not go with its type.
    pub(super) fn misplaced_in_member(&mut self, member: &spec::Member) {
        let kind = member.kind.value;
        let int = Int::named(kind.as_str()).is_some();
        let rules = [
            ("len", span(&member.len), !int),
            ("enum", span(&member.names), int),
            (
                "struct",
                span(&member.structure),
                kind == MemberType::Binary,
            ),
        ];
        for (key, at, fits) in rules {
            if let Some(at) = at.filter(|_| !fits) {
                let message = format!("a member of the type `{}` has no `{key}`", kind.as_str());
                let problem = Problem::new(Code::WrongKey, at, message);
                self.add(problem.help("take it out, or change the type"));
            }
        }
    }

    /// A notification carries the reply of its operation: a set or a header of its own would say otherwise.
    pub(super) fn of_its_own(&mut self, op: &spec::Operation) {
        let spec = self.spec;
        let Some(of) = &op.notify else { return };
        let mut list = spec.operations.list.iter();
        let Some(asked) = list.find(|asked| *asked.name.value == *of.value) else {
            // That it is not there is a problem of its own.
            return;
        };
        let shared = spec.operations.fixed_header.as_ref();
        let keys = [
            (
                "attribute-set",
                &op.attribute_set,
                asked.attribute_set.as_ref(),
            ),
            (
                "fixed-header",
                &op.fixed_header,
                asked.fixed_header.as_ref().or(shared),
            ),
        ];
        for (key, own, asked) in keys {
            let Some(own) = own else { continue };
            if asked.is_some_and(|asked| *asked.value == *own.value) {
                continue;
            }
            let message = format!(
                "`{}` carries the reply of `{}`, whose `{key}` is {}",
                op.name.value,
                of.value,
                asked.map_or("none".to_owned(), |asked| format!("`{}`", asked.value)),
            );
            let problem = Problem::new(Code::WrongKey, own.span, message);
            self.add(problem.help("take it out, or make it an `event` with its own attributes"));
        }
    }

    /// Limits of a length that no length keeps, or that say the same twice.
    pub(super) fn check_lengths(&mut self, written: &spec::Checks, checks: &Checks) {
        let at = |limit: &Option<At<Limit>>| span(limit).unwrap_or_default();
        if let (Some(min), Some(max)) = (checks.min_len, checks.max_len)
            && min > max
        {
            let message = format!("no length is at least {min} and at most {max}");
            self.no_length(at(&written.max_len), message);
        }
        let Some(exact) = checks.exact_len else {
            return;
        };
        if checks.min_len.is_some_and(|min| min > exact) {
            let message = format!("the only length is {exact}, which is less than `min-len`");
            self.no_length(at(&written.min_len), message);
        }
        if checks.max_len.is_some_and(|max| max < exact) {
            let message = format!("the only length is {exact}, which is more than `max-len`");
            self.no_length(at(&written.max_len), message);
        }
    }

    fn no_length(&mut self, at: Span, message: String) {
        let problem = Problem::new(Code::OutOfRange, at, message);
        self.add(problem.help("change one of the two"));
    }
}
