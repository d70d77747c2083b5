//! The names that the constants of a spec have in C, and the values that the model gives them.
//!
//! Names follow the rules of the kernel's own generator: parts are joined with `-`, then everything is in
//! upper case with `_` for `-`. A prefix is that of the spec, or made of the family's and the item's names.

use nlgen::model::{ConstValue, Family, Protocol};
use nlgen::spec::{self, DefinitionKind};

/// What a constant of C should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    Number(i128),
    Text(String),
}

/// A constant of C, and what the spec says of it.
#[derive(Clone, Debug)]
pub(crate) struct Constant {
    pub(crate) name: String,
    pub(crate) expected: Expected,
}

/// The headers that declare what is in a spec.
pub(crate) fn headers(spec: &spec::Family) -> Vec<String> {
    let own = match &spec.uapi_header {
        Some(header) => header.value.clone(),
        None => format!("linux/{}.h", spec.name.value),
    };
    let others = spec
        .definitions
        .iter()
        .filter_map(|item| item.header.as_ref());
    let mut headers: Vec<String> = vec![own];
    headers.extend(others.map(|header| header.value.clone()));
    headers.sort();
    headers.dedup();
    headers
}

/// Every constant of a spec that C code can name.
pub(crate) fn constants(spec: &spec::Family, family: &Family) -> Vec<Constant> {
    let mut list = List {
        family: &family.name,
        constants: Vec::new(),
    };
    list.head(spec, family);
    list.definitions(spec, family);
    list.sets(spec, family);
    list.operations(spec, family);
    list.groups(spec);
    list.constants
}

/// The name in C of what has this name in a spec.
fn upper(name: &str) -> String {
    name.replace('-', "_").to_uppercase()
}

struct List<'f> {
    family: &'f str,
    constants: Vec<Constant>,
}

impl List<'_> {
    fn number(&mut self, name: &str, value: i128) {
        let expected = Expected::Number(value);
        self.constants.push(Constant {
            name: upper(name),
            expected,
        });
    }

    fn text(&mut self, name: &str, text: &str) {
        let expected = Expected::Text(text.to_owned());
        self.constants.push(Constant {
            name: upper(name),
            expected,
        });
    }

    fn head(&mut self, spec: &spec::Family, family: &Family) {
        if let Some(name) = &spec.c_family_name {
            self.text(name, &family.name);
        }
        if let (Some(name), Protocol::Generic { version }) = (&spec.c_version_name, family.protocol)
        {
            self.number(name, version.into());
        }
    }

    fn definitions(&mut self, spec: &spec::Family, family: &Family) {
        for item in &spec.definitions {
            let prefix = match (&item.name_prefix, item.kind.value, &item.header) {
                (Some(prefix), ..) => prefix.value.clone(),
                // A constant of another header has its name there.
                (None, DefinitionKind::Const, Some(_)) => String::new(),
                (None, DefinitionKind::Const, None) => format!("{}-", self.family),
                (None, ..) => format!("{}-{}-", self.family, item.name.value),
            };
            if let Some(constant) = family
                .consts
                .iter()
                .find(|known| known.name == item.name.value)
            {
                let name = format!("{prefix}{}", constant.name);
                match &constant.value {
                    ConstValue::Int(value) => self.number(&name, *value),
                    ConstValue::Text(text) => self.text(&name, text),
                }
            }
            if let Some(known) = family
                .enums
                .iter()
                .find(|known| known.name == item.name.value)
            {
                let flags = item.kind.value == DefinitionKind::Flags;
                for entry in &known.entries {
                    let value = if flags { 1 << entry.value } else { entry.value };
                    self.number(&format!("{prefix}{}", entry.name), value);
                }
            }
        }
    }

    /// Subsets have the numbers of their parent, and no names of their own.
    fn sets(&mut self, spec: &spec::Family, family: &Family) {
        for (written, set) in spec.attribute_sets.iter().zip(&family.sets) {
            assert_eq!(written.name.value, set.name);
            if set.subset_of.is_some() {
                continue;
            }
            let prefix = match &written.name_prefix {
                Some(prefix) => prefix.value.clone(),
                None if set.name == self.family => format!("{}-a-", self.family),
                None => format!("{}-a-{}-", self.family, set.name),
            };
            for attr in &set.attributes {
                let written = written
                    .attributes
                    .iter()
                    .find(|found| found.name.value == attr.name);
                let own = written.and_then(|attr| attr.name_prefix.as_ref());
                let prefix = own.map_or(prefix.as_str(), |own| own.as_str());
                self.number(&format!("{prefix}{}", attr.name), attr.number.into());
            }
        }
    }

    fn operations(&mut self, spec: &spec::Family, family: &Family) {
        let written = &spec.operations;
        let asked = match &written.name_prefix {
            Some(prefix) => prefix.value.clone(),
            None => format!("{}-cmd-", self.family),
        };
        let told = written
            .async_prefix
            .as_ref()
            .map_or(asked.as_str(), |prefix| prefix.as_str());
        for operation in &family.operations {
            for mode in [&operation.doit, &operation.dump].into_iter().flatten() {
                let name = format!("{asked}{}", operation.name);
                self.number(&name, mode.command.into());
                if let Some(reply) = mode.reply_command {
                    self.reply(&name, mode.command, reply);
                }
            }
        }
        for notification in &family.notifications {
            self.number(
                &format!("{told}{}", notification.name),
                notification.command.into(),
            );
        }
    }

    /// The language has no names for replies that are numbered by themselves; families do.
    fn reply(&mut self, request: &str, command: u16, reply: u16) {
        match (self.family, request) {
            ("nlctrl", "ctrl-cmd-getfamily") => self.number("ctrl-cmd-newfamily", reply.into()),
            ("ethtool", _) => self.number(&format!("{request}-reply"), reply.into()),
            _ => assert_eq!(
                command, reply,
                "{request} is answered under a name that nobody knows"
            ),
        }
    }

    fn groups(&mut self, spec: &spec::Family) {
        let groups = spec.mcast_groups.iter().flat_map(|groups| &groups.list);
        for group in groups {
            if let Some(name) = &group.c_define_name {
                self.text(name, &group.name);
            }
        }
    }
}
