//! Sets of attributes, and payloads that an attribute selects.

use std::fmt::Write;

use super::super::anchors;
use super::super::words::{self, Target};
use super::{escaped, heading, item, kind, link, paragraphs};
use crate::model::{Attribute, Family, Set, SetId};

pub(super) fn sets(family: &Family, page: &mut String) {
    heading("Attribute sets", family.sets.len(), page);
    for (place, set) in family.sets.iter().enumerate() {
        let id = SetId(place);
        item("set", place, &set.name, &[], page);
        paragraphs(set.doc.as_deref(), page);
        let mut facts = Vec::new();
        facts.extend(set.subset_of.map(|parent| {
            let target = Target::Set(parent);
            let link = link(&anchors::of(target, family), target.name(family));
            format!("A subset of {link}.")
        }));
        let users = users(family, id);
        if !users.is_empty() {
            facts.push(format!("In {}.", users.join(", ")));
        }
        if !facts.is_empty() {
            let _ = writeln!(page, "<p class=\"facts\">{}</p>", facts.join(" "));
        }
        table(family, id, set, page);
        page.push_str("</section>\n");
    }
}

/// Links to the attributes of other sets that are made of this one.
fn users(family: &Family, id: SetId) -> Vec<String> {
    let mut users = Vec::new();
    for (place, set) in family.sets.iter().enumerate() {
        for attribute in &set.attributes {
            if words::kind(attribute).target == Some(Target::Set(id)) {
                let anchor = anchors::attribute(family, SetId(place), &attribute.name);
                users.push(link(&anchor, &format!("{}.{}", set.name, attribute.name)));
            }
        }
    }
    users
}

fn table(family: &Family, id: SetId, set: &Set, page: &mut String) {
    if set.attributes.is_empty() {
        page.push_str("<p class=\"none\">no attributes</p>\n");
        return;
    }
    page.push_str(
        "<table>\n<thead><tr><th>No.</th><th>Attribute</th><th>Type</th><th>Limits</th>\
         <th>Meaning</th></tr></thead>\n<tbody>\n",
    );
    for attribute in &set.attributes {
        row(family, id, attribute, page);
    }
    page.push_str("</tbody>\n</table>\n");
}

fn row(family: &Family, id: SetId, attribute: &Attribute, page: &mut String) {
    let anchor = anchors::attribute(family, id, &attribute.name);
    let limits = words::limits(family, attribute).join(", ");
    let mut doc = attribute.doc.clone().unwrap_or_default();
    if let Some(differs) = &attribute.kernel_differs {
        doc = format!("{doc} {differs}");
    }
    let _ = writeln!(
        page,
        "<tr id=\"{anchor}\"><td class=\"no\">{}</td><td class=\"name\">{}</td><td>{}</td>\
         <td>{}</td><td>{}</td></tr>",
        attribute.number,
        escaped(&attribute.name),
        kind(family, &words::kind(attribute)),
        escaped(&limits),
        escaped(doc.trim()),
    );
}

pub(super) fn sub_messages(family: &Family, page: &mut String) {
    heading("Sub-messages", family.sub_messages.len(), page);
    for (place, sub_message) in family.sub_messages.iter().enumerate() {
        item("sub-message", place, &sub_message.name, &[], page);
        page.push_str(
            "<table>\n<thead><tr><th>Selector</th><th>Header</th><th>Attributes</th></tr></thead>\n\
             <tbody>\n",
        );
        for format in &sub_message.formats {
            let target = |target: Option<Target>| {
                target.map_or_else(String::new, |target| {
                    link(&anchors::of(target, family), target.name(family))
                })
            };
            let _ = writeln!(
                page,
                "<tr><td class=\"name\">{}</td><td>{}</td><td>{}</td></tr>",
                match format.others {
                    true => "all others".to_owned(),
                    false => escaped(&format.value),
                },
                target(format.header.map(Target::Struct)),
                match &format.content {
                    Some(value) => escaped(&words::content(value).text),
                    None => target(format.set.map(Target::Set)),
                },
            );
        }
        page.push_str("</tbody>\n</table>\n</section>\n");
    }
}
