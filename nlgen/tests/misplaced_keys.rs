//! Every key of the language that is accepted says something where it stands, or that is a problem with help.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use nlgen::emit::{self, docs};
use nlgen::span::Source;
use nlgen::{check, load};

/// The lines of a spec's problems, errors or warnings.
fn problems(text: &str) -> Vec<String> {
    let report = match check(Source::new("keys.yaml", text), Vec::new()) {
        Ok(loaded) => loaded.warnings,
        Err(error) => error.report().clone(),
    };
    report.lines().collect()
}

/// A whole spec around parts, each of them used.
fn spec(family: &str, definition: &str, set: &str, attribute: &str, operation: &str) -> String {
    format!(
        "name: f\n{family}\n\
         definitions:\n\
         \x20 - {{ name: color, type: enum, entries: [ red ] }}\n\
         \x20 - {{ name: point, type: struct, members: [ {{ name: x, type: u32 }} ] }}\n\
         \x20 {definition}\n\
         attribute-sets:\n\
         \x20 - {{ name: s, {set} attributes: [ {{ name: a, type: u32, enum: color }}, {{ name: p, type: binary, struct: point }}, {attribute} ] }}\n\
         operations:\n\
         \x20 list:\n\
         \x20   - {{ name: get, attribute-set: s, do: {{ request: {{ attributes: [ a, p ] }}, reply: {{ attributes: [ a ] }} }} }}\n\
         \x20   {operation}\n\
         mcast-groups: {{ list: [ {{ name: g }} ] }}\n"
    )
}

#[test]
fn a_key_that_says_nothing_is_a_problem_with_help() {
    assert_eq!(problems(&spec("", "", "", "", "")), Vec::<String>::new());
    let member = |member: &str| {
        let definition = format!("- {{ name: t, type: struct, members: [ {member} ] }}");
        let asked = "- { name: set, attribute-set: s, do: { request: { attributes: [ m ] } } }";
        spec(
            "",
            &definition,
            "",
            "{ name: m, type: binary, struct: t }",
            asked,
        )
    };
    let definition = |definition: &str| spec("", definition, "", "", "");
    let attribute = |attribute: &str| {
        let asked = "- { name: set, attribute-set: s, do: { request: { attributes: [ x ] } } }";
        spec("", "", "", attribute, asked)
    };
    let operation = |operation: &str| spec("", "", "", "", operation);
    let family = |family: &str| spec(family, "", "", "", "");
    for (text, code, key) in [
        (family("protonum: 3"), "NL009", "`protonum`"),
        (
            family("protocol: genetlink\nprotonum: 3"),
            "NL009",
            "`protonum`",
        ),
        (member("{ name: y, type: u32, len: 4 }"), "NL009", "`len`"),
        (
            member("{ name: y, type: u32, struct: point }"),
            "NL009",
            "`struct`",
        ),
        (
            member("{ name: y, type: string, struct: point }"),
            "NL009",
            "`struct`",
        ),
        (
            member("{ name: y, type: pad, struct: point }"),
            "NL009",
            "`struct`",
        ),
        (
            member("{ name: y, type: binary, len: 4, struct: point }"),
            "NL105",
            "`len`",
        ),
        (
            member("{ name: y, type: binary, len: 4, byte-order: big-endian }"),
            "NL105",
            "`byte-order`",
        ),
        (
            member("{ name: y, type: string, len: 4, byte-order: big-endian }"),
            "NL105",
            "`byte-order`",
        ),
        (
            member("{ name: y, type: u8, byte-order: big-endian }"),
            "NL105",
            "`byte-order`",
        ),
        (
            member("{ name: y, type: binary, len: 4, enum: color }"),
            "NL009",
            "`enum`",
        ),
        (
            member("{ name: y, type: pad, len: 4, enum: color }"),
            "NL009",
            "`enum`",
        ),
        (
            member("{ name: y, type: u32, enum-as-flags: true }"),
            "NL105",
            "`enum-as-flags`",
        ),
        (
            member("{ name: y, type: u32, display-hint: mac }"),
            "NL105",
            "`display-hint`",
        ),
        (
            member("{ name: y, type: u32, display-hint: ipv4 }"),
            "NL105",
            "`display-hint`",
        ),
        (
            member("{ name: y, type: u32, display-hint: hex, enum: color }"),
            "NL105",
            "`display-hint`",
        ),
        (
            member("{ name: y, type: pad, len: 6, display-hint: mac }"),
            "NL105",
            "`display-hint`",
        ),
        (
            member("{ name: y, type: binary, len: 6, display-hint: ipv4 }"),
            "NL105",
            "`display-hint`",
        ),
        (
            member("{ name: y, type: binary, struct: point, display-hint: mac }"),
            "NL105",
            "`display-hint`",
        ),
        (
            definition("- { name: d, type: enum, entries: [ a ], value: 3 }"),
            "NL105",
            "`value`",
        ),
        (
            definition(
                "- { name: d, type: enum, entries: [ a ], members: [ { name: y, type: u8 } ] }",
            ),
            "NL105",
            "`members`",
        ),
        (
            definition("- { name: d, type: const, value: 3, entries: [ a ] }"),
            "NL105",
            "`entries`",
        ),
        (
            definition("- { name: d, type: const, value: 3, members: [ { name: x, type: u8 } ] }"),
            "NL105",
            "`members`",
        ),
        (
            attribute("{ name: x, type: binary, struct: point, sub-type: u32 }"),
            "NL105",
            "`sub-type`",
        ),
        (
            attribute("{ name: x, type: binary, struct: point, display-hint: mac }"),
            "NL105",
            "`display-hint`",
        ),
        (
            attribute("{ name: x, type: binary, struct: point, enum: color }"),
            "NL105",
            "`enum`",
        ),
        (
            attribute("{ name: x, type: binary, sub-type: u32, display-hint: mac }"),
            "NL105",
            "`display-hint`",
        ),
        (
            attribute("{ name: x, type: binary, sub-type: u32, enum: color }"),
            "NL105",
            "`enum`",
        ),
        (
            attribute("{ name: x, type: binary, sub-type: u32, byte-order: big-endian }"),
            "NL105",
            "`byte-order`",
        ),
        (
            attribute("{ name: x, type: u32, enum: color, display-hint: hex }"),
            "NL105",
            "`display-hint`",
        ),
        (
            attribute("{ name: x, type: binary, display-hint: ipv6, checks: { exact-len: 4 } }"),
            "NL105",
            "`display-hint`",
        ),
        (
            attribute("{ name: x, type: binary, display-hint: ipv4, checks: { exact-len: 16 } }"),
            "NL105",
            "`display-hint`",
        ),
        (
            attribute("{ name: x, type: flag, display-hint: hex }"),
            "NL105",
            "`display-hint`",
        ),
        (
            attribute("{ name: x, type: u64, byte-order: big-endian, display-hint: ipv4 }"),
            "NL105",
            "`display-hint`",
        ),
        (
            attribute("{ name: x, type: flag, enum-as-flags: true }"),
            "NL105",
            "`enum-as-flags`",
        ),
        (
            attribute("{ name: x, type: binary, enum-as-flags: true }"),
            "NL105",
            "`enum-as-flags`",
        ),
        (
            attribute("{ name: x, type: u32, type-value: [ a ] }"),
            "NL105",
            "`type-value`",
        ),
        (
            attribute("{ name: x, type: u32, selector: a }"),
            "NL009",
            "`selector`",
        ),
        (
            attribute("{ name: x, type: string, byte-order: big-endian }"),
            "NL009",
            "`byte-order`",
        ),
        (
            attribute("{ name: x, type: nest, nested-attributes: s, byte-order: big-endian }"),
            "NL009",
            "`byte-order`",
        ),
        (
            attribute("{ name: x, type: bitfield32, byte-order: big-endian }"),
            "NL009",
            "`byte-order`",
        ),
        (
            attribute("{ name: x, type: flag, byte-order: big-endian }"),
            "NL009",
            "`byte-order`",
        ),
        (
            attribute("{ name: x, type: flag, checks: { max: 3 } }"),
            "NL009",
            "`max`",
        ),
        (
            attribute("{ name: x, type: nest, nested-attributes: s, checks: { max-len: 3 } }"),
            "NL009",
            "`max-len`",
        ),
        (
            attribute("{ name: x, type: binary, checks: { unterminated-ok: false } }"),
            "NL009",
            "`unterminated-ok`",
        ),
        (
            attribute("{ name: x, type: binary, checks: { exact-len: 8, max-len: 4 } }"),
            "NL008",
            "`max-len`",
        ),
        (
            attribute("{ name: x, type: unused, checks: { max: 4 } }"),
            "NL009",
            "`max`",
        ),
        (
            attribute("{ name: x, type: flag, secret: true }"),
            "NL105",
            "`secret`",
        ),
        (
            attribute("{ name: x, type: unused, secret: true }"),
            "NL105",
            "`secret`",
        ),
        (
            attribute("{ name: x, type: pad, secret: true }"),
            "NL105",
            "`secret`",
        ),
        (
            attribute(
                "{ name: x, type: indexed-array, sub-type: binary, struct: point, display-hint: mac }",
            ),
            "NL105",
            "`display-hint`",
        ),
        (
            operation("- { name: e, attribute-set: s, event: { value: 7, attributes: [ a ] } }"),
            "NL002",
            "`value`",
        ),
        (
            operation(
                "- { name: e, attribute-set: s, value: 9, event: { value: 7, attributes: [ a ] } }",
            ),
            "NL002",
            "`value`",
        ),
        (
            operation("- { name: e, notify: { value: 7 } }"),
            "NL004",
            "`value`",
        ),
        (
            operation("- { name: e, attribute-set: t, notify: get, mcgrp: g }"),
            "NL009",
            "`attribute-set`",
        ),
        (
            operation("- { name: e, fixed-header: point, notify: get, mcgrp: g }"),
            "NL009",
            "`fixed-header`",
        ),
        (
            operation("- { name: e, flags: [ admin-perm ], notify: get, mcgrp: g }"),
            "NL105",
            "`flags`",
        ),
        (
            operation("- { name: e, dont-validate: [ strict ], notify: get, mcgrp: g }"),
            "NL105",
            "`dont-validate`",
        ),
        (
            operation("- { name: e, kernel-differs: x, notify: get, mcgrp: g }"),
            "NL105",
            "`kernel-differs`",
        ),
        (
            operation(
                "- { name: e, flags: [ admin-perm ], attribute-set: s, event: { attributes: [ a ] }, mcgrp: g }",
            ),
            "NL105",
            "`flags`",
        ),
        (
            operation(
                "- { name: e, dont-validate: [ strict ], attribute-set: s, event: { attributes: [ a ] }, mcgrp: g }",
            ),
            "NL105",
            "`dont-validate`",
        ),
        (
            operation(
                "- { name: e, kernel-differs: x, attribute-set: s, event: { attributes: [ a ] }, mcgrp: g }",
            ),
            "NL105",
            "`kernel-differs`",
        ),
        (
            operation("- { name: e, attribute-set: s }"),
            "NL105",
            "`attribute-set`",
        ),
        (
            operation("- { name: e, flags: [ admin-perm ] }"),
            "NL105",
            "`flags`",
        ),
        (operation("- { name: e, mcgrp: g }"), "NL105", "`mcgrp`"),
        (
            operation("- { name: e, fixed-header: point }"),
            "NL105",
            "`fixed-header`",
        ),
        (
            operation("- { name: e, kernel-differs: x }"),
            "NL105",
            "`kernel-differs`",
        ),
        (
            operation("- { name: e, config-cond: x }"),
            "NL105",
            "`config-cond`",
        ),
        (
            operation("- { name: e, dont-validate: [ strict ] }"),
            "NL105",
            "`dont-validate`",
        ),
        (
            operation(
                "- { name: e, attribute-set: s, do: { request: { value: 3, attributes: [ a ] } } }",
            ),
            "NL009",
            "number of its own",
        ),
    ] {
        let found = problems(&text);
        let [line] = &found[..] else {
            panic!("{text}{found:#?}");
        };
        assert!(line.contains(code) && line.contains(key), "{text}{line}");
        assert!(line.ends_with(')'), "no help: {line}");
    }
}

/// What `notify` and `event` have beside them is used: the number, the option of the kernel, and the group.
#[test]
fn what_is_told_has_a_number_and_an_option() {
    for told in [
        "notify: get",
        "attribute-set: s, event: { attributes: [ a ] }",
    ] {
        for (model, value) in [("unified", 7), ("directional", 9)] {
            let text = format!(
                "name: f\n\
                 attribute-sets: [ {{ name: s, attributes: [ {{ name: a, type: u32 }} ] }} ]\n\
                 operations:\n\
                 \x20 enum-model: {model}\n\
                 \x20 list:\n\
                 \x20   - {{ name: get, attribute-set: s, do: {{ reply: {{ attributes: [ a ] }} }} }}\n\
                 \x20   - {{ name: told, value: {value}, config-cond: a-thing, {told}, mcgrp: g }}\n\
                 mcast-groups: {{ list: [ {{ name: g, flags: [ uns-admin-perm ] }}, {{ name: h }} ] }}\n"
            );
            let family = load(Source::new("told.yaml", text)).unwrap();
            let told = family.notifications.first().unwrap();
            assert_eq!(told.command, value);
            assert_eq!(told.config.as_deref(), Some("a-thing"));
            let page = docs::markdown(&family, "told.yaml");
            assert!(
                page.contains("Only in kernels built with CONFIG_A_THING."),
                "{page}"
            );
            assert!(
                page.contains("- g. Who joins needs CAP_NET_ADMIN"),
                "{page}"
            );
            assert!(page.contains("- h\n"), "{page}");
            let code = emit::rust::family(&family, &quote::quote!(::nlgen_runtime)).to_string();
            assert_eq!(code.matches("Who joins needs CAP_NET_ADMIN").count(), 1);
        }
    }
}
