//! Names of what only the kernel's code has: handlers, policies, tables, structs of messages.

use std::collections::HashSet;

use super::{Asked, Names};
use crate::emit::c::words::{lower, upper};
use crate::model::{Attribute, Content, Int, MessageId, Operation, SetId};

impl Names<'_> {
    /// The function that serves an operation.
    pub(crate) fn handler(&self, operation: &Operation, asked: Asked) -> String {
        let suffix = match asked {
            Asked::Do => "doit",
            Asked::Dump => "dumpit",
        };
        self.own(&format!("nl_{}_{suffix}", operation.name))
    }

    /// A function that the spec names (`pre`, `post`).
    pub(crate) fn hook(name: &str) -> String {
        lower(name)
    }

    /// The policy of an operation's mode, where each mode has one.
    pub(crate) fn mode_policy(&self, operation: &Operation, asked: Asked) -> String {
        let modes = [&operation.doit, &operation.dump];
        let both = modes
            .iter()
            .all(|mode| mode.as_ref().is_some_and(|mode| mode.c.has_request));
        let plain = self.own(&format!("{}_nl_policy", operation.name));
        match (both || self.is_nested_policy(&plain), asked) {
            (false, _) => plain,
            (true, Asked::Do) => self.own(&format!("{}_do_nl_policy", operation.name)),
            (true, Asked::Dump) => self.own(&format!("{}_dump_nl_policy", operation.name)),
        }
    }

    /// The policy of an operation, where both modes share one.
    pub(crate) fn operation_policy(&self, operation: &Operation) -> String {
        let plain = self.own(&format!("{}_nl_policy", operation.name));
        match self.is_nested_policy(&plain) {
            true => self.own(&format!("{}_op_nl_policy", operation.name)),
            false => plain,
        }
    }

    fn is_nested_policy(&self, name: &str) -> bool {
        self.nested.contains(name)
    }

    pub(super) fn nested_policies(&self) -> HashSet<String> {
        let attributes = self.family.sets.iter().flat_map(|set| &set.attributes);
        let nested = attributes.filter_map(|attribute| match &attribute.content {
            Content::Nest(set) => Some(*set),
            Content::Array(inner) => match **inner {
                Content::Nest(set) => Some(set),
                _ => None,
            },
            _ => None,
        });
        nested.map(|set| self.nested_policy(set)).collect()
    }

    /// The policy of all requests of a set that is a nest, too.
    pub(crate) fn global_policy(&self) -> String {
        self.own("requests_nl_policy")
    }

    /// The policy of a set: of nests, or of all requests.
    pub(crate) fn nested_policy(&self, set: SetId) -> String {
        let set = self.family.set(set);
        match set.name == self.family.name {
            true => self.own("nl_policy"),
            false => self.own(&format!("{}_nl_policy", set.name)),
        }
    }

    /// An attribute's name in a policy's parts: a subset's own, where its content or its checks are its own.
    fn checked(&self, set: SetId, attribute: &Attribute) -> String {
        let root = self.family.set(self.root(set)).attributes.iter();
        let mut same = root.filter(|known| {
            let equal = known.content == attribute.content && known.checks == attribute.checks;
            known.number == attribute.number && equal
        });
        match same.next() {
            Some(_) => lower(&self.attribute(set, attribute)),
            None => {
                let set = &self.family.set(set).name;
                self.own(&format!("{set}_{}", attribute.name))
            }
        }
    }

    /// The limits of an attribute that do not fit into its policy.
    pub(crate) fn range(&self, set: SetId, attribute: &Attribute) -> String {
        format!("{}_range", self.checked(set, attribute))
    }

    /// The function that checks an attribute whose values have gaps.
    pub(crate) fn validate(&self, set: SetId, attribute: &Attribute) -> String {
        format!("{}_validate", self.checked(set, attribute))
    }

    /// The table of operations.
    pub(crate) fn ops(&self) -> String {
        self.own("nl_ops")
    }

    /// The count of table entries that a configuration of the kernel has.
    pub(crate) fn ops_if(&self, config: &str) -> String {
        self.own_upper(&format!("NL_OPS_{}", upper(config)))
    }

    /// The table of groups.
    pub(crate) fn groups(&self) -> String {
        self.own("nl_mcgrps")
    }

    /// The family's struct.
    pub(crate) fn family(&self) -> String {
        self.own("nl_family")
    }

    /// The function that prepares a socket's private state, or with `destroy` the one that ends it.
    pub(crate) fn sock_priv(&self, word: &str) -> String {
        self.own(&format!("nl_sock_priv_{word}"))
    }

    /// The option of the kernel's configuration that a `config-cond` names.
    pub(crate) fn config(name: &str) -> String {
        format!("CONFIG_{}", upper(name))
    }

    /// The tag of a message's struct, without the keyword.
    pub(crate) fn message(&self, id: MessageId) -> &str {
        self.messages.get(id.0).map_or("", |name| name)
    }

    pub(super) fn message_name(&self, id: MessageId) -> String {
        for op in &self.family.operations {
            let modes = [("", &op.doit), ("_dump", &op.dump)];
            for (mode_word, mode) in modes {
                let Some(mode) = mode else { continue };
                if mode.request == id {
                    return self.own(&format!("{}_req{mode_word}", op.name));
                }
                if mode.reply == Some(id) {
                    return self.own(&format!("{}_rsp{mode_word}", op.name));
                }
            }
        }
        let mut told = self.family.notifications.iter();
        if let Some(event) = told.find(|item| item.message == Some(id)) {
            return self.own(&format!("{}_event", event.name));
        }
        let message = self.family.message(id);
        let set = self.family.set(message.set);
        match message.header {
            None => self.own(&format!("{}_attrs", set.name)),
            Some((header, _)) => {
                let header = &self.family.structure(header).name;
                self.own(&format!("{}_{header}_attrs", set.name))
            }
        }
    }
}

/// The kernel's own type of an integer in the machine's byte order.
pub(crate) fn plain_type(int: Int) -> String {
    let sign = if int.signed { 's' } else { 'u' };
    format!("{sign}{}", 8 * u32::from(int.repr().bytes))
}
