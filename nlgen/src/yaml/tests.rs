//! Places of values, what is refused, and aliases.

use super::*;

/// Each scalar of a tree, with the text at its place.
fn scalars(node: &Node, text: &str, found: &mut Vec<(String, String)>) {
    let at = |span: Span| text.get(span.range()).unwrap_or("?").to_owned();
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| scalars(item, text, found)),
        Value::Map(entries) => entries.iter().for_each(|(key, value)| {
            found.push((key.value.clone(), at(key.span)));
            scalars(value, text, found);
        }),
        value => found.push((format!("{value:?}"), at(node.span))),
    }
}

#[test]
fn everything_knows_its_place() {
    let text = "name: exam # why\nvalue: 0x10\nlist: [ a, 22, 'c c' ]\non: true\nnone:\n\
                nested:\n  -\n    key: &anchor x\n  - other: *anchor\n";
    let mut found = Vec::new();
    scalars(&parse(text).unwrap(), text, &mut found);
    let expected = [
        ("name", "name"),
        ("Text(\"exam\")", "exam"),
        ("value", "value"),
        ("Int(16)", "0x10"),
        ("list", "list"),
        ("Text(\"a\")", "a"),
        ("Int(22)", "22"),
        ("Text(\"c c\")", "c c"),
        ("on", "on"),
        ("Bool(true)", "true"),
        ("none", "none"),
        ("Null", ""),
        ("nested", "nested"),
        ("key", "key"),
        ("Text(\"x\")", "x"),
        ("other", "other"),
        ("Text(\"x\")", "x"),
    ];
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(v, t)| (v.as_str(), t.as_str()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn what_is_not_plain_yaml_is_refused() {
    for (text, message) in [
        ("a: [1, 2", "did not find expected"),
        ("a: !tag 1", "no tags"),
        ("a: 1\n---\nb: 2", "one document"),
        ("a: *nowhere", "unknown anchor"),
    ] {
        let error = parse(text).unwrap_err();
        assert!(error.message.contains(message), "{text}: {}", error.message);
    }
}

#[test]
fn aliases_cannot_blow_up() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        text += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    assert!(parse(&text).unwrap_err().message.contains("too large"));
}
