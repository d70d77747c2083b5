//! Values longer than an attribute's 16-bit length can say: an error with its place, and no bytes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use nlgen::span::Source;
use nlgen_dynamic::{EncodeOptions, Family, Mode};
use serde_json::{Value, json};

const SPEC: &str = "
name: long
protocol: netlink-raw
protonum: 31
attribute-sets:
  - name: top
    attributes:
      - { name: blob, type: binary }
      - { name: text, type: string }
      - { name: scalars, type: binary, sub-type: u32 }
      - { name: array, type: indexed-array, sub-type: u32 }
      - { name: nests, type: indexed-array, sub-type: nest, nested-attributes: leaf }
      - { name: keyed, type: nest-type-value, type-value: [ cpu ], nested-attributes: leaf }
      - { name: nest, type: nest, nested-attributes: leaf }
      - { name: kind, type: string }
      - { name: data, type: sub-message, sub-message: data, selector: kind }
  - name: leaf
    attributes:
      - { name: id, type: u32, multi-attr: true }
      - { name: one, type: u32 }
sub-messages:
  - name: data
    formats: [ { value: leaf, attribute-set: leaf } ]
operations:
  enum-model: directional
  list:
    - name: use
      attribute-set: top
      do: { request: { value: 16, attributes: [ blob, text, scalars, array, nests, keyed, nest, kind, data ] } }
";

/// An attribute, the bytes of an entry of it, and the JSON with so many entries.
type Row = (&'static str, usize, fn(usize) -> Value);

const ROWS: &[Row] = &[
    ("blob", 1, |count| json!({ "blob": "07".repeat(count) })),
    // The NUL counts.
    ("text", 1, |count| json!({ "text": "x".repeat(count - 1) })),
    ("scalars", 4, |count| json!({ "scalars": vec![7; count] })),
    ("array", 8, |count| json!({ "array": vec![7; count] })),
    (
        "nests",
        12,
        |count| json!({ "nests": vec![json!({ "one": 7 }); count] }),
    ),
    (
        "keyed",
        12,
        |count| json!({ "keyed": vec![json!({ "cpu": 3, "one": 7 }); count] }),
    ),
    (
        "nest",
        8,
        |count| json!({ "nest": { "id": vec![7; count] } }),
    ),
    (
        "data",
        8,
        |count| json!({ "kind": "leaf", "data": { "id": vec![7; count] } }),
    ),
];

#[test]
fn every_attribute_is_whole_or_refused() {
    let family = Family::new(nlgen::load(Source::new("long.yaml", SPEC)).unwrap());
    let operation = family.operation("use").unwrap();
    let write = |json: &Value| {
        let options = EncodeOptions { force: true };
        let written = operation.encode(Mode::Do, json, options);
        written.map_err(|problem| problem.to_string())
    };
    for (name, unit, json) in ROWS {
        let most = 65_531 / unit;
        let longest = write(&json(most)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(longest.len() >= most * unit, "{name}");
        for len in [65_532_usize, 65_543, 131_072] {
            let count = len.div_ceil(*unit);
            let error = write(&json(count)).expect_err(name);
            let bytes = count * unit;
            let told = format!("this makes {bytes} bytes, and an attribute holds at most 65531");
            assert!(
                error.starts_with(name) && error.ends_with(&told),
                "{name}: {error}"
            );
        }
    }
}
