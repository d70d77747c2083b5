//! The page as Markdown.

use std::fmt::Write;

use super::layout::{Picture, Slot};
use super::words::{self, Kind, Target};
use crate::diagnostic::visible;
use crate::model::{Family, MessageId, Set};
use crate::text::markdown;

/// A family as a Markdown page (CommonMark with tables). `origin` is the name of the spec's file.
///
/// ```
/// # use nlgen::span::Source;
/// # let spec = "
/// # name: ping
/// # attribute-sets: [ { name: ping, attributes: [ { name: port, type: u16, doc: a | b } ] } ]
/// # operations: { list: [] }
/// # ";
/// let family = nlgen::load(Source::new("ping.yaml", spec))?;
/// let page = nlgen::emit::docs::markdown(&family, "ping.yaml");
/// assert!(page.starts_with("# ping"));
/// assert!(page.contains(r"| 1 | port | u16 |  | a \| b |"));
/// # Ok::<(), nlgen::diagnostic::SpecError>(())
/// ```
#[must_use]
pub fn markdown(family: &Family, origin: &str) -> String {
    let mut page = format!("# {}\n\n", escaped(&family.name));
    paragraph(family.doc.as_deref(), &mut page);
    let _ = writeln!(page, "{}.\n", words::protocol(family));
    operations(family, &mut page);
    notifications(family, &mut page);
    groups(family, &mut page);
    sets(family, &mut page);
    sub_messages(family, &mut page);
    enums(family, &mut page);
    structs(family, &mut page);
    consts(family, &mut page);
    let _ = writeln!(page, "Made by nlgen from {}.", escaped(origin));
    page
}

fn operations(family: &Family, page: &mut String) {
    heading("Operations", family.operations.len(), page);
    for operation in &family.operations {
        let _ = writeln!(page, "### {}\n", escaped(&operation.name));
        paragraph(operation.doc.as_deref(), page);
        if let Some(text) = words::permission(operation.permission) {
            let _ = writeln!(page, "It {text}.\n");
        }
        for sentence in words::answers(family, operation) {
            let _ = writeln!(page, "{}\n", escaped(&sentence));
        }
        if let Some(name) = &operation.config {
            let _ = writeln!(page, "{}\n", escaped(&words::config(name)));
        }
        let modes = [
            (&operation.doit, "Request", "Reply"),
            (
                &operation.dump,
                "Request for a dump",
                "Each object of the dump",
            ),
        ];
        for (mode, asked, answered) in modes {
            let Some(mode) = mode else { continue };
            message(family, asked, Some(mode.request), mode.command, page);
            match mode.reply_command {
                Some(command) => message(family, answered, mode.reply, command, page),
                None => page.push_str("No reply but the acknowledgement.\n\n"),
            }
        }
    }
}

fn notifications(family: &Family, page: &mut String) {
    heading("Notifications", family.notifications.len(), page);
    for notification in &family.notifications {
        let _ = writeln!(page, "### {}\n", escaped(&notification.name));
        paragraph(notification.doc.as_deref(), page);
        if let Some(group) = &notification.group {
            let _ = writeln!(page, "Sent to the group {}.\n", escaped(group));
        }
        if let Some(name) = &notification.config {
            let _ = writeln!(page, "{}\n", escaped(&words::config(name)));
        }
        message(
            family,
            "Message",
            notification.message,
            notification.command,
            page,
        );
    }
}

fn groups(family: &Family, page: &mut String) {
    heading("Multicast groups", family.groups.len(), page);
    for group in &family.groups {
        let number = group
            .number
            .map_or_else(String::new, |number| format!(", number {number}"));
        let joining = words::joining(group).map_or_else(String::new, |text| format!(". {text}"));
        let _ = writeln!(page, "- {}{number}{joining}", escaped(&group.name));
    }
    end_list(family.groups.len(), page);
}

fn sets(family: &Family, page: &mut String) {
    heading("Attribute sets", family.sets.len(), page);
    for set in &family.sets {
        let _ = writeln!(page, "### {}\n", escaped(&set.name));
        paragraph(set.doc.as_deref(), page);
        if let Some(parent) = set.subset_of {
            let _ = writeln!(page, "A subset of {}.\n", link(&family.set(parent).name));
        }
        rows(family, set, page);
    }
}

fn rows(family: &Family, set: &Set, page: &mut String) {
    if set.attributes.is_empty() {
        return;
    }
    page.push_str("| No. | Attribute | Type | Limits | Meaning |\n|--:|---|---|---|---|\n");
    for attribute in &set.attributes {
        let mut doc = attribute.doc.clone().unwrap_or_default();
        if let Some(differs) = &attribute.kernel_differs {
            doc = format!("{doc} {differs}");
        }
        let _ = writeln!(
            page,
            "| {} | {} | {} | {} | {} |",
            attribute.number,
            escaped(&attribute.name),
            kind(family, &words::kind(attribute)),
            escaped(&words::limits(family, attribute).join(", ")),
            escaped(doc.trim()),
        );
    }
    page.push('\n');
}

fn sub_messages(family: &Family, page: &mut String) {
    heading("Sub-messages", family.sub_messages.len(), page);
    for sub_message in &family.sub_messages {
        let _ = writeln!(page, "### {}\n", escaped(&sub_message.name));
        page.push_str("| Selector | Header | Attributes |\n|---|---|---|\n");
        for format in &sub_message.formats {
            let name = |target: Option<Target>| {
                target.map_or_else(String::new, |target| link(target.name(family)))
            };
            let header = name(format.header.map(Target::Struct));
            let set = match &format.content {
                Some(value) => escaped(&words::content(value).text),
                None => name(format.set.map(Target::Set)),
            };
            let value = match format.others {
                true => "all others".to_owned(),
                false => escaped(&format.value),
            };
            let _ = writeln!(page, "| {value} | {header} | {set} |");
        }
        page.push('\n');
    }
}

fn enums(family: &Family, page: &mut String) {
    heading("Enums and flags", family.enums.len(), page);
    for names in &family.enums {
        let _ = writeln!(page, "### {}\n", escaped(&names.name));
        paragraph(names.doc.as_deref(), page);
        let title = if words::is_flags(names) {
            "Bit"
        } else {
            "Value"
        };
        let _ = writeln!(page, "| {title} | Name | Meaning |\n|--:|---|---|");
        for entry in &names.entries {
            let doc = escaped(entry.doc.as_deref().unwrap_or_default());
            let _ = writeln!(
                page,
                "| {} | {} | {doc} |",
                entry.value,
                escaped(&entry.name)
            );
        }
        page.push('\n');
    }
}

fn structs(family: &Family, page: &mut String) {
    heading("Structs", family.structs.len(), page);
    for layout in &family.structs {
        let _ = writeln!(page, "### {}\n", escaped(&layout.name));
        paragraph(layout.doc.as_deref(), page);
        let _ = writeln!(page, "{} bytes.\n", layout.len);
        page.push_str("| Byte | Length | Member | Type | Meaning |\n|--:|--:|---|---|---|\n");
        for member in &layout.members {
            let _ = writeln!(
                page,
                "| {} | {} | {} | {} | {} |",
                member.offset,
                member.len,
                escaped(&member.name),
                kind(family, &words::content(&member.content)),
                escaped(member.doc.as_deref().unwrap_or_default()),
            );
        }
        page.push('\n');
    }
}

fn consts(family: &Family, page: &mut String) {
    heading("Constants", family.consts.len(), page);
    for constant in &family.consts {
        let value = escaped(&words::value(&constant.value));
        let doc = escaped(constant.doc.as_deref().unwrap_or_default());
        let _ = writeln!(page, "- {} = {value}. {doc}", escaped(&constant.name));
    }
    end_list(family.consts.len(), page);
}

/// A message as a block of text: a line for each header and attribute, in the order of its bytes.
fn message(
    family: &Family,
    caption: &str,
    message: Option<MessageId>,
    command: u16,
    page: &mut String,
) {
    let picture = Picture::of(family, message.map(|id| family.message(id)), command);
    let _ = writeln!(page, "{caption}:\n");
    for header in &picture.headers {
        let line = format!(
            "{:>4} {:<4} {}  {}",
            header.offset,
            format!("+{}", header.len),
            header.name,
            header.note
        );
        code(&line, page);
    }
    slots(family, &picture.attributes, 0, page);
    page.push('\n');
}

fn slots(family: &Family, all: &[Slot<'_>], depth: usize, page: &mut String) {
    for slot in all {
        let target = slot.kind.target.map(|target| target.name(family));
        let target = target.map_or_else(String::new, |name| format!(" {name}"));
        let repeated = if slot.kind.repeated { ", repeated" } else { "" };
        let len = slot
            .len
            .map_or_else(|| "+4…".to_owned(), |len| format!("+4+{len}"));
        let line = format!(
            "{:>9} {:indent$}[{}] {}: {}{target}{repeated}",
            len,
            "",
            slot.attribute.number,
            slot.attribute.name,
            slot.kind.text,
            indent = 3 * depth
        );
        code(&line, page);
        slots(family, &slot.inside, depth + 1, page);
    }
}

/// A line of a block of text. Indented blocks cannot be closed by what stands in them.
fn code(line: &str, page: &mut String) {
    let _ = writeln!(page, "    {}", visible(line).trim_end());
}

fn heading(title: &str, count: usize, page: &mut String) {
    if count != 0 {
        let _ = writeln!(page, "## {title}\n");
    }
}

fn end_list(count: usize, page: &mut String) {
    if count != 0 {
        page.push('\n');
    }
}

fn paragraph(text: Option<&str>, page: &mut String) {
    if let Some(text) = text {
        for paragraph in text.split("\n\n") {
            let _ = writeln!(page, "{}\n", escaped(paragraph));
        }
    }
}

/// A type, with a link to what it refers to.
fn kind(family: &Family, kind: &Kind) -> String {
    let mut text = escaped(&kind.text);
    if let Some(target) = kind.target {
        text.push(' ');
        text += &link(target.name(family));
    }
    if kind.repeated {
        text += ", repeated";
    }
    text
}

/// A link to the heading of a name, as renderers of Markdown make anchors of headings.
fn link(name: &str) -> String {
    let slug: String = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "-_ ".contains(*c))
        .map(|c| {
            if c == ' ' {
                '-'
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect();
    format!("[{}](#{slug})", escaped(name))
}

/// Text on one line, in which nothing is markup but code between backticks and addresses of the web.
fn escaped(text: &str) -> String {
    markdown::line(text)
}
