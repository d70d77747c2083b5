//! Whatever things are called in a spec, the code compiles, and messages are made as the documentation says, also
//! where everything of the module is imported.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod generated_crate;

use std::fmt::Write;

use generated_crate::Crate;
use nlgen::model::{Content, Family, Message};
use nlgen::span::Source;
use nlgen::{emit, load, output};

/// Names that mean something: to Rust, in its prelude, to traits of messages, in generated code, or in YAML. They
/// stand between spaces, and those with a space or an end of line follow.
const WORDS: &str = "
    abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen if
    impl in let loop macro match mod move mut override priv pub ref return safe self static struct super trait true
    try type typeof union unsafe unsized use virtual where while yield

    as-mut as-ref async-fn async-fn-mut async-fn-once clone copy default double-ended-iterator drop eq err
    exact-size-iterator extend fn-mut fn-once from from-iterator future into into-future into-iterator iterator none
    ok option ord partial-eq partial-ord result send size-of sized some string sync to-owned to-string try-from
    try-into unpin vec debug hash

    bool char str u8 u16 u32 u64 i32 usize f64 never slice tuple unit

    borrow borrow-mut clone-from clone-into cmp decode decode-at encode fmt ne partial-cmp serialize to-bytes type-id

    attributes attrs event family flags group header layout list message names nl op other out reply request selector
    set sets unknown value values bits all empty new kind bytes depth attr flag nest formatted selected by a r f

    connection dump error events received std core alloc nlgen-runtime

    2ghz 8021q a-1-2 a-12 a--b a_b A-B - é y no null 1 0x1f 1.5 ~ a\"b a\\b a`b a\u{202e}b */ // { }
";

/// The names, quoted for YAML: JSON's strings are YAML's.
fn names() -> Vec<String> {
    let names = WORDS.split_whitespace().chain(["", "a b", "a\nb"]);
    names
        .map(|name| serde_json::to_string(name).unwrap())
        .collect()
}

/// Items of a YAML list, each made of a name.
fn items(indent: usize, item: impl Fn(usize, &str) -> String) -> String {
    let names = names();
    let items = names.iter().enumerate();
    items
        .map(|(at, name)| format!("{:indent$}- {}\n", "", item(at, name)))
        .collect()
}

/// A spec that calls one of everything by each of the names. Of the kinds of definitions, and of operations and
/// notifications, only one can have a name: which one goes round with `turn`.
fn spec(turn: usize) -> String {
    let mut spec = String::from("name: names\nprotocol: netlink-raw\nprotonum: 20\ndefinitions:\n");
    let bits: String = (0..6)
        .map(|part| {
            let names = names().into_iter().skip(part * 40).take(40);
            let names: Vec<String> = names.map(|name| format!("{{ name: {name} }}")).collect();
            format!(
                "  - {{ name: 'bits {part} of all', type: flags, entries: [ {} ] }}\n",
                names.join(", ")
            )
        })
        .collect();
    spec += &bits;
    spec += "  - name: all the values\n    type: enum\n    entries:\n";
    spec += &items(6, |_, name| format!("{{ name: {name} }}"));
    spec += "  - name: all the members\n    type: struct\n    members:\n";
    spec += &items(6, |_, name| format!("{{ name: {name}, type: u8 }}"));
    spec += &items(2, |at, name| match (at + turn) % 4 {
        0 => format!("{{ name: {name}, type: enum, entries: [ {name}, another ] }}"),
        1 => format!("{{ name: {name}, type: flags, entries: [ {name}, another ] }}"),
        2 => format!("{{ name: {name}, type: struct, members: [ {{ name: {name}, type: u8 }} ] }}"),
        _ => format!("{{ name: {name}, type: const, value: {at} }}"),
    });
    spec += "attribute-sets:\n";
    spec += &items(2, |_, name| {
        format!(
            "{{ name: {name}, attributes: [ {{ name: {name}, type: u32 }}, {{ name: end, type: flag }} ] }}"
        )
    });
    spec += "  - name: all the attributes\n    attributes:\n";
    spec += &items(6, |at, name| match (at + turn) % 7 {
        0 => format!("{{ name: {name}, type: u32 }}"),
        1 => format!("{{ name: {name}, type: flag }}"),
        2 => format!("{{ name: {name}, type: string }}"),
        3 => format!("{{ name: {name}, type: nest, nested-attributes: {name} }}"),
        4 => format!("{{ name: {name}, type: u16, multi-attr: true }}"),
        5 => format!("{{ name: {name}, type: u32, enum: all the values }}"),
        _ => format!("{{ name: {name}, type: binary, struct: all the members }}"),
    });
    spec += "      - { name: some kind, type: string }\n";
    spec += "      - { name: some data, type: sub-message, sub-message: all the formats, selector: some kind }\n";
    spec += "sub-messages:\n  - name: all the formats\n    formats:\n";
    spec += &items(6, |_, name| {
        format!("{{ value: {name}, attribute-set: {name} }}")
    });
    spec += &items(2, |_, name| {
        format!("{{ name: {name}, formats: [ {{ value: {name}, attribute-set: {name} }} ] }}")
    });
    let all: Vec<String> = names()
        .into_iter()
        .chain(["some kind".into(), "some data".into()])
        .collect();
    let all = all.join(", ");
    writeln!(
        spec,
        "operations:\n  enum-model: unified\n  list:\n    - name: get all the attributes\n      \
         attribute-set: all the attributes\n      do:\n        request: {{ attributes: [ {all} ] }}\n        \
         reply: {{ attributes: [ some kind ] }}"
    )
    .unwrap();
    spec += &items(4, |at, name| {
        let messages =
            format!("request: {{ attributes: [ {name} ] }}, reply: {{ attributes: [ {name} ] }}");
        let what = match (at + turn) % 4 {
            0 => format!("do: {{ {messages} }}"),
            1 => format!("dump: {{ {messages} }}"),
            2 => format!("event: {{ attributes: [ {name} ] }}"),
            _ => {
                return format!(
                    "{{ name: {name}, notify: get all the attributes, mcgrp: {name} }}"
                );
            }
        };
        format!("{{ name: {name}, attribute-set: {name}, {what} }}")
    });
    spec += "mcast-groups:\n  list:\n";
    spec += &items(4, |at, name| format!("{{ name: {name}, value: {at} }}"));
    spec
}

/// What a setter is given, as the documentation says it.
fn given(family: &Family, content: &Content, multi: bool) -> Option<String> {
    Some(match content {
        Content::Int(..) if multi => "&[7]".to_owned(),
        Content::Int(int, nlgen::model::Meaning::Number) if int.bytes == 4 => "7".to_owned(),
        Content::Flag => "true".to_owned(),
        Content::String => "\"text\"".to_owned(),
        Content::Nest(set) => {
            let inner = family.message(family.set(*set).message?);
            format!("&{}::default()", inner.ident)
        }
        _ => return None,
    })
}

/// A message made in each way, and what can be done with it.
fn uses(family: &Family, message: &Message) -> String {
    let ident = &message.ident;
    let mut text = format!(
        "    {{\n        let one = {ident}::default();\n        \
         let two = {ident} {{ ..Default::default() }};\n        let three = one.clone();\n        \
         assert_eq!(one, two);\n        assert!(format!(\"{{three:?}}\").starts_with(stringify!({ident})));\n        \
         let bytes = one.to_bytes().unwrap();\n        assert_eq!({ident}::decode(&bytes).unwrap(), one);\n"
    );
    if message.built {
        write!(text, "        let bytes = {ident}::default()").unwrap();
        for attr in family.fields(message) {
            if let Some(given) = given(family, &attr.content, attr.multi) {
                write!(text, "\n            .{}({given})", attr.ident).unwrap();
            }
        }
        text += "\n            .to_bytes()\n            .unwrap();\n        assert_eq!(bytes.len() % 4, 0);\n";
    }
    text + "    }\n"
}

/// Code that uses the prelude where everything of the module is imported.
const PRELUDE: &str = r#"
    fn converts<T: Clone + Copy + Default + Eq + From<u8> + Into<u64> + Ord + PartialEq + Send + Sized + Sync>(
        value: T,
    ) -> Result<Option<Box<u64>>, String> {
        match value == T::default() {
            true => Err(String::from("zero")),
            false => Ok(Some(Box::new(value.into()))),
        }
    }
    fn collects(from: impl IntoIterator<Item = u8> + ToOwned) -> Vec<u8> {
        let mut all: Vec<u8> = Vec::new();
        Extend::extend(&mut all, from);
        drop(all.iter());
        FromIterator::from_iter(Iterator::map(all.into_iter(), |one: u8| one))
    }
    assert_eq!(converts(7_u32), Ok(Some(Box::new(7))));
    assert_eq!(converts(0_u32), Err(ToString::to_string("zero")));
    assert_eq!(None::<u8>.map(u8::from), Option::None);
    assert_eq!(collects([1, 2]), vec![1, 2]);
    assert!(u8::try_from(300).is_err() && <u8 as TryFrom<u32>>::try_from(7).is_ok());
    assert_eq!(AsRef::<str>::as_ref("text"), "text");
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
    struct Mine(u8);
    impl Drop for Other {
        fn drop(&mut self) {}
    }
    struct Other;
    let _: (Mine, Other) = (Mine::default(), Other);
    let _: fn() -> usize = || 1;
    let _: &dyn Fn() -> u8 = &|| 1;
"#;

#[test]
fn any_names_will_do() {
    let made = Crate::new("names");
    let mut lib = String::from("//! Specs.\n#![deny(warnings, missing_docs)]\n");
    let mut main = String::from("use nlgen_runtime::{Decode, Encode};\n\nfn main() {\n");
    let mut functions = String::new();
    for turn in 0..4 {
        let family = load(Source::new("names.yaml", spec(turn))).unwrap();
        let tokens = emit::rust::family(&family, &quote::quote!(::nlgen_runtime));
        let file = output::format(&tokens, "names.yaml");
        made.write(&format!("src/turn_{turn}.rs"), &file);
        writeln!(lib, "/// Names.\npub mod turn_{turn};").unwrap();
        writeln!(main, "    turn_{turn}();").unwrap();
        let uses: String = family
            .messages
            .iter()
            .map(|message| uses(&family, message))
            .collect();
        writeln!(
            functions,
            "#[allow(clippy::all)]\nfn turn_{turn}() {{\n    use names::turn_{turn}::*;\n    {{{PRELUDE}    }}\n{uses}}}\n"
        )
        .unwrap();
    }
    made.write("src/lib.rs", &lib);
    made.write("src/main.rs", &format!("{main}}}\n\n{functions}"));
    made.cargo(&["check", "--lib"]);
    made.cargo(&["run"]);
}

/// The trait of a server has a method for each operation, and who implements it calls them by their names.
#[test]
fn any_names_will_do_for_servers() {
    let made = Crate::new("names_of_servers");
    let mut lib = String::from("//! Specs.\n#![deny(warnings, missing_docs)]\n");
    for turn in 0..4 {
        let family = load(Source::new("names.yaml", spec(turn))).unwrap();
        let mut tokens = emit::rust::family(&family, &quote::quote!(::nlgen_runtime));
        tokens.extend(emit::rust::server(&family));
        let file = output::format(&tokens, "names.yaml");
        made.write(&format!("src/turn_{turn}.rs"), &file);
        writeln!(lib, "/// Names.\npub mod turn_{turn};").unwrap();
        writeln!(
            lib,
            "/// Names.\npub mod mine_{turn} {{\n    use crate::turn_{turn}::server::*;\n    \
             /// Refuses all.\n    #[derive(Clone, Debug, Default)]\n    pub struct Mine;\n    \
             impl Server for Mine {{}}\n    /// A service.\n    pub fn service() -> Service<Mine> {{\n        \
             Service(Mine::default().clone())\n    }}\n}}"
        )
        .unwrap();
    }
    made.write("src/lib.rs", &lib);
    made.cargo(&["check", "--lib"]);
}
