//! Keys of operations and of the family that say nothing.

use super::span;
use crate::lower::suspicious::Suspicious;
use crate::spec::{EnumModel, Operation, Protocol};

impl Suspicious<'_> {
    pub(super) fn operations(&mut self) {
        let spec = self.spec;
        let raw = spec.protocol.as_ref();
        if raw.is_some_and(|protocol| protocol.value == Protocol::NetlinkRaw) {
            let why = "only families of generic netlink have a version";
            self.says_nothing("version", span(&spec.version), why, "take it out");
        }
        let model = spec.operations.enum_model.as_ref();
        let directional = model.is_some_and(|model| model.value == EnumModel::Directional);
        for operation in &spec.operations.list {
            let asked = operation.doit.is_some() || operation.dump.is_some();
            let told = operation.notify.is_some() || operation.event.is_some();
            if asked {
                self.asked(operation, directional);
            } else {
                let why = match told {
                    true => "nobody asks for a notification or an event",
                    false => "without `do`, `dump`, `notify` and `event` it only takes up a number",
                };
                self.not_asked(operation, why);
            }
            if !asked && !told {
                self.only_a_number(operation);
            }
        }
    }

    fn asked(&mut self, operation: &Operation, directional: bool) {
        if directional {
            let why = "in the directional model each message has a number";
            let help = "put it into `request` and `reply`";
            self.says_nothing("value", span(&operation.value), why, help);
        }
        let why = "only notifications and events are sent to a group";
        self.says_nothing("mcgrp", span(&operation.mcgrp), why, "take it out");
    }

    /// What is about requests.
    fn not_asked(&mut self, operation: &Operation, why: &str) {
        let flags = operation.flags.first().map(|flag| flag.span);
        let checked = operation.dont_validate.first().map(|word| word.span);
        let differs = span(&operation.kernel_differs);
        for (key, at) in [
            ("flags", flags),
            ("dont-validate", checked),
            ("kernel-differs", differs),
        ] {
            self.says_nothing(key, at, why, "take it out");
        }
    }

    fn only_a_number(&mut self, operation: &Operation) {
        let why = "without `do`, `dump`, `notify` and `event` it only takes up a number";
        for (key, at) in [
            ("attribute-set", span(&operation.attribute_set)),
            ("fixed-header", span(&operation.fixed_header)),
            ("config-cond", span(&operation.config_cond)),
            ("mcgrp", span(&operation.mcgrp)),
        ] {
            self.says_nothing(key, at, why, "take it out, or add one of them");
        }
    }
}
