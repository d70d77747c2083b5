//! The structs of a family: one per message and nest, each with its name in Rust.

use super::enum_uses;
use super::operations::{Draft, DraftKind, DraftMessage, DraftMode};
use crate::model::name::{Scope, camel, camel_with, upper};
use crate::model::{
    Content, Family, Message, MessageId, Mode, Notification, Operation, SetId, StructId,
};

/// Names that generated code uses itself, and those of the prelude of every edition, which `use module::*` would hide.
const TAKEN_TYPES: &[&str] = &[
    "AsMut",
    "AsRef",
    "AsyncFn",
    "AsyncFnMut",
    "AsyncFnOnce",
    "Box",
    "Clone",
    "Copy",
    "Default",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "Event",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Future",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Self",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
];
const TAKEN_CONSTANTS: &[&str] = &["FAMILY"];

/// Adds the structs, the operations and all names to a family whose items are resolved.
pub(super) fn assemble(family: Family, drafts: &[Draft]) -> Family {
    let mut assembly = Assembly {
        family,
        types: Scope::with(TAKEN_TYPES),
        headed: Vec::new(),
    };
    assembly.operations(drafts);
    assembly.notifications(drafts);
    assembly.rows();
    assembly.nests(drafts);
    assembly.formats();
    assembly.structs();
    assembly.mark_built();
    assembly.mark_used();
    enum_uses::decide(&mut assembly.family, &mut assembly.types);
    assembly.constants();
    assembly.family
}

struct Assembly {
    family: Family,
    types: Scope,
    /// The structs of formats that begin with a header, which formats of several sub-messages share.
    headed: Vec<(StructId, SetId, MessageId)>,
}

impl Assembly {
    fn operations(&mut self, drafts: &[Draft]) {
        for draft in drafts {
            let DraftKind::Modes { notes, doit, dump } = &draft.kind else {
                continue;
            };
            let name = &draft.name;
            let request = format!("Request of `{name}`");
            let dump_request = format!("Request for a dump of `{name}`");
            let doit = doit
                .as_ref()
                .map(|mode| self.mode(draft, mode, "", &request, "Reply", &[]));
            let same = doit
                .iter()
                .filter_map(|mode| mode.reply)
                .collect::<Vec<_>>();
            let reply = if same.is_empty() {
                "Reply"
            } else {
                "DumpReply"
            };
            let dump = dump
                .as_ref()
                .map(|mode| self.mode(draft, mode, "Dump", &dump_request, reply, &same));
            self.family.operations.push(Operation {
                name: name.clone(),
                doc: draft.doc.clone(),
                permission: notes.permission,
                config: notes.config.clone(),
                kernel_differs: notes.kernel_differs.clone(),
                doit,
                dump,
                c: notes.c.clone(),
            });
        }
    }

    /// One mode. Its reply is one of `same` when that has the same attributes.
    fn mode(
        &mut self,
        draft: &Draft,
        mode: &DraftMode,
        suffix: &str,
        title: &str,
        reply_suffix: &str,
        same: &[MessageId],
    ) -> Mode {
        let ident = camel_with(&draft.name, suffix);
        let request = self.message(&mode.request, ident, "Request", title, draft.doc.clone());
        if let Some(request) = self.family.messages.get_mut(request.0) {
            request.built = true;
        }
        let reply = mode.reply.as_ref().map(|reply| {
            let equal = |id: &&MessageId| {
                let known = self.family.message(**id);
                known.set == reply.set
                    && known.fields == reply.fields
                    && known.header.as_ref().map(|(id, _)| *id) == reply.header
            };
            if let Some(known) = same.iter().find(equal) {
                return *known;
            }
            let ident = camel_with(&draft.name, reply_suffix);
            let title = match suffix {
                "" => format!("Reply to `{}`", draft.name),
                _ => format!("One object of a dump of `{}`", draft.name),
            };
            self.message(reply, ident, "_", &title, None)
        });
        Mode {
            command: mode.command,
            request,
            reply_command: mode.reply_command,
            reply,
            by_notifications: mode.by_notifications,
            lacks: mode.lacks,
            returns: mode.returns,
            c: mode.c.clone(),
        }
    }

    fn message(
        &mut self,
        draft: &DraftMessage,
        ident: String,
        suffix: &str,
        title: &str,
        doc: Option<String>,
    ) -> MessageId {
        let set = self.family.set(draft.set);
        let data = |at: &usize| set.attributes.get(*at).is_some_and(|attr| attr.is_data());
        let fields: Vec<usize> = draft.fields.iter().copied().filter(data).collect();
        let mut borrows = false;
        let mut idents = Scope::default();
        for attr in fields.iter().filter_map(|at| set.attributes.get(*at)) {
            borrows |= attr.borrows(&self.family);
            idents.take(attr.ident.clone(), "");
        }
        let header = draft
            .header
            .map(|id| (id, idents.take("header".to_owned(), "_")));
        let id = MessageId(self.family.messages.len());
        self.family.messages.push(Message {
            ident: self.types.take(ident, suffix),
            title: title.to_owned(),
            doc,
            header,
            set: draft.set,
            fields,
            built: false,
            borrows,
        });
        id
    }

    fn notifications(&mut self, drafts: &[Draft]) {
        let mut variants = Scope::with(&["Unknown"]);
        for draft in drafts {
            let (command, message, config, group) = match &draft.kind {
                DraftKind::Modes { .. } => continue,
                DraftKind::Notify {
                    command,
                    of,
                    config,
                    group,
                } => (command, self.reply_of(of), config, group),
                DraftKind::Event {
                    command,
                    message,
                    config,
                    group,
                } => {
                    let title = format!("What the event `{}` carries", draft.name);
                    let ident = camel(&draft.name);
                    let has_body = !message.fields.is_empty() || message.header.is_some();
                    let message = has_body
                        .then(|| self.message(message, ident, "Event", &title, draft.doc.clone()));
                    (command, message, config, group)
                }
            };
            self.family.notifications.push(Notification {
                name: draft.name.clone(),
                variant: variants.take(camel(&draft.name), "_"),
                doc: draft.doc.clone(),
                command: *command,
                message,
                config: config.clone(),
                group: group.clone(),
            });
        }
    }

    fn reply_of(&self, name: &str) -> Option<MessageId> {
        let operation = self.family.operations.iter().find(|op| op.name == name)?;
        let modes = [&operation.doit, &operation.dump].into_iter().flatten();
        modes.filter_map(|mode| mode.reply).next()
    }

    /// The structs of rows.
    fn rows(&mut self) {
        for set in 0..self.family.sets.len() {
            for at in 0.. {
                let Some(attr) = self.family.set(SetId(set)).attributes.get(at) else {
                    break;
                };
                let Content::Rows {
                    header, set: own, ..
                } = attr.content
                else {
                    continue;
                };
                let row = self.row(header, own);
                let set = self.family.sets.get_mut(set);
                let attr = set.and_then(|set| set.attributes.get_mut(at));
                if let Some(Content::Rows { message, .. }) = attr.map(|attr| &mut attr.content) {
                    *message = Some(row);
                }
            }
        }
    }

    /// The struct of a row, which subsets of one set share.
    fn row(&mut self, header: StructId, set: SetId) -> MessageId {
        let contents = self.family.sets.iter().flat_map(|set| &set.attributes);
        let known = contents.filter_map(|attr| match attr.content {
            Content::Rows {
                header: known,
                set: of,
                message,
                ..
            } if known == header && of == set => message,
            _ => None,
        });
        if let Some(known) = known.into_iter().next() {
            return known;
        }
        let attributes = self.family.set(set);
        let title = format!(
            "A row: the struct `{}` and the attributes of `{}`",
            self.family.structure(header).name,
            attributes.name
        );
        let (ident, doc) = (camel(&attributes.name), attributes.doc.clone());
        let draft = DraftMessage {
            header: Some(header),
            set,
            fields: (0..attributes.attributes.len()).collect(),
        };
        self.message(&draft, ident, "Row", &title, doc)
    }

    /// A struct for each set that is a nest, or that no operation or row begins with.
    fn nests(&mut self, drafts: &[Draft]) {
        let mut roots = roots(drafts);
        roots.extend(self.family.sets.iter().flat_map(row_sets));
        let mut nested: Vec<SetId> = self.family.sets.iter().flat_map(nested_sets).collect();
        let formats = self
            .family
            .sub_messages
            .iter()
            .flat_map(|item| &item.formats);
        nested.extend(formats.filter_map(|format| format.set));
        for at in 0..self.family.sets.len() {
            let id = SetId(at);
            if roots.contains(&id) && !nested.contains(&id) {
                continue;
            }
            let set = self.family.set(id);
            let title = format!("The attributes of `{}`", set.name);
            let ident = camel(&set.name);
            let doc = set.doc.clone();
            let draft = DraftMessage {
                header: None,
                set: id,
                fields: (0..set.attributes.len()).collect(),
            };
            let message = self.message(&draft, ident, "Attrs", &title, doc);
            if let Some(set) = self.family.sets.get_mut(at) {
                set.message = Some(message);
            }
        }
    }

    /// The structs of sub-messages' formats. Those that begin with a header have one of their own.
    fn formats(&mut self) {
        for at in 0..self.family.sub_messages.len() {
            let Some(item) = self.family.sub_messages.get(at) else {
                continue;
            };
            let ident = self.types.take(camel(&item.name), "Format");
            let mut formats = item.formats.clone();
            for format in &mut formats {
                let Some(set) = format.set else { continue };
                format.message = match format.header {
                    None => self.family.set(set).message,
                    Some(header) => Some(self.headed(header, set)),
                };
            }
            if let Some(item) = self.family.sub_messages.get_mut(at) {
                item.ident = ident;
                item.formats = formats;
            }
        }
    }

    /// The struct of a set behind a header.
    fn headed(&mut self, header: StructId, set: SetId) -> MessageId {
        let mut known = self.headed.iter();
        if let Some((.., message)) = known.find(|known| (known.0, known.1) == (header, set)) {
            return *message;
        }
        let attributes = self.family.set(set);
        let structure = &self.family.structure(header).name;
        let ident = camel_with(&attributes.name, "Headed");
        let title = format!(
            "The header `{structure}` and the attributes of `{}`",
            attributes.name
        );
        let draft = DraftMessage {
            header: Some(header),
            set,
            fields: (0..attributes.attributes.len()).collect(),
        };
        let message = self.message(&draft, ident, "_", &title, None);
        self.headed.push((header, set, message));
        message
    }

    fn structs(&mut self) {
        for item in &mut self.family.structs {
            item.ident = self.types.take(camel(&item.name), "Struct");
        }
    }

    /// People fill in requests, and the nests inside requests.
    fn mark_built(&mut self) {
        let mut open: Vec<usize> = (0..self.family.messages.len())
            .filter(|at| {
                self.family
                    .messages
                    .get(*at)
                    .is_some_and(|message| message.built)
            })
            .collect();
        while let Some(at) = open.pop() {
            let Some(message) = self.family.messages.get(at) else {
                continue;
            };
            let mut inner = Vec::new();
            for attr in self.family.fields(message) {
                let set = content_set(&attr.content);
                inner.extend(
                    set.and_then(|set| self.family.set(set).message)
                        .map(|id| id.0),
                );
                if let Content::Rows { message, .. } = &attr.content {
                    inner.extend(message.map(|id| id.0));
                }
                if let Content::SubMessage { id, .. } = &attr.content {
                    let formats = &self.family.sub_message(*id).formats;
                    inner.extend(
                        formats
                            .iter()
                            .filter_map(|format| format.message)
                            .map(|id| id.0),
                    );
                }
            }
            for at in inner {
                if let Some(message) = self.family.messages.get_mut(at)
                    && !message.built
                {
                    message.built = true;
                    open.push(at);
                }
            }
        }
    }

    /// Descriptions are made for the sets of structs, and those that they refer to.
    fn mark_used(&mut self) {
        let mut open: Vec<SetId> = self
            .family
            .messages
            .iter()
            .map(|message| message.set)
            .collect();
        let mut scope = Scope::default();
        while let Some(id) = open.pop() {
            let Some(set) = self.family.sets.get_mut(id.0) else {
                continue;
            };
            if !set.used {
                set.used = true;
                open.extend(nested_sets(set));
            }
        }
        for set in &mut self.family.sets {
            set.table = scope.take(upper(&set.name), "");
        }
    }

    fn constants(&mut self) {
        let mut scope = Scope::with(TAKEN_CONSTANTS);
        for item in &mut self.family.consts {
            item.ident = scope.take(item.ident.clone(), "_VALUE");
        }
    }
}

/// The sets that operations and events begin with.
fn roots(drafts: &[Draft]) -> Vec<SetId> {
    let mut roots = Vec::new();
    for draft in drafts {
        match &draft.kind {
            DraftKind::Modes { doit, dump, .. } => {
                for mode in [doit, dump].into_iter().flatten() {
                    roots.push(mode.request.set);
                    roots.extend(mode.reply.as_ref().map(|reply| reply.set));
                }
            }
            DraftKind::Event { message, .. } => roots.push(message.set),
            DraftKind::Notify { .. } => {}
        }
    }
    roots
}

/// The sets of the rows in a set.
fn row_sets(set: &crate::model::Set) -> Vec<SetId> {
    let contents = set.attributes.iter().map(|attr| &attr.content);
    let sets = contents.filter_map(|content| match content {
        Content::Rows { set, .. } => Some(*set),
        _ => None,
    });
    sets.collect()
}

fn nested_sets(set: &crate::model::Set) -> Vec<SetId> {
    let contents = set.attributes.iter().map(|attr| &attr.content);
    contents.filter_map(content_set).collect()
}

/// The set inside an attribute, if there is one.
fn content_set(content: &Content) -> Option<SetId> {
    match content {
        Content::Nest(set) | Content::Keyed { set, .. } => Some(*set),
        Content::Array(inner) => content_set(inner),
        _ => None,
    }
}
