//! The JSON Schema of the spec language says what the reader does.
//!
//! Specs are validated by Python's package `jsonschema` (Debian: `python3-jsonschema`). Without it, the tests
//! that need it say so and are skipped.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod checked_in;
mod kernel_source;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use checked_in::{Differences, files, stem};
use kernel_source::Kernel;
use nlgen::diagnostic::Code;
use nlgen::span::Source;
use nlgen::spec;
use serde_json::{Value, json};

fn schema() -> Value {
    serde_json::from_str(&nlgen::schema()).unwrap()
}

#[test]
fn the_schema_is_as_checked_in() {
    let mut differences = Differences::default();
    differences.compare("../docs/spec.schema.json", &nlgen::schema());
    differences.finish();
}

#[test]
fn every_key_of_every_mapping_is_in_it() {
    let schema = schema();
    let mut expected = BTreeSet::new();
    for &(name, keys) in spec::MAPPINGS {
        let mapping = match name {
            "Family" => &schema,
            name => {
                expected.insert(name);
                &schema["$defs"][name]
            }
        };
        assert_keys(mapping, keys, name);
    }
    for &(name, words) in spec::CHOICES {
        expected.insert(name);
        let choices = schema["$defs"][name]["oneOf"].as_array().unwrap();
        let found: Vec<&str> = choices
            .iter()
            .map(|choice| choice["const"].as_str().unwrap())
            .collect();
        assert_eq!(found, words, "{name}");
    }
    let found: BTreeSet<&str> = schema["$defs"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(found, expected);
}

fn assert_keys(mapping: &Value, keys: &[&str], name: &str) {
    assert_eq!(mapping["additionalProperties"], false, "{name}");
    let properties = mapping["properties"].as_object().unwrap();
    let found: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
    assert_eq!(found, keys.iter().copied().collect(), "{name}");
    for (key, property) in properties {
        let description = property["description"].as_str().unwrap();
        assert!(!description.is_empty(), "{name}: {key}");
    }
}

#[test]
fn the_schema_accepts_every_spec_and_no_other() {
    if !validator_is_there() {
        return;
    }
    let mut specs = Vec::new();
    for folder in ["../specs", "tests/golden", "tests/diagnostics"] {
        let found = files(folder, "yaml");
        assert!(!found.is_empty(), "{folder}");
        specs.extend(found);
    }
    for kernel in Kernel::ALL {
        let kernels = kernel.specs_with_overlays().into_iter().flatten();
        specs.extend(kernels.map(|(spec, _)| spec));
    }
    let mut documents = Vec::new();
    for path in specs {
        if stem(&path).ends_with(".overlay") {
            continue;
        }
        let name = path.display().to_string();
        let text = fs::read_to_string(&path).unwrap();
        // What is no document is no matter of schemas.
        let Some(read) = reads(&name, &text) else {
            continue;
        };
        // The wrong ones are those that tests have for that.
        assert!(read || name.contains("/diagnostics/"), "{name}");
        match serde_yaml::from_str(&text) {
            Ok(document) => documents.push((name, read, document)),
            // Numbers that the reader holds, for `load` to refuse, and `serde_json` does not.
            Err(error) => assert!(
                error.to_string().contains("out of range"),
                "{name}: {error}"
            ),
        }
    }
    let wrong = documents.iter().filter(|(_, read, _)| !read).count();
    println!("{} files, {wrong} of them wrong", documents.len());
    assert!(wrong > 5);
    assert_agreement(&documents);
}

/// A spec with every key, and each of its values changed in every way: the schema accepts what the reader
/// does.
#[test]
fn the_schema_and_the_reader_agree() {
    if !validator_is_there() {
        return;
    }
    let schema = schema();
    let full = sample(&schema, &schema).remove(0);
    let mut variants = vec![("unchanged".to_owned(), full.clone())];
    let mut places = Vec::new();
    list_places(&full, String::new(), &mut places);
    for place in places {
        let others = [json!(null), json!(true), json!(7), json!("x"), json!([])];
        for other in others.into_iter().chain([json!({}), json!([{}])]) {
            let mut variant = full.clone();
            *variant.pointer_mut(&place).unwrap() = other.clone();
            variants.push((format!("{other} at {place}"), variant));
        }
        let Some((parent, key)) = place.rsplit_once('/') else {
            continue;
        };
        let mut variant = full.clone();
        if let Some(Value::Object(entries)) = variant.pointer_mut(parent) {
            let value = entries.remove(key).unwrap();
            variants.push((format!("without {place}"), variant.clone()));
            let entries = variant.pointer_mut(parent).unwrap();
            entries[format!("{key}x")] = value;
            variants.push((format!("another key at {place}"), variant));
        }
    }
    let documents: Vec<(String, bool, Value)> = variants
        .into_iter()
        .map(|(name, document)| {
            // JSON is YAML.
            let read = reads(&name, &document.to_string()).unwrap();
            (name, read, document)
        })
        .collect();
    assert!(documents[0].1, "the spec with every key is none");
    let wrong = documents.iter().filter(|(_, read, _)| !read).count();
    let right = documents.len() - wrong;
    println!("{right} documents are specs, {wrong} are not");
    assert!(right > 200 && wrong > 200);
    assert_agreement(&documents);
}

/// Whether a spec can be read; `None` when it is not YAML. A key may be there twice: schemas do not see it.
fn reads(name: &str, text: &str) -> Option<bool> {
    let error = match nlgen::parse(Source::new(name, text)) {
        Ok(_) => return Some(true),
        Err(error) => error,
    };
    let codes: Vec<Code> = error.problems().iter().map(|found| found.code()).collect();
    (!codes.contains(&Code::Syntax)).then(|| codes.iter().all(|code| *code == Code::Duplicate))
}

/// Values that a schema describes, with every key: one for each of its alternatives.
fn sample(schema: &Value, root: &Value) -> Vec<Value> {
    if let Some(reference) = schema["$ref"].as_str() {
        let pointer = reference.strip_prefix('#').unwrap();
        return sample(root.pointer(pointer).unwrap(), root);
    }
    for alternatives in ["anyOf", "oneOf"] {
        if let Some(schemas) = schema[alternatives].as_array() {
            return schemas.iter().flat_map(|one| sample(one, root)).collect();
        }
    }
    if let Some(constant) = schema.get("const") {
        return vec![constant.clone()];
    }
    if let Some(properties) = schema["properties"].as_object() {
        let first = |(key, value)| (String::clone(key), sample(value, root).remove(0));
        return vec![properties.iter().map(first).collect()];
    }
    let first = schema["type"].get(0).unwrap_or(&schema["type"]);
    vec![match first.as_str().unwrap() {
        "string" => json!("text"),
        "integer" => json!(1),
        "boolean" => json!(true),
        "null" => json!(null),
        "array" => json!(sample(&schema["items"], root)),
        other => panic!("{other}"),
    }]
}

/// Every value of a document, as a JSON pointer.
fn list_places(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                list_places(item, format!("{at}/{index}"), places);
            }
        }
        Value::Object(entries) => {
            for (key, value) in entries {
                list_places(value, format!("{at}/{key}"), places);
            }
        }
        _ => {}
    }
    places.push(at);
}

/// Reads `[schema, document…]`, and prints a line for each document: whether it is valid.
const VALIDATE: &str = "
import json, sys
from jsonschema import Draft202012Validator
schema, *documents = json.load(sys.stdin)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
for document in documents:
    print(json.dumps(validator.is_valid(document)))
";

fn validator_is_there() -> bool {
    needs::python("jsonschema", "Draft202012Validator", "python3-jsonschema")
}

/// Checks of each document, with its name, that it is valid exactly if it should be.
fn assert_agreement(documents: &[(String, bool, Value)]) {
    let mut input = vec![schema()];
    input.extend(documents.iter().map(|(.., document)| document.clone()));
    let mut python = Command::new("python3")
        .args(["-c", VALIDATE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // It reads all before it prints.
    let mut stdin = python.stdin.take().unwrap();
    stdin
        .write_all(json!(input).to_string().as_bytes())
        .unwrap();
    drop(stdin);
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success(), "the schema is none");
    let said = String::from_utf8(output.stdout).unwrap();
    let said: Vec<bool> = said.lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(said.len(), documents.len());
    let differ: Vec<String> = documents
        .iter()
        .zip(said)
        .filter(|((_, read, _), valid)| read != valid)
        .map(|((name, read, _), valid)| format!("{name}: reads {read}, valid {valid}"))
        .collect();
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}
