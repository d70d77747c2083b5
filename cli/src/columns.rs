//! Objects as a table: the attributes that are single values, as many as fit.

use std::collections::HashSet;
use std::io::{self, Write};

use nlgen::diagnostic::visible;
use serde_json::{Map, Value};

use crate::message::{MALFORMED, Printed};
use crate::output::{FAINT, HEADING, NOTE, width};
use crate::text::visible_json;

/// The longest value that a column shows.
const LONGEST: usize = 32;

/// A column: the way to its value, and the values.
struct Column {
    name: String,
    cells: Vec<String>,
    width: usize,
}

/// Writes objects as a table: of the columns that are `chosen`, or of as many as fit. Then attributes of nests get
/// columns, too (`header.dev-name`); lists do not.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn table(
    out: &mut impl Write,
    objects: &[Printed],
    chosen: &[String],
) -> io::Result<()> {
    let values: Vec<&Value> = objects.iter().map(Printed::value).collect();
    let (shown, left) = match chosen {
        [] => fitting(&values, width()),
        chosen => {
            let columns = chosen.iter().map(|name| Column::chosen(name, &values));
            (columns.collect(), 0)
        }
    };
    let mut names = String::new();
    for column in &shown {
        names.push_str(&format!("{:<width$}  ", column.name, width = column.width));
    }
    writeln!(out, "{HEADING}{}{HEADING:#}", names.trim_end())?;
    for (row, object) in objects.iter().enumerate() {
        let mut line = String::new();
        for column in &shown {
            let cell = column.cells.get(row).map_or("", String::as_str);
            line.push_str(&format!("{cell:<width$}  ", width = column.width));
        }
        writeln!(out, "{}", line.trim_end())?;
        for problem in object.problems() {
            writeln!(out, "  {NOTE}not as the spec says: {problem}{NOTE:#}")?;
        }
    }
    if left > 0 {
        writeln!(
            out,
            "{FAINT}{left} more attributes: --columns NAME,… chooses, --json shows all{FAINT:#}"
        )?;
    }
    Ok(())
}

impl Column {
    fn new(name: &str, cells: Vec<String>) -> Self {
        let name = visible(name).into_owned();
        let widths = cells.iter().map(|cell| cell.chars().count());
        let width = widths.max().unwrap_or(0).max(name.chars().count());
        Self { name, cells, width }
    }

    /// A column by the path of its values: `linkinfo.kind`.
    fn chosen(name: &str, objects: &[&Value]) -> Self {
        let path: Vec<&str> = name.split('.').collect();
        let cell = |object: &&Value| {
            let mut found = Vec::new();
            follow(object, &path, &mut found);
            let found = found.into_iter().map(whole);
            found.collect::<Vec<_>>().join(",")
        };
        Self::new(name, objects.iter().map(cell).collect())
    }
}

/// The values that a path leads to: through lists to those of all entries.
fn follow<'v>(value: &'v Value, path: &[&str], found: &mut Vec<&'v Value>) {
    match (value, path) {
        (value, []) => found.push(value),
        (Value::Array(items), path) => items.iter().for_each(|item| follow(item, path, found)),
        (Value::Object(members), [first, rest @ ..]) => match members.get(*first) {
            Some(inner) => follow(inner, rest, found),
            // An entry of an indexed array is in an object under its index.
            None if members.len() == 1 => members
                .iter()
                .filter(|(name, _)| name.bytes().all(|byte| byte.is_ascii_digit()))
                .for_each(|(_, inner)| follow(inner, path, found)),
            None => {}
        },
        _ => {}
    }
}

/// A value in full: of what is no single value, its JSON.
fn whole(value: &Value) -> String {
    match value {
        Value::String(text) => visible(text).into_owned(),
        value if is_single(value) => cell(value),
        value => visible_json(&value.to_string()).into_owned(),
    }
}

/// The names of all objects: names and indices first, what is the same everywhere last.
fn names(rows: &[Map<String, Value>]) -> Vec<&str> {
    let mut seen = HashSet::new();
    let all = rows.iter().flat_map(Map::keys).map(String::as_str);
    let mut names: Vec<&str> = all.filter(|name| seen.insert(*name)).collect();
    names.sort_by_key(|name| rank(name));
    names
}

/// What tells objects apart stands first.
fn rank(name: &str) -> u8 {
    match name.rsplit('.').next().unwrap_or(name) {
        "ifindex" | "ifi-index" | "dev-index" | "id" => 0,
        "ifname" | "dev-name" | "name" | "family-name" => 1,
        _ if !name.contains('.') => 2,
        _ => 3,
    }
}

/// As many columns as fit, in order; at least one. And how many do not.
fn fitting(objects: &[&Value], width: usize) -> (Vec<Column>, usize) {
    let rows: Vec<Map<String, Value>> = objects.iter().map(|object| flat(object)).collect();
    let names = names(&rows);
    let mut left = width;
    let mut shown: Vec<Column> = Vec::new();
    for name in &names {
        let fits = |needed: usize| needed + 2 <= left || shown.is_empty();
        if !fits(name.chars().count()) {
            continue;
        }
        let cell = |row: &Map<String, Value>| row.get(*name).map_or_else(String::new, text);
        let column = Column::new(name, rows.iter().map(cell).collect());
        if fits(column.width) {
            left = left.saturating_sub(column.width + 2);
            shown.push(column);
        }
    }
    let more = names.len() - shown.len();
    (shown, more)
}

/// The single values of an object and of the nests in it.
fn flat(object: &Value) -> Map<String, Value> {
    let mut values = Map::new();
    for (name, value) in object.as_object().into_iter().flatten() {
        match value {
            Value::Object(inner) if !is_malformed(value) => {
                let inner = inner.iter().filter(|(_, value)| is_single(value));
                values.extend(inner.map(|(key, value)| (format!("{name}.{key}"), value.clone())));
            }
            value if is_single(value) => {
                values.insert(name.clone(), value.clone());
            }
            _ => {}
        }
    }
    values
}

/// Whether bytes stand for a value, which could not be read.
fn is_malformed(value: &Value) -> bool {
    let members = value.as_object();
    members.is_some_and(|members| members.len() == 1 && members.contains_key(MALFORMED))
}

/// Whether a value is one, or a list of a few names as flags are.
fn is_single(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(Value::is_string),
        Value::Object(_) => is_malformed(value),
        _ => true,
    }
}

/// A single value, cut when it is long.
fn text(value: &Value) -> String {
    let text = cell(value);
    match text.chars().count() > LONGEST {
        true => text.chars().take(LONGEST - 1).chain(['…']).collect(),
        false => text,
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => visible(text).into_owned(),
        Value::Array(items) => {
            let names = items.iter().filter_map(Value::as_str);
            let names: Vec<_> = names.map(visible).collect();
            names.join(",")
        }
        Value::Object(_) => MALFORMED.to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_tells_objects_apart_comes_first() {
        let objects = [
            json!({ "features": ["a", "b"], "header": { "dev-name": "lo", "dev-index": 1 } }),
            json!({ "header": { "dev-name": "eth0" }, "rx": 7, "list": [{ "x": 1 }] }),
        ];
        let objects: Vec<&Value> = objects.iter().collect();
        let names = |columns: &[Column]| {
            let names = columns.iter().map(|column| column.name.clone());
            names.collect::<Vec<_>>().join(" ")
        };
        let (all, more) = fitting(&objects, 120);
        assert_eq!(names(&all), "header.dev-index header.dev-name features rx");
        assert_eq!(more, 0);
        assert_eq!(all[2].cells, ["a,b", ""]);
        assert_eq!(all[3].cells, ["", "7"]);
        let (some, more) = fitting(&objects, 40);
        assert_eq!(names(&some), "header.dev-index header.dev-name rx");
        assert_eq!(more, 1);
        let (one, more) = fitting(&objects, 3);
        assert_eq!((names(&one).as_str(), more), ("header.dev-index", 3));
    }

    #[test]
    fn chosen_columns_go_through_lists() {
        let object = json!({
            "name": "a\u{1b}", "ops": [{ "1": { "id": 3 } }, { "2": { "id": 10 } }],
            "groups": [{ "name": "x" }, {}, { "name": "y" }], "nest": { "deep": { "x": [1, 2] } },
            "odd": { "<malformed>": "00" },
        });
        for (path, cell) in [
            ("name", "a\\u{1b}"),
            ("ops.id", "3,10"),
            ("groups.name", "x,y"),
            ("nest.deep.x", "[1,2]"),
            ("nest.deep", "{\"x\":[1,2]}"),
            ("nothing.here", ""),
            ("odd", "<malformed>"),
        ] {
            assert_eq!(Column::chosen(path, &[&object]).cells, [cell], "{path}");
        }
    }

    #[test]
    fn long_values_are_cut() {
        let text = text(&json!("x".repeat(50)));
        assert_eq!(text.chars().count(), LONGEST);
        assert!(text.ends_with('…'));
    }
}
