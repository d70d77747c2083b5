//! Pages of families as a browser shows them, on displays of a phone's size.
//!
//! Needs Debian's `chromium`; skipped without it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::{Command, Output};

/// The display of a phone, in CSS pixels.
const PHONE: (u32, u32) = (390, 844);

/// Runs a headless browser on a page, with a folder of its own for what browsers keep.
fn browser(folder: &Path, page: &Path, args: &[&str]) -> Output {
    let profile = folder.join("profile");
    let size = format!("--window-size={},{}", PHONE.0, PHONE.1);
    // As root a browser has no sandbox; the page has no scripts but the test's.
    Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
        ])
        .args([
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--virtual-time-budget=5000",
            &size,
        ])
        .arg(format!("--user-data-dir={}", profile.display()))
        .args(args)
        .arg(format!("file://{}", page.display()))
        .output()
        .unwrap()
}

#[test]
fn the_page_of_the_largest_family_fits_a_phone() {
    if !needs::program("chromium", "chromium") {
        return;
    }
    let spec = nlgen_families::SPECS
        .iter()
        .max_by_key(|spec| spec.text.len())
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let made = Command::new(env!("CARGO_BIN_EXE_nlgen"))
        .args(["generate", "docs", spec.family, "-o"])
        .arg(&page)
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );

    // What the browser makes of it: a script of the test writes measures into the page's title.
    let text = std::fs::read_to_string(&page).unwrap();
    let measure = "<script>addEventListener('load', () => { document.title = JSON.stringify({ \
        width: document.documentElement.scrollWidth, shown: innerWidth, \
        sections: document.querySelectorAll('main section').length, \
        pictures: document.querySelectorAll('figure .message').length, \
        attributes: document.querySelectorAll('tr[id]').length, \
        broken: [...document.querySelectorAll('a')].filter(a => \
            !document.getElementById(decodeURIComponent(a.hash.slice(1)))).length, \
        font: parseFloat(getComputedStyle(document.querySelector('main p')).fontSize) }) })</script>";
    let measured = folder.path().join("measured.html");
    std::fs::write(&measured, text + measure).unwrap();
    let seen = browser(folder.path(), &measured, &["--dump-dom"]);
    let seen = String::from_utf8_lossy(&seen.stdout).into_owned();
    let title = seen
        .split("<title>")
        .nth(1)
        .and_then(|rest| rest.split("</title>").next());
    let title = title.unwrap_or_else(|| panic!("no title in what the browser shows: {seen:.500}"));
    let measures: serde_json::Value =
        serde_json::from_str(title).unwrap_or_else(|error| panic!("{error}: {title}"));
    let number = |key: &str| measures[key].as_f64().unwrap();
    assert!(
        number("width") <= number("shown"),
        "it scrolls sideways: {measures}"
    );
    assert!(number("font") >= 14.0, "{measures}");
    assert_eq!(number("broken"), 0.0, "{measures}");

    let family = nlgen::load(nlgen::span::Source::new(spec.file, spec.text)).unwrap();
    let attributes: usize = family.sets.iter().map(|set| set.attributes.len()).sum();
    let pictures = family.notifications.len()
        + family
            .operations
            .iter()
            .flat_map(|op| [&op.doit, &op.dump])
            .flatten()
            .count();
    let sections = family.operations.len() + family.notifications.len() + family.sets.len();
    assert_eq!(number("attributes"), attributes as f64, "{measures}");
    assert!(number("pictures") >= pictures as f64, "{measures}");
    assert!(number("sections") >= sections as f64, "{measures}");

    let picture = folder.path().join("page.png");
    browser(
        folder.path(),
        &page,
        &[&format!("--screenshot={}", picture.display())],
    );
    let png = std::fs::read(&picture).unwrap();
    assert!(png.starts_with(b"\x89PNG"));
    // A page that shows nothing is a picture of one colour, which is a few kilobytes.
    assert!(png.len() > 20_000, "the picture has {} bytes", png.len());
}

/// What does not fit where it belongs, on a display that is 360 pixels wide. A browser's window is wider: the page is
/// in a frame.
#[test]
fn pages_fit_the_smallest_phones() {
    if !needs::program("chromium", "chromium") {
        return;
    }
    let measure = "<script>addEventListener('load', () => { \
        const outside = (inner, outer) => { \
            const [a, b] = [inner.getBoundingClientRect(), outer.getBoundingClientRect()]; \
            return a.right > b.right + 1 || a.left < b.left - 1 || a.bottom > b.bottom + 1 || a.top < b.top - 1; }; \
        const parts = [...document.querySelectorAll('.attrs li > *')]; \
        parent.postMessage(JSON.stringify({ \
            shown: innerWidth, width: document.documentElement.scrollWidth, parts: parts.length, \
            outside: parts.filter(part => outside(part, part.parentElement)).length, \
            wide: [...document.querySelectorAll('main *')].filter(part => \
                part.getBoundingClientRect().right > innerWidth + 1).length }), '*') })</script>";
    for family in ["netdev", "ethtool", "rt-link"] {
        let folder = tempfile::tempdir().unwrap();
        let made = Command::new(env!("CARGO_BIN_EXE_nlgen"))
            .args(["generate", "docs", family])
            .output()
            .unwrap();
        let page = String::from_utf8(made.stdout).unwrap() + measure;
        let page = page.replace('&', "&amp;").replace('"', "&quot;");
        let frame = format!(
            "<!doctype html><title>none</title><iframe width=360 height=2000 style=\"border:0\" srcdoc=\"{page}\"></iframe>\
             <script>addEventListener('message', event => {{ document.title = event.data }})</script>"
        );
        let path = folder.path().join("frame.html");
        std::fs::write(&path, frame).unwrap();
        let seen = browser(folder.path(), &path, &["--dump-dom"]);
        let seen = String::from_utf8_lossy(&seen.stdout).into_owned();
        let title = seen
            .split("<title>")
            .nth(1)
            .and_then(|rest| rest.split("</title>").next());
        let title = title.unwrap_or_else(|| panic!("no title: {seen:.500}"));
        let measures: serde_json::Value =
            serde_json::from_str(title).unwrap_or_else(|error| panic!("{error}: {title}"));
        assert_eq!(measures["shown"], 360, "{family}: {measures}");
        assert_eq!(measures["width"], 360, "{family}: {measures}");
        assert_eq!(measures["wide"], 0, "{family}: {measures}");
        assert_eq!(measures["outside"], 0, "{family}: {measures}");
        assert!(
            measures["parts"].as_u64().unwrap() > 50,
            "{family}: {measures}"
        );
    }
}
