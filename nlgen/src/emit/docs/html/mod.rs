//! The page as HTML.

mod definitions;
mod operations;
mod picture;
mod sets;

use std::fmt::Write;

use super::anchors::anchor;
use super::words;
use crate::model::Family;
use crate::text::visible_lines;

/// A family as one HTML page that needs nothing else. It fits phones, and light and dark displays.
///
/// `origin` is the name of the spec's file; it stands at the end of the page.
///
/// ```
/// # use nlgen::span::Source;
/// # let spec = "
/// # name: ping
/// # attribute-sets: [ { name: ping, attributes: [ { name: port, type: u16, doc: Not <i>0</i>. } ] } ]
/// # operations: { list: [] }
/// # ";
/// let family = nlgen::load(Source::new("ping.yaml", spec))?;
/// let page = nlgen::emit::docs::html(&family, "ping.yaml");
/// assert!(page.starts_with("<!doctype html>"));
/// assert!(page.contains("Not &lt;i&gt;0&lt;/i&gt;."));
/// # Ok::<(), nlgen::diagnostic::SpecError>(())
/// ```
#[must_use]
pub fn html(family: &Family, origin: &str) -> String {
    let name = escaped(&family.name);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{name}: netlink family</title>\n<style>\n{}</style>\n</head>\n<body>\n",
        include_str!("style.css")
    );
    let _ = writeln!(page, "<header>\n<h1>{name}</h1>");
    paragraphs(family.doc.as_deref(), &mut page);
    let protocol = words::protocol(family);
    let _ = writeln!(page, "<p class=\"facts\">{protocol}</p>\n</header>");
    contents(family, &mut page);
    page.push_str("<main>\n");
    operations::operations(family, &mut page);
    operations::notifications(family, &mut page);
    operations::groups(family, &mut page);
    sets::sets(family, &mut page);
    sets::sub_messages(family, &mut page);
    definitions::enums(family, &mut page);
    definitions::structs(family, &mut page);
    definitions::consts(family, &mut page);
    let origin = escaped(origin);
    let _ = write!(
        page,
        "<footer>Made by nlgen from {origin}.</footer>\n</main>\n</body>\n</html>\n"
    );
    page
}

/// What is on the page, with links: a list for each kind of item, the operations' open.
fn contents(family: &Family, page: &mut String) {
    page.push_str("<nav>\n");
    macro_rules! names {
        ($items:ident) => {
            family
                .$items
                .iter()
                .map(|item| item.name.as_str())
                .collect::<Vec<_>>()
        };
    }
    let lists = [
        ("op", "Operations", names!(operations)),
        ("ntf", "Notifications", names!(notifications)),
        ("group", "Multicast groups", names!(groups)),
        ("set", "Attribute sets", names!(sets)),
        ("sub-message", "Sub-messages", names!(sub_messages)),
        ("enum", "Enums and flags", names!(enums)),
        ("struct", "Structs", names!(structs)),
        ("const", "Constants", names!(consts)),
    ];
    for (kind, title, names) in lists {
        links(kind, title, names, page);
    }
    page.push_str("</nav>\n");
}

fn links(kind: &str, title: &str, names: Vec<&str>, page: &mut String) {
    if names.is_empty() {
        return;
    }
    let open = if kind == "op" { " open" } else { "" };
    let count = names.len();
    let _ = writeln!(
        page,
        "<details{open}>\n<summary>{title} <small>{count}</small></summary>\n<ul>"
    );
    for (place, name) in names.into_iter().enumerate() {
        let link = link(&anchor(kind, place, name), name);
        let _ = writeln!(page, "<li>{link}</li>");
    }
    page.push_str("</ul>\n</details>\n");
}

/// A section's heading, unless there is nothing in it.
fn heading(title: &str, count: usize, page: &mut String) {
    if count != 0 {
        let _ = writeln!(page, "<h2>{title}</h2>");
    }
}

/// The heading of an item, which can be linked to.
fn item(kind: &str, place: usize, name: &str, badges: &[&str], page: &mut String) {
    let id = anchor(kind, place, name);
    let _ = write!(
        page,
        "<section id=\"{id}\">\n<h3><a href=\"#{id}\">{}</a>",
        escaped(name)
    );
    for badge in badges {
        let _ = write!(page, " <span class=\"badge\">{}</span>", escaped(badge));
    }
    page.push_str("</h3>\n");
}

/// A text as paragraphs: empty lines divide them.
fn paragraphs(text: Option<&str>, page: &mut String) {
    let text = text.unwrap_or_default();
    for paragraph in text.split("\n\n").filter(|text| !text.trim().is_empty()) {
        let _ = writeln!(page, "<p>{}</p>", escaped(paragraph.trim()));
    }
}

fn link(anchor: &str, name: &str) -> String {
    format!("<a href=\"#{anchor}\">{}</a>", escaped(name))
}

/// A type, with a link to what it refers to.
fn kind(family: &Family, kind: &words::Kind) -> String {
    let mut text = escaped(&kind.text);
    if let Some(target) = kind.target {
        text.push(' ');
        text += &link(&super::anchors::of(target, family), target.name(family));
    }
    if kind.repeated {
        text += ", repeated";
    }
    text
}

/// Text for between tags and inside attributes in quotes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible_lines(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
