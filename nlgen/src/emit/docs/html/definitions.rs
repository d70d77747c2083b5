//! Enums, structs and constants.

use std::fmt::Write;

use super::super::words;
use super::{escaped, heading, item, kind, paragraphs};
use crate::model::{Enum, Family, Struct};

pub(super) fn enums(family: &Family, page: &mut String) {
    heading("Enums and flags", family.enums.len(), page);
    for (place, names) in family.enums.iter().enumerate() {
        let flags = words::is_flags(names);
        let badge = if flags { "flags" } else { "enum" };
        item("enum", place, &names.name, &[badge], page);
        paragraphs(names.doc.as_deref(), page);
        entries(names, flags, page);
        page.push_str("</section>\n");
    }
}

fn entries(names: &Enum, flags: bool, page: &mut String) {
    if names.entries.is_empty() {
        page.push_str("<p class=\"none\">no entries</p>\n");
        return;
    }
    let title = if flags { "Bit" } else { "Value" };
    let _ = write!(
        page,
        "<table>\n<thead><tr><th>{title}</th><th>Name</th><th>Meaning</th></tr></thead>\n<tbody>\n"
    );
    for entry in &names.entries {
        let _ = writeln!(
            page,
            "<tr><td class=\"no\">{}</td><td class=\"name\">{}</td><td>{}</td></tr>",
            entry.value,
            escaped(&entry.name),
            escaped(entry.doc.as_deref().unwrap_or_default()),
        );
    }
    page.push_str("</tbody>\n</table>\n");
}

pub(super) fn structs(family: &Family, page: &mut String) {
    heading("Structs", family.structs.len(), page);
    for (place, layout) in family.structs.iter().enumerate() {
        item("struct", place, &layout.name, &[], page);
        paragraphs(layout.doc.as_deref(), page);
        let _ = writeln!(page, "<p class=\"facts\">{} bytes.</p>", layout.len);
        members(family, layout, page);
        page.push_str("</section>\n");
    }
}

fn members(family: &Family, layout: &Struct, page: &mut String) {
    page.push_str(
        "<table>\n<thead><tr><th>Bytes</th><th>Member</th><th>Type</th><th>Meaning</th></tr>\
         </thead>\n<tbody>\n",
    );
    for member in &layout.members {
        let end = (member.offset + member.len).saturating_sub(1);
        let _ = writeln!(
            page,
            "<tr><td class=\"no\">{}–{end}</td><td class=\"name\">{}</td><td>{}</td><td>{}</td></tr>",
            member.offset,
            escaped(&member.name),
            kind(family, &words::content(&member.content)),
            escaped(member.doc.as_deref().unwrap_or_default()),
        );
    }
    page.push_str("</tbody>\n</table>\n");
}

pub(super) fn consts(family: &Family, page: &mut String) {
    heading("Constants", family.consts.len(), page);
    for (place, constant) in family.consts.iter().enumerate() {
        item("const", place, &constant.name, &[], page);
        paragraphs(constant.doc.as_deref(), page);
        let value = escaped(&words::value(&constant.value));
        let _ = writeln!(page, "<p><code>{value}</code></p>\n</section>");
    }
}
