//! Pages for people: links lead somewhere, and texts of a spec stay texts.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::Path;

use nlgen::emit::docs::{html, markdown};
use nlgen::model::Family;
use nlgen::span::Source;

/// All specs that ship, overlays left out.
fn shipped() -> Vec<Family> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .filter(|path| !path.to_string_lossy().ends_with(".overlay.yaml"))
        .collect();
    paths.sort();
    let families = paths.iter().map(|path| nlgen::load_file(path).unwrap());
    families.collect()
}

/// What stands between `before` and the next quote, everywhere.
fn quoted<'p>(page: &'p str, before: &str) -> Vec<&'p str> {
    let parts = page.split(before).skip(1);
    parts.map(|part| part.split('"').next().unwrap()).collect()
}

/// The names of all tags.
fn tags(page: &str) -> BTreeSet<&str> {
    let parts = page.split('<').skip(1);
    parts
        .map(|part| {
            let end = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '/' && c != '!');
            part[..end.unwrap_or(part.len())].trim_start_matches('/')
        })
        .collect()
}

/// A spec whose every text tries to be markup.
const HOSTILE: &str = r##"
name: '"><script>alert(1)</script>'
doc: "</style><script>alert(2)</script> [x](javascript:alert(3)) `a` | b"
definitions:
  - { name: '<b>', type: enum, doc: '<i>', entries: [ { name: "'on'", doc: '<u>' } ] }
  - { name: 'c">', type: const, value: '<hr>', doc: '</main>' }
  - { name: '</section>', type: struct, members: [ { name: '<a href="//x">', type: u32, doc: '&amp;' } ] }
attribute-sets:
  - name: 'set id'
    doc: "<img src=x onerror=alert(4)>"
    attributes:
      - { name: '<a>', type: u32, enum: '<b>', doc: "<p>&lt;\x1b[31m" }
      - { name: 'a b', type: nest, nested-attributes: 'set-id' }
  - name: set-id
    attributes: [ { name: 'a"b', type: binary, struct: '</section>' } ]
operations:
  list:
    - name: '<get>'
      doc: "line\n\n<script>"
      attribute-set: 'set id'
      do: { request: { attributes: [ '<a>', 'a b' ] } }
    - { name: '<ntf>', notify: '<get>', mcgrp: '<g>' }
mcast-groups: { list: [ { name: '<g>' } ] }
"##;

fn hostile() -> Family {
    nlgen::load(Source::new("<x>.yaml", HOSTILE)).unwrap()
}

#[test]
fn every_link_leads_to_one_place() {
    for family in shipped().into_iter().chain([hostile()]) {
        let page = html(&family, "x.yaml");
        let ids = quoted(&page, " id=\"");
        let places: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(
            ids.len(),
            places.len(),
            "{}: an anchor is there twice",
            family.name
        );
        let links = quoted(&page, " href=\"");
        assert!(!links.is_empty(), "{}", family.name);
        for link in links {
            let place = link
                .strip_prefix('#')
                .unwrap_or_else(|| panic!("{link} leads elsewhere"));
            assert!(places.contains(place), "{}: {link}", family.name);
        }
    }
}

#[test]
fn pages_have_all_that_a_spec_has() {
    for family in shipped() {
        let (html, markdown) = (html(&family, "x.yaml"), markdown(&family, "x.yaml"));
        let operations = family.operations.iter().map(|item| &item.name);
        let notifications = family.notifications.iter().map(|item| &item.name);
        let attributes = family.sets.iter().flat_map(|set| &set.attributes);
        let entries = family.enums.iter().flat_map(|names| &names.entries);
        let names = operations
            .chain(notifications)
            .chain(family.groups.iter().map(|item| &item.name))
            .chain(attributes.map(|item| &item.name))
            .chain(entries.map(|item| &item.name));
        for name in names {
            assert!(html.contains(name.as_str()), "{}: {name}", family.name);
            assert!(markdown.contains(name), "{}: {name}", family.name);
        }
    }
}

#[test]
fn texts_are_never_markup() {
    let page = html(&hostile(), "<x>.yaml");
    let allowed = [
        "!doctype",
        "a",
        "b",
        "body",
        "code",
        "details",
        "div",
        "em",
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "head",
        "header",
        "html",
        "i",
        "li",
        "main",
        "meta",
        "nav",
        "p",
        "section",
        "small",
        "span",
        "style",
        "summary",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
    ];
    let found = tags(&page);
    let foreign: Vec<_> = found.iter().filter(|tag| !allowed.contains(tag)).collect();
    assert!(foreign.is_empty(), "{foreign:?}");
    for text in ["<script", "<img", "<hr", "<u>", "\x1b", "<a href=\"//"] {
        assert!(!page.contains(text), "{text}");
    }
    assert_eq!(page.matches("</main>").count(), 1);
    assert_eq!(page.matches("</style>").count(), 1);
    // What no page of its own needs: other places, scripts.
    for text in ["http:", "https:", "url(", "@import"] {
        for page in shipped().iter().map(|family| html(family, "x.yaml")) {
            assert!(!page.contains(text), "{text}");
        }
    }
    let page = markdown(&hostile(), "<x>.yaml");
    assert!(!page.contains("<s"), "{page}");
    assert!(page.contains(r"\[x\](javascript"), "{page}");
    assert!(page.contains(r"`a` \| b"), "{page}");
}
