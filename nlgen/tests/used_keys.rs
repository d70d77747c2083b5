//! Every key of the language changes what becomes of a spec: none is accepted and not used.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod checked_in;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use checked_in::files;
use nlgen::load;
use nlgen::span::Source;
use nlgen::spec;
use serde_json::Value;

/// How often a key is taken out of specs before it counts as unused.
const MOST_TRIES: u32 = 8;

/// A spec with the keys that no spec in the repository has.
const RARE: &str = "
name: rare
cmd-max-name: rare-last
kernel-family: { headers: [ linux/rare.h ], sock-priv: struct rare }
definitions:
  - { name: most, name-prefix: rare-, type: const, value: 7, scope: kernel }
  - { name: color, type: enum, entries: [ red ], enum-cnt-name: colors }
attribute-sets:
  - name: s
    attributes:
      - { name: id, type: u32, checks: { max: rare-most } }
      - { name: kind, type: u32, kernel-differs: It is 16 bits. }
operations:
  async-enum: rare-told
  replies-lack: [ sequence ]
  list:
    - { name: new, attribute-set: s, returns: id, do: { pre: begin, post: end, request: { attributes: [ id ] } } }
    - { name: get, attribute-set: s, kernel-differs: Not there., replies-lack: [ port-id ],
        do: { reply: { attributes: [ id ] } } }
    - { name: all, attribute-set: s, dump: { answered-by: notifications } }
    - { name: told, attribute-set: s, event: { attributes: [ id ] } }
";

/// What becomes of a spec.
fn made(document: &Value) -> String {
    // JSON is YAML.
    match load(Source::new("keys.yaml", document.to_string())) {
        Ok(family) => format!("{family:?}"),
        Err(error) => error.to_string(),
    }
}

/// A key in a document: the mapping of the language, the key, and its path.
struct Place {
    key: String,
    path: String,
}

/// Walks along the schema.
fn places(
    root: &Value,
    schema: &Value,
    name: &str,
    node: &Value,
    path: &str,
    out: &mut Vec<Place>,
) {
    if let Some(target) = schema["$ref"].as_str() {
        let name = target.trim_start_matches("#/$defs/");
        return places(root, &root["$defs"][name], name, node, path, out);
    }
    for one in schema["anyOf"].as_array().into_iter().flatten() {
        places(root, one, name, node, path, out);
    }
    match node {
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                places(
                    root,
                    &schema["items"],
                    "",
                    item,
                    &format!("{path}/{at}"),
                    out,
                );
            }
        }
        Value::Object(entries) => {
            for (key, value) in entries {
                let property = &schema["properties"][key];
                if property.is_null() {
                    continue;
                }
                let inner = format!("{path}/{key}");
                places(root, property, "", value, &inner, out);
                out.push(Place {
                    key: format!("{name} {key}"),
                    path: inner,
                });
            }
        }
        _ => {}
    }
}

fn without(document: &Value, path: &str) -> Value {
    let mut changed = document.clone();
    let (parent, key) = path.rsplit_once('/').unwrap();
    let parent = changed.pointer_mut(parent).unwrap();
    parent.as_object_mut().unwrap().remove(key);
    changed
}

#[test]
fn every_key_is_used() {
    let schema: Value = serde_json::from_str(&nlgen::schema()).unwrap();
    let mut texts = vec![RARE.to_owned()];
    for folder in ["tests/golden", "../specs"] {
        let specs = files(folder, "yaml");
        texts.extend(specs.iter().map(|path| fs::read_to_string(path).unwrap()));
    }
    let mut used = BTreeSet::new();
    let mut tries: BTreeMap<String, u32> = BTreeMap::new();
    for text in texts {
        let document: Value = serde_yaml::from_str(&text).unwrap();
        let before = made(&document);
        let mut found = Vec::new();
        places(&schema, &schema, "Family", &document, "", &mut found);
        for place in found {
            let tried = tries.entry(place.key.clone()).or_default();
            if used.contains(&place.key) || *tried == MOST_TRIES {
                continue;
            }
            *tried += 1;
            if made(&without(&document, &place.path)) != before {
                used.insert(place.key);
            }
        }
    }
    let mut all = BTreeSet::new();
    for (mapping, keys) in spec::MAPPINGS {
        all.extend(keys.iter().map(|key| format!("{mapping} {key}")));
    }
    let unused: Vec<&str> = all.difference(&used).map(String::as_str).collect();
    assert_eq!(unused, Vec::<&str>::new());
}
