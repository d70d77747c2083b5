//! The derives as functions on tokens: what they refuse and how they say it. What they make is
//! compiled and run by the tests of the crate nlgen-macros.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use nlgen::derive;
use proc_macro2::{TokenStream, TokenTree};

type Derive = fn(TokenStream) -> TokenStream;

const BOTH: [Derive; 2] = [derive::encode, derive::decode];

/// The messages of the `compile_error!`s, in order.
fn errors(derive: Derive, item: &str) -> Vec<String> {
    let mut messages = Vec::new();
    let mut in_error = false;
    for token in derive(item.parse().unwrap()) {
        match token {
            TokenTree::Ident(ident) => in_error = ident == "compile_error",
            TokenTree::Group(group) if in_error => {
                let text: syn::LitStr = syn::parse2(group.stream()).unwrap();
                messages.push(text.value());
                in_error = false;
            }
            _ => {}
        }
    }
    messages
}

/// A struct of one field has one problem.
#[track_caller]
fn refused(keys: &str, ty: &str, message: &str) {
    for derive in BOTH {
        let got = errors(derive, &format!("struct S {{ #[nl({keys})] x: {ty} }}"));
        let right = got.len() == 1 && got[0].starts_with(message);
        assert!(right, "#[nl({keys})] {ty}\nwant {message}\ngot {got:?}");
    }
}

#[test]
fn keys_that_are_not_right_by_themselves() {
    for (keys, message) in [
        ("", "`x` has no attribute number: add `#[nl(1)]`"),
        ("1, bee", "there is no `bee`; did you mean `be`?"),
        ("1, indxed", "there is no `indxed`; did you mean `indexed`?"),
        (
            "1, command = 1",
            "`command` stands on a struct, not on a field",
        ),
        ("1, other", "`other` stands on a variant, not on a field"),
        ("1, 2", "`attr` is there twice"),
        ("1, be, be", "`be` is there twice"),
        ("1, be = 2", "`be` takes no value"),
        ("1, name", "`name` needs a value: `name = \"rx-max\"`"),
        ("1, name = 3", "expected string literal"),
        ("attr", "`attr` needs a value: `attr = 3`"),
        ("16384", "attributes are numbered from 0 to 16383"),
        ("attr = 70000", "attributes are numbered from 0 to 16383"),
        ("1 be", "expected `,`"),
        ("1, be, le", "`be` and `le` exclude each other"),
        ("1, uint, sint", "`uint` and `sint` exclude each other"),
        (
            "1, uint, type = u32",
            "`type` and `uint` exclude each other",
        ),
        ("1, type = u128", "not an integer of netlink: `u8`, `u16`"),
        ("1, type", "`type` needs a value: `type = u8`"),
        (
            "1, nest_type_value",
            "`nest_type_value` needs a value: `nest_type_value = 2`",
        ),
        ("1, nest_type_value = 0", "there are 1 to 255 levels"),
        ("1, flag, be", "`be` and `flag` exclude each other"),
        ("1, struct, be", "`be` and `struct` exclude each other"),
        ("1, nest, be", "`be` and `nest` exclude each other"),
        (
            "1, nest_type_value = 1, multi",
            "`multi` and `nest_type_value` exclude each other",
        ),
        (
            "1, nest_type_value = 1, be",
            "`be` and `nest_type_value` exclude each other",
        ),
    ] {
        refused(keys, "u64", message);
    }
    refused(
        "1, flags = u8, type = u8",
        "F",
        "`flags` and `type` exclude each other",
    );
}

#[test]
fn keys_that_do_not_fit_the_type() {
    let int = "is for an integer or an enum, not for";
    let list = "is for a `Vec` or a `List`, not for";
    let nest = "is for a struct of attributes, not for";
    let bits = "is for a set of bitflags, not for";
    for (key, ty, wants, got) in [
        ("be", "String", int, "text"),
        ("be", "Option<Str<'a>>", int, "text"),
        ("le", "&'a [u8]", int, "a reference"),
        ("uint", "[u8; 4]", int, "an array of bytes"),
        ("type = u8", "bool", int, "a `bool`"),
        ("sint", "::std::net::Ipv4Addr", int, "an address"),
        ("be", "Nest<'a, T>", int, "a `Nest`"),
        ("be", "Bitfield32", int, "a `Bitfield32`"),
        ("flags", "u32", bits, "`u32`"),
        ("flags", "Vec<u8>", bits, "a `Vec` of bytes"),
        ("nest", "u32", nest, "`u32`"),
        ("nest", "Option<String>", nest, "text"),
        ("nest", "Vec<Leaf>", nest, "a `Vec`"),
        ("struct", "u32", "is for a C struct, not for", "`u32`"),
        ("flag", "u8", "is for a `bool`, not for", "`u8`"),
        ("multi", "u32", list, "`u32`"),
        ("multi", "Option<u32>", list, "`u32`"),
        ("multi", "Leaf", list, "this type"),
        ("indexed", "bool", list, "a `bool`"),
        ("nest_type_value = 1", "Leaf", list, "this type"),
    ] {
        let name = key.split(' ').next().unwrap();
        refused(&format!("1, {key}"), ty, &format!("`{name}` {wants} {got}"));
    }
}

#[test]
fn types_that_need_other_keys() {
    let flag = "a `bool` is a flag, there or not";
    let absent = "a list without entries is absent: it needs no `Option`";
    for (keys, ty, message) in [
        ("1", "Option<bool>", flag),
        ("1, multi", "Vec<bool>", flag),
        (
            "1",
            "Option<Option<u8>>",
            "an `Option` says that the attribute may be absent",
        ),
        ("1", "Vec<u32>", "how are the entries repeated? add `multi`"),
        ("1, multi", "Option<Vec<u32>>", absent),
        ("1", "Option<List<'a, u32>>", absent),
        (
            "1, multi, indexed",
            "Vec<u32>",
            "`multi` and `indexed` make lists of lists",
        ),
        (
            "1, nest_type_value = 2",
            "Vec<Leaf>",
            "`nest_type_value` is for `Vec<([u16; 2], T)>`",
        ),
        (
            "1, nest_type_value = 2",
            "Vec<([u16; 2], u8)>",
            "`nest_type_value` is for structs of attributes",
        ),
        (
            "1, be",
            "List<'a, u16>",
            "the type of a `List` says how its entries are carried, not `be`",
        ),
        (
            "1, indexed",
            "List<'a, u16>",
            "`indexed` goes with the shape `Indexed`; this list has `Multi`",
        ),
        (
            "1, multi",
            "nl::List<'a, T, nl::Keyed<2>>",
            "`multi` goes with the shape `Multi`; this list has `Keyed`",
        ),
    ] {
        refused(keys, ty, message);
    }
}

#[test]
fn structs() {
    let field = "struct S { #[nl(1)] a: u8 }";
    let generic = "a set of attributes has one description, so its struct cannot be generic over";
    for (item, message) in [
        ("struct S(u8);", "the fields need names"),
        (
            "enum E { A }",
            "an enum is one value, not a set of attributes: derive `Scalar`",
        ),
        ("union U { a: u8 }", "a union is no set of attributes"),
        ("struct S<T> { #[nl(1)] x: T }", &format!("{generic} types")),
        (
            "struct S<const N: usize> { #[nl(1)] x: [u8; N] }",
            &format!("{generic} constants"),
        ),
        (
            "struct S { #[nl(1)] a: u8, #[nl(1)] b: u8 }",
            "the number 1 is that of `a` already",
        ),
        (
            &format!("#[nl(pad(1))] {field}"),
            "the number 1 is that of `a` already",
        ),
        (
            &format!("#[nl(pad(2, 2))] {field}"),
            "the number 2 is that of padding already",
        ),
        (
            &format!("#[nl(pad = 2)] {field}"),
            "`pad` needs numbers: `pad(4, 9)`",
        ),
        (
            &format!("#[nl(pad(70000))] {field}"),
            "attributes are numbered from 0 to 16383",
        ),
        (
            &format!("#[nl(be)] {field}"),
            "`be` stands on a field, not on a struct",
        ),
        (
            &format!("#[nl(3)] {field}"),
            "a number stands on a field, not on a struct",
        ),
        (
            &format!("#[nl(comand = 1)] {field}"),
            "there is no `comand`; did you mean `command`?",
        ),
        (
            &format!("#[nl(zzzzzz)] {field}"),
            "there is no `zzzzzz`; a struct has: `runtime`, `set`,",
        ),
        (
            &format!("#[nl] {field}"),
            "expected attribute arguments in parentheses",
        ),
    ] {
        for derive in BOTH {
            let got = errors(derive, item);
            assert!(
                got.len() == 1 && got[0].starts_with(message),
                "{item}\n{got:?}"
            );
        }
    }
}

#[test]
fn operations() {
    for derive in [derive::request as Derive, derive::dump] {
        for (item, message) in [
            ("#[nl(command = 1)] struct S;", "#[nl(family = \"netdev\")]"),
            ("#[nl(family = \"x\")] struct S;", "#[nl(command = 1)]"),
            (
                "#[nl(family = \"x\", command = 1)] enum E {}",
                "a request is a struct",
            ),
            (
                "#[nl(family = \"x\", command = 1)] struct S<T>(T);",
                "cannot be generic over types",
            ),
            (
                "#[nl(family = X, version = 1, command = 1)] struct S;",
                "the version is that of the family's `static`",
            ),
            (
                "#[nl(family = \"x\", command = 1, reply_command = 256)] struct S;",
                "commands of a family are numbered from 0 to 255",
            ),
            (
                "#[nl(family, command = 1)] struct S;",
                "`family` needs a value: `family = \"netdev\"`",
            ),
        ] {
            let got = errors(derive, item);
            assert!(
                got.iter().any(|got| got.contains(message)),
                "{item}\n{got:?}"
            );
        }
    }
}

#[test]
fn enums() {
    let other = "`other` is for a variant that holds the integer: `Unknown(u32)`";
    for (item, message) in [
        ("#[repr(u8)] struct S;", "`Scalar` is for enums"),
        (
            "enum E { A }",
            "which integer is behind it? add `#[repr(u32)]`",
        ),
        ("#[repr(C)] enum E { A }", "which integer is behind it?"),
        ("#[repr(u8)] enum E<T> { A }", "a value has no parameters"),
        (
            "#[repr(u8)] enum E { A(u8) }",
            "a value has no fields; the variant for all other integers",
        ),
        ("#[repr(u8)] enum E { #[nl(other)] A }", other),
        ("#[repr(u8)] enum E { #[nl(other)] A { a: u8 } }", other),
        (
            "#[repr(u8)] enum E { #[nl(other)] A(u8), #[nl(other)] B(u8) }",
            "another variant is `other` already",
        ),
        (
            "#[repr(u8)] enum E { A = 1 + 1 }",
            "write the number itself",
        ),
        (
            "#[repr(u8)] enum E { #[nl(be)] A }",
            "`be` stands on a field, not on a variant",
        ),
        (
            "#[repr(u8)] enum E { #[nl(nam = \"a\")] A }",
            "there is no `nam`; did you mean `name`?",
        ),
        (
            "#[repr(u8)] #[nl(set = \"x\")] enum E { A }",
            "`set` stands on a struct, not on an enum",
        ),
    ] {
        let got = errors(derive::scalar, item);
        assert!(
            got.len() == 1 && got[0].starts_with(message),
            "{item}\n{got:?}"
        );
    }
}

#[test]
fn all_problems_at_once() {
    let item = "struct S { a: u8, #[nl(2, bee)] b: u8, #[nl(2)] c: Vec<u16>, #[nl(2)] e: u8, #[nl(70000)] d: u8 }";
    let got = errors(derive::encode, item);
    // No number; no such key; the number again; how repeated; too great a number.
    assert_eq!(got.len(), 5, "{got:#?}");
}

#[test]
fn what_is_right_has_no_errors() {
    let item = "#[nl(set = \"s\", pad(9))] #[nl(family = \"f\", command = 1,)] struct S<'a> {
        #[nl(0)] a: u8, #[nl(16383, secret)] b: Option<&'a str>, #[nl(attr = 0x10, be,)] r#type: u16 }";
    for derive in [
        derive::encode as Derive,
        derive::decode,
        derive::request,
        derive::dump,
    ] {
        assert_eq!(errors(derive, item), [""; 0]);
    }
    let item = "#[repr(C, i8)] enum E { A = -(1), B, #[nl(other)] C(i8) }";
    assert_eq!(errors(derive::scalar, item), [""; 0]);
}
