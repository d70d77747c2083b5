//! The picture of a message: boxes in the order of its bytes, nests with boxes inside.

use std::fmt::Write;

use super::super::layout::{Picture, Slot};
use super::super::words;
use super::{escaped, kind, link};
use crate::emit::docs::anchors;
use crate::model::Family;

/// Draws a message under a caption.
pub(super) fn draw(family: &Family, caption: &str, picture: &Picture<'_>, page: &mut String) {
    let _ = write!(
        page,
        "<figure>\n<figcaption>{}</figcaption>\n<div class=\"message\">\n<div class=\"headers\">\n",
        escaped(caption)
    );
    for header in &picture.headers {
        let name = match header.target {
            Some(target) => link(&anchors::of(target, family), header.name),
            None => escaped(header.name),
        };
        let end = (header.offset + header.len).saturating_sub(1);
        let _ = writeln!(
            page,
            "<div class=\"head\"><small>{}–{end}</small> <b>{name}</b> <span>{}</span></div>",
            header.offset,
            escaped(&header.note)
        );
    }
    page.push_str("</div>\n");
    match picture.attributes.is_empty() {
        true => page.push_str("<p class=\"none\">no attributes</p>\n"),
        false => slots(family, &picture.attributes, page),
    }
    page.push_str("</div>\n</figure>\n");
}

fn slots(family: &Family, all: &[Slot<'_>], page: &mut String) {
    page.push_str("<ul class=\"attrs\">\n");
    for slot in all {
        let attribute = slot.attribute;
        let anchor = anchors::attribute(family, slot.set, &attribute.name);
        let len = slot
            .len
            .map_or_else(|| "4 + …".to_owned(), |len| format!("4 + {len}"));
        let _ = write!(
            page,
            "<li><small>{}</small> <b>{}</b> <span>{}</span> <em>{len}</em>",
            attribute.number,
            link(&anchor, &attribute.name),
            kind(family, &slot.kind),
        );
        let limits = words::limits(family, attribute);
        if !limits.is_empty() {
            let _ = write!(page, " <i>{}</i>", escaped(&limits.join(", ")));
        }
        if !slot.inside.is_empty() {
            page.push('\n');
            slots(family, &slot.inside, page);
        }
        page.push_str("</li>\n");
    }
    page.push_str("</ul>\n");
}
