//! The spec language as a JSON Schema, made of the declarations that read it.

use serde::ser::{Serialize, SerializeMap, Serializer};

#[cfg(feature = "json")]
use super::Family;
use super::read::{Limit, OrNull};
use super::{Entry, LongEntry};
use crate::span::At;

/// The spec language as a JSON Schema (draft 2020-12), for editors that complete and check specs.
///
/// It has every key and word that specs may have, with what they mean, and accepts what
/// [`parse`](crate::parse) does: names that nothing has and numbers used twice are for
/// [`load`](crate::load) to find. Keys that are there twice are no matter of schemas.
///
/// ```
/// let schema = nlgen::schema();
/// assert!(schema.contains("https://json-schema.org/draft/2020-12/schema"));
/// assert!(schema.contains("nested-attributes"));
/// ```
#[cfg(feature = "json")]
#[must_use]
pub fn schema() -> String {
    let mut definitions = Definitions::default();
    let mut root = Schema::of(&[(
        "$schema",
        text("https://json-schema.org/draft/2020-12/schema"),
    )])
    .with("title", text("A netlink family, as nlgen reads it"));
    root.0.extend(Family::mapping(&mut definitions).0);
    let root = root.with("$defs", Json::Map(definitions.0));
    // Texts, lists and maps with texts for keys always serialize.
    let mut text = serde_json::to_string_pretty(&Json::Schema(root)).unwrap_or_default();
    text.push('\n');
    text
}

/// A type whose values stand in specs.
pub(crate) trait Describe {
    /// What its values look like. Mappings and words go to the definitions, and are referred to.
    fn describe(definitions: &mut Definitions) -> Schema;
}

/// A schema: its keywords, in the order in which they are written.
#[derive(Clone)]
pub(crate) struct Schema(Vec<(&'static str, Json)>);

/// What the keywords of a schema take. (Not `serde_json`'s values: those may lose the order.)
#[derive(Clone)]
pub(crate) enum Json {
    Bool(bool),
    Text(String),
    List(Vec<Json>),
    Schema(Schema),
    /// Schemas by name: of properties or definitions.
    Map(Vec<(&'static str, Schema)>),
}

/// The schemas that others refer to, in the order of their first use.
#[derive(Default)]
pub(crate) struct Definitions(Vec<(&'static str, Schema)>);

/// A key of a mapping.
pub(crate) struct Property {
    pub(crate) key: &'static str,
    pub(crate) required: bool,
    /// The lines of its documentation.
    pub(crate) doc: &'static [&'static str],
    pub(crate) schema: Schema,
}

impl Definitions {
    /// A reference to a schema, which is made when it is not there yet.
    pub(crate) fn refer(&mut self, name: &'static str, make: fn(&mut Self) -> Schema) -> Schema {
        if !self.0.iter().any(|(known, _)| *known == name) {
            // Its place is taken first: a mapping may contain itself.
            self.0.push((name, Schema(Vec::new())));
            let made = make(self);
            if let Some((_, schema)) = self.0.iter_mut().find(|(known, _)| *known == name) {
                *schema = made;
            }
        }
        Schema::of(&[("$ref", Json::Text(format!("#/$defs/{name}")))])
    }
}

impl Schema {
    fn of(keywords: &[(&'static str, Json)]) -> Self {
        Self(keywords.to_vec())
    }

    /// Values of one of the types.
    fn types(types: &[&str]) -> Self {
        let types = match types {
            [one] => text(one),
            several => Json::List(several.iter().copied().map(text).collect()),
        };
        Self::of(&[("type", types)])
    }

    /// Values that one of the schemas describes.
    fn any_of(schemas: Vec<Self>) -> Self {
        let schemas = schemas.into_iter().map(Json::Schema).collect();
        Self::of(&[("anyOf", Json::List(schemas))])
    }

    fn with(mut self, keyword: &'static str, value: Json) -> Self {
        self.0.push((keyword, value));
        self
    }

    fn described(self, doc: &[&str]) -> Self {
        let lines: Vec<&str> = doc.iter().map(|line| line.trim()).collect();
        self.with("description", Json::Text(lines.join(" ")))
    }

    /// A mapping with these keys and no others.
    pub(crate) fn mapping(doc: &[&str], properties: Vec<Property>) -> Self {
        let required: Vec<Json> = properties
            .iter()
            .filter(|property| property.required)
            .map(|property| text(property.key))
            .collect();
        let properties = properties
            .into_iter()
            .map(|property| (property.key, property.schema.described(property.doc)))
            .collect();
        let mut schema = Self::types(&["object"]).described(doc);
        if !required.is_empty() {
            schema = schema.with("required", Json::List(required));
        }
        schema
            .with("properties", Json::Map(properties))
            .with("additionalProperties", Json::Bool(false))
    }

    /// One of the words, each with the lines of its documentation.
    pub(crate) fn words(doc: &[&str], words: &[(&str, &[&str])]) -> Self {
        let words = words.iter().map(|(word, doc)| {
            let word = Self::of(&[("const", text(word))]);
            Json::Schema(word.described(doc))
        });
        let words = Json::List(words.collect());
        Self::types(&["string"]).described(doc).with("oneOf", words)
    }
}

fn text(text: &str) -> Json {
    Json::Text(text.to_owned())
}

fn write_map<S: Serializer, V: Serialize>(
    entries: &[(&'static str, V)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(entries.len()))?;
    for (key, value) in entries {
        map.serialize_entry(key, value)?;
    }
    map.end()
}

impl Serialize for Schema {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_map(&self.0, serializer)
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(bool) => serializer.serialize_bool(*bool),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => items.serialize(serializer),
            Self::Schema(schema) => schema.serialize(serializer),
            Self::Map(schemas) => write_map(schemas, serializer),
        }
    }
}

/// Text may be written without quotes even if it looks like a number.
impl Describe for At<String> {
    fn describe(_: &mut Definitions) -> Schema {
        Schema::types(&["string", "integer", "boolean"])
    }
}

impl Describe for At<bool> {
    fn describe(_: &mut Definitions) -> Schema {
        Schema::types(&["boolean"])
    }
}

impl Describe for At<i128> {
    fn describe(_: &mut Definitions) -> Schema {
        Schema::types(&["integer"])
    }
}

impl Describe for At<Limit> {
    fn describe(_: &mut Definitions) -> Schema {
        Schema::types(&["integer", "string"])
    }
}

impl<T: Describe> Describe for Option<T> {
    fn describe(definitions: &mut Definitions) -> Schema {
        T::describe(definitions)
    }
}

/// A key without a value is an empty list.
impl<T: Describe> Describe for Vec<T> {
    fn describe(definitions: &mut Definitions) -> Schema {
        let items = Json::Schema(T::describe(definitions));
        Schema::types(&["array", "null"]).with("items", items)
    }
}

impl<T: Describe> Describe for OrNull<T> {
    fn describe(definitions: &mut Definitions) -> Schema {
        Schema::any_of(vec![T::describe(definitions), Schema::types(&["null"])])
    }
}

impl Describe for Entry {
    fn describe(definitions: &mut Definitions) -> Schema {
        let name = At::<String>::describe(definitions);
        Schema::any_of(vec![name, LongEntry::describe(definitions)])
    }
}
