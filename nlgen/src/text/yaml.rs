//! Texts in YAML.

use std::fmt::Write;

use crate::diagnostic::is_hidden;

/// A text as a scalar of YAML: plain when nothing in it has a meaning there, otherwise in quotes.
///
/// ```
/// use nlgen::text::scalar;
/// assert_eq!(scalar("rx-max"), "rx-max");
/// assert_eq!(scalar("no"), "\"no\"");
/// assert_eq!(scalar("a: b\n"), "\"a: b\\n\"");
/// ```
#[must_use]
pub fn scalar(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_. ".contains(c))
        && !text.ends_with(' ');
    let word = text.to_ascii_lowercase();
    let meant = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"].contains(&&*word);
    if plain && !meant {
        return text.to_owned();
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            // Writing into a string does not fail.
            c if is_hidden(c) => drop(write!(out, "\\U{:08X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::scalar;

    #[test]
    fn what_means_something_in_yaml_is_in_quotes() {
        for (text, yaml) in [
            ("netdev", "netdev"),
            ("TCM-USER", "TCM-USER"),
            ("802.15.4 MAC", "\"802.15.4 MAC\""),
            ("some words.", "some words."),
            ("end ", "\"end \""),
            ("no", "\"no\""),
            ("NULL", "\"NULL\""),
            ("~", "\"~\""),
            ("1e3", "\"1e3\""),
            ("- a", "\"- a\""),
            ("a: b\n", "\"a: b\\n\""),
            ("a #b", "\"a #b\""),
            ("", "\"\""),
            ("\u{7f}\u{85}", "\"\\U0000007F\\U00000085\""),
            ("\u{202e}x\u{2028}", "\"\\U0000202Ex\\U00002028\""),
        ] {
            assert_eq!(scalar(text), yaml);
            let read: String = serde_yaml::from_str(yaml).unwrap();
            assert_eq!(read, text, "{yaml}");
        }
    }
}
