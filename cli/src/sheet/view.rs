//! What is shown of a family: plain data, as `--json` prints it.

use nlgen::emit::docs::words;
use nlgen::model::{self, Family, MessageId, Set};
use serde::Serialize;

use crate::catalog::same_name;

/// A family, or the items of it that have one name.
#[derive(Debug, Serialize)]
pub(crate) struct Sheet {
    pub(super) family: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) doc: Option<String>,
    pub(super) protocol: String,
    pub(super) operations: Vec<Operation>,
    pub(super) notifications: Vec<Notification>,
    pub(super) groups: Vec<String>,
    pub(super) sets: Vec<Attributes>,
    pub(super) enums: Vec<Enum>,
    pub(super) structs: Vec<Struct>,
    pub(super) constants: Vec<Constant>,
}

#[derive(Debug, Serialize)]
pub(super) struct Operation {
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) doc: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) needs: Option<&'static str>,
    #[serde(rename = "do", skip_serializing_if = "Option::is_none")]
    pub(super) doit: Option<Mode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dump: Option<Mode>,
}

#[derive(Debug, Serialize)]
pub(super) struct Mode {
    pub(super) command: u16,
    pub(super) request: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reply: Option<Message>,
}

#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Message {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) header: Option<String>,
    pub(super) attributes: Vec<Attribute>,
}

#[derive(Debug, Serialize)]
pub(super) struct Notification {
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) doc: Option<String>,
    pub(super) command: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) group: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<Message>,
}

#[derive(Debug, Serialize)]
pub(super) struct Attributes {
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) doc: Option<String>,
    pub(super) attributes: Vec<Attribute>,
}

#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Attribute {
    pub(super) number: u16,
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// The set, enum, struct or sub-message that the type refers to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) of: Option<String>,
    pub(super) repeated: bool,
    pub(super) limits: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) doc: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Enum {
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) doc: Option<String>,
    /// Whether values are numbers of bits.
    pub(super) flags: bool,
    pub(super) entries: Vec<Entry>,
}

#[derive(Debug, Serialize)]
pub(super) struct Entry {
    pub(super) value: i128,
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) doc: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Struct {
    pub(super) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) doc: Option<String>,
    pub(super) len: usize,
    pub(super) members: Vec<Member>,
}

#[derive(Debug, Serialize)]
pub(super) struct Member {
    pub(super) offset: usize,
    pub(super) len: usize,
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) doc: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Constant {
    pub(super) name: String,
    pub(super) value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) doc: Option<String>,
}

/// What a list has of a family.
#[derive(Debug, Serialize)]
pub(crate) struct Head<'s> {
    pub(crate) family: &'s str,
    #[serde(skip_serializing_if = "Option::is_none")]
    doc: Option<&'s str>,
    protocol: &'s str,
}

impl Sheet {
    /// The family alone.
    pub(crate) fn head(&self) -> Head<'_> {
        Head {
            family: &self.family,
            doc: self.doc.as_deref(),
            protocol: &self.protocol,
        }
    }

    /// A family with all that its spec says.
    pub(crate) fn of(family: &Family) -> Self {
        Self {
            family: family.name.clone(),
            doc: family.doc.clone(),
            protocol: words::protocol(family),
            operations: all(&family.operations, |item| Operation::of(family, item)),
            notifications: all(&family.notifications, |item| Notification {
                name: item.name.clone(),
                doc: item.doc.clone(),
                command: item.command,
                group: item.group.clone(),
                message: item.message.map(|id| Message::of(family, id)),
            }),
            groups: all(&family.groups, |item| item.name.clone()),
            sets: all(&family.sets, |item| Attributes::of(family, item)),
            enums: all(&family.enums, Enum::of),
            structs: all(&family.structs, |item| Struct::of(family, item)),
            constants: all(&family.consts, |item| Constant {
                name: item.name.clone(),
                value: words::value(&item.value),
                doc: item.doc.clone(),
            }),
        }
    }

    /// The names of all items that [`only`](Self::only) finds.
    pub(crate) fn names(&self) -> Vec<&str> {
        let operations = self.operations.iter().map(|item| &item.name);
        let names = operations
            .chain(self.notifications.iter().map(|item| &item.name))
            .chain(self.sets.iter().map(|item| &item.name))
            .chain(self.enums.iter().map(|item| &item.name))
            .chain(self.structs.iter().map(|item| &item.name))
            .chain(self.constants.iter().map(|item| &item.name));
        names.map(String::as_str).collect()
    }

    /// The items of that name alone, of whatever kind; `None` when there is none.
    pub(crate) fn only(mut self, name: &str) -> Option<Self> {
        self.operations.retain(|item| same_name(&item.name, name));
        self.notifications
            .retain(|item| same_name(&item.name, name));
        self.sets.retain(|item| same_name(&item.name, name));
        self.enums.retain(|item| same_name(&item.name, name));
        self.structs.retain(|item| same_name(&item.name, name));
        self.constants.retain(|item| same_name(&item.name, name));
        self.groups.clear();
        (!self.names().is_empty()).then_some(self)
    }
}

fn all<T, U>(items: &[T], shown: impl Fn(&T) -> U) -> Vec<U> {
    items.iter().map(shown).collect()
}

impl Operation {
    fn of(family: &Family, item: &model::Operation) -> Self {
        let mode = |mode: &model::Mode| Mode {
            command: mode.command,
            request: Message::of(family, mode.request),
            reply: mode.reply.map(|id| Message::of(family, id)),
        };
        Self {
            name: item.name.clone(),
            doc: item.doc.clone(),
            needs: words::permission(item.permission),
            doit: item.doit.as_ref().map(mode),
            dump: item.dump.as_ref().map(mode),
        }
    }
}

impl Message {
    fn of(family: &Family, id: MessageId) -> Self {
        let message = family.message(id);
        let header = message.header.as_ref();
        Self {
            header: header.map(|(id, _)| family.structure(*id).name.clone()),
            attributes: family
                .fields(message)
                .map(|attribute| Attribute::of(family, attribute))
                .collect(),
        }
    }
}

impl Attributes {
    fn of(family: &Family, set: &Set) -> Self {
        Self {
            name: set.name.clone(),
            doc: set.doc.clone(),
            attributes: all(&set.attributes, |item| Attribute::of(family, item)),
        }
    }
}

impl Attribute {
    fn of(family: &Family, attribute: &model::Attribute) -> Self {
        let kind = words::kind(attribute);
        Self {
            number: attribute.number,
            name: attribute.name.clone(),
            kind: kind.text,
            of: kind.target.map(|target| target.name(family).to_owned()),
            repeated: kind.repeated,
            limits: words::limits(family, attribute),
            doc: attribute.doc.clone(),
        }
    }
}

impl Enum {
    fn of(names: &model::Enum) -> Self {
        Self {
            name: names.name.clone(),
            doc: names.doc.clone(),
            flags: words::is_flags(names),
            entries: all(&names.entries, |entry| Entry {
                value: entry.value,
                name: entry.name.clone(),
                doc: entry.doc.clone(),
            }),
        }
    }
}

impl Struct {
    fn of(family: &Family, layout: &model::Struct) -> Self {
        let member = |member: &model::Member| {
            let kind = words::content(&member.content);
            Member {
                offset: member.offset,
                len: member.len,
                name: member.name.clone(),
                kind: kind.text,
                of: kind.target.map(|target| target.name(family).to_owned()),
                doc: member.doc.clone(),
            }
        };
        Self {
            name: layout.name.clone(),
            doc: layout.doc.clone(),
            len: layout.len,
            members: all(&layout.members, member),
        }
    }
}
