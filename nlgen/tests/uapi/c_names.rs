//! The names that the constants of a spec have in C, and the values that the model gives them.
//!
//! Names follow the rules of the kernel's own generator: parts are joined with `-`, then everything is in
//! upper case with `_` for `-`. A prefix is that of the spec, or made of the family's and the item's names.

use nlgen::model::{ConstValue, Family, Protocol};
use nlgen::spec::{self, DefinitionKind};

/// The number of netfilter's protocol.
const NETLINK_NETFILTER: u16 = 12;

/// What a constant of C should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    Number(i128),
    Text(String),
}

/// A constant of C, and what the spec says of it.
#[derive(Clone, Debug)]
pub(crate) struct Constant {
    /// Its name or, of a struct, an expression.
    pub(crate) name: String,
    pub(crate) expected: Expected,
}

/// Names that do not follow the rules.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Rules {
    /// What the names in a set, in an enum or of flags begin with. One `*` on the left stands for any text,
    /// and on the right for the same text. The first that fits counts.
    pub(crate) prefixes: &'static [(&'static str, &'static str)],
    /// Single names: the one by the rules, and the one in C.
    pub(crate) names: &'static [(&'static str, &'static str)],
    /// What the names of operations begin with.
    pub(crate) operations: Option<&'static str>,
}

impl Rules {
    fn prefix(&self, name: &str) -> Option<String> {
        self.prefixes.iter().find_map(|(pattern, prefix)| {
            let Some((begin, end)) = pattern.split_once('*') else {
                return (*pattern == name).then(|| (*prefix).to_owned());
            };
            let middle = name.strip_prefix(begin)?.strip_suffix(end)?;
            Some(prefix.replace('*', middle))
        })
    }
}

/// The headers that declare what is in a spec.
pub(crate) fn headers(spec: &spec::Family) -> Vec<String> {
    let own = match &spec.uapi_header {
        Some(header) => header.value.clone(),
        None => format!("linux/{}.h", spec.name.value),
    };
    // What is the kernel's own is not in its uapi headers.
    let kernel = |item: &&spec::Definition| {
        let scope = item.scope.as_ref();
        scope.is_some_and(|scope| scope.value == spec::Scope::Kernel)
    };
    let others = spec
        .definitions
        .iter()
        .filter(|item| !kernel(item))
        .filter_map(|item| item.header.as_ref());
    let mut headers: Vec<String> = vec![own];
    headers.extend(others.map(|header| header.value.clone()));
    headers.sort();
    headers.dedup();
    headers
}

/// Every constant of a spec that C code can name.
pub(crate) fn constants(spec: &spec::Family, family: &Family, rules: Rules) -> Vec<Constant> {
    let mut list = List {
        family: &family.name,
        rules,
        constants: Vec::new(),
    };
    list.head(spec, family);
    list.definitions(spec, family);
    list.sets(spec, family);
    list.operations(spec, family);
    list.groups(spec, family);
    list.constants
}

/// The name in C of what has this name in a spec.
fn upper(name: &str) -> String {
    name.replace(['-', ' '], "_").to_uppercase()
}

struct List<'f> {
    family: &'f str,
    rules: Rules,
    constants: Vec<Constant>,
}

impl List<'_> {
    fn number(&mut self, name: &str, value: i128) {
        let name = upper(name);
        let own = self.rules.names.iter().find(|(known, _)| *known == name);
        self.constants.push(Constant {
            name: own.map_or(name, |(_, own)| (*own).to_owned()),
            expected: Expected::Number(value),
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
            let own = item.name_prefix.as_ref().map(|own| own.value.clone());
            let own = self.rules.prefix(&item.name.value).or(own);
            let prefix = match (own, item.kind.value, &item.header) {
                (Some(prefix), ..) => prefix,
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
            let own = written.name_prefix.as_ref().map(|own| own.value.clone());
            let prefix = match self.rules.prefix(&set.name).or(own) {
                Some(prefix) => prefix,
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
        let own = written.name_prefix.as_ref().map(|own| own.as_str());
        let asked = match self.rules.operations.or(own) {
            Some(prefix) => prefix.to_owned(),
            None => format!("{}-cmd-", self.family),
        };
        let told = written
            .async_prefix
            .as_ref()
            .map_or(asked.as_str(), |prefix| prefix.as_str());
        for operation in &family.operations {
            for mode in [&operation.doit, &operation.dump].into_iter().flatten() {
                let name = format!("{asked}{}", operation.name);
                self.command(&name, mode.command, family.protocol);
                if let Some(reply) = mode.reply_command {
                    self.reply(&name, mode.command, reply, family.protocol);
                }
            }
        }
        for notification in &family.notifications {
            let name = match family.protocol {
                // What is told has the type of what was asked for.
                Protocol::Raw { .. } => notification.name.trim_end_matches("-ntf"),
                Protocol::Generic { .. } => notification.name.as_str(),
            };
            let name = format!("{told}{name}");
            self.command(&name, notification.command, family.protocol);
        }
    }

    /// In netfilter, types are a subsystem and a number in it, and the number has the name.
    fn command(&mut self, name: &str, command: u16, protocol: Protocol) {
        match protocol {
            Protocol::Raw {
                number: NETLINK_NETFILTER,
            } if command > 0xff => self.number(name, (command & 0xff).into()),
            _ => self.number(name, command.into()),
        }
    }

    /// The language has no names for replies that are numbered by themselves; families do.
    fn reply(&mut self, request: &str, command: u16, reply: u16, protocol: Protocol) {
        if self.family == "ethtool" {
            return self.command(&format!("{request}-reply"), reply, protocol);
        }
        if command != reply {
            // What is asked for is told as what is new: GETLINK and NEWLINK.
            let told = match request.rsplit_once("get") {
                Some((before, after)) => format!("{before}new{after}"),
                None => panic!("{request} is answered under a name that nobody knows"),
            };
            self.command(&told, reply, protocol);
        }
    }

    /// Groups of generic netlink have a name that C can have a name for, others a number.
    fn groups(&mut self, spec: &spec::Family, family: &Family) {
        let groups = spec.mcast_groups.iter().flat_map(|groups| &groups.list);
        for group in groups {
            if let Some(name) = &group.c_define_name {
                self.text(name, &group.name);
            }
        }
        for group in &family.groups {
            if let Some(number) = group.number {
                self.number(&group.name, number.into());
            }
        }
    }
}
