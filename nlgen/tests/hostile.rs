//! Any text gets an answer: a family or problems that can be shown, never a panic, and soon.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::fs;
use std::path::Path;

use nlgen::span::Source;
use nlgen::{emit, load};
use proptest::prelude::*;

/// Reads a text, and does with the result what a door does: shows the problems or generates code.
/// Gives the codes of the problems.
fn read(text: &str) -> Vec<&'static str> {
    match load(Source::new("hostile.yaml", text)) {
        Ok(family) => {
            let code = emit::rust::family(&family, &quote::quote!(::nlgen_runtime));
            let parsed = syn::parse2::<syn::File>(code);
            assert!(parsed.is_ok(), "what is generated is no Rust\n{text}");
            Vec::new()
        }
        Err(error) => {
            assert!(!error.problems().is_empty());
            for color in [false, true] {
                assert!(error.render(color).contains("hostile.yaml"), "{text}");
            }
            let codes = error.problems().iter();
            codes.map(|problem| problem.code().as_str()).collect()
        }
    }
}

const TAIL: &str = "operations:\n  list: []\n";

#[test]
fn odd_files() {
    let deep = |open: &str, depth: usize| format!("name: {}\n", open.repeat(depth));
    let nested = (0..2000)
        .map(|depth| format!("{}a:\n", " ".repeat(depth)))
        .collect::<String>();
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    let many = (0..300).map(|n| format!("key{n}: 1\n")).collect::<String>();
    for (what, text, codes) in [
        ("nothing", String::new(), &["NL001"][..]),
        ("white space", " \n\n  \n".into(), &["NL001"]),
        ("only a comment", "# nothing\n".into(), &["NL001"]),
        ("only a marker", "---\n".into(), &["NL004"]),
        ("a word", "family\n".into(), &["NL004"]),
        ("a list", "- a\n".into(), &["NL004"]),
        ("nul", "name: \0\n".into(), &["NL001"]),
        (
            "control characters",
            "name: \u{7}\u{1b}[31m\n".into(),
            &["NL001"],
        ),
        ("a byte order mark", format!("\u{feff}name: f\n{TAIL}"), &[]),
        (
            "line ends of another system",
            format!("name: f\n{TAIL}").replace('\n', "\r\n"),
            &[],
        ),
        (
            "a marker in front",
            format!("%YAML 1.2\n---\nname: f\n{TAIL}"),
            &[],
        ),
        (
            "tabs",
            "name: f\noperations:\n\tlist: []\n".into(),
            &["NL001"],
        ),
        ("tabs behind", format!("name:\tf\t# why\n{TAIL}"), &[]),
        ("deep lists", deep("[", 5000), &["NL001"]),
        ("deep mappings", deep("{a: ", 5000), &["NL001"]),
        ("deep indentation", nested, &["NL001"]),
        ("aliases of aliases", bomb, &["NL001"]),
        ("an alias of itself", "name: &a [ *a ]\n".into(), &["NL001"]),
        (
            "a merge key",
            format!("x: &x {{ name: f }}\n<<: *x\n{TAIL}"),
            &["NL002", "NL003", "NL002"],
        ),
        (
            "a number as key",
            format!("name: f\n1: 2\n{TAIL}"),
            &["NL002"],
        ),
        (
            "a list as key",
            format!("name: f\n[ a ]: 2\n{TAIL}"),
            &["NL002"],
        ),
        ("no end", format!("name: \"f\n{TAIL}"), &["NL001"]),
        (
            "a huge number",
            format!("name: f\nversion: {}\n{TAIL}", "9".repeat(400)),
            &["NL004"],
        ),
        (
            "a large number",
            format!("name: f\nversion: {}\n{TAIL}", i128::MAX),
            &["NL008"],
        ),
        (
            "the least number",
            format!("name: f\nversion: {}\n{TAIL}", i128::MIN),
            &["NL008"],
        ),
        (
            "infinity",
            format!("name: f\nversion: .inf\n{TAIL}"),
            &["NL004"],
        ),
        (
            "a long name",
            format!("name: {}\n{TAIL}", "f".repeat(100_000)),
            &[],
        ),
        (
            "a name of signs",
            format!("name: \"\\\"\\\\*/\"\n{TAIL}"),
            &[],
        ),
    ] {
        assert_eq!(read(&text), codes, "{what}");
    }
    assert_eq!(read(&many).len(), 302);
}

/// Small texts that ask for much work: none of them takes long, or the test does.
#[test]
fn little_text_is_little_work() {
    let lines =
        |count: usize, line: &dyn Fn(usize) -> String| -> String { (0..count).map(line).collect() };
    let spec = |parts: &str| format!("name: f\n{parts}{TAIL}");
    // Twice the one before: 2^400 members, were each laid out where it lies.
    let doubled = lines(400, &|n| {
        let inner = match n {
            0 => "{ name: a, type: u64 }".to_owned(),
            n => format!(
                "{{ name: a, type: binary, struct: s{} }}, {{ name: b, type: binary, struct: s{} }}",
                n - 1,
                n - 1
            ),
        };
        format!("  - {{ name: s{n}, type: struct, members: [ {inner} ] }}\n")
    });
    let nested = lines(1_000, &|n| {
        let inner = format!("{{ name: a, type: binary, struct: s{} }}", n + 1);
        format!("  - {{ name: s{n}, type: struct, members: [ {inner} ] }}\n")
    }) + "  - { name: s1000, type: struct, members: [ { name: a, type: u8 } ] }\n";
    let subsets = lines(1_000, &|n| {
        format!(
            "  - {{ name: s{n}, subset-of: s{}, attributes: [ {{ name: a }} ] }}\n",
            n + 1
        )
    }) + "  - { name: s1000, attributes: [ { name: a, type: u8 } ] }\n";
    let circle = lines(1_000, &|n| {
        format!(
            "  - {{ name: s{n}, subset-of: s{}, attributes: [ {{ name: a }} ] }}\n",
            (n + 1) % 1_000
        )
    });
    // All are one name in Rust.
    let alike = lines(2_000, &|n| {
        format!(
            "      - {{ name: a{}, type: u8 }}\n",
            "-".repeat(n % 100 + 1) + &"_".repeat(n / 100)
        )
    });
    // Each of many operations lists, by an alias, many attributes that are not there.
    let ghosts = lines(300, &|n| format!("ghost-{n}, "));
    let asking = lines(100, &|n| {
        format!("    - {{ name: o{n}, value: {n}, attribute-set: s, do: {{ request: *all }} }}\n")
    });
    let asking = format!(
        "name: f\nattribute-sets:\n  - name: s\n    attributes:\n{}operations:\n  list:\n    - \
         {{ name: first, value: 250, attribute-set: s, do: {{ request: &all {{ attributes: [ {ghosts} ] }} }} }}\n{asking}",
        lines(1000, &|n| format!(
            "      - {{ name: host-{n}, type: u8 }}\n"
        ))
    );
    let long = "x".repeat(100_000);
    let typo = format!(
        "attribute-sets:\n  - name: {long}\n    attributes: []\n  - {{ name: s, subset-of: {long}y, attributes: [] }}\n"
    );
    // Within what the parser lets aliases repeat.
    let leaf = lines(4000, &|n| format!("x{n}, "));
    let many = format!("a: &a [ {leaf} ]\nb: [ {} ]\n", "*a, ".repeat(300));
    let empty = format!(
        "a: &a []\nb: [ {} ]\nc: {}\n",
        "*a, ".repeat(5_000),
        "y".repeat(50_000)
    );
    // The parser looks at every open bracket for each word behind it.
    let brackets = "[".repeat(100_000);
    let braces = "{a: ".repeat(100_000);
    let closed = "[".repeat(100_000) + &"]".repeat(100_000);
    // Nothing says where such items lie.
    let empty_texts = format!("a: [ {} ]\n", "'', ".repeat(60_000));
    let attributes = lines(5_000, &|n| {
        format!("      - {{ name: attribute-{n}, type: u8 }}\n")
    });
    let set = format!("attribute-sets:\n  - name: s\n    attributes:\n{attributes}");
    let misspelt = lines(5_000, &|n| format!("atribute-{n}, "));
    let listing = format!(
        "name: f\n{set}operations:\n  list:\n    - {{ name: o, attribute-set: s, do: {{ request: {{ attributes: \
         [ {misspelt} ] }} }} }}\n"
    );
    let enums = lines(5_000, &|n| {
        format!("  - {{ name: color-{n}, type: enum, entries: [ a ] }}\n")
    });
    let colours = lines(5_000, &|n| {
        format!("      - {{ name: a{n}, type: u32, enum: colour-{n} }}\n")
    });
    let colours =
        format!("definitions:\n{enums}attribute-sets:\n  - name: s\n    attributes:\n{colours}");
    let keys = lines(20_000, &|n| format!("nmae{n}: 1\n"));
    for (what, text, code) in [
        ("brackets", spec(&format!("a: {brackets}\n")), "NL001"),
        ("braces", spec(&format!("a: {braces}\n")), "NL001"),
        ("closed brackets", spec(&format!("a: {closed}\n")), "NL001"),
        ("empty texts", spec(&empty_texts), "NL002"),
        ("misspelt attributes", listing, ""),
        ("misspelt enums", spec(&colours), "NL006"),
        ("misspelt keys", spec(&keys), "NL002"),
        (
            "doubled structs",
            spec(&format!("definitions:\n{doubled}")),
            "NL008",
        ),
        (
            "nested structs",
            spec(&format!("definitions:\n{nested}")),
            "NL008",
        ),
        (
            "subsets of subsets",
            spec(&format!("attribute-sets:\n{subsets}")),
            "NL008",
        ),
        (
            "a wide circle",
            spec(&format!("attribute-sets:\n{circle}")),
            "NL008",
        ),
        (
            "names alike",
            spec(&format!(
                "attribute-sets:\n  - name: s\n    attributes:\n{alike}"
            )),
            "",
        ),
        ("ghosts", asking, ""),
        ("a long name", spec(&typo), "NL006"),
        ("aliases of a list", spec(&many), "NL001"),
        ("aliases of an empty list", spec(&empty), "NL002"),
    ] {
        let codes = load(Source::new("hostile.yaml", text)).map_or_else(
            |error| {
                // People wait for what is shown, too.
                assert!(!error.render(false).is_empty());
                assert!(!error.to_json().is_empty());
                let mut codes: Vec<&str> = error
                    .problems()
                    .iter()
                    .map(|found| found.code().as_str())
                    .collect();
                codes.dedup();
                codes
            },
            |_| Vec::new(),
        );
        assert_eq!(
            codes.first().copied().unwrap_or_default(),
            code,
            "{what}: {codes:?}"
        );
    }
}

/// Numbers at the ends of every range: counting on from them must not overflow.
#[test]
fn numbers_at_the_ends() {
    let ends: Vec<i128> = [
        0,
        1 << 7,
        1 << 8,
        1 << 15,
        1 << 16,
        1 << 31,
        1 << 32,
        1 << 63,
        1 << 64,
    ]
    .into_iter()
    .chain([i128::MAX, i128::MIN, -(1 << 31), -(1 << 63)])
    .flat_map(|end: i128| [end.saturating_sub(1), end, end.saturating_add(1)])
    .collect();
    for end in ends {
        for kind in ["u8", "s8", "u32", "s32", "u64", "s64", "uint"] {
            read(&format!(
                "name: f\n\
                 definitions:\n\
                 \x20 - {{ name: c, type: const, value: {end} }}\n\
                 \x20 - {{ name: e, type: enum, value-start: {end}, entries: [ a, b ] }}\n\
                 \x20 - {{ name: g, type: flags, value-start: {end}, entries: [ a, b ] }}\n\
                 attribute-sets:\n\
                 \x20 - name: s\n\
                 \x20   attributes:\n\
                 \x20     - {{ name: a, type: {kind}, enum: e, checks: {{ min: c, max: {end} }} }}\n\
                 \x20     - {{ name: b, type: {kind}, enum: g, value: {end} }}\n\
                 \x20     - {{ name: d, type: binary, checks: {{ min-len: c, max-len: c - 1 }} }}\n\
                 \x20     - {{ name: h, type: {kind}, enum: e, enum-as-flags: true }}\n\
                 operations:\n\
                 \x20 list:\n\
                 \x20   - {{ name: o, value: {end}, attribute-set: s, do: {{ request: {{}} }} }}\n\
                 \x20   - {{ name: p, attribute-set: s, dump: {{ reply: {{ attributes: [ a ] }} }} }}\n"
            ));
            read(&format!(
                "name: f\ndefinitions:\n\
                 \x20 - {{ name: e, type: enum, value-start: {end}, entries: [ a ] }}\n\
                 attribute-sets:\n\
                 \x20 - name: s\n\
                 \x20   attributes: [ {{ name: a, type: {kind}, enum: e }} ]\n{TAIL}"
            ));
        }
    }
}

fn shipped() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == "yaml"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect()
}

/// A change of a spec, by lines and words: most results are still YAML, unlike after changes of bytes.
#[derive(Clone, Debug)]
enum Change {
    TakeOut(prop::sample::Index),
    Twice(prop::sample::Index),
    Swap(prop::sample::Index, prop::sample::Index),
    Indent(prop::sample::Index, usize),
    Word(prop::sample::Index, &'static str),
    Cut(prop::sample::Index),
}

const WORDS: &[&str] = &[
    "",
    "name",
    "type",
    "value",
    "nest",
    "u32",
    "enum",
    "flags",
    "notify",
    "event",
    "do",
    "dump",
    "-1",
    "0",
    "65536",
    "18446744073709551615",
    "true",
    "null",
    "[]",
    "{}",
    "*all",
    "&all",
    "'",
    "\"",
    "[",
    "}",
    ":",
    "- ",
    "é",
    "exam",
    "self",
    "indexed-array",
    "nest-type-value",
    "bitfield32",
    "subset-of",
    "directional",
    "u32-max",
    "a - 1",
];

fn change() -> impl Strategy<Value = Change> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        at().prop_map(Change::TakeOut),
        at().prop_map(Change::Twice),
        (at(), at()).prop_map(|(a, b)| Change::Swap(a, b)),
        (at(), 0_usize..12).prop_map(|(line, by)| Change::Indent(line, by)),
        (at(), prop::sample::select(WORDS)).prop_map(|(line, word)| Change::Word(line, word)),
        at().prop_map(Change::Cut),
    ]
}

fn changed(spec: &str, changes: &[Change]) -> String {
    let mut lines: Vec<String> = spec.lines().map(str::to_owned).collect();
    for change in changes {
        let count = lines.len();
        if count < 2 {
            break;
        }
        match change {
            Change::TakeOut(at) => drop(lines.remove(at.index(count))),
            Change::Twice(at) => lines.insert(at.index(count), lines[at.index(count)].clone()),
            Change::Swap(a, b) => lines.swap(a.index(count), b.index(count)),
            Change::Indent(at, by) => {
                let line = &mut lines[at.index(count)];
                *line = format!("{}{}", " ".repeat(*by), line.trim_start());
            }
            Change::Word(at, word) => {
                let line = &mut lines[at.index(count)];
                let end = line.rfind(' ').map_or(0, |space| space + 1);
                line.replace_range(end.., word);
            }
            // Cut the end off, but seldom all of it.
            Change::Cut(at) => lines.truncate(count / 2 + at.index(count.div_ceil(2))),
        }
    }
    lines.join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_text_is_answered(text in any::<String>()) {
        read(&text);
    }

    #[test]
    fn any_signs_of_yaml_are_answered(text in "[-:{}\\[\\]&*!|>'\"%@`#, \n\tab0-]{0,80}") {
        read(&text);
    }

    #[test]
    fn changed_specs_are_answered(
        spec in prop::sample::select(shipped()),
        changes in prop::collection::vec(change(), 1..4),
    ) {
        read(&changed(&spec, &changes));
    }

    #[test]
    fn changed_bytes_are_answered(
        spec in prop::sample::select(shipped()),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = spec.into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        read(&String::from_utf8_lossy(&bytes));
    }
}
