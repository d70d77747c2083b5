//! Operations, notifications and groups.

use std::fmt::Write;

use super::super::anchors::anchor;
use super::super::layout::Picture;
use super::super::words;
use super::{escaped, heading, item, link, paragraphs, picture};
use crate::model::{Family, MessageId, Mode, Operation};

pub(super) fn operations(family: &Family, page: &mut String) {
    heading("Operations", family.operations.len(), page);
    if !family.operations.is_empty() {
        page.push_str(
            "<p class=\"facts\">Pictures show messages in the order of their bytes. An attribute is 4 bytes \
             of length and number, its payload, and zeros up to a multiple of 4. Attributes come in any \
             order, and most may be left out.</p>\n",
        );
    }
    for (place, operation) in family.operations.iter().enumerate() {
        let mut badges = Vec::new();
        badges.extend(operation.doit.as_ref().map(|_| "do"));
        badges.extend(operation.dump.as_ref().map(|_| "dump"));
        item("op", place, &operation.name, &badges, page);
        paragraphs(operation.doc.as_deref(), page);
        notes(family, operation, page);
        if let Some(mode) = &operation.doit {
            self::mode(family, mode, page);
        }
        if let Some(mode) = &operation.dump {
            dump(family, operation.doit.as_ref(), mode, page);
        }
        page.push_str("</section>\n");
    }
}

/// Who may ask, what is unusual in the answers, and which kernels have it.
fn notes(family: &Family, operation: &Operation, page: &mut String) {
    let mut notes = Vec::new();
    notes.extend(words::permission(operation.permission).map(|text| format!("It {text}.")));
    notes.extend(words::answers(family, operation));
    notes.extend(operation.config.as_deref().map(words::config));
    if !notes.is_empty() {
        let _ = writeln!(page, "<p class=\"facts\">{}</p>", escaped(&notes.join(" ")));
    }
}

fn mode(family: &Family, mode: &Mode, page: &mut String) {
    message(family, "Request", Some(mode.request), mode.command, page);
    match mode.reply_command {
        Some(command) => message(family, "Reply", mode.reply, command, page),
        None => page.push_str("<p class=\"facts\">No reply but the acknowledgement.</p>\n"),
    }
}

/// A dump. Its objects are shown unless they are as the replies.
fn dump(family: &Family, doit: Option<&Mode>, mode: &Mode, page: &mut String) {
    message(
        family,
        "Request for a dump",
        Some(mode.request),
        mode.command,
        page,
    );
    match (mode.reply_command, doit.and_then(|doit| doit.reply_command)) {
        (Some(command), same)
            if same == Some(command) && doit.is_some_and(|doit| doit.reply == mode.reply) =>
        {
            page.push_str("<p class=\"facts\">Each object of the dump is as the reply.</p>\n");
        }
        (Some(command), _) => {
            message(family, "Each object of the dump", mode.reply, command, page);
        }
        (None, _) => page.push_str("<p class=\"facts\">The dump has no objects.</p>\n"),
    }
}

fn message(
    family: &Family,
    caption: &str,
    message: Option<MessageId>,
    command: u16,
    page: &mut String,
) {
    let message = message.map(|id| family.message(id));
    picture::draw(
        family,
        caption,
        &Picture::of(family, message, command),
        page,
    );
}

pub(super) fn notifications(family: &Family, page: &mut String) {
    heading("Notifications", family.notifications.len(), page);
    for (place, notification) in family.notifications.iter().enumerate() {
        item("ntf", place, &notification.name, &["event"], page);
        paragraphs(notification.doc.as_deref(), page);
        if let Some(group) = &notification.group {
            let known = family.groups.iter().position(|known| known.name == *group);
            let link = link(&anchor("group", known.unwrap_or_default(), group), group);
            let _ = writeln!(page, "<p class=\"facts\">Sent to the group {link}.</p>");
        }
        if let Some(name) = &notification.config {
            let text = words::config(name);
            let _ = writeln!(page, "<p class=\"facts\">{}</p>", escaped(&text));
        }
        let caption = "Message";
        message(
            family,
            caption,
            notification.message,
            notification.command,
            page,
        );
        page.push_str("</section>\n");
    }
}

pub(super) fn groups(family: &Family, page: &mut String) {
    heading("Multicast groups", family.groups.len(), page);
    for (place, group) in family.groups.iter().enumerate() {
        item("group", place, &group.name, &[], page);
        if let Some(number) = group.number {
            let _ = writeln!(page, "<p class=\"facts\">Number {number}.</p>");
        }
        if let Some(text) = words::joining(group) {
            let _ = writeln!(page, "<p class=\"facts\">{text}</p>");
        }
        let notifications = family.notifications.iter().enumerate();
        let sent = notifications.filter(|(_, one)| one.group.as_deref() == Some(&group.name));
        let links: Vec<String> = sent
            .map(|(place, one)| link(&anchor("ntf", place, &one.name), &one.name))
            .collect();
        if !links.is_empty() {
            let _ = writeln!(page, "<p>Carries {}.</p>", links.join(", "));
        }
        page.push_str("</section>\n");
    }
}
